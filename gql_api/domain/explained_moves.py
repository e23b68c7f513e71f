"""Where a wider view applies a course elsewhere than a narrower one did: said in words."""

from collections.abc import Sequence

from gql_api.domain import allocation_board, audit_views, explained_amounts, verdicts, wording

_Applied = dict[tuple[str, int, int], str]


def sentence(node: allocation_board.Node, before: Sequence[audit_views.Solved], planned: audit_views.Solved) -> str:
    """What the PLANNED view does with the courses that views `before` it applied beneath the node; empty where none.

    Where it still meets the requirement, the courses that take their place are named.
    """
    before = [solved for solved in before if solved.state is not planned.state]
    if not before:
        return ""
    later = _applied(node, planned)
    moved: dict[tuple[str, int, int], audit_views.Solved] = {}
    for solved in before:
        moved |= {key: solved for key, label in _applied(node, solved).items() if later.get(key) != label}
    by_place: dict[str, list[str]] = {}
    for key in sorted(moved):
        names = by_place.setdefault(_place(planned, key, later), [])
        if (name := _name(moved[key], key)) not in names:
            names.append(name)
    left = by_place.pop("", [])
    parts = [
        f"{wording.listed(names)} {'counts' if len(names) == 1 else 'count'} {place}"
        for place, names in by_place.items()
    ]
    said = [f"{wording.listed(parts)} instead"] if parts else []
    said += [f"{wording.listed(left)} {'is' if len(left) == 1 else 'are'} not needed"] if left else []
    if not said:
        return ""
    if new := _new(node, moved, later, planned):
        said.append(f"{wording.listed(new)} {'counts' if len(new) == 1 else 'count'} here")
    return f" In the planned view {', and '.join(said)}."


def rivals(node: allocation_board.Node, before: Sequence[audit_views.Solved], planned: audit_views.Solved) -> str:
    """The courses that would fit an open leaf, bring some of what it lacks and count elsewhere.

    Those that views `before` it had there are left out.
    """
    board, state = planned.board, planned.state
    fits = board.fits.get(node.index, {})
    if not node.is_leaf or not fits:
        return ""
    here = set(state.applied[node.index])
    labels = {board.items[item].label for item in here}
    told = {key for solved in before if solved.state is not state for key in _applied(node, solved)}
    used = {item: leaf for leaf, item in reversed(state.pairs()) if board.nodes[leaf].domain == node.domain}
    by_place: dict[tuple[str, bool], list[str]] = {}
    for item, fit in fits.items():
        requirement = board.nodes[used[item]].requirement if item in used and item not in here else None
        if requirement is None or board.items[item].key in told:
            continue
        if not explained_amounts.helps(node, state, item):
            continue
        label = board.items[item].label
        name = f"{label} as {fit.face.label}" if label in labels else label
        is_met = planned.verdicts[used[item]].verdict is verdicts.Verdict.YES
        names = by_place.setdefault((requirement.name, is_met), [])
        names += [] if name in names else [name]
    count = sum(map(len, by_place.values()))
    if count > _MOST_RIVALS:
        return f" {count} courses of the plan that fit here count elsewhere."
    parts = [_rival(names, *place) for place, names in by_place.items()]
    return f" {wording.listed(parts)}." if parts else ""


def _rival(names: Sequence[str], place: str, is_met: bool) -> str:  # noqa: FBT001 - of the pair that names are listed by
    is_one = len(names) == 1
    verbs = ("fits", "counts") if is_one else ("fit", "count")
    why = f", which is met with {'it' if is_one else 'them'}" if is_met else ""
    return f"{wording.listed(names)} {verbs[0]} here too and {verbs[1]} for “{place}”{why}"


def _new(
    node: allocation_board.Node,
    moved: dict[tuple[str, int, int], audit_views.Solved],
    later: _Applied,
    planned: audit_views.Solved,
) -> list[str]:
    """The courses that take the place of those that moved; none where the place stays empty, or too many to name."""
    if not node.is_leaf or planned.verdicts[node.index].verdict is not verdicts.Verdict.YES:
        return []
    earlier = {key for solved in moved.values() for key in _applied(node, solved)}
    names = list(dict.fromkeys(_name(planned, key) for key in sorted(later) if key not in earlier))
    return names if len(names) <= _FEW else []


_FEW = 3
_MOST_RIVALS = 4


def _applied(node: allocation_board.Node, solved: audit_views.Solved) -> _Applied:
    """What each item counts as beneath a node, by the item's key."""
    board = solved.board
    return {
        board.items[item].key: board.use(leaf, item).face.label
        for leaf in node.leaves
        for item in sorted(solved.state.applied[leaf])
    }


def _place(planned: audit_views.Solved, key: tuple[str, int, int], later: _Applied) -> str:
    """What an item does in the view; empty where it is applied to nothing."""
    if key in later:
        return f"as {later[key]}"
    board = planned.board
    for leaf, item in planned.state.pairs():
        requirement = board.nodes[leaf].requirement
        if board.items[item].key == key and requirement is not None:
            return f"for “{requirement.name}”"
    return ""


def _name(solved: audit_views.Solved, key: tuple[str, int, int]) -> str:
    return next(item.label for item in solved.counted.items if item.key == key)
