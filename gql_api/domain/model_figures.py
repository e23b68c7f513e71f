"""The numbers of a board as whole ones: credits times a common multiple, so that sums are exact in any solver.

Also what every node could reach at best if it had every item for itself: what is impossible even then is left out.
"""

import math
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import TypeGuard

from gql_api.domain import allocation_board, audit_constraints, courses, credits, model_frames, repeats, requirements

COURSE_WEIGHT = model_frames.COURSE_WEIGHT
_FINEST = 100_000
"""Denominators of credits: thousandths as stored, thirds by conversion, and what splits leave of these."""
Kind = requirements.ConstraintKind


@cache
def fraction(amount: Decimal) -> Fraction:
    """The exact number behind a decimal: a converted third is a third, whatever its last digit."""
    return Fraction(amount).limit_denominator(_FINEST)


@cache
def denominator(amount: Decimal) -> int:
    """What makes an amount whole."""
    return fraction(amount).denominator


class Figures:
    """The whole numbers of one board. `scale` times credits is whole for every amount on it.

    `weights` are, by node, what one that takes items itself weighs: its needed credits, or three for each course.
    """

    def __init__(self, board: allocation_board.Board, frame: model_frames.Frame | None = None) -> None:
        self.board = board
        self.frame = model_frames.of(board.nodes) if frame is None or frame.nodes is not board.nodes else frame
        self._known: dict[Decimal, int] = {}
        self.scale = self._scale()
        self.credits = self._credits()
        self.tolerance = self.of(board.tolerance)
        self.once = _once(board)
        self.with_minima = self.frame.with_minima
        self.with_maxima = self.frame.with_maxima
        self.has_optional_parts = self.frame.has_optional_parts
        self.is_free = self.frame.is_free
        self.is_possible = self.is_free.copy()
        self.weights = self._weights()
        is_possible = self.is_possible
        counted: set[int] = set()
        for leaf, needed in self.frame.counts:
            is_possible[leaf] = len(board.fits.get(leaf, ())) >= needed
            counted.add(leaf)
        for node in reversed(board.nodes):
            if node.index not in counted and not is_possible[node.index]:
                is_possible[node.index] = self._is_possible(node)

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
        part = self.board.part(bound, leaf, item)
        return self.of(part) if bound.constraint.credits is not None else int(part)

    def parts(self, bound: allocation_board.Bound, leaf: int) -> dict[int, int]:
        """What every item that fits a leaf adds to a bound there."""
        fits = self.board.fits[leaf]
        key = id(fits), id(bound), self.scale
        known = self.board.memo.bound_parts.get(key)
        if known is None:
            known = self.board.memo.bound_parts[key] = {item: self.part(bound, leaf, item) for item in fits}
        return known

    def needed(self, node: allocation_board.Node) -> int:
        """The credits that a node asks for."""
        return self.of(node.min_credits)

    def choices(self, node: allocation_board.Node) -> tuple[int, tuple[int, ...]]:
        """How many children more than those that ask for nothing a node needs, and which may be among them."""
        return self.frame.choices[node.index]

    def _weights(self) -> list[int]:
        known = self.frame.weights.get(self.scale)
        if known is None:
            known = self.frame.weights[self.scale] = [
                self.of(node.min_credits) if node.min_credits else node.min_courses * COURSE_WEIGHT * self.scale
                for node in self.board.nodes
            ]
        return known

    def _credits(self) -> dict[int, dict[int, int]]:
        memo, scale, amounts = self.board.memo.credits, self.scale, self._known
        found: dict[int, dict[int, int]] = {}
        for leaf, fits in self.board.fits.items():
            known = memo.get((id(fits), scale))
            if known is None:
                known = memo[id(fits), scale] = {
                    item: amounts[amount] if (amount := fit.face.credits) in amounts else self.of(amount)
                    for item, fit in fits.items()
                }
            found[leaf] = known
        return found

    def _scale(self) -> int:
        board, memo = self.board, self.board.memo.denominators
        found = {denominator(board.tolerance), self._multiple()}
        for fits in board.fits.values():
            known = memo.get(id(fits))
            if known is None:
                # What an item counts as is mostly the same value in every leaf: it is looked up by identity.
                amounts = {id(fit.face.credits): fit.face.credits for fit in fits.values()}
                known = memo[id(fits)] = math.lcm(*map(denominator, amounts.values()))
            found.add(known)
        found |= {denominator(pair.max_credits) for pair in board.pairs if pair.max_credits is not None}
        return math.lcm(*found)

    def _multiple(self) -> int:
        """What makes all amounts of the requirements whole."""
        known = self.frame.multiples
        if not known:
            amounts = {node.min_credits for node in self.board.nodes}
            amounts |= {node.max_credits for node in self.board.nodes if node.max_credits is not None}
            amounts |= {bound.amount for node in self.board.nodes for bound in (*node.minima, *node.maxima)}
            known.append(math.lcm(*map(denominator, amounts)))
        return known[0]

    def _is_possible(self, node: allocation_board.Node) -> bool:
        if node.needed_children and sum([self.is_possible[one] for one in node.choices]) < node.needed_children:
            return False
        if node.max_courses is not None and node.max_courses < node.min_courses:
            return False
        if node.max_credits is not None and node.max_credits < node.min_credits:
            return False
        if not (node.min_courses or node.min_credits or node.minima):
            return True
        fits = self.board.fits
        if not node.children and not (node.min_credits or node.minima):
            return len(fits.get(node.index, ())) >= node.min_courses
        key = node.index, self.scale, *[id(fits.get(leaf)) for leaf in node.leaves]
        known = self.board.memo.is_possible.get(key)
        if known is None:
            given = [(leaf, item) for leaf in self._whole(node) for item in fits.get(leaf, {})]
            known = self.board.memo.is_possible[key] = self._reaches(node, given)
        return known

    def _whole(self, node: allocation_board.Node) -> list[int]:
        """The leaves whose items could count for the node: every part between can be met."""
        if node.is_leaf:
            return [node.index]
        return [
            leaf for child in node.children if self.is_possible[child] for leaf in self._whole(self.board.nodes[child])
        ]

    def _reaches(self, node: allocation_board.Node, fits: list[tuple[int, int]]) -> bool:
        best = _most(self.credits, fits) if node.children else self.credits.get(node.index, {})
        if len(best) < node.min_courses:
            return False
        tolerance = self.tolerance
        if tolerance and not any(self._is_converted(leaf, item) for leaf, item in fits):
            tolerance = 0
        if node.min_credits and sum(best.values()) + tolerance < self.needed(node):
            return False
        return all(self._reach(bound, fits) >= self.amount(bound) for bound in node.minima)

    def _is_converted(self, leaf: int, item: int) -> bool:
        return self.board.fits[leaf][item].face.is_converted

    def _reach(self, bound: allocation_board.Bound, fits: list[tuple[int, int]]) -> int:
        if bound.constraint.kind is Kind.MIN_DISTINCT_SUBJECTS:
            uses = [self.board.use(leaf, item) for leaf, item in fits]
            return int(audit_constraints.measure(bound.constraint, uses))
        parts = {leaf: self.parts(bound, leaf) for leaf in {leaf for leaf, _ in fits}}
        return sum(_most(parts, fits).values())


