"""Choices of one pattern for each group, tried one after the other as far as they come close enough to a bound."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from gql_api.domain import solver_prices

FINE = 4_096
"""Parts of a unit in which prices are counted."""
MOST_STEPS = 60
"""Choices that are tried at one bound."""
_LEAST_PART = 1e-6
"""Parts of patterns that are no parts at all."""
Numbers = Sequence[Sequence[int]]
_Column = tuple[int, int, int]
"""A pattern: what it falls short of the best of its group, its items, and its number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What is to be great, by group and pattern: among the choices in which the sum of each of `fixed` is its total."""

    worths: Numbers
    fixed: tuple[Numbers, ...] = ()
    totals: tuple[int, ...] = ()

    def is_total(self, chosen: Sequence[int]) -> bool:
        """Whether a choice has the totals that are asked for."""
        return all(
            sum([mine[one] for mine, one in zip(fixed, chosen, strict=True)]) == total
            for fixed, total in zip(self.fixed, self.totals, strict=True)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """No choice exceeds `highest`; each falls short of it by its patterns' slacks and the prices of unused items.

    All are counted in fine parts of a unit. `shares` are the parts of patterns that attain it.
    """

    highest: int
    slacks: Sequence[dict[int, int]]
    prices: dict[int, int]
    shares: Sequence[dict[int, float]] = field(repr=False)

    def within(self, numbers: Numbers, room: int) -> list[list[int]]:
        """The patterns that fall short of their group's best by no more than that."""
        return [[one for one in mine if slack[one] <= room] for mine, slack in zip(numbers, self.slacks, strict=True)]

    def parts(self, numbers: Numbers) -> list[list[float]]:
        """The parts of patterns by which the continuous program attains the bound."""
        return [[share.get(one, 0.0) for one in mine] for mine, share in zip(numbers, self.shares, strict=True)]

    def whole(self, aim: Aim, masks: Numbers) -> list[int] | None:
        """The choice of the patterns that are taken whole, if there is one in every group and they are a choice."""
        chosen = [one for share in self.shares for one, part in share.items() if part > 1 - _LEAST_PART]
        if len(chosen) < len(self.shares):
            return None
        used = 0
        for mine, one in zip(masks, chosen, strict=True):
            if mine[one] & used:
                return None
            used |= mine[one]
        return chosen if aim.is_total(chosen) else None


def bound(aim: Aim, masks: Numbers, numbers: Numbers, given: solver_prices.Prices) -> Bound:
    """The bound that prices make, in whole numbers."""
    prices = {bit: round(FINE * price) for bit, price in given.items.items()}
    prices = {bit: price for bit, price in prices.items() if price > 0}
    extras = [round(FINE * extra) for extra in given.extras]
    highest = sum(prices.values()) - sum([extra * total for extra, total in zip(extras, aim.totals, strict=True)])
    slacks: list[dict[int, int]] = []
    shares: list[dict[int, float]] = []
    parts = iter(given.parts)
    for group, mine in enumerate(numbers):
        worths, has = aim.worths[group], masks[group]
        weights = {one: FINE * worths[one] - _priced(has[one], prices) for one in mine}
        for extra, fixed in zip(extras, aim.fixed, strict=True):
            for one in mine if extra else ():
                weights[one] += extra * fixed[group][one]
        most = max(weights.values())
        highest += most
        slacks.append({one: most - weight for one, weight in weights.items()})
        shares.append({one: part for one, part in zip(mine, parts, strict=False) if part > _LEAST_PART})
    return Bound(highest=highest, slacks=slacks, prices=prices, shares=shares)


def _priced(mask: int, prices: dict[int, int]) -> int:
    total = 0
    while mask:
        bit = mask & -mask
        mask ^= bit
        total += prices.get(bit, 0)
    return total


class Trial:
    """The choices within a room below a bound; `best` is the best of them, if all were tried (`is_complete`)."""

    def __init__(self, aim: Aim, given: Bound, masks: Numbers) -> None:
        self.steps = 0
        self.is_complete = True
        self.best: list[int] | None = None
        self._aim, self._bound, self._masks = aim, given, masks
        self._room = 0

    def run(self, numbers: Numbers, room: int) -> None:
        """Try the choices of these patterns."""
        self._room = room
        columns = [
            sorted([(slack[one], has[one], one) for one in mine])
            for mine, slack, has in zip(numbers, self._bound.slacks, self._masks, strict=True)
        ]
        self._go(list(range(len(columns))), columns, 0, 0, [0] * len(columns))

    def _go(self, places: list[int], columns: list[list[_Column]], used: int, spent: int, chosen: list[int]) -> None:
        self.steps += 1
        if self.steps > MOST_STEPS:
            self.is_complete = False
            return
        if not places:
            self._end(used, spent, chosen)
            return
        left = self._left(places, columns, used, spent)
        if left is None:
            return
        place = min(places, key=lambda one: (len(left[one]), one))
        others = [one for one in places if one != place]
        for slack, mask, number in left[place]:
            if spent + slack > self._room:
                return
            chosen[place] = number
            self._go(others, left, used | mask, spent + slack, chosen)

    def _end(self, used: int, spent: int, chosen: list[int]) -> None:
        total = spent + sum([price for bit, price in self._bound.prices.items() if not used & bit])
        if total <= self._room and self._aim.is_total(chosen):
            self.best, self._room = list(chosen), total - 1

    def _left(
        self, places: list[int], columns: list[list[_Column]], used: int, spent: int
    ) -> list[list[_Column]] | None:
        """The patterns that are still possible, none where the room is exceeded without any of them."""
        left: list[list[_Column]] = [[]] * len(columns)
        reach, least, spare = used, spent, self._room - spent
        for place in places:
            mine = [one for one in columns[place] if not one[1] & used and one[0] <= spare]
            if not mine:
                return None
            left[place] = mine
            for _, mask, _ in mine:
                reach |= mask
            least += mine[0][0]
        if least > self._room:
            return None
        missed = sum([price for bit, price in self._bound.prices.items() if not reach & bit])
        return None if least + missed > self._room else left
