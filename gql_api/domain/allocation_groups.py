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
    allocation_patterns,
    allocation_relaxed,
    allocation_tables,
    model_value,
)

MOST_PATTERNS = 1_500
"""Patterns of one group."""
FEW_PATTERNS = 48
"""Patterns of a choice; where there are more, its parts are groups of their own."""
MANY_LEAVES = 12
"""Leaves of a choice that is split without looking at its patterns."""
MOST_WAYS = 100
"""Ways to choose the parts of a choice that is split."""
_EACH = 8
"""Pairs of patterns that are looked at for each one that may be left."""
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
        self._relaxed = relaxed
        self._scores, self._figures, self._nodes = relaxed.scores, relaxed.figures, relaxed.nodes
        self._first = self._next = 1 << len(self._figures.board.items)
        self._leaves = frozenset([leaf for top in tops for leaf in relaxed.below[top]])
        self._contested = self._twice([[leaf] for leaf in self._leaves])
        self._most = MOST_PATTERNS
        self._found: list[tuple[int, list[Pattern]]] = []

    def finished(self) -> list[list[Pattern]]:
        """The groups, without items that only one of them could use."""
        beneath = [
            [leaf for leaf in self._nodes[owner].leaves if leaf in self._leaves] if owner else []
            for owner, _ in self._found
        ]
        disputed = self._twice(beneath) | (self._next - self._first)
        return [
            allocation_patterns.undominated([one._replace(mask=one.mask & disputed) for one in found])
            for _, found in self._found
        ]

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
        self._most = FEW_PATTERNS if is_splittable else MOST_PATTERNS
        try:
            return [*self._node(index, is_weighed=False), allocation_patterns.NOTHING]
        except Unsuited:
            if is_splittable:
                return None
            raise

    def _is_splittable(self, index: int) -> bool:
        node = self._nodes[index]
        if node.is_leaf or self._figures.is_free[index] or not self._relaxed.is_live(index):
            return False
        needed, choices = self._relaxed.choices[index]
        ways = math.comb(len(choices), min(needed, len(choices)))
        return bool(needed) and not (node.min_credits or _is_limited(node)) and ways <= MOST_WAYS

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

    def _node(self, index: int, *, is_weighed: bool) -> list[Pattern]:
        """The patterns of a node that use anything, or meet it without."""
        if self._figures.is_free[index]:
            return [allocation_patterns.FREE]
        if not self._relaxed.is_live(index):
            return []
        node = self._nodes[index]
        if is_weighed and self._may_have_more(node):
            raise Unsuited
        if not node.children:
            if node.averages:
                raise Unsuited
            return self._best(self._leaf(node, is_weighed=is_weighed), is_weighed=is_weighed)
        needed = self._relaxed.choices[index][0]
        if _is_limited(node) or (needed and node.min_credits):
            raise Unsuited
        if needed:
            return self._choice(node, is_weighed=is_weighed)
        return self._weighing(node, is_weighed=is_weighed) if node.min_credits else []

    def _may_have_more(self, node: allocation_board.Node) -> bool:
        """Whether a part may have more than it needs, which patterns leave out, though credits above it count that."""
        if not node.children:
            return len(self._scores.costs[node.index]) > node.min_courses
        needed, choices = self._relaxed.choices[node.index]
        return not needed or needed < len(choices) or len(choices) < len(node.children)

    def _choice(self, node: allocation_board.Node, *, is_weighed: bool) -> list[Pattern]:
        """As many parts as are needed, those that are met or, where it is not, those that have anything."""
        needed, choices = self._relaxed.choices[node.index]
        is_gaining, is_possible = self._relaxed.is_gaining(node.index), self._figures.is_possible[node.index]
        states: list[list[Pattern]] = [[allocation_patterns.FREE], *[list[Pattern]() for _ in range(needed)]]
        for child in choices:
            mine = [one for one in self._node(child, is_weighed=is_weighed) if is_gaining or one.is_met]
            if len(mine) * sum(map(len, states)) > _EACH * self._most:
                raise Unsuited
            for number in range(needed, 0, -1):
                more = allocation_patterns.joined(states[number - 1], mine)
                states[number] = self._best([*states[number], *more], is_weighed=is_weighed)
        found = [one for one in states[needed] if one.is_met and is_possible]
        if is_gaining:
            some = [one for number, given in enumerate(states) for one in given if number < needed or not one.is_met]
            found += [one._replace(is_met=False) for one in some if one.is_some]
        return self._best(found, is_weighed=is_weighed)

    def _weighing(self, node: allocation_board.Node, *, is_weighed: bool) -> list[Pattern]:
        """Parts that are met, until their credits are enough."""
        figures = self._figures
        if figures.tolerance:
            raise Unsuited
        needed, states = figures.needed(node), [allocation_patterns.FREE]
        for child in node.children:
            if figures.is_free[child]:
                if any(leaf in self._leaves for leaf in self._nodes[child].leaves):
                    raise Unsuited
                continue
            mine = [one for one in self._node(child, is_weighed=True) if one.is_met]
            more = allocation_patterns.joined([one for one in states if one.credits < needed], mine)
            states = self._best([*states, *more], is_weighed=True)
        whole, found = self._whole(node), list[Pattern]()
        for one in states:
            if one.credits >= needed and figures.is_possible[node.index]:
                found.append(one._replace(value=whole))
            elif whole and one.credits:
                value = whole // needed * min(one.credits, needed)
                found.append(one._replace(value=value, is_met=False))
        return self._best(found, is_weighed=is_weighed)

    def _leaf(self, node: allocation_board.Node, *, is_weighed: bool) -> Iterable[Pattern]:
        leaf, figures = node.index, self._figures
        amounts, costs = figures.credits[leaf], self._scores.costs[leaf]
        order = sorted(costs)
        table = allocation_tables.table(figures, node, order, costs, self._whole(node))
        contested, is_possible = self._contested, figures.is_possible[leaf]
        # Where credits count above the leaf items differ by them, whatever they add to the leaf itself.
        for chosen, cost, value, is_enough in allocation_patterns.useful(table, -1 if is_weighed else contested):
            is_met = is_enough and is_possible
            if value or is_met:
                total = sum([amounts[item] for item in amounts if chosen >> item & 1]) if is_weighed else 0
                yield Pattern(chosen & contested, value, cost, ((leaf, chosen),), is_met, total, is_some=True)

    def _whole(self, node: allocation_board.Node) -> int:
        """What a node that takes items itself is worth when it is met."""
        if not self._relaxed.is_gaining(node.index):
            return 0
        return model_value.leaf_weight(self._figures, node) * (self._scores.unit // self._figures.scale)

    def _best(self, found: Iterable[Pattern], *, is_weighed: bool) -> list[Pattern]:
        return allocation_patterns.best(found, self._most, is_weighed=is_weighed)


def _is_limited(node: allocation_board.Node) -> bool:
    """Whether a node with parts asks for anything that patterns do not know of."""
    is_asking = node.min_courses or node.minima or node.averages
    return bool(is_asking or node.maxima or node.max_courses is not None or node.max_credits is not None)
