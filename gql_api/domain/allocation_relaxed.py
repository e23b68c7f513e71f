"""The best that every requirement can do if it had its items for itself: a bound of any allocation, from above.

Of a requirement with parts as many count as it needs, the best ones. What asks for credits beneath it takes the
cheapest items, and parts that are more than one course as a whole. Whatever is left out of account — maxima above
leaves, averages, items that two parts want — only makes the bound higher, never too low.
"""

import copy
from collections.abc import Mapping
from typing import NamedTuple

from gql_api.domain import allocation_board, allocation_leaves, allocation_outlines, allocation_scores, model_value

Best = allocation_leaves.Best
NOTHING = allocation_leaves.NOTHING
Parts = allocation_leaves.Parts
Pick = allocation_leaves.Pick
Prices = allocation_leaves.Prices
NO_PRICES = allocation_leaves.NO_PRICES
Unsuited = allocation_leaves.Unsuited
Masks = Mapping[int, int]
"""The items that are left to each leaf."""


class _Entry(NamedTuple):
    """Something that a requirement of credits may take: at most so many credits, at least so costly."""

    credits: int
    cost: int
    parts: Parts


class Relaxed:
    """The bounds of one component, each remembered by the items that are left."""

    def __init__(self, scores: allocation_scores.Scores) -> None:
        self.scores = scores
        self.figures = scores.figures
        self.nodes = scores.figures.board.nodes
        outline = allocation_outlines.of(scores)
        self.choices, self.below = outline.choices, outline.below
        self._live, self._gains, self._is_suited = outline.live, outline.gains, outline.is_suited
        self._items: dict[int, int] = {}
        self.leaves = allocation_leaves.Leaves(scores, self._gains)
        self._known: dict[tuple[int, tuple[int, ...], tuple[tuple[int, int], ...]], Best] = {}
        self._bests: dict[int, Best] = {}
        self._last: dict[int, tuple[tuple[int, ...], tuple[tuple[int, int], ...]]] = {}
        self._prices: Prices = NO_PRICES
        self.left = 0
        """How many bests and tables may still be worked out; those that are remembered do not count."""

    def with_leaves(self, instead: Mapping[int, allocation_board.Node]) -> "Relaxed":
        """The same where these leaves are taken to be other nodes, which the same items fit."""
        other = copy.copy(self)
        other.leaves = self.leaves.with_nodes(instead)
        other._known, other._bests, other._last = {}, {}, {}  # noqa: SLF001 - another of the same class
        return other

    def items(self, top: int) -> int:
        """The items that fit beneath a requirement, as bits."""
        known = self._items.get(top)
        if known is None:
            known = 0
            for leaf in self.below[top]:
                known |= self.scores.masks[leaf]
            self._items[top] = known
        return known

    def is_suited(self, top: int) -> bool:
        """Whether all that a requirement is worth are sums over its parts."""
        return self._is_suited[top]

    def is_live(self, index: int) -> bool:
        """Whether anything fits beneath a node."""
        return index in self._live

    def is_gaining(self, index: int) -> bool:
        """Whether a node adds value."""
        return index in self._gains

    def top(self, top: int, masks: Masks, prices: Prices = NO_PRICES) -> Best:
        """The best of a top-level requirement with these items at these prices, without the reward for being met."""
        extra: tuple[tuple[int, int], ...] = ()
        if prices:
            mine = self.items(top)
            extra = tuple([one for one in prices.items() if mine >> one[0] & 1])
        below = self.below[top]
        key = top, (masks[below[0]],) if len(below) == 1 else tuple([masks[leaf] for leaf in below]), extra
        known = self._known.get(key)
        if known is None:
            self.left -= 1
            if self.left < 0:
                raise Unsuited
            self._prices = dict(extra)
            before = self.leaves.tables
            self._forget(top, key[1], extra)
            known = self._known[key] = self._node(top, masks)
            self.left -= self.leaves.tables - before
        return known

    def _forget(self, top: int, masks: tuple[int, ...], prices: tuple[tuple[int, int], ...]) -> None:
        """Forget the nodes that something is different beneath since their requirement was last looked at."""
        last = self._last.get(top)
        self._last[top] = masks, prices
        if last is None:
            return
        changed = 0
        for item, _ in set(prices).symmetric_difference(last[1]):
            changed |= 1 << item
        for leaf, mask, had in zip(self.below[top], masks, last[0], strict=True):
            if mask != had or mask & changed:
                for above in self.nodes[leaf].line:
                    self._bests.pop(above, None)

    def _node(self, index: int, masks: Masks) -> Best:
        """The best of a node; one beneath which nothing is different is not worked out again."""
        known = self._bests.get(index)
        if known is None:
            known = self._bests[index] = self._worked_out(index, masks)
        return known

    def _worked_out(self, index: int, masks: Masks) -> Best:
        if self.figures.is_free[index]:
            return NOTHING, NOTHING
        if index not in self._live:
            return None, NOTHING
        node = self.nodes[index]
        if not node.children:
            best = self.leaves.best(index, masks[index], self._prices)
        elif self.choices[index][0]:
            best = self._sum(node, masks)
        elif node.min_credits:
            best = self._amount(node, masks)
        else:
            best = NOTHING, NOTHING
        return best if self.figures.is_possible[index] else (None, best[1])

    def _sum(self, node: allocation_board.Node, masks: Masks) -> Best:
        needed, choices = self.choices[node.index]
        found = [self._node(child, masks) for child in choices]
        whole = [one for one, _ in found if one is not None]
        met = _best(whole, needed) if len(whole) >= needed else None
        if node.index not in self._gains:
            return met, NOTHING
        any_ = [one for _, one in found if one.score > 0]
        return met, _best(any_, needed)

    def _amount(self, node: allocation_board.Node, masks: Masks) -> Best:
        """The cheapest way to the credits that are asked for beneath, and the best at all."""
        figures = self.figures
        entries, is_converted = self._entries(node, masks)
        needed = figures.needed(node)
        enough = max(needed - (figures.tolerance if is_converted else 0), 0)
        states: dict[int, tuple[int, Parts]] = {0: (0, ())}
        for amount, cost, parts in entries:
            for had, (paid, chosen) in list(states.items()):
                after = min(had + amount, needed)
                known = states.get(after)
                if known is None or paid + cost < known[0]:
                    states[after] = paid + cost, chosen + parts
            if len(states) > allocation_leaves.MOST_STATES:
                raise Unsuited
        # The credits are worth something only where the requirement itself adds value.
        is_gaining = node.index in self._gains
        whole = model_value.leaf_weight(figures, node) * (self.scores.unit // figures.scale) * self.scores.value
        factor = whole // needed if is_gaining else 0
        met: Pick | None = None
        best = NOTHING
        for amount, (paid, parts) in states.items():
            is_there = amount >= enough
            score = (factor * needed if is_there else factor * amount) - paid
            if is_gaining and score > best.score:
                best = Pick(score, parts)
            if is_there and (met is None or score > met.score):
                met = Pick(score, parts)
        return met, best

    def _entries(self, node: allocation_board.Node, masks: Masks) -> tuple[list[_Entry], bool]:
        """What may count beneath a node: items of parts that are one course, and other parts whole."""
        single: dict[int, _Entry] = {}
        packages: list[_Entry] = []
        is_converted = False
        for child in node.children:
            here = [leaf for leaf in self.nodes[child].leaves if masks.get(leaf)]
            if not here or not self.figures.is_possible[child]:
                continue
            is_converted = is_converted or bool(self.figures.tolerance and self._is_converted(here, masks))
            if self._is_single(self.nodes[child]):
                self._collect(child, masks[child], single)
                continue
            if self.figures.is_free[child]:
                raise Unsuited
            met, _ = self._node(child, masks)
            if met is not None:
                packages.append(_Entry(self._most(here, masks), -met.score, met.parts))
        degrees, shared = self.leaves.degrees, self.scores.shared
        order = sorted(single, key=lambda item: (single[item].cost, item not in shared, degrees[item], item))
        return [single[item] for item in order] + packages, is_converted

    def _collect(self, leaf: int, mask: int, single: dict[int, _Entry]) -> None:
        amounts, costs = self.figures.credits[leaf], self.scores.costs[leaf]
        extra = dict(self.leaves.surcharges(leaf, mask, self._prices)) if self._prices else NO_PRICES
        for item, amount in amounts.items():
            if not mask >> item & 1 or not amount:
                continue
            known, cost = single.get(item), costs[item] + extra.get(item, 0)
            if known is None:
                single[item] = _Entry(amount, cost, ((leaf, 1 << item),))
            elif amount > known.credits or cost < known.cost:
                cheapest = min(known.cost, cost)
                parts = known.parts if amount <= known.credits else ((leaf, 1 << item),)
                single[item] = _Entry(max(amount, known.credits), cheapest, parts)

    def _is_single(self, node: allocation_board.Node) -> bool:
        """Whether every item alone makes a part whole."""
        is_plain = not (node.min_credits or node.minima or node.averages)
        return node.is_leaf and is_plain and node.min_courses <= 1 and node.max_courses is None

    def _most(self, leaves: list[int], masks: Masks) -> int:
        """The most credits that leaves could take together."""
        best: dict[int, int] = {}
        for leaf in leaves:
            mask = masks[leaf]
            for item, amount in self.figures.credits[leaf].items():
                if mask >> item & 1 and amount > best.get(item, 0):
                    best[item] = amount
        return sum(best.values())

    def _is_converted(self, leaves: list[int], masks: Masks) -> bool:
        fits = self.figures.board.fits
        return any(
            fit.face.is_converted for leaf in leaves for item, fit in fits[leaf].items() if masks[leaf] >> item & 1
        )


def _best(picks: list[Pick], number: int) -> Pick:
    """The sum of the best so many."""
    if len(picks) > number:
        picks = sorted(picks, key=_score, reverse=True)[:number]
    return Pick(sum([one.score for one in picks]), tuple([part for one in picks for part in one.parts]))


def _score(pick: Pick) -> int:
    return pick.score
