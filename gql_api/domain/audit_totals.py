"""The implicit requirements of a version: credits in total, credits earned here, grade point average.

They look at all accepted credit, applied or not, and never at developmental courses.
"""

from decimal import ROUND_DOWN, Decimal

from gql_api.domain import (
    accepted_credit,
    allocation_board,
    audit_constraints,
    audit_results,
    audit_views,
    averages,
    credits,
    entries,
    requirements,
    verdicts,
    wording,
)

Kind = audit_results.TotalKind
Status = audit_results.RequirementStatus
Verdict = verdicts.Verdict
Actual = tuple[tuple[entries.View, Decimal | None], ...]
STATUS_OF_VIEW = {
    entries.View.COMPLETED: Status.MET,
    entries.View.IN_PROGRESS: Status.IN_PROGRESS,
    entries.View.PLANNED: Status.PLANNED,
}
HUNDRED, ALMOST, TENTH = Decimal(100), Decimal("99.9"), Decimal("0.1")


def totals(
    tree: requirements.ProgramTree, views: tuple[audit_views.Solved, ...], attempts: averages.Attempts
) -> tuple[audit_results.TotalResult, ...]:
    """The implicit requirements that the version states."""
    found: list[audit_results.TotalResult] = []
    counted = [solved.accepted for solved in views]
    for kind, needed in ((Kind.TOTAL_CREDITS, tree.total_credits), (Kind.RESIDENCY_CREDITS, tree.residency_credits)):
        if needed is not None:
            measured = accepted_credit.residency_of if kind is Kind.RESIDENCY_CREDITS else accepted_credit.credits_of
            sums = [measured(uses) for uses in counted]
            found.append(_credits(kind, needed, tuple(zip(entries.View, sums, strict=True))))
    if tree.minimum_gpa is not None:
        found.append(_average(tree.minimum_gpa, attempts))
    return tuple(found)


def verdict_in(total: audit_results.TotalResult, view: entries.View) -> verdicts.Verdict:
    """Whether a total is reached in a view."""
    actual = total.actual[view.rank][1]
    if actual is None:
        return Verdict.UNKNOWN
    slack = credits.ZERO if total.kind is Kind.MINIMUM_GPA else audit_constraints.SLACK
    return verdicts.of(actual >= total.needed - slack)


def percent(
    solved: audit_views.Solved, found: tuple[audit_results.TotalResult, ...], verdict: verdicts.Verdict
) -> Decimal | None:
    """How much of what is needed is there, rounded down to a tenth; 100 only when the version is met."""
    root = solved.verdicts[allocation_board.ROOT]
    weight, weighted = root.weight, root.weighted
    for total in found:
        actual = total.actual[solved.view.rank][1]
        if total.kind is not Kind.MINIMUM_GPA and total.needed > 0:
            weight += total.needed
            weighted += min(actual or credits.ZERO, total.needed)
    if verdict is Verdict.YES:
        return HUNDRED if weight else None
    if not weight:
        return None
    return min((weighted / weight * HUNDRED).quantize(TENTH, rounding=ROUND_DOWN), ALMOST)


def program_verdict(solved: audit_views.Solved, found: tuple[audit_results.TotalResult, ...]) -> verdicts.Verdict:
    """Whether the whole version is met in a view."""
    root = solved.verdicts[allocation_board.ROOT].verdict
    return verdicts.all_of((root, *(verdict_in(total, solved.view) for total in found)))


def _credits(kind: audit_results.TotalKind, needed: Decimal, actual: Actual) -> audit_results.TotalResult:
    shown = [credits.displayed(amount or credits.ZERO) for _, amount in actual]
    where = "" if kind is Kind.TOTAL_CREDITS else " here"
    earned, running, planned = shown
    more = ("" if running == earned else f", {running} with running courses") + (
        "" if planned == running else f", {planned} with planned ones"
    )
    noun, verb = wording.plural(needed, "credit"), "is" if needed == 1 else "are"
    result = audit_results.TotalResult(
        kind=kind,
        status=Status.UNMET,
        needed=needed,
        actual=actual,
        sentence=f"{earned} of {credits.displayed(needed)} {noun} {verb} earned{where}{more}.",
    )
    return _with_status(result)


def _average(needed: Decimal, attempts: averages.Attempts) -> audit_results.TotalResult:
    judged = audit_constraints.average(needed, attempts)
    result = audit_results.TotalResult(
        kind=Kind.MINIMUM_GPA,
        status=Status.UNMET,
        needed=needed,
        actual=tuple((view, judged.actual) for view in entries.View),
        sentence=judged.sentence,
    )
    return _with_status(result)


def _with_status(total: audit_results.TotalResult) -> audit_results.TotalResult:
    found = [verdict_in(total, view) for view in entries.View]
    if Verdict.YES in found:
        status = STATUS_OF_VIEW[list(entries.View)[found.index(Verdict.YES)]]
    elif Verdict.UNKNOWN in found:
        status = Status.UNKNOWN
    else:
        status = Status.PARTIAL if any(amount for _, amount in total.actual) else Status.UNMET
    return audit_results.TotalResult(
        kind=total.kind, status=status, needed=total.needed, actual=total.actual, sentence=total.sentence
    )
