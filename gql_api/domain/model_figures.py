"""The numbers of a board as whole ones: credits times a common multiple, so that sums are exact in any solver.

Also what every node could reach at best if it had every item for itself: what is impossible even then is left out.
"""

import math
from decimal import Decimal
from fractions import Fraction
from functools import cache

from gql_api.domain import allocation_board, audit_constraints, credits, repeats, requirements

COURSE_WEIGHT = 3
"""What a needed course weighs where no credits are asked for."""
_FINEST = 100_000
"""Denominators of credits: thousandths as stored, thirds by conversion, and what splits leave of these."""
Kind = requirements.ConstraintKind


@cache
def fraction(amount: Decimal) -> Fraction:
    """The exact number behind a decimal: a converted third is a third, whatever its last digit."""
    return Fraction(amount).limit_denominator(_FINEST)


class Figures:
    """The whole numbers of one board. `scale` times credits is whole for every amount on it."""

    def __init__(self, board: allocation_board.Board) -> None:
        self.board = board
        self._known: dict[Decimal, int] = {}
        self.scale = self._scale()
        self.credits = {
            leaf: {item: self.of(fit.face.credits) for item, fit in fits.items()} for leaf, fits in board.fits.items()
        }
        self.tolerance = self.of(board.tolerance)
        self.once = _once(board)
        self.with_minima = frozenset(node.index for node in board.nodes if node.minima)
        self.with_maxima = tuple(
            node.index
            for node in board.nodes
            if node.max_courses is not None or node.max_credits is not None or node.maxima
        )
        self.has_optional_parts = any(node.is_optional and node.parent > allocation_board.ROOT for node in board.nodes)
        self.is_free = [False] * len(board.nodes)
        self.is_possible = [False] * len(board.nodes)
        for node in reversed(board.nodes):
            self.is_free[node.index] = self._is_free(node)
            self.is_possible[node.index] = self.is_free[node.index] or self._is_possible(node)

    def of(self, amount: Decimal) -> int:
        """Credits in whole units."""
        known = self._known.get(amount)
        if known is None:
            known = self._known[amount] = int(fraction(amount) * self.scale)
        return known

    def amount(self, bound: allocation_board.Bound) -> int:
        """What a bound asks or allows, in its own unit: whole units of credit, courses or subjects."""
        return self.of(bound.amount) if bound.constraint.credits is not None else int(bound.amount)

    def part(self, bound: allocation_board.Bound, leaf: int, item: int) -> int:
        """What one item adds to a bound."""
        part = audit_constraints.contribution(bound.constraint, self.board.use(leaf, item))
        return self.of(part) if bound.constraint.credits is not None else int(part)

    def needed(self, node: allocation_board.Node) -> int:
        """The credits that a node asks for."""
        return self.of(node.min_credits)

    def choices(self, node: allocation_board.Node) -> tuple[int, tuple[int, ...]]:
        """How many children more than those that ask for nothing a node needs, and which may be among them."""
        free = sum(self.is_free[child] for child in node.choices)
        return max(node.needed_children - free, 0), tuple(one for one in node.choices if not self.is_free[one])

    def _scale(self) -> int:
        board = self.board
        amounts = {fit.face.credits for fits in board.fits.values() for fit in fits.values()}
        for node in board.nodes:
            if node.min_credits:
                amounts.add(node.min_credits)
            if node.max_credits is not None:
                amounts.add(node.max_credits)
            if node.minima or node.maxima:
                amounts |= {bound.amount for bound in (*node.minima, *node.maxima)}
        amounts |= {pair.max_credits for pair in board.pairs if pair.max_credits is not None}
        amounts.add(board.tolerance)
        return math.lcm(*(fraction(amount).denominator for amount in amounts))

    def _is_free(self, node: allocation_board.Node) -> bool:
        """Whether a node is met without any item."""
        if node.is_waived:
            return True
        if node.min_courses or node.min_credits or node.averages or any(bound.amount > 0 for bound in node.minima):
            return False
        if not node.choices:
            return True
        return sum(self.is_free[child] for child in node.choices) >= node.needed_children

    def _is_possible(self, node: allocation_board.Node) -> bool:
        if sum(self.is_possible[child] for child in node.choices) < node.needed_children:
            return False
        if node.max_courses is not None and node.max_courses < node.min_courses:
            return False
        if node.max_credits is not None and node.max_credits < node.min_credits:
            return False
        if not (node.min_courses or node.min_credits or node.minima):
            return True
        if node.is_leaf and not (node.min_credits or node.minima):
            return len(self.board.fits.get(node.index, ())) >= node.min_courses
        fits = [(leaf, item) for leaf in self._whole(node) for item in self.board.fits.get(leaf, {})]
        return self._reaches(node, fits)

    def _whole(self, node: allocation_board.Node) -> list[int]:
        """The leaves whose items could count for the node: every part between can be met."""
        if node.is_leaf:
            return [node.index]
        return [
            leaf for child in node.children if self.is_possible[child] for leaf in self._whole(self.board.nodes[child])
        ]

    def _reaches(self, node: allocation_board.Node, fits: list[tuple[int, int]]) -> bool:
        best: dict[int, int] = {}
        for leaf, item in fits:
            best[item] = max(best.get(item, 0), self.credits[leaf][item])
        if len(best) < node.min_courses:
            return False
        tolerance = self.tolerance if any(self._is_converted(leaf, item) for leaf, item in fits) else 0
        if node.min_credits and sum(best.values()) + tolerance < self.needed(node):
            return False
        return all(self._reach(bound, fits) >= self.amount(bound) for bound in node.minima)

    def _is_converted(self, leaf: int, item: int) -> bool:
        return self.board.fits[leaf][item].face.is_converted

    def _reach(self, bound: allocation_board.Bound, fits: list[tuple[int, int]]) -> int:
        if bound.constraint.kind is Kind.MIN_DISTINCT_SUBJECTS:
            uses = [self.board.use(leaf, item) for leaf, item in fits]
            return int(audit_constraints.measure(bound.constraint, uses))
        best: dict[int, int] = {}
        for leaf, item in fits:
            best[item] = max(best.get(item, 0), self.part(bound, leaf, item))
        return sum(best.values())


def _once(board: allocation_board.Board) -> tuple[tuple[tuple[int, int], ...], ...]:
    """The (leaf, item) pairs that would credit one course more than once, where items may count as several."""
    if all(len(item.faces) <= 1 for item in board.items):
        return ()
    found: dict[tuple[str, int], list[tuple[int, int]]] = {}
    chosen: set[tuple[str, int]] = set()
    for leaf, fits in board.fits.items():
        for item, fit in fits.items():
            course = fit.face.course
            if course is not None and not (course.repeatable_times or course.repeatable_credits):
                key = repeats.credit_of(course)
                found.setdefault(key, []).append((leaf, item))
                if fit.face is not board.items[item].main:
                    chosen.add(key)
    groups = (tuple(found[key]) for key in sorted(chosen))
    return tuple(group for group in groups if len({item for _, item in group}) > 1)


def is_weighing(node: allocation_board.Node) -> bool:
    """Whether a node with children asks for something beyond them, for which only whole parts count."""
    return not node.is_leaf and bool(
        node.min_courses or node.min_credits > credits.ZERO or node.minima or node.averages
    )
