"""The patterns of the nodes of one component, from leaves up: what could be of use of each.

Beneath a requirement for credits a part may have more than it needs, since what is above it counts that too: there
patterns of unlike credits stand beside one another, up to the credits that are of any use.
"""

import itertools
from collections.abc import Iterable, Sequence

from gql_api.domain import (
    allocation_board,
    allocation_patterns,
    allocation_relaxed,
    allocation_tables,
    bit_sets,
    model_value,
)

_EACH = 8
"""Pairs of patterns that are looked at for each one that may be left."""
Pattern = allocation_patterns.Pattern
Unsuited = allocation_patterns.Unsuited


class NodePatterns:
    """The nodes of one component, whose leaves are `leaves`; items of `contested` are wanted by several of these.

    `most` is how many patterns a node may have; where there are more, or where patterns cannot say what a node asks
    for, asking for them raises `Unsuited`.
    """

    def __init__(self, relaxed: allocation_relaxed.Relaxed, leaves: frozenset[int], contested: int) -> None:
        self._relaxed, self._leaves, self._contested = relaxed, leaves, contested
        self._scores, self._figures, self._nodes = relaxed.scores, relaxed.figures, relaxed.nodes
        self._counts = dict(self._figures.frame.counts)
        self.most = 0

    def of(self, index: int, ceiling: int) -> list[Pattern]:
        """The patterns of a node that use anything, or meet it without.

        `ceiling` is how many of its credits what is above it could make use of: then it may have more than it needs.
        """
        if self._figures.is_free[index]:
            if ceiling and not self._leaves.isdisjoint(self._nodes[index].leaves):
                raise Unsuited
            return [allocation_patterns.FREE]
        if not self._relaxed.is_live(index):
            return []
        node = self._nodes[index]
        if not node.children:
            if node.averages:
                raise Unsuited
            return (
                self._best(self._leaf(node, ceiling), ceiling) if self._is_wide(index, ceiling) else self._single(index)
            )
        needed = self._relaxed.choices[index][0]
        if is_limited(node) or (needed and node.min_credits):
            raise Unsuited
        if needed:
            return self._more(node, ceiling) if ceiling else self._choice(node)
        return self._weighing(node, ceiling) if node.min_credits else []

    def _choice(self, node: allocation_board.Node) -> list[Pattern]:
        """As many parts as are needed, those that are met or, where it is not, those that have anything."""
        needed, choices = self._relaxed.choices[node.index]
        is_gaining, is_possible = self._relaxed.is_gaining(node.index), self._figures.is_possible[node.index]
        parts = ([one for one in self.of(child, 0) if is_gaining or one.is_met] for child in choices)
        if needed == 1:
            return self._best(itertools.chain.from_iterable(parts), 0)
        if needed == len(choices):
            return self._every(parts, is_gaining=is_gaining)
        states = [[allocation_patterns.FREE], *[list[Pattern]() for _ in range(needed)]]
        kept = [allocation_patterns.Kept(given) for given in states]
        for mine in parts:
            self._look(mine, states)
            self._add_part(kept, states, mine)
        found = [one for one in states[needed] if one.is_met and is_possible]
        if is_gaining:
            some = [one for number, given in enumerate(states) for one in given if number < needed or not one.is_met]
            found += allocation_patterns.unmet([one for one in some if one.is_some])
        return self._best(found, 0)

    def _every(self, parts: Iterable[list[Pattern]], *, is_gaining: bool) -> list[Pattern]:
        """All parts, or some of them where that is worth anything too."""
        states = [allocation_patterns.FREE]
        for mine in parts:
            self._look(mine, [states])
            less = allocation_patterns.unmet(states) if is_gaining else ()
            kept = allocation_patterns.Kept(less)
            kept.join(states, mine)
            states = kept.within(self.most)
        return [one for one in states if one.is_some]

    def _more(self, node: allocation_board.Node, ceiling: int) -> list[Pattern]:
        """As many parts as are needed, all of them met, and more of them until their credits are of no use above."""
        needed, choices = self._relaxed.choices[node.index]
        states = [[allocation_patterns.FREE], *[list[Pattern]() for _ in range(needed)]]
        kept = [allocation_patterns.Kept(given, ceiling) for given in states]
        for child in node.children:
            mine = self.of(child, ceiling)
            if child not in choices or not mine:
                if mine and self._figures.is_possible[child] and not self._figures.is_free[child]:
                    raise Unsuited
                continue
            self._look(mine, states)
            kept[needed].join([one for one in states[needed] if one.credits < ceiling], mine)
            self._add_part(kept, states, mine)
        return states[needed] if self._figures.is_possible[node.index] else []

    def _add_part(
        self, kept: Sequence[allocation_patterns.Kept], states: list[list[Pattern]], mine: Sequence[Pattern]
    ) -> None:
        """Of the patterns of so many parts (`states`, `kept` together) those with this one as a part more."""
        for number in range(len(states) - 1, 0, -1):
            if mine and states[number - 1]:
                kept[number].join(states[number - 1], mine)
                states[number] = kept[number].within(self.most)

    def _look(self, mine: Sequence[Pattern], states: Sequence[Sequence[Pattern]]) -> None:
        """Raise `Unsuited` where too many pairs of patterns would have to be looked at."""
        if len(mine) * sum(map(len, states)) > _EACH * self.most:
            raise Unsuited

    def _weighing(self, node: allocation_board.Node, above: int) -> list[Pattern]:
        """Parts that are met, until their credits are enough; `above` is what is of use above the node."""
        figures = self._figures
        if figures.tolerance:
            raise Unsuited
        needed, states = figures.needed(node), [allocation_patterns.FREE]
        ceiling = max(needed, above)
        kept = allocation_patterns.Kept(states, ceiling)
        for child in node.children:
            mine = [] if figures.is_free[child] and not self._relaxed.is_live(child) else self.of(child, ceiling)
            if figures.is_free[child] or not mine:
                continue
            self._look(mine, [states])
            kept.join([one for one in states if one.credits < ceiling], mine)
            states = kept.within(self.most)
        whole, found = self._whole(node), list[Pattern]()
        for one in states:
            if one.credits >= needed and figures.is_possible[node.index]:
                found.append(one._replace(value=whole))
            elif whole and one.credits:
                value = whole // needed * min(one.credits, needed)
                found.append(one._replace(value=value, is_met=False))
        return self._best(found, above)

    def _is_wide(self, leaf: int, ceiling: int) -> bool:
        """Whether a leaf may ask for more than any one course, or make use of more."""
        return self._counts.get(leaf) != 1 or (ceiling > 0 and len(self._scores.costs[leaf]) > 1)

    def _single(self, leaf: int) -> list[Pattern]:
        """A leaf that one course meets: any course that others want too, and the cheapest of the others."""
        amounts, contested, whole = self._figures.credits[leaf], self._contested, self._whole(self._nodes[leaf])
        found: list[Pattern] = []
        cheapest: tuple[int, int] | None = None
        for item, cost in self._scores.costs[leaf].items():
            chosen = 1 << item
            if chosen & contested:
                parts = ((leaf, chosen),)
                found.append(Pattern(chosen, whole, cost, parts, is_met=True, credits=amounts[item], is_some=True))
            elif cheapest is None or (cost, item) < cheapest:
                cheapest = cost, item
        if cheapest is not None:
            cost, item = cheapest
            parts = ((leaf, 1 << item),)
            found.append(Pattern(0, whole, cost, parts, is_met=True, credits=amounts[item], is_some=True))
        return found

    def _leaf(self, node: allocation_board.Node, ceiling: int) -> Iterable[Pattern]:
        leaf, figures = node.index, self._figures
        amounts, costs = figures.credits[leaf], self._scores.costs[leaf]
        table = allocation_tables.table(figures, node, sorted(costs), costs, self._whole(node))
        if ceiling:
            table = allocation_patterns.weighed(table, amounts, ceiling)
        contested, is_possible = self._contested, figures.is_possible[leaf]
        for chosen, cost, value, is_enough in allocation_patterns.useful(table, contested, ceiling):
            is_met = is_enough and is_possible
            if is_met or (value and not ceiling):
                total = sum([amounts[item] for item in bit_sets.places(chosen)]) if ceiling else 0
                yield Pattern(chosen & contested, value, cost, ((leaf, chosen),), is_met, total, is_some=True)

    def _whole(self, node: allocation_board.Node) -> int:
        """What a node that takes items itself is worth when it is met."""
        if not self._relaxed.is_gaining(node.index):
            return 0
        return model_value.leaf_weight(self._figures, node) * (self._scores.unit // self._figures.scale)

    def _best(self, found: Iterable[Pattern], ceiling: int) -> list[Pattern]:
        return allocation_patterns.Kept(found, ceiling).within(self.most)


def is_limited(node: allocation_board.Node) -> bool:
    """Whether a node with parts asks for anything that patterns do not know of."""
    is_asking = node.min_courses or node.minima or node.averages
    return bool(is_asking or node.maxima or node.max_courses is not None or node.max_credits is not None)
