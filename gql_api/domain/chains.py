"""Articulating over several institutions: whole rules applied hop by hop to the list of courses.

The first hop is the ordinary articulation to the receiver. For each further hop the courses known so far are
articulated to the other institutions, and what they award there may go on to the receiver. Shorter ways come first; a
course is used up by one award, however far that award leads. What is derived is advice: colleges as a rule want the
transcript of the first one, so it never counts by itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from gql_api.domain import articulation, articulation_rules, entries, equivalencies, grades, statuses

DEFAULT_HOPS = 2
"""How many institutions a chain may lead to where the caller does not say."""
MOST_HOPS = 4
"""The longest chain that is followed."""

_STATUSES = {
    entries.View.COMPLETED: statuses.PlannedStatus.COMPLETED,
    entries.View.IN_PROGRESS: statuses.PlannedStatus.IN_PROGRESS,
    entries.View.PLANNED: statuses.PlannedStatus.PLANNED,
}
_ORDER = {grade: rank for rank, grade in enumerate(grades.Grade)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """An award that was reached over other institutions: the courses that were taken, and every rule on the way.

    `award.used` are the courses at the last institution before the receiver, which nobody took.
    """

    award: articulation.Awarded
    origins: tuple[entries.PlannedEntry, ...]
    path: tuple[articulation_rules.Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """A course of the list: taken, or derived from taken ones. `uses` says through which rule each course went."""

    entry: entries.PlannedEntry
    origins: tuple[entries.PlannedEntry, ...]
    path: tuple[articulation_rules.Rule, ...] = ()
    uses: Mapping[int, int]


def derived(
    direct: articulation.Case,
    awarded: Sequence[articulation.Awarded],
    rules: Iterable[articulation_rules.Rule],
    receivers: Mapping[int, articulation_rules.Receiver],
    *,
    hops: int = DEFAULT_HOPS,
) -> tuple[Derived, ...]:
    """What the courses of `direct` earn over other institutions, beyond what is `awarded` directly; shortest first.

    `receivers` are the institutions that a chain may pass, with their policies. `hops` counts the receiver too, so
    that 1 gives nothing.
    """
    to = direct.possibilities.receiver.institution_id
    chain = _Chain(direct, awarded, tuple(sorted(rules, key=lambda rule: rule.id)))
    passed = [receivers[id] for id in sorted(receivers) if id != to]
    for _ in range(min(hops, MOST_HOPS) - 1):
        if not chain.extend(passed):
            break
        chain.arrive()
    return tuple(chain.found)


class _Chain:
    def __init__(
        self,
        direct: articulation.Case,
        awarded: Sequence[articulation.Awarded],
        rules: tuple[articulation_rules.Rule, ...],
    ) -> None:
        self.found: list[Derived] = []
        self._direct = direct
        self._rules = rules
        self._awarded = list(awarded)
        self._consumed = {entry.id: 0 if one.rule is None else one.rule.id for one in awarded for entry in one.used}
        self._consumed |= {decision.entry_id: 0 for decision in direct.possibilities.decisions}
        self._known = {entry.id: _Known(entry=entry, origins=(entry,), uses={}) for entry in direct.taken}

    def extend(self, passed: Iterable[articulation_rules.Receiver]) -> bool:
        """Apply every rule to the courses known so far; whether that made any new one."""
        added = [one for receiver in passed for one in self._at(receiver)]
        numbered = {-len(self._known) - place: one for place, one in enumerate(added)}
        for id, one in numbered.items():
            self._known[id] = replace(one, entry=replace(one.entry, id=id))
        return bool(added)

    def arrive(self) -> None:
        """Apply the receiver's rules to what is left, one award after the other."""
        while True:
            pool = [one.entry for one in self._known.values() if self._is_left(one)]
            problem = articulation.case(pool, self._direct.possibilities, self._direct.on)
            fresh = articulation.articulate(problem, self._awarded)[len(self._awarded) :]
            one = next((made for award in fresh if (made := self._made(award)) is not None), None)
            if one is None:
                return
            self.found.append(one)
            self._awarded.append(one.award)

    def _made(self, award: articulation.Awarded) -> Derived | None:
        joined = self._joined(award)
        if joined is None or len(joined.path) == 1:
            return None
        self._consumed |= joined.uses
        return Derived(award=award, origins=joined.origins, path=joined.path)

    def _at(self, receiver: articulation_rules.Receiver) -> list[_Known]:
        """The courses that an institution on the way would award, as far as they are new and certain."""
        rules = [rule for rule in self._rules if rule.receiving_institution_id == receiver.institution_id]
        if not rules:
            return []
        possibilities = articulation_rules.Possibilities(receiver=receiver, rules=tuple(rules))
        pool = [one.entry for one in self._known.values() if self._is_left(one)]
        problem = articulation.case(pool, possibilities, self._direct.on)
        had = {(_course_id(one.entry), one.path) for one in self._known.values()}
        made = [one for award in articulation.articulate(problem) for one in self._passing(award)]
        return [one for one in made if (_course_id(one.entry), one.path) not in had]

    def _passing(self, award: articulation.Awarded) -> list[_Known]:
        joined = self._joined(award)
        if joined is None or award.rule is None or award.rule.strength is not equivalencies.Strength.DIRECT:
            return []
        if award.doubt is not None:
            return []
        return [
            _Known(
                entry=entries.PlannedEntry(
                    id=0,
                    course=grant.target,
                    status=_STATUSES[award.view],
                    grade=_worst(award.used),
                    credits=grant.credits,
                    taken_on=_last_day(award.used),
                ),
                origins=joined.origins,
                path=joined.path,
                uses=joined.uses,
            )
            for grant in award.grants
            if grant.target is not None
        ]

    def _joined(self, award: articulation.Awarded) -> _Known | None:
        """The ways of the award's courses as one; none where a course would go two ways at once."""
        if award.rule is None:
            return None
        ways = [self._known[entry.id] for entry in award.used]
        uses: dict[int, int] = {}
        for way in ways:
            if any(uses.get(id, rule) != rule for id, rule in way.uses.items()):
                return None
            uses |= way.uses
        uses |= {entry.id: award.rule.id for entry in award.used}
        origins = {entry.id: entry for way in ways for entry in way.origins}
        path = {rule.id: rule for way in ways for rule in way.path}
        return _Known(
            entry=award.used[0],
            origins=tuple(origins[id] for id in sorted(origins)),
            path=(*path.values(), award.rule),
            uses=uses,
        )

    def _is_left(self, one: _Known) -> bool:
        """Whether neither the course nor one that it comes from has gone another way."""
        if one.entry.id in self._consumed:
            return False
        return all(self._consumed.get(id, rule) == rule for id, rule in one.uses.items())


def _course_id(entry: entries.PlannedEntry) -> int | None:
    return None if isinstance(entry.course, entries.UnlistedCourse) else entry.course.id


def _worst(used: Sequence[entries.PlannedEntry]) -> grades.Grade | None:
    """The grade that all of the courses prove; none where one has none."""
    given = [entry.grade for entry in used]
    known = [grade for grade in given if grade is not None]
    return max(known, key=_ORDER.__getitem__) if len(known) == len(given) else None


def _last_day(used: Sequence[entries.PlannedEntry]) -> date | None:
    """The day by which all of the courses were taken; none where one has none."""
    days = [entry.day for entry in used]
    known = [day for day in days if day is not None]
    return max(known) if len(known) == len(days) else None
