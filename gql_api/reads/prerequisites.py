"""What checks of prerequisites need of any number of plans and courses, in five statements at most: rows end here.

=====  ===========================================================================
1      the plans' entries with the decisions about their transfer (`audit_plans`)
2      the courses asked about: their texts, and their institutions' policies
3      the courses that the texts name (`prerequisite_names`)
4      the rules that could apply to the entries (`rule_values`)
5      the courses of entries, awards and decisions (`course_values`)
=====  ===========================================================================

Where no course asks for anything two suffice; what another field of the same request has read is not read again
(`plan_facts`).

Texts are parsed when they are read; the trees of the latest texts are remembered (`domain.prerequisites_parsing`).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from gql_api.domain import (
    articulation_rules,
    entries,
    prerequisite_checks,
    prerequisite_findings,
    prerequisite_issues,
    prerequisite_records,
    prerequisites,
    prerequisites_parsing,
)
from gql_api.reads import audit_plans, plan_facts, prerequisite_names, rows, statements
from gql_api.tables.courses import Course
from gql_api.tables.institutions import Institution


class _Standings(NamedTuple):
    sophomore_credits: Decimal
    junior_credits: Decimal
    senior_credits: Decimal


class _Asking(NamedTuple):
    """A course with what it asks for, and the institution that asks."""

    id: int
    tree: prerequisites.Prerequisite | None
    policies: audit_plans.Policies
    standings: _Standings


class Question(NamedTuple):
    """May this course be taken by this plan then? `when` none: after everything in the plan."""

    course_id: int
    plan_id: int
    when: prerequisite_records.When | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gathered:
    """What was read, by what it is looked up with."""

    asking: Mapping[int, _Asking]
    named: Mapping[int, Mapping[str, prerequisite_records.Named]]
    rules: Mapping[int, Sequence[articulation_rules.Rule]]
    entries: Mapping[int, Sequence[entries.PlannedEntry]]
    decisions: Mapping[tuple[int, int], articulation_rules.Decision]
    on: date


class Plans:
    """The plans that were read, ready to be asked."""

    def __init__(self, gathered: _Gathered) -> None:
        self._gathered = gathered
        self._records: dict[tuple[int, int], prerequisite_records.Record] = {}

    def tree(self, course_id: int) -> prerequisites.Prerequisite | None:
        """What a course asks for; none where it asks for nothing, or was not read."""
        asking = self._gathered.asking.get(course_id)
        return None if asking is None else asking.tree

    def answer(self, question: Question) -> prerequisite_findings.Answer:
        """Whether a course may be taken."""
        record = self.record(question.plan_id, question.course_id)
        tree = self.tree(question.course_id)
        if tree is None or record is None:
            return prerequisite_checks.satisfied(None, prerequisite_records.nothing(self._gathered.on), None)
        asked = replace(record, asking_id=question.course_id)
        return prerequisite_checks.satisfied(tree, asked, question.when)

    def issues(self, plan_id: int) -> tuple[prerequisite_issues.Issue, ...]:
        """What is wrong with a plan."""
        return prerequisite_issues.issues(
            self._gathered.entries.get(plan_id, ()),
            lambda course_id: (self.tree(course_id), self.record(plan_id, course_id)),
        )

    def record(self, plan_id: int, course_id: int) -> prerequisite_records.Record | None:
        """The plan at the institution of a course that was read."""
        asking = self._gathered.asking.get(course_id)
        if asking is None:
            return None
        key = (plan_id, asking.policies.id)
        if key not in self._records:
            self._records[key] = self._record(plan_id, asking)
        return self._records[key]

    def _record(self, plan_id: int, asking: _Asking) -> prerequisite_records.Record:
        gathered, institution_id = self._gathered, asking.policies.id
        taken = gathered.entries.get(plan_id, ())
        mine = {entry.id for entry in taken}
        return prerequisite_records.record(
            taken,
            articulation_rules.Possibilities(
                receiver=audit_plans.receiver(asking.policies, institution_id),
                rules=_speaking(gathered.rules.get(institution_id, ()), taken),
                decisions=tuple(
                    decision
                    for (entry_id, receiving_id), decision in gathered.decisions.items()
                    if receiving_id == institution_id and entry_id in mine
                ),
            ),
            gathered.named.get(institution_id, {}),
            prerequisite_records.Standings(
                sophomore=asking.standings.sophomore_credits,
                junior=asking.standings.junior_credits,
                senior=asking.standings.senior_credits,
            ),
            on=gathered.on,
        )


async def issues(
    connection: rows.Connection, plan_ids: Sequence[int], held: plan_facts.Held, *, on: date
) -> list[tuple[prerequisite_issues.Issue, ...]]:
    """What is wrong with the prerequisites of each plan as of a day. Five statements at most."""
    taken = await held.taken(connection, plan_ids)
    found = await _gathered(connection, taken, await _asking(connection, taken.course_ids), held, on)
    return [found.issues(plan_id) for plan_id in plan_ids]


async def issues_of_entries(
    connection: rows.Connection,
    plan_id: int,
    everything: Sequence[audit_plans.EntryRow],
    course_ids: Collection[int],
    *,
    on: date,
) -> tuple[prerequisite_issues.Issue, ...]:
    """What is wrong with a plan of these entries, stored or not, as to these courses. Five statements at most."""
    asking = await _asking(connection, course_ids)
    if not asking:
        return ()
    stored = await audit_plans.taken(connection, [plan_id])
    taken = audit_plans.Taken(entries={plan_id: list(everything)}, decisions=stored.decisions)
    found = await _gathered(connection, taken, asking, plan_facts.Held(), on)
    return found.issues(plan_id)


async def answers(
    connection: rows.Connection, questions: Sequence[Question], held: plan_facts.Held, *, on: date
) -> list[prerequisite_findings.Answer]:
    """Whether each course may be taken as of a day. Five statements at most."""
    taken = await held.taken(connection, {one.plan_id for one in questions})
    asking = await _asking(connection, {one.course_id for one in questions})
    found = await _gathered(connection, taken, asking, held, on)
    return [found.answer(question) for question in questions]


async def _gathered(
    connection: rows.Connection,
    taken: audit_plans.Taken,
    asking: Mapping[int, _Asking],
    held: plan_facts.Held,
    on: date,
) -> Plans:
    if not asking:
        return Plans(_Gathered(asking={}, named={}, rules={}, entries={}, decisions={}, on=on))
    keys = {key for one in asking.values() for key in prerequisite_names.keys_of(one.policies.id, [one.tree])}
    meant = await prerequisite_names.named(connection, keys)
    receivers = {one.policies.id for one in asking.values()}
    leading = await held.rules(connection, taken.course_ids, receivers)
    awarded = plan_facts.awarded(leading)
    known = await held.courses(connection, taken.course_ids | taken.decided_ids | awarded)
    named: dict[int, dict[str, prerequisite_records.Named]] = {}
    for (institution_id, key), one in meant.items():
        named.setdefault(institution_id, {})[key] = one
    return Plans(
        _Gathered(
            asking=asking,
            named=named,
            rules=held.made(leading),
            entries=held.entries(taken),
            decisions={
                key: audit_plans.decision_value(found[-1], known) for key, found in taken.decisions.items() if found
            },
            on=on,
        )
    )


async def required(connection: rows.Connection, course_ids: Collection[int]) -> Mapping[int, frozenset[int]]:
    """The courses that each of these names as helping to satisfy it: the arrows of a prerequisite cycle.

    Courses that may be taken in the same term are left out: they can satisfy each other. Two statements.
    """
    asking = await _asking(connection, course_ids)
    wanted = {id: _before(one) for id, one in asking.items()}
    meant = await prerequisite_names.named(connection, {key for keys in wanted.values() for key in keys})
    return {
        id: frozenset(meant[key].course_id for key in wanted.get(id, ()) if key in meant) - {id} for id in course_ids
    }


def _before(asking: _Asking) -> list[prerequisite_names.Key]:
    found = () if asking.tree is None else prerequisites.asked(asking.tree)
    return [
        (asking.policies.id, key)
        for course in found
        if course.timing is prerequisites.Timing.BEFORE
        for key in course.keys
    ]


async def _asking(connection: rows.Connection, course_ids: Collection[int]) -> Mapping[int, _Asking]:
    """Those of the courses that ask for something."""
    if not course_ids:
        return {}
    found = await _ASKING.fetch(connection, _split, ids=sorted(course_ids))
    return {one.id: one for one in found if one.tree is not None}


def _split(*row: Any) -> _Asking:  # noqa: ANN401 - a row's columns are of many types
    width = 2 + len(audit_plans.Policies._fields)
    return _Asking(
        row[0], prerequisites_parsing.parse(row[1]), audit_plans.Policies(*row[2:width]), _Standings(*row[width:])
    )


def _speaking(
    rules: Iterable[articulation_rules.Rule], taken: Sequence[entries.PlannedEntry]
) -> tuple[articulation_rules.Rule, ...]:
    """The rules that begin with a course of the plan."""
    mine: set[int] = set()
    for entry in taken:
        if not isinstance(entry.course, entries.UnlistedCourse):
            mine |= entry.course.same_ids
    return tuple(rule for rule in rules if any(source.course_id in mine for group in rule.groups for source in group))


_ASKING = statements.Prepared(
    sa.select(
        col(Course.id),
        col(Course.prerequisite_text),
        *(column.label(f"its_{column.name}") for column in rows.columns(Institution, audit_plans.Policies)),
        *rows.columns(Institution, _Standings),
    )
    .join(Institution, col(Institution.id) == col(Course.institution_id))
    .where(statements.among(col(Course.id), "ids"), col(Course.prerequisite_text).is_not(None))
)
