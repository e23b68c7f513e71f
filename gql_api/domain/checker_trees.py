"""A version's tree as the checker walks it: numbered nodes with what holds at each, decisions of advisors included."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from gql_api.domain import checker_model, checker_pools, checker_values, requirements

Kind = checker_values.RulingKind
ROOT = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A node: where it stands, what it needs of its children, and among which leaves a course is used up.

    The root (number 0) is the whole program and has no requirement of its own.
    """

    index: int
    node: requirements.Requirement
    parent: int
    children: tuple[int, ...]
    choices: tuple[int, ...]
    needed: int
    leaves: tuple[int, ...]
    line: tuple[int, ...]
    domain: int
    is_waived: bool

    @property
    def is_leaf(self) -> bool:
        """Whether courses are applied to it itself."""
        return self.index in self.leaves

    @property
    def min_credits(self) -> Decimal:
        """The credits that must be applied beneath it."""
        return max(self.node.min_credits or Decimal(0), self.node.min_credits_beneath or Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two nodes that may both count the same courses, up to a cap."""

    one: int
    other: int
    courses: int | None
    credits: Decimal | None


class Tree:
    """The numbered nodes of a case."""

    def __init__(self, case: checker_values.Case) -> None:
        self.case = case
        self.places: list[Place] = []
        root = requirements.Requirement(
            key="", name="the whole program", children=case.tree.requirements, constraints=case.constraints
        )
        self._add(root, -1, (), checker_model.EVERYWHERE, is_waived=False)
        self.by_key = {place.node.key: place.index for place in self.places}
        self.keys = frozenset(self.by_key) - {""}
        self.pairs = self._pairs()
        self._leaves: dict[int, checker_pools.Leaf] = {}

    def called(self, index: int) -> str:
        """The node's name in quotes, after the requirement above it where another node has the same name."""
        place = self.places[index]
        above = self.places[place.parent].node.name if place.parent > ROOT else ""
        is_common = sum(other.node.name == place.node.name for other in self.places) > 1
        return f"“{above}: {place.node.name}”" if is_common and above else f"“{place.node.name}”"

    def leaf(self, index: int) -> checker_pools.Leaf:
        """What decides eligibility for a leaf."""
        if index not in self._leaves:
            chain = tuple(self.places[above].node for above in self.places[index].line if above != ROOT)
            self._leaves[index] = checker_pools.leaf(chain, self.case.constraints)
        return self._leaves[index]

    def mandatory(self, kept: frozenset[int] = frozenset()) -> frozenset[int]:
        """The nodes without which the program cannot be met, nor those that are `kept`."""
        found, waiting = {ROOT, *kept}, [ROOT, *kept]
        while waiting:
            place = self.places[waiting.pop()]
            if not place.is_waived and place.needed == len(place.choices):
                waiting += place.choices
                found |= set(place.choices)
        return frozenset(found)

    def _add(
        self, node: requirements.Requirement, parent: int, line: tuple[int, ...], domain: int, *, is_waived: bool
    ) -> int:
        index = len(self.places)
        self.places.append(_PLACE)
        node = self._limited(node)
        here = (*line, index)
        mine = index if node.sharing is requirements.Sharing.SHARED else domain
        waived = is_waived or any(one.kind is Kind.WAIVE and one.key == node.key for one in self.case.rulings)
        below = sorted(node.children, key=lambda child: (child.position, child.key))
        children = tuple(self._add(child, index, here, mine, is_waived=waived) for child in below)
        required = tuple(child for child in children if not self.places[child].node.is_optional)
        self.places[index] = Place(
            index=index,
            node=node,
            parent=parent,
            children=children,
            choices=required if node.min_children is None else children,
            needed=len(required) if node.min_children is None else node.min_children,
            leaves=tuple(leaf for child in children for leaf in self.places[child].leaves) or (index,),
            line=here,
            domain=mine,
            is_waived=waived,
        )
        return index

    def _limited(self, node: requirements.Requirement) -> requirements.Requirement:
        """The node with the amounts that advisors changed: its minimum, or where it has none its maximum."""
        for ruling in self.case.rulings:
            if ruling.kind is not Kind.LIMIT or ruling.key != node.key:
                continue
            if ruling.courses is not None and node.min_courses is not None:
                node = replace(node, min_courses=ruling.courses)
            elif ruling.courses is not None:
                node = replace(node, max_courses=ruling.courses)
            if ruling.credits is not None and node.min_credits is not None:
                node = replace(node, min_credits=ruling.credits)
            elif ruling.credits is not None and node.min_credits_beneath is not None:
                node = replace(node, min_credits_beneath=ruling.credits)
            elif ruling.credits is not None:
                node = replace(node, max_credits=ruling.credits)
        return node

    def _pairs(self) -> tuple[Pair, ...]:
        found: dict[tuple[int, int], list[requirements.Share]] = {}
        for place in self.places:
            for share in place.node.share_with:
                other = self.by_key.get(share.with_key, place.index)
                if other != place.index:
                    found.setdefault((min(place.index, other), max(place.index, other)), []).append(share)
        return tuple(
            Pair(
                one=one,
                other=other,
                courses=min((share.max_courses for share in shares if share.max_courses is not None), default=None),
                credits=min((share.max_credits for share in shares if share.max_credits is not None), default=None),
            )
            for (one, other), shares in sorted(found.items())
        )


def joined(pairs: Sequence[Pair], one: Place, other: Place) -> list[Pair]:
    """The pairs that let two leaves count the same course."""
    return [
        pair
        for pair in pairs
        if (pair.one in one.line and pair.other in other.line) or (pair.other in one.line and pair.one in other.line)
    ]


_PLACE = Place(
    index=-1,
    node=requirements.Requirement(key="", name=""),
    parent=-1,
    children=(),
    choices=(),
    needed=0,
    leaves=(),
    line=(),
    domain=checker_model.EVERYWHERE,
    is_waived=False,
)
