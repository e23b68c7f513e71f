"""The best choice of one pattern for each requirement so that no item is used twice: by prices, then by trying.

Prices come from the continuous program, in which a requirement may take parts of several patterns. They are only a
proposal: rounded to whole numbers they make a bound, which is valid whatever they are. What every pattern falls short
of the best of its requirement at these prices, and every price of an item that nobody uses, adds up to what a choice
falls short of the bound; so only few patterns can be part of a best choice, and these are tried, exactly. Where they
are too many, the patterns are split by who has an item, and each half gets prices of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gql_api.domain import allocation_patterns, allocation_trials, bit_sets, solver_prices

MOST_BOUNDS = 40
"""Bounds that are worked out for one component."""
MOST_WORK = 15_000
"""Choices that are tried for one component, times its groups."""
_HALF = 0.5
Aim = allocation_trials.Aim
Bound = allocation_trials.Bound
FINE = allocation_trials.FINE
Groups = Sequence[Sequence[allocation_patterns.Pattern]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A pattern for each requirement, the best of all choices, and how many choices were tried to prove it."""

    chosen: tuple[allocation_patterns.Pattern, ...]
    steps: int


class TooManyError(Exception):
    """More bounds or choices than may be worked out."""


def packed(groups: Groups, reward: int) -> Packed | None:
    """The choice of the greatest value, and of these the one of the least cost; none where there is no choice.

    `reward` is the part of the value that a requirement adds by being met, greater than all else together. Raises
    `TooManyError` where the choice cannot be found by so many bounds and trials.
    """
    if not all(groups):
        return None
    packing = _Packing(groups, reward)
    best = packing.most()
    if best is None:
        return None
    chosen = packing.cheapest(best)
    picks = tuple([found[one] for found, one in zip(groups, chosen, strict=True)])
    return Packed(chosen=picks, steps=packing.steps + packing.bounds)


class _Packing:
    """One component: its patterns by number in each group, and the work so far."""

    def __init__(self, groups: Groups, reward: int) -> None:
        self.reward = reward
        self.masks = [[one.mask for one in found] for found in groups]
        self.values = [[one.value for one in found] for found in groups]
        self.counts = [[value // reward for value in mine] for mine in self.values]
        self.rests = [[value % reward for value in mine] for mine in self.values]
        self.costs = [[-one.cost for one in found] for found in groups]
        self.numbers = [list(range(len(found))) for found in groups]
        self.steps = self.bounds = 0

    def most(self) -> list[int] | None:
        """A choice of the greatest value. Afterwards only patterns that can be part of such a choice are left."""
        aim = Aim(worths=self.values)
        bound = self._bound(aim, self.numbers)
        found = self._close(aim, bound, self.numbers)
        met = bound.highest // (FINE * self.reward)
        while found is None and met >= 0:
            # Just as many are met: the bound of that is mostly close to what can be had.
            aim = Aim(worths=self.values, fixed=(self.counts,), totals=(met,))
            bound = self._bound(aim, self.numbers)
            found = self._best(aim, bound, met * self.reward - 1)
            met -= 1
        if found is not None:
            self.numbers = bound.within(self.numbers, bound.highest - FINE * _sum(self.values, found))
        return found

    def cheapest(self, known: list[int]) -> list[int]:
        """A choice of the value of a known one at the least cost."""
        if all(len(numbers) == 1 for numbers in self.numbers):
            return known
        fixed = (self.counts, self.rests)
        aim = Aim(worths=self.costs, fixed=fixed, totals=tuple([_sum(one, known) for one in fixed]))
        bound = self._bound(aim, self.numbers)
        return self._best(aim, bound, _sum(self.costs, known)) or known

    def _close(self, aim: Aim, bound: Bound, numbers: Sequence[Sequence[int]]) -> list[int] | None:
        """A choice that attains the bound, if one is found."""
        whole = bound.whole(aim, self.masks)
        if whole is not None and FINE * (_sum(aim.worths, whole) + 1) > bound.highest:
            return whole
        return self._tried(aim, bound, numbers, bound.highest % FINE).best

    def _best(self, aim: Aim, bound: Bound, least: int) -> list[int] | None:
        """The best choice that is worth more than the least."""
        best: list[int] | None = None
        waiting = [(bound, self.numbers)]
        while waiting:
            bound, numbers = waiting.pop()
            room = bound.highest - FINE * (least + 1)
            if room < 0:
                continue
            numbers = bound.within(numbers, room)
            if not all(numbers):
                continue
            whole = bound.whole(aim, self.masks)
            if whole is not None and _sum(aim.worths, whole) > least:
                best, least = whole, _sum(aim.worths, whole)
                if bound.highest < FINE * (least + 1):
                    continue
                numbers = bound.within(numbers, bound.highest - FINE * (least + 1))
            trial = self._tried(aim, bound, numbers, bound.highest - FINE * (least + 1))
            if trial.best is not None:
                best, least = trial.best, _sum(aim.worths, trial.best)
            if not trial.is_complete and bound.highest >= FINE * (least + 1):
                waiting += self._split(aim, bound, numbers)
        return best

    def _split(
        self, aim: Aim, bound: Bound, numbers: Sequence[Sequence[int]]
    ) -> list[tuple[Bound, Sequence[Sequence[int]]]]:
        """The patterns by whether one group has one item; the half that seems more likely comes last."""
        shares: dict[tuple[int, int], float] = {}
        for group, (mine, parts) in enumerate(zip(numbers, bound.parts(numbers), strict=True)):
            for number, part in zip(mine, parts, strict=True):
                for bit in bit_sets.bits(self.masks[group][number]) if part else ():
                    shares[group, bit] = shares.get((group, bit), 0.0) + part
        if not shares:
            raise TooManyError
        group, bit = min(shares, key=lambda one: (abs(shares[one] - _HALF), one))
        has = [
            [number for number in mine if bool(self.masks[place][number] & bit) is (place == group)]
            for place, mine in enumerate(numbers)
        ]
        has_not = [
            [number for number in mine if place != group or not self.masks[place][number] & bit]
            for place, mine in enumerate(numbers)
        ]
        halves = [one for one in (has_not, has) if all(one)]
        return [(self._bound(aim, one), one) for one in halves]

    def _bound(self, aim: Aim, numbers: Sequence[Sequence[int]]) -> Bound:
        self.bounds += 1
        if self.bounds > MOST_BOUNDS:
            raise TooManyError
        masks = [[mine[one] for one in some] for mine, some in zip(self.masks, numbers, strict=True)]
        worths = [[mine[one] for one in some] for mine, some in zip(aim.worths, numbers, strict=True)]
        sums = [[[mine[one] for one in some] for mine, some in zip(fixed, numbers, strict=True)] for fixed in aim.fixed]
        found = solver_prices.prices(masks, worths, sums, aim.totals)
        return allocation_trials.bound(aim, self.masks, numbers, found)

    def _tried(self, aim: Aim, bound: Bound, numbers: Sequence[Sequence[int]], room: int) -> allocation_trials.Trial:
        trial = allocation_trials.Trial(aim, bound, self.masks)
        trial.run(numbers, room)
        self.steps += trial.steps
        if self.steps * len(self.masks) > MOST_WORK:
            raise TooManyError
        return trial


def _sum(worths: Sequence[Sequence[int]], chosen: Sequence[int]) -> int:
    return sum([mine[one] for mine, one in zip(worths, chosen, strict=True)])
