"""Components that are nothing but slots, filled by augmenting paths at the least cost.

That is the best there is wherever every slot is filled and nothing that the slots leave out of account is missed.
"""

from collections.abc import Collection, Mapping, Sequence

from gql_api.domain import (
    allocation_board,
    allocation_bounds,
    allocation_goals,
    entries,
    flows,
    model_figures,
    model_goals,
    reductions,
)

_RANKS = {entries.View.PLANNED: 2, entries.View.IN_PROGRESS: 1, entries.View.COMPLETED: 0}
Stays = Collection[tuple[int, int]]


def filled(
    figures: model_figures.Figures, tops: tuple[int, ...], stays: Stays, *, is_forcing: bool
) -> flows.Filled | None:
    """The best allocation of a component that is slots; none where it is more, or cannot be filled."""
    board = figures.board
    leaves = [leaf for top in tops for leaf in board.nodes[top].leaves if board.fits.get(leaf)]
    is_plain = not (board.pairs or is_forcing) and len({board.nodes[leaf].domain for leaf in leaves}) == 1
    if not is_plain or any(figures.is_possible[part] for part in optional_parts(figures, tops)):
        return None
    slots = reductions.slots(figures, tops)
    if slots is None:
        return None
    found = flows.fill(slots, _costs(board, slots, stays))
    return found if found.violator is None and _is_best(figures, tops, found.pairs) else None


def optional_parts(figures: model_figures.Figures, tops: Sequence[int]) -> Sequence[int]:
    """The optional requirements beneath these that no choice counts."""
    return model_goals.optional_parts(figures.board, tops) if figures.has_optional_parts else ()


def has_most(figures: model_figures.Figures, tops: Sequence[int], standing: allocation_goals.Standing) -> bool:
    """Whether the required ones are worth what they could be if each had every item for itself."""
    return all(
        standing.worth(top)[2] >= allocation_bounds.worth(figures, top, is_met=figures.is_possible[top])
        for top in tops
        if not (figures.board.nodes[top].is_optional or figures.is_free[top])
        and not (standing.is_met(top) and allocation_bounds.is_settled(figures, top))
    )


def _costs(board: allocation_board.Board, slots: Sequence[flows.Slot], stays: Stays) -> Mapping[int, Mapping[int, int]]:
    """What an item costs in a leaf: planned, running, not preferred, moved, and its place among the items."""
    items = len(board.numbers) + 1
    places = {item: place for place, item in enumerate(board.numbers)}
    most = sum(slot.demand for slot in slots) + 1
    moved = most * items
    other = moved * most
    later = other * most
    ranks = {item: (0, later, later * most)[_RANKS[board.items[item].view]] for item in board.numbers}
    return {
        leaf: {
            item: ranks[item]
            + (0 if fit.is_preferred else other)
            + (0 if not stays or (leaf, item) in stays else moved)
            + places[item]
            for item, fit in board.fits[leaf].items()
        }
        for slot in slots
        for leaf in slot.room
    }


def _is_best(figures: model_figures.Figures, tops: tuple[int, ...], pairs: Collection[tuple[int, int]]) -> bool:
    """Whether filled slots meet all that can be met, so that what they left out of account does not matter."""
    standing = allocation_goals.Standing(figures, pairs)
    if any(figures.is_possible[top] and not standing.is_met(top) for top in tops):
        return False
    if not has_most(figures, tops, standing):
        return False
    placed = set(pairs)
    if any(len(placed.intersection(group)) > 1 for group in figures.once):
        return False
    nodes = figures.board.nodes
    if any(
        nodes[index].line[1:2] and nodes[index].line[1] in tops and not standing.is_met(index)
        for index in figures.with_minima
    ):
        return False
    root = nodes[allocation_board.ROOT]
    if root.minima and all(figures.is_possible[top] for top in root.choices) and not standing.is_met(root.index):
        return False
    return standing.is_within(tops)
