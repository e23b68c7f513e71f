"""The goals of an allocation as expressions, in their order; each is to be made as great as possible.

=============  =========================================================================================
`VERSION`      the whole version is met
`REQUIRED`     required top-level requirements met
`OPTIONAL`     optional top-level requirements met
`VALUE`        Σ over required leaves of weight × fraction
`PARTS`        optional requirements beneath others met
`PLANNED`      planned courses used, as few as possible; then `RUNNING` ones
`OTHER`        uses of courses that are not preferred, as few as possible
`COURSES`      courses used, as few as possible; then `USES` of them, where sharing lets one count twice
`KEPT`         courses that stay where the narrower view has them
`PLACE`        courses in requirements that stand early in the program
=============  =========================================================================================
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import Enum, auto

from gql_api.domain import allocation_board, entries, model, model_met, model_value, solver_programs

Terms = solver_programs.Terms


class Goal(Enum):
    """What is aimed at, the most important first."""

    VERSION = auto()
    REQUIRED = auto()
    OPTIONAL = auto()
    VALUE = auto()
    PARTS = auto()
    PLANNED = auto()
    RUNNING = auto()
    OTHER = auto()
    COURSES = auto()
    USES = auto()
    KEPT = auto()
    PLACE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """One goal of a model: its expression, and between which numbers that lies."""

    goal: Goal
    terms: Terms
    lowest: int
    highest: int


def aims(
    made: model.Model,
    met: model_met.Met,
    *,
    kept: Collection[int] = (),
    stays: Collection[tuple[int, int]] = (),
    with_version: bool = False,
) -> tuple[Aim, ...]:
    """The goals that this component can do something about. `kept` requirements are made hard conditions."""
    nodes = made.board.nodes
    required = [top for top in made.tops if not nodes[top].is_optional]
    optional = [top for top in made.tops if nodes[top].is_optional]
    for top in made.tops:
        if top in kept and met.column(top) >= 0:
            made.program.fix(met.column(top), 1)
    unit = model_value.unit(made.figures, made.tops)
    value = model_value.Value(met, unit, is_pushed=with_version)
    found = [
        (Goal.VERSION, _version(made, met, required) if with_version else {}),
        (Goal.REQUIRED, solver_programs.added(*(met.terms(top) for top in required))),
        (Goal.OPTIONAL, solver_programs.added(*(met.terms(top) for top in optional))),
        (Goal.VALUE, solver_programs.added(*(value.of(top) for top in required))),
        (Goal.PARTS, solver_programs.added(*(_part(made, met, one) for one in optional_parts(made.board, made.tops)))),
        *_thrift(made),
        (Goal.KEPT, _stays(made, stays)),
        (Goal.PLACE, _places(made)),
    ]
    return tuple(_aim(made, goal, terms) for goal, terms in found if terms)


def _aim(made: model.Model, goal: Goal, terms: Terms) -> Aim:
    uppers = made.program.uppers
    return Aim(
        goal=goal,
        terms=terms,
        lowest=sum(min(factor, 0) * uppers[column] for column, factor in terms.items()),
        highest=sum(max(factor, 0) * uppers[column] for column, factor in terms.items()),
    )


def _version(made: model.Model, met: model_met.Met, required: list[int]) -> Terms:
    """A column that is 1 only where every required requirement and the program's own minima are met."""
    root = made.board.nodes[allocation_board.ROOT]
    column = made.program.column()
    for top in required:
        if met.column(top) != model_met.ALWAYS:
            made.program.at_most(solver_programs.added({column: 1}, solver_programs.times(-1, met.terms(top))), 0)
    uses = made.counted(root.index)
    for bound in root.minima:
        terms = solver_programs.added(met.measured(bound, uses), {column: -made.figures.amount(bound)})
        made.program.at_least(terms, 0)
    met.keep_whole(root.index, {column: 1})
    return {column: 1}


def optional_parts(board: allocation_board.Board, tops: Iterable[int]) -> list[int]:
    """The optional requirements beneath others that no choice counts."""
    nodes = board.nodes
    inner = (index for top in tops for index in beneath(board, top))
    return [index for index in inner if nodes[index].is_optional and index not in nodes[nodes[index].parent].choices]


def _part(made: model.Model, met: model_met.Met, index: int) -> Terms:
    """An optional part counts where it is met, and so is every part around it."""
    between = made.board.nodes[index].line[2:-1]
    columns = [met.column(above) for above in (*between, index)]
    if model_met.NEVER in columns:
        return {}
    open_ones = sorted({column for column in columns if column >= 0})
    if len(open_ones) <= 1:
        return solver_programs.ones(open_ones)
    column = made.program.column()
    for one in open_ones:
        made.program.at_most({column: 1, one: -1}, 0)
    return {column: 1}


def beneath(board: allocation_board.Board, index: int) -> list[int]:
    """Every node beneath one, in tree order."""
    last = index
    while board.nodes[last].children:
        last = board.nodes[last].children[-1]
    return list(range(index + 1, last + 1))


def _thrift(made: model.Model) -> list[tuple[Goal, Terms]]:
    """Later courses, courses that are not preferred, and courses at all: as few as possible."""
    board = made.board
    uses = [use for leaf in sorted(made.uses) for use in made.uses[leaf]]
    courses: Terms = {}
    several: dict[int, list[model.Use]] = {}
    for use in uses:
        if use.item in made.manifold:
            several.setdefault(use.item, []).append(use)
        else:
            courses[use.column] = -1
    for item, found in sorted(several.items()):
        column = made.program.column() if len(found) > 1 else found[0].column
        courses[column] = -1
        if len(found) > 1:
            for use in found:
                made.program.at_least({column: 1, use.column: -1}, 0)
        several[item] = [found[0]._replace(column=column)]
    views = {
        **{column: board.items[found[0].item].view for found in several.values() for column in [found[0].column]},
        **{use.column: board.items[use.item].view for use in uses if use.item not in several},
    }
    others = {use.column: -1 for use in uses if not board.fits[use.leaf][use.item].is_preferred}
    # Where no use is preferred these are the uses, and where none is counted twice those are the courses.
    is_told = bool(others) and (bool(several) or len(others) < len(uses))
    return [
        (Goal.PLANNED, {column: -1 for column, view in views.items() if view is entries.View.PLANNED}),
        (Goal.RUNNING, {column: -1 for column, view in views.items() if view is entries.View.IN_PROGRESS}),
        (Goal.OTHER, others if is_told else {}),
        (Goal.COURSES, courses),
        (Goal.USES, {use.column: -1 for use in uses} if several else {}),
    ]


def _stays(made: model.Model, stays: Collection[tuple[int, int]]) -> Terms:
    wanted = {(leaf, item) for leaf, item in stays}
    terms: Terms = {}
    for leaf in sorted(made.uses):
        for use in made.uses[leaf]:
            number = sum((leaf, item) in wanted for item in made.members[use.item])
            if number == made.size(use) == 1:
                terms[use.column] = 1
    return terms


def _places(made: model.Model) -> Terms:
    """Among what competes, an early requirement goes first: a use costs how many of its rivals stand before it."""
    places = {top: place for place, top in enumerate(made.tops)}
    lines = {leaf: made.board.nodes[leaf].line[1] for leaf in made.uses}
    return {use.column: -places[lines[leaf]] for leaf in sorted(made.uses) for use in made.uses[leaf]}
