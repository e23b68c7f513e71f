"""What requirements need at the least, each for itself: how full they can be, and with how few courses.

Everything here is a relaxation: every requirement may have every item that fits it. What it says nobody can do better
than; whether anything is as good, it does not say.
"""

import operator
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from gql_api.domain import allocation_board, audit_constraints, model_figures, requirements

Kind = requirements.ConstraintKind
Thrift = tuple[int, int, int, int, int]
"""Planned courses, running ones, uses that are not preferred, courses, uses; in the order of the goals."""
NOTHING: Thrift = (0, 0, 0, 0, 0)
ONE, ZERO, NONE = Fraction(1), Fraction(0), Decimal(0)
RANKS = 3
"""What is earned, what is running, what is planned."""


class Part(NamedTuple):
    """What one item adds to a need. `rank` is 0 for what is earned, 1 for what is running, 2 for what is planned."""

    amount: Decimal
    item: int
    rank: int
    is_preferred: bool


class Need:
    """A minimum with what every item adds to it, the most first; `most` is what may be counted of all of them."""

    __slots__ = ("amount", "most", "parts", "ranks", "total", "totals")

    def __init__(self, amount: Decimal, parts: Sequence[Part], most: Decimal | None) -> None:
        self.amount = amount
        self.parts = parts
        self.ranks = tuple([[part for part in parts if part.rank == rank] for rank in range(RANKS)])
        self.totals = tuple([_total(found) for found in self.ranks])
        self.total = sum(self.totals, NONE)
        self.most = self.total if most is None else min(self.total, most)

    def share(self, slack: Decimal) -> Fraction:
        """How much of it could be there."""
        if self.most + slack >= self.amount:
            return ONE
        return model_figures.fraction(self.most) / model_figures.fraction(self.amount)

    def without(self, taken: Mapping[int, int], mine: int) -> "Need":
        """The need where some items are taken by other requirements."""
        left = [part for part in self.parts if taken.get(part.item, mine) == mine]
        return self if len(left) == len(self.parts) else Need(self.amount, left, self.most)

    def aim(self, share: Fraction) -> Decimal:
        """That share of it."""
        if share is ONE:
            return self.amount
        exact = model_figures.fraction(self.amount) * share
        return Decimal(exact.numerator) / Decimal(exact.denominator)

    def takes_all(self, aim: Decimal) -> bool:
        """Whether not even the smallest part can be spared."""
        return bool(self.parts) and self.total - self.parts[-1].amount < aim


def least(found: Sequence[Need], share: Fraction, slack: Decimal, *, is_shared: bool) -> Thrift:
    """The courses that reach this share of all needs, in the order of the goals: each number where those before hold.

    Where courses may be shared only their uses count.
    """
    given = [(need, need.aim(share) - slack) for need in found]
    planned = running = None
    if not is_shared:
        planned = max(_count(need.ranks[2], aim - need.totals[0] - need.totals[1]) for need, aim in given)
        running = max(
            _count(need.ranks[1], aim - need.totals[0] - _total(need.ranks[2][:planned])) for need, aim in given
        )
    other = courses = 0
    for need, aim in given:
        pool = sorted([*need.ranks[0], *need.ranks[1][:running], *need.ranks[2][:planned]], key=_AMOUNT, reverse=True)
        preferred = [part for part in pool if part.is_preferred]
        others = [part for part in pool if not part.is_preferred] if preferred else pool
        other = max(other, _count(others, aim - _total(preferred)))
        courses = max(courses, _count(pool, aim))
    return (planned or 0, running or 0, other, 0 if is_shared else courses, courses)


_AMOUNT = operator.attrgetter("amount")


def _total(parts: Iterable[Part]) -> Decimal:
    return sum([part.amount for part in parts], NONE)


def _count(parts: Sequence[Part], lacking: Decimal) -> int:
    """How many of the parts, the most first, make up what is lacking; all of them where they do not."""
    count = 0
    for part in parts:
        if lacking <= 0:
            break
        lacking -= part.amount
        count += 1
    return count


def needs(board: allocation_board.Board, node: allocation_board.Node) -> tuple[Need, ...]:
    """The minima of a node itself, with the items that fit it or its parts."""
    if not (node.min_courses or node.min_credits or node.minima):
        return ()
    uses = [(leaf, item) for leaf in node.leaves for item in board.fits.get(leaf, ())]
    found: list[Need] = []
    if node.min_courses:
        most = None if node.max_courses is None else Decimal(node.max_courses)
        found.append(_need(board, Decimal(node.min_courses), ((*use, Decimal(1)) for use in uses), most))
    if node.min_credits:
        given = ((leaf, item, board.fits[leaf][item].face.credits) for leaf, item in uses)
        found.append(_need(board, node.min_credits, given, node.max_credits))
    for bound in node.minima:
        if bound.amount > 0:
            one = bound.constraint
            told = ((*use, board.part(bound, *use)) for use in uses)
            found.append(_need(board, bound.amount, told, _subjects(board, one, uses)))
    return tuple(found)


def _subjects(
    board: allocation_board.Board, one: requirements.Constraint, uses: Sequence[tuple[int, int]]
) -> Decimal | None:
    """As many subjects as there are: one course more of a subject adds nothing."""
    if one.kind is not Kind.MIN_DISTINCT_SUBJECTS:
        return None
    return audit_constraints.measure(one, [board.use(*use) for use in uses])


def _need(
    board: allocation_board.Board, amount: Decimal, given: Iterable[tuple[int, int, Decimal]], most: Decimal | None
) -> Need:
    best: dict[int, Part] = {}
    fits, items = board.fits, board.items
    for leaf, number, added in given:
        if added > 0:
            is_preferred = fits[leaf][number].is_preferred
            known = best.get(number)
            if known is None:
                item = items[number]
                best[number] = Part(added, id(item), item.view.rank, is_preferred)
            elif added > known.amount or (is_preferred and not known.is_preferred):
                greatest = max(known.amount, added)
                best[number] = Part(greatest, known.item, known.rank, is_preferred or known.is_preferred)
    return Need(amount, sorted(best.values(), key=_AMOUNT, reverse=True), most)
