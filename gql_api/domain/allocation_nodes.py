"""Meeting one node of the board: its leaves by moves, its children by choice, its own minima by what is left."""

from gql_api.domain import allocation_moves, allocation_state


class Nodes:
    """Meets nodes of one state, each wholly or not at all."""

    def __init__(self, state: allocation_state.State) -> None:
        self.state = state
        self.board = state.board
        self.moves = allocation_moves.Moves(state)
        self._least: dict[int, int] = {}

    def satisfy(self, index: int) -> bool:
        """Meet a node, or change nothing."""
        if self.state.is_met(index):
            return True
        mark = self.state.mark()
        node = self.board.nodes[index]
        is_met = self.moves.reach(index) if node.is_leaf else self._satisfy_children(index) and self.complete(index)
        if not is_met:
            self.state.undo(mark)
        return is_met

    def _satisfy_children(self, index: int) -> bool:
        node = self.board.nodes[index]
        needed, met = node.needed_children, 0
        for child in sorted(node.choices, key=lambda child: (not self.state.is_met(child), self.ease(child))):
            if met >= needed:
                return True
            if self.satisfy(child):
                met += 1
            elif len(node.choices) == needed:
                return False
        return met >= needed

    def complete(self, index: int) -> bool:
        """Reach a node's own minima when enough of its children are met, or come as near as possible."""
        while self.moves.is_short(index):
            before = self.state.mark()
            if self.moves.top_up(index) and self.state.mark() != before:
                continue
            if not self._meet_another(index):
                return False
        return self.state.is_met(index)

    def _meet_another(self, index: int) -> bool:
        """Meet one more child, if that brings its parent nearer."""
        before = self.state.mark()
        for child in sorted(self.board.nodes[index].children, key=self.ease):
            if not self.state.is_met(child) and self.satisfy(child) and self.state.mark() != before:
                return True
        return False

    def fewest(self, index: int) -> int:
        """A lower bound of the items that the node takes to be met."""
        if index not in self._least:
            node = self.board.nodes[index]
            amounts = (
                self.board.credits(leaf, item) for leaf in node.leaves for item in self.board.order.get(leaf, ())
            )
            largest = max(amounts, default=None)
            for_credits = 0 if not largest else int(-(-node.min_credits // largest))
            children = sorted(self.fewest(child) for child in node.choices)[: node.needed_children]
            self._least[index] = 0 if node.is_waived else max(node.min_courses, for_credits, sum(children))
        return self._least[index]

    def ease(self, index: int) -> tuple[int, int]:
        """The order in which children are tried: those that take the fewest items first."""
        return self.fewest(index), index
