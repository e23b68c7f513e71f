"""A flow of counts: units in leaves such that every count is as it must be, whatever their credit."""

from collections.abc import Mapping

from gql_api.domain import checker_bounds, checker_flows

Held = Mapping[int, Mapping[int, int]]


class Placing(checker_bounds.Bounds):
    """Bounds that can be tried: `flow` places the units, or tells in `short` where there are too few."""

    short: frozenset[int] = frozenset()

    def flow(self) -> Held | None:
        """Units in leaves such that all counts are as they must be; none where no such way exists."""
        leaves = [index for index in self.order if self.model.nodes[index].leaves == (index,)]
        classes = self._classes(leaves)
        sink = len(self.model.nodes)
        network = checker_flows.Network(sink + 1 + len(classes))
        arcs: list[tuple[int, tuple[int, ...], int]] = []
        for place, (key, units) in enumerate(classes.items(), start=sink + 1):
            total = sum(self.model.counts[unit] for unit in units)
            network.arc(sink, place, 0, total)
            for leaf, lowest, highest, _ in key[1]:
                arcs.append((leaf, units, network.arc(place, leaf, lowest * len(units), highest * len(units))))
        for index in self.order:
            lowest, highest = self._window(index)
            if lowest > highest:
                return None
            parent = self.model.nodes[index].parent
            network.arc(index, parent if parent in self.scope else sink, lowest, highest)
        if not network.is_possible():
            self.short = network.short()
            return None
        return self._held(network, arcs)

    def _classes(self, leaves: list[int]) -> dict[tuple[int, tuple[tuple[int, int, int, int], ...]], tuple[int, ...]]:
        """Units that are alike wherever they may go are moved as one."""
        where: dict[tuple[int, int], list[tuple[int, int, int, int]]] = {}
        for leaf in leaves:
            node = self.model.nodes[leaf]
            for unit, (lowest, highest) in self.room[leaf].items():
                where.setdefault((node.domain, unit), []).append((leaf, lowest, highest, node.fits[unit]))
        found: dict[tuple[int, tuple[tuple[int, int, int, int], ...]], tuple[int, ...]] = {}
        for (domain, unit), places in where.items():
            key = domain, tuple(places)
            found[key] = (*found.get(key, ()), unit)
        return found

    def _window(self, index: int) -> tuple[int, int]:
        node = self.model.nodes[index]
        lowest = self.least[index] if index in self.must else 0
        highest = checker_flows.PLENTY
        is_plain = len({self.model.nodes[leaf].domain for leaf in node.leaves}) <= 1
        if node.max_courses is not None and is_plain:
            highest = node.max_courses
        is_useful = self._asks_above(index) or node.min_credits or node.floors
        if node.leaves == (index,) and not is_useful:
            forced = sum(lowest for lowest, _ in self.room[index].values())
            highest = min(highest, max(node.min_courses, forced))
        return lowest, highest

    def _asks_above(self, index: int) -> bool:
        """Whether what a leaf holds beyond its own needs may help a node above it."""
        parent = self.model.nodes[index].parent
        while parent in self.scope:
            if self.model.nodes[parent].asks_itself:
                return True
            parent = self.model.nodes[parent].parent
        return False

    def _held(self, network: checker_flows.Network, arcs: list[tuple[int, tuple[int, ...], int]]) -> Held:
        held: dict[int, dict[int, int]] = {}
        left: dict[tuple[int, int], int] = {}
        for leaf, units, arc in arcs:
            amount = network.flow(arc)
            domain = self.model.nodes[leaf].domain
            for unit in units:
                place = domain, unit
                taken = min(amount, left.get(place, self.model.counts[unit]), self.room[leaf][unit][1])
                if taken:
                    held.setdefault(leaf, {})[unit] = taken
                    left[place] = left.get(place, self.model.counts[unit]) - taken
                    amount -= taken
        return held
