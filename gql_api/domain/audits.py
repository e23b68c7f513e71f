"""The audit: a plan's entries against a program version, in three views, with reasons.

Everything here is independent of how courses are allocated; `allocation.allocate` alone decides that.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from gql_api.domain import (
    accepted_credit,
    allocation_board,
    articulation_answers,
    articulation_rules,
    audit_constraints,
    audit_exceptions,
    audit_results,
    audit_totals,
    audit_tree,
    audit_unapplied,
    audit_verdicts,
    audit_views,
    averages,
    entries,
    explanations,
    requirements,
    verdicts,
)

Audit = audit_results.Audit
PlannedEntry = entries.PlannedEntry
RequirementResult = audit_results.RequirementResult
RequirementStatus = audit_results.RequirementStatus
View = entries.View
Status = audit_results.RequirementStatus
Verdict = verdicts.Verdict


def audit(
    tree: requirements.ProgramTree,
    taken: Iterable[entries.PlannedEntry],
    possibilities: articulation_rules.Possibilities,
    exceptions: Sequence[audit_exceptions.PlanException] = (),
    *,
    on: date,
    constraints: tuple[requirements.Constraint, ...] = (),
) -> audit_results.Audit:
    """The verdict on these entries against the version, as of the day `on`.

    `constraints` are those of the whole program. The result is the same whatever the order of the input's parts.
    """
    frame = audit_tree.Frame(
        institution_id=tree.institution_id,
        on=on,
        pass_proves=possibilities.receiver.pass_proves,
        exceptions=tuple(sorted(exceptions, key=repr)),
        keys=frozenset(node.key for _, node in requirements.walk(tree.requirements)),
    )
    nodes = audit_tree.nodes(tree, constraints, frame)
    problem = audit_views.Problem(
        nodes=nodes,
        pairs=audit_tree.pairs(nodes),
        taken=tuple(sorted((entries.as_of(one, on) for one in taken), key=lambda entry: (entry.label, entry.id))),
        possibilities=possibilities,
        on=on,
        total_credits=tree.total_credits,
        residency_credits=tree.residency_credits,
    )
    views = audit_views.solve(problem)
    hopeful = audit_views.with_doubts(problem, views[-1])
    graded = averages.attempts(problem.taken, problem.receiver)
    return _assemble(tree, problem, views, hopeful, audit_totals.totals(tree, views, graded))


def _assemble(
    tree: requirements.ProgramTree,
    problem: audit_views.Problem,
    views: tuple[audit_views.Solved, ...],
    hopeful: audit_views.Solved | None,
    totals: tuple[audit_results.TotalResult, ...],
) -> audit_results.Audit:
    planned = views[-1]
    answers = articulation_answers.answers(
        [entry for entry in problem.taken if _is_from_elsewhere(entry, tree.institution_id)],
        planned.case,
        planned.awarded,
    )
    said = {answer.entry_id: answer for answer in answers}
    found = [audit_totals.program_verdict(solved, totals) for solved in views]
    return audit_results.Audit(
        version_id=tree.version_id,
        on=problem.on,
        status=_program_status(views, hopeful, totals, found),
        views=tuple(_program_view(solved, verdict, totals) for solved, verdict in zip(views, found, strict=True)),
        requirements=tuple(_requirement(views, hopeful, node) for node in planned.board.nodes[1:]),
        totals=totals,
        constraints=planned.verdicts[allocation_board.ROOT].constraints,
        unapplied=audit_unapplied.unapplied(problem, planned, hopeful, said, totals),
        articulation=answers,
    )


def _program_view(
    solved: audit_views.Solved, verdict: verdicts.Verdict, totals: tuple[audit_results.TotalResult, ...]
) -> audit_results.ProgramView:
    needed = solved.board.nodes[allocation_board.ROOT].choices
    met = sum(solved.verdicts[top].verdict is Verdict.YES for top in needed)
    uses = accepted_credit.accepted(solved.state)
    return audit_results.ProgramView(
        view=solved.view,
        status=_status_in(solved, allocation_board.ROOT, verdict),
        percent=audit_totals.percent(solved, totals, verdict),
        requirements_met=met,
        requirements_needed=len(needed),
        credits=accepted_credit.credits_of(uses),
    )


def _program_status(
    views: tuple[audit_views.Solved, ...],
    hopeful: audit_views.Solved | None,
    totals: tuple[audit_results.TotalResult, ...],
    found: list[verdicts.Verdict],
) -> audit_results.RequirementStatus:
    if Verdict.YES in found:
        return audit_totals.STATUS_OF_VIEW[views[found.index(Verdict.YES)].view]
    hoped = None if hopeful is None else audit_totals.program_verdict(hopeful, totals)
    if Verdict.UNKNOWN in {found[-1], hoped} or hoped is Verdict.YES:
        return Status.UNKNOWN
    return _status_in(views[-1], allocation_board.ROOT, Verdict.NO)


def _status(
    views: tuple[audit_views.Solved, ...], hopeful: audit_views.Solved | None, index: int
) -> audit_results.RequirementStatus:
    """The earliest view in which a node is met; UNKNOWN where only a doubt stands in the way."""
    if views[-1].board.nodes[index].is_waived:
        return Status.WAIVED
    for solved in views:
        if solved.verdicts[index].verdict is Verdict.YES:
            return audit_totals.STATUS_OF_VIEW[solved.view]
    hoped = None if hopeful is None else hopeful.verdicts[index].verdict
    if Verdict.UNKNOWN in {views[-1].verdicts[index].verdict, hoped} or hoped is Verdict.YES:
        return Status.UNKNOWN
    return _status_in(views[-1], index, Verdict.NO)


def _status_in(solved: audit_views.Solved, index: int, verdict: verdicts.Verdict) -> audit_results.RequirementStatus:
    """How a node stands within one view."""
    if solved.board.nodes[index].is_waived:
        return Status.WAIVED
    if verdict is Verdict.YES:
        return Status.MET
    if verdict is Verdict.UNKNOWN:
        return Status.UNKNOWN
    return Status.PARTIAL if solved.state.courses(index) else Status.UNMET


def _requirement(
    views: tuple[audit_views.Solved, ...], hopeful: audit_views.Solved | None, node: allocation_board.Node
) -> audit_results.RequirementResult:
    index, planned = node.index, views[-1]
    requirement = node.requirement or requirements.Requirement(key="", name="")
    parent = planned.board.nodes[node.parent].requirement if node.parent > allocation_board.ROOT else None
    status = _status(views, hopeful, index)
    shown = next((solved for solved in views if solved.verdicts[index].verdict is Verdict.YES), planned)
    uses = planned.state.uses(index)
    return audit_results.RequirementResult(
        requirement_id=requirement.id,
        key=requirement.key,
        name=requirement.name,
        parent_id=None if parent is None else parent.id,
        parent_key=None if parent is None else parent.key,
        depth=node.depth - 1,
        is_optional=node.is_optional,
        status=status,
        views=tuple(_view(solved, node) for solved in views),
        needed_credits=node.min_credits or None,
        needed_courses=node.min_courses or None,
        needed_children=None if node.is_leaf else node.needed_children,
        credits_by_status=tuple((view, accepted_credit.credits_of(_of_view(uses, view))) for view in View),
        courses_by_status=tuple((view, len(_of_view(uses, view))) for view in View),
        constraints=planned.verdicts[index].constraints,
        missing=explanations.missing(
            node,
            planned.state,
            planned.verdicts[index].constraints,
            is_met=planned.verdicts[index].verdict is Verdict.YES,
        ),
        explanation=explanations.explanation(status, node, shown, planned, _doubt(hopeful, index)),
    )


def _view(solved: audit_views.Solved, node: allocation_board.Node) -> audit_results.ViewResult:
    verdict: audit_verdicts.NodeVerdict = solved.verdicts[node.index]
    return audit_results.ViewResult(
        view=solved.view,
        status=_status_in(solved, node.index, verdict.verdict),
        applied=tuple(
            _applied(solved, leaf, item) for leaf in node.leaves for item in sorted(solved.state.applied[leaf])
        ),
        credits=solved.state.credits(node.index),
        courses=solved.state.courses(node.index),
        fraction=verdict.fraction,
    )


def _applied(solved: audit_views.Solved, leaf: int, item: int) -> audit_results.Applied:
    found, face = solved.board.items[item], solved.board.fits[leaf][item].face
    is_shared = solved.board.nodes[leaf].domain != allocation_board.EVERYWHERE
    return audit_results.Applied(
        entry_ids=tuple(sorted(entry.id for entry in found.used)),
        counts_as=face.label or found.label,
        course=face.course,
        credits=face.credits,
        view=found.view,
        rule_id=face.rule_id,
        is_provisional=found.is_provisional,
        is_shared=is_shared or solved.state.is_borrowed(leaf, item),
    )


def _of_view(uses: list[audit_constraints.Use], view: entries.View) -> list[audit_constraints.Use]:
    return [use for use in uses if use.item.view is view]


def _doubt(hopeful: audit_views.Solved | None, index: int) -> str | None:
    """The first doubt among what the hopeful view applies beneath a node."""
    if hopeful is None:
        return None
    board = hopeful.board
    doubts = (
        board.fits[leaf][item].doubt
        for leaf in board.nodes[index].leaves
        for item in sorted(hopeful.state.applied[leaf])
    )
    return next((doubt for doubt in doubts if doubt is not None), None)


def _is_from_elsewhere(entry: entries.PlannedEntry, institution_id: int) -> bool:
    return isinstance(entry.course, entries.UnlistedCourse) or entry.course.institution_id != institution_id
