"""What needs no search: independent components, and requirements that are nothing but slots to fill with items.

A requirement is slots where it asks for numbers of courses (or for credits of equal courses) of its leaves, of all of
its children, or of so many of them as can be met at all. Minima, maxima and averages of its own are left out: what
fills the slots solves the requirement if it keeps these too, which is checked afterwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gql_api.domain import allocation_board, flows, model_figures, model_value


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """Top-level requirements that compete for items, directly or through others, and for none outside."""

    tops: tuple[int, ...]


def components(figures: model_figures.Figures, tops: Sequence[int]) -> tuple[Component, ...]:
    """The independent parts of a board; one where a limit of the whole program ties everything together."""
    board, ties = figures.board, _Ties(tops)
    root = board.nodes[allocation_board.ROOT]
    if root.maxima or root.minima:
        ties.join(tops)
    seen: list[tuple[int, int]] = []
    for top in tops:
        # Across domains an item is not used up, yet the number of courses depends on who shares it.
        items = 0
        for leaf in board.nodes[top].leaves:
            if leaf in board.fits:
                items |= board.memo.mask(board.fits[leaf])
        for other, others in seen:
            if items & others:
                ties.join((other, top))
                items |= others
        seen = [one for one in seen if not one[1] & items]
        seen.append((top, items))
    for group in figures.once:
        ties.join([board.nodes[leaf].line[1] for leaf, _ in group])
    for pair in board.pairs:
        ties.join([board.nodes[end].line[1] for end in (pair.one, pair.other)])
    return tuple(Component(tops=tuple(group)) for group in ties.groups())


class _Ties:
    """Requirements that are tied to one another; the first of a group stands for it."""

    def __init__(self, tops: Sequence[int]) -> None:
        self.chief = {top: top for top in tops}

    def find(self, top: int) -> int:
        """The requirement that stands for the group of another."""
        while self.chief[top] != top:
            top = self.chief[top]
        return top

    def join(self, tops: Sequence[int]) -> None:
        """Tie requirements together; those of no interest are passed over."""
        known = [top for top in tops if top in self.chief]
        for top in known[1:]:
            first, second = sorted((self.find(known[0]), self.find(top)))
            self.chief[second] = first

    def groups(self) -> list[list[int]]:
        """The groups, by their first requirements."""
        found: dict[int, list[int]] = {}
        for top in self.chief:
            found.setdefault(self.find(top), []).append(top)
        return [group for _, group in sorted(found.items())]


def slots(figures: model_figures.Figures, tops: Sequence[int]) -> list[flows.Slot] | None:
    """The slots of requirements, with demands that the items which fit could meet; none where they are more."""
    found: list[flows.Slot] = []
    for top in tops:
        node = figures.board.nodes[top]
        if node.is_optional and not figures.is_possible[top]:
            continue
        mine = _slots(figures, node, is_possible=figures.is_possible[top])
        if mine is None:
            return None
        found += mine
    return found


def _slots(
    figures: model_figures.Figures, node: allocation_board.Node, *, is_possible: bool
) -> list[flows.Slot] | None:
    """The slots of a node. Only beneath what can be met are the parts that can be met the ones that count."""
    if figures.is_free[node.index] or not _has_fits(figures, node):
        return []
    if node.is_leaf:
        return _leaf(figures, node)
    needed, choices = figures.choices(node)
    if not needed or not any(model_value.has_weight(figures, figures.board.nodes[one]) for one in choices):
        return _weighing(figures, node)
    fitting = [one for one in choices if _has_fits(figures, figures.board.nodes[one])]
    possible = [one for one in fitting if figures.is_possible[one]]
    if len(fitting) > needed:
        if all(_is_unit(figures, one) for one in fitting):
            room = dict.fromkeys(fitting, 1)
            return [flows.Slot(demand=needed, room=room)]
        if len(possible) != needed or not is_possible:
            return None
        fitting = possible
    found: list[flows.Slot] = []
    for child in fitting:
        mine = _slots(figures, figures.board.nodes[child], is_possible=is_possible)
        if mine is None:
            return None
        found += mine
    return found


def _leaf(figures: model_figures.Figures, node: allocation_board.Node) -> list[flows.Slot] | None:
    fits = figures.board.fits[node.index]
    demand = node.min_courses
    if node.min_credits:
        amounts = set(figures.credits[node.index].values())
        if len(amounts) > 1 or 0 in amounts or node.min_courses:
            return None
        demand = -(-figures.needed(node) // amounts.pop())
    if not demand:
        return None
    most = len(fits) if node.max_courses is None else min(len(fits), node.max_courses)
    return [flows.Slot(demand=min(demand, most), room={node.index: most})]


def _weighing(figures: model_figures.Figures, node: allocation_board.Node) -> list[flows.Slot] | None:
    """A node that asks for credits beneath it and for no child: one slot, where every child is one course."""
    fitting = [one for one in node.children if _has_fits(figures, figures.board.nodes[one])]
    if not node.min_credits or not all(_is_unit(figures, one) for one in fitting):
        return None
    amounts = {amount for one in fitting for amount in figures.credits[one].values()}
    if len(amounts) != 1 or 0 in amounts:
        return None
    demand = -(-figures.needed(node) // amounts.pop())
    return [flows.Slot(demand=min(demand, len(fitting)), room=dict.fromkeys(fitting, 1))]


def _is_unit(figures: model_figures.Figures, index: int) -> bool:
    """Whether a requirement is one course of a pool, and nothing else."""
    node = figures.board.nodes[index]
    is_plain = not (node.min_credits or node.minima or node.averages or figures.is_free[index])
    return node.is_leaf and is_plain and node.min_courses == 1


def _has_fits(figures: model_figures.Figures, node: allocation_board.Node) -> bool:
    return any(figures.board.fits.get(leaf) for leaf in node.leaves)
