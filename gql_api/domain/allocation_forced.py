"""What follows from requirements that are to be met: items that only they can have, and contradictions.

A leaf that has no more items than it needs takes them all, from every other leaf of its domain; of parts as many as
are needed and can be met are needed all. What is left is looked at again until nothing changes. That is exact for any
goal, because it uses nothing but the condition that the requirements are met.
"""

from collections.abc import Collection, Iterable

from gql_api.domain import allocation_board, allocation_relaxed, allocation_scores


class Forced:
    """The consequences for one component. Conflicts are told as the requirements that cannot all be met."""

    def __init__(self, scores: allocation_scores.Scores, relaxed: allocation_relaxed.Relaxed) -> None:
        self.scores = scores
        self.figures = scores.figures
        self.nodes = scores.figures.board.nodes
        self._choices = relaxed.choices
        self._is_free, self._is_possible = scores.figures.is_free, scores.figures.is_possible
        self._of_domain: dict[int, list[int]] = {}
        for leaf in scores.places:
            self._of_domain.setdefault(self.nodes[leaf].domain, []).append(leaf)
        self._rivals: dict[int, list[int]] = {}
        self._credit: dict[int, int] = {}

    def apply(
        self, tops: Iterable[int], masks: dict[int, int], touched: Collection[int] | None = None
    ) -> frozenset[int] | None:
        """Take from the masks what cannot be had while these are met; the conflict where they cannot all be.

        `touched` are those that were not looked at yet, or lost items since then; all of them by default.
        """
        order = sorted(tops)
        waiting = set(order if touched is None else touched).intersection(order)
        blamed: dict[int, set[int]] = {top: set() for top in order}
        settled: dict[int, int] = {}
        while waiting:
            top = next(one for one in order if one in waiting)
            waiting.discard(top)
            mandatory: list[int] = []
            if not self._need(top, masks, mandatory):
                return _closure(top, blamed)
            for leaf in mandatory:
                fixed = self._fixed(leaf, masks)
                if fixed is None:
                    return _closure(top, blamed)
                new = fixed & ~settled.get(leaf, 0)
                settled[leaf] = settled.get(leaf, 0) | fixed
                for other in self._take(leaf, new, masks):
                    loser = self.nodes[other].line[1]
                    if loser in blamed:
                        blamed[loser].add(top)
                        waiting.add(loser)
        return None

    def only_in(self, leaf: int, item: int, masks: dict[int, int]) -> list[int]:
        """Leave the item to no other leaf of the same domain; the requirements that lose it."""
        return [self.nodes[other].line[1] for other in self._take(leaf, 1 << item, masks)]

    def everywhere(self, item: int) -> list[int]:
        """The leaves that use the item up, if any."""
        leaves = self._of_domain.get(allocation_board.EVERYWHERE, [])
        return [leaf for leaf in leaves if item in self.scores.costs[leaf]]

    def _take(self, leaf: int, mask: int, masks: dict[int, int]) -> list[int]:
        """The leaves that lose items."""
        losers: list[int] = []
        if mask:
            for other in self._rivals.get(leaf) or self._found_rivals(leaf):
                if masks[other] & mask:
                    masks[other] &= ~mask
                    losers.append(other)
        return losers

    def _found_rivals(self, leaf: int) -> list[int]:
        """The other leaves of the same domain that any of its items fits."""
        masks = self.scores.masks
        mine = masks[leaf]
        found = [one for one in self._of_domain[self.nodes[leaf].domain] if one != leaf and masks[one] & mine]
        self._rivals[leaf] = found
        return found

    def _need(self, index: int, masks: dict[int, int], mandatory: list[int]) -> bool:
        """Collect the leaves that a requirement cannot do without; false where it cannot be met."""
        if self._is_free[index]:
            return True
        if not self.nodes[index].children:
            mandatory.append(index)
            return self._can(index, masks)
        needed, choices = self._choices.get(index, (1, ()))
        able = [child for child in choices if self._can(child, masks)]
        if len(able) < needed:
            return False
        return len(able) > needed or all(self._need(child, masks, mandatory) for child in able)

    def _can(self, index: int, masks: dict[int, int]) -> bool:
        """Whether a requirement could be met, as far as numbers of courses and sums of credits tell."""
        if self._is_free[index]:
            return True
        if not self._is_possible[index]:
            return False
        node = self.nodes[index]
        if node.children:
            needed, choices = self._choices.get(index, (1, ()))  # nothing fits what has no entry there
            return not needed or sum([self._can(child, masks) for child in choices]) >= needed
        mask = masks.get(index, 0)
        if mask.bit_count() < node.min_courses:
            return False
        return not node.min_credits or self._credits(index, mask) >= self._needed(index)

    def _needed(self, leaf: int) -> int:
        return self.figures.needed(self.nodes[leaf]) - self.figures.tolerance

    def _credits(self, leaf: int, mask: int) -> int:
        amounts = self.figures.credits[leaf]
        if mask.bit_count() == len(amounts):
            if leaf not in self._credit:
                self._credit[leaf] = sum(amounts.values())
            return self._credit[leaf]
        return sum([amount for item, amount in amounts.items() if mask >> item & 1])

    def _fixed(self, leaf: int, masks: dict[int, int]) -> int | None:
        """The items that a leaf cannot do without; none where it cannot be met."""
        node, mask = self.nodes[leaf], masks.get(leaf, 0)
        if not self._can(leaf, masks):
            return None
        if node.min_courses and mask.bit_count() == node.min_courses:
            return mask
        if not node.min_credits:
            return 0
        spare = self._credits(leaf, mask) - self._needed(leaf)
        fixed = 0
        for item, amount in self.figures.credits[leaf].items():
            if amount > spare and mask >> item & 1:
                fixed |= 1 << item
        return fixed


def _closure(top: int, blamed: dict[int, set[int]]) -> frozenset[int]:
    """The requirements whose being met led to the contradiction."""
    found, waiting = {top}, [top]
    while waiting:
        for other in blamed[waiting.pop()]:
            if other not in found:
                found.add(other)
                waiting.append(other)
    return frozenset(found)
