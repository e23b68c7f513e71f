"""The smallest conflict that can be found: requirements that cannot be met together, none of which can be left out.

Whether some requirements can be met together is always asked of the checker's own search, so that what is found here
is what the checker will find.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gql_api.domain import checker_model, checker_search, checker_steps

Answer = checker_search.Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Nodes that cannot be met together, minimal under deletion; or, undecided, how far the search came.

    Both are empty where everything can be met together.
    """

    nodes: tuple[int, ...] = ()
    is_undecided: bool = False


def smallest(model: checker_model.Model, tops: Sequence[int], most_steps: int = checker_search.MOST_STEPS) -> Found:
    """A minimal set of nodes that cannot be met together, as deep in the tree as they still cannot.

    A node of which all children are needed gives way to those of its children that the conflict needs.
    """
    search = _Search(model, most_steps)
    start = checker_steps.core(model, frozenset(tops))
    if not start or search.ask(start) is not Answer.IMPOSSIBLE:
        start = list(tops)
        if (answer := search.ask(start)) is not Answer.IMPOSSIBLE:
            return Found(is_undecided=answer is Answer.UNDECIDED)
    found = search.minimal(start)
    closed: set[int] = set()
    while (opened := next((node for node in found if node not in closed and _is_all(model, node)), None)) is not None:
        closed.add(opened)
        finer = [*(node for node in found if node != opened), *model.nodes[opened].choices]
        if search.ask(finer) is Answer.IMPOSSIBLE:
            found = search.minimal(finer)
    return Found(nodes=tuple(sorted(found)))


class _Search:
    def __init__(self, model: checker_model.Model, most_steps: int) -> None:
        self.model, self.most_steps = model, most_steps

    def ask(self, nodes: Sequence[int]) -> Answer:
        """Whether the nodes can be met together."""
        return checker_search.solve(self.model, frozenset(nodes), self.most_steps).answer

    def minimal(self, nodes: list[int]) -> list[int]:
        """The nodes without those that can be left out: halves first, then one by one."""
        width = max(len(nodes) // 2, 1)
        while True:
            start = 0
            while start < len(nodes):
                rest = nodes[:start] + nodes[start + width :]
                if rest and self.ask(rest) is Answer.IMPOSSIBLE:
                    nodes = rest
                else:
                    start += width
            if width == 1:
                return nodes
            width = max(width // 2, 1)


def _is_all(model: checker_model.Model, index: int) -> bool:
    """Whether a node needs all of its children, so that these can stand for it."""
    node = model.nodes[index]
    return bool(node.choices) and node.needed == len(node.choices) and not node.is_waived
