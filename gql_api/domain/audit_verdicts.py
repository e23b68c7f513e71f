"""Judging an allocation: for every node whether it is met, how much of it, and how each of its constraints stands.

This judges what is applied afresh, and it knows the third answer.
"""

import functools
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

from gql_api.domain import (
    allocation_board,
    allocation_state,
    audit_constraints,
    averages,
    credits,
    model_figures,
    verdicts,
)

Verdict = verdicts.Verdict
AverageOf = Callable[[Sequence[audit_constraints.Use]], averages.Attempts]
ONE = Decimal(1)


class NodeVerdict(NamedTuple):
    """How a node stands. `fraction` is 1 exactly when it is met; `weight` counts what it needs, in credits.

    `share` is how full it is where it is compared with its siblings: that of its parts, whatever else it asks for.
    """

    verdict: verdicts.Verdict
    constraints: tuple[audit_constraints.ConstraintResult, ...]
    fraction: Decimal
    weight: Decimal
    weighted: Decimal
    share: Decimal = ONE


def judge(
    state: allocation_state.State,
    attempts: averages.Attempts,
    average_of: AverageOf,
    before: Sequence[NodeVerdict] = (),
    unchanged: frozenset[int] = frozenset(),
) -> tuple[NodeVerdict, ...]:
    """A verdict per node, by its number. `attempts` are all graded ones; `average_of` those behind applied courses.

    Where the same is applied as in a narrower view, beneath `unchanged` top-level requirements, its verdicts (`before`)
    stand.
    """
    nodes = state.board.nodes
    found: dict[int, NodeVerdict] = {}
    for node in reversed(nodes):
        is_same = len(node.line) > 1 and node.line[1] in unchanged
        found[node.index] = before[node.index] if is_same else _judge(state, node, found, attempts, average_of)
    return tuple([found[index] for index in range(len(nodes))])


def _judge(
    state: allocation_state.State,
    node: allocation_board.Node,
    found: dict[int, NodeVerdict],
    attempts: averages.Attempts,
    average_of: AverageOf,
) -> NodeVerdict:
    given = node.requirement.constraints if node.requirement is not None else ()
    results: tuple[audit_constraints.ConstraintResult, ...] = ()
    if given:
        uses = state.counted(node.index)
        is_own = node.averages and node.index != allocation_board.ROOT
        graded = average_of(uses) if is_own else attempts
        results = tuple(audit_constraints.judge(one, uses, node.pool, graded) for one in given)
    if node.is_waived:
        return NodeVerdict(
            verdict=Verdict.YES, constraints=results, fraction=ONE, weight=credits.ZERO, weighted=credits.ZERO
        )
    if not (results or node.children):
        if state.is_met(node.index):
            return _met(str(node.min_credits), node.min_courses)
        if not state.applied[node.index]:
            return _empty(str(node.min_credits), node.min_courses)
    verdict = _verdict(state, node, found, results)
    if node.children:
        return _parts(state, node, found, results, verdict)
    return _leaf(state, node, results, verdict)


@functools.lru_cache(maxsize=1_000)
def _met(min_credits: str, min_courses: int) -> NodeVerdict:
    """How a leaf stands that has all it asks for. Credits come as text: equal ones may be written otherwise."""
    weight = _weight(Decimal(min_credits), min_courses)
    return NodeVerdict(verdict=Verdict.YES, constraints=(), fraction=ONE, weight=weight, weighted=weight)


@functools.lru_cache(maxsize=1_000)
def _empty(min_credits: str, min_courses: int) -> NodeVerdict:
    """How a leaf stands that asks for courses or credits and has none."""
    needed = Decimal(min_credits)
    weight = _weight(needed, min_courses)
    shares = [Decimal(0) / min_courses] if min_courses else []
    shares += [credits.ZERO / needed] if needed > 0 else []
    share = max(min(shares), credits.ZERO)
    return NodeVerdict(
        verdict=Verdict.NO, constraints=(), fraction=share, weight=weight, weighted=weight * share, share=share
    )


