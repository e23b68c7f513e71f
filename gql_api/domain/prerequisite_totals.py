"""Standing, earned credits and averages that a prerequisite asks for.

What the institution will accept from elsewhere is an audit's affair: its own credits alone may be enough (YES), and all
credits together too few (NO); between the two nobody can tell. Nor can anybody tell whether what is planned for no term
comes before; the course that asks earns nothing before itself, except where an attempt of it is completed.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import TypeAlias

from gql_api.domain import (
    averages,
    courses,
    credits,
    entries,
    institutions,
    prerequisite_findings,
    prerequisite_records,
    prerequisites,
    verdicts,
    wording,
)

Finding: TypeAlias = prerequisite_findings.Finding
Problem: TypeAlias = prerequisite_findings.Problem
Verdict: TypeAlias = verdicts.Verdict
When: TypeAlias = prerequisite_records.When


def standing(needed: prerequisites.StandingNeeded, record: prerequisite_records.Record, when: When | None) -> Finding:
    """The answer about a minimum standing."""
    least = record.standings.credits(needed.standing)
    if least is None:
        return _reviewed(needed, f"Whether the student has {needed.standing.value} standing is not known here.")
    return _of_credits(needed, f"{needed.standing.value} standing", least, record, when)


def earned(needed: prerequisites.CreditsNeeded, record: prerequisite_records.Record, when: When | None) -> Finding:
    """The answer about earned credits."""
    return _of_credits(needed, f"“{needed.text}”", needed.credits, record, when)


def average(needed: prerequisites.AverageNeeded, record: prerequisite_records.Record, when: When | None) -> Finding:
    """The answer about an average: known only where nothing is still to be graded before."""
    graded = [entry for entry in record.taken if entry.is_completed]
    found = averages.of(averages.attempts(graded, record.receiver))
    if found is None:
        return _reviewed(needed, f"There are no grades yet for an average of {needed.minimum}.")
    before = _before(record, when) + (_unscheduled(record) if when is None else [])
    ahead = [one for one in before if not one.is_completed and _is_own(one, record)]
    if ahead:
        text = f"The average is {averages.displayed(found)} now and will change; {needed.minimum} is asked for."
        return _reviewed(needed, text)
    is_reached = found >= needed.minimum
    return Finding(
        leaf=needed,
        verdict=verdicts.of(is_reached),
        sentence=f"The average is {averages.displayed(found)}; {needed.minimum} is asked for.",
        problem=None if is_reached else Problem.GRADE_TOO_LOW,
    )


def _of_credits(
    needed: prerequisites.StandingNeeded | prerequisites.CreditsNeeded,
    what: str,
    least: Decimal,
    record: prerequisite_records.Record,
    when: When | None,
) -> Finding:
    counted = _before(record, when)
    calendar = record.receiver.calendar
    own = _sum((one for one in counted if _is_own(one, record)), calendar)
    everything = own + _sum((one for one in counted if not _is_own(one, record)), calendar)
    if own >= least:
        carried = "1 credit is" if own == 1 else f"{_amount(own)} credits are"
        sentence = f"{carried} enough for {what}."
        return Finding(leaf=needed, verdict=Verdict.YES, sentence=sentence)
    asked = f"{what} needs {_amount(least)} {wording.plural(least, 'credit')} before"
    asked = asked[0].upper() + asked[1:]
    hoped = [*counted, *_unscheduled(record)]
    most = _sum((one for one in hoped if _is_own(one, record)), calendar)
    most += _sum((one for one in hoped if not _is_own(one, record)), calendar)
    if everything < least <= most:
        text = f"the plan has {_amount(everything)}, and {_amount(most - everything)} more that are not scheduled yet"
        return _reviewed(needed, f"{asked}; {text}.")
    if everything < least:
        sentence = f"{asked}; the plan has {_amount(everything)}."
        return Finding(leaf=needed, verdict=Verdict.NO, sentence=sentence, problem=Problem.MISSING)
    known = f"{_amount(own)} are of this institution, {_amount(everything - own)} more may be accepted"
    return _reviewed(needed, f"{asked}; {known}.")


def _before(record: prerequisite_records.Record, when: When | None) -> list[entries.PlannedEntry]:
    """What certainly earns credit before `when`; none: after everything that is scheduled."""
    return [
        entry
        for entry in _earning(record)
        if (time := prerequisite_records.when(entry, record.on)) is not None and (when is None or time.is_before(when))
    ]


def _unscheduled(record: prerequisite_records.Record) -> list[entries.PlannedEntry]:
    """What may earn credit before anything: it is planned for no term yet."""
    return [entry for entry in _earning(record) if prerequisite_records.when(entry, record.on) is None]


def _earning(record: prerequisite_records.Record) -> list[entries.PlannedEntry]:
    """What earns credit, or will; of the course that asks only what is completed."""
    return [
        entry
        for entry in record.taken
        if prerequisite_records.is_earning(entry) and (entry.is_completed or not record.is_asking(entry))
    ]


def _is_own(entry: entries.PlannedEntry, record: prerequisite_records.Record) -> bool:
    course = entry.course
    return isinstance(course, courses.Course) and course.institution_id == record.receiver.institution_id


def _sum(taken: Iterable[entries.PlannedEntry], calendar: institutions.Calendar) -> Decimal:
    """The credits of the entries; a repeated course counts once, developmental ones not at all."""
    amounts: dict[object, Decimal] = {}
    for entry in taken:
        course = entry.course
        if isinstance(course, entries.UnlistedCourse):
            amounts[("entry", entry.id)] = entry.amount
            continue
        if course.is_developmental:
            continue
        is_repeatable = course.repeatable_times is not None or course.repeatable_credits is not None
        key = ("entry", entry.id) if is_repeatable else ("course", min(course.same_ids))
        amount = entries.converted(entry.amount, course.calendar, calendar)
        amounts[key] = max(amount, amounts.get(key, Decimal(0)))
    return sum(amounts.values(), start=Decimal(0))


def _reviewed(leaf: prerequisites.Leaf, sentence: str) -> Finding:
    return Finding(leaf=leaf, verdict=Verdict.UNKNOWN, sentence=sentence, problem=Problem.NEEDS_REVIEW)


def _amount(value: Decimal) -> str:
    return f"{Decimal(credits.displayed(value)).normalize():f}"
