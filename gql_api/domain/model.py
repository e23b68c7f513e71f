"""One component of a board as a 0/1 program: which items are applied where, within exclusivity, sharing and maxima.

Items that are alike in everything the rules look at form a class, and a column says how many of a class are applied
to a leaf; so a program does not distinguish what no rule does. What makes a requirement met is in `model_met`, what
is worth how much in `model_goals`.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gql_api.domain import allocation_board, audit_constraints, averages, model_figures, requirements, solver_programs

Kind = requirements.ConstraintKind
Terms = solver_programs.Terms


class Use(NamedTuple):
    """Items of a class in a leaf: the leaf, one item that stands for the class, and the column that counts them."""

    leaf: int
    item: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundles:
    """Items that are there only together; of the bundles in each of `rivals`, and of the items in each of `once`, at
    most one.
    """

    bundles: tuple[tuple[int, ...], ...] = ()
    rivals: tuple[tuple[int, ...], ...] = ()
    once: tuple[tuple[int, ...], ...] = ()


@dataclass(slots=True, kw_only=True)
class Model:
    """The program of the requirements `tops`, with the columns of every leaf beneath them."""

    board: allocation_board.Board
    figures: model_figures.Figures
    tops: tuple[int, ...]
    program: solver_programs.Program
    uses: Mapping[int, tuple[Use, ...]]
    members: Mapping[int, tuple[int, ...]]
    manifold: frozenset[int]
    together: dict[tuple[int, int], int]

    def beneath(self, index: int) -> list[Use]:
        """Every use in the leaves of a node."""
        return [use for leaf in self.board.nodes[index].leaves for use in self.uses.get(leaf, ())]

    def counted(self, index: int) -> list[Use]:
        """The uses beneath a node, where an item that several leaves there may count at once stands once."""
        plain: list[Use] = []
        several: dict[int, list[Use]] = {}
        for use in self.beneath(index):
            if use.item in self.manifold:
                several.setdefault(use.item, []).append(use)
            else:
                plain.append(use)
        return plain + [self._once(index, found) for _, found in sorted(several.items())]

    def size(self, use: Use) -> int:
        """How many items the column may count."""
        return self.program.uppers[use.column]

    def credits(self, use: Use) -> int:
        """The credits of one item there, in whole units."""
        return self.figures.credits[use.leaf][use.item]

    def _once(self, index: int, found: list[Use]) -> Use:
        if len(found) == 1:
            return found[0]
        key = index, found[0].item
        if key not in self.together:
            column = self.program.column()
            self.together[key] = column
            self.program.at_most(solver_programs.added({column: 1}, {use.column: -1 for use in found}), 0)
            for use in found:
                self.program.at_least({column: 1, use.column: -1}, 0)
        return found[0]._replace(column=self.together[key])


def model(
    figures: model_figures.Figures,
    tops: Sequence[int],
    fixed: Iterable[tuple[int, int]] = (),
    apart: frozenset[int] = frozenset(),
    bundles: Bundles | None = None,
) -> Model:
    """The columns, and the rows that no allocation may break. `fixed` items are applied, `apart` ones like no other."""
    board, program = figures.board, solver_programs.Program()
    leaves = [leaf for top in tops for leaf in board.nodes[top].leaves if board.fits.get(leaf)]
    manifold = _manifold(board, leaves)
    if bundles is not None:
        apart |= {item for found in bundles.bundles for item in found}
    apart |= {item for group in figures.once for _, item in group}
    classes = _classes(figures, leaves, manifold | apart)
    uses: dict[int, tuple[Use, ...]] = {}
    for leaf in leaves:
        most = board.nodes[leaf].max_courses
        uses[leaf] = tuple(
            Use(leaf, found[0], program.column(len(found) if most is None else min(len(found), most)))
            for found in classes
            if found[0] in board.fits[leaf]
        )
    made = Model(
        board=board,
        figures=figures,
        tops=tuple(tops),
        program=program,
        uses=uses,
        members={found[0]: found for found in classes},
        manifold=manifold,
        together={},
    )
    _exclude(made)
    _share(made)
    for index in sorted({above for leaf in leaves for above in board.nodes[leaf].line}):
        _limit(made, board.nodes[index])
    for pairs in figures.once:
        _only_one(made, frozenset(pairs))
    if bundles is not None:
        _bundle(made, bundles)
    _force(made, frozenset(item for _, item in fixed))
    return made


def applied(made: Model, values: Sequence[float]) -> tuple[tuple[int, int], ...]:
    """The (leaf, item) pairs of a solution. Of a class the first items go to the first leaves."""
    left = {item: list(found) for item, found in made.members.items()}
    pairs: list[tuple[int, int]] = []
    for leaf in sorted(made.uses):
        for use in made.uses[leaf]:
            number = round(values[use.column])
            if use.item in made.manifold:
                pairs += [(leaf, use.item)] * number
            else:
                pairs += [(leaf, left[use.item].pop(0)) for _ in range(number)]
    return tuple(sorted(pairs))


def _manifold(board: allocation_board.Board, leaves: Sequence[int]) -> frozenset[int]:
    """The items that more than one leaf may count at once: in several domains, or through sharing."""
    domains: dict[int, set[int]] = {}
    joined = {leaf for pair in board.pairs for end in (pair.one, pair.other) for leaf in board.nodes[end].leaves}
    found: set[int] = set()
    for leaf in leaves:
        for item in board.fits[leaf]:
            domains.setdefault(item, set()).add(board.nodes[leaf].domain)
            if leaf in joined or len(domains[item]) > 1:
                found.add(item)
    return frozenset(found)


def _classes(
    figures: model_figures.Figures, leaves: Sequence[int], manifold: frozenset[int]
) -> tuple[tuple[int, ...], ...]:
    """The items by what the rules see of them, in canonical order."""
    board = figures.board
    seen: dict[int, list[object]] = {}
    for leaf in leaves:
        node = board.nodes[leaf]
        bounds = [bound for above in node.line for bound in (*board.nodes[above].minima, *board.nodes[above].maxima)]
        is_averaged = any(board.nodes[above].averages for above in node.line)
        for item, fit in board.fits[leaf].items():
            signs = seen.setdefault(item, [board.items[item].view.rank, item if item in manifold else -1])
            signs += [leaf, figures.credits[leaf][item], fit.face.is_converted, fit.is_preferred, fit.is_forced]
            signs += [_sign(figures, bound, leaf, item) for bound in bounds]
            if is_averaged:
                signs += [averages.graded(entry, node.pool.institution_id) for entry in board.items[item].used]
    grouped: dict[tuple[object, ...], list[int]] = {}
    for item in sorted(seen):
        grouped.setdefault(tuple(seen[item]), []).append(item)
    return tuple(tuple(found) for found in grouped.values())


def _sign(figures: model_figures.Figures, bound: allocation_board.Bound, leaf: int, item: int) -> object:
    part = figures.part(bound, leaf, item)
    if part and bound.constraint.kind in audit_constraints.BY_SUBJECT:
        return part, audit_constraints.subject(figures.board.use(leaf, item))
    return part


def _exclude(made: Model) -> None:
    """No item is applied more often than it is there, in each domain of exclusivity."""
    board = made.board
    found: dict[tuple[int, int], list[Use]] = {}
    for leaf in sorted(made.uses):
        for use in made.uses[leaf]:
            found.setdefault((board.nodes[leaf].domain, use.item), []).append(use)
    for (_, item), here in found.items():
        if len(here) == 1:
            continue
        if item in made.manifold and board.pairs:
            for one, other in itertools.combinations(here, 2):
                if not any(joins(board, pair, one.leaf, other.leaf) for pair in board.pairs):
                    made.program.at_most({one.column: 1, other.column: 1}, 1)
        else:
            made.program.at_most(solver_programs.ones(use.column for use in here), len(made.members[item]))


def _share(made: Model) -> None:
    """What two requirements count both stays within the cap of the pair."""
    for pair in made.board.pairs:
        if pair.max_courses is None and pair.max_credits is None:
            continue
        shared: list[tuple[int, int]] = []
        by_item: dict[tuple[int, int], list[Use]] = {}
        for leaf in sorted(made.uses):
            for use in made.uses[leaf]:
                by_item.setdefault((made.board.nodes[leaf].domain, use.item), []).append(use)
        for here in by_item.values():
            both = [(a, b) for a, b in itertools.combinations(here, 2) if joins(made.board, pair, a.leaf, b.leaf)]
            if both:
                column = made.program.column()
                shared.append((column, max(made.credits(use) for couple in both for use in couple)))
                for one, other in both:
                    made.program.at_most({one.column: 1, other.column: 1, column: -1}, 1)
        if pair.max_courses is not None:
            made.program.at_most({column: 1 for column, _ in shared}, pair.max_courses)
        if pair.max_credits is not None:
            made.program.at_most(dict(shared), made.figures.of(pair.max_credits))


def joins(board: allocation_board.Board, pair: allocation_board.Pair, leaf: int, other: int) -> bool:
    """Whether a pair of requirements lets both leaves count the same item."""
    mine, theirs = board.nodes[leaf].line, board.nodes[other].line
    return (pair.one in mine and pair.other in theirs) or (pair.other in mine and pair.one in theirs)


def _limit(made: Model, node: allocation_board.Node) -> None:
    """The maxima of a node, over everything applied beneath it; those that cannot be exceeded are left out."""
    if node.max_courses is None and node.max_credits is None and not node.maxima:
        return
    uses = made.counted(node.index)
    if node.max_courses is not None:
        _at_most(made, [(use, 1) for use in uses], node.max_courses)
    if node.max_credits is not None:
        _at_most(made, [(use, made.credits(use)) for use in uses], made.figures.of(node.max_credits))
    for bound in node.maxima:
        parts = [(use, made.figures.part(bound, use.leaf, use.item)) for use in uses]
        if bound.constraint.kind is not Kind.MAX_CREDITS_PER_SUBJECT:
            _at_most(made, parts, made.figures.amount(bound))
            continue
        by_subject: dict[str, list[tuple[Use, int]]] = {}
        for use, part in parts:
            name = audit_constraints.subject(made.board.use(use.leaf, use.item))
            by_subject.setdefault(name, []).append((use, part))
        for _, found in sorted(by_subject.items()):
            _at_most(made, found, made.figures.amount(bound))


def _at_most(made: Model, parts: Sequence[tuple[Use, int]], most: int) -> None:
    if sum(part * made.size(use) for use, part in parts) > most:
        made.program.at_most({use.column: part for use, part in parts}, most)


def _bundle(made: Model, given: Bundles) -> None:
    """An item is applied only where its bundle is there; the order of bundles is that of preference among equals."""
    rival = {number for group in given.rivals for number in group}
    columns: dict[int, int] = {}
    for number, bundle in enumerate(given.bundles):
        uses = [use for found in made.uses.values() for use in found if use.item in bundle]
        if number in rival and uses:
            columns[number] = made.program.column()
            for use in uses:
                made.program.at_most({use.column: 1, columns[number]: -1}, 0)
    for group in given.rivals:
        here = [columns[number] for number in group if number in columns]
        if len(here) > 1:
            made.program.at_most(solver_programs.ones(here), 1)
    for group in given.once:
        _only_one(made, frozenset((leaf, item) for leaf in made.uses for item in group))


def _only_one(made: Model, pairs: frozenset[tuple[int, int]]) -> None:
    """Of the (leaf, item) pairs only those of one item are applied."""
    columns: list[int] = []
    for item in sorted({item for _, item in pairs}):
        uses = [use for found in made.uses.values() for use in found if use.item == item and use[:2] in pairs]
        if uses:
            columns.append(made.program.column())
            for use in uses:
                made.program.at_most({use.column: 1, columns[-1]: -1}, 0)
    if len(columns) > 1:
        made.program.at_most(solver_programs.ones(columns), 1)


def _force(made: Model, fixed: frozenset[int]) -> None:
    """Items that an exception forces are applied in one of the leaves that it speaks of."""
    for item, found in made.members.items():
        number = len(fixed.intersection(found))
        if number:
            columns = [use.column for uses in made.uses.values() for use in uses if use.item == item]
            made.program.at_least(solver_programs.ones(columns), 1 if item in made.manifold else number)
