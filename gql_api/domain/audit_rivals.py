"""Ways to award that differ only in what a few items are called: proved to be no better by the proof of another way.

Two boards are alike where the same numbers stand for credit of the same size that fits the same leaves. What may still
differ is what constraints see of an item, such as its subject. With these constraints left out both are one board, on
which nothing is better than on either; where the proof of what was found holds there too, the other way is no better.
That is looked into only where every item brings the same credit wherever it is applied: then all that is accepted, and
whether the totals are reached, is the same as well.
"""

from dataclasses import replace

from gql_api.domain import (
    allocation_board,
    allocation_fitting,
    audit_constraints,
    audit_solved,
    credit_items,
    eligibility,
    repeats,
    requirements,
    verdicts,
)

_Bounds = dict[int, list[allocation_board.Bound]]
"""Bounds by the node that has them."""
_Rivals = tuple[allocation_fitting.Fitted, allocation_fitting.Fitted]
"""What stands under one number in the way that was solved and in the other one."""


def is_no_better(fitting: allocation_fitting.Fitting, solved: audit_solved.Solved, counted: repeats.Counted) -> bool:
    """Whether another way, by what counts in it, is no better than what was found; false where that is not known."""
    board = solved.board
    root = board.nodes[allocation_board.ROOT]
    if board.pairs or board.doubtful or root.maxima or solved.state.figures.once:
        return False
    if len(counted.items) != len(board.numbers):
        return False
    rivals: list[_Rivals] = []
    for number, item in zip(board.numbers, counted.items, strict=True):
        mine = board.items[number]
        if len(item.faces) > 1 and not fitting.of(item).is_even:
            return False
        if item is mine:
            continue
        if item.key != mine.key:
            return False
        one, other = fitting.of(mine), fitting.of(item)
        if not _is_like(one, other):
            return False
        rivals.append((one, other))
    seen = _seen_otherwise(board, rivals)
    return not seen or _holds_without(solved, seen)


def _is_like(one: allocation_fitting.Fitted, other: allocation_fitting.Fitted) -> bool:
    """Whether two items are the same credit, whatever they are called, and fit the same leaves."""
    mine, its = one.item, other.item
    if mine.used != its.used or mine.view is not its.view or mine.is_accepted != its.is_accepted:
        return False
    if mine.doubt != its.doubt or one.doubtful or other.doubtful or not _is_worth(mine.main, its.main):
        return False
    fits = one.certain
    return fits.keys() == other.certain.keys() and all(_fits_like(fits[leaf], other.certain[leaf]) for leaf in fits)


def _is_worth(one: credit_items.Face, other: credit_items.Face) -> bool:
    is_same = one.credits == other.credits and one.level == other.level
    return is_same and one.is_own == other.is_own and one.is_converted == other.is_converted


def _fits_like(one: eligibility.Fit, other: eligibility.Fit) -> bool:
    is_same = one.is_preferred == other.is_preferred and one.is_forced == other.is_forced
    return is_same and _is_worth(one.face, other.face)


def _seen_otherwise(board: allocation_board.Board, rivals: list[_Rivals]) -> _Bounds:
    """The bounds, by node, that the two ways' items add something different to."""
    nodes, found = board.nodes, _Bounds()
    for one, other in rivals:
        for leaf in one.certain:
            mine, its = _use(one, leaf), _use(other, leaf)
            for above in nodes[leaf].line:
                for bound in (*nodes[above].minima, *nodes[above].maxima):
                    here = found.get(above, [])
                    if bound not in here and not _counts_like(bound.constraint, mine, its):
                        found[above] = [*here, bound]
    return found


def _use(one: allocation_fitting.Fitted, leaf: int) -> audit_constraints.Use:
    return audit_constraints.Use(item=one.item, face=one.certain[leaf].face)


def _counts_like(constraint: requirements.Constraint, one: audit_constraints.Use, other: audit_constraints.Use) -> bool:
    part = audit_constraints.contribution(constraint, one)
    if part != audit_constraints.contribution(constraint, other):
        return False
    is_plain = not part or constraint.kind not in audit_constraints.BY_SUBJECT
    return is_plain or audit_constraints.subject(one) == audit_constraints.subject(other)


def _holds_without(solved: audit_solved.Solved, seen: _Bounds) -> bool:
    """Whether what was found is the best without these bounds too."""
    board, figures = solved.board, solved.state.figures
    if allocation_board.ROOT in seen or not all(figures.is_possible[index] for index in seen):
        return False
    is_whole = solved.verdicts[allocation_board.ROOT].verdict is verdicts.Verdict.YES
    if solved.state.is_met(allocation_board.ROOT) and not is_whole:
        return False
    wanted = {board.nodes[index].line[1] for index in seen}
    replays = [one for one in solved.replays if not wanted.isdisjoint(one.tops)]
    if wanted.difference(*[one.tops for one in replays]):
        return False
    leaves = [
        _without(board.nodes[index], found, board.memo)
        for index, found in seen.items()
        if not board.nodes[index].children
    ]
    return all(one.holds({leaf.index: leaf for leaf in leaves if leaf.line[1] in one.tops}) for one in replays)


def _without(
    node: allocation_board.Node, left: list[allocation_board.Bound], memo: allocation_board.Memo
) -> allocation_board.Node:
    """The node without some of its bounds: the very same one for all views, as what is found out about it."""
    key = node.index, tuple([id(bound) for bound in left])
    known = memo.without.get(key)
    if known is None:
        known = memo.without[key] = replace(
            node,
            minima=tuple([bound for bound in node.minima if bound not in left]),
            maxima=tuple([bound for bound in node.maxima if bound not in left]),
        )
    return known
