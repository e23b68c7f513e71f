"""What a plan holds as prerequisites see it: which courses are behind or beside the student, and when.

A course counts as itself, as what an approved `DIRECT` rule turns it into at the institution that asks, and as what an
advisor decided that it is. Terms are compared as terms: a session is earlier than another of the same term only where
both are named. Completed courses without a time precede everything; running ones without a time are of today.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from gql_api.domain import (
    articulation_rules,
    courses,
    entries,
    equivalencies,
    prerequisites,
    rule_matching,
    statuses,
    terms,
)

_DIGITS = re.compile(r"(\d+)")
_BEGINS = tuple((season.position, terms.Term(year=2000, season=season).first_day) for season in terms.Season)


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A term by its sort key, with the session where one is named."""

    term_key: int
    session: str | None = None

    def is_before(self, other: "When") -> bool:
        """Whether it is an earlier term, or an earlier session of the same one."""
        if self.term_key != other.term_key or self.session is None or other.session is None:
            return self.term_key < other.term_key
        return _natural(self.session) < _natural(other.session)


BEHIND = When(term_key=0)
"""Before everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A course that a prerequisite names, and all that satisfy it: itself, cross-listed, successors, predecessors."""

    course_id: int
    ids: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standings:
    """From how many earned credits on a student is one, in the institution's unit."""

    sophomore: Decimal = Decimal(30)
    junior: Decimal = Decimal(60)
    senior: Decimal = Decimal(90)

    def credits(self, standing: prerequisites.Standing) -> Decimal | None:
        """The least credits; none where credits do not make one."""
        match standing:
            case prerequisites.Standing.FRESHMAN:
                return Decimal(0)
            case prerequisites.Standing.SOPHOMORE:
                return self.sophomore
            case prerequisites.Standing.JUNIOR:
                return self.junior
            case prerequisites.Standing.SENIOR:
                return self.senior
            case prerequisites.Standing.GRADUATE:
                return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Entries that stand for a course: one, or those that a rule takes together. `when` none: not scheduled yet."""

    course_ids: frozenset[int]
    taken: tuple[entries.PlannedEntry, ...]
    when: When | None
    doubt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A plan at one institution; `asking_id` is the course whose prerequisites are looked at, where there is one."""

    receiver: articulation_rules.Receiver
    standings: Standings = field(default_factory=Standings)
    named: Mapping[str, Named] = field(default_factory=dict[str, Named])
    held: tuple[Held, ...] = ()
    taken: tuple[entries.PlannedEntry, ...] = ()
    on: date
    asking_id: int | None = None

    def is_asking(self, entry: entries.PlannedEntry) -> bool:
        """Whether the entry is of the course that asks, or of one cross-listed with it."""
        return isinstance(entry.course, courses.Course) and self.asking_id in entry.course.same_ids

    def course(self, needed: prerequisites.CourseNeeded) -> Named | None:
        """The course that is meant; none where the institution's catalog has none of that code."""
        return next((self.named[key] for key in needed.keys if key in self.named), None)


def record(
    taken: Iterable[entries.PlannedEntry],
    possibilities: articulation_rules.Possibilities,
    named: Mapping[str, Named],
    standings: Standings | None = None,
    *,
    on: date,
) -> Record:
    """The entries as of a day, at the receiving institution of `possibilities`; `named` are its courses by code."""
    standing = tuple(sorted((entries.as_of(entry, on) for entry in taken), key=lambda one: (_order(one, on), one.id)))
    counted = [entry for entry in standing if entry.status is not statuses.PlannedStatus.WITHDRAWN]
    return Record(
        receiver=possibilities.receiver,
        standings=standings or Standings(),
        named=named,
        held=(*_own(counted, on), *_decided(counted, possibilities, on), *_awarded(counted, possibilities, on)),
        taken=standing,
        on=on,
    )


def when(entry: entries.PlannedEntry, on: date) -> When | None:
    """When the entry is taken; none where it is planned for no term yet."""
    if entry.term is not None:
        return of_term(entry.term)
    if entry.taken_on is not None:
        return of_day(entry.taken_on)
    match entry.view:
        case entries.View.PLANNED:
            return None
        case entries.View.IN_PROGRESS:
            return of_day(on)
        case _:
            return BEHIND


