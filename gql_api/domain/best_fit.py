"""Best fit: programs ranked by what a plan leaves to be done.

What remains is counted in credits: what the requirements still need (a needed course counts three), of a choice its
smallest parts, and never less than what the credits in total and those earned here still need. Bounds from below,
which need no allocation, say which programs cannot be among the first; the others are audited.
"""

import heapq
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gql_api.domain import (
    audit_constraints,
    audit_results,
    audits,
    best_fit_bounds,
    credits,
    entries,
    model_figures,
    requirements,
    suggestions_open,
)

Status = audit_results.RequirementStatus
MOST_AUDITS = 300
"""Programs that are audited in one ranking; what is not proven then says so."""
_MET = frozenset({Status.MET, Status.WAIVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A program: its number, what orders equals, and what an audit of the plan against it looks at."""

    program_id: int
    name: str
    given: suggestions_open.Given


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A program with the credits that remain; `is_proven` says that no other could stand before it."""

    offer: Offer
    remaining: Decimal
    audit: audit_results.Audit
    is_proven: bool = True


Key = tuple[Decimal, str, int]


class Ranking:
    """Programs on their way to a ranking: what was audited, and bounds of what waits; the offers' order is nothing."""

    def __init__(self, offers: Sequence[Offer], *, on: date, most_audits: int = MOST_AUDITS) -> None:
        self._offers, self._on, self._most_audits = offers, on, most_audits
        bounds = best_fit_bounds.Bounds()
        self._waiting = [
            (bounds.remaining(one.given), one.name, one.program_id, place) for place, one in enumerate(offers)
        ]
        heapq.heapify(self._waiting)
        self._found: list[tuple[Key, Fit]] = []

    def first(self, count: int, last: Collection[int] = ()) -> tuple[Fit, ...]:
        """The `count` programs of which the least remains, then by name; those with ids in `last` behind all others."""
        while self._waiting and len(self._found) < self._most_audits and not self._is_settled(count, last):
            offer = self._offers[heapq.heappop(self._waiting)[3]]
            fit = _audited(offer, self._on)
            self._found.append(((fit.remaining, offer.name, offer.program_id), fit))
        next_key = self._next_key(last)
        ordered = sorted(self._found, key=lambda one: (one[0][2] in last, one[0]))
        return tuple(
            Fit(
                offer=fit.offer,
                remaining=fit.remaining,
                audit=fit.audit,
                is_proven=next_key is None or (key[2] in last, key) < next_key,
            )
            for key, fit in ordered[:count]
        )

    def _is_settled(self, count: int, last: Collection[int]) -> bool:
        """Whether nothing that waits can be among the first."""
        next_key = self._next_key(last)
        return next_key is not None and sum((key[2] in last, key) < next_key for key, _ in self._found) >= count

    def _next_key(self, last: Collection[int]) -> tuple[bool, Key] | None:
        return (self._waiting[0][2] in last, self._waiting[0][:3]) if self._waiting else None


def rank(offers: Sequence[Offer], *, on: date, first: int, most_audits: int = MOST_AUDITS) -> tuple[Fit, ...]:
    """The `first` programs of which the least remains, then by name; the same whatever the order of the offers."""
    return Ranking(offers, on=on, most_audits=most_audits).first(first)


def _audited(offer: Offer, on: date) -> Fit:
    given = offer.given
    audit = audits.audit(
        given.tree, given.entries, given.possibilities, given.exceptions, on=on, constraints=given.constraints
    )
    return Fit(offer=offer, remaining=remaining(given.tree, audit), audit=audit)


def remaining(tree: requirements.ProgramTree, audit: audit_results.Audit) -> Decimal:
    """The credits that are needed beyond everything planned; 0 where the version is met then."""
    results = {result.key: result for result in audit.requirements}
    needed = sum((_remaining(node, results) for node in tree.requirements if not node.is_optional), credits.ZERO)
    lacking = [
        total.needed - (total.actual[entries.View.PLANNED.rank][1] or credits.ZERO)
        for total in audit.totals
        if total.kind is not audit_results.TotalKind.MINIMUM_GPA
    ]
    return max([needed, *lacking, *(_lacking(one) for one in audit.constraints), credits.ZERO])


def _remaining(node: requirements.Requirement, results: Mapping[str, audit_results.RequirementResult]) -> Decimal:
    result = results[node.key]
    view = result.in_view(entries.View.PLANNED)
    if view.status in _MET:
        return credits.ZERO
    amounts = [
        (result.needed_credits or credits.ZERO) - view.credits,
        Decimal(model_figures.COURSE_WEIGHT * ((result.needed_courses or 0) - view.courses)),
        *(_lacking(one) for one in view.constraints),
        _of_children(node, results, result.needed_children or 0),
    ]
    return max([*amounts, credits.ZERO])


def _of_children(
    node: requirements.Requirement, results: Mapping[str, audit_results.RequirementResult], needed: int
) -> Decimal:
    """What the smallest so many parts need, those that never block left out unless they may be chosen."""
    parts = sorted(
        _remaining(child, results) for child in node.children if node.min_children is not None or not child.is_optional
    )
    return sum(parts[:needed], credits.ZERO)


def _lacking(one: audit_constraints.ConstraintResult) -> Decimal:
    """What a minimum still needs, in credits; nothing where it has no number that courses add up to."""
    if not audit_constraints.is_minimum(one.kind) or one.needed is None or one.actual is None:
        return credits.ZERO
    weight = 1 if "CREDITS" in one.kind.name else model_figures.COURSE_WEIGHT
    return (one.needed - one.actual) * weight
