"""The best choice of one pattern for each requirement so that no item is used twice: by prices, then by trying.

Prices come from the continuous program, in which a requirement may take parts of several patterns. They are only a
proposal: rounded to whole numbers they make a bound, which is valid whatever they are. What every pattern falls short
of the best of its requirement at these prices, and every price of an item that nobody uses, adds up to what a choice
falls short of the bound; so only few patterns can be part of a best choice, and these are tried, exactly. Where they
are too many, what keeps parts of them from adding up is said too (`allocation_cuts`), and then they are split by
who has an item, and each half gets prices of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gql_api.domain import allocation_cuts, allocation_patterns, allocation_trials, bit_sets, solver_prices

MOST_BOUNDS = 80
"""Bounds that are worked out for one component."""
MOST_ROUNDS = 6
"""Rounds of cuts before patterns are split."""
MOST_WORK = 30_000
"""Choices that are tried for one component, times its groups."""
_HALF = 0.5
_UNCLEAR = 0.45
"""How far from a half the part of a group that is met may be to be split by."""
Aim = allocation_trials.Aim
Bound = allocation_trials.Bound
FINE = allocation_trials.FINE
Numbers = allocation_trials.Numbers
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
        self._relaxation = solver_prices.Relaxation(self.masks)
        self._aim: Aim | None = None
        self._next = max([mask.bit_length() for mine in self.masks for mask in mine], default=0)

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
        waiting: list[tuple[Bound, Sequence[Sequence[int]], int]] = [(bound, self.numbers, MOST_ROUNDS)]
        while waiting:
            bound, numbers, rounds = waiting.pop()
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
            if trial.is_complete or bound.highest < FINE * (least + 1):
                continue
            if rounds and self._cut(bound):
                waiting.append((self._bound(aim, numbers), numbers, rounds - 1))
            else:
                waiting += [(*half, rounds) for half in self._split(aim, bound, numbers)]
        return best

    def _cut(self, bound: Bound) -> bool:
        """Say of patterns what keeps these parts of them from adding up; false where there is nothing to say."""
        cuts = allocation_cuts.cuts(self.masks, bound.shares)
        for cut in cuts:
            bit = 1 << self._next
            self._next += 1
            for group, one in cut:
                self.masks[group][one] |= bit
            self._relaxation.cut(bit, cut)
        return bool(cuts)

    def _split(
        self, aim: Aim, bound: Bound, numbers: Sequence[Sequence[int]]
    ) -> list[tuple[Bound, Sequence[Sequence[int]]]]:
        """The patterns by whether they meet a group, or else whether it has an item; what seems more likely last."""
        parts = bound.parts(numbers)
        halves = self._by_met(numbers, parts) or self._by_item(numbers, parts)
        return [(self._bound(aim, half), half) for half in halves if all(half)]

    def _by_met(self, numbers: Numbers, parts: Sequence[Sequence[float]]) -> list[Numbers]:
        """The patterns by whether they meet the group of which this is least clear; nothing where it is clear."""
        met: dict[int, float] = {}
        for group, (mine, some) in enumerate(zip(numbers, parts, strict=True)):
            counts = self.counts[group]
            most = max([counts[one] for one in mine])
            met[group] = sum([part for one, part in zip(mine, some, strict=True) if counts[one] == most])
        group = min(met, key=lambda one: (abs(met[one] - _HALF), one))
        if abs(met[group] - _HALF) > _UNCLEAR:
            return []
        counts = self.counts[group]
        most = max([counts[one] for one in numbers[group]])
        return [
            [
                [one for one in mine if (counts[one] == most) is is_met] if place == group else mine
                for place, mine in enumerate(numbers)
            ]
            for is_met in (False, True)
        ]

    def _by_item(self, numbers: Numbers, parts: Sequence[Sequence[float]]) -> list[Numbers]:
        """The patterns by whether one group has one item, of which this is least clear."""
        shares: dict[tuple[int, int], float] = {}
        for group, (mine, some) in enumerate(zip(numbers, parts, strict=True)):
            masks = self.masks[group]
            every = bit_sets.common([masks[number] for number in mine])
            for number, part in zip(mine, some, strict=True):
                for bit in bit_sets.bits(masks[number] & ~every) if part else ():
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
        return [has_not, has]

    def _bound(self, aim: Aim, numbers: Sequence[Sequence[int]]) -> Bound:
        self.bounds += 1
        if self.bounds > MOST_BOUNDS:
            raise TooManyError
        if aim is not self._aim:
            self._relaxation.aim(aim.worths, aim.fixed, aim.totals)
            self._aim = aim
        return allocation_trials.bound(aim, self.masks, numbers, self._relaxation.prices(numbers))

    def _tried(self, aim: Aim, bound: Bound, numbers: Sequence[Sequence[int]], room: int) -> allocation_trials.Trial:
        trial = allocation_trials.Trial(aim, bound, self.masks)
        trial.run(numbers, room)
        self.steps += trial.steps
        if self.steps * len(self.masks) > MOST_WORK:
            raise TooManyError
        return trial


def _sum(worths: Sequence[Sequence[int]], chosen: Sequence[int]) -> int:
    return sum([mine[one] for mine, one in zip(worths, chosen, strict=True)])
