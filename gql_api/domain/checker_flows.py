"""A maximum flow through arcs with lower and upper bounds, in whole numbers: Dinic's algorithm, own and small."""

from collections import deque

PLENTY = 1 << 40
"""More than any bound: an arc without an upper one."""


class Network:
    """Arcs from place to place; whether every lower bound can be kept at once, and with which flow."""

    def __init__(self, places: int) -> None:
        self._arcs: list[list[int]] = [[] for _ in range(places + 2)]
        self._heads: list[int] = []
        self._room: list[int] = []
        self._source, self._sink = places, places + 1
        self._lowest: list[int] = []
        self._owed = [0] * (places + 2)

    def arc(self, tail: int, head: int, lowest: int, highest: int) -> int:
        """Add an arc; its number asks for its flow later."""
        number = len(self._heads)
        self._add(tail, head, highest - lowest)
        self._lowest.append(lowest)
        self._owed[head] += lowest
        self._owed[tail] -= lowest
        return number // 2

    def is_possible(self) -> bool:
        """Whether a circulation keeps every bound. It is worked out once."""
        owed = 0
        for place, amount in enumerate(self._owed[:-2]):
            if amount > 0:
                self._add(self._source, place, amount)
                owed += amount
            elif amount < 0:
                self._add(place, self._sink, -amount)
        return self._push() == owed

    def flow(self, arc: int) -> int:
        """The flow of an arc after `is_possible`."""
        return self._lowest[arc] + self._room[2 * arc + 1]

    def short(self) -> frozenset[int]:
        """After an impossible circulation: the places that could take more flow if there were any."""
        found, waiting = {self._sink}, [self._sink]
        while waiting:
            for arc in self._arcs[waiting.pop()]:
                tail = self._heads[arc]
                if self._room[arc ^ 1] and tail not in found:
                    found.add(tail)
                    waiting.append(tail)
        return frozenset(found)

    def _add(self, tail: int, head: int, room: int) -> None:
        self._arcs[tail].append(len(self._heads))
        self._heads.append(head)
        self._room.append(room)
        self._arcs[head].append(len(self._heads))
        self._heads.append(tail)
        self._room.append(0)

    def _push(self) -> int:
        total = 0
        while (depths := self._depths()) is not None:
            begun = [0] * len(self._arcs)
            while pushed := self._path(depths, begun):
                total += pushed
        return total

    def _depths(self) -> list[int] | None:
        depths = [-1] * len(self._arcs)
        depths[self._source] = 0
        waiting = deque([self._source])
        while waiting:
            place = waiting.popleft()
            for arc in self._arcs[place]:
                head = self._heads[arc]
                if self._room[arc] and depths[head] < 0:
                    depths[head] = depths[place] + 1
                    waiting.append(head)
        return depths if depths[self._sink] >= 0 else None

    def _path(self, depths: list[int], begun: list[int]) -> int:
        """Push along one path of rising depth; zero where none is left."""
        trail: list[int] = []
        place = self._source
        while place != self._sink:
            arcs = self._arcs[place]
            while begun[place] < len(arcs):
                arc = arcs[begun[place]]
                if self._room[arc] and depths[self._heads[arc]] == depths[place] + 1:
                    break
                begun[place] += 1
            else:
                if not trail:
                    return 0
                place = self._heads[trail.pop() ^ 1]
                begun[place] += 1
                continue
            trail.append(arcs[begun[place]])
            place = self._heads[trail[-1]]
        pushed = min(self._room[arc] for arc in trail)
        for arc in trail:
            self._room[arc] -= pushed
            self._room[arc ^ 1] += pushed
        return pushed
