"""What the checker's decisions leave open: which children must be met, how often a unit may be where, least counts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from gql_api.domain import checker_model

Place = tuple[int, int]
Limits = Mapping[Place, tuple[int, int]]
NEVER = 1 << 30
"""More units than there are: what a node needs that nothing meets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What was decided so far: nodes to meet, nodes given up, and how often a unit is in a leaf (least and most)."""

    must: frozenset[int]
    out: frozenset[int] = frozenset()
    limits: Limits = field(default_factory=dict[Place, tuple[int, int]])

    def limited(self, place: Place, lowest: int, highest: int) -> "State":
        """The state with a decision on one unit in one leaf."""
        return replace(self, limits={**self.limits, place: (lowest, highest)})


def beneath(model: checker_model.Model, required: Iterable[int]) -> frozenset[int]:
    """The required nodes and all nodes below them."""
    found = set(required)
    for index, node in enumerate(model.nodes):
        if node.parent in found:
            found.add(index)
    return frozenset(found)


class Bounds:
    """The bounds of one state of the search; `close` works them out."""

    def __init__(self, model: checker_model.Model, scope: frozenset[int], state: State) -> None:
        self.model, self.scope, self.state = model, scope, state
        self.order = sorted(scope)
        self.must = state.must
        self.least: dict[int, int] = {}
        self.room: dict[int, dict[int, tuple[int, int]]] = {}

    def close(self) -> bool:
        """Meet every child that has no alternative, and bound the courses that each node takes from below."""
        self._rooms()
        for index in reversed(self.order):
            self.least[index] = self._least(index, frozenset())
        must, waiting = set(self.state.must), list(self.state.must)
        while waiting:
            index = waiting.pop()
            if index in self.state.out:
                return False
            node = self.model.nodes[index]
            if node.is_waived:
                continue
            open_ones = [child for child in node.choices if self.is_open(child)]
            if len(open_ones) == node.needed:
                waiting += [child for child in open_ones if child not in must]
                must |= set(open_ones)
        self.must = frozenset(must)
        for index in reversed(self.order):
            self.least[index] = self._least(index, self.must)
        return all(self.least[index] < NEVER for index in must)

    def is_given_up(self, index: int) -> bool:
        """Whether the node, or one above it, is not to be met: then nothing is put there."""
        while index in self.scope:
            if index in self.state.out:
                return True
            index = self.model.nodes[index].parent
        return False

    def is_open(self, child: int) -> bool:
        """Whether a child may still be met."""
        return child not in self.state.out and self.least[child] < NEVER

    def _rooms(self) -> None:
        """How often each unit may be in each leaf, least and most, after the decisions."""
        limits, taken = self.state.limits, dict[tuple[int, int], int]()
        for (leaf, unit), (lowest, _) in limits.items():
            place = self.model.nodes[leaf].domain, unit
            taken[place] = taken.get(place, 0) + lowest
        used = {unit for (_, unit), amount in taken.items() if amount}
        barred = {rival for unit in used for rival in self.model.rivals.get(unit, ())}
        for index in self.order:
            node = self.model.nodes[index]
            room: dict[int, tuple[int, int]] = {}
            for unit in () if self.is_given_up(index) else node.fits:
                lowest, highest = limits.get((index, unit), (0, self.model.counts[unit]))
                free = self.model.counts[unit] - taken.get((node.domain, unit), 0) + lowest
                if (highest := min(highest, free)) > 0 and unit not in barred:
                    room[unit] = (lowest, highest)
            self.room[index] = room

    def _least(self, index: int, must: frozenset[int]) -> int:
        """At least so many units are beneath the node when it is met; `NEVER` where it cannot be."""
        node = self.model.nodes[index]
        if node.is_waived:
            return 0
        found = [node.min_courses, sum(lowest for lowest, _ in self.room[index].values())]
        found += [self._fewest(self._weights(index, None), node.min_credits)] if node.min_credits else []
        found += [self._for_floor(index, floor) for floor in node.floors]
        if node.needed:
            certain = [self.least[child] for child in node.choices if child in must]
            others = sorted(self.least[child] for child in node.choices if child not in must and self.is_open(child))
            missing = max(node.needed - len(certain), 0)
            found.append(NEVER if len(others) < missing else sum((*certain, *others[:missing])))
        return min(max(found), NEVER)

    def _for_floor(self, index: int, floor: checker_model.Bound) -> int:
        if floor.kinds is None:
            return self._fewest(self._weights(index, floor.weights), floor.amount)
        places = ((leaf, unit, 1) for leaf in self.model.nodes[index].leaves for unit in self.room[leaf])
        return floor.amount if floor.measure(places) >= floor.amount else NEVER

    def _weights(self, index: int, weights: Mapping[Place, int] | None) -> Iterator[tuple[int, int]]:
        """What every unit beneath adds at most, and how often it may."""
        best: dict[int, int] = {}
        for leaf in self.model.nodes[index].leaves:
            for unit in self.room[leaf]:
                amount = self.model.nodes[leaf].fits[unit] if weights is None else weights.get((leaf, unit), 0)
                best[unit] = max(best.get(unit, 0), amount)
        return ((amount, self.model.counts[unit]) for unit, amount in best.items() if amount > 0)

    @staticmethod
    def _fewest(weights: Iterator[tuple[int, int]], amount: int) -> int:
        count = 0
        for weight, times in sorted(weights, reverse=True):
            if amount <= 0:
                break
            taken = min(times, -(-amount // weight))
            count, amount = count + taken, amount - taken * weight
        return count if amount <= 0 else NEVER
