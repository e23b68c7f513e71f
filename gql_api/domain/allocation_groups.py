"""The requirements of one component as groups of patterns: a choice takes one pattern of each group.

A requirement with few patterns is one group. Of a choice with more, every part is a group of its own, beside one that
says which parts count. Bits beyond those of the items keep them together: a part that is not met uses one bit, which
the pattern needs that counts it as met; a part that has anything uses another, which the patterns need that do not
count it at all.
"""

import itertools
import math
from collections.abc import Iterable, Sequence

from gql_api.domain import (
    allocation_board,
    allocation_node_patterns,
    allocation_patterns,
    allocation_relaxed,
    allocation_sharing,
)

MOST_PATTERNS = 1_500
"""Patterns of one group."""
FEW_PATTERNS = 150
"""Patterns of a choice; where there are more, its parts are groups of their own."""
MANY_LEAVES = 20
"""Leaves of a choice that is split without looking at its patterns."""
MOST_WAYS = 100
"""Ways to choose the parts of a choice that is split."""
Pattern = allocation_patterns.Pattern
Unsuited = allocation_patterns.Unsuited


def groups(relaxed: allocation_relaxed.Relaxed, tops: Sequence[int], kept: Iterable[int]) -> list[list[Pattern]]:
    """The groups of a component; only patterns that meet it of a requirement that is kept.

    Raises `Unsuited` where patterns cannot say all, or are too many.
    """
    found = _Groups(relaxed, tops)
    for top in tops:
        found.add(top, relaxed.scores.rewards[top] // relaxed.scores.value, is_kept=top in kept)
    return found.finished()


class _Groups:
    def __init__(self, relaxed: allocation_relaxed.Relaxed, tops: Sequence[int]) -> None:
        self._relaxed, self._tops = relaxed, tops
        self._in_one = allocation_sharing.whole(relaxed.figures.board, tops)
        self._scores, self._figures, self._nodes = relaxed.scores, relaxed.figures, relaxed.nodes
        self._first = self._next = 1 << len(self._figures.board.items)
        self._leaves = frozenset([leaf for top in tops for leaf in relaxed.below[top]])
        contested = self._twice([[leaf] for leaf in self._leaves])
        self._patterns = allocation_node_patterns.NodePatterns(relaxed, self._leaves, contested)
        self._found: list[tuple[int, list[Pattern]]] = []

    def finished(self) -> list[list[Pattern]]:
        """The groups, without items that only one of them could use."""
        beneath = [
            [leaf for leaf in self._nodes[owner].leaves if leaf in self._leaves] if owner else []
            for owner, _ in self._found
        ]
        disputed = self._twice(beneath) | (self._next - self._first)
        found = [allocation_patterns.masked(mine, disputed) for _, mine in self._found]
        found = allocation_sharing.with_sharing(self._relaxed, self._tops, beneath, found, self._next)
        return allocation_patterns.contested([allocation_patterns.undominated(mine) for mine in found])

    def add(self, index: int, reward: int, *, is_kept: bool, unmet: int = 0, some: int = 0) -> None:
        """Add the groups of a requirement. What does not meet it uses the bit `unmet`, what has anything `some`."""
        found, owner = self._few(index), index
        if found is None:
            found, owner = self._split(index, is_kept=is_kept, may_be_idle=bool(some)), allocation_board.ROOT
        group: list[Pattern] = []
        for one in found:
            if one.is_met:
                group.append(one._replace(mask=one.mask | some, value=one.value + reward))
            elif not is_kept:
                group.append(one._replace(mask=one.mask | unmet | (some if one.is_some else 0)))
        self._found.append((owner, group))

    def _few(self, index: int) -> list[Pattern] | None:
        """The patterns of a requirement; none where it is better split into its parts."""
        is_splittable = self._is_splittable(index)
        if is_splittable and sum([leaf in self._leaves for leaf in self._nodes[index].leaves]) > MANY_LEAVES:
            return None
        self._patterns.most = FEW_PATTERNS if is_splittable else MOST_PATTERNS
        try:
            return [*self._patterns.of(index, 0), allocation_patterns.NOTHING]
        except Unsuited:
            if is_splittable:
                return None
            raise

    def _is_splittable(self, index: int) -> bool:
        node = self._nodes[index]
        is_whole = node.is_leaf or index in self._in_one
        if is_whole or self._figures.is_free[index] or not self._relaxed.is_live(index):
            return False
        needed, choices = self._relaxed.choices[index]
        ways = math.comb(len(choices), min(needed, len(choices)))
        return (
            bool(needed) and not (node.min_credits or allocation_node_patterns.is_limited(node)) and ways <= MOST_WAYS
        )

    def _split(self, index: int, *, is_kept: bool, may_be_idle: bool) -> list[Pattern]:
        """Add the parts of a choice; the patterns that say which of them count."""
        needed, choices = self._relaxed.choices[index]
        is_possible, is_gaining = self._figures.is_possible[index], self._relaxed.is_gaining(index)
        needed = min(needed, len(choices))
        is_all = needed == len(choices)
        unmet, some = dict.fromkeys(choices, 0), dict.fromkeys(choices, 0)
        is_sure = is_all and is_kept
        for child in choices:
            if is_possible and not is_sure:
                unmet[child] = self._bit()
            if may_be_idle or not is_all:
                some[child] = self._bit()
            self.add(child, 0, is_kept=is_sure, unmet=unmet[child], some=some[child])
        nobody = sum(some.values())
        found = [allocation_patterns.NOTHING._replace(mask=nobody)] if may_be_idle or not is_gaining else []
        for chosen in itertools.combinations(choices, needed):
            others = nobody - sum([some[child] for child in chosen])
            if is_possible:
                whole = others + sum([unmet[child] for child in chosen])
                found.append(Pattern(whole, 0, 0, (), is_met=True, is_some=True))
            if is_gaining:
                found.append(Pattern(others, 0, 0, (), is_met=False, is_some=True))
        return found

    def _bit(self) -> int:
        self._next <<= 1
        return self._next >> 1

    def _twice(self, places: Iterable[Iterable[int]]) -> int:
        """The items that leaves of several of these places could use."""
        seen = twice = 0
        for leaves in places:
            mask = sum([1 << item for item in {item for leaf in leaves for item in self._scores.costs[leaf]}])
            twice |= seen & mask
            seen |= mask
        return twice
