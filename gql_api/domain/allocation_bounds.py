"""Bounds that need no search: the most that a requirement could be worth if it had every item for itself."""

from fractions import Fraction

from gql_api.domain import allocation_board, model_figures, model_value


def worth(figures: model_figures.Figures, index: int, *, is_met: bool) -> int | Fraction:
    """At least what a requirement is worth in any allocation; `is_met`: in any in which it is met."""
    node = figures.board.nodes[index]
    if node.is_waived or figures.is_free[index]:
        return 0
    if node.is_leaf:
        return model_value.leaf_weight(figures, node) * (1 if is_met else _share(figures, node))
    needed, choices = figures.choices(node)
    is_all = needed >= len(choices)
    if is_met and not is_all:
        choices = tuple(child for child in choices if figures.is_possible[child])
    parts = [worth(figures, child, is_met=is_met) for child in choices]
    found = sum(sorted(parts, reverse=True)[:needed])
    is_own = not needed or not all(model_value.has_weight(figures, figures.board.nodes[child]) for child in choices)
    return max(found, figures.needed(node)) if is_own else found


def is_settled(figures: model_figures.Figures, index: int) -> bool:
    """Whether a requirement is worth the same by whatever it is met: nothing beneath it is a choice of unlike parts."""
    node = figures.board.nodes[index]
    if node.is_leaf or figures.is_free[index]:
        return True
    needed, choices = figures.choices(node)
    if needed < len(choices):
        parts = [figures.board.nodes[child] for child in choices if figures.is_possible[child]]
        weights = {model_value.leaf_weight(figures, part) for part in parts if part.is_leaf}
        return len(weights) == 1 and all(part.is_leaf for part in parts)
    return all(is_settled(figures, child) for child in choices)


def _share(figures: model_figures.Figures, node: allocation_board.Node) -> int | Fraction:
    """How full a leaf could be at most."""
    if figures.is_possible[node.index]:
        return 1
    amounts = figures.credits.get(node.index, {}).values()
    count = len(amounts) if node.max_courses is None else min(len(amounts), node.max_courses)
    shares: list[int | Fraction] = [1]
    if node.min_courses:
        shares.append(Fraction(count, node.min_courses))
    if node.min_credits:
        shares.append(Fraction(sum(amounts), figures.needed(node)))
    return min(shares)
