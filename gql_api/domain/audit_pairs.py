"""Which requirements of a version may share courses, from what each of them says."""

from decimal import Decimal
from typing import TypeVar

from gql_api.domain import allocation_board

Number = TypeVar("Number", int, Decimal)


def among(found: tuple[allocation_board.Node, ...]) -> tuple[allocation_board.Pair, ...]:
    """The pairs of nodes that may share, each once; a cap that both state is the smaller one."""
    by_key = {node.requirement.key: node.index for node in found if node.requirement is not None and node.index}
    caps: dict[tuple[int, int], tuple[int | None, Decimal | None]] = {}
    for node in found:
        for share in node.requirement.share_with if node.requirement is not None else ():
            other = by_key.get(share.with_key)
            if other is not None and other != node.index:
                ends = (min(node.index, other), max(node.index, other))
                courses, amount = caps.get(ends, (None, None))
                caps[ends] = (_lesser(courses, share.max_courses), _lesser(amount, share.max_credits))
    return tuple(
        allocation_board.Pair(one=one, other=other, max_courses=courses, max_credits=amount)
        for (one, other), (courses, amount) in sorted(caps.items(), key=lambda cap: cap[0])
    )


def _lesser(one: Number | None, other: Number | None) -> Number | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)
