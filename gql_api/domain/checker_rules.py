"""Equivalencies as the checker reads them: whether a rule certainly applies to some entries, and what it grants."""

import itertools
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from gql_api.domain import (
    articulation_rules,
    checker_standing,
    checker_values,
    entries,
    equivalencies,
    institutions,
)

MOST_WAYS = 200
"""Ways to fill the groups of one rule that are looked at; a case with more is not proved."""
Entries = tuple[entries.PlannedEntry, ...]


def ways(
    rule: articulation_rules.Rule, taken: Sequence[entries.PlannedEntry], case: checker_values.Case
) -> Iterator[Entries]:
    """Every choice of one entry per group that the rule certainly applies to, no entry twice."""
    is_certain = (
        rule.status is equivalencies.RuleStatus.APPROVED
        and rule.strength is not equivalencies.Strength.CONDITIONAL
        and rule.receiving_institution_id == case.possibilities.receiver.institution_id
        and bool(rule.groups)
        and bool(rule.awards)
    )
    if not is_certain:
        return
    pools = [[entry for entry in taken if _fills(group, rule, entry, case)] for group in rule.groups]
    seen: set[frozenset[int]] = set()
    for used in itertools.islice(itertools.product(*pools), MOST_WAYS):
        ids = frozenset(entry.id for entry in used)
        if len(ids) == len(used) and ids not in seen:
            seen.add(ids)
            yield used


def is_too_many(
    rule: articulation_rules.Rule, taken: Sequence[entries.PlannedEntry], case: checker_values.Case
) -> bool:
    """Whether a rule could be filled in more ways than are looked at."""
    count = 1
    for group in rule.groups:
        count *= sum(_fills(group, rule, entry, case) for entry in taken)
    return count > MOST_WAYS


def granted(
    awards: Sequence[articulation_rules.Award], used: Entries, receiver: articulation_rules.Receiver
) -> tuple[Decimal, ...]:
    """The credits of each award: as the rule states, else by policy out of what the entries bring, courses first."""
    left = sum((checker_standing.worth(entry, receiver.calendar) for entry in used), Decimal(0))
    left -= sum((award.credits for award in awards if award.credits is not None), Decimal(0))
    found: dict[int, Decimal] = {}
    named = [place for place, award in enumerate(awards) if award.credits is None and award.course is not None]
    others = [place for place, award in enumerate(awards) if award.credits is None and award.course is None]
    for place in named:
        is_last = place == named[-1] and not others
        found[place] = _of_course(awards[place], max(left, Decimal(0)), receiver, is_last=is_last)
        left -= found[place]
    for count, place in enumerate(others):
        found[place] = max(left, Decimal(0)) / (len(others) - count)
        left -= found[place]
    return tuple(found[place] if award.credits is None else award.credits for place, award in enumerate(awards))


def weakened(award: articulation_rules.Award, rule: articulation_rules.Rule) -> articulation_rules.Award:
    """What a rule of its strength gives: a partial one gives elective credit in place of a course."""
    if rule.strength is not equivalencies.Strength.PARTIAL or award.course is None:
        return award
    listing = award.course.listings[0]
    return articulation_rules.Award(
        kind=equivalencies.AwardKind.SUBJECT_ELECTIVE,
        subject=listing.subjects[0],
        level=listing.level,
        credits=award.credits,
        published_code=f"{award.course.code} (partial)",
    )


def _of_course(
    award: articulation_rules.Award, left: Decimal, receiver: articulation_rules.Receiver, *, is_last: bool
) -> Decimal:
    course = award.course
    lowest = left if course is None or course.credits_min is None else course.credits_min
    highest = lowest if course is None or course.credits_max is None else course.credits_max
    target = min(max(left, lowest), highest)
    match receiver.credits_granted:
        case institutions.CreditsGranted.TARGET:
            return target
        case institutions.CreditsGranted.SOURCE:
            return left if is_last else min(target, left)
        case institutions.CreditsGranted.MINIMUM:
            return min(target, left)


def _fills(
    group: Sequence[articulation_rules.Source],
    rule: articulation_rules.Rule,
    entry: entries.PlannedEntry,
    case: checker_values.Case,
) -> bool:
    """Whether the entry certainly is a course of the group, good enough and in time."""
    receiver, course = case.possibilities.receiver, entry.course
    if isinstance(course, entries.UnlistedCourse):
        return False
    source = next((source for source in group if source.course_id in course.same_ids), None)
    if source is None or not _is_in_time(rule, entry, case):
        return False
    is_examination = source.minimum_score is not None or entry.is_examination
    asked = (source.minimum_grade, None if is_examination else receiver.minimum_transfer_grade)
    return checker_standing.has_score(entry, source.minimum_score, case.on) and all(
        minimum is None or checker_standing.proves(entry, minimum, receiver.pass_proves, case.on) for minimum in asked
    )


def _is_in_time(rule: articulation_rules.Rule, entry: entries.PlannedEntry, case: checker_values.Case) -> bool:
    day = entry.day
    if day is None or day > case.on:
        last = rule.effective_until
        return _is_newest(rule, case) and (last is None or last >= (day or case.on))
    match case.possibilities.receiver.equivalency_date:
        case institutions.EquivalencyDate.WHEN_TAKEN:
            return _covers(rule, day)
        case institutions.EquivalencyDate.WHEN_EVALUATED:
            return _covers(rule, case.on)
        case institutions.EquivalencyDate.MOST_FAVOURABLE:
            return _covers(rule, day) or _covers(rule, case.on)


def _covers(rule: articulation_rules.Rule, day: date) -> bool:
    begun = rule.effective_from is None or rule.effective_from <= day
    return begun and (rule.effective_until is None or day <= rule.effective_until)


def _is_newest(rule: articulation_rules.Rule, case: checker_values.Case) -> bool:
    """Whether no other living rule with the same sources began later."""

    def sources(one: articulation_rules.Rule) -> list[list[int]]:
        return sorted(sorted(source.course_id for source in group) for group in one.groups)

    begun = rule.effective_from or date.min
    if rule.effective_until is not None and rule.effective_until < case.on:
        return False
    return not any(
        other.status is equivalencies.RuleStatus.APPROVED
        and (other.effective_until is None or other.effective_until >= case.on)
        and (other.effective_from or date.min) > begun
        and sources(other) == sources(rule)
        for other in case.possibilities.rules
    )
