"""The progress of single requirements, out of the solved views: what is applied, what that amounts to, and why."""

from collections.abc import Sequence

from gql_api.domain import (
    allocation_board,
    audit_results,
    audit_totals,
    audit_verdicts,
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
_Judged = Sequence[tuple[audit_verdicts.NodeVerdict, ...]]


def results(
    views: tuple[audit_views.Solved, ...], hopeful: audit_views.Solved | None
) -> tuple[audit_results.RequirementResult, ...]:
    """The progress of every requirement, in tree order."""
    unsure = unproven(views)
    nodes = views[-1].board.nodes
    judged = [solved.verdicts for solved in views]
    hoped = None if hopeful is None else hopeful.verdicts
    statuses = tuple(_status(views, judged, hoped, node, unsure) for node in nodes)
    told = explanations.Whole(views=views, hopeful=hopeful, statuses=statuses, made=_made(nodes, statuses))
    return tuple(_result(told, judged, node, unsure) for node in nodes[1:])


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
    judged: _Judged,
    hoped: tuple[audit_verdicts.NodeVerdict, ...] | None,
    node: allocation_board.Node,
    unsure: dict[int, str],
) -> audit_results.RequirementStatus:
    """The earliest view in which a node is met; UNKNOWN where only a doubt or a missing proof stands in the way."""
    index = node.index
    if node.is_waived:
        return Status.WAIVED
    for solved, found in zip(views, judged, strict=True):
        if found[index].verdict is Verdict.YES:
            return audit_totals.STATUS_OF_VIEW[solved.view]
    hope = None if hoped is None else hoped[index].verdict
    if Verdict.UNKNOWN in {judged[-1][index].verdict, hope} or hope is Verdict.YES:
        return Status.UNKNOWN
    if unsure and len(node.line) > 1 and node.line[1] in unsure:
        return Status.UNKNOWN
    # Where a wider view uses the courses of a part that a narrower one met, something is applied all the same.
    return Status.PARTIAL if any(solved.state.courses(index) for solved in views) else Status.UNMET


def _made(
    nodes: Sequence[allocation_board.Node], statuses: Sequence[audit_results.RequirementStatus]
) -> dict[int, int]:
    """The open parts that nothing needs, each with the choice above it that other parts have made."""
    found: dict[int, int] = {}
    for node in nodes[1:]:
        above = nodes[node.parent]
        if statuses[node.index].is_settled:
            continue
        if node.parent in found:
            found[node.index] = found[node.parent]
        elif above.needed_children < len(above.choices) and statuses[node.parent].is_settled:
            found[node.index] = node.parent
    return found


def _result(
    told: explanations.Whole, judged: _Judged, node: allocation_board.Node, unsure: dict[int, str]
) -> audit_results.RequirementResult:
    requirement = node.requirement or _NAMELESS
    nodes = told.planned.board.nodes
    parent = nodes[node.parent].requirement if node.parent > allocation_board.ROOT else None
    saying = explanations.Told(whole=told, node=node, bound=unsure.get(node.line[1]) if unsure else None)
    return audit_results.RequirementResult(
        requirement_id=requirement.id,
        key=requirement.key,
        name=requirement.name,
        parent_id=None if parent is None else parent.id,
        parent_key=None if parent is None else parent.key,
        depth=node.depth - 1,
        is_optional=node.is_optional,
        is_needed=node.index not in told.made,
        status=told.statuses[node.index],
        told_in=saying.shown.view,
        views=_views(told.views, judged, node),
        needed_credits=node.min_credits or None,
        needed_courses=node.min_courses or None,
        needed_children=None if node.is_leaf else node.needed_children,
        saying=saying,
    )


def _views(
    views: tuple[audit_views.Solved, ...], judged: _Judged, node: allocation_board.Node
) -> tuple[audit_results.ViewResult, ...]:
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
                    constraints=one.constraints,
                )
            )
            continue
        mine = judged[place][node.index]
        found.append(
            audit_results.ViewResult(
                view=solved.view,
                status=status_in(solved, node.index, mine.verdict),
                applied=_applied_beneath(solved, node),
                credits=solved.state.credits(node.index),
                courses=solved.state.courses(node.index),
                fraction=mine.fraction,
                constraints=mine.constraints,
            )
        )
    return tuple(found)


def _applied_beneath(solved: audit_views.Solved, node: allocation_board.Node) -> tuple[audit_results.Applied, ...]:
    applied = solved.state.applied
    return tuple(solved.told(leaf, item) for leaf in node.leaves for item in applied[leaf])
