"""The most that a way to award could attain, without solving it: what cannot be better than what is there is not tried.

The numbers are those of `audit_views.goal`, one after the other. Each is bounded for allocations that attain all
before it, and the first one that could be greater says that the way must be tried.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from gql_api.domain import (
    allocation_board,
    audit_constraints,
    audit_needs,
    audit_problem,
    courses,
    credit_items,
    eligibility,
    model_figures,
    model_goals,
)

ONE, ZERO = audit_needs.ONE, audit_needs.ZERO
WEIGHT = model_figures.COURSE_WEIGHT
Thrift = audit_needs.Thrift
_NONE: Mapping[int, eligibility.Fit] = {}


def may_exceed(problem: audit_problem.Problem, board: allocation_board.Board, attained: Sequence[Fraction]) -> bool:
    """Whether an allocation on this board could be better than what is attained, for all that bounds tell."""
    limits = Limits(problem, board)
    bounds: tuple[Callable[[], Sequence[Fraction | int]], ...] = (
        limits.version,
        limits.met,
        limits.value,
        limits.parts,
        limits.thrift,
        limits.amount,
    )
    place = 0
    for bound in bounds:
        if place == 0 and attained[0]:
            place = 1
            continue
        for most in bound():
            if most != attained[place]:
                return most > attained[place]
            place += 1
    return False


class Limits:
    """The bounds of one board."""

    def __init__(self, problem: audit_problem.Problem, board: allocation_board.Board) -> None:
        self.problem = problem
        self.board = board
        self.slack = audit_constraints.SLACK + board.tolerance
        self.needs: dict[int, tuple[audit_needs.Need, ...]] = {}
        self.shares: dict[int, Fraction] = {}
        self.is_possible: dict[int, bool] = {}
        self.is_free = problem.version.frame.is_free
        for node in reversed(board.nodes[1:]):
            self._look(node)
        nodes = board.nodes
        self.required = [top for top in board.tops if not nodes[top].is_optional]
        self.optional = [top for top in board.tops if nodes[top].is_optional]

    def version(self) -> tuple[int]:
        """1 where the whole version could be met, with its totals."""
        root = self.board.nodes[allocation_board.ROOT]
        is_open = sum(self.is_possible[top] for top in root.choices) >= root.needed_children
        asked = self.problem.version.tree
        for needed, is_own in ((asked.total_credits, False), (asked.residency_credits, True)):
            if is_open and needed:
                is_open = self._most(is_own=is_own) >= needed - audit_constraints.SLACK
        return (int(is_open),)

    def met(self) -> tuple[int, int]:
        """The top-level requirements that could be met, each for itself."""
        is_possible = self.is_possible
        return sum(is_possible[top] for top in self.required), sum(is_possible[top] for top in self.optional)

    def value(self) -> tuple[Fraction]:
        """What the required ones could be worth."""
        return (sum((self._worth(top, is_met=self.is_possible[top]) for top in self.required), ZERO),)

    def parts(self) -> tuple[int]:
        """The optional parts that could be met."""
        found = model_goals.optional_parts(self.board, self.board.tops)
        return (sum(self.is_possible[part] for part in found),)

    def thrift(self) -> Sequence[int]:
        """The fewest courses, as negative numbers; nothing is known of them where requirements may share some."""
        if self.board.pairs:
            return audit_needs.NOTHING
        self._settle()
        found: Thrift = audit_needs.NOTHING
        for top in self.board.tops:
            if self.is_possible[top]:
                found = _sum(found, self._least(top))
            elif top in self.required:
                for leaf in self._open_leaves(top):
                    found = _sum(found, self._of(leaf, self.shares[leaf]))
        return [-one for one in found]

    def amount(self) -> tuple[Fraction]:
        """The credit that could be accepted."""
        return (model_figures.fraction(self._most(is_own=False)),)

    def _look(self, node: allocation_board.Node) -> None:
        """What a node asks for and how full it can be; its children are known."""
        index = node.index
        if self.is_free[index]:
            self.is_possible[index], self.shares[index], self.needs[index] = True, ONE, ()
            return
        found = self.needs[index] = self._needs(node)
        self.shares[index] = ONE if not found else min([need.share(self.slack) for need in found])
        possible = sum([self.is_possible[child] for child in node.choices])
        self.is_possible[index] = self.shares[index] is ONE and possible >= node.needed_children

    def _needs(self, node: allocation_board.Node) -> tuple[audit_needs.Need, ...]:
        """The needs of a node. Ways and views share most of what fits where, as the very same values."""
        if not (node.min_courses or node.min_credits or node.minima):
            return ()
        key = node.index, tuple([id(fit) for leaf in node.leaves for fit in self.board.fits.get(leaf, _NONE).values()])
        known = self.problem.needs.get(key)
        if known is None:
            known = self.problem.needs[key] = audit_needs.needs(self.board, node)
        return known

    def _most(self, *, is_own: bool) -> Decimal:
        """The most credit that may be accepted, of all items."""
        return most_credit(self.board, is_own=is_own)

    def _weight(self, node: allocation_board.Node) -> Fraction:
        return model_figures.fraction(node.min_credits) if node.min_credits else Fraction(node.min_courses * WEIGHT)

    def _worth(self, index: int, *, is_met: bool) -> Fraction:
        """At least what a requirement is worth, as `allocation_bounds.worth` has it, with every minimum looked at."""
        node = self.board.nodes[index]
        if self.is_free[index]:
            return ZERO
        if node.is_leaf:
            return self._weight(node) if is_met else self._weight(node) * self.shares[index]
        choices = [child for child in node.choices if not self.is_free[child]]
        needed = max(node.needed_children - (len(node.choices) - len(choices)), 0)
        if is_met and needed < len(choices):
            choices = [child for child in choices if self.is_possible[child]]
        parts = sorted((self._worth(child, is_met=is_met) for child in choices), reverse=True)
        found = sum(parts[:needed], ZERO)
        is_own = not needed or not all(parts)
        return max(found, self._weight(node)) if is_own and node.min_credits else found

    def _settle(self) -> None:
        """Take away from every requirement the items that another one cannot spare."""
        taken: dict[int, int] = {}
        sure = [leaf for top in self.board.tops for leaf in self._sure_leaves(top)]
        before = -1
        while len(taken) > before:
            before = len(taken)
            for leaf in sure:
                for need in self.needs[leaf]:
                    left = need.without(taken, leaf)
                    if left.takes_all(left.aim(self.shares[leaf]) - self.slack):
                        for part in left.parts:
                            taken.setdefault(part.item, leaf)
        for node in self.board.nodes[1:]:
            if node.is_leaf and node.domain == allocation_board.EVERYWHERE:
                self.needs[node.index] = tuple(need.without(taken, node.index) for need in self.needs[node.index])

    def _sure_leaves(self, index: int) -> list[int]:
        """The exclusive leaves that are filled in every allocation that attains what is attained."""
        node = self.board.nodes[index]
        if not self.is_possible[index]:
            return [] if node.is_optional else self._open_leaves(index)
        if node.is_leaf:
            return [index] if node.domain == allocation_board.EVERYWHERE else []
        possible = [child for child in node.choices if self.is_possible[child]]
        if len(possible) > node.needed_children:
            return []
        return [leaf for child in possible for leaf in self._sure_leaves(child)]

    def _open_leaves(self, index: int) -> list[int]:
        """Of a requirement that cannot be met the exclusive leaves that are as full as they can be."""
        node = self.board.nodes[index]
        if node.is_leaf:
            is_wanted = node.domain == allocation_board.EVERYWHERE and self._weight(node) and not self.is_free[index]
            return [index] if is_wanted else []
        if node.needed_children < len(node.choices):
            return []
        return [leaf for child in node.choices for leaf in self._open_leaves(child)]

    def _least(self, index: int) -> Thrift:
        """The fewest courses that meet a requirement."""
        node = self.board.nodes[index]
        if self.is_free[index]:
            return audit_needs.NOTHING
        own = self._of(index, ONE)
        if node.is_leaf or not node.needed_children:
            return own
        parts = sorted(self._least(child) for child in node.choices if self.is_possible[child])
        found = audit_needs.NOTHING
        for part in parts[: node.needed_children]:
            found = _sum(found, part)
        return max(found, own)

    def _of(self, index: int, share: Fraction) -> Thrift:
        """The fewest courses for what a node itself asks for."""
        found, nodes = self.needs[index], self.board.nodes
        if not found:
            return audit_needs.NOTHING
        is_shared = any(nodes[leaf].domain != allocation_board.EVERYWHERE for leaf in nodes[index].leaves)
        return audit_needs.least(found, share, self.slack, is_shared=is_shared)


def most_credit(board: allocation_board.Board, *, is_own: bool = False) -> Decimal:
    """The most credit that may be accepted on a board, of each item what it counts as at best."""
    items, fitting = board.items, set[int]().union(*board.fits.values())
    several = {number for number in fitting if len(items[number].faces) > 1}
    faces: dict[int, list[credit_items.Face]] = {number: [] for number in several}
    for fits in board.fits.values() if several else ():
        for number in several & fits.keys():
            faces[number].append(fits[number].face)
    total = Decimal(0)
    for number in board.numbers:
        item = items[number]
        if number not in fitting and not (item.is_accepted and item.doubt is None):
            continue
        main = item.main
        if number not in several:
            total += main.credits if main.level != courses.DEVELOPMENTAL and (main.is_own or not is_own) else 0
        else:
            found = (main, *faces[number])
            counted = [
                one.credits for one in found if one.level != courses.DEVELOPMENTAL and (one.is_own or not is_own)
            ]
            total += max(counted, default=Decimal(0))
    return total


def _sum(one: Thrift, other: Thrift) -> Thrift:
    return (one[0] + other[0], one[1] + other[1], one[2] + other[2], one[3] + other[3], one[4] + other[4])