def _verdict(
    state: allocation_state.State,
    node: allocation_board.Node,
    found: dict[int, NodeVerdict],
    results: tuple[audit_constraints.ConstraintResult, ...],
) -> verdicts.Verdict:
    if node.min_courses and len(state.counted(node.index)) < node.min_courses:
        return Verdict.NO
    if node.min_credits and not state.has_credits(node.index):
        return Verdict.NO
    if not node.choices and not results:
        return Verdict.YES
    children = verdicts.at_least((found[child].verdict for child in node.choices), node.needed_children)
    return verdicts.all_of((children, *(one.verdict for one in results)))


def _leaf(
    state: allocation_state.State,
    node: allocation_board.Node,
    results: tuple[audit_constraints.ConstraintResult, ...],
    verdict: verdicts.Verdict,
) -> NodeVerdict:
    """A leaf weighs its needed credits, or three for each needed course."""
    weight = _weight(node.min_credits, node.min_courses)
    share = ONE if verdict is Verdict.YES else _own(state, node, results)
    return NodeVerdict(
        verdict=verdict, constraints=results, fraction=share, weight=weight, weighted=weight * share, share=share
    )


def _weight(min_credits: Decimal, min_courses: int) -> Decimal:
    return min_credits if min_credits > 0 else Decimal(min_courses * model_figures.COURSE_WEIGHT)


def _parts(
    state: allocation_state.State,
    node: allocation_board.Node,
    found: dict[int, NodeVerdict],
    results: tuple[audit_constraints.ConstraintResult, ...],
    verdict: verdicts.Verdict,
) -> NodeVerdict:
    """A node with children weighs what its best children weigh, as many as it needs; else the credits beneath it."""

    def order(child: int) -> tuple[bool, Decimal, Decimal, int]:
        one = found[child]
        return one.verdict is not Verdict.YES, -one.share, one.weight, child

    counted = node.choices if node.needed_children >= len(node.choices) else sorted(node.choices, key=order)
    best = [found[child] for child in counted[: node.needed_children]]
    weight = sum((one.weight for one in best), credits.ZERO)
    weighted = sum((one.weighted for one in best), credits.ZERO)
    own = ONE if verdict is Verdict.YES else _own(state, node, results)
    if not weight and node.min_credits > 0:
        weight, weighted = node.min_credits, node.min_credits * own
    share = weighted / weight if weight else own
    fraction = ONE if verdict is Verdict.YES else _unmet(state, node, results, own, share)
    return NodeVerdict(
        verdict=verdict, constraints=results, fraction=fraction, weight=weight, weighted=weighted, share=share
    )


def _unmet(
    state: allocation_state.State,
    node: allocation_board.Node,
    results: tuple[audit_constraints.ConstraintResult, ...],
    own: Decimal,
    share: Decimal,
) -> Decimal:
    return min(own, share) if _minima(state, node, results) else share


def _own(
    state: allocation_state.State,
    node: allocation_board.Node,
    results: tuple[audit_constraints.ConstraintResult, ...],
) -> Decimal:
    """The least of applied to needed over the minima of a node itself that is not met; 0 where it has none."""
    share = min(_minima(state, node, results), default=credits.ZERO)
    return min(max(share, credits.ZERO), ONE)


def _minima(
    state: allocation_state.State,
    node: allocation_board.Node,
    results: tuple[audit_constraints.ConstraintResult, ...],
) -> list[Decimal]:
    shares: list[Decimal] = []
    if node.min_courses:
        shares.append(Decimal(len(state.counted(node.index))) / node.min_courses)
    if node.min_credits > 0:
        amount = sum((use.face.credits for use in state.counted(node.index)), credits.ZERO)
        shares.append(ONE if state.has_credits(node.index) else amount / node.min_credits)
    shares += [
        one.actual / one.needed
        for one in results
        if audit_constraints.is_minimum(one.kind) and one.needed and one.actual is not None
    ]
    return shares
