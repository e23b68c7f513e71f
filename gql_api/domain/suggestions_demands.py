"""What the prerequisites of catalog courses ask of a plan: whether it satisfies them, and what else they lead to."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from gql_api.domain import (
    articulation_rules,
    courses,
    gap_plans_prerequisites,
    prerequisite_checks,
    prerequisite_records,
    prerequisites,
    suggestions_open,
    verdicts,
)

Verdict = verdicts.Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Demands:
    """What courses ask for, by their id, and what their institutions know of codes, policies and standings."""

    trees: Mapping[int, prerequisites.Prerequisite] = field(default_factory=dict[int, prerequisites.Prerequisite])
    named: Mapping[int, Mapping[str, prerequisite_records.Named]] = field(
        default_factory=dict[int, Mapping[str, prerequisite_records.Named]]
    )
    receivers: Mapping[int, articulation_rules.Receiver] = field(default_factory=dict[int, articulation_rules.Receiver])
    standings: Mapping[int, prerequisite_records.Standings] = field(
        default_factory=dict[int, prerequisite_records.Standings]
    )


def joined(parts: Iterable[Demands]) -> Demands:
    """Several readings as one."""
    trees: dict[int, prerequisites.Prerequisite] = {}
    named: dict[int, dict[str, prerequisite_records.Named]] = {}
    receivers: dict[int, articulation_rules.Receiver] = {}
    standings: dict[int, prerequisite_records.Standings] = {}
    for part in parts:
        trees.update(part.trees)
        receivers.update(part.receivers)
        standings.update(part.standings)
        for institution_id, found in part.named.items():
            named.setdefault(institution_id, {}).update(found)
    return Demands(trees=trees, named=named, receivers=receivers, standings=standings)


def may_take(demands: Demands, given: suggestions_open.Given, on: date) -> Callable[[courses.Course], verdicts.Verdict]:
    """Whether a course may be taken after everything in the plan."""
    records: dict[int, prerequisite_records.Record] = {}

    def verdict(course: courses.Course) -> verdicts.Verdict:
        tree = demands.trees.get(course.id)
        if tree is None:
            return Verdict.YES
        institution_id = course.institution_id
        if institution_id not in records:
            records[institution_id] = record(demands, given, institution_id, on)
        return prerequisite_checks.satisfied(tree, records[institution_id], None).verdict

    return verdict


def asked(demands: Demands, given: suggestions_open.Given, on: date) -> gap_plans_prerequisites.Asked:
    """What the program's own courses ask for beyond the plan, for a gap plan."""
    here = given.tree.institution_id
    mine = record(demands, given, here, on)

    def meant(needed: prerequisites.CourseNeeded) -> frozenset[int]:
        named = mine.course(needed)
        return frozenset() if named is None else named.ids

    def is_held(needed: prerequisites.CourseNeeded) -> bool:
        # What cannot be told, such as a grade that is not recorded, stands in nobody's way here.
        return prerequisite_checks.satisfied(needed, mine, None).verdict is not Verdict.NO

    return gap_plans_prerequisites.Asked(
        trees={
            id: tree
            for id, tree in demands.trees.items()
            if prerequisite_checks.satisfied(tree, mine, None).verdict is not Verdict.YES
        },
        meant=meant,
        is_held=is_held,
    )


def record(
    demands: Demands, given: suggestions_open.Given, institution_id: int, on: date
) -> prerequisite_records.Record:
    """The plan at an institution. Elsewhere than at the program's own its courses count as themselves alone."""
    possibilities = given.possibilities
    if institution_id != possibilities.receiver.institution_id:
        receiver = demands.receivers.get(institution_id)
        receiver = receiver or articulation_rules.Receiver(institution_id=institution_id)
        possibilities = articulation_rules.Possibilities(receiver=receiver)
    return prerequisite_records.record(
        given.entries,
        possibilities,
        demands.named.get(institution_id, {}),
        demands.standings.get(institution_id),
        on=on,
    )


def missing(demands: Demands, known: Iterable[int]) -> frozenset[int]:
    """The courses that prerequisites name and that nobody has looked at yet."""
    named = {one.course_id for tree in demands.trees.values() for one in _meant(demands, tree)}
    return frozenset(named - set(known))


def _meant(demands: Demands, tree: prerequisites.Prerequisite) -> Iterable[prerequisite_records.Named]:
    for needed in prerequisites.asked(tree):
        for found in demands.named.values():
            yield from (found[key] for key in needed.keys if key in found)
