"""The progress of single requirements, out of the solved views: what is applied, what that amounts to, and why."""

from decimal import Decimal

from gql_api.domain import (
    accepted_credit,
    allocation_board,
    audit_constraints,
    audit_results,
    audit_totals,
    audit_views,
    entries,
    explanations,
    requirements,
    verdicts,
)

Status = audit_results.RequirementStatus
Verdict = verdicts.Verdict
View = entries.View
_NAMELESS = requirements.Requirement(key="", name="")
_NOTHING: tuple[tuple[entries.View, Decimal], ...] = tuple((view, Decimal(0)) for view in View)
_NO_COURSES: tuple[tuple[entries.View, int], ...] = tuple((view, 0) for view in View)


def results(
    views: tuple[audit_views.Solved, ...], hopeful: audit_views.Solved | None
) -> tuple[audit_results.RequirementResult, ...]:
    """The progress of every requirement, in tree order."""
    planned = views[-1]
    unsure = unproven(views)
    return tuple(_result(views, hopeful, node, unsure) for node in planned.board.nodes[1:])


def unproven(views: tuple[audit_views.Solved, ...]) -> dict[int, str]:
    """The top-level requirements whose allocation in a view is not proven to be the best, with the bound reached."""
    keys = {key: proof.bound for solved in views for proof in solved.proofs if proof.bound for key in proof.keys}
    nodes = views[-1].board.nodes
    tops = ((top, nodes[top].requirement) for top in views[-1].board.tops) if keys else ()
    return {top: keys[one.key] for top, one in tops if one is not None and one.key in keys}


def status_in(solved: audit_views.Solved, index: int, verdict: verdicts.Verdict) -> audit_results.RequirementStatus:
    """How a node stands within one view."""
    if solved.board.nodes[index].is_waived:
        return Status.WAIVED
    if verdict is Verdict.YES:
        return Status.MET
    if verdict is Verdict.UNKNOWN:
        return Status.UNKNOWN
    return Status.PARTIAL if solved.state.courses(index) else Status.UNMET


def _status(
    views: tuple[audit_views.Solved, ...],
    hopeful: audit_views.Solved | None,
    index: int,
    unsure: dict[int, str],
) -> audit_results.RequirementStatus:
    """The earliest view in which a node is met; UNKNOWN where only a doubt or a missing proof stands in the way."""
    node = views[-1].board.nodes[index]
    if node.is_waived:
        return Status.WAIVED
    for solved in views:
        if solved.verdicts[index].verdict is Verdict.YES:
            return audit_totals.STATUS_OF_VIEW[solved.view]
    hoped = None if hopeful is None else hopeful.verdicts[index].verdict
    if Verdict.UNKNOWN in {views[-1].verdicts[index].verdict, hoped} or hoped is Verdict.YES:
        return Status.UNKNOWN
    if unsure and node.line[1] in unsure:
        return Status.UNKNOWN
    return status_in(views[-1], index, Verdict.NO)


def _result(
    views: tuple[audit_views.Solved, ...],
    hopeful: audit_views.Solved | None,
    node: allocation_board.Node,
    unsure: dict[int, str],
) -> audit_results.RequirementResult:
    index, planned = node.index, views[-1]
    requirement = node.requirement or _NAMELESS
    parent = planned.board.nodes[node.parent].requirement if node.parent > allocation_board.ROOT else None
    status = _status(views, hopeful, index, unsure)
    shown = next((solved for solved in views if solved.verdicts[index].verdict is Verdict.YES), planned)
    judged = planned.verdicts[index]
    uses = planned.state.uses(index)
    doubt = _doubt(hopeful, index) or (unsure.get(node.line[1]) if unsure else None)
    return audit_results.RequirementResult(
        requirement_id=requirement.id,
        key=requirement.key,
        name=requirement.name,
        parent_id=None if parent is None else parent.id,
        parent_key=None if parent is None else parent.key,
        depth=node.depth - 1,
        is_optional=node.is_optional,
        status=status,
        views=_views(views, node),
        needed_credits=node.min_credits or None,
        needed_courses=node.min_courses or None,
        needed_children=None if node.is_leaf else node.needed_children,
        credits_by_status=_credits_by_status(uses),
        courses_by_status=_courses_by_status(uses),
        constraints=judged.constraints,
        missing=explanations.missing(node, planned.state, judged.constraints, is_met=judged.verdict is Verdict.YES),
        explanation=explanations.explanation(status, node, shown, planned, doubt),
    )


def _credits_by_status(uses: list[audit_constraints.Use]) -> tuple[tuple[entries.View, Decimal], ...]:
    if not uses:
        return _NOTHING
    return tuple((view, accepted_credit.credits_of(use for use in uses if use.item.view is view)) for view in View)


def _courses_by_status(uses: list[audit_constraints.Use]) -> tuple[tuple[entries.View, int], ...]:
    if not uses:
        return _NO_COURSES
    return tuple((view, sum(use.item.view is view for use in uses)) for view in View)


def _views(views: tuple[audit_views.Solved, ...], node: allocation_board.Node) -> tuple[audit_results.ViewResult, ...]:
    """The node in every view; views that share an allocation share what is said of it."""
    found: list[audit_results.ViewResult] = []
    for place, solved in enumerate(views):
        if place and (solved.state is views[place - 1].state or node.line[1] in solved.unchanged):
            one = found[-1]
            found.append(
                audit_results.ViewResult(
                    view=solved.view,
                    status=one.status,
                    applied=one.applied,
                    credits=one.credits,
                    courses=one.courses,
                    fraction=one.fraction,
                )
            )
            continue
        judged = solved.verdicts[node.index]
        found.append(
            audit_results.ViewResult(
                view=solved.view,
                status=status_in(solved, node.index, judged.verdict),
                applied=_applied_beneath(solved, node),
                credits=solved.state.credits(node.index),
                courses=solved.state.courses(node.index),
                fraction=judged.fraction,
            )
        )
    return tuple(found)


def _applied_beneath(solved: audit_views.Solved, node: allocation_board.Node) -> tuple[audit_results.Applied, ...]:
    applied = solved.state.applied
    return tuple(solved.told(leaf, item) for leaf in node.leaves for item in applied[leaf])


def _doubt(hopeful: audit_views.Solved | None, index: int) -> str | None:
    """The first doubt among what the hopeful view applies beneath a node."""
    if hopeful is None:
        return None
    board = hopeful.board
    doubts = (
        board.fits[leaf][item].doubt for leaf in board.nodes[index].leaves for item in hopeful.state.applied[leaf]
    )
    return next((doubt for doubt in doubts if doubt is not None), None)
