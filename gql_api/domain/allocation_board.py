"""The board of an allocation: the requirement tree as numbered nodes, and which item fits which leaf.

Node 0 is the whole program; its children are the top-level requirements. Numbers follow the tree, each node before
its children, so that sorting by number is sorting by position.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from gql_api.domain import audit_constraints, credit_items, eligibility, requirements

ROOT = 0
EVERYWHERE = -1
"""The exclusivity of ordinary requirements; a SHARED node has one of its own, named by its number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A minimum or maximum that a constraint sets on what is applied beneath a node."""

    constraint: requirements.Constraint
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A requirement in numbers. `line` is the way from the top: ancestors below the root, then the node itself.

    `needed_children` counts among `choices`. Minima of nothing are zero, maxima of nothing none. `domain` says
    among which leaves a course is used up.
    """

    index: int
    requirement: requirements.Requirement | None
    parent: int
    depth: int
    children: tuple[int, ...]
    choices: tuple[int, ...]
    needed_children: int
    leaves: tuple[int, ...]
    line: tuple[int, ...]
    domain: int
    is_waived: bool
    min_courses: int
    min_credits: Decimal
    max_courses: int | None
    max_credits: Decimal | None
    minima: tuple[Bound, ...]
    maxima: tuple[Bound, ...]
    pool: eligibility.Pool
    averages: tuple[Decimal, ...] = ()
    """The grade point averages that constraints on the node ask for."""

    @property
    def is_leaf(self) -> bool:
        """Whether items are applied to the node itself."""
        return not self.children

    @property
    def is_optional(self) -> bool:
        """Whether the node never blocks."""
        return self.requirement is not None and self.requirement.is_optional

    @property
    def needs_nothing(self) -> bool:
        """Whether the node alone, without its children, asks for nothing."""
        return not (self.min_courses or self.min_credits or self.minima or self.needed_children)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two nodes that may both count the same items, up to so many courses or credits."""

    one: int
    other: int
    max_courses: int | None
    max_credits: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Nodes, items, and the fits between leaves and items. `doubtful` are the fits that something unknown decides."""

    nodes: tuple[Node, ...]
    pairs: tuple[Pair, ...]
    items: tuple[credit_items.Item, ...]
    fits: Mapping[int, Mapping[int, eligibility.Fit]]
    tolerance: Decimal
    doubtful: Mapping[int, Mapping[int, eligibility.Fit]] = field(
        default_factory=dict[int, Mapping[int, eligibility.Fit]]
    )

    @property
    def tops(self) -> tuple[int, ...]:
        """The top-level requirements."""
        return self.nodes[ROOT].children

    def use(self, leaf: int, item: int) -> audit_constraints.Use:
        """The item as it counts in the leaf."""
        return audit_constraints.Use(item=self.items[item], face=self.fits[leaf][item].face)

    def refusal(self, leaf: int, item: int) -> eligibility.Refusal | None:
        """Why the item does not fit the leaf; none where it may."""
        answer = eligibility.fit(self.nodes[leaf].pool, self.items[item])
        return answer if isinstance(answer, eligibility.Refusal) else None

    def credits(self, leaf: int, item: int) -> Decimal:
        """The credits of the item as it counts in the leaf."""
        return self.fits[leaf][item].face.credits

    def hopeful(self) -> "Board":
        """The board on which what is doubtful fits too."""
        fits = {
            leaf: dict(sorted({**found, **self.doubtful.get(leaf, {})}.items())) for leaf, found in self.fits.items()
        }
        return replace(self, fits=fits, doubtful={})


class Fitting:
    """What fits where, remembered over the boards of one audit: views and ways to award share most of their items.

    An item that was seen before has the same fits again, as the very same values.
    """

    def __init__(self, nodes: tuple[Node, ...]) -> None:
        self.leaves = tuple(node for node in nodes if node.is_leaf and not node.is_waived)
        self._naming: dict[int, list[Node]] = {}
        self._others = tuple(leaf for leaf in self.leaves if not leaf.pool.names_all)
        for leaf in self.leaves:
            if leaf.pool.names_all:
                for id in leaf.pool.named:
                    self._naming.setdefault(id, []).append(leaf)
        self._seen: dict[tuple[str, int, int], list[tuple[credit_items.Item, Mapping[int, eligibility.Fit]]]] = {}

    def of(self, item: credit_items.Item) -> Mapping[int, eligibility.Fit]:
        """The item's fits by leaf."""
        seen = self._seen.setdefault(item.key, [])
        for other, fits in seen:
            if other is item or other == item:
                return fits
        leaves = {leaf.index: leaf for leaf in self._others}
        for id in item.course_ids:
            leaves.update((leaf.index, leaf) for leaf in self._naming.get(id, ()))
        answers = ((index, eligibility.fit(leaf.pool, item)) for index, leaf in leaves.items())
        found = {index: answer for index, answer in answers if isinstance(answer, eligibility.Fit)}
        seen.append((item, found))
        return found


def board(
    nodes: tuple[Node, ...],
    pairs: tuple[Pair, ...],
    items: Sequence[credit_items.Item],
    tolerance: Decimal,
    *,
    with_doubts: bool = False,
    fitting: Fitting | None = None,
) -> Board:
    """The board of these items. What is doubtful fits only with `with_doubts`.

    `fitting` is that of the same nodes, where more than one board of them is made.
    """
    known = Fitting(nodes) if fitting is None else fitting
    fits: dict[int, dict[int, eligibility.Fit]] = {leaf.index: {} for leaf in known.leaves}
    doubtful: dict[int, dict[int, eligibility.Fit]] = {}
    for number, item in enumerate(items):
        for leaf, fit in known.of(item).items():
            if fit.doubt is None:
                fits[leaf][number] = fit
            else:
                doubtful.setdefault(leaf, {})[number] = fit
    made = Board(nodes=nodes, pairs=pairs, items=tuple(items), fits=fits, tolerance=tolerance, doubtful=doubtful)
    return made.hopeful() if with_doubts else made
