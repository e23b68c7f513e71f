"""What follows from a version's requirements alone, whatever a plan holds: the same for all its boards."""

from dataclasses import dataclass, field

from gql_api.domain import allocation_board

COURSE_WEIGHT = 3
"""What a needed course weighs where no credits are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Facts about numbered nodes, each list by the node's number.

    `is_free` says that a node is met without any item; `choices` how many children more than those it needs, and which
    may be among them; `has_weight` whether anything beneath it is worth something. `units` remembers whole units of a
    credit by top-level requirements and scale (`model_value.unit`), `weights` what nodes weigh by scale and `multiples`
    what makes their amounts whole (`model_figures`).
    """

    nodes: tuple[allocation_board.Node, ...]
    is_free: list[bool]
    choices: list[tuple[int, tuple[int, ...]]]
    has_weight: list[bool]
    with_minima: frozenset[int]
    with_maxima: tuple[int, ...]
    has_optional_parts: bool
    counts: tuple[tuple[int, int], ...]
    """The leaves that ask for courses and for nothing else, and for no more than they may have, with how many."""
    units: dict[tuple[tuple[int, ...], int], int] = field(default_factory=dict[tuple[tuple[int, ...], int], int])
    weights: dict[int, list[int]] = field(default_factory=dict[int, list[int]])
    multiples: list[int] = field(default_factory=list[int])


def of(nodes: tuple[allocation_board.Node, ...]) -> Frame:
    """The frame of a version's nodes."""
    size = len(nodes)
    is_free, has_weight = [False] * size, [False] * size
    choices: list[tuple[int, tuple[int, ...]]] = [(0, ())] * size
    for node in reversed(nodes):
        index = node.index
        is_free[index] = _is_free(node, is_free)
        free = sum([is_free[child] for child in node.choices])
        needed, open_ones = (
            max(node.needed_children - free, 0),
            tuple([one for one in node.choices if not is_free[one]]),
        )
        choices[index] = needed, open_ones
        if is_free[index]:
            continue
        own = bool(node.min_credits or node.min_courses)
        is_sum = node.children and needed
        has_weight[index] = (any(has_weight[one] for one in open_ones) or node.min_credits > 0) if is_sum else own
    return Frame(
        nodes=nodes,
        is_free=is_free,
        choices=choices,
        has_weight=has_weight,
        with_minima=frozenset(node.index for node in nodes if node.minima),
        with_maxima=tuple(
            node.index for node in nodes if node.max_courses is not None or node.max_credits is not None or node.maxima
        ),
        counts=tuple((node.index, node.min_courses) for node in nodes if not is_free[node.index] and _is_count(node)),
        has_optional_parts=any(node.is_optional and node.parent > allocation_board.ROOT for node in nodes),
    )


def _is_count(node: allocation_board.Node) -> bool:
    is_more = node.children or node.min_credits or node.minima or node.max_credits is not None
    return not is_more and (node.max_courses is None or node.max_courses >= node.min_courses)


def _is_free(node: allocation_board.Node, is_free: list[bool]) -> bool:
    """Whether a node is met without any item."""
    if node.is_waived:
        return True
    if node.min_courses or node.min_credits or node.averages or any(bound.amount > 0 for bound in node.minima):
        return False
    return not node.choices or sum([is_free[child] for child in node.choices]) >= node.needed_children
