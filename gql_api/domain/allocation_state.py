"""The state of an allocation in progress: which item is applied to which leaf, and what that amounts to.

Every change can be undone, so that a try costs only what it changed.
"""

from collections.abc import Iterable
from decimal import Decimal

from gql_api.domain import allocation_board, audit_constraints, credits

SLACK = audit_constraints.SLACK


class State:
    """Items applied to leaves. An item has one holder in each domain of exclusivity; others may borrow it."""

    def __init__(self, board: allocation_board.Board) -> None:
        size = len(board.nodes)
        self.board = board
        self.applied: list[set[int]] = [set() for _ in range(size)]
        self.fixed: set[tuple[int, int]] = set()
        self._holder: dict[tuple[int, int], int] = {}
        self._borrowed: set[tuple[int, int]] = set()
        self._lent: dict[tuple[int, int], int] = {}
        self._beneath: list[dict[int, int]] = [{} for _ in range(size)]
        self._credits: list[Decimal] = [credits.ZERO] * size
        self._converted: list[int] = [0] * size
        self._journal: list[tuple[bool, int, int, bool]] = []
        self._parts: dict[tuple[int, int], Decimal] = {}

    def mark(self) -> int:
        """Where the state is now, to come back to."""
        return len(self._journal)

    def undo(self, mark: int) -> None:
        """Come back to a mark."""
        while len(self._journal) > mark:
            is_put, leaf, item, is_loan = self._journal.pop()
            if is_put:
                self._remove(leaf, item)
            else:
                self._insert(leaf, item, is_loan=is_loan)

    def put(self, leaf: int, item: int, *, is_loan: bool = False) -> None:
        """Apply a free item to a leaf, or lend it one that another leaf holds."""
        self._insert(leaf, item, is_loan=is_loan)
        self._journal.append((True, leaf, item, is_loan))

    def take(self, leaf: int, item: int) -> None:
        """Take an item away from a leaf."""
        is_loan = (leaf, item) in self._borrowed
        self._remove(leaf, item)
        self._journal.append((False, leaf, item, is_loan))

    def clear(self, node: int) -> None:
        """Take away everything beneath a node that is not fixed or lent."""
        for leaf in self.board.nodes[node].leaves:
            for item in sorted(self.applied[leaf]):
                if self.is_movable(leaf, item):
                    self.take(leaf, item)

    def holder(self, leaf: int, item: int) -> int | None:
        """The leaf that has used up the item, seen from `leaf`."""
        return self._holder.get((self.board.nodes[leaf].domain, item))

    def is_movable(self, leaf: int, item: int) -> bool:
        """Whether the item may be taken from the leaf: no exception holds it there, and it is lent to none."""
        return (leaf, item) not in self.fixed and (self.board.nodes[leaf].domain, item) not in self._lent

    def is_borrowed(self, leaf: int, item: int) -> bool:
        """Whether the leaf counts the item beside its holder."""
        return (leaf, item) in self._borrowed

    def is_lendable(self, leaf: int, item: int) -> bool:
        """Whether `leaf` may count an item that another leaf holds, within the caps of the pairs that say so."""
        holder = self.holder(leaf, item) if self.board.pairs else None
        if holder is None or (self.board.nodes[leaf].domain, item) in self._lent:
            return False
        return any(
            self._has_room(pair, self.board.credits(leaf, item))
            for pair in self.board.pairs
            if self._joins(pair, leaf, holder)
        )

    def fits_in(self, leaf: int, item: int) -> bool:
        """Whether no maximum at the leaf or above it forbids one more item."""
        amount = self.board.credits(leaf, item)
        for above in self.board.nodes[leaf].line:
            node = self.board.nodes[above]
            is_new = item not in self._beneath[above]
            if node.max_courses is not None and len(self._beneath[above]) + is_new > node.max_courses:
                return False
            if node.max_credits is not None and is_new and self._credits[above] + amount > node.max_credits + SLACK:
                return False
            if node.maxima and not self._within_maxima(above, leaf, item):
                return False
        return True

    def is_met(self, index: int) -> bool:
        """Whether a node has everything it asks for, judged by what is applied."""
        node = self.board.nodes[index]
        if node.is_waived:
            return True
        if len(self._beneath[index]) < node.min_courses or not self.has_credits(index):
            return False
        if node.needed_children and sum(map(self.is_met, node.choices)) < node.needed_children:
            return False
        return all(self.is_reached(index, bound) for bound in node.minima)

    def has_credits(self, index: int) -> bool:
        """Whether the credits beneath a node reach its minimum, with the tolerance for converted credit."""
        tolerance = self.board.tolerance if self._converted[index] else credits.ZERO
        return self._credits[index] + tolerance >= self.board.nodes[index].min_credits - SLACK

    def is_reached(self, index: int, bound: allocation_board.Bound) -> bool:
        """Whether a constraint's minimum is reached beneath a node."""
        return self._measured(bound, self.uses(index)) >= bound.amount - SLACK

    def lacks(self, index: int, use: audit_constraints.Use) -> bool:
        """Whether the item would bring a node nearer to one of its own minima."""
        node = self.board.nodes[index]
        if len(self._beneath[index]) < node.min_courses:
            return True
        if use.face.credits > 0 and not self.has_credits(index):
            return True
        return any(self._part(bound, use) > 0 and not self.is_reached(index, bound) for bound in node.minima)

    def courses(self, index: int) -> int:
        """How many items are applied beneath a node."""
        return len(self._beneath[index])

    def credits(self, index: int) -> Decimal:
        """The credits applied beneath a node, each item once."""
        return self._credits[index]

    def uses(self, index: int) -> list[audit_constraints.Use]:
        """What is applied beneath a node, each item once, in canonical order."""
        found: dict[int, int] = {}
        for leaf in self.board.nodes[index].leaves:
            for item in self.applied[leaf]:
                found.setdefault(item, leaf)
        return [self.board.use(found[item], item) for item in sorted(found)]

    def pairs(self) -> tuple[tuple[int, int], ...]:
        """Everything applied, as (leaf, item), in tree order."""
        return tuple((leaf, item) for leaf, found in enumerate(self.applied) for item in sorted(found))

    def unused(self, items: Iterable[int]) -> list[int]:
        """Those of the items that nothing exclusive holds."""
        return [item for item in items if (allocation_board.EVERYWHERE, item) not in self._holder]

    def _insert(self, leaf: int, item: int, *, is_loan: bool) -> None:
        node = self.board.nodes[leaf]
        self.applied[leaf].add(item)
        if is_loan:
            self._borrowed.add((leaf, item))
            self._lent[node.domain, item] = leaf
        else:
            self._holder[node.domain, item] = leaf
        fit = self.board.fits[leaf][item]
        for above in node.line:
            times = self._beneath[above].get(item, 0)
            self._beneath[above][item] = times + 1
            if not times:
                self._credits[above] += fit.face.credits
                self._converted[above] += fit.face.is_converted

    def _remove(self, leaf: int, item: int) -> None:
        node = self.board.nodes[leaf]
        self.applied[leaf].discard(item)
        if (leaf, item) in self._borrowed:
            self._borrowed.discard((leaf, item))
            del self._lent[node.domain, item]
        else:
            del self._holder[node.domain, item]
        fit = self.board.fits[leaf][item]
        for above in node.line:
            times = self._beneath[above][item] - 1
            if times:
                self._beneath[above][item] = times
                continue
            del self._beneath[above][item]
            self._credits[above] -= fit.face.credits
            self._converted[above] -= fit.face.is_converted

    def _within_maxima(self, index: int, leaf: int, item: int) -> bool:
        use = self.board.use(leaf, item)
        touched = [bound for bound in self.board.nodes[index].maxima if self._part(bound, use)]
        if not touched:
            return True
        uses = [*self.uses(index), use]
        return all(self._measured(bound, uses) <= bound.amount + SLACK for bound in touched)

    def _measured(self, bound: allocation_board.Bound, uses: list[audit_constraints.Use]) -> Decimal:
        """`audit_constraints.measure`, which for plain sums adds up what was worked out once."""
        if bound.constraint.kind in audit_constraints.BY_SUBJECT:
            return audit_constraints.measure(bound.constraint, uses)
        return sum((self._part(bound, use) for use in uses), credits.ZERO)

    def _part(self, bound: allocation_board.Bound, use: audit_constraints.Use) -> Decimal:
        """What one item adds to a bound. The board holds both for as long as the state lives, so ids name them."""
        key = (id(bound), id(use))
        part = self._parts.get(key)
        if part is None:
            part = self._parts[key] = audit_constraints.contribution(bound.constraint, use)
        return part

    def _joins(self, pair: allocation_board.Pair, leaf: int, holder: int) -> bool:
        mine, theirs = self.board.nodes[leaf].line, self.board.nodes[holder].line
        return (pair.one in mine and pair.other in theirs) or (pair.other in mine and pair.one in theirs)

    def _has_room(self, pair: allocation_board.Pair, amount: Decimal) -> bool:
        shared = [
            self.board.credits(leaf, item)
            for leaf, item in self._borrowed
            if (holder := self.holder(leaf, item)) is not None and self._joins(pair, leaf, holder)
        ]
        if pair.max_courses is not None and len(shared) + 1 > pair.max_courses:
            return False
        return pair.max_credits is None or sum(shared, amount) <= pair.max_credits + SLACK
