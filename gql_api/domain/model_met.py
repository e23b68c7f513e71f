"""What makes a requirement met, as rows: a column is 1 only where everything that the requirement asks for is there."""

from collections.abc import Sequence
from decimal import Decimal
from math import lcm

from gql_api.domain import (
    allocation_board,
    audit_constraints,
    averages,
    model,
    model_figures,
    requirements,
    solver_programs,
)

ALWAYS, NEVER = -1, -2
"""In place of a column: what is met without any item, and what cannot be met with all of them."""
Kind = requirements.ConstraintKind
Terms = solver_programs.Terms


class Met:
    """The columns that say which requirements are met, each made when it is first asked for."""

    def __init__(self, made: model.Model) -> None:
        self.model = made
        self.program = made.program
        self.figures = made.figures
        self.nodes = made.board.nodes
        self._columns: dict[int, int] = {}

    def column(self, index: int) -> int:
        """The column of a requirement, or ALWAYS or NEVER."""
        if index not in self._columns:
            self._columns[index] = self._make(self.nodes[index])
        return self._columns[index]

    def terms(self, index: int) -> Terms:
        """The column as an expression; empty for NEVER. What is ALWAYS met is the caller's to count."""
        column = self.column(index)
        return {column: 1} if column >= 0 else {}

    def keep_whole(self, index: int, condition: Terms | None) -> None:
        """Parts beneath a requirement are met or empty: always, or wherever the condition (a 0/1 expression) is 1."""
        for child in self.nodes[index].children:
            if not self._is_whole_anyway(child):
                for leaf in self.nodes[child].leaves:
                    self._only_where_met(leaf, child, condition)
            self.keep_whole(child, condition)

    def _make(self, node: allocation_board.Node) -> int:
        if self.figures.is_free[node.index]:
            return ALWAYS
        if not self.figures.is_possible[node.index]:
            return NEVER
        alias = self._alias(node)
        if alias is not None:
            return alias
        column = self.program.column()
        self._needs_children(node, column)
        uses = self.model.counted(node.index) if node.is_leaf or model_figures.is_weighing(node) else []
        if node.min_courses:
            self._needs({use.column: 1 for use in uses}, column, node.min_courses)
        if node.min_credits:
            self._needs(self.credits(uses), column, self.figures.needed(node))
        for bound in node.minima:
            self._needs(self.measured(bound, uses), column, self.figures.amount(bound))
        for average in node.averages:
            self._needs_average(node, column, average)
        if model_figures.is_weighing(node):
            self.keep_whole(node.index, {column: 1})
        return column

    def _alias(self, node: allocation_board.Node) -> int | None:
        """A column that says the same already: the only item of a leaf, or the only child."""
        if node.averages or node.minima or node.min_credits:
            return None
        if node.is_leaf:
            uses = self.model.beneath(node.index)
            is_single = node.min_courses == 1 and len(uses) == 1 and self.model.size(uses[0]) == 1
            return uses[0].column if is_single else None
        if node.min_courses:
            return None
        needed, choices = self.figures.choices(node)
        return self.column(choices[0]) if needed == 1 == len(choices) else None

    def _needs_children(self, node: allocation_board.Node, column: int) -> None:
        needed, choices = self.figures.choices(node)
        if not needed:
            return
        if needed == len(choices):
            for child in choices:
                self.program.at_most({column: 1, self.column(child): -1}, 0)
            return
        parts = [self.terms(child) for child in choices]
        self.program.at_least(solver_programs.added({column: -needed}, *parts), 0)

    def _needs(self, terms: Terms, column: int, needed: int) -> None:
        if needed > 0:
            self.program.at_least(solver_programs.added(terms, {column: -needed}), 0)

    def credits(self, uses: Sequence[model.Use]) -> Terms:
        """The credits of the uses, with the tolerance where one of them is converted from another calendar."""
        terms = solver_programs.added(*({use.column: self.model.credits(use)} for use in uses))
        fits = self.model.board.fits
        converted = [use.column for use in uses if fits[use.leaf][use.item].face.is_converted]
        if self.figures.tolerance and converted:
            column = self.program.column(is_whole=False)
            self.program.at_most(solver_programs.added({column: 1}, dict.fromkeys(converted, -1)), 0)
            terms[column] = self.figures.tolerance
        return terms

    def measured(self, bound: allocation_board.Bound, uses: Sequence[model.Use]) -> Terms:
        """The number that a minimum looks at."""
        parts = [(use, self.figures.part(bound, use.leaf, use.item)) for use in uses]
        if bound.constraint.kind is not Kind.MIN_DISTINCT_SUBJECTS:
            return solver_programs.added(*({use.column: part} for use, part in parts if part))
        by_subject: dict[str, list[int]] = {}
        for use, part in parts:
            name = audit_constraints.subject(self.model.board.use(use.leaf, use.item))
            if part and name:
                by_subject.setdefault(name, []).append(use.column)
        terms: Terms = {}
        for _, columns in sorted(by_subject.items()):
            column = self.program.column(is_whole=False)
            self.program.at_most(solver_programs.added({column: 1}, dict.fromkeys(columns, -1)), 0)
            terms[column] = 1
        return terms

    def _needs_average(self, node: allocation_board.Node, column: int, average: Decimal) -> None:
        """Quality points reach the average times credits, over at least one graded attempt."""
        points: dict[int, Decimal] = {}
        for use in self.model.beneath(node.index):
            board = self.model.board
            if board.use(use.leaf, use.item).face.is_own:
                graded = [averages.graded(one, node.pool.institution_id) for one in board.items[use.item].used]
                found = [one for one in graded if one is not None]
                if found:
                    points[use.column] = sum(((got - average) * amount for got, amount in found), Decimal(0))
        scale = lcm(*(model_figures.fraction(amount).denominator for amount in points.values()))
        terms = {one: int(model_figures.fraction(amount) * scale) for one, amount in points.items()}
        lowest = sum(min(factor, 0) * self.program.uppers[one] for one, factor in terms.items())
        self.program.at_least(solver_programs.added(terms, {column: lowest}), lowest)
        self.program.at_least(solver_programs.added(dict.fromkeys(points, 1), {column: -1}), 0)

    def _is_whole_anyway(self, index: int) -> bool:
        """Whether a requirement with something applied is met for that reason alone, or takes nothing."""
        node = self.nodes[index]
        if self.column(index) == ALWAYS or not self.model.beneath(index):
            return True
        plain = not (node.min_credits or node.minima or node.averages)
        return node.is_leaf and plain and node.min_courses <= 1

    def _only_where_met(self, leaf: int, part: int, condition: Terms | None) -> None:
        uses = self.model.uses.get(leaf, ())
        most = sum(self.model.size(use) for use in uses)
        limit = self.model.board.nodes[leaf].max_courses
        most = most if limit is None else min(most, limit)
        terms = solver_programs.added({use.column: 1 for use in uses}, solver_programs.times(-most, self.terms(part)))
        if condition is None:
            self.program.at_most(terms, 0)
        else:
            self.program.at_most(solver_programs.added(terms, solver_programs.times(most, condition)), most)
