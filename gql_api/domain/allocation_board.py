"""The board of an allocation: the requirement tree as numbered nodes, and which item fits which leaf.

Node 0 is the whole program; its children are the top-level requirements. Numbers follow the tree, each node before
its children, so that sorting by number is sorting by position.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

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


@dataclass(slots=True)
class Memo:
    """What was worked out for boards that share their fits: by the identities of these, which are held by them."""

    parts: dict[tuple[int, int], Decimal] = field(default_factory=dict[tuple[int, int], Decimal])
    """What fits add to bounds, by the identities of both."""
    denominators: dict[int, int] = field(default_factory=dict[int, int])
    """By the fits of a leaf what makes their credits whole."""
    credits: dict[tuple[int, int], dict[int, int]] = field(default_factory=dict[tuple[int, int], dict[int, int]])
    """By the fits of a leaf and a multiple the credits of its items, as whole numbers."""
    is_possible: dict[tuple[int, ...], bool] = field(default_factory=dict[tuple[int, ...], bool])
    """By a node, a multiple and the fits beneath it whether these could reach what it asks for itself."""
    bound_parts: dict[tuple[int, int, int], dict[int, int]] = field(
        default_factory=dict[tuple[int, int, int], dict[int, int]]
    )
    """By the fits of a leaf, a bound and a multiple what items add to the bound, as whole numbers."""
    masks: dict[int, int] = field(default_factory=dict[int, int])
    """By the fits of a leaf its items as bits."""
    steps: dict[object, dict[tuple[int, ...], Any]] = field(default_factory=dict[object, dict[tuple[int, ...], Any]])
    """By the bounds of a table its steps (`allocation_tables.Step`)."""
    measures: dict[tuple[int, int, int], Any] = field(default_factory=dict[tuple[int, int, int], Any])
    """By a leaf's node, its fits and a multiple what items add to what it asks for (`allocation_tables.table`)."""
    outlines: dict[tuple[tuple[int, ...], tuple[int, ...]], Any] = field(
        default_factory=dict[tuple[tuple[int, ...], tuple[int, ...]], Any]
    )
    """By requirements and the leaves that anything fits what these tell (`allocation_outlines`)."""
    without: dict[tuple[int, tuple[int, ...]], Node] = field(default_factory=dict[tuple[int, tuple[int, ...]], Node])
    """By a node's number and the identities of some of its bounds the node without these (`audit_rivals`)."""

    def mask(self, fits: Mapping[int, eligibility.Fit]) -> int:
        """The items of a leaf as bits."""
        known = self.masks.get(id(fits))
        if known is None:
            known = self.masks[id(fits)] = sum([1 << item for item in fits])
        return known


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Nodes, items, and the fits between leaves and items. `doubtful` are the fits that something unknown decides.

    `numbers` are those of the items that are there, in order. Boards of one plan number its items alike
    (`allocation_fitting.Fitting`): what stands in `items` under any other number is not on this board.
    """

    nodes: tuple[Node, ...]
    pairs: tuple[Pair, ...]
    items: tuple[credit_items.Item, ...]
    numbers: tuple[int, ...]
    fits: Mapping[int, Mapping[int, eligibility.Fit]]
    tolerance: Decimal
    doubtful: Mapping[int, Mapping[int, eligibility.Fit]] = field(
        default_factory=dict[int, Mapping[int, eligibility.Fit]]
    )
    memo: Memo = field(default_factory=Memo, repr=False, compare=False)

    @property
    def tops(self) -> tuple[int, ...]:
        """The top-level requirements."""
        return self.nodes[ROOT].children

    def use(self, leaf: int, item: int) -> audit_constraints.Use:
        """The item as it counts in the leaf."""
        return audit_constraints.Use(item=self.items[item], face=self.fits[leaf][item].face)

    def part(self, bound: Bound, leaf: int, item: int) -> Decimal:
        """What an item adds to a bound in a leaf."""
        key = id(bound), id(self.fits[leaf][item])
        known = self.memo.parts.get(key)
        if known is None:
            known = self.memo.parts[key] = audit_constraints.contribution(bound.constraint, self.use(leaf, item))
        return known

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
        return replace(self, fits=fits, doubtful={}, memo=Memo(parts=self.memo.parts))
