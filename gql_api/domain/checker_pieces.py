"""Pieces of credit: everything that a plan's entries could count as at the program's institution, one by one.

A piece is a course as taken, what a rule awards for it, or what an advisor decided. Pieces with an entry in common
exclude each other unless one award gave both.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from gql_api.domain import (
    articulation_rules,
    checker_rules,
    checker_standing,
    checker_values,
    courses,
    entries,
    equivalencies,
    institutions,
)

View = entries.View


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Credit that could be used. `slot` tells the awards of one rule apart; `key` what it is used up with."""

    entries: tuple[entries.PlannedEntry, ...]
    rule_id: int | None
    slot: int
    course: courses.Course | None
    award: articulation_rules.Award | None
    credits: Decimal
    view: View
    is_own: bool = False
    is_as_taken: bool = False
    is_converted: bool = False

    @property
    def entry_ids(self) -> tuple[int, ...]:
        """The entries behind it."""
        if len(self.entries) == 1:
            return (self.entries[0].id,)
        return tuple(sorted(entry.id for entry in self.entries))

    @property
    def source(self) -> tuple[tuple[int, ...], int | None, bool]:
        """The award that gave it: pieces of one source may be used beside each other."""
        return self.entry_ids, self.rule_id, self.is_as_taken

    @property
    def is_accepted(self) -> bool:
        """Whether the credit counts here at all, named by a requirement or not."""
        return self.is_own or not self.is_as_taken

    @property
    def label(self) -> str:
        """What it counts as, in words."""
        if self.course is not None:
            return self.course.code
        return self.award.label if self.award is not None else " + ".join(entry.label for entry in self.entries)

    @property
    def level(self) -> int | None:
        """The level it counts at."""
        if self.course is not None:
            return self.course.listings[0].level
        return None if self.award is None else self.award.level

    @property
    def subjects(self) -> frozenset[str]:
        """The subjects it counts in."""
        if self.course is not None:
            return frozenset(subject for listing in self.course.listings for subject in listing.subjects)
        return frozenset() if self.award is None or self.award.subject is None else frozenset({self.award.subject})

    @property
    def is_pass_fail(self) -> bool:
        """Whether it was graded pass or fail."""
        return any(entry.grade in checker_standing.PASSES for entry in self.entries)

    @property
    def once(self) -> tuple[str, int] | None:
        """What earns credit once only: its course with those it is cross-listed or exclusive with."""
        if self.course is None or self.course.repeatable_times or self.course.repeatable_credits:
            return None
        if self.course.exclusion_group_id is not None:
            return "exclusion", self.course.exclusion_group_id
        return "course", min(self.course.same_ids)

    @property
    def marks(self) -> frozenset[tuple[str, int]]:
        """What two pieces have in common where they can exclude each other: entries, and courses behind or before."""
        found = {("entry", entry.id) for entry in self.entries}
        for entry in self.entries:
            if not isinstance(entry.course, entries.UnlistedCourse):
                found |= {("course", id) for id in entry.course.same_ids}
        return frozenset(found | ({self.once} if self.once is not None else set()))


def pieces(case: checker_values.Case, view: View) -> tuple[Piece, ...]:
    """Everything that could count in a view, in an order of its own."""
    here = case.possibilities.receiver.institution_id
    taken = [entry for entry in case.entries if checker_standing.counts_in(checker_standing.view(entry, case.on), view)]
    found = [_as_taken(entry, case) for entry in taken if not _is_superseded(entry, taken, case)]
    foreign = [entry for entry in taken if not _is_of(entry, here)]
    found += _decided(foreign, case)
    found += _ruled(foreign, case)
    return tuple(sorted(found, key=lambda piece: (piece.label, piece.entry_ids, piece.rule_id or 0, piece.slot)))


def exclude_each_other(one: Piece, other: Piece, case: checker_values.Case) -> bool:
    """Whether two pieces cannot both be used: the same entry in two ways, or the same course twice."""
    if not set(one.entry_ids).isdisjoint(other.entry_ids):
        return one.source != other.source or one.slot == other.slot
    if not (one.is_as_taken and other.is_as_taken) and _are_attempts(one, other):
        return True
    if case.possibilities.receiver.credit_repeat is institutions.RepeatPolicy.ALL:
        return False
    return one.once is not None and one.once == other.once


def _are_attempts(one: Piece, other: Piece) -> bool:
    """Whether entries behind the two are attempts at one course that may be taken for credit once."""
    return any(
        not isinstance(mine.course, entries.UnlistedCourse)
        and not (mine.course.repeatable_times or mine.course.repeatable_credits)
        and _is_attempt(theirs, mine.course)
        for mine in one.entries
        for theirs in other.entries
    )


def _is_of(entry: entries.PlannedEntry, institution_id: int) -> bool:
    return not isinstance(entry.course, entries.UnlistedCourse) and entry.course.institution_id == institution_id


