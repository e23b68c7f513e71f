"""Can these requirements be met together? An exhaustive search, bounded by a count of steps.

Every step asks a flow through counts of courses whether the needs can be kept at all, then looks at what the flow
chose: where credit, a choice or a constraint is not as asked, it tries both ways of one decision (a unit in a leaf or
not, a child met or not). Nothing is assumed that the flow or a tried decision did not show, so “impossible” is a
proof. Two requirements that may share are not: whoever builds a model gives them domains of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from gql_api.domain import checker_bounds, checker_model, checker_steps

MOST_STEPS = 4_000
"""Decisions that one search tries before it gives up."""


class Answer(Enum):
    """What a search found."""

    POSSIBLE = "they can be met together"
    IMPOSSIBLE = "nothing meets them together"
    UNDECIDED = "the bound was reached before an answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The answer, what the units were used for where there is a way, and the steps it took."""

    answer: Answer
    held: Mapping[int, Mapping[int, int]] = field(default_factory=dict[int, Mapping[int, int]])
    steps: int = 0


def solve(model: checker_model.Model, required: frozenset[int], most_steps: int = MOST_STEPS) -> Outcome:
    """Whether all `required` nodes can be met with the model's units, each used as often as it exists."""
    beneath = checker_bounds.beneath(model, required)
    waiting = [checker_steps.State(must=required)]
    steps = 0
    while waiting:
        steps += 1
        if steps > most_steps:
            return Outcome(answer=Answer.UNDECIDED, steps=most_steps)
        found = checker_steps.step(model, beneath, waiting.pop())
        if found is None:
            continue
        if isinstance(found, checker_steps.Reached):
            return Outcome(answer=Answer.POSSIBLE, held=found.held, steps=steps)
        first, second = found
        waiting += (second, first)
    return Outcome(answer=Answer.IMPOSSIBLE, steps=steps)
