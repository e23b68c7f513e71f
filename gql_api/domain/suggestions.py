"""Suggestions: courses of the catalog that an open requirement could use, best first.

In this order: what meets a requirement; what also counts in the student's other program; what may be taken with the
courses of the plan; what the program prefers; the lower level; then the code. Never a course of the plan or one that
counts as the same, never a developmental one.
"""

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from gql_api.domain import (
    articulation,
    articulation_rules,
    audit_constraints,
    courses,
    credit_items,
    eligibility,
    entries,
    equivalencies,
    statuses,
    suggestions_completion,
    suggestions_open,
    verdicts,
)

Verdict = verdicts.Verdict
MayTake = Callable[[courses.Course], verdicts.Verdict]
"""Whether the courses of a plan satisfy a course's prerequisites."""
WHOLE = ""
"""The key under which the suggestions for the whole program are."""
MOST = 100
"""Suggestions for one requirement."""
_NO_LEVEL = 10_000
_ORDER = {Verdict.YES: 0, Verdict.UNKNOWN: 1, Verdict.NO: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A course that could be suggested, at the program's institution or (`rule` given) counting there through it."""

    course: courses.Course
    rule: articulation_rules.Rule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A course for a requirement: what it counts as there, the requirements it would meet, and what speaks for it."""

    course: courses.Course
    counts_as: str
    credits: Decimal
    completes: tuple[str, ...]
    counts_in_both: bool
    prerequisites: verdicts.Verdict
    is_preferred: bool
    rule_id: int | None = None


Rank = tuple[bool, bool, int, bool, int, bool, str, int]
_Ranked = tuple[Rank, Suggestion]
_RANK = operator.itemgetter(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Offer:
    candidate: Candidate
    item: credit_items.Item
    ids: frozenset[int]
    """The courses that it counts as, with those that are the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spent:
    """The courses that a plan has, or has credit for, with those that are the same; the exclusion groups of them."""

    ids: frozenset[int]
    groups: frozenset[int | None]

    def has(self, course: courses.Course) -> bool:
        """Whether the course would bring nothing more."""
        return not course.same_ids.isdisjoint(self.ids) or course.exclusion_group_id in self.groups


class _Offers:
    """What is offered, in order, and where what counts as a course is."""

    def __init__(self, offers: Sequence[_Offer]) -> None:
        self._offers = offers
        self._places: dict[int, list[int]] = {}
        for place, offer in enumerate(offers):
            for id in offer.ids:
                self._places.setdefault(id, []).append(place)

    def of_pool(self, pool: eligibility.Pool) -> Iterable[_Offer]:
        """Those that may fit: where a pool names all of its courses, those that count as one of these."""
        if not pool.names_all:
            return self._offers
        places = {place for id in pool.named if id in self._places for place in self._places[id]}
        return [self._offers[place] for place in sorted(places)]


def candidates(
    program: suggestions_open.Program, found: Iterable[courses.Course], rules: Iterable[articulation_rules.Rule]
) -> tuple[Candidate, ...]:
    """The courses of `found` as they are, and those that a rule alone turns into one course; what is known is left out.

    `found` holds the courses that the rules begin with, too.
    """
    known = {course.id: course for course in found}
    spent = _spent(program)
    offered = [Candidate(course=course) for course in known.values()]
    for rule in sorted(rules, key=lambda rule: rule.id):
        is_certain = (
            rule.status is equivalencies.RuleStatus.APPROVED
            and rule.strength is equivalencies.Strength.DIRECT
            and rule.outcome is equivalencies.Outcome.AWARDS
        )
        if not is_certain or len(rule.groups) != 1 or len(rule.awards) != 1:
            continue
        target = rule.awards[0].course
        if target is None or target.same_ids & spent.ids:
            continue
        offered += [
            Candidate(course=known[one.course_id], rule=rule) for one in rule.groups[0] if one.course_id in known
        ]
    return tuple(one for one in offered if not one.course.is_developmental and not spent.has(one.course))


def suggest(
    program: suggestions_open.Program,
    offered: Sequence[Candidate],
    other: suggestions_open.Program | None,
    may_take: MayTake,
) -> Mapping[str, tuple[Suggestion, ...]]:
    """The suggestions for each open requirement by its key, and under `WHOLE` for all that are needed; `MOST` each.

    `other` is the student's other program, if there is one.
    """
    offers = _Offers([offer for candidate in offered if (offer := _offer(program, candidate)) is not None])
    shared = frozenset[int]() if other is None else _wanted(other, [one.course for one in offered])
    allowed: dict[int, verdicts.Verdict] = {}

    def prerequisites(course: courses.Course) -> verdicts.Verdict:
        if course.id not in allowed:
            allowed[course.id] = may_take(course)
        return allowed[course.id]

    of_leaf = {leaf.index: _of_leaf(program, leaf, offers, prerequisites, shared) for leaf in program.leaves}
    found = {
        node.requirement.key: _best(program.leaves_of(node), of_leaf)
        for node in program.nodes[1:]
        if node.requirement is not None and program.is_asked(node)
    }
    return found | {WHOLE: _best(program.needed_leaves, of_leaf)}


def _of_leaf(
    program: suggestions_open.Program,
    leaf: suggestions_open.Node,
    offers: _Offers,
    prerequisites: MayTake,
    shared: frozenset[int],
) -> list[_Ranked]:
    """The suggestions of a leaf, each with what orders it."""
    done = suggestions_completion.of_leaf(program, leaf)
    found: list[_Ranked] = []
    for offer, fit in _fitting(leaf, offers):
        completes = done(audit_constraints.Use(item=offer.item, face=fit.face))
        if completes is not None:
            one = _suggestion(offer, fit, completes, prerequisites(offer.candidate.course), shared)
            found.append((rank(one), one))
    return found


def _best(leaves: Iterable[suggestions_open.Node], of_leaf: Mapping[int, Sequence[_Ranked]]) -> tuple[Suggestion, ...]:
    """The suggestions of these leaves, each course once and as it serves best."""
    found = [ranked for leaf in leaves for ranked in of_leaf.get(leaf.index, ())]
    best: dict[int, Suggestion] = {}
    for _, suggestion in sorted(found, key=_RANK):
        best.setdefault(suggestion.course.id, suggestion)
    return tuple(best.values())[:MOST]


def rank(one: Suggestion) -> Rank:
    """What orders suggestions: the best first."""
    level = one.course.level
    return (
        not one.completes,
        not one.counts_in_both,
        _ORDER[one.prerequisites],
        not one.is_preferred,
        _NO_LEVEL if level is None else level,
        one.rule_id is not None,
        one.course.code,
        one.course.id,
    )


def _suggestion(
    offer: _Offer,
    fit: eligibility.Fit,
    completes: tuple[str, ...],
    prerequisites: verdicts.Verdict,
    shared: frozenset[int],
) -> Suggestion:
    course = offer.candidate.course
    return Suggestion(
        course=course,
        counts_as=fit.face.label,
        credits=fit.face.credits,
        completes=completes,
        counts_in_both=course.id in shared,
        prerequisites=prerequisites,
        is_preferred=fit.is_preferred,
        rule_id=fit.face.rule_id,
    )


def _offer(program: suggestions_open.Program, candidate: Candidate) -> _Offer | None:
    """The candidate as credit at the program's institution; none where the rule gives none for a course to come."""
    entry = entries.PlannedEntry(id=0, course=candidate.course, status=statuses.PlannedStatus.PLANNED)
    if candidate.rule is None:
        item = credit_items.as_taken(entry, credit_items.taken_face(entry, program.receiver))
        return _Offer(candidate=candidate, item=item, ids=candidate.course.same_ids)
    given = articulation_rules.Possibilities(receiver=program.receiver, rules=(candidate.rule,))
    awarded = articulation.articulate(articulation.case((entry,), given, program.audit.on))
    if not awarded or awarded[0].doubt is not None:
        return None
    found = credit_items.items((entry,), awarded, program.receiver, entries.View.PLANNED)
    if len(found) != 1:
        return None
    ids = [face.course.same_ids for face in found[0].faces if face.course is not None]
    return _Offer(candidate=candidate, item=found[0], ids=frozenset[int]().union(*ids))


def _fitting(leaf: suggestions_open.Node, offers: _Offers) -> Iterable[tuple[_Offer, eligibility.Fit]]:
    for offer in offers.of_pool(leaf.pool):
        fit = eligibility.fit(leaf.pool, offer.item)
        if isinstance(fit, eligibility.Fit) and fit.doubt is None:
            yield offer, fit


def _wanted(program: suggestions_open.Program, found: Iterable[courses.Course]) -> frozenset[int]:
    """The courses among these that open requirements of a program could use as they are."""
    spent = _spent(program)
    offers = _Offers(
        [
            offer
            for course in found
            if not spent.has(course) and (offer := _offer(program, Candidate(course=course))) is not None
        ]
    )
    return frozenset(offer.candidate.course.id for leaf in program.needed_leaves for offer, _ in _fitting(leaf, offers))


def _spent(program: suggestions_open.Program) -> _Spent:
    """What the plan has, or has credit for."""
    taken = [entry for entry in program.taken if not isinstance(entry.course, entries.UnlistedCourse)]
    credited = [one.course for planned in program.planned.values() for one in planned.applied if one.course is not None]
    mine = {id(course): course for course in (*[entry.course for entry in taken], *credited)}
    listed = [course for course in mine.values() if not isinstance(course, entries.UnlistedCourse)]
    groups = {
        entry.course.exclusion_group_id
        for entry in taken
        if not isinstance(entry.course, entries.UnlistedCourse) and entry.view is not None
    }
    return _Spent(
        ids=frozenset[int]().union(*[course.same_ids for course in listed]), groups=frozenset(groups - {None})
    )
