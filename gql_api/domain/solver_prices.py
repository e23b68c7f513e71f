"""Prices of items from a continuous program: one pattern for each group, each item at most once.

They are what one more of an item would be worth where parts of patterns may be taken. Nothing relies on their being
right: whoever uses them makes a bound of his own with them.
"""

import importlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gql_api.domain import bit_sets, solver

_LARGEST = 1e6
"""The greatest worth that a program is given."""
_FORFEIT = 16
"""What is missing costs so many times what all else could gain."""
_FINER = 64
"""By so much less patterns differ when their worths are given anew: tolerances are parts of the greatest."""
Numbers = Sequence[Sequence[int]]
"""A number for each pattern of each group, or the numbers of some of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """The price of each item, by its bit, never negative, and of a unit of each sum that is asked for (`extras`).

    `parts` are by pattern, one group after the other, how much of it is taken.
    """

    items: Mapping[int, float]
    extras: Sequence[float]
    parts: Sequence[float] = ()


class Relaxation:
    """The continuous program of some groups of patterns, asked again and again: each answer starts from the last one.

    `masks` are the items of the patterns of each group, as bits. A group that has no choice, or a sum that cannot be
    what it should, forfeits more than any choice could pay.
    """

    def __init__(self, masks: Numbers) -> None:
        self._numpy = importlib.import_module("numpy")
        self._highs = solver.continuous()
        self._starts = [0]
        for mine in masks:
            self._starts.append(self._starts[-1] + len(mine))
        self._rows: dict[int, int] = {}
        self._sums: list[int] = []
        self._worths: Numbers = ()
        self._weighed: list[frozenset[int]] = []
        self._spread, self._scale = 0, 1.0
        self._load(masks)

    def _load(self, masks: Numbers) -> None:
        """A row for each group, which it may forfeit, and one for each item."""
        numpy, core, height = self._numpy, solver.core(), len(masks)
        rows: list[list[int]] = [
            [group, *self._lines(mask, height)] for group, mine in enumerate(masks) for mask in mine
        ]
        rows += [[group] for group in range(height)]
        self._width, self._height = len(rows), height + len(self._rows)
        made = core.HighsLp()
        made.num_col_, made.num_row_ = self._width, self._height
        made.col_cost_ = made.col_lower_ = numpy.zeros(self._width)
        made.col_upper_ = numpy.full(self._width, numpy.inf)
        made.row_lower_ = numpy.array([1.0] * height + [-numpy.inf] * len(self._rows))
        made.row_upper_ = numpy.ones(self._height)
        made.a_matrix_.format_ = core.MatrixFormat.kColwise
        made.a_matrix_.start_ = numpy.cumsum([0, *map(len, rows)], dtype=numpy.int32)
        made.a_matrix_.index_ = numpy.array([row for mine in rows for row in mine], dtype=numpy.int32)
        made.a_matrix_.value_ = numpy.ones(len(made.a_matrix_.index_))
        made.sense_ = core.ObjSense.kMaximize
        self._highs.passModel(made)

    def _lines(self, mask: int, height: int) -> list[int]:
        rows = self._rows
        return [rows.setdefault(bit, height + len(rows)) for bit in bit_sets.bits(mask)]

    def aim(self, worths: Numbers, sums: Sequence[Numbers], totals: Sequence[int]) -> None:
        """From now on the sum of worths is to be great, where each of `sums` is what `totals` says.

        The sums of an earlier aim come first among those of a later one.
        """
        for one in sums[len(self._sums) :]:
            self._add_sum(one)
        for row, total in zip(self._sums, totals, strict=True):
            self._highs.changeRowBounds(row, float(total), float(total))
        self._worths, self._weighed = worths, []

    def _weigh(self, numbers: Numbers) -> None:
        """Give the program the worths, as differences within their groups and as finely as these patterns allow."""
        given = [[mine[one] for one in some] for mine, some in zip(self._worths, numbers, strict=True)]
        tops = list(map(max, given))
        spreads = [top - min(mine) for top, mine in zip(tops, given, strict=True)]
        spread = max(spreads)
        is_known = self._weighed and all(map(frozenset[int].issuperset, self._weighed, numbers))
        if is_known and (spread == self._spread or spread * _FINER > self._spread):
            return
        self._weighed, self._spread = [frozenset(some) for some in numbers], spread
        self._scale = _LARGEST / spread if spread else 1.0
        costs = [0.0] * self._starts[-1]
        costs += [-_FORFEIT * self._scale * (1 + sum(spreads))] * (self._width - len(costs))
        for start, some, mine, top in zip(self._starts, numbers, given, tops, strict=False):
            for one, worth in zip(some, mine, strict=True):
                costs[start + one] = (worth - top) * self._scale
        self._highs.changeColsCost(self._width, self._numpy.arange(self._width, dtype="int32"), costs)

    def _add_sum(self, given: Numbers) -> None:
        factors = [float(one) for mine in given for one in mine]
        self._sums.append(self._add(0.0, [column for column, one in enumerate(factors) if one], filter(None, factors)))
        for factor in (1.0, -1.0):
            self._highs.addCol(0.0, 0.0, self._numpy.inf, 1, [self._sums[-1]], [factor])
            self._width += 1

    def cut(self, bit: int, patterns: Iterable[tuple[int, int]]) -> None:
        """From now on these patterns, by group and number, use another item too, with that bit."""
        columns = [self._starts[group] + one for group, one in patterns]
        self._rows[bit] = self._add(-self._numpy.inf, columns, [1.0] * len(columns))

    def _add(self, least: float, columns: Sequence[int], factors: Iterable[float]) -> int:
        """A row of at most 1; its number."""
        self._highs.addRow(least, 1.0, len(columns), columns, list(factors))
        self._height += 1
        return self._height - 1

    def prices(self, numbers: Numbers) -> Prices:
        """The prices where there are only these patterns."""
        self._weigh(numbers)
        numpy, size = self._numpy, self._starts[-1]
        columns = [start + one for start, mine in zip(self._starts, numbers, strict=False) for one in mine]
        uppers = numpy.zeros(size)
        uppers[columns] = numpy.inf
        self._highs.changeColsBounds(size, numpy.arange(size, dtype="int32"), numpy.zeros(size), uppers)
        parts, duals = solver.duals(self._highs)
        if not duals:
            return Prices(items={}, extras=[0.0] * len(self._sums))
        items = {bit: max(duals[row], 0.0) / self._scale for bit, row in self._rows.items()}
        extras = [-duals[row] / self._scale for row in self._sums]
        return Prices(items=items, extras=extras, parts=[parts[column] for column in columns])
