"""Pairs of requirements that may count the same items: what they share, and whether that is within their caps."""

import itertools
from collections.abc import Collection, Sequence

from gql_api.domain import allocation_board, model, model_figures


def of(board: allocation_board.Board, tops: Collection[int]) -> list[allocation_board.Pair]:
    """The pairs of which both requirements are beneath these, and which let them count one item at least."""
    return [
        pair
        for pair in board.pairs
        if all(board.nodes[end].line[1] in tops for end in (pair.one, pair.other))
        and items(board, pair.one) & items(board, pair.other)
    ]


def shared(figures: model_figures.Figures, uses: Collection[tuple[int, int]]) -> list[int] | None:
    """The items that are used more than once, each as often as it is beyond the first; none where that is not allowed.

    An item counts for several leaves where a pair joins every two of them, within the caps of all pairs.
    """
    board, leaves = figures.board, dict[tuple[int, int], list[int]]()
    for leaf, item in uses:
        leaves.setdefault((board.nodes[leaf].domain, item), []).append(leaf)
    both: dict[int, list[int]] = {}
    found: list[int] = []
    for (_, item), here in leaves.items():
        found += [item] * (len(here) - 1)
        for one, other in itertools.combinations(here, 2):
            joining = [place for place, pair in enumerate(board.pairs) if model.joins(board, pair, one, other)]
            if not joining:
                return None
            for place in joining:
                credits = max(figures.credits[leaf][item] for leaf in (one, other))
                both.setdefault(place, []).append(credits)
    is_allowed = all(is_within(figures, board.pairs[place], amounts) for place, amounts in both.items())
    return found if is_allowed else None


def items(board: allocation_board.Board, end: int) -> int:
    """The items that fit beneath a requirement, as bits."""
    found = 0
    for leaf in board.nodes[end].leaves:
        if leaf in board.fits:
            found |= board.memo.mask(board.fits[leaf])
    return found


def is_within(figures: model_figures.Figures, pair: allocation_board.Pair, amounts: Sequence[int]) -> bool:
    """Whether a pair may share items of so many whole units of credit."""
    if pair.max_courses is not None and len(amounts) > pair.max_courses:
        return False
    return pair.max_credits is None or sum(amounts) <= figures.of(pair.max_credits)
