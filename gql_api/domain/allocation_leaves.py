"""The best that one leaf can do with some items, exact by itself: the cheapest items that meet it, and the best at all.

Items are bits of a mask. A leaf that asks for a number of courses, or for credits in courses of one size, takes the
cheapest; any other has a table of amounts (`allocation_tables`).
"""

import copy
import itertools
import operator
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from gql_api.domain import (
    allocation_board,
    allocation_scores,
    allocation_tables,
    model_value,
)

Parts = tuple[tuple[int, int], ...]
"""Items by leaf: (leaf, mask)."""
Unsuited = allocation_tables.Unsuited
MOST_STATES = allocation_tables.MOST_STATES


class Pick(NamedTuple):
    """A score, and the items that attain it."""

    score: int
    parts: Parts = ()


NOTHING = Pick(0)
Prices = Mapping[int, int]
"""What using an item costs in addition, by item, in ascending order of items."""
NO_PRICES: Prices = {}
Best = tuple[Pick | None, Pick]
"""The best that meets a requirement (none where nothing does), and the best at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slots:
    """A leaf of which only the number of courses counts: what so many are worth, up to as many as it asks for.

    `is_short` says that even these do not meet it.
    """

    items: allocation_tables.Items
    values: tuple[int, ...]
    is_short: bool = False


class Leaves:
    """The leaves of one component, each looked into when it is first asked for. `gains` are those that add value."""

    def __init__(self, scores: allocation_scores.Scores, gains: frozenset[int]) -> None:
        self.scores = scores
        self.figures = scores.figures
        self._gains = gains
        self._instead: Mapping[int, allocation_board.Node] = {}
        self._plans: dict[int, _Slots | allocation_tables.Table] = {}
        self._known: dict[tuple[int, int, tuple[tuple[int, int], ...]], Best] = {}
        self.tables = 0
        """How many tables were gone through."""
        self.degrees: Mapping[int, int] = Counter(itertools.chain.from_iterable(scores.costs.values()))
        counts = self.figures.frame.counts
        self._single = {leaf for leaf, needed in counts if needed == 1 and len(scores.costs.get(leaf, ())) == 1}
        # Of equal items those that another domain counts too come first, then those that fewest others want.
        ranked = [item for _, item in sorted([(degree, item) for item, degree in self.degrees.items()])]
        self._ranks = {item: rank for rank, item in enumerate(ranked)}
        self._shared_ranks = self._ranks
        if scores.shared:
            ranked.sort(key=lambda item: item not in scores.shared)
            self._shared_ranks = {item: rank for rank, item in enumerate(ranked)}

    def best(self, leaf: int, mask: int, prices: Prices = NO_PRICES) -> Best:
        """What the leaf can do with these items, where those with a price cost that in addition."""
        extra = self.surcharges(leaf, mask, prices) if prices else ()
        key = leaf, mask, extra
        known = self._known.get(key)
        if known is None and leaf in self._single and leaf not in self._instead:
            known = self._known[key] = self._one(leaf, mask, extra)
        if known is None:
            plan = self._plans.get(leaf)
            if plan is None:
                node = self._instead.get(leaf) or self.figures.board.nodes[leaf]
                plan = self._plans[leaf] = self._plan(node)
            items = _priced(plan.items, extra) if extra else plan.items
            if isinstance(plan, _Slots):
                found = _by_number(leaf, plan, items, mask)
            else:
                self.tables += 1
                found = _by_table(leaf, plan, items, mask)
            known = self._known[key] = found if leaf in self._gains else (found[0], NOTHING)
        return known

    def _one(self, leaf: int, mask: int, extra: tuple[tuple[int, int], ...]) -> Best:
        """What a leaf of one course that one item fits can do."""
        if not mask:
            return None, NOTHING
        weight = self.figures.weights[leaf] if leaf in self._gains else 0
        cost = self.scores.costs[leaf][mask.bit_length() - 1] + (extra[0][1] if extra else 0)
        whole = weight * (self.scores.unit // self.figures.scale) * self.scores.value
        met = Pick(whole - cost, ((leaf, mask),))
        return met, met if met.score > 0 else NOTHING

    def with_nodes(self, instead: Mapping[int, allocation_board.Node]) -> "Leaves":
        """The same where these leaves are taken to be other nodes, which the same items fit."""
        other = copy.copy(self)
        plans = {leaf: plan for leaf, plan in self._plans.items() if leaf not in instead}
        other._instead, other._plans, other._known = instead, plans, {}  # noqa: SLF001 - another of the same class
        return other

    def surcharges(self, leaf: int, mask: int, prices: Prices) -> tuple[tuple[int, int], ...]:
        """The items of a mask with their prices; what is looked at without being used up has none."""
        if self.figures.board.nodes[leaf].domain != allocation_board.EVERYWHERE:
            return ()
        return tuple([one for one in prices.items() if mask >> one[0] & 1])

    def order(self, leaf: int) -> list[int]:
        """The items of a leaf, cheapest first, and among equals those that are wanted least elsewhere."""
        costs = self.scores.costs[leaf]
        if len(costs) == 1:
            return list(costs)
        ranks = self._ranks if self.figures.board.nodes[leaf].pool.is_residual else self._shared_ranks
        return sorted(sorted(costs, key=ranks.__getitem__), key=costs.__getitem__)

    def _plan(self, node: allocation_board.Node) -> _Slots | allocation_tables.Table:
        figures, order = self.figures, self.order(node.index)
        whole = 0
        if node.index in self._gains:
            whole = model_value.leaf_weight(figures, node) * (self.scores.unit // figures.scale) * self.scores.value
        costs = self.scores.costs[node.index]
        if not (node.minima or node.maxima or node.max_credits is not None):
            items = tuple([(1 << item, costs[item], ()) for item in order])
            if not node.min_credits:
                return _courses(node, items, whole)
            found = self._credits(node, items, whole)
            if found is not None:
                return found
        return allocation_tables.table(figures, node, order, costs, whole)

    def _credits(self, node: allocation_board.Node, items: allocation_tables.Items, whole: int) -> _Slots | None:
        """Credits in courses of one size are a number of courses."""
        different = set(self.figures.credits[node.index].values())
        if len(different) > 1 or 0 in different or node.min_courses or node.max_courses is not None:
            return None
        if self.figures.tolerance:
            return None
        amount, needed = different.pop(), self.figures.needed(node)
        factor = whole // needed
        values = tuple([factor * min(number * amount, needed) for number in range(-(-needed // amount) + 1)])
        return _Slots(items=items, values=values)


def _courses(node: allocation_board.Node, items: allocation_tables.Items, whole: int) -> _Slots:
    """Fewer courses than are needed may be all that a maximum allows: then it is never met."""
    most = node.min_courses if node.max_courses is None else min(node.min_courses, node.max_courses)
    each = whole // node.min_courses if node.min_courses else 0
    values = tuple([each * number for number in range(most + 1)])
    return _Slots(items=items, values=values, is_short=most < node.min_courses)


def _priced(items: allocation_tables.Items, prices: Iterable[tuple[int, int]]) -> allocation_tables.Items:
    more = {1 << item: price for item, price in prices}
    found = [(bit, cost + more.get(bit, 0), amounts) for bit, cost, amounts in items]
    return sorted(found, key=_COST)


_COST = operator.itemgetter(1)


def _by_number(leaf: int, plan: _Slots, items: allocation_tables.Items, mask: int) -> Best:
    values = plan.values
    chosen = cost = number = 0
    needed = len(values) - 1
    best, best_mask = 0, 0
    if needed:
        for bit, one, _ in items:
            if mask & bit:
                chosen |= bit
                cost += one
                number += 1
                if values[number] - cost > best:
                    best, best_mask = values[number] - cost, chosen
                if number == needed:
                    break
    most = Pick(best, ((leaf, best_mask),)) if best_mask else NOTHING
    if number < needed or plan.is_short:
        return None, most
    return Pick(values[number] - cost, ((leaf, chosen),) if chosen else ()), most


def _by_table(leaf: int, plan: allocation_tables.Table, items: allocation_tables.Items, mask: int) -> Best:
    if plan.is_plain:
        return _by_amount(leaf, plan, items, mask)
    met: Pick | None = None
    best = NOTHING
    for state, (paid, chosen) in plan.states(items, mask).items():
        if met is not None and plan.whole - paid <= min(met.score, best.score):
            continue  # at its most it is worth no more than what is known
        value, is_met = plan.worth(state)
        score = value - paid
        if score > best.score:
            best = Pick(score, ((leaf, chosen),))
        if is_met and (met is None or score > met.score):
            met = Pick(score, ((leaf, chosen),))
    return met, best


def _by_amount(leaf: int, plan: allocation_tables.Table, items: allocation_tables.Items, mask: int) -> Best:
    """The same where one amount is asked for, and nothing limited."""
    want = plan.wants[0]
    met: tuple[int, int] | None = None
    best = best_mask = 0
    for amount, (paid, chosen) in plan.plain_states(items, mask).items():
        is_met = amount >= want.needed
        score = (plan.whole if is_met else min(plan.whole, want.factor * amount)) - paid
        if score > best:
            best, best_mask = score, chosen
        if is_met:
            met = score, chosen
    most = Pick(best, ((leaf, best_mask),)) if best_mask else NOTHING
    return None if met is None else Pick(met[0], ((leaf, met[1]),)), most
