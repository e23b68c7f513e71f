"""Prices for items that several requirements want: with them the bound of a case is nearly always attained.

Every item is used once, so that what all requirements are worth at some prices, together with the prices, is a bound
whatever the prices are. An item that is wanted twice is raised to what the second of those who want it would lose
without it; then only the first one still gains by it. That is repeated a few times, and the lowest bound counts.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from gql_api.domain import allocation_board, allocation_forced, allocation_leaves, allocation_relaxed, allocation_scores

Conflict = tuple[int, list[int]]
"""An item, and the leaves of one domain that want it."""
Parts = allocation_leaves.Parts
Pick = allocation_leaves.Pick
Best = allocation_relaxed.Best


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Some of all allocations of `tops`: these requirements met, those not, and these items left to each leaf.

    `touched` are the requirements to be met from which more may follow than is in the masks; none means all.
    `is_apart` says that the case in which all that can be met alone are met is looked at apart.
    """

    tops: tuple[int, ...]
    masks: Mapping[int, int]
    met: frozenset[int]
    unmet: frozenset[int] = frozenset()
    prices: allocation_leaves.Prices = field(default_factory=dict[int, int])
    touched: Collection[int] | None = None
    is_apart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A case at some prices: the best of each requirement, the bound, and the items that are wanted twice."""

    bests: Mapping[int, Best]
    bound: int
    parts: Parts
    conflicts: list[Conflict]


class Market:
    """Bounds of the cases of one component."""

    def __init__(
        self,
        scores: allocation_scores.Scores,
        relaxed: allocation_relaxed.Relaxed,
        forced: allocation_forced.Forced,
    ) -> None:
        self.scores = scores
        self.relaxed = relaxed
        self._forced = forced
        self._nodes = scores.figures.board.nodes
        self._never = 2 * sum(scores.rewards.values()) + 1

    def look(self, case: Case, masks: Mapping[int, int], prices: allocation_leaves.Prices) -> Look | None:
        """The bound of a case; none where a requirement that is to be met cannot be."""
        bests = {top: self.relaxed.top(top, masks, prices) for top in case.tops}
        if any(bests[top][0] is None for top in case.met):
            return None
        picks = [self.pick(top, best, case) for top, best in bests.items()]
        parts = tuple([part for one in picks for part in one.parts])
        bound = sum([one.score for one in picks]) + sum(prices.values())
        return Look(bests=bests, bound=bound, parts=parts, conflicts=self.conflicts(parts))

    def pick(self, top: int, best: Best, case: Case) -> Pick:
        """What a requirement does in a case, with the reward for being met."""
        met, any_ = best
        if met is None or top in case.unmet:
            return any_
        score = met.score + self.scores.rewards[top]
        return Pick(score, met.parts) if top in case.met or score >= any_.score else any_

    def raised(
        self, case: Case, masks: Mapping[int, int], prices: allocation_leaves.Prices, look: Look
    ) -> allocation_leaves.Prices | None:
        """Prices at which fewer items are wanted twice; none where two requirements cannot do without the same."""
        found = dict(prices)
        for item, leaves in look.conflicts:
            if self._nodes[leaves[0]].domain != allocation_board.EVERYWHERE:
                continue
            gains = sorted((self.gain(case, masks, found, leaf, item) for leaf in leaves), reverse=True)
            if gains[1] >= self._never:
                return None
            if gains[1] > 0:
                found[item] = found.get(item, 0) + gains[1]
        for item, leaves in self.unused(masks, prices, look.parts):
            lowered = {one: price for one, price in found.items() if one != item}
            gains = sorted((self.gain(case, masks, lowered, leaf, item) for leaf in leaves), reverse=True)
            found = lowered
            if len(gains) > 1 and gains[1] > 0:
                found[item] = gains[1]
        return dict(sorted(found.items()))

    def gain(self, case: Case, masks: Mapping[int, int], prices: allocation_leaves.Prices, leaf: int, item: int) -> int:
        """What a leaf's requirement would lose without the item there."""
        top = self._nodes[leaf].line[1]
        with_it = self.relaxed.top(top, masks, prices)
        without = self.relaxed.top(top, {**masks, leaf: masks[leaf] & ~(1 << item)}, prices)
        if top in case.met and without[0] is None:
            return self._never
        return self.pick(top, with_it, case).score - self.pick(top, without, case).score

    def holder(
        self,
        case: Case,
        masks: Mapping[int, int],
        prices: allocation_leaves.Prices,
        leaves: list[int],
        item: int,
    ) -> int:
        """The leaf that gains most by an item; of equal ones that which the fewest items fit."""
        return min(
            leaves,
            key=lambda leaf: (-self.gain(case, masks, prices, leaf, item), masks[leaf].bit_count(), leaf),
        )

    def unused(self, masks: Mapping[int, int], prices: allocation_leaves.Prices, parts: Parts) -> list[Conflict]:
        """Items with a price that nobody wants at it, with the leaves that could have them."""
        used = 0
        for leaf, mask in parts:
            if self._nodes[leaf].domain == allocation_board.EVERYWHERE:
                used |= mask
        found: list[Conflict] = []
        for item in prices:
            if not used >> item & 1:
                leaves = [leaf for leaf in self._forced.everywhere(item) if masks[leaf] >> item & 1]
                if leaves:
                    found.append((item, leaves))
        return found

    def conflicts(self, parts: Parts) -> list[Conflict]:
        """The items that several leaves of one domain want."""
        seen: dict[int, int] = {}
        twice: dict[int, int] = {}
        for leaf, mask in parts:
            domain = self._nodes[leaf].domain
            had = seen.get(domain, 0)
            if had & mask:
                twice[domain] = twice.get(domain, 0) | (had & mask)
            seen[domain] = had | mask
        found: list[Conflict] = []
        for domain, mask in sorted(twice.items()):
            left = mask
            while left:
                bit = left & -left
                left ^= bit
                leaves = [one for one, has in parts if has & bit and self._nodes[one].domain == domain]
                found.append((bit.bit_length() - 1, leaves))
        return found
