"""What one snapshot has told of plans and their courses, so that audits and checks of one request read it once.

Entries, rules, trees and courses are asked for by several fields of an answer: progress towards two programs,
prerequisites, articulation, a program's tree. Whoever comes first reads; the others wait and read only what is left.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gql_api.domain import articulation_rules, entries
from gql_api.reads import audit_plans, course_values, programs, requirement_trees, rows, rule_values

_Plan = tuple[entries.PlannedEntry, ...]
_Entries = Mapping[int, _Plan]
_Rules = dict[int, list[rule_values.RuleRows]]
Seen = Callable[[Iterable[int]], Iterable[programs.VersionRow]]
"""Those rows of some versions, by id, that were read in the same snapshot."""


def _nothing_seen(_version_ids: Iterable[int]) -> Iterable[programs.VersionRow]:
    return ()


@dataclass(slots=True, weakref_slot=True)
class Held:
    """Of one snapshot: versions, plans' entries with the decisions on them, rules, and courses; it never forgets."""

    seen: Seen = _nothing_seen
    """What the request knows of versions already."""
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    _versions: dict[int, requirement_trees.VersionRules | None] = field(
        default_factory=dict[int, requirement_trees.VersionRules | None]
    )
    _plans: dict[int, list[audit_plans.EntryRow]] = field(default_factory=dict[int, list[audit_plans.EntryRow]])
    _decisions: dict[tuple[int, int], list[audit_plans.DecisionRow]] = field(
        default_factory=dict[tuple[int, int], list[audit_plans.DecisionRow]]
    )
    _rules: dict[frozenset[int], _Rules] = field(default_factory=dict[frozenset[int], _Rules])
    _courses: dict[int, course_values.CourseValue] = field(default_factory=dict[int, course_values.CourseValue])
    _entries: dict[int, _Plan] = field(default_factory=dict[int, _Plan])
    _made: dict[int, articulation_rules.Rule] = field(default_factory=dict[int, articulation_rules.Rule])

    async def versions(
        self, connection: rows.Connection, ids: Collection[int]
    ) -> Mapping[int, requirement_trees.VersionRules | None]:
        """The rules of versions, none for an unknown one, those of these ids among them. Four statements at most."""
        async with self._reading:
            missing = [id for id in ids if id not in self._versions]
            if missing:
                found = await requirement_trees.rules_by_version(connection, missing, self.seen(missing))
                self._versions.update(zip(missing, found, strict=True))
        return self._versions

    async def taken(self, connection: rows.Connection, plan_ids: Collection[int]) -> audit_plans.Taken:
        """The entries of the plans and the decisions that stand. One statement at most."""
        async with self._lock:
            missing = sorted(set(plan_ids).difference(self._plans))
            if missing:
                found = await audit_plans.taken(connection, missing)
                self._plans.update((id, found.entries[id]) for id in missing)
                self._decisions.update(found.decisions)
        mine = {id: self._plans[id] for id in plan_ids}
        if len(mine) == len(self._plans):
            return audit_plans.Taken(entries=mine, decisions=self._decisions)
        ids = {entry.id for found in mine.values() for entry in found}
        return audit_plans.Taken(
            entries=mine, decisions={key: found for key, found in self._decisions.items() if key[0] in ids}
        )

    async def rules(
        self, connection: rows.Connection, course_ids: frozenset[int], receiving_ids: Collection[int]
    ) -> list[rule_values.RuleRows]:
        """The rules that speak of the courses at these receiving institutions. One statement at most."""
        async with self._lock:
            known = self._rules.setdefault(course_ids, {})
            missing = sorted(set(receiving_ids).difference(known))
            if missing and course_ids:
                found = rows.grouped(
                    (one.rule.receiving_institution_id, one)
                    for one in await rule_values.from_courses(connection, course_ids, missing)
                )
                known.update((id, found[id]) for id in missing)
        return [one for id in sorted(set(receiving_ids)) for one in known.get(id, ())]

    async def courses(
        self, connection: rows.Connection, ids: Collection[int]
    ) -> Mapping[int, course_values.CourseValue]:
        """Courses as values, these among them. One statement at most."""
        async with self._lock:
            missing = set(ids).difference(self._courses)
            if missing:
                self._courses.update(await course_values.by_id(connection, missing))
        return self._courses

    def entries(self, taken: audit_plans.Taken) -> _Entries:
        """The entries of each plan as values; `courses` has been asked for theirs."""
        return {plan_id: self._of_plan(plan_id, found) for plan_id, found in taken.entries.items()}

    def made(self, found: Sequence[rule_values.RuleRows]) -> Mapping[int, Sequence[articulation_rules.Rule]]:
        """The rules as values by receiving institution; `courses` has been asked for what they award."""
        return rows.grouped((one.rule.receiving_institution_id, self._rule(one)) for one in found)

    def _of_plan(self, plan_id: int, found: list[audit_plans.EntryRow]) -> _Plan:
        if found is not self._plans.get(plan_id):  # entries as they would be
            return tuple([audit_plans.entry_value(row, self._courses) for row in found])
        if plan_id not in self._entries:
            self._entries[plan_id] = tuple([audit_plans.entry_value(row, self._courses) for row in found])
        return self._entries[plan_id]

    def _rule(self, row: rule_values.RuleRows) -> articulation_rules.Rule:
        found = self._made.get(row.rule.id)
        if found is None:
            found = self._made[row.rule.id] = rule_values.value(row, self._courses)
        return found


def awarded(rules: Sequence[rule_values.RuleRows]) -> set[int]:
    """The courses that the rules award."""
    return {award.course_id for one in rules for award in one.awards if award.course_id is not None}
