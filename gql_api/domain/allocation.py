"""The allocation: which item is applied to which requirement, so that as many requirements as possible are met.

The order of aims: required top-level requirements met, then optional ones, then as much as possible of the rest,
then preferred options. What is applied is irredundant: no item stays that its requirement does not need.

It is deterministic: the board is canonical, every choice is made in its order, and the work is bounded by counts.
For requirements that only count courses the number met is the greatest possible as long as `MOST_TRIES` and
`allocation_moves.MOST_STEPS` suffice; with credits, choices and constraints it is a good allocation, not a proven one.
"""

from collections.abc import Sequence

from gql_api.domain import allocation_board, allocation_nodes, allocation_settling, allocation_state

MOST_TRIES = 400
"""Requirements tried in search of a better combination of top-level requirements."""


def allocate(board: allocation_board.Board, start: Sequence[tuple[int, int]] = ()) -> allocation_state.State:
    """The allocation on this board. `start` are (leaf, item) pairs of a narrower view, whose requirements stay met."""
    state = allocation_state.State(board)
    _apply_forced(state)
    for leaf, item in start:
        _resume(state, leaf, item)
    allocator = _Allocator(state)
    required = [top for top in board.tops if not board.nodes[top].is_optional]
    for tops in (required, [top for top in board.tops if top not in required]):
        allocator.maximise(tops)
    allocation_settling.Settling(allocator.nodes).settle()
    return state


def _resume(state: allocation_state.State, leaf: int, item: int) -> None:
    if item not in state.board.fits.get(leaf, {}) or item in state.applied[leaf] or not state.fits_in(leaf, item):
        return
    if state.holder(leaf, item) is None:
        state.put(leaf, item)
    elif state.is_lendable(leaf, item):
        state.put(leaf, item, is_loan=True)


def _apply_forced(state: allocation_state.State) -> None:
    """An exception that forces an entry goes first, into the first leaf beneath its requirement that has room."""
    for leaf, fits in state.board.fits.items():
        for item in sorted(fits):
            if fits[item].is_forced and state.holder(leaf, item) is None and state.fits_in(leaf, item):
                state.put(leaf, item)
                state.fixed.add((leaf, item))


class _Allocator:
    def __init__(self, state: allocation_state.State) -> None:
        self.state = state
        self.board = state.board
        self.nodes = allocation_nodes.Nodes(state)
        self._flexible: dict[int, bool] = {}
        self._kept = frozenset(top for top in self.board.tops if state.is_met(top))

    def maximise(self, tops: Sequence[int]) -> None:
        """Meet as many of the requirements as possible, losing none that is met."""
        possible = [top for top in self._by_ease(tops) if self.state.is_met(top) or self._is_possible(top)]
        failed = [top for top in possible if not self._insert(top)]
        if failed:
            self._search(possible, failed)

    def _insert(self, top: int) -> bool:
        """Meet a top-level requirement, if need be by meeting another one in another way."""
        if self.nodes.satisfy(top):
            return True
        for rival in self._rivals(top):
            if not self._is_flexible(top) and not self._is_flexible(rival):
                continue  # augmenting paths have seen to it
            mark = self.state.mark()
            self.state.clear(rival)
            if self.nodes.satisfy(top) and self.nodes.satisfy(rival):
                return True
            self.state.undo(mark)
        return False

    def _is_flexible(self, top: int) -> bool:
        """Whether a requirement can be met in ways that taking over single items does not find."""
        if top not in self._flexible:
            self._flexible[top] = any(map(_has_ways, self._beneath(top)))
        return self._flexible[top]

    def _beneath(self, index: int) -> list[allocation_board.Node]:
        node = self.board.nodes[index]
        return [node, *(below for child in node.children for below in self._beneath(child))]

    def _rivals(self, top: int) -> list[int]:
        """The met requirements that hold items which this one could use."""
        holders = {
            self.board.nodes[holder].line[1]
            for leaf in self.board.nodes[top].leaves
            for item in self.board.order.get(leaf, ())
            if (holder := self.state.holder(leaf, item)) is not None
        }
        return [rival for rival in sorted(holders - {top}) if self.state.is_met(rival)]

    def _is_possible(self, top: int) -> bool:
        """Whether the requirement could be met if it had every item for itself."""
        return allocation_nodes.Nodes(allocation_state.State(self.board)).satisfy(top)

    def _search(self, tops: Sequence[int], failed: Sequence[int]) -> None:
        """Look for a larger set of requirements that can be met together, among those that compete.

        What a narrower view met stays where it is, though its items may still be exchanged.
        """
        rivals = self._competing(tops, failed)
        best = sum(self.state.is_met(top) for top in rivals)
        start, found = self.state.mark(), None
        tries = MOST_TRIES
        for rival in rivals:
            self.state.clear(rival)

        def dive(position: int, met: int) -> None:
            nonlocal best, found, tries
            if met > best:
                best, found = met, self.state.pairs()
            is_hopeless = met + len(rivals) - position <= best
            if position == len(rivals) or is_hopeless or tries <= 0 or self.nodes.moves.steps < 0:
                return
            tries -= 1
            here = self.state.mark()
            if self._insert(rivals[position]):
                dive(position + 1, met + 1)
            self.state.undo(here)
            dive(position + 1, met)

        dive(0, 0)
        self.state.undo(start)
        if found is not None:
            self._replace(found)

    def _replace(self, found: Sequence[tuple[int, int]]) -> None:
        wanted = set(found)
        for leaf, item in self.state.pairs():
            if (leaf, item) not in wanted:
                self.state.take(leaf, item)
        for leaf, item in found:
            if item not in self.state.applied[leaf]:
                self.state.put(leaf, item, is_loan=self.state.holder(leaf, item) is not None)

    def _competing(self, tops: Sequence[int], failed: Sequence[int]) -> list[int]:
        """The failed requirements and the met ones that compete with them, directly or through others."""
        wants = {top: self._wanted(top) for top in tops if self.state.is_met(top) or top in failed}
        group = set(failed)
        items = {item for top in group for item in wants[top]}
        while added := [top for top in wants if top not in group and not items.isdisjoint(wants[top])]:
            group.update(added)
            items.update(item for top in added for item in wants[top])
        return [top for top in tops if top in group and top not in self._kept]

    def _wanted(self, top: int) -> frozenset[tuple[int, int]]:
        return frozenset(
            (self.board.nodes[leaf].domain, item)
            for leaf in self.board.nodes[top].leaves
            for item in self.board.order.get(leaf, ())
        )

    def _by_ease(self, tops: Sequence[int]) -> list[int]:
        """Free electives last, since they take anything; then those with the least choice first."""
        return sorted(tops, key=lambda top: (self._is_residual(top), self._slack(top), top))

    def _is_residual(self, index: int) -> bool:
        return any(self.board.nodes[leaf].pool.is_residual for leaf in self.board.nodes[index].leaves)

    def _slack(self, top: int) -> int:
        return len(self._wanted(top)) - self.nodes.fewest(top)


def _has_ways(node: allocation_board.Node) -> bool:
    """Whether a node chooses among children, weighs credits, or is limited."""
    is_choice = node.needed_children < len(node.choices)
    is_limited = node.max_courses is not None or node.max_credits is not None or bool(node.maxima)
    return is_choice or node.min_credits > 0 or bool(node.minima) or is_limited
