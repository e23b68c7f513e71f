"""How good an allocation is, judged afresh in whole numbers: which requirements it meets, and every goal's amount.

Nothing here trusts the search or the solver. Beneath a requirement that asks for something of its own only whole
parts count: an item of a part that is not met counts for that part alone.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from gql_api.domain import (
    allocation_board,
    audit_constraints,
    averages,
    entries,
    model_figures,
    model_goals,
    model_value,
    requirements,
)

Goal = model_goals.Goal
Kind = requirements.ConstraintKind
Worth = tuple[int | Fraction, int, int | Fraction]
"""How full a requirement is, its weight and the product of both, in whole units of credit; whole numbers wherever they
are whole.
"""


class Standing:
    """What (leaf, item) pairs amount to on a board."""

    def __init__(self, figures: model_figures.Figures, pairs: Iterable[tuple[int, int]]) -> None:
        self.figures = figures
        self.board = figures.board
        self.applied: dict[int, list[int]] = {}
        for leaf, item in sorted(pairs):
            self.applied.setdefault(leaf, []).append(item)
        self._met: dict[int, bool] = {}
        self._worth: dict[int, Worth] = {}

    def adopt(self, other: "Standing", tops: Collection[int]) -> None:
        """Take over what is known of these requirements, to which the same is applied there."""
        nodes = self.board.nodes
        is_same = other.figures is self.figures or other.figures.scale == self.figures.scale
        for index, met in other._met.items():  # noqa: SLF001 - another of the same class
            if nodes[index].line[1:2] and nodes[index].line[1] in tops:
                self._met[index] = met
        for index, worth in other._worth.items() if is_same else ():  # noqa: SLF001 - as above
            if nodes[index].line[1:2] and nodes[index].line[1] in tops:
                self._worth[index] = worth

    def is_met(self, index: int) -> bool:
        """Whether a requirement has everything that it asks for."""
        known = self._met.get(index)
        if known is None:
            known = self._met[index] = self._is_met(self.board.nodes[index])
        return known

    def counted(self, index: int) -> list[tuple[int, int]]:
        """The items that count for a requirement, each once with the first leaf that it is applied to."""
        if self.board.nodes[index].is_leaf:
            return [(index, item) for item in self.applied.get(index, ())]
        found: dict[int, int] = {}
        for leaf in self._whole_leaves(self.board.nodes[index]):
            for item in self.applied.get(leaf, ()):
                found.setdefault(item, leaf)
        return sorted((leaf, item) for item, leaf in found.items())

    def has_credits(self, index: int) -> bool:
        """Whether the credits that count for a requirement reach its minimum."""
        return self._has_credits(self.board.nodes[index], self.counted(index))

    def is_within(self, tops: Collection[int]) -> bool:
        """Whether what is applied exceeds no maximum in these top-level requirements, met or not."""
        nodes = (self.board.nodes[index] for index in self.figures.with_maxima)
        return all(self._is_within(node) for node in nodes if not node.line[1:] or node.line[1] in tops)

    def goals(self, tops: Sequence[int], stays: Iterable[tuple[int, int]] = ()) -> Mapping[Goal, int]:
        """The amount of every goal over some top-level requirements; `VERSION` is the whole board's."""
        nodes = self.board.nodes
        required = [top for top in tops if not nodes[top].is_optional]
        uses = [(leaf, item) for top in tops for leaf in nodes[top].leaves for item in self.applied.get(leaf, ())]
        views = [self.board.items[item].view for item in {item for _, item in uses}]
        fits = self.board.fits
        unit = model_value.unit(self.figures, tuple(tops))
        worth = sum([self.worth(top)[2] for top in required])
        return {
            Goal.VERSION: int(self.is_met(allocation_board.ROOT)),
            Goal.REQUIRED: sum(map(self.is_met, required)),
            Goal.OPTIONAL: sum(self.is_met(top) for top in tops if nodes[top].is_optional),
            Goal.VALUE: int(worth * (unit // self.figures.scale)),
            Goal.PARTS: sum(
                all(map(self.is_met, nodes[part].line[2:])) for part in model_goals.optional_parts(self.board, tops)
            ),
            Goal.PLANNED: -views.count(entries.View.PLANNED),
            Goal.RUNNING: -views.count(entries.View.IN_PROGRESS),
            Goal.OTHER: -sum(not fits[leaf][item].is_preferred for leaf, item in uses),
            Goal.COURSES: -len(views),
            Goal.USES: -len(uses),
            Goal.KEPT: len(set(uses).intersection(stays)),
            Goal.PLACE: -sum(tops.index(nodes[leaf].line[1]) for leaf, _ in uses),
        }

    def worth(self, index: int) -> Worth:
        """How full a requirement is, its weight and the product of both, in whole units of credit.

        A leaf is as full as the least of applied to needed, a node with parts as full as the parts that count.
        """
        if index not in self._worth:
            self._worth[index] = self._weigh(self.board.nodes[index])
        return self._worth[index]

    def _is_met(self, node: allocation_board.Node) -> bool:
        if node.is_waived:
            return True
        if node.needed_children and sum(map(self.is_met, node.choices)) < node.needed_children:
            return False
        if not (node.min_courses or node.min_credits or node.minima or node.averages):
            return True
        if not (node.children or node.min_credits or node.minima or node.averages):
            return len(self.applied.get(node.index, ())) >= node.min_courses
        uses = self.counted(node.index)
        if len(uses) < node.min_courses or not self._has_credits(node, uses):
            return False
        if any(self._measure(bound, uses) < self.figures.amount(bound) for bound in node.minima):
            return False
        is_root = node.index == allocation_board.ROOT
        return is_root or all(self._has_average(node, average) for average in node.averages)

    def _is_within(self, node: allocation_board.Node) -> bool:
        found: dict[int, int] = {}
        for leaf in node.leaves:
            for item in self.applied.get(leaf, ()):
                found.setdefault(item, leaf)
        uses = [(leaf, item) for item, leaf in found.items()]
        if node.max_courses is not None and len(uses) > node.max_courses:
            return False
        if node.max_credits is not None and self._credits(uses) > self.figures.of(node.max_credits):
            return False
        given = [self.board.use(leaf, item) for leaf, item in uses]
        return all(
            audit_constraints.measure(bound.constraint, given) <= bound.amount + audit_constraints.SLACK
            for bound in node.maxima
        )

    def _whole_leaves(self, node: allocation_board.Node) -> list[int]:
        if node.is_leaf:
            return [node.index]
        whole = [child for child in node.children if self.is_met(child)]
        return [leaf for child in whole for leaf in self._whole_leaves(self.board.nodes[child])]

    def _credits(self, uses: list[tuple[int, int]]) -> int:
        credits = self.figures.credits
        return sum([credits[leaf][item] for leaf, item in uses])

    def _has_credits(self, node: allocation_board.Node, uses: list[tuple[int, int]]) -> bool:
        amount, needed, tolerance = self._credits(uses), self.figures.needed(node), self.figures.tolerance
        if amount >= needed or not tolerance:
            return amount >= needed
        is_converted = any(self.board.fits[leaf][item].face.is_converted for leaf, item in uses)
        return is_converted and amount + tolerance >= needed

    def _measure(self, bound: allocation_board.Bound, uses: list[tuple[int, int]]) -> int:
        if bound.constraint.kind is Kind.MIN_DISTINCT_SUBJECTS:
            given = [self.board.use(leaf, item) for leaf, item in uses]
            return int(audit_constraints.measure(bound.constraint, given))
        return sum([self.figures.part(bound, leaf, item) for leaf, item in uses])

    def _has_average(self, node: allocation_board.Node, average: Decimal) -> bool:
        found = [
            graded
            for leaf, item in self.counted(node.index)
            if self.board.use(leaf, item).face.is_own
            for entry in self.board.items[item].used
            if (graded := averages.graded(entry, node.pool.institution_id)) is not None
        ]
        return bool(found) and sum(((got - average) * amount for got, amount in found), Decimal(0)) >= 0

    def _weigh(self, node: allocation_board.Node) -> Worth:
        if node.is_waived:
            return 1, 0, 0
        if node.is_leaf:
            weight = model_value.leaf_weight(self.figures, node)
            if self.is_met(node.index):
                return 1, weight, weight
            fraction = self._fraction(node)
            return fraction, weight, weight * fraction
        is_all = node.needed_children >= len(node.choices)
        best = [self.worth(child) for child in (node.choices if is_all else self.best_choices(node))]
        weight, weighted = sum([one[1] for one in best]), sum([one[2] for one in best])
        if weighted == weight and weight:
            return 1, weight, weight
        own = self._fraction(node)
        if not weight and node.min_credits:
            weight = self.figures.needed(node)
            weighted = weight * own
        return (Fraction(weighted, weight) if weight else own), weight, weighted

    def best_choices(self, node: allocation_board.Node) -> list[int]:
        """The children that count: those that are met, then the fullest, then those that need least, by position."""

        def order(child: int) -> tuple[bool, int | Fraction, int, int]:
            share, weight, _ = self.worth(child)
            return not self.is_met(child), -share, weight, child

        return sorted(node.choices, key=order)[: node.needed_children]

    def _fraction(self, node: allocation_board.Node) -> int | Fraction:
        """The least of applied to needed over the node's own minima, 0 without any; 1 where it is met."""
        if self.is_met(node.index):
            return 1
        uses = self.counted(node.index)
        shares: list[int | Fraction] = []
        if node.min_courses:
            shares.append(Fraction(len(uses), node.min_courses) if uses else 0)
        if node.min_credits:
            is_there = self._has_credits(node, uses)
            shares.append(1 if is_there else Fraction(self._credits(uses), self.figures.needed(node)))
        for bound in node.minima:
            amount = self.figures.amount(bound)
            if amount > 0:
                shares.append(Fraction(self._measure(bound, uses), amount))
        return min(*shares, 1) if shares else 0
