"""Slots filled with items at the least cost: shortest augmenting paths, exact for any costs.

A slot asks for so many items out of its leaves; a leaf takes so many of the items that fit it; an item is used once.
Where a slot cannot be filled the slots and items that were reached are Hall's violator: the reason why.
"""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_Place = tuple[int, int]
_SLOT, _LEAF, _ITEM = 0, 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """So many items (`demand`) out of these leaves, each of which takes at most so many (`room`, by leaf)."""

    demand: int
    room: Mapping[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Violator:
    """Slots that compete, with the items that they have: fewer than they need together."""

    slots: tuple[int, ...]
    items: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """(leaf, item) pairs at the least cost, or (`violator`) why not every slot can be filled."""

    pairs: tuple[tuple[int, int], ...] = ()
    violator: Violator | None = None
    paths: int = 0
    """Augmenting paths that moved items which were placed already."""


def fill(slots: Sequence[Slot], costs: Mapping[int, Mapping[int, int]]) -> Filled:
    """Fill every slot. `costs` are those of an item in a leaf, by leaf and item, none of them negative."""
    flow = _Flow(slots, costs)
    for number, slot in enumerate(slots):
        for _ in range(slot.demand):
            violator = flow.augment(number)
            if violator is not None:
                return Filled(violator=violator, paths=flow.paths)
    pairs = sorted((leaf, item) for item, leaf in flow.holder.items())
    return Filled(pairs=tuple(pairs), paths=flow.paths)


class _Flow:
    """The residual network. Distances are taken with potentials, so that every remaining cost is at least zero."""

    def __init__(self, slots: Sequence[Slot], costs: Mapping[int, Mapping[int, int]]) -> None:
        self.slots = slots
        self.costs = costs
        self.slot_of = {leaf: number for number, slot in enumerate(slots) for leaf in slot.room}
        self.room = {leaf: room for slot in slots for leaf, room in slot.room.items()}
        self.holder: dict[int, int] = {}
        self.held: dict[int, set[int]] = {leaf: set() for leaf in self.room}
        self.potential: dict[_Place, int] = {}
        self.paths = 0

    def augment(self, number: int) -> Violator | None:
        """Give a slot one more item, along the cheapest path; the violator where there is none."""
        start = (_SLOT, number)
        best: dict[_Place, int] = {start: 0}
        came: dict[_Place, _Place] = {}
        done: dict[_Place, int] = {}
        heap: list[tuple[int, _Place]] = [(0, start)]
        while heap:
            distance, place = heapq.heappop(heap)
            if place in done:
                continue
            done[place] = distance
            if place[0] == _ITEM and place[1] not in self.holder:
                self._settle(done, distance)
                self._apply(place, came)
                return None
            here = self.potential.get(place, 0)
            for after, cost in self._edges(place):
                if after in done:
                    continue
                reached = distance + cost + here - self.potential.get(after, 0)
                if after not in best or reached < best[after]:
                    best[after] = reached
                    came[after] = place
                    heapq.heappush(heap, (reached, after))
        slots = sorted({index if kind == _SLOT else self.slot_of[index] for kind, index in done if kind != _ITEM})
        return Violator(slots=tuple(slots), items=tuple(sorted(index for kind, index in done if kind == _ITEM)))

    def _edges(self, place: _Place) -> list[tuple[_Place, int]]:
        kind, index = place
        if kind == _SLOT:
            return [((_LEAF, leaf), 0) for leaf, room in self.room_of(index) if len(self.held[leaf]) < room]
        if kind == _ITEM:
            leaf = self.holder[index]
            return [((_LEAF, leaf), -self.costs[leaf][index])]
        held = self.held[index]
        edges = [((_ITEM, item), cost) for item, cost in self.costs[index].items() if item not in held]
        slot = self.slot_of[index]
        if held and len(self.slots[slot].room) > 1:
            edges.append(((_SLOT, slot), 0))
        return edges

    def room_of(self, slot: int) -> list[tuple[int, int]]:
        """The leaves of a slot with what each takes."""
        return list(self.slots[slot].room.items())

    def _settle(self, done: Mapping[_Place, int], distance: int) -> None:
        for place, reached in done.items():
            self.potential[place] = self.potential.get(place, 0) + reached - distance

    def _apply(self, free: _Place, came: Mapping[_Place, _Place]) -> None:
        place, steps = free, 0
        while place in came:
            before = came[place]
            if before[0] == _LEAF and place[0] == _ITEM:
                self.held[before[1]].add(place[1])
                self.holder[place[1]] = before[1]
            elif before[0] == _ITEM:
                self.held[place[1]].discard(before[1])
                steps += 1
            place = before
        self.paths += bool(steps)
