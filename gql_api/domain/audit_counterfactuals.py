"""What would be without it: which exceptions are used and still needed, and which pins cost something.

Each exception, and each pin where not everything is met, is left out once and the views are solved again; an audit
without exceptions and pins pays nothing for this.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from gql_api.domain import (
    allocation_board,
    audit_exceptions,
    audit_results,
    audit_views,
    eligibility,
    entries,
    verdicts,
    wording,
)

MOST_PINS = 40
"""Pins that are looked into one by one; with more the audit says for none what it costs."""
PlanException = audit_exceptions.PlanException
Verdict = verdicts.Verdict
Views = tuple[audit_views.Solved, ...]
_NAMED = 3


def exceptions(
    found: Sequence[audit_exceptions.PlanException],
    views: Views,
    without: Callable[[tuple[audit_exceptions.PlanException, ...]], Views],
) -> tuple[audit_results.ExceptionUse, ...]:
    """Every exception, in canonical order: whether it does anything, and whether anything is met for it alone.

    `without` solves the views with only the exceptions that it is given.
    """
    given = tuple(found)
    said: list[audit_results.ExceptionUse] = []
    for place, one in enumerate(given):
        is_used = _is_used(one, views[-1])
        is_needed = is_used and not _is_as_good(without((*given[:place], *given[place + 1 :])), views)
        said.append(audit_results.ExceptionUse(exception=one, is_used=is_used, is_needed=is_needed))
    return tuple(said)


def pins(problem: audit_views.Problem, views: Views) -> tuple[audit_results.PinCost, ...]:
    """The pins without which the PLANNED view would meet more, or come nearer to what it does not meet."""
    planned = views[-1]
    keys = {node.requirement.key for node in planned.board.nodes if node.requirement is not None}
    pinned = [entry for entry in problem.taken if entry.pinned_key in keys and entry.view is not None]
    is_met = planned.verdicts[allocation_board.ROOT].verdict is Verdict.YES
    if is_met or not pinned or len(pinned) > MOST_PINS:
        return ()
    goal = audit_views.goal(problem, planned)
    found: list[audit_results.PinCost] = []
    for entry in sorted(pinned, key=lambda entry: entry.id):
        free = tuple(replace(one, pinned_key=None) if one is entry else one for one in problem.taken)
        solved = audit_views.solve(replace(problem, taken=free))[-1]
        if audit_views.goal(problem, solved)[: audit_views.MATTERS] > goal[: audit_views.MATTERS]:
            found.append(_cost(entry, planned, solved))
    return tuple(found)


def _cost(entry: entries.PlannedEntry, planned: audit_views.Solved, free: audit_views.Solved) -> audit_results.PinCost:
    key = entry.pinned_key or ""
    nodes = planned.board.nodes
    names = {node.requirement.key: node.requirement.name for node in nodes if node.requirement is not None}
    better = [
        node.requirement.name
        for node in nodes[1:]
        if node.requirement is not None
        and free.verdicts[node.index].verdict is Verdict.YES
        and planned.verdicts[node.index].verdict is not Verdict.YES
    ]
    where = f"{entry.told} is pinned to “{names.get(key, key)}”"
    if better:
        listed = wording.listed([f"“{name}”" for name in better[:_NAMED]])
        sentence = f"{where}; without the pin {listed} could be met."
    else:
        sentence = f"{where}; without the pin more of what is needed would be there."
    return audit_results.PinCost(entry_id=entry.id, key=key, sentence=sentence)


def _is_as_good(without: Views, views: Views) -> bool:
    """Whether every view meets without the exception what it meets with it."""
    return all(
        less.verdict is Verdict.YES
        for one, other in zip(without, views, strict=True)
        for less, more in zip(one.verdicts, other.verdicts, strict=True)
        if more.verdict is Verdict.YES
    )


def _is_used(one: audit_exceptions.PlanException, planned: audit_views.Solved) -> bool:
    board = planned.board
    beneath = [
        node for node in board.nodes if node.requirement is not None and one.key and one.key in _keys(board, node)
    ]
    match one:
        case audit_exceptions.Waiver() | audit_exceptions.Limit():
            return bool(beneath)
        case audit_exceptions.Substitution() | audit_exceptions.Force():
            return any(
                used.id == one.entry_id
                for node in beneath
                for item in planned.state.applied[node.index]
                for used in board.items[item].used
            )
        case audit_exceptions.Forbid():
            return any(
                board.refusal(node.index, number) is eligibility.Refusal.FORBIDDEN and _would_fit(board, node, number)
                for node in beneath
                if node.is_leaf
                for number in board.numbers
                if any(used.id == one.entry_id for used in board.items[number].used)
            )


def _would_fit(board: allocation_board.Board, node: allocation_board.Node, number: int) -> bool:
    pool = replace(node.pool, forbidden=frozenset[int]())
    return isinstance(eligibility.fit(pool, board.items[number]), eligibility.Fit)


def _keys(board: allocation_board.Board, node: allocation_board.Node) -> set[str]:
    found = (board.nodes[index].requirement for index in node.line)
    return {requirement.key for requirement in found if requirement is not None}
