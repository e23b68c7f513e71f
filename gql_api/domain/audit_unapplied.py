"""For every entry that is applied nowhere: why."""

from collections.abc import Mapping

from gql_api.domain import (
    allocation_board,
    articulation_answers,
    audit_results,
    audit_views,
    eligibility,
    entries,
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
}
_NAMED = 3
"""Requirements named in a sentence."""


def unapplied(
    problem: audit_views.Problem,
    planned: audit_views.Solved,
    hopeful: audit_views.Solved | None,
    answers: Mapping[int, articulation_answers.Answer],
) -> tuple[audit_results.Unapplied, ...]:
    """The entries that the PLANNED view applies nowhere, by id."""
    board = planned.board
    applied = {entry.id for _, item in planned.state.pairs() for entry in board.items[item].used}
    found = (
        _explain(entry, planned, hopeful, answers.get(entry.id))
        for entry in sorted(problem.taken, key=lambda entry: entry.id)
        if entry.id not in applied
    )
    return tuple(found)


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
        return _says(entry, Reason.REPEATED, f"The credit of {entry.label} is earned already by another attempt.")
    fitting = _fitting(planned.board, numbers)
    if fitting:
        return _surplus(entry, planned, numbers, fitting)
    if hopeful is not None and (leaves := _fitting(hopeful.board, _numbers(hopeful, entry))):
        fits = hopeful.board.fits[leaves[0]]
        doubt = next((fits[number].doubt for number in _numbers(hopeful, entry) if number in fits), None)
        return _says(entry, Reason.UNDECIDED, f"It cannot be told whether {entry.label} counts: {doubt}.")
    return _refused(entry, planned, numbers, answer)


def _refused(
    entry: entries.PlannedEntry,
    planned: audit_views.Solved,
    numbers: list[int],
    answer: articulation_answers.Answer | None,
) -> audit_results.Unapplied:
    """The nearest miss over all requirements; for credit from elsewhere what articulating says of it."""
    board = planned.board
    found = [(board.refusal(leaf, number), leaf) for leaf in board.fits for number in numbers]
    misses = [(refusal, leaf) for refusal, leaf in found if refusal is not None]
    nearest, leaf = max(misses, key=lambda miss: (miss[0].nearness, -miss[1]), default=(Refusal.NO_OPTION, 0))
    is_accepted = any(board.items[number].is_accepted for number in numbers)
    if not is_accepted and nearest in {Refusal.NO_OPTION, Refusal.DOES_NOT_TRANSFER} and answer is not None:
        return _says(entry, _KINDS.get(answer.kind, Reason.DOES_NOT_TRANSFER), answer.sentence)
    if nearest in {Refusal.NO_OPTION, Refusal.DOES_NOT_TRANSFER}:
        return _says(entry, Reason.NO_OPTION, f"No option of any requirement matches {entry.label}.")
    return _says(entry, _REASONS[nearest], f"{entry.label} is not applied to {_name(board, leaf)}: {nearest.value}.")


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
    names = ", ".join(_name(board, leaf) for leaf in fitting[:_NAMED])
    if full == fitting:
        return _says(entry, Reason.MAXIMUM_REACHED, f"{entry.label} fits {names}, where a maximum is reached.")
    return _says(entry, Reason.NOT_NEEDED, f"{entry.label} fits {names}, but is not needed there.")


def _numbers(solved: audit_views.Solved, entry: entries.PlannedEntry) -> list[int]:
    return [number for number, item in enumerate(solved.board.items) if any(used.id == entry.id for used in item.used)]


def _fitting(board: allocation_board.Board, numbers: list[int]) -> list[int]:
    return [leaf for leaf in board.fits if any(number in board.fits[leaf] for number in numbers)]


def _name(board: allocation_board.Board, leaf: int) -> str:
    node = board.nodes[leaf].requirement
    return "the program" if node is None else f"“{node.name}”"


def _says(entry: entries.PlannedEntry, reason: audit_results.UnappliedReason, sentence: str) -> audit_results.Unapplied:
    return audit_results.Unapplied(entry_id=entry.id, reason=reason, sentence=sentence)