def _as_taken(entry: entries.PlannedEntry, case: checker_values.Case) -> Piece:
    receiver = case.possibilities.receiver
    return Piece(
        entries=(entry,),
        rule_id=None,
        slot=0,
        course=None if isinstance(entry.course, entries.UnlistedCourse) else entry.course,
        award=None,
        credits=checker_standing.worth(entry, receiver.calendar),
        view=checker_standing.view(entry, case.on) or View.PLANNED,
        is_own=_is_of(entry, receiver.institution_id),
        is_as_taken=True,
        is_converted=checker_standing.is_converted(entry, receiver.calendar),
    )


def _is_superseded(entry: entries.PlannedEntry, taken: list[entries.PlannedEntry], case: checker_values.Case) -> bool:
    """Whether the policy for repeated courses lets another attempt at the same course count instead."""
    course = entry.course
    if isinstance(course, entries.UnlistedCourse) or course.repeatable_times or course.repeatable_credits:
        return False
    policy = case.possibilities.receiver.credit_repeat
    if policy is institutions.RepeatPolicy.ALL or not _is_of(entry, case.tree.institution_id):
        return False
    others = [other for other in taken if other.id != entry.id and _is_attempt(other, course)]
    if any(_rank(other, case) < _rank(entry, case) for other in others):
        return True
    return policy is institutions.RepeatPolicy.LATEST and any(
        _is_attempt(other, course) and _failed_later(other, entry, case) for other in case.entries
    )


def _is_attempt(entry: entries.PlannedEntry, course: courses.Course) -> bool:
    return not isinstance(entry.course, entries.UnlistedCourse) and entry.course.id in course.same_ids


def _rank(entry: entries.PlannedEntry, case: checker_values.Case) -> tuple[int, int, int]:
    """Attempts in the order in which they count; equal ones are left to whoever chose."""
    receiver = case.possibilities.receiver
    views = list(View)
    grade = receiver.pass_proves if entry.grade in checker_standing.PASSES else entry.grade
    letters = checker_standing.LETTERS
    quality = letters.index(grade) if grade in letters else len(letters)
    day = 0 if entry.day is None else -entry.day.toordinal()
    place = views.index(checker_standing.view(entry, case.on) or View.PLANNED)
    if receiver.credit_repeat is institutions.RepeatPolicy.LATEST:
        return place, day, quality
    return place, quality, day


def _failed_later(other: entries.PlannedEntry, entry: entries.PlannedEntry, case: checker_values.Case) -> bool:
    if other.day is None or entry.day is None or not checker_standing.is_final(other, case.on):
        return False
    is_failed = other.grade is not None and other.grade.value in {"F", "NP", "NC", "U", "WF", "E"}
    return is_failed and other.day > entry.day and checker_standing.is_final(entry, case.on)


def _decided(foreign: list[entries.PlannedEntry], case: checker_values.Case) -> Iterator[Piece]:
    receiver = case.possibilities.receiver
    for decision in case.possibilities.decisions:
        if decision.is_denied or decision.course is None:
            continue
        award = articulation_rules.Award(
            kind=equivalencies.AwardKind.COURSE, course=decision.course, credits=decision.credits
        )
        for entry in foreign:
            if entry.id == decision.entry_id:
                amount = checker_rules.granted((award,), (entry,), receiver)[0]
                yield _granted((entry,), None, 0, award, amount, case)


def _ruled(foreign: list[entries.PlannedEntry], case: checker_values.Case) -> Iterator[Piece]:
    decided = {decision.entry_id for decision in case.possibilities.decisions}
    open_ones = [entry for entry in foreign if entry.id not in decided]
    for rule in case.possibilities.rules:
        for used in checker_rules.ways(rule, open_ones, case):
            amounts = checker_rules.granted(rule.awards, used, case.possibilities.receiver)
            for slot, (award, amount) in enumerate(zip(rule.awards, amounts, strict=True)):
                yield _granted(used, rule.id, slot, checker_rules.weakened(award, rule), amount, case)


def _granted(
    used: Iterable[entries.PlannedEntry],
    rule_id: int | None,
    slot: int,
    award: articulation_rules.Award,
    amount: Decimal,
    case: checker_values.Case,
) -> Piece:
    behind = tuple(sorted(used, key=lambda entry: entry.id))
    calendar = case.possibilities.receiver.calendar
    is_course = award.kind is equivalencies.AwardKind.COURSE
    return Piece(
        entries=behind,
        rule_id=rule_id,
        slot=slot,
        course=award.course if is_course else None,
        award=None if is_course else award,
        credits=amount,
        view=checker_standing.latest([checker_standing.view(entry, case.on) or View.PLANNED for entry in behind]),
        is_converted=award.credits is None and any(checker_standing.is_converted(one, calendar) for one in behind),
    )
