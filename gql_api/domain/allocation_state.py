"""An allocation as it stands: which item is applied to which leaf, and what that amounts to for every node."""

from collections.abc import Iterable
from decimal import Decimal

from gql_api.domain import allocation_board, allocation_goals, audit_constraints, credits, model_figures


class State:
    """Items applied to the leaves of a board. `standing` judges what they meet; where it is at hand it is given."""

    def __init__(
        self,
        figures: model_figures.Figures,
        pairs: Iterable[tuple[int, int]],
        standing: allocation_goals.Standing | None = None,
    ) -> None:
        self.figures = figures
        self.board = figures.board
        self.standing = allocation_goals.Standing(figures, pairs) if standing is None else standing
        applied: list[tuple[int, ...]] = [()] * len(self.board.nodes)
        for leaf, found in self.standing.applied.items():
            applied[leaf] = tuple(found)
        self.applied = tuple(applied)
        self._beneath: dict[int, tuple[tuple[int, int], ...]] = {}
        self._credits: dict[int, Decimal] = {}

    def pairs(self) -> tuple[tuple[int, int], ...]:
        """Everything applied, as (leaf, item), in tree order."""
        return tuple([(leaf, item) for leaf, found in enumerate(self.applied) for item in found])

    def is_met(self, index: int) -> bool:
        """Whether a node has everything it asks for, judged by what is applied."""
        return self.standing.is_met(index)

    def has_credits(self, index: int) -> bool:
        """Whether the credits that count for a node reach its minimum, with the tolerance for converted credit."""
        return self.standing.has_credits(index)

    def beneath(self, index: int) -> tuple[tuple[int, int], ...]:
        """What is applied beneath a node, each item once, with the first leaf that it is applied to."""
        if index not in self._beneath:
            if not self.board.nodes[index].children:
                self._beneath[index] = tuple([(index, item) for item in self.applied[index]])
                return self._beneath[index]
            found: dict[int, int] = {}
            for leaf in self.board.nodes[index].leaves:
                for item in self.applied[leaf]:
                    found.setdefault(item, leaf)
            self._beneath[index] = tuple((leaf, item) for item, leaf in sorted(found.items()))
        return self._beneath[index]

    def courses(self, index: int) -> int:
        """How many items are applied beneath a node."""
        return len(self.beneath(index))

    def credits(self, index: int) -> Decimal:
        """The credits applied beneath a node, each item once."""
        if index not in self._credits:
            amounts = (self.board.credits(leaf, item) for leaf, item in self.beneath(index))
            self._credits[index] = sum(amounts, credits.ZERO)
        return self._credits[index]

    def uses(self, index: int) -> list[audit_constraints.Use]:
        """What is applied beneath a node, each item once, in canonical order."""
        return [self.board.use(leaf, item) for leaf, item in self.beneath(index)]

    def counted(self, index: int) -> list[audit_constraints.Use]:
        """What counts for what the node itself asks for: beneath a node with parts, only parts that are met."""
        if not model_figures.is_weighing(self.board.nodes[index]):
            return self.uses(index)
        return [self.board.use(leaf, item) for leaf, item in self.standing.counted(index)]

    def is_borrowed(self, leaf: int, item: int) -> bool:
        """Whether the leaf counts the item beside another leaf that would otherwise have used it up."""
        return bool(self.board.pairs) and any(
            item in self.applied[other]
            for other in range(leaf)
            if self.board.nodes[other].domain == self.board.nodes[leaf].domain
        )

    def fits_in(self, leaf: int, item: int) -> bool:
        """Whether no maximum at the leaf or above it forbids one more item."""
        amount = self.board.credits(leaf, item)
        for above in self.board.nodes[leaf].line:
            node = self.board.nodes[above]
            if node.max_courses is None and node.max_credits is None and not node.maxima:
                continue
            is_new = all(item != other for _, other in self.beneath(above))
            if node.max_courses is not None and self.courses(above) + is_new > node.max_courses:
                return False
            is_full = is_new and node.max_credits is not None and self.credits(above) + amount > node.max_credits
            if is_full or not self._within_maxima(node, leaf, item):
                return False
        return True

    def _within_maxima(self, node: allocation_board.Node, leaf: int, item: int) -> bool:
        uses = [*self.uses(node.index), self.board.use(leaf, item)]
        return all(
            audit_constraints.measure(bound.constraint, uses) <= bound.amount + audit_constraints.SLACK
            for bound in node.maxima
            if audit_constraints.contribution(bound.constraint, uses[-1])
        )
