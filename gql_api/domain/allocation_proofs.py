"""How an allocation was proved to be the best: by component of the program, with the work that it took."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from gql_api.domain import allocation_board, entries


class Method(Enum):
    """What proved a component."""

    REDUCTION = "every requirement has the best that is left to it by those that can be met by nothing else"
    FLOW = "augmenting paths fill everything that can be filled at all"
    ENUMERATION = "cases of what is met and which requirement has a course, compared by bounds"
    SOLVER = "0/1 programming"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One component in one view: the keys of its top-level requirements, and what proved its allocation.

    `nodes` are the cases that were split, or the solver's, as `iterations` are; `bound`, where the bound of the work
    was reached before a proof was found, says which.
    """

    view: entries.View
    keys: tuple[str, ...]
    method: Method
    nodes: int = 0
    iterations: int = 0
    bound: str | None = None

    @property
    def is_exact(self) -> bool:
        """Whether the allocation is proven to be the best."""
        return self.bound is None


def keys(board: allocation_board.Board, tops: Sequence[int]) -> tuple[str, ...]:
    """The keys of top-level requirements."""
    found = (board.nodes[top].requirement for top in tops)
    return tuple([requirement.key for requirement in found if requirement is not None])
