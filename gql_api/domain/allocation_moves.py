"""The moves of the allocation: give a leaf what it lacks, if need be out of another leaf that can be given back.

Counts are reached by augmenting paths: a leaf takes over an item whose holder finds another one, and so on. For
requirements that only count courses this never fails where any allocation succeeds. Credits are reached the same
way, and where maxima stand in the way by a bounded search over combinations.
"""

from gql_api.domain import allocation_board, allocation_state, audit_constraints

MOST_STEPS = 8_000
"""Leaves asked for one more item in one view; beyond it only free items are applied."""
MOST_COMBINATIONS = 400
"""Combinations tried at once for one leaf with maxima."""
COMBINATIONS_A_STEP = 10
"""Combinations that count as one step."""


class Moves:
    """Moves on one state. `steps` counts down, so that the work is bounded by its number and never by a clock."""

    def __init__(self, state: allocation_state.State) -> None:
        self.state = state
        self.board = state.board
        self.steps = MOST_STEPS

    def reach(self, leaf: int) -> bool:
        """Apply what the leaf lacks, or nothing."""
        mark = self.state.mark()
        while not self.state.is_met(leaf):
            if self._grow(leaf, {leaf}) or self._exchange(leaf, leaf):
                continue
            if self._combine(leaf):
                return True
            self.state.undo(mark)
            return False
        return True

    def grow(self, leaf: int) -> bool:
        """Apply one more item that the leaf lacks; a free one, or one whose holder finds another."""
        return self._grow(leaf, {leaf})

    def fill(self, leaf: int) -> None:
        """Apply free items as long as they bring the leaf nearer."""
        for item in self.board.order.get(leaf, ()):
            if self.state.is_met(leaf):
                return
            if self._is_free(leaf, item) and self.state.lacks(leaf, self.board.use(leaf, item)):
                self._put(leaf, item)

    def top_up(self, index: int) -> bool:
        """Bring a node with children to its own minima: more items in its leaves, more children, exchanges."""
        node = self.board.nodes[index]
        leaves = [leaf for leaf in node.leaves if self._is_open(index, leaf)]
        for leaf in leaves:
            for item in self.board.order.get(leaf, ()):
                if self._is_free(leaf, item) and self.state.lacks(index, self.board.use(leaf, item)):
                    self._put(leaf, item)
        return not self.is_short(index) or any(self._exchange(index, leaf) for leaf in leaves) or self._widen(index)

    def is_short(self, index: int) -> bool:
        """Whether a node lacks courses or credits beneath it, its children aside."""
        node = self.board.nodes[index]
        if self.state.courses(index) < node.min_courses or not self.state.has_credits(index):
            return True
        return not all(self.state.is_reached(index, bound) for bound in node.minima)

    def _widen(self, index: int) -> bool:
        """Take over an item for a node that lacks one, from outside of it."""
        beneath = set(self.board.nodes[index].leaves)
        for leaf in self.board.nodes[index].leaves:
            if not self._is_open(index, leaf):
                continue
            for item in self.board.order.get(leaf, ()):
                holder = self.state.holder(leaf, item)
                if holder is None or holder in beneath or not self.state.lacks(index, self.board.use(leaf, item)):
                    continue
                if self._take_over(leaf, item, holder, {leaf, holder}):
                    return True
        return False

    def _is_open(self, index: int, leaf: int) -> bool:
        """Whether surplus may go into the leaf: it and all nodes between are met, so that nothing is half done."""
        line = self.board.nodes[leaf].line
        between = line[line.index(index) + 1 :]
        return leaf in self.board.fits and all(self.state.is_met(above) for above in between)

    def _is_free(self, leaf: int, item: int) -> bool:
        return item not in self.state.applied[leaf] and self.state.holder(leaf, item) is None

    def _put(self, leaf: int, item: int) -> bool:
        if not self.state.fits_in(leaf, item):
            return False
        self.state.put(leaf, item)
        return True

    def _grow(self, leaf: int, visited: set[int]) -> bool:
        self.steps -= 1
        wanted = [
            item
            for item in self.board.order.get(leaf, ())
            if item not in self.state.applied[leaf] and self.state.lacks(leaf, self.board.use(leaf, item))
        ]
        if any(self._is_free(leaf, item) and self._put(leaf, item) for item in wanted):
            return True
        for item in wanted if self.steps >= 0 else ():
            holder = self.state.holder(leaf, item)
            if holder is None or holder in visited:
                continue
            visited.add(holder)
            if self._take_over(leaf, item, holder, visited):
                return True
            if self.board.nodes[holder].min_credits:
                visited.discard(holder)  # with credits it matters which item is taken
        return self._borrow(leaf, wanted)

    def _take_over(self, leaf: int, item: int, holder: int, visited: set[int]) -> bool:
        """Move an item to the leaf if its holder, and the requirement around that, stay as met as they were."""
        if not self.state.is_movable(holder, item):
            return False
        were_met = [above for above in self.board.nodes[holder].line if self.state.is_met(above)]
        mark = self.state.mark()
        self.state.take(holder, item)
        if self._put(leaf, item):
            while holder in were_met and not self.state.is_met(holder):
                if not self._grow(holder, visited):
                    break
            if holder in were_met and all(self.state.is_met(above) for above in were_met):
                return True
        self.state.undo(mark)
        return False

    def _borrow(self, leaf: int, wanted: list[int]) -> bool:
        for item in wanted:
            if self.state.is_lendable(leaf, item) and self.state.fits_in(leaf, item):
                self.state.put(leaf, item, is_loan=True)
                return True
        return False

    def _exchange(self, index: int, leaf: int) -> bool:
        """Replace an item that helps none of the node's constraints by a free one that it lacks."""
        minima = self.board.nodes[index].minima
        if all(self.state.is_reached(index, bound) for bound in minima):
            return False
        idle = [item for item in sorted(self.state.applied[leaf]) if not self._helps(minima, leaf, item)]
        for given in idle:
            if not self.state.is_movable(leaf, given):
                continue
            for item in self.board.order.get(leaf, ()):
                if not self._is_free(leaf, item) or not self._helps(minima, leaf, item):
                    continue
                mark = self.state.mark()
                were_met = [above for above in self.board.nodes[leaf].line if self.state.is_met(above)]
                self.state.take(leaf, given)
                if self._put(leaf, item) and all(map(self.state.is_met, were_met)):
                    return True
                self.state.undo(mark)
        return False

    def _helps(self, minima: tuple[allocation_board.Bound, ...], leaf: int, item: int) -> bool:
        use = self.board.use(leaf, item)
        return any(audit_constraints.contribution(bound.constraint, use) > 0 for bound in minima)

    def _combine(self, leaf: int) -> bool:
        """Search the combinations of what the leaf has and what is free, where maxima forbid simple growth."""
        node = self.board.nodes[leaf]
        if node.max_courses is None and node.max_credits is None and not self._has_maxima(leaf):
            return False
        kept = [item for item in self.state.applied[leaf] if not self.state.is_movable(leaf, item)]
        mark = self.state.mark()
        for item in sorted(self.state.applied[leaf]):
            if item not in kept and not self.state.is_borrowed(leaf, item):
                self.state.take(leaf, item)
        free = [item for item in self.board.order.get(leaf, ()) if self._is_free(leaf, item)]
        left = min(MOST_COMBINATIONS, max(self.steps, 0) * COMBINATIONS_A_STEP)
        begun = left

        def search(position: int) -> bool:
            nonlocal left
            left -= 1
            if self.state.is_met(leaf):
                return True
            if position == len(free) or left < 0:
                return False
            here = self.state.mark()
            if self._put(leaf, free[position]) and search(position + 1):
                return True
            self.state.undo(here)
            return search(position + 1)

        is_found = search(0)
        self.steps -= (begun - left) // COMBINATIONS_A_STEP
        if not is_found:
            self.state.undo(mark)
        return is_found

    def _has_maxima(self, leaf: int) -> bool:
        return any(self.board.nodes[above].maxima for above in self.board.nodes[leaf].line)
