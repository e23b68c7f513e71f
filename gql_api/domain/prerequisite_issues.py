"""What is wrong with the prerequisites of a plan: one issue for each part of a prerequisite that is not satisfied."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from gql_api.domain import (
    courses,
    entries,
    prerequisite_checks,
    prerequisite_findings,
    prerequisite_records,
    prerequisite_words,
    prerequisites,
    statuses,
    verdicts,
    wording,
)

Finding: TypeAlias = prerequisite_findings.Finding
Problem: TypeAlias = prerequisite_findings.Problem
_PENDING = frozenset({statuses.PlannedStatus.PLANNED, statuses.PlannedStatus.IN_PROGRESS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A part of an entry's prerequisites that the plan does not satisfy, or of which that cannot be told.

    `missing` are the ids of the courses any of which, or all of which, would help.
    """

    entry_id: int
    course_id: int
    institution_id: int
    problem: Problem
    message: str
    part: prerequisites.Prerequisite
    findings: tuple[Finding, ...]
    missing: tuple[int, ...] = ()


Asked = Callable[[int], tuple[prerequisites.Prerequisite | None, prerequisite_records.Record | None]]
"""By a course's id: what it asks for, and the plan at its institution."""


def issues(taken: Iterable[entries.PlannedEntry], asked: Asked) -> tuple[Issue, ...]:
    """The issues of every entry that is planned or running, in the order of the entries."""
    return tuple(issue for entry in taken for issue in _of_entry(entry, asked))


def _of_entry(entry: entries.PlannedEntry, asked: Asked) -> Iterator[Issue]:
    if not isinstance(entry.course, courses.Course):
        return
    tree, record = asked(entry.course.id)
    if tree is None or record is None:
        return
    record = replace(record, asking_id=entry.course.id)
    pending = entries.as_of(entry, record.on)
    if pending.status not in _PENDING:
        return
    when = prerequisite_records.when(pending, record.on)
    for part in tree.members if isinstance(tree, prerequisites.AllOf) else (tree,):
        answer = prerequisite_checks.satisfied(part, record, when)
        nearest = answer.decided_by
        if answer.verdict is not verdicts.Verdict.YES and nearest is not None and nearest.problem is not None:
            yield Issue(
                entry_id=entry.id,
                course_id=entry.course.id,
                institution_id=entry.course.institution_id,
                problem=nearest.problem,
                message=f"{entry.told} needs {prerequisite_words.told(part)}. {_reasons(answer, nearest)}",
                part=part,
                findings=answer.deciding,
                missing=() if nearest.problem is Problem.EXCLUDED else _helping(part, answer, record, when),
            )


def _helping(
    part: prerequisites.Prerequisite,
    answer: prerequisite_findings.Answer,
    record: prerequisite_records.Record,
    when: prerequisite_records.When | None,
) -> tuple[int, ...]:
    """The courses that would help: those that decide, and, where something else leaves it open, those not there yet.

    `MATH 98 or placement` is open for the placement's sake, and MATH 98 would settle it.
    """
    deciding = [*answer.deciding]
    if answer.verdict is verdicts.Verdict.UNKNOWN:
        for needed in prerequisites.asked(part):
            found = prerequisite_checks.satisfied(needed, record, when)
            deciding += [one for one in found.deciding if one.verdict is verdicts.Verdict.NO]
    return tuple(dict.fromkeys(one.course_id for one in deciding if one.course_id is not None))


def _reasons(answer: prerequisite_findings.Answer, nearest: Finding) -> str:
    """Why: the nearest leaf, or, where all that would do is missing, that none of it is there."""
    absent = [one for one in answer.deciding if one.problem is Problem.MISSING and one.course_id is not None]
    if len(absent) == len(answer.deciding) > 1:
        codes = [prerequisite_words.told(one.leaf) for one in absent]
        return f"The plan has none of {wording.listed(codes)}." if len(codes) < _MOST_NAMED else "The plan has none."
    return nearest.sentence


_MOST_NAMED = 8
