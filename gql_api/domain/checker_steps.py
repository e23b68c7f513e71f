"""One step of the checker's search: what must hold, a flow that respects it, and the first thing that is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gql_api.domain import checker_bounds, checker_model, checker_placing

Held = checker_placing.Held
Place = checker_bounds.Place
State = checker_bounds.State
NEVER = checker_bounds.NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """Everything is met by this: leaf to unit to how often."""

    held: Held


def least(model: checker_model.Model, required: frozenset[int]) -> dict[int, int]:
    """At least so many units are beneath each required node when it is met; `NEVER` where nothing meets it."""
    work = _Step(model, checker_bounds.beneath(model, required), State(must=required))
    work.close()
    return {index: work.least[index] for index in required}


def core(model: checker_model.Model, required: frozenset[int]) -> list[int]:
    """Nodes that certainly cannot be met together, where the first step shows that; else none. Those above come first.

    Nothing can be met without them, and seldom all of them are needed for the conflict.
    """
    work = _Step(model, checker_bounds.beneath(model, required), State(must=required))
    if not work.close():
        short = {max(index for index in work.must if work.least[index] >= NEVER)}
    elif work.flow() is None:
        short = {index for index in work.must if index in work.short and work.least[index]}
    else:
        return []
    sure = _needed(model, required)
    return sorted({_above(model, index, sure) for index in short})


def _needed(model: checker_model.Model, required: frozenset[int]) -> set[int]:
    """The required nodes and those below them that the tree alone leaves no choice about."""
    found, waiting = set(required), list(required)
    while waiting:
        node = model.nodes[waiting.pop()]
        if not node.is_waived and node.needed == len(node.choices):
            waiting += [child for child in node.choices if child not in found]
            found |= set(node.choices)
    return found


def _above(model: checker_model.Model, index: int, among: set[int]) -> int:
    while index not in among:
        index = model.nodes[index].parent
    return index


def step(model: checker_model.Model, scope: frozenset[int], state: State) -> tuple[State, State] | Reached | None:
    """None where the state is impossible; else that all is met; else the two ways of the next decision."""
    work = _Step(model, scope, state)
    if not work.close() or (held := work.flow()) is None:
        return None
    return work.next(held)


class _Step(checker_placing.Placing):
    """Bounds, a flow, and what to decide next."""

    def next(self, held: Held) -> tuple[State, State] | Reached | None:
        """The next decision, none where the last one left nothing to decide, or that everything is as asked."""
        totals = {index: self._total(index, held) for index in self.order}
        for index in self.order:
            node, (count, amount) = self.model.nodes[index], totals[index]
            is_over = node.max_credits is not None and amount > node.max_credits
            if is_over or (node.max_courses is not None and count > node.max_courses):
                return self._without(index, held, None)
            broken = (bound for bound in node.ceilings if self._measure(index, held, bound) > bound.amount)
            if (bound := next(broken, None)) is not None:
                return self._without(index, held, bound)
        if (rivals := self._rivals(held)) is not None:
            return rivals
        met: dict[int, bool] = {}
        for index in reversed(self.order):
            met[index] = self._is_met(index, self._counted(index, held, met), met)
        for index in reversed(self.order):  # children first: a node is repaired when what it needs below is in place
            if index in self.must and not met[index]:
                return self._repaired(index, held, totals, met)
        return Reached(held=held)

    def _total(self, index: int, held: Held) -> tuple[int, int]:
        """Units and credit beneath a node, a unit that two domains hold counted once."""
        best: dict[int, tuple[int, int]] = {}
        for leaf in self.model.nodes[index].leaves:
            for unit, times in held.get(leaf, {}).items():
                known = best.get(unit, (0, 0))
                best[unit] = max(known, (times, self.model.nodes[leaf].fits[unit]))
        return sum(times for times, _ in best.values()), sum(times * amount for times, amount in best.values())

    def _measure(self, index: int, held: Held, bound: checker_model.Bound) -> int:
        return bound.measure(
            (leaf, unit, times) for leaf in self.model.nodes[index].leaves for unit, times in held.get(leaf, {}).items()
        )

    def _counted(self, index: int, held: Held, met: Mapping[int, bool]) -> Held:
        """What counts for what a node itself asks for: its own units, and those of the parts that are met."""
        node = self.model.nodes[index]
        if node.leaves == (index,) or not node.asks_itself:
            return held
        return {leaf: held[leaf] for leaf in node.leaves if leaf in held and self._is_in_met_parts(leaf, index, met)}

    def _is_in_met_parts(self, leaf: int, index: int, met: Mapping[int, bool]) -> bool:
        while leaf != index:
            if not met[leaf]:
                return False
            leaf = self.model.nodes[leaf].parent
        return True

    def _is_met(self, index: int, held: Held, met: Mapping[int, bool]) -> bool:
        node = self.model.nodes[index]
        if node.is_waived:
            return True
        count, amount = self._total(index, held)
        if count < node.min_courses or amount < node.min_credits:
            return False
        if sum(met[child] for child in node.choices) < node.needed:
            return False
        return all(self._measure(index, held, floor) >= floor.amount for floor in node.floors)

    def _repaired(
        self, index: int, held: Held, totals: Mapping[int, tuple[int, int]], met: Mapping[int, bool]
    ) -> tuple[State, State] | None:
        node = self.model.nodes[index]
        if sum(met[child] for child in node.choices) < node.needed:
            return self._chosen(index, totals, met)
        if (parts := self._undecided(index, met)) is not None:
            return parts
        counted = self._counted(index, held, met)
        wanted = next((floor for floor in node.floors if self._measure(index, counted, floor) < floor.amount), None)
        open_places = [
            (self._weight(leaf, unit, wanted), leaf, unit)
            for leaf in node.leaves
            for unit, (lowest, highest) in self.room[leaf].items()
            if lowest < highest
        ]
        useful = [one for one in open_places if one[0] > 0]
        if wanted is not None and wanted.kinds is not None:
            useful = self._of_new_kinds(wanted.kinds, useful, held)
        if not useful:
            return None
        _, leaf, unit = max(useful, key=lambda one: (one[0], -one[1], -one[2]))
        return self._split((leaf, unit), is_first_in=True)

    def _undecided(self, index: int, met: Mapping[int, bool]) -> tuple[State, State] | None:
        """Beneath a node that asks for something itself, decide the first part that is not met: in, or left empty."""
        for part in self.order:
            is_beneath = part > index and set(self.model.nodes[part].leaves) <= set(self.model.nodes[index].leaves)
            if is_beneath and not met[part] and part not in self.must and not self.is_given_up(part):
                return (
                    replace(self.state, must=self.must | {part}),
                    replace(self.state, must=self.must, out=self.state.out | {part}),
                )
        return None

    def _of_new_kinds(
        self, kinds: Mapping[int, str], useful: list[tuple[int, int, int]], held: Held
    ) -> list[tuple[int, int, int]]:
        """The places whose units bring a kind that nothing has, or that nothing has for certain."""
        certain = {kinds[unit] for room in self.room.values() for unit, (low, _) in room.items() if low}
        there = certain | {kinds[unit] for units in held.values() for unit in units}
        new = [one for one in useful if kinds[one[2]] not in there]
        return new or [one for one in useful if kinds[one[2]] not in certain] or useful

    def _chosen(
        self, index: int, totals: Mapping[int, tuple[int, int]], met: Mapping[int, bool]
    ) -> tuple[State, State] | None:
        """Meet the child that the flow came nearest to, or give it up."""
        undecided = [
            child
            for child in self.model.nodes[index].choices
            if child not in self.must and not met[child] and self.is_open(child)
        ]
        if not undecided:
            return None
        child = min(undecided, key=lambda child: (self.least[child] - totals[child][0], self.least[child], child))
        return (
            replace(self.state, must=self.must | {child}),
            replace(self.state, must=self.must, out=self.state.out | {child}),
        )

    def _without(self, index: int, held: Held, bound: checker_model.Bound | None) -> tuple[State, State] | None:
        """Too much is beneath a node: take out the largest unit that is not decided, or keep it for good."""
        open_places = [
            (self._weight(leaf, unit, bound), leaf, unit)
            for leaf in self.model.nodes[index].leaves
            for unit, times in held.get(leaf, {}).items()
            if times > self.room[leaf][unit][0] and self._weight(leaf, unit, bound)
        ]
        if not open_places:
            return None
        _, leaf, unit = max(open_places)
        return self._split((leaf, unit), is_first_in=False)

    def _weight(self, leaf: int, unit: int, bound: checker_model.Bound | None) -> int:
        """What a unit adds to a bound, or, without one, the credit that it brings."""
        return self.model.nodes[leaf].fits[unit] if bound is None else bound.weights.get((leaf, unit), 0)

    def _rivals(self, held: Held) -> tuple[State, State] | None:
        used = {unit for units in held.values() for unit in units}
        for leaf, units in held.items():
            for unit in units:
                if used & self.model.rivals.get(unit, frozenset()) and not self.room[leaf][unit][0]:
                    return self._split((leaf, unit), is_first_in=False)
        return None

    def _split(self, place: Place, *, is_first_in: bool) -> tuple[State, State]:
        leaf, unit = place
        lowest, highest = self.room[leaf][unit]
        state = replace(self.state, must=self.must)
        inside = state.limited(place, lowest + 1, highest)
        outside = state.limited(place, lowest, lowest)
        return (inside, outside) if is_first_in else (outside, inside)
