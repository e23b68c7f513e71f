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
    audit_counterfactuals,
    audit_exceptions,
    audit_nodes,
    audit_pending,
    audit_results,
    audit_totals,
    audit_tree,
    audit_unapplied,
    audit_views,
    entries,
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
    given = tuple(sorted(exceptions, key=repr))
    problem = _problem(tree, taken, possibilities, given, on, constraints)
    views = audit_views.solve(problem)
    hopeful = audit_views.with_doubts(problem, views[-1])
    totals = audit_totals.totals(tree, views, problem.graded)
    found = [audit_totals.program_verdict(solved, totals) for solved in views]

    def without(left: tuple[audit_exceptions.PlanException, ...]) -> tuple[audit_views.Solved, ...]:
        return audit_views.solve(_problem(tree, problem.taken, possibilities, left, on, constraints))

    return audit_pending.audit(
        _pending(problem, views, hopeful, totals),
        version_id=tree.version_id,
        on=on,
        status=_program_status(views, hopeful, totals, found),
        views=tuple(_program_view(solved, verdict, totals) for solved, verdict in zip(views, found, strict=True)),
        totals=totals,
        constraints=views[-1].verdicts[allocation_board.ROOT].constraints,
        proof=tuple(proof for solved in views for proof in solved.proofs),
        exceptions=audit_counterfactuals.exceptions(given, views, without) if given else (),
        pins=audit_counterfactuals.pins(problem, views),
    )


def _problem(
    tree: requirements.ProgramTree,
    taken: Iterable[entries.PlannedEntry],
    possibilities: articulation_rules.Possibilities,
    exceptions: tuple[audit_exceptions.PlanException, ...],
    on: date,
    constraints: tuple[requirements.Constraint, ...],
) -> audit_views.Problem:
    frame = audit_tree.Frame(
        institution_id=tree.institution_id,
        on=on,
        pass_proves=possibilities.receiver.pass_proves,
        exceptions=exceptions,
    )
    return audit_views.Problem(
        version=audit_tree.prepared(tree, constraints, frame),
        taken=tuple(sorted((entries.as_of(one, on) for one in taken), key=lambda entry: (entry.label, entry.id))),
        possibilities=possibilities,
        on=on,
    )


def _pending(
    problem: audit_views.Problem,
    views: tuple[audit_views.Solved, ...],
    hopeful: audit_views.Solved | None,
    totals: tuple[audit_results.TotalResult, ...],
) -> audit_pending.Pending:
    planned = views[-1]

    def articulation() -> tuple[articulation_answers.Answer, ...]:
        elsewhere = [entry for entry in problem.taken if _is_from_elsewhere(entry, problem.version.tree.institution_id)]
        return articulation_answers.answers(elsewhere, planned.case, planned.awarded)

    def unapplied() -> tuple[audit_results.Unapplied, ...]:
        said = {answer.entry_id: answer for answer in articulation()}
        return audit_unapplied.unapplied(problem, planned, hopeful, said, totals)

    return audit_pending.Pending(
        requirements=lambda: audit_nodes.results(views, hopeful), unapplied=unapplied, articulation=articulation
    )


def _program_view(
    solved: audit_views.Solved, verdict: verdicts.Verdict, totals: tuple[audit_results.TotalResult, ...]
) -> audit_results.ProgramView:
    needed = solved.board.nodes[allocation_board.ROOT].choices
    met = sum(solved.verdicts[top].verdict is Verdict.YES for top in needed)
    return audit_results.ProgramView(
        view=solved.view,
        status=audit_nodes.status_in(solved, allocation_board.ROOT, verdict),
        percent=audit_totals.percent(solved, totals, verdict),
        requirements_met=met,
        requirements_needed=len(needed),
        credits=accepted_credit.credits_of(solved.accepted),
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
    is_open = Verdict.UNKNOWN in {found[-1], hoped} or hoped is Verdict.YES
    if is_open or audit_nodes.unproven(views):
        return Status.UNKNOWN
    return audit_nodes.status_in(views[-1], allocation_board.ROOT, Verdict.NO)


def _is_from_elsewhere(entry: entries.PlannedEntry, institution_id: int) -> bool:
    return isinstance(entry.course, entries.UnlistedCourse) or entry.course.institution_id != institution_id
