"""Which of several competing equivalencies an audit uses: the alternatives that it tries.

The stand-alone order of `articulation` comes first. Beside it stands what follows when a rule that competes for a
course is left out or takes another one instead, then when two do, and so on, up to a bound.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

from gql_api.domain import articulation, articulation_rules, entries, equivalencies, grants, rule_matching

MOST_CHOICES = 8
"""Ways of awarding that are tried in one view."""
MOST_TRIED = 64
"""Combinations of rules left out, or with other courses, that are followed up: several may come to the same way."""
BOUND = "more ways to follow competing equivalencies than the solver could compare within its bound"
"""Why an allocation is not proven where there are more ways, and the solver did not decide among them either."""
Awards = tuple[articulation.Awarded, ...]
_Ban = int | tuple[int, int]
"""A rule that is left out, by id; with an entry's id: the rule does without that entry, where another one fits."""


def choices(
    case: articulation.Case, kept: Sequence[articulation.Awarded] = (), *, by_faces: bool = True
) -> Iterator[Awards]:
    """The ways to award the case's credit, the stand-alone order first. What is in `kept` stands in all of them.

    As long as there are fewer than `MOST_CHOICES`, they are all there are. `by_faces` says that an item may stand for
    all that its rules alone award: nothing in the program tells them apart but being named.
    """
    waiting: list[frozenset[_Ban]] = [frozenset()]
    known, given, is_cut = set(waiting), set[object](), False
    awarded: Awards = ()
    while waiting and len(given) < MOST_CHOICES:
        banned = waiting.pop(0)
        awarded = _awarded(case, kept, banned)
        signature = tuple([(award.rule and award.rule.id, *[one.id for one in award.used]) for award in awarded])
        if signature not in given:
            given.add(signature)
            yield awarded
        for ban in (ban for award in awarded[len(kept) :] for ban in _bans(award, awarded, case, by_faces=by_faces)):
            more = banned | {ban}
            is_new = more not in known
            is_cut = is_cut or (is_new and len(known) >= MOST_TRIED)
            if is_new and not is_cut:
                known.add(more)
                waiting.append(more)
    # Fewer would say that these are all; what is there twice is not tried twice.
    yield from itertools.repeat(awarded, MOST_CHOICES - len(given) if is_cut else 0)


def _awarded(case: articulation.Case, kept: Sequence[articulation.Awarded], banned: frozenset[_Ban]) -> Awards:
    """What the case awards with these bans; the rules that it names are the whole ones."""
    if not banned:
        return articulation.articulate(case, kept)
    without: dict[int, set[int]] = {}
    for ban in banned:
        if isinstance(ban, tuple):
            without.setdefault(ban[0], set()).add(ban[1])
    matches: list[rule_matching.Match] = []
    for match in case.matches:
        if match.rule.id in banned:
            continue
        found = match
        if match.rule.id in without:
            narrow = _narrowed(match.rule, without[match.rule.id], case)
            found = rule_matching.match(narrow, case.taken, case.possibilities, case.on, case.current)
        matches += [] if found is None else [found]
    rules = {match.rule.id: match.rule for match in case.matches}
    awarded = articulation.articulate(replace(case, matches=tuple(matches)), kept)
    return tuple([award if award.rule is None else _of_rule(award, rules) for award in awarded])


def _of_rule(award: articulation.Awarded, rules: dict[int, articulation_rules.Rule]) -> articulation.Awarded:
    whole = award.rule if award.rule is None else rules.get(award.rule.id, award.rule)
    return award if award.rule is whole else replace(award, rule=whole)


def _narrowed(rule: articulation_rules.Rule, without: set[int], case: articulation.Case) -> articulation_rules.Rule:
    """The rule as if the courses of some entries were none of its sources."""
    courses = [entry.course for entry in case.taken if entry.id in without]
    ids = {id for one in courses if not isinstance(one, entries.UnlistedCourse) for id in one.same_ids}
    groups = tuple(tuple(source for source in group if source.course_id not in ids) for group in rule.groups)
    return replace(rule, groups=groups)


def _bans(award: articulation.Awarded, awarded: Awards, case: articulation.Case, *, by_faces: bool) -> Iterator[_Ban]:
    """What could be otherwise about an award: that its rule is left out, or takes another course of the plan."""
    if award.rule is None:
        return
    if _competes(award, awarded, case, by_faces=by_faces):
        yield award.rule.id
    if award.alternatives:
        used = {entry.id for entry in award.used}
        spare = [entry for entry in case.taken if entry.id not in used]
        for entry in award.used:
            if any(_may_stand_for(entry, other, award.rule) for other in spare):
                yield award.rule.id, entry.id


def _may_stand_for(entry: entries.PlannedEntry, other: entries.PlannedEntry, rule: articulation_rules.Rule) -> bool:
    """Whether another course is a source of a group of the rule that the entry is one of."""
    if isinstance(entry.course, entries.UnlistedCourse) or isinstance(other.course, entries.UnlistedCourse):
        return False
    mine, others = entry.course.same_ids, other.course.same_ids
    if not mine.isdisjoint(others):
        return False
    groups = ([source.course_id for source in group] for group in rule.groups)
    return any(not mine.isdisjoint(ids) and not others.isdisjoint(ids) for ids in groups)


def _competes(award: articulation.Awarded, awarded: Awards, case: articulation.Case, *, by_faces: bool) -> bool:
    """Whether another rule for the same courses is left out that their item does not carry as a face anyway."""
    if not award.alternatives:
        return False
    is_single = len(award.grants) == 1 and len(award.used) == 1
    credited = {grant.target.id for one in awarded if one is not award for grant in one.grants if grant.target}
    receiver, amount = case.possibilities.receiver, award.credits
    return any(
        not is_single
        or not by_faces
        or len(rule.groups) > 1
        or len(rule.awards) > 1
        or rule.strength is not equivalencies.Strength.DIRECT
        or any(one.course is not None and one.course.id in credited for one in rule.awards)
        or grants.of(rule.awards, award.used, receiver)[0].credits != amount
        for rule in award.alternatives
        if rule.awards
    )
