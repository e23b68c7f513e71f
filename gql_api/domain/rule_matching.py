"""Matching one rule with the entries at hand: which entry fills which group, what is missing, and how sure it is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from gql_api.domain import articulation_rules, entries, equivalencies, grades, institutions, verdicts, wording

Verdict = verdicts.Verdict
_GRADE_ORDER = {grade: rank for rank, grade in enumerate(grades.Grade)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A rule and the entries chosen for its groups, in the order of the groups that are filled.

    `missing` names the courses of each group that is not filled; `too_low` the entries that would fill one with a
    better grade; `doubt` says what is not known.
    """

    rule: articulation_rules.Rule
    chosen: tuple[entries.PlannedEntry, ...]
    missing: tuple[tuple[str, ...], ...] = ()
    too_low: tuple[int, ...] = ()
    doubt: str | None = None
    ids: frozenset[int] = field(init=False, repr=False, compare=False)
    """The chosen entries."""

    def __post_init__(self) -> None:
        """What is asked of every match for every other one."""
        object.__setattr__(self, "ids", frozenset([entry.id for entry in self.chosen]))

    @property
    def is_whole(self) -> bool:
        """Whether every group is filled."""
        return not self.missing


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    entry: entries.PlannedEntry
    is_certain: bool


def matches(
    taken: Sequence[entries.PlannedEntry],
    possibilities: articulation_rules.Possibilities,
    on: date,
    current: frozenset[int] | None = None,
) -> tuple[Match, ...]:
    """Every rule that speaks of at least one of the entries, by id. `current` are those for courses to be taken."""
    current = latest(possibilities.rules, on) if current is None else current
    found = (
        match(rule, taken, possibilities, on, current)
        for rule in sorted(possibilities.rules, key=lambda rule: rule.id)
        if rule.status is equivalencies.RuleStatus.APPROVED
    )
    return tuple(one for one in found if one is not None)


def match(
    rule: articulation_rules.Rule,
    taken: Sequence[entries.PlannedEntry],
    possibilities: articulation_rules.Possibilities,
    on: date,
    current: frozenset[int] | None = None,
) -> Match | None:
    """How far the entries fill the rule's groups; none where none of them is a source that it applies to."""
    named = [
        entry
        for entry in taken
        if not (isinstance(entry.course, entries.UnlistedCourse) or rule.source_ids.isdisjoint(entry.course.same_ids))
    ]
    if not named:
        return None
    known = latest(possibilities.rules, on) if current is None else current
    receiver = possibilities.receiver
    applicable = [entry for entry in named if _is_in_force(rule, entry, receiver, on, known)]
    if not applicable:
        return None
    low: set[int] = set()
    pools = [_candidates(group, applicable, receiver, low) for group in rule.groups]
    filled = _fill(pools)
    missing = tuple(
        tuple(source.code for source in group) for group, one in zip(rule.groups, filled, strict=True) if one is None
    )
    chosen = [(group, one) for group, one in zip(rule.groups, filled, strict=True) if one is not None]
    return Match(
        rule=rule,
        chosen=tuple(one.entry for _, one in chosen),
        missing=missing,
        too_low=tuple(sorted(low)),
        doubt=_doubt(rule, chosen, receiver),
    )


def latest(rules: Sequence[articulation_rules.Rule], on: date) -> frozenset[int]:
    """The rules for courses still to be taken: of each source side, those that began last and have not ended."""
    living = [
        rule
        for rule in rules
        if rule.status is equivalencies.RuleStatus.APPROVED
        and (rule.effective_until is None or rule.effective_until >= on)
    ]
    begins: dict[object, date] = {}
    keys = [rule.sources_key for rule in living]
    for key, rule in zip(keys, living, strict=True):
        begins[key] = max(begins.get(key, date.min), rule.effective_from or date.min)
    found = zip(keys, living, strict=True)
    return frozenset([rule.id for key, rule in found if (rule.effective_from or date.min) == begins[key]])


def is_provisional(entry: entries.PlannedEntry, on: date) -> bool:
    """Whether the rule that will apply to the entry may still change: it is undated or lies ahead."""
    return entry.day is None or entry.day > on


def attempt_order(entry: entries.PlannedEntry, receiver: articulation_rules.Receiver) -> tuple[int, int, int, str, int]:
    """The order in which attempts of one course are preferred, by the receiver's policy for repeated credit."""
    rank = entry.view.rank if entry.view is not None else len(entries.View)
    grade = receiver.pass_proves if entry.grade in {grades.Grade.P, grades.Grade.CR, grades.Grade.S} else entry.grade
    quality = len(_GRADE_ORDER) if grade is None else _GRADE_ORDER[grade]
    day = -entry.day.toordinal() if entry.day is not None else 0
    if receiver.credit_repeat is institutions.RepeatPolicy.LATEST:
        return rank, day, quality, entry.label, entry.id
    return rank, quality, day, entry.label, entry.id


def doubt_about(
    rule: articulation_rules.Rule, entry: entries.PlannedEntry, receiver: articulation_rules.Receiver
) -> str | None:
    """What is not known about one entry as a source of a rule; none where it certainly is one."""
    pools = ((group, _Candidate(entry=entry, is_certain=False)) for group in rule.groups)
    return _doubt(rule, tuple(pools), receiver)


