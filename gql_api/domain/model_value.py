"""The third goal as an expression: what is there of what the required leaves need, each by its weight.

Every amount is in whole units: `unit` of them are one credit. `is_pushed` says that the program asks for more than
its requirements do.
"""

from collections.abc import Mapping, Sequence
from math import gcd, lcm

from gql_api.domain import allocation_board, model, model_figures, model_met, requirements, solver_programs

Kind = requirements.ConstraintKind
Terms = solver_programs.Terms


class Value:
    """The weighted fractions beneath requirements of one model."""

    def __init__(self, met: model_met.Met, unit: int, *, is_pushed: bool = False) -> None:
        self.met = met
        self.model = met.model
        self.figures = met.figures
        self.program = met.program
        self.nodes = met.nodes
        self.unit = unit
        self.is_pushed = is_pushed

    def of(self, index: int, gate: int | None = None) -> Terms:
        """The value of a requirement; with a gate, nothing unless that column is 1."""
        node = self.nodes[index]
        if node.is_waived or self.figures.is_free[index] or not self.model.beneath(index):
            return {}
        if node.is_leaf:
            return self._leaf(node, gate)
        needed, choices = self.figures.choices(node)
        if not needed or not any(self._has_weight(child) for child in choices):
            return self._leaf(node, gate) if node.min_credits else {}
        if needed == len(choices):
            return solver_programs.added(*(self.of(child, gate) for child in choices))
        return self._choice(node, gate)

    def _choice(self, node: allocation_board.Node, gate: int | None) -> Terms:
        """The parts that count of a choice, each with a column that says so."""
        needed, choices = self.figures.choices(node)
        parts: list[Terms] = []
        chosen: dict[int, int] = {}
        for child in choices:
            column = self.program.column()
            part = self.of(child, column)
            if part:
                self._only_met(node.index, child, column)
                chosen[child] = column
                parts.append(part)
        limit = {} if gate is None else {gate: -needed}
        columns = solver_programs.ones(chosen.values())
        self.program.at_most(solver_programs.added(columns, limit), 0 if limit else needed)
        if len(chosen) > needed:
            self._least_first(node, chosen)
        return solver_programs.added(*parts)

    def _least_first(self, node: allocation_board.Node, chosen: Mapping[int, int]) -> None:
        """Where more parts are met than count, those that need least count.

        More parts than count have items only where something around them asks for more, or for optional parts.
        """
        is_pushed = self.is_pushed or any(model_figures.is_weighing(self.nodes[above]) for above in node.line)
        for other, column in chosen.items():
            uses = self.model.beneath(other)
            if not uses or not (is_pushed or self._has_optional_parts(other)):
                continue
            filled = self.program.column()
            most = sum(map(self.model.size, uses))
            self.program.at_most(solver_programs.added({use.column: 1 for use in uses}, {filled: -most}), 0)
            met = dict.fromkeys(self.met.terms(node.index), -1)
            self.program.at_most(solver_programs.added({filled: 1, column: -1}, met), 0)
            least, _ = self.weights(other)
            for rival, counted in chosen.items():
                if rival != other and self.weights(rival)[1] > least:
                    self.program.at_most({counted: 1, filled: 1, column: -1}, 1)

    def weights(self, index: int) -> tuple[int, int]:
        """The least and the most that a requirement may weigh, by the parts that count."""
        node = self.nodes[index]
        if self.figures.is_free[index]:
            return 0, 0
        needed, choices = self.figures.choices(node)
        if node.is_leaf or not needed or not any(self._has_weight(child) for child in choices):
            mine = leaf_weight(self.figures, node)
            return mine, mine
        ranges = [self.weights(child) for child in choices]
        least, most = sorted(low for low, _ in ranges), sorted((high for _, high in ranges), reverse=True)
        return sum(least[:needed]), sum(most[:needed])

    def _has_optional_parts(self, index: int) -> bool:
        node = self.nodes[index]
        inner = (child for child in node.children if child not in node.choices or self._has_optional_parts(child))
        return next(inner, None) is not None

    def _only_met(self, index: int, child: int, chosen: int) -> None:
        """Of a requirement that is met only parts that are met count."""
        around = self.met.column(index)
        if around >= 0:
            terms = solver_programs.added({chosen: 1, around: 1}, solver_programs.times(-1, self.met.terms(child)))
            self.program.at_most(terms, 1)

    def _has_weight(self, index: int) -> bool:
        return has_weight(self.figures, self.nodes[index])

    def _leaf(self, node: allocation_board.Node, gate: int | None) -> Terms:
        """The least of applied to needed over the minima, times the weight, of a node that takes items itself."""
        whole = leaf_weight(self.figures, node) * (self.unit // self.figures.scale)
        if not whole:
            return {}
        uses = self.model.counted(node.index)
        if gate is None and _is_plain(node) and sum(map(self.model.size, uses)) <= node.min_courses:
            return {use.column: whole // node.min_courses for use in uses}
        column = self.program.column(whole, is_whole=False)
        if gate is not None:
            self.program.at_most({column: 1, gate: -whole}, 0)
        for terms, needed in self._minima(node, uses):
            factor = whole // needed
            self.program.at_most(solver_programs.added({column: 1}, solver_programs.times(-factor, terms)), 0)
        if not node.is_leaf:
            self.met.keep_whole(node.index, None)
        return {column: 1}

    def _minima(self, node: allocation_board.Node, uses: list[model.Use]) -> list[tuple[Terms, int]]:
        found: list[tuple[Terms, int]] = []
        if node.min_courses:
            found.append(({use.column: 1 for use in uses}, node.min_courses))
        if node.min_credits:
            plain = solver_programs.added(*({use.column: self.model.credits(use)} for use in uses))
            by_tolerance = solver_programs.times(self.figures.tolerance, self.met.terms(node.index))
            found.append((solver_programs.added(plain, by_tolerance), self.figures.needed(node)))
        found += [
            (self.met.measured(bound, uses), self.figures.amount(bound))
            for bound in node.minima
            if self.figures.amount(bound) > 0
        ]
        return found


def _is_plain(node: allocation_board.Node) -> bool:
    """Whether a leaf asks for a number of courses and nothing else."""
    return node.is_leaf and bool(node.min_courses) and not (node.min_credits or node.minima)


def leaf_weight(figures: model_figures.Figures, node: allocation_board.Node) -> int:
    """What a node that takes items itself weighs: its needed credits, or three for each needed course."""
    return figures.weights[node.index]


def has_weight(figures: model_figures.Figures, node: allocation_board.Node) -> bool:
    """Whether anything beneath a node is worth something."""
    return figures.frame.has_weight[node.index]


def unit(figures: model_figures.Figures, tops: tuple[int, ...]) -> int:
    """Whole units of a credit, so that every fraction of every weight is whole."""
    known = figures.frame.units.get((tops, figures.scale))
    if known is not None:
        return known
    found = {1}
    for top in tops:
        for node in beneath(figures.board, top):
            mine = leaf_weight(figures, node)
            if mine:
                needed = (node.min_courses, figures.needed(node), *(figures.amount(bound) for bound in node.minima))
                found |= {one // gcd(one, mine) for one in needed if one > 0}
    known = figures.frame.units[tops, figures.scale] = figures.scale * lcm(*found)
    return known


def beneath(board: allocation_board.Board, index: int) -> Sequence[allocation_board.Node]:
    """A node with all beneath it, which follow it in tree order."""
    last = index
    while board.nodes[last].children:
        last = board.nodes[last].children[-1]
    return board.nodes[index : last + 1]
