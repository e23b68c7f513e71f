"""The program of a gap plan: the fewest credits, then courses, that meet everything, prerequisites and totals included.

The rows of requirements are those of the audit. Offered items that no rule tells apart are counted together; what has
or is a prerequisite, or belongs to an exclusion group, stands for itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import lcm

from gql_api.domain import (
    allocation_board,
    courses,
    credits,
    gap_plans_board,
    gap_plans_prerequisites,
    model,
    model_figures,
    model_met,
    solver,
    solver_programs,
)

Terms = solver_programs.Terms
ZERO = credits.ZERO
_COURSE = 10_000
"""What one course weighs against the order among courses that are alike in credits."""
_LEVEL, _NO_LEVEL = 1_000, 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """Credits that are lacking beyond the plan: in total, and earned at the program's institution."""

    total: Decimal = ZERO
    residency: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How the search ended, the offered items that were chosen, and the credits below which nothing suffices."""

    outcome: solver.Outcome
    chosen: tuple[int, ...] = ()
    credits: Decimal = ZERO
    is_fewest: bool = True


@dataclass(slots=True, kw_only=True)
class Search:
    """The program. `groups` are the offered items that are counted together, by the column that counts them."""

    setting: gap_plans_board.Setting
    program: solver_programs.Program
    groups: dict[int, tuple[int, ...]] = field(default_factory=dict[int, tuple[int, ...]])
    scale: int = 1
    is_hopeless: bool = False

    def solve(self) -> Answer:
        """The smallest set by credits, then count, then what is preferred and of a lower level."""
        if self.is_hopeless:
            return Answer(outcome=solver.Outcome.INFEASIBLE)
        cost = {column: self._units(self._amount(found[0])) for column, found in self.groups.items()}
        first = solver.solve(self.program, solver_programs.times(-1, cost))
        if first.outcome is not solver.Outcome.OPTIMAL:
            return Answer(outcome=first.outcome)
        least = round(solver_programs.value(cost, first.values))
        row = len(self.program.rows)
        self.program.at_most(cost, least)
        second = solver.solve(self.program, {column: -self._weight(found) for column, found in self.groups.items()})
        del self.program.rows[row:]
        is_fewest = second.outcome is solver.Outcome.OPTIMAL
        return Answer(
            outcome=solver.Outcome.OPTIMAL,
            chosen=self._chosen(second.values if is_fewest else first.values),
            credits=Decimal(least) / self.scale,
            is_fewest=is_fewest,
        )

    def exclude(self, chosen: Iterable[int]) -> None:
        """A set that does not suffice, and so none of its parts: something else must be taken beside or instead."""
        taken = set(chosen)
        more: Terms = {}
        for column, found in self.groups.items():
            number = len(taken.intersection(found))
            if number < self.program.uppers[column]:
                beyond = self.program.column()
                self.program.at_least({column: 1, beyond: -(number + 1)}, 0)
                more[beyond] = 1
        self.program.at_least(more, 1)

    def _chosen(self, values: Sequence[float]) -> tuple[int, ...]:
        return tuple(sorted(item for column, found in self.groups.items() for item in found[: round(values[column])]))

    def _amount(self, item: int) -> Decimal:
        return self.setting.board.items[item].main.credits

    def _units(self, amount: Decimal) -> int:
        return int(model_figures.fraction(amount) * self.scale)

    def _weight(self, found: Sequence[int]) -> int:
        board, item = self.setting.board, found[0]
        level = self.setting.course(item).level
        is_preferred = any(fits[item].is_preferred for fits in board.fits.values() if item in fits)
        return _COURSE + (_NO_LEVEL if level is None else level // _LEVEL) + (0 if is_preferred else 10)


def search(
    setting: gap_plans_board.Setting,
    needed: Sequence[int],
    lacking: Lacking,
    asked: gap_plans_prerequisites.Asked = gap_plans_prerequisites.NOTHING,
) -> Search:
    """The program in which these requirements (node numbers; the root is everything) are met."""
    board = setting.board
    figures = model_figures.Figures(board)
    forced = [(leaf, item) for leaf, fits in board.fits.items() for item, fit in fits.items() if fit.is_forced]
    apart = _apart(setting, asked)
    made = model.model(figures, board.tops, forced, apart=apart)
    met = model_met.Met(made)
    columns = [met.column(index) for index in needed]
    found = Search(setting=setting, program=made.program, scale=_scale(setting, lacking))
    found.is_hopeless = model_met.NEVER in columns
    for column in columns:
        if column >= 0:
            made.program.fix(column, made.program.uppers[column])
    _count(found, made, apart)
    _add_totals(found, lacking)
    _add_once(found)
    gap_plans_prerequisites.add(made.program, asked, _taken(found))
    return found


def _apart(setting: gap_plans_board.Setting, asked: gap_plans_prerequisites.Asked) -> frozenset[int]:
    """The offered items that no other may stand for."""
    named = asked.named() | asked.trees.keys()
    return frozenset(
        item
        for item in setting.offered
        if setting.course(item).same_ids & named
        or setting.course(item).exclusion_group_id is not None
        or setting.course(item).is_developmental
        or not setting.board.items[item].main.is_own
    )


def _count(found: Search, made: model.Model, apart: frozenset[int]) -> None:
    """A column for each group of offered items: at least as many as are applied, at most as many as there are."""
    placed: set[int] = set()
    for first, members in made.members.items():
        if first not in found.setting.offered:
            continue
        placed.update(members)
        column = made.program.column(len(members))
        found.groups[column] = members
        by_domain: dict[int, list[int]] = {}
        for leaf, uses in made.uses.items():
            here = [use.column for use in uses if use.item == first]
            domain = leaf if first in made.manifold else made.board.nodes[leaf].domain
            by_domain.setdefault(domain, []).extend(here)
        for used in by_domain.values():
            made.program.at_least(solver_programs.added({column: 1}, dict.fromkeys(used, -1)), 0)
    _count_others(found, placed, apart)


def _count_others(found: Search, placed: set[int], apart: frozenset[int]) -> None:
    """Offered items that fit nowhere: they count in totals, or are prerequisites."""
    setting, alike = found.setting, dict[object, list[int]]()
    for item in setting.offered:
        if item not in placed:
            face = setting.board.items[item].main
            sign: object = item if item in apart else (face.credits, face.is_own, setting.course(item).level)
            alike.setdefault(sign, []).append(item)
    for members in alike.values():
        found.groups[found.program.column(len(members))] = tuple(members)


def _add_totals(found: Search, lacking: Lacking) -> None:
    items = found.setting.board.items
    for amount, is_residency in ((lacking.total, False), (lacking.residency, True)):
        if amount > 0:
            terms = {
                column: int(model_figures.fraction(items[members[0]].main.credits) * found.scale)
                for column, members in found.groups.items()
                if found.setting.course(members[0]).level != courses.DEVELOPMENTAL
                and (items[members[0]].main.is_own or not is_residency)
            }
            found.program.at_least(terms, int(model_figures.fraction(amount) * found.scale))


def _add_once(found: Search) -> None:
    """Of an exclusion group one course earns credit."""
    groups: dict[int, list[int]] = {}
    for column, members in found.groups.items():
        group = found.setting.course(members[0]).exclusion_group_id
        if group is not None:
            groups.setdefault(group, []).append(column)
    for columns in groups.values():
        if len(columns) > 1:
            found.program.at_most(solver_programs.ones(columns), 1)


def _taken(found: Search) -> Mapping[int, Terms]:
    return {
        id: {column: 1}
        for column, members in found.groups.items()
        if len(members) == 1
        for id in found.setting.course(members[0]).same_ids
    }


def _scale(setting: gap_plans_board.Setting, lacking: Lacking) -> int:
    amounts = [setting.board.items[item].main.credits for item in setting.offered]
    amounts += [lacking.total, lacking.residency]
    return lcm(*(model_figures.fraction(amount).denominator for amount in amounts))


def is_possible(setting: gap_plans_board.Setting, index: int) -> bool | None:
    """Whether every course together could meet one requirement; none where the bound of the work is reached."""
    outcome = search(setting, (index,), Lacking()).solve().outcome
    return None if outcome is solver.Outcome.LIMIT else outcome is solver.Outcome.OPTIMAL


ROOT = allocation_board.ROOT
