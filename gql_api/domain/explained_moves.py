"""Where a wider view applies a course elsewhere than the narrower one that met a requirement: said in words."""

from gql_api.domain import allocation_board, audit_views, wording

_Applied = dict[tuple[str, int, int], str]


def sentence(node: allocation_board.Node, shown: audit_views.Solved, planned: audit_views.Solved) -> str:
    """What the PLANNED view does with the courses that it no longer applies beneath the node; empty where none."""
    if shown is planned:
        return ""
    later = _applied(node, planned)
    moved = {key: label for key, label in _applied(node, shown).items() if later.get(key) != label}
    by_place: dict[str, list[str]] = {}
    for key in sorted(moved):
        by_place.setdefault(_place(planned, key, later), []).append(_name(shown, key))
    if not by_place:
        return ""
    parts = [
        f"{wording.listed(names)} {'counts' if len(names) == 1 else 'count'} {place}"
        for place, names in by_place.items()
    ]
    return f" In the planned view {wording.listed(parts)} instead."


def _applied(node: allocation_board.Node, solved: audit_views.Solved) -> _Applied:
    """What each item counts as beneath a node, by the item's key."""
    board = solved.board
    return {
        board.items[item].key: board.use(leaf, item).face.label
        for leaf in node.leaves
        for item in sorted(solved.state.applied[leaf])
    }


def _place(planned: audit_views.Solved, key: tuple[str, int, int], later: _Applied) -> str:
    if key in later:
        return f"as {later[key]}"
    board = planned.board
    for leaf, item in planned.state.pairs():
        requirement = board.nodes[leaf].requirement
        if board.items[item].key == key and requirement is not None:
            return f"for “{requirement.name}”"
    return "for no requirement"


def _name(solved: audit_views.Solved, key: tuple[str, int, int]) -> str:
    return next(item.label for item in solved.board.items if item.key == key)
