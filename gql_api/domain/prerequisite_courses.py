"""One course that a prerequisite names: is it behind, or beside, the student, with the grade that it takes?"""

from dataclasses import dataclass
from typing import TypeAlias

from gql_api.domain import entries, grades, prerequisite_findings, prerequisite_records, prerequisites, terms, verdicts

Finding: TypeAlias = prerequisite_findings.Finding
Problem: TypeAlias = prerequisite_findings.Problem
Verdict: TypeAlias = verdicts.Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    """What the plan holds of the course: is it early enough, and is it good enough?"""

    held: prerequisite_records.Held
    is_in_time: Verdict
    is_good: Verdict

    @property
    def verdict(self) -> Verdict:
        return verdicts.all_of([self.is_in_time, self.is_good])


def found(
    needed: prerequisites.CourseNeeded, record: prerequisite_records.Record, when: prerequisite_records.When | None
) -> Finding:
    """The answer about a course for something taken at `when`; none: after everything in the plan."""
    named = record.course(needed)
    if named is None:
        sentence = f"{needed.code} is in no catalog of this institution, so nobody can tell whether it was taken."
        return Finding(leaf=needed, verdict=Verdict.UNKNOWN, sentence=sentence, problem=Problem.NEEDS_REVIEW)
    attempts = [_attempt(needed, held, record, when) for held in record.held if held.course_ids & named.ids]
    verdict = verdicts.any_of(attempt.verdict for attempt in attempts)
    best = next((one for one in attempts if one.verdict is verdict), None)
    problem = _problem(attempts, verdict)
    if problem is Problem.TOO_LATE:
        best = next(one for one in attempts if one.is_good is not Verdict.NO)
    return Finding(
        leaf=needed,
        verdict=verdict,
        sentence=_sentence(needed, best, problem, when, record),
        problem=problem,
        course_id=named.course_id,
        entry_ids=() if best is None else tuple(entry.id for entry in best.held.taken),
    )


def _attempt(
    needed: prerequisites.CourseNeeded,
    held: prerequisite_records.Held,
    record: prerequisite_records.Record,
    when: prerequisite_records.When | None,
) -> _Attempt:
    reached = [_is_good(entry, needed.minimum_grade, record) for entry in held.taken]
    doubted = Verdict.YES if held.doubt is None else Verdict.UNKNOWN
    return _Attempt(
        held=held, is_in_time=_is_in_time(needed, held.when, when), is_good=verdicts.all_of([*reached, doubted])
    )


def _is_in_time(
    needed: prerequisites.CourseNeeded,
    taken: prerequisite_records.When | None,
    when: prerequisite_records.When | None,
) -> Verdict:
    if when is None:
        return Verdict.YES
    if taken is None:
        return Verdict.UNKNOWN
    if needed.timing is prerequisites.Timing.BEFORE:
        return verdicts.of(taken.is_before(when))
    return verdicts.of(taken.term_key <= when.term_key)


def _is_good(entry: entries.PlannedEntry, minimum: grades.Grade | None, record: prerequisite_records.Record) -> Verdict:
    """Whether the entry earns credit with the grade; an examination that was accepted is good enough."""
    if not prerequisite_records.is_earning(entry):
        return Verdict.NO
    if entry.is_examination:
        return Verdict.YES
    return verdicts.of(entries.reaches_grade(entry, minimum, pass_proves=record.receiver.pass_proves))


def _problem(attempts: list[_Attempt], verdict: Verdict) -> Problem | None:
    if verdict is Verdict.YES:
        return None
    if verdict is Verdict.UNKNOWN:
        return Problem.NEEDS_REVIEW
    if any(attempt.is_good is not Verdict.NO for attempt in attempts):
        return Problem.TOO_LATE
    return Problem.GRADE_TOO_LOW if attempts else Problem.MISSING


def _sentence(
    needed: prerequisites.CourseNeeded,
    best: _Attempt | None,
    problem: Problem | None,
    when: prerequisite_records.When | None,
    record: prerequisite_records.Record,
) -> str:
    if best is None:
        return f"{needed.code} is not in the plan."
    told = _told(needed, best.held)
    match problem:
        case None:
            return f"{told} satisfies it."
        case Problem.TOO_LATE:
            within = "in an earlier term or session than" if needed.timing is prerequisites.Timing.BEFORE else "by"
            return f"{told} is too late: it must be taken {within} {_label(when)}."
        case Problem.GRADE_TOO_LOW:
            return _too_low(needed, best, record)
        case _:
            return f"{told} would satisfy it, but {_unknown(needed, best)}."


def _too_low(needed: prerequisites.CourseNeeded, best: _Attempt, record: prerequisite_records.Record) -> str:
    entry = next(one for one in best.held.taken if _is_good(one, needed.minimum_grade, record) is Verdict.NO)
    if not prerequisite_records.is_earning(entry):
        given = "no grade" if entry.grade is None else f"the grade {entry.grade.value}"
        return f"{entry.told} earned no credit, with {given}."
    minimum = needed.minimum_grade or grades.Grade.D_MINUS
    text = entries.below(entry, minimum, pass_proves=record.receiver.pass_proves)
    return f"{text[0].upper()}{text[1:]}."


def _unknown(needed: prerequisites.CourseNeeded, best: _Attempt) -> str:
    if best.held.doubt is not None:
        return best.held.doubt
    if best.is_in_time is Verdict.UNKNOWN:
        return "it is not scheduled yet"
    minimum = "" if needed.minimum_grade is None else f", and at least {needed.minimum_grade.value} is asked for"
    return f"no letter grade is recorded{minimum}"


def _told(needed: prerequisites.CourseNeeded, held: prerequisite_records.Held) -> str:
    """The entries, and what they stand for where that is another code."""
    told = " and ".join(entry.told for entry in held.taken)
    is_itself = any(entry.label.upper() == needed.code.upper() for entry in held.taken)
    return told if is_itself else f"{told}, which counts as {needed.code},"


def _label(when: prerequisite_records.When | None) -> str:
    if when is None or when.term_key <= 0:
        return "the course itself"
    label = terms.from_sort_key(when.term_key).label
    return f"{label} ({when.session})" if when.session else label
