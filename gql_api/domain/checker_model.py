"""Requirements and credit in bare numbers: what the checker's own search works on.

Node and unit numbers are positions in the model's tuples. Amounts of credit are whole numbers of `UNIT` parts, so that
thirds and thousandths add up exactly.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

PARTS = 3_000
"""Parts of one credit: thousandths as catalogs print them, and thirds as quarter credits turn out."""
EVERYWHERE = -1
"""The exclusivity of ordinary leaves: a unit goes to one of them."""


def parts(amount: Decimal) -> int:
    """An amount of credit in whole parts."""
    return round(amount * PARTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """At least (or at most) so much of what the weights count, by (leaf, unit); others weigh nothing.

    With `kinds` it is the number of different kinds among the units that weigh something.
    """

    weights: Mapping[tuple[int, int], int]
    amount: int
    kinds: Mapping[int, str] | None = None

    def measure(self, held: Iterable[tuple[int, int, int]]) -> int:
        """What (leaf, unit, times) amount to; a unit that several leaves hold counts once."""
        best: dict[int, int] = {}
        for leaf, unit, times in held:
            best[unit] = max(best.get(unit, 0), times * self.weights.get((leaf, unit), 0))
        if self.kinds is None:
            return sum(best.values())
        return len({self.kinds[unit] for unit, amount in best.items() if amount})


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelNode:
    """One requirement. A leaf has `fits`: the units that it may hold, with their credit there.

    `needed` of `choices` are to be met; `floors` and `ceilings` are constraints on everything beneath.
    `domain` says among which leaves a unit is used up.
    """

    key: str
    parent: int = -1
    choices: tuple[int, ...] = ()
    needed: int = 0
    leaves: tuple[int, ...] = ()
    fits: Mapping[int, int] = field(default_factory=dict[int, int])
    min_courses: int = 0
    min_credits: int = 0
    max_courses: int | None = None
    max_credits: int | None = None
    floors: tuple[Bound, ...] = ()
    ceilings: tuple[Bound, ...] = ()
    domain: int = EVERYWHERE
    is_waived: bool = False

    @property
    def asks_itself(self) -> bool:
        """Whether it asks for more than that children are met."""
        return bool(self.min_courses or self.min_credits or self.floors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Nodes, each before its children, and units: `counts[unit]` says how often it exists.

    `rivals[unit]` are the units that cannot be used beside it, because the same courses stand behind them.
    """

    nodes: tuple[ModelNode, ...]
    counts: tuple[int, ...]
    rivals: Mapping[int, frozenset[int]] = field(default_factory=dict[int, frozenset[int]])