def of_term(term: terms.Term) -> When:
    """The term, with its session."""
    return When(term_key=term.sort_key, session=term.session)


def of_day(day: date) -> When:
    """The term in which a day lies, by the usual first days."""
    begun = [position for position, first in _BEGINS if (first.month, first.day) <= (day.month, day.day)]
    return When(term_key=day.year * 10 + max(begun))


def is_earning(entry: entries.PlannedEntry) -> bool:
    """Whether the entry earns credit, or is expected to."""
    return entry.view is not None


def _own(taken: Iterable[entries.PlannedEntry], on: date) -> Iterator[Held]:
    for entry in taken:
        if isinstance(entry.course, courses.Course):
            yield Held(course_ids=entry.course.same_ids, taken=(entry,), when=when(entry, on))


def _decided(
    taken: Iterable[entries.PlannedEntry], possibilities: articulation_rules.Possibilities, on: date
) -> Iterator[Held]:
    latest = {decision.entry_id: decision for decision in possibilities.decisions}
    for entry in taken:
        decision = latest.get(entry.id)
        if decision is not None and decision.course is not None and not decision.is_denied:
            yield Held(course_ids=decision.course.same_ids, taken=(entry,), when=when(entry, on))


def _awarded(
    taken: Sequence[entries.PlannedEntry], possibilities: articulation_rules.Possibilities, on: date
) -> Iterator[Held]:
    """What rules make of the entries about which nothing was decided: each attempt of its own, series together."""
    decided = {decision.entry_id for decision in possibilities.decisions}
    free = [entry for entry in taken if entry.id not in decided and is_earning(entry)]
    by_course = _by_course(free)
    current = rule_matching.latest(possibilities.rules, on)
    for rule in sorted(filter(_is_certain, possibilities.rules), key=lambda one: one.id):
        targets = [award.course.same_ids for award in rule.awards if award.course is not None]
        sources = {source.course_id for group in rule.groups for source in group}
        named = {entry.id for id in sources for entry in by_course.get(id, ())}
        mine = [entry for entry in free if entry.id in named] if named else []
        attempts = [[entry] for entry in mine] if len(rule.groups) == 1 else [mine]
        for attempt in attempts if targets else ():
            found = rule_matching.match(rule, attempt, possibilities, on, current)
            if found is not None and found.is_whole:
                yield from (_series(ids, found, on) for ids in targets)


def _by_course(taken: Iterable[entries.PlannedEntry]) -> Mapping[int, Sequence[entries.PlannedEntry]]:
    found: dict[int, list[entries.PlannedEntry]] = {}
    for entry in taken:
        if isinstance(entry.course, courses.Course):
            for id in entry.course.same_ids:
                found.setdefault(id, []).append(entry)
    return found


def _is_certain(rule: articulation_rules.Rule) -> bool:
    return (
        rule.status is equivalencies.RuleStatus.APPROVED
        and rule.strength is equivalencies.Strength.DIRECT
        and rule.outcome is equivalencies.Outcome.AWARDS
    )


def _series(ids: frozenset[int], found: rule_matching.Match, on: date) -> Held:
    """The award of a rule, at the time of the last of its sources."""
    times = [when(entry, on) for entry in found.chosen]
    known = [time for time in times if time is not None]
    last = known[0] if known else None
    for time in known[1:]:
        last = time if last is None or last.is_before(time) else last
    return Held(
        course_ids=ids,
        taken=found.chosen,
        when=last if len(known) == len(times) else None,
        doubt=found.doubt,
    )


def _order(entry: entries.PlannedEntry, on: date) -> tuple[int, int]:
    """Earlier entries first, those not scheduled last."""
    time = when(entry, on)
    return (1, 0) if time is None else (0, time.term_key)


def _natural(session: str) -> list[tuple[int, str]]:
    """Text with its numbers compared as numbers: session 2 comes before session 10."""
    parts = _DIGITS.split(session.strip().upper())
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts]


def nothing(on: date) -> Record:
    """An empty plan at no institution: enough to answer what asks for nothing."""
    return Record(receiver=articulation_rules.Receiver(institution_id=0), on=on)
