"""Articulating: turning a student's courses into the receiving institution's credit by following its rules.

The stand-alone order where rules compete for a course: what is certain before what is not, more source groups
first, more credit, DIRECT before PARTIAL before CONDITIONAL, then the oldest. A course is used up by one award, a
target is credited once whatever the path, and a course that may be taken once awards once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from gql_api.domain import articulation_rules, entries, equivalencies, grants, rule_matching

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


_Rivals = Mapping[int, Sequence[rule_matching.Match]]
"""The matches whose groups are filled, by the entries that fill them."""
_Precedence = tuple[bool, int, Decimal, int, date, int]
_Spent = tuple[frozenset[int], frozenset[int]]
"""The entries that an award uses up, and the courses that it credits."""


@dataclass(slots=True)
class Seen:
    """What was worked out for the same entries before: the same award is the very same value again."""

    awards: dict[object, Awarded] = field(default_factory=dict[object, Awarded])
    precedences: dict[int, tuple[rule_matching.Match, _Precedence]] = field(
        default_factory=dict[int, tuple[rule_matching.Match, _Precedence]]
    )
    """By a match's identity, which is its own as long as the match is held here."""
    granted: dict[int, tuple[rule_matching.Match, tuple[grants.Grant, ...]]] = field(
        default_factory=dict[int, tuple[rule_matching.Match, tuple[grants.Grant, ...]]]
    )
    """What a match grants, by the match's identity."""
    spent: dict[tuple[int, int], tuple[Awarded, tuple[entries.PlannedEntry, ...], _Spent]] = field(
        default_factory=dict[tuple[int, int], tuple[Awarded, tuple[entries.PlannedEntry, ...], _Spent]]
    )
    """What an award takes, by its identity and that of the entries at hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is articulated: the entries from elsewhere up to a view, where they go, and the day of the evaluation.

    `current` are the rules for courses still to be taken.
    """

    taken: tuple[entries.PlannedEntry, ...]
    possibilities: articulation_rules.Possibilities
    on: date
    matches: tuple[rule_matching.Match, ...]
    current: frozenset[int] | None = None
    seen: Seen = field(default_factory=Seen, repr=False, compare=False)


def case(
    taken: Iterable[entries.PlannedEntry],
    possibilities: articulation_rules.Possibilities,
    on: date,
    until: entries.View = entries.View.PLANNED,
    seen: Seen | None = None,
) -> Case:
    """The case of these entries: those that earn something by `until`, in canonical order, and what matches them.

    `seen` is that of another case of the same entries.
    """
    foreign = tuple(
        sorted(
            (entry for entry in taken if _is_from_elsewhere(entry, possibilities) and _counts_by(entry, until)),
            key=lambda entry: rule_matching.attempt_order(entry, possibilities.receiver),
        )
    )
    current = rule_matching.latest(possibilities.rules, on) if foreign else frozenset[int]()
    matches = rule_matching.matches(foreign, possibilities, on, current) if foreign else ()
    return Case(
        taken=foreign,
        possibilities=possibilities,
        on=on,
        matches=matches,
        current=current,
        seen=Seen() if seen is None else seen,
    )


def articulate(problem: Case, kept: Sequence[Awarded] = ()) -> tuple[Awarded, ...]:
    """The credit that the case earns. What is in `kept` stands; the rest is decided around it."""
    awarded = list(kept)
    used = {entry.id for award in awarded for entry in award.used}
    if awarded and all(entry.id in used for entry in problem.taken):
        return tuple(awarded)
    credited = {id for award in awarded for grant in award.grants for id in targets(grant)}
    for decision in sorted(problem.possibilities.decisions, key=lambda decision: decision.entry_id):
        entry = next((entry for entry in problem.taken if entry.id == decision.entry_id), None)
        if entry is None or entry.id in used:
            continue
        used |= exhausted(entry, problem.taken)
        if (award := _decided(problem, decision, entry)) is not None:
            awarded.append(award)
            credited |= {id for grant in award.grants for id in targets(grant)}
    rivals: dict[int, list[rule_matching.Match]] = {}
    for match in problem.matches:
        if match.is_whole:
            for entry_id in match.ids:
                rivals.setdefault(entry_id, []).append(match)
    for candidate in sorted(_awarding(problem), key=lambda match: _precedence(problem, match)):
        award = _apply(problem, candidate, used, credited, rivals)
        if award is None:
            continue
        awarded.append(award)
        taken, granted = _spent(problem, award)
        used |= taken
        credited |= granted
    return tuple(awarded)


def _spent(problem: Case, award: Awarded) -> _Spent:
    key = id(award), id(problem.taken)
    known = problem.seen.spent.get(key)
    if known is None:
        used = frozenset([id for entry in award.used for id in exhausted(entry, problem.taken)])
        credited = frozenset([id for grant in award.grants for id in targets(grant)])
        known = problem.seen.spent[key] = award, problem.taken, (used, credited)
    return known[2]