def _most(amounts: Mapping[int, Mapping[int, int]], fits: list[tuple[int, int]]) -> dict[int, int]:
    """Of every item the most that it is in one of the leaves that it fits."""
    best: dict[int, int] = {}
    for leaf, item in fits:
        amount = amounts[leaf][item]
        if amount > best.get(item, -1):
            best[item] = amount
    return best


def _once(board: allocation_board.Board) -> tuple[tuple[tuple[int, int], ...], ...]:
    """The (leaf, item) pairs that would credit one course more than once, where items may count as several."""
    several = {item for item in board.numbers if len(board.items[item].faces) > 1}
    found_in = [(fits[item].face, board.items[item]) for fits in board.fits.values() for item in several & fits.keys()]
    others = [face.course for face, item in found_in if face is not item.main and face != item.main]
    chosen = {repeats.credit_of(course) for course in others if _is_once(course)}
    if not chosen:
        return ()
    found: dict[tuple[str, int], list[tuple[int, int]]] = {key: [] for key in sorted(chosen)}
    for leaf, fits in board.fits.items():
        for item, fit in fits.items():
            if _is_once(fit.face.course) and (key := repeats.credit_of(fit.face.course)) in chosen:
                found[key].append((leaf, item))
    groups = map(tuple, found.values())
    return tuple(group for group in groups if len({item for _, item in group}) > 1)


def _is_once(course: courses.Course | None) -> TypeGuard[courses.Course]:
    """Whether a course earns credit only once."""
    return course is not None and not (course.repeatable_times or course.repeatable_credits)


def is_weighing(node: allocation_board.Node) -> bool:
    """Whether a node with children asks for something beyond them, for which only whole parts count."""
    return not node.is_leaf and bool(
        node.min_courses or node.min_credits > credits.ZERO or node.minima or node.averages
    )
