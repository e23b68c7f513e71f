"""After the top level is decided: what is not needed goes, what is left is used, and preferences are followed."""

from collections.abc import Callable

from gql_api.domain import allocation_nodes


class Settling:
    """Settles one state, in which no met requirement becomes unmet any more."""

    def __init__(self, nodes: allocation_nodes.Nodes) -> None:
        self.nodes = nodes
        self.state = nodes.state
        self.board = nodes.board

    def settle(self) -> None:
        """Drop what is not needed, then use what is left: for parts of unmet requirements, and for preferences."""
        tops = self.board.tops
        for top in tops:
            if self.state.is_met(top):
                self._prune(top, lambda top=top: self.state.is_met(top))
        unmet = [top for top in tops if not self.state.is_met(top)]
        for top in unmet:
            self._meet_parts(top)
        for top in unmet:
            self._fill_parts(top)
        for top in tops:
            self._meet_optional(top)
        for leaf in self.board.fits:
            self._prefer(leaf)

    def _prune(self, index: int, is_good: Callable[[], bool]) -> None:
        """Take away every child and then every item without which all stays good; the least wanted first."""
        for child in reversed(self._between(index)):
            mark = self.state.mark()
            self.state.clear(child)
            if not is_good():
                self.state.undo(mark)
        for leaf in reversed(self.board.nodes[index].leaves):
            for item in reversed(self.board.order.get(leaf, ())):
                if item not in self.state.applied[leaf] or not self.state.is_movable(leaf, item):
                    continue
                mark = self.state.mark()
                self.state.take(leaf, item)
                if not is_good() or self._is_half_done(index, leaf):
                    self.state.undo(mark)

    def _between(self, index: int) -> list[int]:
        """The nodes with children beneath a node, in tree order."""
        children = [child for child in self.board.nodes[index].children if not self.board.nodes[child].is_leaf]
        return [node for child in children for node in (child, *self._between(child))]

    def _is_half_done(self, index: int, leaf: int) -> bool:
        """Whether a node between the two has items without being met: it counts whole or not at all."""
        line = self.board.nodes[leaf].line
        return any(
            self.state.courses(above) and not self.state.is_met(above) for above in line[line.index(index) + 1 : -1]
        )

    def _meet_parts(self, index: int) -> None:
        """Meet what can be met beneath an unmet node."""
        node = self.board.nodes[index]
        met = sum(map(self.state.is_met, node.choices))
        for child in sorted(node.choices, key=self.nodes.ease):
            if met >= node.needed_children:
                break
            if not self.state.is_met(child) and self.nodes.satisfy(child):
                met += 1
        for child in node.choices:
            if not self.state.is_met(child) and len(node.choices) == node.needed_children:
                self._meet_parts(child)

    def _fill_parts(self, index: int) -> None:
        """Apply free items where they bring an unmet node nearer; of a choice, to as many children as it needs."""
        node = self.board.nodes[index]
        if self.state.is_met(index) or node.is_waived:
            return
        if node.is_leaf:
            self.nodes.moves.fill(index)
            return
        unmet = [child for child in node.choices if not self.state.is_met(child)]
        missing = node.needed_children - (len(node.choices) - len(unmet))
        for child in sorted(unmet, key=lambda child: (-self._share(child), self.nodes.ease(child)))[: max(missing, 0)]:
            self._fill_parts(child)
        self.nodes.complete(index)

    def _share(self, index: int) -> float:
        """How much of a node is or could be filled with free items, roughly: items at hand by items needed."""
        node = self.board.nodes[index]
        at_hand = {
            item
            for leaf in node.leaves
            for item in self.board.order.get(leaf, ())
            if self.state.holder(leaf, item) in {None, leaf}
        }
        return min(1.0, len(at_hand) / max(self.nodes.fewest(index), 1))

    def _meet_optional(self, index: int) -> None:
        """Meet optional parts with what nothing else needs."""
        for child in self.board.nodes[index].children:
            node = self.board.nodes[child]
            if node.is_optional and not self.state.is_met(child) and self.nodes.satisfy(child):
                self._prune(child, lambda child=child: self.state.is_met(child))
            self._meet_optional(child)

    def _prefer(self, leaf: int) -> None:
        """Exchange applied items for free ones that are earned earlier or preferred, if all stays as it is."""
        for item in sorted(self.state.applied[leaf], key=lambda item: self._liking(leaf, item), reverse=True):
            if not self.state.is_movable(leaf, item) or self.state.is_borrowed(leaf, item):
                continue
            for other in sorted(self.board.fits[leaf], key=lambda other: self._liking(leaf, other)):
                if self._liking(leaf, other) >= self._liking(leaf, item):
                    break
                if self.state.holder(leaf, other) is None and self._swap(leaf, item, other):
                    break

    def _liking(self, leaf: int, item: int) -> tuple[bool, int, bool]:
        fit, found = self.board.fits[leaf][item], self.board.items[item]
        return not found.pinned_keys, found.view.rank, not fit.is_preferred

    def _swap(self, leaf: int, item: int, other: int) -> bool:
        line = self.board.nodes[leaf].line
        were_met = [above for above in line if self.state.is_met(above)]
        amounts = self.state.credits(leaf)
        mark = self.state.mark()
        self.state.take(leaf, item)
        if self.state.fits_in(leaf, other):
            self.state.put(leaf, other)
            is_as_good = leaf in were_met or self.state.credits(leaf) >= amounts
            if is_as_good and all(self.state.is_met(above) for above in were_met):
                return True
        self.state.undo(mark)
        return False
