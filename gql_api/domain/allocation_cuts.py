"""What keeps parts of patterns from adding up: of three things that are there once, two patterns cannot both use two.

A continuous choice takes parts of patterns, and where three patterns want each other's items it takes half of each. Of
three rows — a row is an item, or one pattern for a group — at most one pattern of a choice uses two or more. That is an
item of its own, so to say, which all such patterns use: with it in their masks the halves are gone, and no choice is.
"""

import itertools
from collections.abc import Mapping, Sequence

from gql_api.domain import bit_sets

MOST = 6
"""Cuts that are added at once."""
MOST_EACH = 2
"""Cuts of these that may be about the same row."""
_EXCESS = 0.02
"""By how much parts exceed a cut that is worth adding."""
_NOT_WHOLE = 1 - 1e-6
Cut = list[tuple[int, int]]
"""The patterns, by group and number, of which a choice takes one at most."""


def cuts(masks: Sequence[Sequence[int]], shares: Sequence[Mapping[int, float]]) -> list[Cut]:
    """Cuts that these parts of patterns exceed, those that are exceeded most first; none where there are no such.

    `masks` are the items of the patterns of each group, as bits, and `shares` the parts that are taken of them.
    """
    first = max([mask.bit_length() for mine in masks for mask in mine], default=0)
    split = [
        (masks[group][one] | 1 << first + group, part)
        for group, share in enumerate(shares)
        for one, part in share.items()
        if part < _NOT_WHOLE
    ]
    chosen = _chosen(_exceeded(split))
    return [
        [
            (group, one)
            for group, mine in enumerate(masks)
            for one, mask in enumerate(mine)
            if ((mask | 1 << first + group) & rows).bit_count() > 1
        ]
        for rows in chosen
    ]


def _exceeded(split: Sequence[tuple[int, float]]) -> list[tuple[float, int]]:
    """Three rows each of which two or more are used by too much of the patterns: by how much, and the rows as bits."""
    once = twice = 0
    for mask, _ in split:
        twice |= once & mask
        once |= mask
    pairs, triples, beside = dict[int, float](), dict[int, float](), dict[int, int]()
    for mask, part in split:
        mine = bit_sets.bits(mask & twice)
        for one, other in itertools.combinations(mine, 2):
            pairs[one | other] = pairs.get(one | other, 0.0) + part
            beside[one] = beside.get(one, 0) | other
        for one, other, third in itertools.combinations(mine, 3):
            triples[one | other | third] = triples.get(one | other | third, 0.0) + part
    found: list[tuple[float, int]] = []
    for one, after in beside.items():
        for other in bit_sets.bits(after):
            # Where two of the rows are never used together no more than the third allows uses two of them.
            for third in bit_sets.bits(after & beside.get(other, 0)):
                used = pairs[one | other] + pairs[one | third] + pairs[other | third]
                if used > 1 + _EXCESS:
                    rows = one | other | third
                    used -= 2 * triples.get(rows, 0.0)
                    if used > 1 + _EXCESS:
                        found.append((round(used, 6), rows))
    return found


def _chosen(exceeded: list[tuple[float, int]]) -> list[int]:
    """The rows of the cuts that are exceeded most, few of which are about the same."""
    chosen: list[int] = []
    for _, rows in sorted(exceeded, key=lambda one: (-one[0], one[1])):
        if all(sum([bool(other & bit) for other in chosen]) < MOST_EACH for bit in bit_sets.bits(rows)):
            chosen.append(rows)
            if len(chosen) == MOST:
                break
    return chosen
