"""How a search proved its allocation, kept so that it can be asked whether the proof holds where leaves ask for less.

A proof is the cases that cover every allocation, each with prices at which its bound is no more than what was found.
Where a few leaves ask for less, only the requirements around these are looked at again: mostly they are worth the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gql_api.domain import (
    allocation_board,
    allocation_forced,
    allocation_leaves,
    allocation_prices,
    allocation_relaxed,
)

_MORE = 1_000
"""Bests that may be worked out for a replay."""
Closed = tuple[allocation_prices.Case, Mapping[int, int], allocation_leaves.Prices]
"""A case, the items that were left in it and the prices at which its bound was low enough."""


@dataclass(slots=True)
class Replay:
    """The proof of one component; `score` is what was found, `left` the cases whose bounds were never looked at."""

    relaxed: allocation_relaxed.Relaxed
    forced: allocation_forced.Forced
    market: allocation_prices.Market
    tops: tuple[int, ...]
    closed: list[Closed] = field(default_factory=list[Closed])
    left: list[allocation_prices.Case] = field(default_factory=list[allocation_prices.Case])
    score: int = 0
    is_told: bool = True
    """Whether all that was concluded is among `closed` and `left`."""
    apart: int = 0
    """What the case that is looked at apart is worth at most, by rewards alone."""

    def close(self, case: allocation_prices.Case, masks: Mapping[int, int], prices: allocation_leaves.Prices) -> bool:
        """Note that a case is settled: yes."""
        self.closed.append((case, masks, prices))
        return True

    def close_untold(self) -> bool:
        """Note that a case is settled by more than its bound: yes."""
        self.is_told = False
        return True

    def holds(self, instead: Mapping[int, allocation_board.Node]) -> bool:
        """Whether nothing would be better if these leaves were those nodes, which fit the same and ask for less."""
        if not self.is_told:
            return False
        fresh = self.relaxed.with_leaves(instead)
        fresh.left = self.relaxed.left = _MORE
        changed = {node.line[1] for node in instead.values()}
        try:
            return all(
                self._is_no_more(fresh, changed, *one) or self._is_low(fresh, changed, *one) for one in self.closed
            ) and all(self._is_low_yet(fresh, changed, case) for case in self.left)
        except allocation_leaves.Unsuited:
            return False

    def _is_low_yet(self, fresh: allocation_relaxed.Relaxed, changed: set[int], case: allocation_prices.Case) -> bool:
        if case.is_apart and self.apart <= self.score:
            return True
        masks = dict(case.masks)
        if self.forced.apply(case.met, masks, case.touched) is not None:
            return True
        return self._is_low(fresh, changed, case, masks, case.prices)

    def _is_no_more(
        self,
        fresh: allocation_relaxed.Relaxed,
        changed: set[int],
        case: allocation_prices.Case,
        masks: Mapping[int, int],
        prices: allocation_leaves.Prices,
    ) -> bool:
        """Whether no requirement is worth more in a case that is closed: then its bound is as low as it was."""
        for top in changed:
            had, best = self.relaxed.top(top, masks, prices), fresh.top(top, masks, prices)
            if had[0] is None and best[0] is not None:
                return False
            if self.market.pick(top, best, case).score > self.market.pick(top, had, case).score:
                return False
        return True

    def _is_low(
        self,
        fresh: allocation_relaxed.Relaxed,
        changed: set[int],
        case: allocation_prices.Case,
        masks: Mapping[int, int],
        prices: allocation_leaves.Prices,
    ) -> bool:
        """Whether the bound of a case is no more than what was found, or the case is empty."""
        bound = sum(prices.values())
        for top in case.tops:
            best = (fresh if top in changed else self.relaxed).top(top, masks, prices)
            if best[0] is None and top in case.met:
                return True
            bound += self.market.pick(top, best, case).score
        return bound <= self.score
