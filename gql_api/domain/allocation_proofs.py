"""How an allocation was proved to be the best: by component of the program, with the work that it took."""

from dataclasses import dataclass
from enum import Enum

from gql_api.domain import entries


class Method(Enum):
    """What proved a component."""

    REDUCTION = "nothing competes: every requirement takes what fits it"
    FLOW = "augmenting paths fill everything that can be filled at all"
    SOLVER = "0/1 programming"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One component in one view: the keys of its top-level requirements, and what proved its allocation.

    `nodes` and `iterations` are the solver's; `bound`, where the bound of the work was reached before a proof was
    found, says which.
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
