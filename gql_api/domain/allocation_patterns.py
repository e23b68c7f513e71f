"""Patterns: the sets of items that could be of use to one leaf or node, each with what it is worth.

A pattern is a way to use items from which none can be taken away for nothing. Items that no other leaf of the
component could use do not tell patterns apart: of patterns with the same contested items the best one is enough.
"""

import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from gql_api.domain import allocation_leaves, allocation_tables

MOST_STEPS = 6_000
"""Sets of items that are looked at for one leaf."""
Amounts = allocation_tables.Amounts
Parts = allocation_leaves.Parts
Unsuited = allocation_tables.Unsuited


class Pattern(NamedTuple):
    """A way to use contested items (`mask`): the value it gives, the cost of its uses, and what is used where.

    `is_met` says that it meets its requirement, `is_some` that it uses anything; `credits` are those of its items,
    where something above asks for them.
    """

    mask: int
    value: int
    cost: int
    parts: Parts
    is_met: bool
    credits: int = 0
    is_some: bool = False


NOTHING = Pattern(0, 0, 0, (), is_met=False)
FREE = NOTHING._replace(is_met=True)


def unmet(found: Iterable[Pattern]) -> list[Pattern]:
    """The same where something is still missing."""
    return [
        Pattern(mask, value, cost, parts, False, credits, is_some) if is_met else one
        for one in found
        for mask, value, cost, parts, is_met, credits, is_some in (one,)
    ]


def masked(found: Iterable[Pattern], items: int) -> list[Pattern]:
    """The patterns, told apart by these items alone."""
    return [one if one.mask & items == one.mask else one._replace(mask=one.mask & items) for one in found]


class Kept:
    """Of patterns with the same contested items the best one, of those that meet the requirement and of the others.

    Patterns of unlike credits stand beside one another, up to the `ceiling` from which on more are of no use.
    """

    def __init__(self, found: Iterable[Pattern] = (), ceiling: int = 0) -> None:
        self._ceiling = ceiling
        self._found: dict[tuple[int, bool, int], Pattern] = {}
        for one in found:
            key = one.mask, one.is_met, min(one.credits, ceiling)
            known = self._found.get(key)
            if known is None or one.value > known.value or (one.value == known.value and one.cost < known.cost):
                self._found[key] = one

    def join(self, ones: Iterable[Pattern], others: Sequence[Pattern]) -> None:
        """Add all patterns of one together with all those of another that leave it its items."""
        found, ceiling = self._found, self._ceiling
        for mask, value, cost, parts, is_met, had, _ in ones:
            for other, more, paid, used, is_whole, credits, _ in others:
                if mask & other:
                    continue
                both, amount, total = mask | other, value + more, cost + paid
                key = both, is_met and is_whole, min(had + credits, ceiling) if ceiling else 0
                known = found.get(key)
                if known is None or amount > known[1] or (amount == known[1] and total < known[2]):
                    found[key] = Pattern(both, amount, total, parts + used, key[1], key[2], is_some=True)

    def within(self, most: int) -> list[Pattern]:
        """All of them. Raises `Unsuited` where they are more than so many."""
        if len(self._found) > most:
            raise Unsuited
        return list(self._found.values())


def undominated(found: Iterable[Pattern]) -> list[Pattern]:
    """The patterns than which no other is better with fewer items."""
    order = sorted(found, key=lambda one: (-one.value, one.cost, one.mask.bit_count(), one.mask))
    kept: list[Pattern] = []
    masks: list[int] = []
    for one in order:
        mask = one.mask
        for other in masks:
            if other & mask == other:
                break
        else:
            kept.append(one)
            masks.append(mask)
    return kept


def contested(groups: list[list[Pattern]]) -> list[list[Pattern]]:
    """The groups without items that only one of them has left, and without patterns that are of no use then."""
    while True:
        seen = twice = 0
        for group in groups:
            mask = 0
            for one in group:
                mask |= one.mask
            twice |= seen & mask
            seen |= mask
        if seen == twice:
            return groups
        groups = [undominated(masked(group, twice)) for group in groups]


def weighed(table: allocation_tables.Table, credits: Mapping[int, int], ceiling: int) -> allocation_tables.Table:
    """The table with the credits of its items as a last amount, of which so much is of use above the leaf."""
    items = [(bit, cost, (*amounts, credits[bit.bit_length() - 1])) for bit, cost, amounts in table.items]
    return replace(table, items=items, bounds=(*table.bounds, (ceiling, None)))


def useful(table: allocation_tables.Table, contested: int, ceiling: int = 0) -> Iterator[tuple[int, int, int, bool]]:
    """The sets of items from which none can be taken away for nothing: items, cost, value, and whether they suffice.

    Of items that are not contested and add the same to the table those that cost least go first. A `ceiling` is that
    of a `weighed` table: sets that suffice may have more items up to it. Raises `Unsuited` where too many sets would
    have to be looked at.
    """
    items = sorted(table.items, key=lambda one: (*map(operator.neg, one[2]), one[1], one[0]))
    caps = tuple([cap for cap, _ in table.bounds])
    limits = [(place, limit) for place, (_, limit) in enumerate(table.bounds) if limit is not None]
    before = _predecessors(items, contested)
    waiting: list[tuple[int, Amounts, tuple[int, ...], int]] = [(0, (0,) * len(caps), (), 0)]
    steps = 0
    while waiting:
        start, had, chosen, paid = waiting.pop()
        for place in range(start, len(items)):
            _, cost, amounts = items[place]
            if before[place] >= 0 and before[place] not in chosen:
                continue  # of items that nobody else wants the cheaper one goes first
            sums = tuple(map(operator.add, had, amounts))
            if any(sums[one] > limit for one, limit in limits):
                continue
            steps += 1
            if steps > MOST_STEPS:
                raise Unsuited
            now = (*chosen, place)
            state = tuple(map(min, sums, caps))
            less = [tuple(map(min, map(operator.sub, sums, items[one][2]), caps)) for one in now]
            if state in less:
                continue  # an item adds nothing, and so it is with more items
            value, is_met = table.worth(state)
            weight = state[-1] if ceiling and is_met else 0
            if all((value, is_met, weight) > _worth(table, one, ceiling) for one in less):
                yield sum([items[one][0] for one in now]), paid + cost, value, is_met
            if not is_met or weight < ceiling:
                waiting.append((place + 1, sums, now, paid + cost))


def _worth(table: allocation_tables.Table, state: Amounts, ceiling: int) -> tuple[int, bool, int]:
    """What an amount is worth, whether it suffices, and how much of it is of use above the leaf."""
    value, is_met = table.worth(state)
    return value, is_met, state[-1] if ceiling and is_met else 0


def _predecessors(items: allocation_tables.Items, contested: int) -> list[int]:
    """By item the one before it that is alike, where nobody else wants either; -1 where there is none."""
    last: dict[Amounts, int] = {}
    found: list[int] = []
    for place, (bit, _, amounts) in enumerate(items):
        found.append(-1 if bit & contested else last.get(amounts, -1))
        if not bit & contested:
            last[amounts] = place
    return found
