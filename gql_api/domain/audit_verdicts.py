"""Judging an allocation: for every node whether it is met, how much of it, and how each of its constraints stands.

This does not trust the allocation's own bookkeeping of averages, and it knows the third answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from gql_api.domain import (
    allocation_board,
    allocation_state,
    audit_constraints,
    averages,
    credits,
    verdicts,
)

Verdict = verdicts.Verdict
ONE = Decimal(1)
COURSE_WEIGHT = 3
"""What a needed course weighs in the percentage where no credits are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeVerdict:
    """How a node stands. `fraction` is 1 exactly when it is met; `weight` counts what it needs, in credits."""

    verdict: verdicts.Verdict
    constraints: tuple[audit_constraints.ConstraintResult, ...]
    fraction: Decimal
    weight: Decimal
    weighted: Decimal


def judge(
    state: allocation_state.State,
    attempts: averages.Attempts,
    average_of: Callable[[list[audit_constraints.Use]], averages.Attempts],
) -> tuple[NodeVerdict, ...]:
    """A verdict per node, by its number. `attempts` are all graded ones; `average_of` those behind applied courses."""
    found: dict[int, NodeVerdict] = {}
    for node in reversed(state.board.nodes):
        found[node.index] = _judge(state, node, found, attempts, average_of)
    return tuple(found[node.index] for node in state.board.nodes)


def _judge(
    state: allocation_state.State,
    node: allocation_board.Node,
    found: dict[int, NodeVerdict],
    attempts: averages.Attempts,
    average_of: Callable[[list[audit_constraints.Use]], averages.Attempts],
) -> NodeVerdict:
    uses = state.uses(node.index)
    graded = attempts if node.index == allocation_board.ROOT else average_of(uses)
    constraints = node.requirement.constraints if node.requirement is not None else ()
    results = tuple(audit_constraints.judge(one, uses, node.pool, graded) for one in constraints)
    if node.is_waived:
        return NodeVerdict(
            verdict=Verdict.YES, constraints=results, fraction=ONE, weight=credits.ZERO, weighted=credits.ZERO
        )
    verdict = verdicts.all_of(
        (
            verdicts.of(state.courses(node.index) >= node.min_courses),
            verdicts.of(state.has_credits(node.index)),
            verdicts.at_least((found[child].verdict for child in node.choices), node.needed_children),
            *(one.verdict for one in results),
        )
    )
    return _weigh(state, node, found, results, verdict)


def _weigh(
    state: allocation_state.State,
    node: allocation_board.Node,
    found: dict[int, NodeVerdict],
    results: tuple[audit_constraints.ConstraintResult, ...],
    verdict: verdicts.Verdict,
) -> NodeVerdict:
    """A leaf weighs its needed credits, a node with children what its best children weigh, as many as it needs."""
    if node.is_leaf:
        weight = node.min_credits if node.min_credits > 0 else Decimal(node.min_courses * COURSE_WEIGHT)
        fraction = _fraction(state, node, results, verdict)
        return NodeVerdict(
            verdict=verdict, constraints=results, fraction=fraction, weight=weight, weighted=weight * fraction
        )
    counted = sorted(node.choices, key=lambda child: (-found[child].fraction, found[child].weight, child))
    best = [found[child] for child in counted[: node.needed_children]]
    weight = sum((one.weight for one in best), credits.ZERO)
    weighted = sum((one.weighted for one in best), credits.ZERO)
    if not weight and node.min_credits > 0:
        weight = node.min_credits
        weighted = weight * _fraction(state, node, results, verdict)
    if verdict is Verdict.YES:
        fraction = ONE
    else:
        own = _fraction(state, node, results, verdict)
        fraction = min(own, weighted / weight) if weight else own
    return NodeVerdict(verdict=verdict, constraints=results, fraction=fraction, weight=weight, weighted=weighted)


def _fraction(
    state: allocation_state.State,
    node: allocation_board.Node,
    results: tuple[audit_constraints.ConstraintResult, ...],
    verdict: verdicts.Verdict,
) -> Decimal:
    """The least of applied to needed over all minima of the node itself; 1 exactly when it is met."""
    if verdict is Verdict.YES:
        return ONE
    shares: list[Decimal] = []
    if node.min_courses:
        shares.append(Decimal(state.courses(node.index)) / node.min_courses)
    if node.min_credits > 0:
        shares.append(ONE if state.has_credits(node.index) else state.credits(node.index) / node.min_credits)
    shares += [
        one.actual / one.needed
        for one in results
        if audit_constraints.is_minimum(one.kind) and one.needed and one.actual is not None
    ]
    share = min(shares, default=ONE)
    return min(max(share, credits.ZERO), ONE)
