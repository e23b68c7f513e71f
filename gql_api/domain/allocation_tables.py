"""What one leaf asks for and limits as dimensions, and the cheapest way to every amount of them.

A table goes through the items and keeps of each amount the cheapest way to it. Averages are left out: with fewer
conditions the answer is never too low.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from gql_api.domain import allocation_board, audit_constraints, eligibility, model_figures, requirements

Kind = requirements.ConstraintKind
Amounts = tuple[int, ...]
Items = Sequence[tuple[int, int, Amounts]]
"""Items as (bit, cost, amounts), the cheapest first."""
States = dict[Amounts, tuple[int, int]]
"""By amount what it costs, and the items as bits."""
MOST_STATES = 1_500
"""Amounts that one table may tell apart."""


class Unsuited(Exception):
    """The component is more than bounds of single requirements can settle at little cost."""


class Want(NamedTuple):
    """An amount that is asked for: the sum of some dimensions, with what one unit of it is worth until it is there.

    `slack` is the dimension whose being there lowers what is needed, by `tolerance`.
    """

    dimensions: tuple[int, ...]
    needed: int
    factor: int
    slack: int | None = None
    tolerance: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The dimensions of a leaf: `bounds` are for each how much of it is of use, and how much is allowed."""

    items: Items
    whole: int
    bounds: tuple[tuple[int, int | None], ...]
    wants: tuple[Want, ...]
    steps: dict[Amounts, "Step"] = field(repr=False, compare=False)
    """By what is added where that leads, the same for all tables of a plan with these bounds."""

    def states(self, items: Items, mask: int) -> States:
        """Of every amount that can be reached with these items the cheapest way."""
        states: States = {(0,) * len(self.bounds): (0, 0)}
        left: dict[Amounts, int] = {}
        steps = self.steps
        for bit, cost, amounts in items:
            if not mask & bit:
                continue
            # Of items that are alike only the cheapest are of use, and only until all that they add to is there.
            step = steps.get(amounts)
            if step is None:
                step = steps[amounts] = Step(self.bounds, amounts)
            room = left.get(amounts, step.room)
            left[amounts] = room - 1
            if room <= 0:
                continue
            for state, (paid, chosen) in list(states.items()):
                after = step[state]
                if after is not None:
                    known = states.get(after)
                    if known is None or paid + cost < known[0]:
                        states[after] = paid + cost, chosen | bit
            if len(states) > MOST_STATES:
                raise Unsuited
        return states

    @property
    def is_plain(self) -> bool:
        """Whether one amount is asked for, and nothing limited."""
        return len(self.bounds) == 1 and self.bounds[0][1] is None and len(self.wants) == 1

    def plain_states(self, items: Items, mask: int) -> dict[int, tuple[int, int]]:
        """The same as `states` where one amount is asked for, and nothing limited."""
        cap = self.bounds[0][0]
        states: dict[int, tuple[int, int]] = {0: (0, 0)}
        left: dict[Amounts, int] = {}
        for bit, cost, amounts in items:
            if not mask & bit:
                continue
            amount = amounts[0]
            room = left.get(amounts)
            if room is None:
                room = -(-cap // amount) if amount > 0 else 0
            left[amounts] = room - 1
            if room <= 0:
                continue
            for state, (paid, chosen) in list(states.items()):
                after = state + amount
                if after > cap:
                    if state == cap:
                        continue  # more costs more
                    after = cap
                known = states.get(after)
                if known is None or paid + cost < known[0]:
                    states[after] = paid + cost, chosen | bit
            if len(states) > MOST_STATES:
                raise Unsuited
        return states

    def worth(self, state: Amounts) -> tuple[int, bool]:
        """What an amount is worth, and whether it is all that is asked for."""
        least = self.whole
        is_met = True
        for want in self.wants:
            amount = 0
            for one in want.dimensions:
                amount += state[one]
            if amount < want.needed and not (
                want.slack is not None and state[want.slack] and amount + want.tolerance >= want.needed
            ):
                is_met = False
                worth = want.factor * amount
                if worth < least:  # noqa: PLR1730 - the way to `min` takes longer than all the rest
                    least = worth
        return least, is_met


class Step(dict[Amounts, Amounts | None]):
    """From an amount to the one after some more; none where that is more than is allowed. Worked out when asked for.

    `room` is how many items with such amounts could add anything to what is asked for.
    """

    def __init__(self, bounds: tuple[tuple[int, int | None], ...], amounts: Amounts) -> None:
        super().__init__()
        self._bounds = bounds
        self._amounts = amounts
        found = [-(-cap // amount) for (cap, _), amount in zip(bounds, amounts, strict=True) if amount > 0]
        self.room = max(found, default=0)

    def __missing__(self, state: Amounts) -> Amounts | None:
        found: list[int] = []
        for had, more, (cap, limit) in zip(state, self._amounts, self._bounds, strict=True):
            amount = had + more
            if limit is None:
                found.append(cap if amount > cap else amount)  # noqa: FURB136 - `min` takes longer than all the rest
            elif amount > limit:
                self[state] = None
                return None
            else:
                found.append(amount)
        after = self[state] = tuple(found)
        return after


class _Asked(NamedTuple):
    """What a `Want` is about, whatever it is worth."""

    dimensions: tuple[int, ...]
    needed: int
    slack: int | None = None
    tolerance: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measures:
    """What every item adds to the dimensions of a leaf: the same whatever uses cost.

    `node` and `fits` are held, so that their identities stay their own.
    """

    node: allocation_board.Node
    fits: Mapping[int, eligibility.Fit]
    amounts: Mapping[int, Amounts]
    bounds: tuple[tuple[int, int | None], ...]
    asked: tuple[_Asked, ...]
    steps: dict[Amounts, Step]


def table(
    figures: model_figures.Figures,
    node: allocation_board.Node,
    order: Sequence[int],
    costs: Mapping[int, int],
    whole: int,
) -> Table:
    """The table of a leaf: its items in that order, with their costs, and what it is worth when it is met."""
    fits, memo = figures.board.fits[node.index], figures.board.memo.measures
    key = id(node), id(fits), figures.scale
    found: _Measures | None = memo.get(key)
    if found is None:
        found = memo[key] = _Dimensions(figures, node, fits).measures()
    amounts = found.amounts
    return Table(
        items=tuple([(1 << item, costs[item], amounts[item]) for item in order]),
        whole=whole,
        bounds=found.bounds,
        wants=tuple([Want(one[0], one[1], whole // one[1], one[2], one[3]) for one in found.asked]),
        steps=found.steps,
    )


class _Dimensions:
    """The dimensions of a leaf, filled one after the other."""

    def __init__(
        self, figures: model_figures.Figures, node: allocation_board.Node, fits: Mapping[int, eligibility.Fit]
    ) -> None:
        self.figures, self.node, self.fits = figures, node, fits
        self.columns: list[Iterable[int]] = []
        self.bounds: list[tuple[int, int | None]] = []
        self.asked: list[_Asked] = []

    def measures(self) -> _Measures:
        """All of them."""
        node = self.node
        if node.min_courses or node.max_courses is not None:
            self._add([1] * len(self.fits), node.min_courses, node.max_courses)
        if node.min_credits or node.max_credits is not None:
            self._credits()
        for bound in node.minima:
            self._minimum(bound)
        for bound in node.maxima:
            self._maximum(bound)
        amounts = zip(*self.columns, strict=True) if self.columns else [()] * len(self.fits)
        bounds = tuple(self.bounds)
        return _Measures(
            node=node,
            fits=self.fits,
            amounts=dict(zip(self.fits, amounts, strict=True)),
            bounds=bounds,
            asked=tuple(self.asked),
            steps=self.figures.board.memo.steps.setdefault(bounds, {}),
        )

    def _dimension(self, amounts: Iterable[int], cap: int, limit: int | None = None) -> int:
        self.columns.append(amounts)
        self.bounds.append((cap, limit))
        return len(self.columns) - 1

    def _add(self, amounts: Iterable[int], needed: int, limit: int | None = None) -> None:
        found = self._dimension(amounts, needed, limit)
        if needed > 0:
            self.asked.append(_Asked((found,), needed))

    def _credits(self) -> None:
        node, figures = self.node, self.figures
        limit = None if node.max_credits is None else figures.of(node.max_credits)
        needed = figures.needed(node)
        self._add(figures.credits[node.index].values(), needed, limit)
        if needed and figures.tolerance:
            converted = [int(fit.face.is_converted) for fit in self.fits.values()]
            if any(converted):
                flag = self._dimension(converted, 1)
                self.asked[-1] = self.asked[-1]._replace(slack=flag, tolerance=figures.tolerance)

    def _minimum(self, bound: allocation_board.Bound) -> None:
        parts = self.figures.parts(bound, self.node.index).values()
        needed = self.figures.amount(bound)
        if bound.constraint.kind is not Kind.MIN_DISTINCT_SUBJECTS:
            self._add(parts, needed)
            return
        names = self._subjects()
        found = tuple(
            [
                self._dimension([int(bool(part) and name == one) for part, name in zip(parts, names, strict=True)], 1)
                for one in sorted({name for part, name in zip(parts, names, strict=True) if part and name})
            ]
        )
        if needed > 0:
            self.asked.append(_Asked(found, needed))

    def _maximum(self, bound: allocation_board.Bound) -> None:
        parts = self.figures.parts(bound, self.node.index).values()
        limit = self.figures.amount(bound)
        if bound.constraint.kind is not Kind.MAX_CREDITS_PER_SUBJECT:
            self._dimension(parts, 0, limit)
            return
        names = self._subjects()
        for one in sorted(set(names)):
            of_one = [part if name == one else 0 for part, name in zip(parts, names, strict=True)]
            if sum(of_one) > limit:
                self._dimension(of_one, 0, limit)

    def _subjects(self) -> list[str]:
        board = self.figures.board
        return [audit_constraints.subject(board.use(self.node.index, item)) for item in self.fits]
