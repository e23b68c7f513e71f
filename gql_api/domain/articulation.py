"""Articulating: turning a student's courses into the receiving institution's credit by following its rules.

The stand-alone order where rules compete for a course: what is certain before what is not, more source groups
first, more credit, DIRECT before PARTIAL before CONDITIONAL, then the oldest. A course is used up by one award, a
target is credited once whatever the path, and a course that may be taken once awards once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gql_api.domain import articulation_rules, courses, entries, equivalencies, grants, rule_matching

Award = articulation_rules.Award
Decision = articulation_rules.Decision
Possibilities = articulation_rules.Possibilities
Receiver = articulation_rules.Receiver
Rule = articulation_rules.Rule
Source = articulation_rules.Source

_STRENGTHS = {strength: rank for rank, strength in enumerate(equivalencies.Strength)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Awarded:
    """Credit given for these entries, through a rule or (rule none) by an advisor's decision.

    `doubt` says why the credit is not certain; `is_provisional` that the rule may change before the course is
    taken; `alternatives` are the rules that could have used the same entries.
    """

    rule: articulation_rules.Rule | None
    used: tuple[entries.PlannedEntry, ...]
    grants: tuple[grants.Grant, ...]
    view: entries.View
    is_provisional: bool = False
    doubt: str | None = None
    alternatives: tuple[articulation_rules.Rule, ...] = ()

    @property
    def credits(self) -> Decimal:
        """All credits granted, in the receiver's unit."""
        return sum((grant.credits for grant in self.grants), Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is articulated: the entries from elsewhere up to a view, where they go, and the day of the evaluation."""

    taken: tuple[entries.PlannedEntry, ...]
    possibilities: articulation_rules.Possibilities
    on: date
    matches: tuple[rule_matching.Match, ...]


def case(
    taken: Iterable[entries.PlannedEntry],
    possibilities: articulation_rules.Possibilities,
    on: date,
    until: entries.View = entries.View.PLANNED,
) -> Case:
    """The case of these entries: those that earn something by `until`, in canonical order, and what matches them."""
    foreign = tuple(
        sorted(
            (entry for entry in taken if _is_from_elsewhere(entry, possibilities) and _counts_by(entry, until)),
            key=lambda entry: rule_matching.attempt_order(entry, possibilities.receiver),
        )
    )
    matches = rule_matching.matches(foreign, possibilities, on)
    return Case(taken=foreign, possibilities=possibilities, on=on, matches=matches)


def articulate(problem: Case, kept: Sequence[Awarded] = ()) -> tuple[Awarded, ...]:
    """The credit that the case earns. What is in `kept` stands; the rest is decided around it."""
    awarded = list(kept)
    used = {entry.id for award in awarded for entry in award.used}
    credited = {id for award in awarded for grant in award.grants for id in targets(grant)}
    for decision in sorted(problem.possibilities.decisions, key=lambda decision: decision.entry_id):
        entry = next((entry for entry in problem.taken if entry.id == decision.entry_id), None)
        if entry is None or entry.id in used:
            continue
        used |= exhausted(entry, problem.taken)
        if (award := _decided(problem, decision, entry)) is not None:
            awarded.append(award)
            credited |= {id for grant in award.grants for id in targets(grant)}
    for candidate in sorted(_awarding(problem), key=lambda match: _precedence(problem, match)):
        award = _apply(problem, candidate, used, credited)
        if award is None:
            continue
        awarded.append(award)
        used |= {id for entry in award.used for id in exhausted(entry, problem.taken)}
        credited |= {id for grant in award.grants for id in targets(grant)}
    return tuple(awarded)


def _awarding(problem: Case) -> list[rule_matching.Match]:
    return [match for match in problem.matches if match.is_whole and match.rule.awards]


def _precedence(problem: Case, match: rule_matching.Match) -> tuple[bool, int, Decimal, int, date, int]:
    rule = match.rule
    granted = grants.of(rule.awards, match.chosen, problem.possibilities.receiver)
    return (
        match.doubt is not None,
        -len(rule.groups),
        -sum((grant.credits for grant in granted), Decimal(0)),
        _STRENGTHS[rule.strength],
        rule.effective_from or date.min,
        rule.id,
    )


def _apply(problem: Case, match: rule_matching.Match, used: set[int], credited: set[int]) -> Awarded | None:
    """The award of one rule out of the entries that are left, or none."""
    left = [entry for entry in problem.taken if entry.id not in used]
    fresh = match if used.isdisjoint(entry.id for entry in match.chosen) else None
    now = fresh or rule_matching.match(match.rule, left, problem.possibilities, problem.on)
    if now is None or not now.is_whole:
        return None
    new = tuple(award for award in match.rule.awards if award.course is None or award.course.id not in credited)
    if not new:
        return None
    receiver = problem.possibilities.receiver
    granted = [grants.weakened(grant, match.rule) for grant in grants.of(match.rule.awards, now.chosen, receiver)]
    return Awarded(
        rule=match.rule,
        used=now.chosen,
        grants=tuple(grant for grant, award in zip(granted, match.rule.awards, strict=True) if award in new),
        view=max((entry.view for entry in now.chosen if entry.view), key=lambda view: view.rank),
        is_provisional=any(rule_matching.is_provisional(entry, problem.on) for entry in now.chosen),
        doubt=now.doubt,
        alternatives=_alternatives(problem, match.rule, now.chosen),
    )


def _alternatives(
    problem: Case, taken: articulation_rules.Rule, used: tuple[entries.PlannedEntry, ...]
) -> tuple[articulation_rules.Rule, ...]:
    ids = {entry.id for entry in used}
    found = [
        match.rule
        for match in problem.matches
        if match.is_whole and match.rule.id != taken.id and not ids.isdisjoint(entry.id for entry in match.chosen)
    ]
    return tuple(sorted(found, key=lambda rule: rule.id))


def _decided(problem: Case, decision: articulation_rules.Decision, entry: entries.PlannedEntry) -> Awarded | None:
    """What an advisor's decision gives; none where it denies."""
    if decision.is_denied or decision.course is None or entry.view is None:
        return None
    award = articulation_rules.Award(
        kind=equivalencies.AwardKind.COURSE, course=decision.course, credits=decision.credits
    )
    granted = grants.of((award,), (entry,), problem.possibilities.receiver)
    return Awarded(rule=None, used=(entry,), grants=granted, view=entry.view)


def exhausted(entry: entries.PlannedEntry, taken: tuple[entries.PlannedEntry, ...]) -> set[int]:
    """The ids of the entry and of its other attempts, where the course may be taken for credit only once."""
    course = entry.course
    if isinstance(course, entries.UnlistedCourse) or course.repeatable_times or course.repeatable_credits:
        return {entry.id}
    return {entry.id} | {other.id for other in taken if _is_attempt_of(other, course)}


def _is_attempt_of(entry: entries.PlannedEntry, course: courses.Course) -> bool:
    return not isinstance(entry.course, entries.UnlistedCourse) and entry.course.id in course.same_ids


def targets(grant: grants.Grant) -> frozenset[int]:
    """The ids of the course that a grant credits, with its cross-listings."""
    course = grant.target
    return frozenset() if course is None else course.same_ids


def _is_from_elsewhere(entry: entries.PlannedEntry, possibilities: articulation_rules.Possibilities) -> bool:
    if isinstance(entry.course, entries.UnlistedCourse):
        return True
    return entry.course.institution_id != possibilities.receiver.institution_id


def _counts_by(entry: entries.PlannedEntry, until: entries.View) -> bool:
    return entry.view is not None and entry.view.rank <= until.rank
