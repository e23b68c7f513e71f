"""Requirements that look at the same courses: what shares, what should say whether it does, and what is implied."""

import itertools
from collections.abc import Iterator
from decimal import Decimal

from gql_api.domain import (
    checker_conflicts,
    checker_model,
    checker_trees,
    health_catalog,
    health_findings,
    health_satisfiability,
    wording,
)

Finding = health_findings.Finding
Kind = health_findings.FindingKind
Severity = health_findings.Severity
Place = checker_trees.Place


def findings(work: checker_conflicts.Problem) -> Iterator[Finding]:
    """Overlaps without a word about sharing, sharing without an overlap, and what another requirement implies."""
    tops = work.tree.places[checker_trees.ROOT].children
    for one, other in itertools.combinations(tops, 2):
        yield from _undefined(work, work.tree.places[one], work.tree.places[other])
    yield from _idle_pairs(work)
    yield from _implied(work)


def _undefined(work: checker_conflicts.Problem, one: Place, other: Place) -> Iterator[Finding]:
    """Two top-level requirements of which neither says whether a course may count in both."""
    said = {index for pair in work.tree.pairs for index in (pair.one, pair.other)}
    sides = [_silent(work, place, said) for place in (one, other)]
    common = sorted(sides[0] & sides[1])
    if common:
        is_many = len(common) >= health_catalog.MOST_ALIKE  # of a pattern no more are looked at
        fit = "fits" if len(common) == 1 else "fit"
        count = "Many courses fit" if is_many else f"{len(common)} {wording.plural(len(common), 'course')} {fit}"
        which = f"“{one.node.name}” and “{other.node.name}” ({health_satisfiability.listed(common)})"
        yield Finding(
            kind=Kind.UNDEFINED_SHARING,
            severity=Severity.NOTE,
            message=f"{count} both {which}; nothing says that they share, so each counts once.",
            keys=(one.node.key, other.node.key),
            courses=tuple(common),
        )


def _silent(work: checker_conflicts.Problem, top: Place, said: set[int]) -> set[str]:
    """The courses of the exclusive leaves beneath a requirement that no sharing speaks of."""
    leaves = [work.tree.places[leaf] for leaf in top.leaves]
    return {
        work.pieces[unit].label
        for leaf in leaves
        if leaf.domain == checker_model.EVERYWHERE and not said & set(leaf.line) and not leaf.node.is_residual
        for unit in work.fits.get(leaf.index, ())
    }


def _idle_pairs(work: checker_conflicts.Problem) -> Iterator[Finding]:
    for pair in work.tree.pairs:
        one, other = work.tree.places[pair.one], work.tree.places[pair.other]
        is_residual = any(work.tree.places[leaf].node.is_residual for leaf in (*one.leaves, *other.leaves))
        if not is_residual and not work.eligible(pair.one) & work.eligible(pair.other):
            yield Finding(
                kind=Kind.IDLE_SHARING,
                severity=Severity.WARNING,
                message=f"“{one.node.name}” and “{other.node.name}” may share, and have no course in common.",
                keys=(one.node.key, other.node.key),
            )


def _implied(work: checker_conflicts.Problem) -> Iterator[Finding]:
    """Requirements that are met whenever the program's other requirements are."""
    mandatory = work.tree.mandatory()
    for index in sorted(mandatory):
        place = work.tree.places[index]
        if place.children and (amount := place.node.min_credits_beneath) and _sum_below(work, place) >= amount:
            sum_of_them = f"{health_satisfiability.plain(amount)} {wording.plural(amount, 'credit')}"
            yield _says(place, f"the requirements beneath it need {sum_of_them} already")
        if place.is_leaf and place.domain != checker_model.EVERYWHERE and not place.node.constraints:
            other = next((one for one in sorted(mandatory) if _implies(work, work.tree.places[one], place)), None)
            if other is not None:
                first = work.tree.places[other].node
                yield _says(place, f"whatever meets “{first.name}” meets it", first.key)


def _says(place: Place, why: str, *keys: str) -> Finding:
    return Finding(
        kind=Kind.IMPLIED,
        severity=Severity.WARNING,
        message=f"“{place.node.name}” asks for nothing more: {why}.",
        keys=(place.node.key, *keys),
    )


def _sum_below(work: checker_conflicts.Problem, place: Place) -> Decimal:
    """The credits that the needed children of a node take in any case, where all of them are needed."""
    if place.needed < len(place.choices):
        return Decimal(0)
    below = [work.tree.places[child] for child in place.choices]
    total = Decimal(0)
    for child in below:
        if child.domain == checker_model.EVERYWHERE:
            total += max(child.min_credits, _sum_below(work, child)) if child.children else child.min_credits
    return total


def _implies(work: checker_conflicts.Problem, one: Place, other: Place) -> bool:
    """Whether every way to meet one leaf meets the other, which looks at courses without using them up."""
    if not one.is_leaf or one.index == other.index or not work.fits.get(one.index):
        return False
    wider = set(work.fits[one.index]) <= set(work.fits.get(other.index, ()))
    is_more = (one.node.min_courses or 0) >= (other.node.min_courses or 0) and one.min_credits >= other.min_credits
    asks = bool(other.node.min_courses or other.min_credits)
    is_first = one.domain == checker_model.EVERYWHERE or one.index < other.index
    is_open = other.node.max_courses is None and other.node.max_credits is None
    return wider and is_more and asks and is_first and is_open
