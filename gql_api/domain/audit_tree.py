"""From a program's tree to the board's nodes: numbers, inherited conditions, exceptions."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from gql_api.domain import (
    allocation_board,
    allocation_fitting,
    audit_constraints,
    audit_exceptions,
    audit_pairs,
    credits,
    eligibility,
    grades,
    model_frames,
    requirements,
)

Kind = requirements.ConstraintKind
Node = allocation_board.Node


MOST_HELD = 75_000
"""Requirements and options of the versions that are kept prepared: 250 programs of 240 options, about 25 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A version as every audit of it needs it, whatever the plan. It holds the tree that it is found again by.

    `tells_apart` says that something in it distinguishes among what an item may count as by more than its options.
    `size` counts its requirements and options.
    """

    tree: requirements.ProgramTree
    constraints: tuple[requirements.Constraint, ...]
    nodes: tuple[Node, ...]
    pairs: tuple[allocation_board.Pair, ...]
    leaves: allocation_fitting.Leaves
    frame: model_frames.Frame
    tells_apart: bool
    size: int


_KEPT: dict[tuple[int, int, date, grades.Grade, int], Prepared] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What holds for a whole audit: where, when, what a pass proves, and what advisors decided."""

    institution_id: int
    on: date
    pass_proves: grades.Grade
    exceptions: tuple[audit_exceptions.PlanException, ...] = ()
    keys: frozenset[str] = frozenset()


@dataclass(slots=True, kw_only=True)
class _Builder:
    frame: Frame
    nodes: list[Node] = field(default_factory=list[Node])

    def add(
        self,
        node: requirements.Requirement,
        above: Sequence[requirements.Requirement],
        parent: int,
        line: tuple[int, ...],
        domain: int,
    ) -> int:
        """Number a node and all beneath it; the children's numbers are known after they are added."""
        index = len(self.nodes)
        self.nodes.append(_PLACE)
        limits = tuple(one for one in self.frame.exceptions if isinstance(one, audit_exceptions.Limit))
        node = audit_exceptions.with_limits(node, limits)
        mine = index if node.sharing is requirements.Sharing.SHARED else domain
        here = (*line, index)
        chain = (*above, node)
        children = tuple(self.add(child, chain, index, here, mine) for child in ordered(node.children))
        self.nodes[index] = self.numbered(
            node, chain, index=index, parent=parent, children=children, line=here, domain=mine
        )
        return index

    def numbered(
        self,
        node: requirements.Requirement,
        chain: tuple[requirements.Requirement, ...],
        *,
        index: int,
        parent: int,
        children: tuple[int, ...],
        line: tuple[int, ...],
        domain: int,
    ) -> Node:
        """The last node of the chain, whose children are numbered."""
        required = tuple(child for child in children if not self.nodes[child].is_optional)
        minima = [amount for amount in (node.min_credits, node.min_credits_beneath) if amount is not None]
        return Node(
            index=index,
            requirement=node,
            parent=parent,
            depth=len(chain) - 1,
            children=children,
            choices=required if node.min_children is None else children,
            needed_children=len(required) if node.min_children is None else node.min_children,
            leaves=tuple(leaf for child in children for leaf in self.nodes[child].leaves) or (index,),
            line=line,
            domain=domain,
            is_waived=any(
                isinstance(one, audit_exceptions.Waiver) and one.key in {above.key for above in chain}
                for one in self.frame.exceptions
            ),
            min_courses=node.min_courses or 0,
            min_credits=max(minima, default=credits.ZERO),
            max_courses=node.max_courses,
            max_credits=node.max_credits,
            minima=bounds(node.constraints, is_minimum=True),
            maxima=bounds(node.constraints, is_minimum=False),
            pool=_pool(self.frame, chain),
            averages=tuple(one.gpa for one in node.constraints if one.gpa is not None),
        )


def nodes(
    tree: requirements.ProgramTree, constraints: tuple[requirements.Constraint, ...], frame: Frame
) -> tuple[Node, ...]:
    """The nodes of a version. `constraints` are those of the whole program."""
    return prepared(tree, constraints, frame).nodes


def prepared(
    tree: requirements.ProgramTree, constraints: tuple[requirements.Constraint, ...], frame: Frame
) -> Prepared:
    """The version prepared; trees are kept and audited again and again, and without exceptions the last ones are too.

    The keys of the frame may be left out: they are those of the tree.
    """
    if frame.exceptions:
        return _prepared(tree, constraints, frame)
    key = id(tree), id(constraints), frame.on, frame.pass_proves, frame.institution_id
    known = _KEPT.get(key)
    if known is None or known.tree is not tree or known.constraints is not constraints:
        known = _prepared(tree, constraints, frame)
        _make_room(known.size)
        _KEPT[key] = known
    return known


def _make_room(size: int) -> None:
    """Let the oldest versions go until one of that size has its place."""
    found = list(_KEPT.items())
    held = size + sum(one.size for _, one in found)
    for key, one in found:
        if held <= MOST_HELD:
            return
        _KEPT.pop(key, None)  # several threads audit at once: another one may have let the same version go
        held -= one.size