def _awarding(problem: Case) -> list[rule_matching.Match]:
    return [match for match in problem.matches if match.is_whole and match.rule.awards]


def _precedence(problem: Case, match: rule_matching.Match) -> _Precedence:
    known = problem.seen.precedences.get(id(match))
    if known is None:
        known = problem.seen.precedences[id(match)] = match, _preceding(problem, match)
    return known[1]


def _preceding(problem: Case, match: rule_matching.Match) -> _Precedence:
    rule, granted = match.rule, _granted(problem, match)
    return (
        match.doubt is not None,
        -len(rule.groups),
        -sum((grant.credits for grant in granted), Decimal(0)),
        _STRENGTHS[rule.strength],
        rule.effective_from or date.min,
        rule.id,
    )


def _granted(problem: Case, match: rule_matching.Match) -> tuple[grants.Grant, ...]:
    known = problem.seen.granted.get(id(match))
    if known is None:
        granted = grants.of(match.rule.awards, match.chosen, problem.possibilities.receiver)
        known = problem.seen.granted[id(match)] = match, granted
    return known[1]


def _apply(
    problem: Case, match: rule_matching.Match, used: set[int], credited: set[int], rivals: _Rivals
) -> Awarded | None:
    """The award of one rule out of the entries that are left, or none."""
    new = tuple([award for award in match.rule.awards if award.course is None or award.course.id not in credited])
    if not new:
        return None
    now: rule_matching.Match | None = match
    if not used.isdisjoint(match.ids):
        left = [entry for entry in problem.taken if entry.id not in used]
        now = rule_matching.match(match.rule, left, problem.possibilities, problem.on, problem.current)
    if now is None or not now.is_whole:
        return None
    alternatives = _alternatives(match.rule, now.chosen, rivals)
    ids = (tuple([entry.id for entry in now.chosen]), tuple([rule.id for rule in alternatives]))
    # The award holds the rule, so that the rule's identity stays its own.
    key = id(match.rule), now.doubt, *ids, tuple([award in new for award in match.rule.awards])
    if key not in problem.seen.awards:
        problem.seen.awards[key] = _awarded(problem, now, new, alternatives)
    return problem.seen.awards[key]


def _awarded(
    problem: Case,
    now: rule_matching.Match,
    new: tuple[articulation_rules.Award, ...],
    alternatives: tuple[articulation_rules.Rule, ...],
) -> Awarded:
    rule = now.rule
    granted = [grants.weakened(grant, rule) for grant in _granted(problem, now)]
    return Awarded(
        rule=rule,
        used=now.chosen,
        grants=tuple(grant for grant, award in zip(granted, rule.awards, strict=True) if award in new),
        view=max((entry.view for entry in now.chosen if entry.view), key=lambda view: view.rank),
        is_provisional=any(rule_matching.is_provisional(entry, problem.on) for entry in now.chosen),
        doubt=now.doubt,
        alternatives=alternatives,
    )


def _alternatives(
    taken: articulation_rules.Rule, used: tuple[entries.PlannedEntry, ...], rivals: _Rivals
) -> tuple[articulation_rules.Rule, ...]:
    found = {match.rule.id: match.rule for entry in used for match in rivals.get(entry.id, ())}
    found.pop(taken.id, None)
    return tuple([found[id] for id in sorted(found)])


def _decided(problem: Case, decision: articulation_rules.Decision, entry: entries.PlannedEntry) -> Awarded | None:
    """What an advisor's decision gives; none where it denies."""
    if decision.is_denied or decision.course is None or entry.view is None:
        return None
    key = "decided", entry.id, decision.course.id, decision.credits
    if key not in problem.seen.awards:
        problem.seen.awards[key] = _by_decision(problem, decision, entry, entry.view)
    return problem.seen.awards[key]


def _by_decision(
    problem: Case, decision: articulation_rules.Decision, entry: entries.PlannedEntry, view: entries.View
) -> Awarded:
    award = articulation_rules.Award(
        kind=equivalencies.AwardKind.COURSE, course=decision.course, credits=decision.credits
    )
    granted = grants.of((award,), (entry,), problem.possibilities.receiver)
    return Awarded(rule=None, used=(entry,), grants=granted, view=view)


def exhausted(entry: entries.PlannedEntry, taken: tuple[entries.PlannedEntry, ...]) -> set[int]:
    """The ids of the entry and of its other attempts, where the course may be taken for credit only once."""
    course = entry.course
    if isinstance(course, entries.UnlistedCourse) or course.repeatable_times or course.repeatable_credits:
        return {entry.id}
    same = course.same_ids
    found = {entry.id}
    for other in taken:
        if not isinstance(other.course, entries.UnlistedCourse) and other.course.id in same:
            found.add(other.id)
    return found


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
