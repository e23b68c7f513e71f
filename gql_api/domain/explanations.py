"""Explanations: for every requirement why it stands where it does and what is missing, in one sentence with numbers."""

from collections.abc import Sequence
from decimal import Decimal

from gql_api.domain import (
    allocation_board,
    allocation_state,
    audit_constraints,
    audit_results,
    credits,
    verdicts,
)

Status = audit_results.RequirementStatus
_LEADS = {
    Status.MET: "Met",
    Status.IN_PROGRESS: "Met when the running courses are passed",
    Status.PLANNED: "Met when all planned courses are passed",
    Status.PARTIAL: "Not met",
    Status.UNMET: "Not met",
    Status.UNKNOWN: "Cannot be decided yet",
}
_NAMED = 6
"""Courses named in a sentence; more are counted."""


def explanation(
    status: audit_results.RequirementStatus,
    node: allocation_board.Node,
    state: allocation_state.State,
    results: Sequence[audit_constraints.ConstraintResult],
    doubt: str | None,
) -> str:
    """Why the requirement stands where it does, judged in the view that its status speaks of."""
    if status is Status.WAIVED:
        return "Waived by an advisor."
    facts = _facts(node, state)
    facts += [one.sentence.rstrip(".") for one in results if one.verdict is not verdicts.Verdict.YES]
    if doubt is not None and status is Status.UNKNOWN:
        facts.append(doubt)
    if not facts:
        return f"{_LEADS[status]}: nothing is asked for."
    return f"{_LEADS[status]}: {'; '.join(facts)}{_names(node, state)}."


def missing(
    node: allocation_board.Node,
    state: allocation_state.State,
    results: Sequence[audit_constraints.ConstraintResult],
    *,
    is_met: bool,
) -> str:
    """What is needed beyond everything applied, empty where nothing is."""
    if is_met:
        return ""
    parts: list[str] = []
    courses = node.min_courses - state.courses(node.index)
    if courses > 0:
        parts.append(f"{courses} more {_plural(courses, 'course')}")
    if not state.has_credits(node.index):
        parts.append(f"{credits.displayed(node.min_credits - state.credits(node.index))} more credits")
    if node.needed_children:
        open_children = node.needed_children - sum(map(state.is_met, node.choices))
        if open_children > 0:
            kind = "of its parts" if len(node.choices) == node.needed_children else f"of {len(node.choices)} parts"
            parts.append(f"{open_children} more {kind}")
    parts += [_open(one) for one in results if one.verdict is not verdicts.Verdict.YES]
    if not parts:
        return "Needs what its parts still miss."
    return f"Needs {' and '.join(parts)}."


def _open(result: audit_constraints.ConstraintResult) -> str:
    if audit_constraints.is_minimum(result.kind) and result.needed is not None and result.actual is not None:
        lacking = result.needed - result.actual
        amount = credits.displayed(lacking) if "CREDITS" in result.kind.name else f"{lacking:f}"
        return f"{amount} more towards “{result.sentence.rstrip('.')}”"
    return f"“{result.sentence.rstrip('.')}” to hold"


def _facts(node: allocation_board.Node, state: allocation_state.State) -> list[str]:
    facts: list[str] = []
    if node.needed_children:
        met = min(sum(map(state.is_met, node.choices)), node.needed_children)
        facts.append(f"{met} of {node.needed_children} needed {_plural(node.needed_children, 'part')} are met")
    if node.min_courses:
        facts.append(f"{state.courses(node.index)} of {node.min_courses} {_plural(node.min_courses, 'course')}")
    if node.min_credits > 0:
        facts.append(f"{_amount(state.credits(node.index))} of {_amount(node.min_credits)} credits")
    return facts


def _names(node: allocation_board.Node, state: allocation_state.State) -> str:
    if not node.is_leaf:
        return ""
    labels = [use.item.label for use in state.uses(node.index)]
    if not labels:
        return ""
    shown = ", ".join(labels[:_NAMED])
    return f" ({shown} and {len(labels) - _NAMED} more)" if len(labels) > _NAMED else f" ({shown})"


def _amount(amount: Decimal) -> str:
    return credits.displayed(amount)


def _plural(number: int, noun: str) -> str:
    return noun if number == 1 else f"{noun}s"