def _prepared(
    tree: requirements.ProgramTree, constraints: tuple[requirements.Constraint, ...], frame: Frame
) -> Prepared:
    keys = frame.keys or frozenset(node.key for _, node in requirements.walk(tree.requirements))
    found = _numbered(tree, constraints, replace(frame, keys=keys))
    return Prepared(
        tree=tree,
        constraints=constraints,
        nodes=found,
        pairs=audit_pairs.among(found),
        leaves=allocation_fitting.Leaves(found),
        frame=model_frames.of(found),
        tells_apart=any(map(_tells_apart, found)),
        size=sum(1 + len(node.requirement.options) for node in found if node.requirement is not None),
    )


def _tells_apart(node: Node) -> bool:
    requirement = node.requirement
    is_choosy = requirement is not None and any(option.is_preferred for option in requirement.options)
    return is_choosy or (requirement is not None and bool(requirement.constraints))


def _numbered(
    tree: requirements.ProgramTree, constraints: tuple[requirements.Constraint, ...], frame: Frame
) -> tuple[Node, ...]:
    builder = _Builder(frame=frame, nodes=[_PLACE])
    # The program's own conditions on single courses hold for every leaf, as a node above the top level would say them.
    whole = requirements.Requirement(key="", name="", constraints=constraints)
    tops = tuple(
        builder.add(top, (whole,), allocation_board.ROOT, (allocation_board.ROOT,), allocation_board.EVERYWHERE)
        for top in ordered(tree.requirements)
    )
    root = builder.numbered(
        whole, (whole,), index=0, parent=-1, children=tops, line=(0,), domain=allocation_board.EVERYWHERE
    )
    return (root, *builder.nodes[1:])


def ordered(siblings: tuple[requirements.Requirement, ...]) -> tuple[requirements.Requirement, ...]:
    """Sibling requirements by position."""
    return tuple(sorted(siblings, key=lambda node: (node.position, node.key)))


def bounds(constraints: tuple[requirements.Constraint, ...], *, is_minimum: bool) -> tuple[allocation_board.Bound, ...]:
    """The minima or the maxima among the constraints."""
    wanted = audit_constraints.is_minimum if is_minimum else audit_constraints.is_maximum
    return tuple(
        allocation_board.Bound(constraint=one, amount=audit_constraints.amount(one))
        for one in constraints
        if wanted(one.kind)
    )


def _pool(frame: Frame, chain: tuple[requirements.Requirement, ...]) -> eligibility.Pool:
    """The conditions on single courses that hold at the last node of the chain."""
    node, keys = chain[-1], {above.key for above in chain if above.key}
    asked = [(requirements.Scope(), above.min_grade) for above in chain if above.min_grade is not None]
    asked += [(one.scope, one.grade) for above in chain for one in above.constraints if one.grade is not None]
    ages = [(one.scope, one.years) for above in chain for one in above.constraints if one.years is not None]
    lowest = [above.min_credits_per_course for above in chain if above.min_credits_per_course is not None]
    highest = [above.max_credits_per_course for above in chain if above.max_credits_per_course is not None]
    forced = {one.entry_id: one.key for one in frame.exceptions if isinstance(one, audit_exceptions.Force)}
    return eligibility.Pool(
        institution_id=frame.institution_id,
        on=frame.on,
        pass_proves=frame.pass_proves,
        options=node.options,
        is_residual=node.is_residual,
        credits_from=max(lowest, default=None),
        credits_to=min(highest, default=None),
        grades_asked=tuple(asked),
        ages_asked=tuple(ages),
        pins_here=frozenset(keys) or _NO_KEYS,
        keys=frame.keys,
        substituted=frozenset(
            one.entry_id
            for one in frame.exceptions
            if isinstance(one, audit_exceptions.Substitution) and one.key in keys
        )
        or _NO_ENTRIES,
        forbidden=frozenset(
            one.entry_id for one in frame.exceptions if isinstance(one, audit_exceptions.Forbid) and one.key in keys
        )
        or _NO_ENTRIES,
        forced=frozenset(entry for entry, key in forced.items() if key in keys) or _NO_ENTRIES,
        forced_elsewhere=frozenset(entry for entry, key in forced.items() if key in frame.keys and key not in keys)
        or _NO_ENTRIES,
        named=eligibility.index(node.options),
        patterns=tuple(
            option
            for option in node.options
            if isinstance(option, requirements.PatternOption) and not option.is_excluded
        ),
    )


_NO_KEYS: frozenset[str] = frozenset()
_NO_ENTRIES: frozenset[int] = frozenset()
"""One for all pools: Python makes each empty set anew, of 216 bytes, and a version has hundreds of them."""

_PLACE = Node(
    index=-1,
    requirement=None,
    parent=-1,
    depth=0,
    children=(),
    choices=(),
    needed_children=0,
    leaves=(),
    line=(),
    domain=allocation_board.EVERYWHERE,
    is_waived=False,
    min_courses=0,
    min_credits=credits.ZERO,
    max_courses=None,
    max_credits=None,
    minima=(),
    maxima=(),
    pool=eligibility.Pool(institution_id=0, on=date.min, pass_proves=grades.Grade.C),
)
"""Holds a node's place until its children are numbered."""
