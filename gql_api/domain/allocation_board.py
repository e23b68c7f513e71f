"""The board of an allocation: the requirement tree as numbered nodes, and which item fits which leaf.

Node 0 is the whole program; its children are the top-level requirements. Numbers follow the tree, each node before
its children, so that sorting by number is sorting by position.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import NamedTuple

from gql_api.domain import audit_constraints, courses, credit_items, eligibility, requirements

ROOT = 0
EVERYWHERE = -1
"""The exclusivity of ordinary requirements; a SHARED node has one of its own, named by its number."""
MOST_COURSES = 5_000
"""Courses of which one version remembers where they fit."""


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
    parts: dict[tuple[int, int], Decimal] = field(
        default_factory=dict[tuple[int, int], Decimal], repr=False, compare=False
    )
    """What fits add to bounds, by the identities of both, as far as it was asked for."""

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
        known = self.parts.get(key)
        if known is None:
            known = self.parts[key] = audit_constraints.contribution(bound.constraint, self.use(leaf, item))
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
        return replace(self, fits=fits, doubtful={})


class Leaves:
    """The leaves of a version, and which of them take a course by their options: the same for every plan."""

    def __init__(self, nodes: tuple[Node, ...]) -> None:
        self.leaves = tuple(node for node in nodes if node.is_leaf and not node.is_waived)
        self.residual = tuple(leaf for leaf in self.leaves if leaf.pool.is_residual)
        self.decided = tuple(leaf for leaf in self.leaves if leaf.pool.substituted or leaf.pool.forced)
        """Those that advisors' decisions name entries for."""
        self._patterned = tuple(leaf for leaf in self.leaves if leaf.pool.patterns and not leaf.pool.is_residual)
        self._naming: dict[int, list[Node]] = {}
        for leaf in self.leaves:
            if not leaf.pool.is_residual:
                for id in leaf.pool.named:
                    self._naming.setdefault(id, []).append(leaf)
        self._known: dict[int, tuple[courses.Course, Mapping[int, bool]]] = {}

    def taking(self, face: credit_items.Face) -> Mapping[int, bool]:
        """The leaves whose options take the face, none that is residual; true where they prefer it."""
        if face.course is None:
            return self._taking(face, ()) if face.award is not None and self._patterned else {}
        known = self._known.get(face.course.id)
        if known is None or not (known[0] is face.course or known[0] == face.course):
            if len(self._known) >= MOST_COURSES:
                self._known.clear()
            known = self._known[face.course.id] = face.course, self._taking(face, face.course.same_ids)
        return known[1]

    def _taking(self, face: credit_items.Face, ids: Iterable[int]) -> Mapping[int, bool]:
        leaves = {leaf.index: leaf for leaf in self._patterned}
        for id in ids:
            leaves.update((leaf.index, leaf) for leaf in self._naming.get(id, ()))
        answers = ((index, eligibility.option(leaves[index].pool, face)) for index in sorted(leaves))
        return {index: answer for index, answer in answers if not isinstance(answer, eligibility.Refusal)}


class Fitted(NamedTuple):
    """An item with its fits by leaf: what is certain, and what something unknown decides."""

    item: credit_items.Item
    certain: Mapping[int, eligibility.Fit]
    doubtful: Mapping[int, eligibility.Fit]


class Fitting:
    """What fits where, remembered over the boards of one audit: views and ways to award share most of their items.

    An item that equals one seen before is that one, with the very same fits.
    """

    def __init__(self, nodes: tuple[Node, ...], leaves: Leaves | None = None) -> None:
        self._nodes = nodes
        self._leaves = Leaves(nodes) if leaves is None else leaves
        self.leaves = self._leaves.leaves
        self._seen: dict[tuple[str, int, int], list[Fitted]] = {}
        self.parts: dict[tuple[int, int], Decimal] = {}
        """What its fits add to the nodes' bounds (`Board.parts`)."""

    def of(self, item: credit_items.Item) -> Fitted:
        """The item's fits."""
        seen = self._seen.setdefault(item.key, [])
        for known in seen:
            if known.item is item or known.item == item:
                return known
        fits = self._fits(item)
        certain = {leaf: fit for leaf, fit in fits.items() if fit.doubt is None}
        doubtful = {} if len(certain) == len(fits) else {leaf: fits[leaf] for leaf in fits if leaf not in certain}
        seen.append(Fitted(item, certain, doubtful))
        return seen[-1]

    def _fits(self, item: credit_items.Item) -> Mapping[int, eligibility.Fit]:
        found: dict[int, eligibility.Fit] = {}
        takings = [(face, self._leaves.taking(face)) for face in item.faces]
        for leaf in {leaf for _, taking in takings for leaf in taking}:
            pool = self._nodes[leaf].pool
            if pool.is_plain and not item.pinned_keys:
                face, is_preferred = next((face, taking[leaf]) for face, taking in takings if leaf in taking)
                found[leaf] = eligibility.Fit(face=face, is_preferred=is_preferred, doubt=item.doubt)
            elif isinstance(answer := eligibility.fit(pool, item), eligibility.Fit):
                found[leaf] = answer
        for node in (*self._leaves.residual, *self._leaves.decided):
            if isinstance(answer := eligibility.fit(node.pool, item), eligibility.Fit):
                found[node.index] = answer
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
    fitted = [known.of(item) for item in items]
    for number, one in enumerate(fitted):
        for leaf, fit in one.certain.items():
            fits[leaf][number] = fit
        for leaf, fit in one.doubtful.items():
            doubtful.setdefault(leaf, {})[number] = fit
    found = tuple([one.item for one in fitted])
    made = Board(
        nodes=nodes,
        pairs=pairs,
        items=found,
        fits=fits,
        tolerance=tolerance,
        doubtful=doubtful,
        parts=known.parts,
    )
    return made.hopeful() if with_doubts else made
