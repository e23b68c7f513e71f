"""The best allocation of a component by bounds: best first, and mostly without any search.

A case says which requirements are met and which are not, and which items are left to each leaf. Its bound is the sum of
the best that every requirement can do for itself (`allocation_relaxed`), at prices for what is wanted twice
(`allocation_prices`). Where these bests want no item twice they are an allocation; judged afresh, it is the best one if
it attains the bound of every case that is still open. Otherwise the case is split: by the requirements that are met,
then by the leaf that has an item. Cases of one split cover every allocation of it, so that nothing is overlooked; how
many are looked into is bounded by their number.
"""

import contextlib
import heapq
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from gql_api.domain import (
    allocation_choices,
    allocation_dives,
    allocation_forced,
    allocation_goals,
    allocation_leaves,
    allocation_pairs,
    allocation_prices,
    allocation_relaxed,
    allocation_replays,
    allocation_scores,
    bit_sets,
    model_figures,
    model_goals,
)

MOST_CASES = 2
"""Cases of one component that are looked into; beyond them patterns are chosen (`allocation_choices`)."""
LEAST_WORK, WORK_EACH = 30, 1
"""Bests and tables that are worked out for one component: so many, and so many more for each leaf."""
MOST_CONFLICTS = 5
"""Items that are wanted twice; where there are more, patterns are chosen before prices are tried."""
_MOST_ROUNDS = 12
"""Rounds of prices for one case."""
_Case = allocation_prices.Case
_Look = allocation_prices.Look
_Parts = allocation_leaves.Parts
_Prices = allocation_leaves.Prices
Pairs = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The best allocation of a component, what it amounts to, and how many cases were split to prove it.

    No split means that nothing had to be searched.
    """

    pairs: Pairs
    standing: allocation_goals.Standing
    splits: int
    replay: allocation_replays.Replay | None = None


def is_suited(figures: model_figures.Figures, tops: Collection[int], fixed: Pairs, *, with_version: bool) -> bool:
    """Whether the goals of a component are sums over its requirements, but for courses that a pair shares."""
    board = figures.board
    if with_version or any(board.nodes[leaf].line[1] in tops for leaf, _ in fixed):
        return False
    return not figures.has_optional_parts or not any(
        figures.is_possible[part] for part in model_goals.optional_parts(board, tops)
    )


class Search:
    """What the components of one board have in common; `stays` is where a narrower view had its items."""

    def __init__(
        self,
        figures: model_figures.Figures,
        components: Sequence[tuple[int, ...]],
        stays: Collection[tuple[int, int]] = (),
    ) -> None:
        self.scores = allocation_scores.Scores(figures, components, stays)
        self.relaxed = allocation_relaxed.Relaxed(self.scores)
        self.forced = allocation_forced.Forced(self.scores, self.relaxed)
        self.market = allocation_prices.Market(self.scores, self.relaxed, self.forced)
        self.dives = allocation_dives.Dives(self.scores, self.relaxed, self.forced, self.market)

    def run(self, tops: tuple[int, ...], kept: Collection[int] = ()) -> Found | None:
        """The best allocation of one component in which `kept` requirements are met.

        None where there is none, where so many cases are not enough, or where bounds say too little.
        """
        if not all(self.relaxed.is_suited(top) for top in tops):
            return None
        # Bounds of single requirements know nothing of what two of them share: patterns do.
        is_apart = not allocation_pairs.of(self.scores.figures.board, tops)
        run = self._by_bounds(tops, kept, MOST_CONFLICTS) if is_apart else None
        if run and run.found:
            return run.found
        packed = allocation_choices.best(self.relaxed, tops, kept)
        if packed is not None:
            return Found(pairs=packed.pairs, standing=packed.standing, splits=packed.steps)
        return self._by_bounds(tops, kept).found if run and run.is_contested else None

    def _by_bounds(self, tops: tuple[int, ...], kept: Collection[int], most: int | None = None) -> "_Run":
        """A search of one component, given up where more items than that are wanted twice."""
        self.relaxed.left = LEAST_WORK + WORK_EACH * sum(len(self.relaxed.below[top]) for top in tops)
        run = _Run(self, tops, kept, most)
        with contextlib.suppress(allocation_leaves.Unsuited):
            run.found = run.run(MOST_CASES)
        return run


class _Run:
    """The search of one component."""

    def __init__(self, search: Search, tops: tuple[int, ...], kept: Collection[int], most: int | None) -> None:
        self.found: Found | None = None
        self.is_contested = False
        self._most_conflicts = most
        self.scores, self.relaxed = search.scores, search.relaxed
        self.forced, self.market, self.dives = search.forced, search.market, search.dives
        self.replay = allocation_replays.Replay(self.relaxed, self.forced, self.market, tops)
        self.tops = tops
        figures = search.scores.figures
        self._nodes = figures.board.nodes
        self._score: int | None = None
        self._pairs: Pairs = ()
        self._standing: allocation_goals.Standing | None = None
        self._splits = self._count = 0
        self._open: list[tuple[int, int, _Case]] = []
        places = [leaf for top in tops for leaf in self.relaxed.below[top]]
        masks = {leaf: self.scores.masks[leaf] for leaf in places}
        met = frozenset([top for top in tops if top in kept and figures.is_possible[top]])
        self._hopeful = [
            top for top in tops if top not in met and figures.is_possible[top] and not figures.is_free[top]
        ]
        self._begin(_Case(tops=tops, masks=masks, met=met))

    def _begin(self, root: _Case) -> None:
        """All that can be met alone are met, or else, which is always worth less, one of them is not."""
        highest = 2 * sum(self.scores.rewards.values())
        every = dict(root.masks)
        is_apart = bool(self._hopeful) and self.forced.apply((*root.met, *self._hopeful), every) is None
        if is_apart:
            rewards = self.scores.rewards
            could = sum([rewards[top] for top in self.tops if self.scores.figures.is_possible[top]])
            less = min([rewards[top] for top in self._hopeful])
            self.replay.apart = could - less + self.scores.most_value
            self._push(self.replay.apart, replace(root, is_apart=True))
            root = replace(root, masks=every, met=root.met.union(self._hopeful), touched=())
        self._push(highest, root)

    def run(self, most: int) -> Found | None:
        """The best allocation, if that can be shown by so many cases."""
        for _ in range(most):
            if not self._open or self._attains(-self._open[0][0]):
                break
            estimate, _, case = heapq.heappop(self._open)
            if not self._settle(case, -estimate):
                return None
        if self._standing is None or (self._open and not self._attains(-self._open[0][0])):
            return None
        self.replay.score, self.replay.left = self._score or 0, [case for _, _, case in self._open]
        return Found(pairs=self._pairs, standing=self._standing, splits=self._splits, replay=self.replay)

    def _attains(self, bound: int) -> bool:
        return self._score is not None and self._score >= bound

    def _push(self, bound: int, case: _Case) -> None:
        # Of equal bounds the youngest case first: a solution lies deep.
        self._count += 1
        heapq.heappush(self._open, (-bound, -self._count, case))

    def _settle(self, case: _Case, estimate: int) -> bool:
        """Settle a case or split it; false where neither can be done."""
        masks = dict(case.masks)
        if self.forced.apply(case.met, masks, case.touched) is not None:
            return True
        look = self.market.look(case, masks, case.prices)
        if look is None or self._attains(look.bound):
            return self.replay.close(case, masks, case.prices)
        self._look_at(look)
        case = replace(case, masks=masks, touched=())
        if look.bound < estimate and self._open and look.bound < -self._open[0][0]:
            self._push(look.bound, case)
            return True
        if not look.conflicts and self._is_attained(look.parts, masks, look.bound):
            return self.replay.close(case, masks, case.prices)
        hopeful = [top for top in self.tops if self._is_hopeful(top, look.bests, case)]
        is_apart, case = case.is_apart, replace(case, is_apart=False)
        if is_apart and hopeful == self._hopeful:
            self._split_met(case, look, hopeful)
            return True
        if hopeful and self._all_met(case, look, hopeful):
            return True
        if look.conflicts and self._dive(case, case.prices, look, is_quick=True):
            return self.replay.close(case, masks, case.prices)
        return self._by_prices(case, look, hopeful)

    def _look_at(self, look: _Look) -> None:
        """Raise `Unsuited` where so many items are wanted twice that prices would seldom settle it."""
        if self._most_conflicts is not None and len(look.conflicts) > self._most_conflicts:
            self.is_contested = True
            raise allocation_leaves.Unsuited

    def _is_hopeful(self, top: int, bests: Mapping[int, allocation_relaxed.Best], case: _Case) -> bool:
        is_open = top not in case.met and top not in case.unmet
        return is_open and bests[top][0] is not None and not self.scores.figures.is_free[top]

    def _all_met(self, case: _Case, look: _Look, hopeful: list[int]) -> bool:
        """Split off the case in which all that can be met alone are met; false where they cannot all be."""
        every = dict(case.masks)
        if self.forced.apply((*case.met, *hopeful), every, hopeful) is not None:
            return False
        self._split_met(case, look, hopeful)
        met = case.met.union(hopeful)
        self._push(look.bound, replace(case, masks=every, met=met))
        return True

    def _split_met(self, case: _Case, look: _Look, hopeful: list[int]) -> None:
        """One of these requirements is not met: the first, or else the second …"""
        for number, top in enumerate(hopeful):
            best = look.bests[top]
            less = self.market.pick(top, best, case).score - best[1].score
            met = case.met.union(hopeful[:number])
            some = replace(case, met=met, unmet=case.unmet | {top}, touched=hopeful[:number])
            self._push(look.bound - less, some)

    def _by_prices(self, case: _Case, look: _Look, hopeful: list[int]) -> bool:
        """Lower the bound by prices, look for an allocation that attains it, and else split the case."""
        masks, best = case.masks, look
        prices = kept = case.prices
        for _ in range(_MOST_ROUNDS):
            if not look.conflicts and not self.market.unused(masks, prices, look.parts):
                break
            raised = self.market.raised(case, masks, prices, look)
            if raised is None:
                return self.replay.close_untold()
            if raised == prices:
                break
            after = self.market.look(case, masks, raised)
            if after is None:
                return self.replay.close_untold()
            look, prices = after, raised
            if look.bound < best.bound:
                best, kept = look, prices
        if self._attains(best.bound) or self._dive(case, kept, best):
            return self.replay.close(case, masks, kept)
        case = replace(case, prices=kept)
        if hopeful:
            self._splits += 1
            every = dict(masks)
            conflict = self.forced.apply((*case.met, *hopeful), every, hopeful) or frozenset(hopeful)
            self._split_met(case, best, [top for top in hopeful if top in conflict])
            return True
        return self._split_item(case, best)

    def _is_attained(self, parts: _Parts, masks: Mapping[int, int], bound: int) -> bool:
        """Whether what wants nothing twice is worth a bound, judged afresh."""
        for given in (parts, self.dives.moved(parts, masks)):
            if given is None:
                continue
            found = sorted([(leaf, item) for leaf, mask in given for item in bit_sets.places(mask)])
            score, standing = self.scores.judged(self.tops, found)
            if score is None:
                continue
            if not self._attains(score):
                self._score, self._pairs, self._standing = score, tuple(found), standing
            if score >= bound:
                return True
        return False

    def _dive(self, case: _Case, prices: _Prices, look: _Look, *, is_quick: bool = False) -> bool:
        found = self.dives.run(case, prices, look, is_quick=is_quick)
        return found is not None and self._is_attained(*found, look.bound)

    def _split_item(self, case: _Case, look: _Look) -> bool:
        """One of the leaves that want an item has it, or none of them."""
        conflicts = look.conflicts or self.market.unused(case.masks, case.prices, look.parts)
        if not conflicts:
            return False
        self._splits += 1
        masks = case.masks
        item, leaves = min(conflicts, key=lambda one: (min(masks[leaf].bit_count() for leaf in one[1]), one[0]))
        rest = dict(masks)
        for leaf in leaves:
            rest[leaf] &= ~(1 << item)
        losers = [self._nodes[leaf].line[1] for leaf in leaves]
        self._push(look.bound, replace(case, masks=rest, touched=losers))
        left = {one: price for one, price in case.prices.items() if one != item}
        for leaf in sorted(set(leaves), key=lambda one: (-masks[one].bit_count(), -one)):
            only = dict(masks)
            losers = self.forced.only_in(leaf, item, only)
            self._push(look.bound, replace(case, masks=only, prices=left, touched=losers))
        return True
