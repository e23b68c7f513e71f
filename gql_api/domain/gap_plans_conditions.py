"""The conditions that keep enough courses from meeting a requirement, in words."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from gql_api.domain import allocation_board, audit_constraints, constraint_words, credits, wording

ROOT = allocation_board.ROOT


def sentence(board: allocation_board.Board, index: int) -> str:
    """Why courses that are enough for a requirement by number and credits do not meet it, as the sentence goes on.

    A minimum that all of them together do not reach is told with what they have; else what cannot hold together.
    """
    node = board.nodes[index]
    uses = [board.use(leaf, item) for leaf in node.leaves for item in board.fits.get(leaf, {})]
    short = [said for bound in node.minima if (said := _short(bound, uses))]
    if short:
        return f"; {wording.listed(short)}"
    found = list(dict.fromkeys([*_beneath(board, index), *_above(board, node)]))
    if not found:
        return "; other requirements of the program need the same courses"
    return f"; they cannot keep all that it asks for: {wording.listed(found)}"


def of_program(board: allocation_board.Board) -> list[str]:
    """What holds for the program as a whole, beside its totals."""
    root = board.nodes[ROOT]
    return [constraint_words.asked(bound.constraint, bound.amount) for bound in root.minima] + _most(root)


def _short(bound: allocation_board.Bound, uses: Sequence[audit_constraints.Use]) -> str:
    """A minimum that all of these courses together do not reach; empty where they do."""
    by_item = {id(use.item): use for use in uses}
    has = audit_constraints.measure(bound.constraint, list(by_item.values()))
    if has >= bound.amount:
        return ""
    shown = credits.displayed(has) if bound.constraint.credits is not None else f"{has:f}"
    return f"it asks for {constraint_words.asked(bound.constraint, bound.amount)}, and they reach {shown}"


def _beneath(board: allocation_board.Board, index: int) -> Iterable[str]:
    """What the requirement asks for, and by name what its parts do."""
    node = board.nodes[index]
    yield from _own(node)
    for child in node.children:
        requirement = board.nodes[child].requirement
        name = "a part" if requirement is None else f"“{requirement.name}”"
        for said in _beneath(board, child):
            yield said if "”" in said else f"{said} in {name}"


def _above(board: allocation_board.Board, node: allocation_board.Node) -> Iterable[str]:
    """What the requirements above it, and the program, allow at most."""
    for index in (*node.line[:-1][::-1], ROOT):
        above = board.nodes[index]
        requirement = above.requirement
        where = "the program" if requirement is None else f"“{requirement.name}”"
        for said in _most(above):
            yield f"{said} in {where}"


def _own(node: allocation_board.Node) -> list[str]:
    """Every condition of one node."""
    count = len(node.choices)
    found = [f"{node.needed_children} of its {count} parts"] if node.needed_children and count else []
    found += [constraint_words.asked(bound.constraint, bound.amount) for bound in node.minima]
    return found + _most(node)


def _most(node: allocation_board.Node) -> list[str]:
    """What a node allows at most."""
    found: list[str] = []
    if node.max_courses is not None:
        found.append(f"at most {node.max_courses} {wording.plural(node.max_courses, 'course')}")
    if node.max_credits is not None:
        found.append(f"at most {_credits(node.max_credits)}")
    return found + [constraint_words.asked(bound.constraint, bound.amount) for bound in node.maxima]


def _credits(amount: Decimal) -> str:
    return f"{credits.displayed(amount)} {wording.plural(amount, 'credit')}"