def shortfall(
    rule: articulation_rules.Rule, entry: entries.PlannedEntry, receiver: articulation_rules.Receiver
) -> str | None:
    """How the grade or score of an entry misses what a rule asks for, with both; none where it does not."""
    for source in (_source(group, entry) for group in rule.groups):
        if source is None:
            continue
        if entries.reaches_score(entry, source.minimum_score) is False:
            return f"the score of {entry.label} is {entry.score}; at least {source.minimum_score} is asked for"
        for minimum in _minimum_grades(source, entry, receiver):
            if entries.reaches_grade(entry, minimum, pass_proves=receiver.pass_proves) is False:
                return entries.below(entry, minimum, pass_proves=receiver.pass_proves)
    return None


def _is_in_force(
    rule: articulation_rules.Rule,
    entry: entries.PlannedEntry,
    receiver: articulation_rules.Receiver,
    on: date,
    current: frozenset[int],
) -> bool:
    day = entry.day
    if day is None or day > on:
        return rule.id in current and (rule.effective_until is None or rule.effective_until >= (day or on))
    match receiver.equivalency_date:
        case institutions.EquivalencyDate.WHEN_TAKEN:
            return rule.is_in_force(day)
        case institutions.EquivalencyDate.WHEN_EVALUATED:
            return rule.is_in_force(on)
        case institutions.EquivalencyDate.MOST_FAVOURABLE:
            return rule.is_in_force(day) or rule.is_in_force(on)


def _source(
    group: tuple[articulation_rules.Source, ...], entry: entries.PlannedEntry
) -> articulation_rules.Source | None:
    course = entry.course
    if isinstance(course, entries.UnlistedCourse):
        return None
    same = course.same_ids
    for source in group:
        if source.course_id in same:
            return source
    return None


def _verdict(
    source: articulation_rules.Source, entry: entries.PlannedEntry, receiver: articulation_rules.Receiver
) -> Verdict:
    """Whether the entry's grade and score suffice for the rule and for the receiver's minimum for transfer."""
    asked = _minimum_grades(source, entry, receiver)
    if not asked and source.minimum_score is None:
        return Verdict.YES
    reached = [entries.reaches_grade(entry, minimum, pass_proves=receiver.pass_proves) for minimum in asked]
    return verdicts.all_of(map(verdicts.of, (*reached, entries.reaches_score(entry, source.minimum_score))))


def _minimum_grades(
    source: articulation_rules.Source, entry: entries.PlannedEntry, receiver: articulation_rules.Receiver
) -> tuple[grades.Grade, ...]:
    """The grades asked for. An examination has a score and no grade: the minimum for transfer is not about it."""
    if receiver.minimum_transfer_grade is None or source.minimum_score is not None or entry.is_examination:
        return () if source.minimum_grade is None else (source.minimum_grade,)
    asked = (source.minimum_grade, receiver.minimum_transfer_grade)
    return tuple(minimum for minimum in asked if minimum is not None)


def _candidates(
    group: tuple[articulation_rules.Source, ...],
    taken: Sequence[entries.PlannedEntry],
    receiver: articulation_rules.Receiver,
    low: set[int],
) -> list[_Candidate]:
    """The entries that fill a group, certain ones first, each once; those whose grade is too low go to `low`."""
    found: list[_Candidate] = []
    for entry in taken:
        source = _source(group, entry)
        if source is None:
            continue
        verdict = _verdict(source, entry, receiver)
        if verdict is Verdict.NO:
            low.add(entry.id)
        else:
            found.append(_Candidate(entry=entry, is_certain=verdict is Verdict.YES))
    return found if len(found) <= 1 else sorted(found, key=lambda one: not one.is_certain)


def _fill(pools: list[list[_Candidate]]) -> list[_Candidate | None]:
    """One candidate per group, no entry twice, as many groups as possible (augmenting paths)."""
    if len(pools) == 1:
        return [next(iter(pools[0]), None)]
    filled: list[_Candidate | None] = [None] * len(pools)
    holder: dict[int, int] = {}

    def place(group: int, tried: set[int]) -> bool:
        for one in pools[group]:
            if one.entry.id in tried:
                continue
            tried.add(one.entry.id)
            if one.entry.id not in holder or place(holder[one.entry.id], tried):
                filled[group] = one
                holder[one.entry.id] = group
                return True
        return False

    for group in range(len(pools)):
        place(group, set())
    return filled


def _doubt(
    rule: articulation_rules.Rule,
    chosen: Sequence[tuple[tuple[articulation_rules.Source, ...], _Candidate]],
    receiver: articulation_rules.Receiver,
) -> str | None:
    if rule.strength is equivalencies.Strength.CONDITIONAL:
        condition = wording.open_ended(rule.condition or "not stated")
        return f"the rule has a condition that nobody has decided yet: {condition}"
    doubts = (_unproven(group, one.entry, receiver) for group, one in chosen if not one.is_certain)
    return next((doubt for doubt in doubts if doubt is not None), None)


def _unproven(
    group: tuple[articulation_rules.Source, ...], entry: entries.PlannedEntry, receiver: articulation_rules.Receiver
) -> str | None:
    """What is not recorded of an entry that a group asks for."""
    source = _source(group, entry)
    if source is None:
        return None
    if entries.reaches_score(entry, source.minimum_score) is None:
        return f"no score of {entry.label} is recorded, and at least {source.minimum_score} is asked for"
    for minimum in _minimum_grades(source, entry, receiver):
        if entries.reaches_grade(entry, minimum, pass_proves=receiver.pass_proves) is None:
            given = "no grade" if entry.grade is None else f"no letter grade (only {entry.grade.value})"
            return f"{given} of {entry.label} is recorded, and at least {minimum.value} is asked for"
    return None
