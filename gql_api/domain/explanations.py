"""Explanations: for every requirement why it stands where it does and what is missing, in one sentence with numbers."""

from collections.abc import Sequence

from gql_api.domain import (
    allocation_board,
    allocation_state,
    audit_constraints,
    audit_results,
    audit_views,
    credits,
    eligibility,
    explained_moves,
    verdicts,
    wording,
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
    shown: audit_views.Solved,
    planned: audit_views.Solved,
    doubt: str | None,
) -> str:
    """Why the requirement stands where it does, judged in the view that its status speaks of (`shown`).

    Where the PLANNED view has other courses there, it says so, and where those of the narrower view went.
    """
    if status is Status.WAIVED:
        return "Waived by an advisor."
    state = shown.state
    facts = _facts(node, state)
    results = shown.verdicts[node.index].constraints
    facts += [wording.open_ended(one.sentence) for one in results if one.verdict is not verdicts.Verdict.YES]
    if status in {Status.PARTIAL, Status.UNMET}:
        facts += _too_low(node, state)
    if doubt is not None and status is Status.UNKNOWN:
        facts.append(wording.open_ended(doubt))
    moved = explained_moves.sentence(node, shown, planned)
    lead = "Met by what is earned" if moved and status is Status.MET else _LEADS[status]
    said = "; ".join(facts) if facts else "nothing is asked for"
    return f"{lead}: {said}{_names(node, state)}.{moved}"


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
        parts.append(f"{courses} more {wording.plural(courses, 'course')}")
    if not state.has_credits(node.index):
        parts.append(f"{credits.displayed(node.min_credits - state.credits(node.index))} more credits")
    if node.needed_children:
        open_children = node.needed_children - sum(map(state.is_met, node.choices))
        if open_children > 0:
            kind = "of its parts" if len(node.choices) == node.needed_children else f"of {len(node.choices)} parts"
            parts.append(f"{open_children} more {kind}")
    parts += [one.lacking for one in results if one.lacking]
    if not parts:
        return "Needs what its parts still miss."
    return f"Needs {wording.listed(parts)}."


def _facts(node: allocation_board.Node, state: allocation_state.State) -> list[str]:
    facts: list[str] = []
    if node.needed_children:
        met = min(sum(map(state.is_met, node.choices)), node.needed_children)
        verb = "is" if 1 in {met, node.needed_children} else "are"
        facts.append(
            f"{met} of {node.needed_children} needed {wording.plural(node.needed_children, 'part')} {verb} met"
        )
    if node.min_courses:
        facts.append(f"{state.courses(node.index)} of {node.min_courses} {wording.plural(node.min_courses, 'course')}")
    if node.min_credits > 0:
        amounts = [credits.displayed(amount) for amount in (state.credits(node.index), node.min_credits)]
        facts.append(f"{amounts[0]} of {amounts[1]} credits")
    return facts


def _too_low(node: allocation_board.Node, state: allocation_state.State) -> list[str]:
    """The courses that the pool of a leaf would take if their grades were better."""
    if not node.is_leaf or not node.pool.grades_asked:
        return []
    board = state.board
    low = [
        eligibility.low_grade(node.pool, item)
        for number, item in enumerate(board.items)
        if board.refusal(node.index, number) is eligibility.Refusal.GRADE_TOO_LOW
    ]
    found = [one for one in low if one is not None]
    more = [f"the grades of {len(found) - _NAMED} more courses are too low"] if len(found) > _NAMED else []
    return found[:_NAMED] + more


def _names(node: allocation_board.Node, state: allocation_state.State) -> str:
    """The applied courses; one that counts as several is named once, with what it counts as."""
    if not node.is_leaf:
        return ""
    faces: dict[str, list[str]] = {}
    for use in state.uses(node.index):
        faces.setdefault(use.item.label, []).append(use.face.label)
    if not faces:
        return ""
    names = [label if len(found) == 1 else f"{label} as {wording.listed(found)}" for label, found in faces.items()]
    more = len(names) - _NAMED
    return f" ({', '.join(names[:_NAMED])} and {more} more)" if more > 0 else f" ({', '.join(names)})"
