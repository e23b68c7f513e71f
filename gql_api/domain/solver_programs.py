"""0/1 programs in numbers: columns with bounds, rows between bounds, integer coefficients; no solver in here.

Columns and rows keep the order in which they are added, so that the same input always makes the same program.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

INFINITE = float("inf")
Terms = dict[int, int]
"""A linear expression: coefficients by column."""


@dataclass(slots=True)
class Program:
    """A program being written. Every column lies between 0 and its upper bound, and is whole or continuous."""

    uppers: list[int] = field(default_factory=list[int])
    lowers: list[int] = field(default_factory=list[int])
    whole: list[bool] = field(default_factory=list[bool])
    rows: list[tuple[float, float, Terms]] = field(default_factory=list[tuple[float, float, Terms]])

    def column(self, upper: int = 1, *, is_whole: bool = True) -> int:
        """A new column from 0 to `upper`; its number."""
        self.uppers.append(upper)
        self.lowers.append(0)
        self.whole.append(is_whole)
        return len(self.uppers) - 1

    def at_least(self, terms: Mapping[int, int], least: float) -> None:
        """A row: the expression is at least so much."""
        self._row(least, INFINITE, terms)

    def at_most(self, terms: Mapping[int, int], most: float) -> None:
        """A row: the expression is at most so much."""
        self._row(-INFINITE, most, terms)

    def fix(self, column: int, value: int) -> None:
        """Fix a column."""
        self.lowers[column] = self.uppers[column] = value

    def _row(self, least: float, most: float, terms: Mapping[int, int]) -> None:
        given = {column: factor for column, factor in sorted(terms.items()) if factor}
        self.rows.append((least, most, given))


def added(*parts: Mapping[int, int]) -> Terms:
    """The sum of expressions."""
    total: Terms = {}
    for part in parts:
        for column, factor in part.items():
            total[column] = total.get(column, 0) + factor
    return total


def times(factor: int, terms: Mapping[int, int]) -> Terms:
    """The expression multiplied."""
    return {column: factor * one for column, one in terms.items()}


def ones(columns: Iterable[int]) -> Terms:
    """The sum of columns."""
    total: Terms = {}
    for column in columns:
        total[column] = total.get(column, 0) + 1
    return total


def value(terms: Mapping[int, int], values: Iterable[float]) -> float:
    """The expression at a point."""
    given = list(values)
    return sum(factor * given[column] for column, factor in terms.items())
