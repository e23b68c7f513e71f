"""Keeping courses where a narrower view has them, as far as that costs a wider view nothing."""

from collections.abc import Sequence
from decimal import Decimal

from gql_api.domain import allocation_state


def restore(state: allocation_state.State, wanted: Sequence[tuple[int, int]]) -> None:
    """Bring items back to the leaves that `wanted` names, where no requirement becomes unmet or has less.

    Each pair is tried once: as it is, in place of one item there, or exchanged with one.
    """
    wishes = set(wanted)
    for leaf, item in wanted:
        if item in state.board.fits.get(leaf, {}) and item not in state.applied[leaf]:
            _bring(state, leaf, item, wishes)


def _bring(state: allocation_state.State, leaf: int, item: int, wishes: set[tuple[int, int]]) -> None:
    elsewhere = state.holder(leaf, item)
    if elsewhere is not None and ((elsewhere, item) in wishes or not state.is_movable(elsewhere, item)):
        return
    before = _standing(state)
    for other in sorted(state.applied[leaf]):
        if (leaf, other) in wishes or not state.is_movable(leaf, other) or state.is_borrowed(leaf, other):
            continue
        mark = state.mark()
        state.take(leaf, other)
        if elsewhere is not None:
            state.take(elsewhere, item)
        if state.fits_in(leaf, item):
            state.put(leaf, item)
            if elsewhere is not None and other in state.board.fits[elsewhere] and state.fits_in(elsewhere, other):
                state.put(elsewhere, other)
            if _is_as_good(before, _standing(state)):
                return
        state.undo(mark)


def _standing(state: allocation_state.State) -> list[tuple[bool, int, Decimal]]:
    nodes = range(1, len(state.board.nodes))
    return [(state.is_met(node), state.courses(node), state.credits(node)) for node in nodes]


def _is_as_good(before: list[tuple[bool, int, Decimal]], after: list[tuple[bool, int, Decimal]]) -> bool:
    """Whether no met node became unmet, and no unmet one has less."""
    return all(
        now[0] if was[0] else now[1] >= was[1] and now[2] >= was[2] for was, now in zip(before, after, strict=True)
    )
