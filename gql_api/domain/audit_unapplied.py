"""For every entry that is applied nowhere: why."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gql_api.domain import (
    accepted_credit,
    allocation_board,
    articulation_answers,
    audit_constraints,
    audit_results,
    audit_views,
    credit_items,
    credits,
    eligibility,
    entries,
    wording,
)

Answer = articulation_answers.Answer
AnswerKind = articulation_answers.AnswerKind
Reason = audit_results.UnappliedReason
Refusal = eligibility.Refusal
_REASONS = {
    Refusal.NO_OPTION: Reason.NO_OPTION,
    Refusal.DOES_NOT_TRANSFER: Reason.DOES_NOT_TRANSFER,
    Refusal.EXCLUDED: Reason.NOT_ELIGIBLE,
    Refusal.FORBIDDEN: Reason.NOT_ELIGIBLE,
    Refusal.PINNED_ELSEWHERE: Reason.NOT_ELIGIBLE,
    Refusal.CREDITS: Reason.NOT_ELIGIBLE,
    Refusal.TOO_OLD: Reason.NOT_ELIGIBLE,
    Refusal.GRADE_TOO_LOW: Reason.GRADE_TOO_LOW,
}
_KINDS = {
    AnswerKind.UNLISTED: Reason.UNLISTED,
    AnswerKind.REPEATED: Reason.REPEATED,
    AnswerKind.GRADE_TOO_LOW: Reason.GRADE_TOO_LOW,
    AnswerKind.UNDECIDED: Reason.UNDECIDED,
    AnswerKind.NOT_EVALUATED: Reason.NOT_EVALUATED,
    AnswerKind.DEPARTMENT_REVIEW: Reason.DEPARTMENT_REVIEW,
    AnswerKind.INCOMPLETE_SERIES: Reason.INCOMPLETE_SERIES,
}
_TOTALS = {
    audit_results.TotalKind.TOTAL_CREDITS: ("the total credits", accepted_credit.credits_of),
    audit_results.TotalKind.RESIDENCY_CREDITS: ("the credits earned here", accepted_credit.residency_of),
}
_NAMED = 3
"""Requirements named in a sentence."""


def unapplied(
    problem: audit_views.Problem,
    planned: audit_views.Solved,
    hopeful: audit_views.Solved | None,
    answers: Mapping[int, articulation_answers.Answer],
    totals: Sequence[audit_results.TotalResult],
) -> tuple[audit_results.Unapplied, ...]:
    """The entries that the PLANNED view applies nowhere, by id."""
    board = planned.board
    applied = {entry.id for _, item in planned.state.pairs() for entry in board.items[item].used}
    found = (
        (entry, _explain(entry, planned, hopeful, answers.get(entry.id)))
        for entry in sorted(problem.taken, key=lambda entry: entry.id)
        if entry.id not in applied
    )
    return tuple(_with_totals(entry, one, planned.accepted, totals) for entry, one in found)


def _with_totals(
    entry: entries.PlannedEntry,
    said: audit_results.Unapplied,
    accepted: Sequence[audit_constraints.Use],
    totals: Sequence[audit_results.TotalResult],
) -> audit_results.Unapplied:
    """What the entry adds to the totals that the version asks for, lest somebody drops what is needed there."""
    mine = [use for use in accepted if entry.id in use.item.entry_ids]
    counts: list[str] = []
    needs: list[str] = []
    for total in totals:
        actual = total.actual[entries.View.PLANNED.rank][1]
        if total.kind not in _TOTALS or actual is None:
            continue
        name, measured = _TOTALS[total.kind]
        amount = measured(mine)
        if amount > 0:
            counts.append(f"{name} ({credits.displayed(actual)} of {credits.displayed(total.needed)})")
        if amount > 0 and actual - amount < total.needed - audit_constraints.SLACK:
            needs.append(f"{name} (only {credits.displayed(actual - amount)} without it)")
    if not counts:
        return said
    sentence = f"{said.sentence.rstrip('.')}; it still counts in {wording.listed(counts)}"
    if needs:
        sentence += f", and is needed for {wording.listed(needs)}"
    reason = Reason.NEEDED_FOR_TOTALS if needs and said.reason is Reason.NOT_NEEDED else said.reason
    return replace(said, reason=reason, sentence=f"{sentence}.")


def _explain(
    entry: entries.PlannedEntry,
    planned: audit_views.Solved,
    hopeful: audit_views.Solved | None,
    answer: articulation_answers.Answer | None,
) -> audit_results.Unapplied:
    if entry.view is None:
        grade = f"the grade is {entry.grade.value}" if entry.grade is not None else "it was withdrawn from"
        return _says(entry, Reason.EARNS_NOTHING, f"{entry.label} earned no credit: {grade}.")
    numbers = _numbers(planned, entry)
    if not numbers:
        return _repeated(entry, planned, answer)
    fitting = _fitting(planned.board, numbers)
    if fitting:
        return _surplus(entry, planned, numbers, fitting)
    if hopeful is not None and (leaves := _fitting(hopeful.board, _numbers(hopeful, entry))):
        fits = hopeful.board.fits[leaves[0]]
        doubt = next((fits[number].doubt for number in _numbers(hopeful, entry) if number in fits), None)
        return _says(entry, Reason.UNDECIDED, f"It cannot be told whether {entry.label} counts: {doubt}.")
    return _refused(entry, planned, numbers, answer)


def _repeated(
    entry: entries.PlannedEntry, planned: audit_views.Solved, answer: articulation_answers.Answer | None
) -> audit_results.Unapplied:
    """Which entry has the credit; for courses from elsewhere what articulating says goes first."""
    if answer is not None and answer.kind in _KINDS and answer.kind is not AnswerKind.REPEATED:
        return _says(entry, _KINDS[answer.kind], answer.sentence)
    counted = planned.counted
    others = [
        other
        for item, other in zip(counted.repeated, counted.by, strict=True)
        if any(used.id == entry.id for used in item.used)
    ]
    other = others[0] if others else None
    if other is None:
        return _says(entry, Reason.REPEATED, f"A later attempt takes the credit of {entry.told}.")
    names = wording.listed([used.told for used in other.used])
    if other.doubt is not None:
        sentence = f"{entry.told} earns the same credit as {names}, of which it cannot be told: {other.doubt}."
        return _says(entry, Reason.UNDECIDED, sentence)
    earned = "is earned already by" if other.view is entries.View.COMPLETED else "will be earned by"
    return _says(entry, Reason.REPEATED, f"The credit of {entry.label} {earned} {names}.")


def _refused(
    entry: entries.PlannedEntry,
    planned: audit_views.Solved,
    numbers: list[int],
    answer: articulation_answers.Answer | None,
) -> audit_results.Unapplied:
    """The nearest miss over all requirements; for credit from elsewhere what articulating says of it."""
    board = planned.board
    ids = [board.items[number].course_ids for number in numbers]
    # What a pool would have to name, and does not, is the furthest miss: nearly all leaves end here.
    near = [
        (leaf, number)
        for leaf, pool in [(leaf, board.nodes[leaf].pool) for leaf in board.fits]
        for number, mine in zip(numbers, ids, strict=True)
        if not (pool.names_all and pool.named.keys().isdisjoint(mine))
    ]
    found = [(board.refusal(leaf, number), leaf) for leaf, number in near]
    misses = [(refusal, leaf) for refusal, leaf in found if refusal is not None]
    nearest, leaf = max(misses, key=lambda miss: (miss[0].nearness, -miss[1]), default=(Refusal.NO_OPTION, 0))
    is_certain = any(board.items[number].is_accepted and board.items[number].doubt is None for number in numbers)
    if not is_certain and nearest in {Refusal.NO_OPTION, Refusal.DOES_NOT_TRANSFER} and answer is not None:
        return _says(entry, _KINDS.get(answer.kind, Reason.DOES_NOT_TRANSFER), answer.sentence)
    if nearest in {Refusal.NO_OPTION, Refusal.DOES_NOT_TRANSFER}:
        return _says(entry, Reason.NO_OPTION, _unwanted(entry, [board.items[number] for number in numbers]))
    why = nearest.value
    if nearest is Refusal.GRADE_TOO_LOW:
        low = (eligibility.low_grade(board.nodes[leaf].pool, board.items[number]) for number in numbers)
        why = next((one for one in low if one is not None), why)
    if nearest is Refusal.PINNED_ELSEWHERE:
        keys = {key for number in numbers for key in board.items[number].pinned_keys}
        pinned = [_name(board, node.index) for node in board.nodes if node.requirement and node.requirement.key in keys]
        why = f"it is pinned to {wording.listed(pinned)}, which it does not fit" if pinned else why
    return _says(entry, _REASONS[nearest], f"{entry.label} is not applied to {_name(board, leaf)}: {why}.")


def _unwanted(entry: entries.PlannedEntry, items: Sequence[credit_items.Item]) -> str:
    """That no requirement takes an entry, by what it counts as."""
    given = [item.main for item in items if item.is_accepted and not item.main.is_as_taken]
    if not given:
        return f"No option of any requirement matches {entry.label}."
    named = [face.label for face in given if face.course is not None]
    named += [
        f"{credits.displayed(face.credits)} elective {wording.plural(face.credits, 'credit')} ({face.label})"
        for face in given
        if face.course is None
    ]
    return f"{entry.label} counts as {wording.listed(named)}, which no requirement takes."


def _surplus(
    entry: entries.PlannedEntry, planned: audit_views.Solved, numbers: list[int], fitting: list[int]
) -> audit_results.Unapplied:
    """Why an item that fits is left over: a maximum, or nothing needs it."""
    board, state = planned.board, planned.state
    full = [
        leaf
        for leaf in fitting
        if not any(number in board.fits[leaf] and state.fits_in(leaf, number) for number in numbers)
    ]
    named = [_name(board, leaf) for leaf in fitting[:_NAMED]]
    more = len(fitting) - len(named)
    names = wording.listed([*named, f"{more} more"] if more else named)
    if full == fitting:
        sentence = f"{entry.label} fits {names}, where a maximum is reached."
        return replace(_says(entry, Reason.MAXIMUM_REACHED, sentence), keys=_keys(board, fitting))
    lacking = [leaf for leaf in fitting if board.nodes[leaf].minima and not state.is_met(leaf)]
    if lacking:
        where = wording.listed([_name(board, leaf) for leaf in lacking[:_NAMED]])
        nearer = "it no nearer to what it lacks" if len(lacking) == 1 else "them no nearer to what they lack"
        return _says(entry, Reason.NOT_NEEDED, f"{entry.label} fits {where}, but brings {nearer}.")
    return _says(entry, Reason.NOT_NEEDED, f"{entry.label} fits {names}, but is not needed there.")


def _numbers(solved: audit_views.Solved, entry: entries.PlannedEntry) -> list[int]:
    id, items = entry.id, solved.board.items
    return [number for number in solved.board.numbers if id in items[number].entry_ids]


def _fitting(board: allocation_board.Board, numbers: list[int]) -> list[int]:
    return [leaf for leaf, fits in board.fits.items() if not fits.keys().isdisjoint(numbers)]


def _name(board: allocation_board.Board, leaf: int) -> str:
    node = board.nodes[leaf].requirement
    return "the program" if node is None else f"“{node.name}”"


def _keys(board: allocation_board.Board, leaves: Sequence[int]) -> tuple[str, ...]:
    found = (board.nodes[leaf].requirement for leaf in leaves)
    return tuple(one.key for one in found if one is not None)


def _says(entry: entries.PlannedEntry, reason: audit_results.UnappliedReason, sentence: str) -> audit_results.Unapplied:
    return audit_results.Unapplied(entry_id=entry.id, reason=reason, sentence=sentence)
