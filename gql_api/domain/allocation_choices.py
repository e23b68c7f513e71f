"""The best allocation of a component as a choice of one pattern for each requirement, judged afresh."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from gql_api.domain import (
    allocation_board,
    allocation_goals,
    allocation_groups,
    allocation_packing,
    allocation_patterns,
    allocation_relaxed,
    bit_sets,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The best allocation of a component, what it amounts to, and how many choices and bounds prove it."""

    pairs: tuple[tuple[int, int], ...]
    standing: allocation_goals.Standing
    steps: int


def best(relaxed: allocation_relaxed.Relaxed, tops: Sequence[int], kept: Collection[int]) -> Chosen | None:
    """The best allocation in which `kept` requirements are met.

    None where there is none, where patterns cannot say all that the requirements ask for, or where too many would have
    to be tried.
    """
    scores, figures = relaxed.scores, relaxed.figures
    leaves = [leaf for top in tops for leaf in relaxed.below[top]]
    if figures.once or any(figures.board.nodes[leaf].domain != allocation_board.EVERYWHERE for leaf in leaves):
        return None
    try:
        groups = allocation_groups.groups(relaxed, tops, [top for top in kept if figures.is_possible[top]])
        packed = allocation_packing.packed(groups, max(scores.rewards.values()) // scores.value)
    except (allocation_patterns.Unsuited, allocation_packing.TooManyError):
        return None
    if packed is None:
        return None
    parts = [part for one in packed.chosen for part in one.parts]
    pairs = tuple(sorted([(leaf, item) for leaf, mask in parts for item in bit_sets.places(mask)]))
    bound = sum([one.value * scores.value - one.cost for one in packed.chosen])
    score, standing = scores.judged(tops, pairs)
    # Patterns leave out nothing that lowers a bound: an allocation that is worth it is the best there is.
    return Chosen(pairs=pairs, standing=standing, steps=packed.steps) if score == bound else None
