"""Competing equivalencies as part of the optimisation: every award that could be given stands on one board at once.

Awards that use up the same entry, or credit the same course, exclude each other; an item may be applied only where
its award is given. The solver then chooses awards and places together. This is asked only where more ways to award
compete than are tried one by one (`audit_choices`).
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gql_api.domain import (
    allocation_board,
    allocation_exact,
    allocation_fitting,
    articulation,
    articulation_rules,
    credit_items,
    entries,
    model,
    model_figures,
    repeats,
    rule_matching,
    solver,
)

MOST_VARIANTS = 64
"""Ways to fill the groups of one rule with different entries that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The awards that serve the program best, and whether that is proven."""

    awarded: tuple[articulation.Awarded, ...]
    is_proven: bool


def choose(
    case: articulation.Case,
    taken: Sequence[entries.PlannedEntry],
    view: entries.View,
    nodes: tuple[allocation_board.Node, ...],
    pairs: tuple[allocation_board.Pair, ...],
    *,
    kept: frozenset[int] = frozenset(),
) -> Chosen | None:
    """The best awards for these requirements; none where the solver found none within its bounds."""
    receiver = case.possibilities.receiver
    awards = tuple(_candidates(case))
    packages = [(award, credit_items.items((), (award,), receiver, view)) for award in awards]
    plain = credit_items.items(taken, (), receiver, view)
    items = [*plain, *(item for _, found in packages for item in found)]
    board = allocation_fitting.board(nodes, pairs, items, receiver.credit_tolerance)
    figures = model_figures.Figures(board)
    groups = _groups(case, items, packages, len(plain))
    exact = allocation_exact.solve(
        figures, board.tops, kept=kept, with_version=bool(nodes[allocation_board.ROOT].minima), bundles=groups
    )
    if not exact.pairs and exact.outcome is not solver.Outcome.OPTIMAL:
        return None
    used = {item for _, item in exact.pairs}
    starts = itertools.accumulate((len(found) for _, found in packages), initial=len(plain))
    wanted: list[tuple[articulation.Awarded, list[bool]]] = []
    for (award, found), start in zip(packages, starts, strict=False):
        is_used = [start + place in used for place in range(len(found))]
        if any(is_used):
            wanted.append((award, is_used))
    awarded = _credited_once(wanted)
    is_proven = exact.outcome is solver.Outcome.OPTIMAL and not any(_is_cut(match.rule, case) for match in case.matches)
    return Chosen(awarded=awarded, is_proven=is_proven)


def _is_cut(rule: articulation_rules.Rule, case: articulation.Case) -> bool:
    """Whether a rule's groups can be filled in more ways than are looked at."""
    return next(itertools.islice(_variants(rule, case), MOST_VARIANTS, None), None) is not None


def _credited_once(wanted: Sequence[tuple[articulation.Awarded, list[bool]]]) -> tuple[articulation.Awarded, ...]:
    """The awards without grants of courses that another one is to be credited for: where the item is used counts."""
    credited = {
        id
        for award, is_used in wanted
        for grant, used in zip(award.grants, is_used, strict=True)
        if used
        for id in articulation.targets(grant)
    }
    found: list[articulation.Awarded] = []
    for award, is_used in wanted:
        kept = tuple(
            grant
            for grant, used in zip(award.grants, is_used, strict=True)
            if used or credited.isdisjoint(articulation.targets(grant))
        )
        credited |= {id for grant in kept for id in articulation.targets(grant)}
        found.append(replace(award, grants=kept))
    return tuple(found)


def _candidates(case: articulation.Case) -> Iterator[articulation.Awarded]:
    """Every award that some way of following the rules gives: each rule alone, with each choice of its entries.

    What advisors decided stands in all of them.
    """
    decided = [award for award in articulation.articulate(case) if award.rule is None]
    yield from decided
    settled = {entry.id for award in decided for entry in award.used}
    settled |= {one.entry_id for one in case.possibilities.decisions}
    for match in case.matches:
        if not match.is_whole or not match.rule.awards:
            continue
        seen: set[tuple[int, ...]] = set()
        for chosen in itertools.islice(_variants(match.rule, case), MOST_VARIANTS):
            if settled.isdisjoint(entry.id for entry in chosen):
                alone = replace(case, taken=chosen, matches=_rematched(match.rule, chosen, case))
                for award in articulation.articulate(alone):
                    ids = tuple(sorted(entry.id for entry in award.used))
                    if award.rule is not None and ids not in seen:
                        seen.add(ids)
                        yield award


def _variants(rule: articulation_rules.Rule, case: articulation.Case) -> Iterator[tuple[entries.PlannedEntry, ...]]:
    pools = [
        [
            entry
            for entry in case.taken
            if not isinstance(entry.course, entries.UnlistedCourse)
            and any(source.course_id in entry.course.same_ids for source in group)
        ]
        for group in rule.groups
    ]
    for chosen in itertools.product(*pools):
        if len({entry.id for entry in chosen}) == len(chosen):
            yield chosen


def _rematched(
    rule: articulation_rules.Rule, chosen: tuple[entries.PlannedEntry, ...], case: articulation.Case
) -> tuple[rule_matching.Match, ...]:
    found = rule_matching.match(rule, chosen, case.possibilities, case.on, case.current)
    return () if found is None else (found,)


def _groups(
    case: articulation.Case,
    items: Sequence[credit_items.Item],
    packages: Sequence[tuple[articulation.Awarded, tuple[credit_items.Item, ...]]],
    plain: int,
) -> model.Bundles:
    """Packages of items that are there together, and which packages exclude each other."""
    bundles: list[tuple[int, ...]] = []
    resources: dict[object, list[int]] = {}
    for position in range(plain):
        resources.setdefault(("entry", items[position].used[0].id), []).append(len(bundles))
        bundles.append((position,))
    position = plain
    for award, found in packages:
        number = len(bundles)
        bundles.append(tuple(range(position, position + len(found))))
        position += len(found)
        spent = {id for entry in award.used for id in articulation.exhausted(entry, case.taken)}
        for id in spent:
            resources.setdefault(("entry", id), []).append(number)
    credited: dict[object, list[int]] = {}
    for number, item in enumerate(items):
        course = item.main.course
        if course is not None and not (course.repeatable_times or course.repeatable_credits):
            credited.setdefault(repeats.group(item), []).append(number)
    once = sorted(tuple(found) for found in credited.values() if len(found) > 1)
    rivals = sorted({tuple(found) for found in resources.values() if len(found) > 1})
    return model.Bundles(bundles=tuple(bundles), rivals=tuple(rivals), once=tuple(once))
