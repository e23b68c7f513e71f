"""Prices of items from a continuous program: one pattern for each group, each item at most once.

They are what one more of an item would be worth where parts of patterns may be taken. Nothing relies on their being
right: whoever uses them makes a bound of his own with them.
"""

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gql_api.domain import bit_sets, solver

_LARGEST = 1e6
"""The greatest worth that a program is given."""
_FORFEIT = 16
"""What is missing costs so many times what all else could gain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """The price of each item, by its bit, never negative, and of a unit of each sum that is asked for (`extras`).

    `parts` are by pattern, one group after the other, how much of it is taken.
    """

    items: Mapping[int, float]
    extras: Sequence[float]
    parts: Sequence[float] = ()


def prices(
    masks: Sequence[Sequence[int]],
    worths: Sequence[Sequence[int]],
    sums: Sequence[Sequence[Sequence[int]]] = (),
    totals: Sequence[int] = (),
) -> Prices:
    """The prices at which the sum of worths is greatest; with `sums`, where each of these is to be what `totals` says.

    `masks` are the items of the patterns of each group, as bits.
    """
    columns = _Columns(masks, sums)
    numpy, core, size = importlib.import_module("numpy"), solver.core(), len(columns.starts) - 1
    # Where there is no choice at all what is missing has a price that no choice can pay, and the bound says so.
    goal = [one for found in worths for one in found]
    scale = _LARGEST / max(map(abs, goal), default=1) if any(goal) else 1.0
    forfeit = -_FORFEIT * scale * (1 + sum([max(found) - min(found) for found in worths]))
    made = core.HighsLp()
    made.num_col_, made.num_row_ = size, columns.height
    made.col_cost_ = numpy.array([one * scale for one in goal] + [forfeit] * (size - len(goal)))
    made.col_lower_ = numpy.zeros(size)
    made.col_upper_ = numpy.full(size, numpy.inf)
    asked = [float(one) for one in totals]
    made.row_lower_ = numpy.array([1.0] * len(masks) + [-numpy.inf] * len(columns.rows) + asked)
    made.row_upper_ = numpy.array([1.0] * (len(masks) + len(columns.rows)) + asked)
    made.a_matrix_.format_ = core.MatrixFormat.kColwise
    made.a_matrix_.start_ = numpy.array(columns.starts, dtype=numpy.int32)
    made.a_matrix_.index_ = numpy.array(columns.indices, dtype=numpy.int32)
    made.a_matrix_.value_ = numpy.array(columns.factors)
    made.sense_ = core.ObjSense.kMaximize
    parts, duals = solver.duals(made)
    if not duals:
        return Prices(items={}, extras=[0.0] * len(totals))
    items = {bit: max(duals[row], 0.0) / scale for bit, row in columns.rows.items()}
    return Prices(items=items, extras=[-one / scale for one in duals[columns.height - len(totals) :]], parts=parts)


class _Columns:
    """The patterns as columns: a row for each group, one for each item, and one for each sum."""

    def __init__(self, masks: Sequence[Sequence[int]], sums: Sequence[Sequence[Sequence[int]]]) -> None:
        seen = 0
        for found in masks:
            for mask in found:
                seen |= mask
        self.rows = {bit: len(masks) + number for number, bit in enumerate(bit_sets.bits(seen))}
        before = len(masks) + len(self.rows)
        self.height = before + len(sums)
        self.starts, self.indices, self.factors = [0], list[int](), list[float]()
        for group, found in enumerate(masks):
            for number, mask in enumerate(found):
                rows = [group, *[self.rows[bit] for bit in bit_sets.bits(mask)]]
                self.indices += rows
                self.factors += [1.0] * len(rows)
                for row, one in enumerate(sums, before):
                    if one[group][number]:
                        self.indices.append(row)
                        self.factors.append(float(one[group][number]))
                self.starts.append(len(self.indices))
        for row in [*range(len(masks)), *range(before, self.height)]:
            self._forfeit(row, 1.0)
            if row >= before:
                self._forfeit(row, -1.0)

    def _forfeit(self, row: int, factor: float) -> None:
        self.indices.append(row)
        self.factors.append(factor)
        self.starts.append(len(self.indices))
