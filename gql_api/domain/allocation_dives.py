"""First allocations: from bests that want some items twice to ones that want nothing twice, if possible at no loss."""

from collections.abc import Mapping

from gql_api.domain import (
    allocation_board,
    allocation_forced,
    allocation_leaves,
    allocation_prices,
    allocation_relaxed,
    allocation_scores,
)

MOST_ROUNDS = 12
"""Rounds in which what is wanted twice is given to one of those who want it."""
_Case = allocation_prices.Case
_Look = allocation_prices.Look
_Parts = allocation_leaves.Parts
_Prices = allocation_leaves.Prices


class Dives:
    """The dives of one board."""

    def __init__(
        self,
        scores: allocation_scores.Scores,
        relaxed: allocation_relaxed.Relaxed,
        forced: allocation_forced.Forced,
        market: allocation_prices.Market,
    ) -> None:
        self._scores, self._relaxed, self._forced, self._market = scores, relaxed, forced, market
        self._nodes = scores.figures.board.nodes

    def run(
        self, case: _Case, prices: _Prices, seen: _Look, *, is_quick: bool = False
    ) -> tuple[_Parts, Mapping[int, int]] | None:
        """What wants nothing twice at the bound that was `seen`, with the items that were left then; none if not found.

        What is wanted twice goes where it is worth most; a quick one takes it that this is where the fewest items fit.
        """
        here, left = dict(case.masks), dict(prices)
        look: _Look | None = seen
        for _ in range(MOST_ROUNDS):
            if look is None or look.bound < seen.bound:
                return None
            conflicts = look.conflicts or self._market.unused(here, left, look.parts)
            if not conflicts:
                return look.parts, here
            touched: list[int] = []
            for item, leaves in conflicts:
                holder = min(leaves, key=lambda leaf: (here[leaf].bit_count(), leaf))
                if not is_quick:
                    holder = self._market.holder(case, here, left, leaves, item)
                touched += self._forced.only_in(holder, item, here)
                left.pop(item, None)
                for loser in leaves:
                    if loser != holder:
                        self._keep_off(case, here, left, look, loser)
            if self._forced.apply(case.met, here, touched) is not None:
                return None
            look = self._market.look(case, here, left)
        return None

    def _keep_off(self, case: _Case, masks: dict[int, int], prices: _Prices, look: _Look, leaf: int) -> None:
        """Leave a leaf only what nobody else wants, if that is as good for it."""
        domain, top = self._nodes[leaf].domain, self._nodes[leaf].line[1]
        wanted = 0
        for other, mask in look.parts:
            if other != leaf and self._nodes[other].domain == domain:
                wanted |= mask
        spared = {**masks, leaf: masks[leaf] & ~wanted}
        after = self._market.pick(top, self._relaxed.top(top, spared, prices), case)
        if after.score >= self._market.pick(top, look.bests[top], case).score:
            masks[leaf] = spared[leaf]

    def moved(self, parts: _Parts, masks: Mapping[int, int]) -> _Parts | None:
        """The same with shared leaves counting, where they can, what is used elsewhere anyway."""
        if not self._scores.shared:
            return None
        used = 0
        for leaf, mask in parts:
            if self._nodes[leaf].domain == allocation_board.EVERYWHERE:
                used |= mask
        aside = [leaf for leaf in masks if self._nodes[leaf].domain != allocation_board.EVERYWHERE]
        found = [part for part in parts if part[0] not in aside]
        for leaf in sorted(aside):
            had = tuple([part for part in parts if part[0] == leaf])
            met, _ = self._relaxed.leaves.best(leaf, masks[leaf] & used)
            found += had if not had or met is None else met.parts
        # Leaves of one shared requirement use up what they look at among themselves.
        return None if self._market.conflicts(tuple(found)) else tuple(found)
