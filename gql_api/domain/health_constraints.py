"""Constraints that never apply: nothing that they look at can be there, or never so much of it."""

from collections.abc import Iterator

from gql_api.domain import (
    checker_conflicts,
    checker_constraints,
    checker_model,
    checker_pools,
    checker_trees,
    health_findings,
    requirements,
)

Finding = health_findings.Finding
Kind = requirements.ConstraintKind
_ABOUT_STUDENTS = frozenset(
    {Kind.MIN_GPA, Kind.MAX_PASS_FAIL_CREDITS, Kind.MAX_TRANSFER_CREDITS, Kind.MIN_RESIDENCY_CREDITS}
)
"""Kinds that depend on where and how a student took a course, not on which course it is."""


def findings(work: checker_conflicts.Problem) -> Iterator[Finding]:
    """The constraints of every node that no choice of courses could touch."""
    for place in work.tree.places:
        if any(work.tree.places[leaf].node.is_residual for leaf in place.leaves):
            continue
        for constraint in place.node.constraints:
            reason = _idle(work, place, constraint)
            if reason is not None:
                name = f"“{place.node.name}”" if place.node.key else "the whole program"
                yield Finding(
                    kind=health_findings.FindingKind.IDLE_CONSTRAINT,
                    severity=health_findings.Severity.WARNING,
                    message=f"A constraint of {name} ({constraint.kind.value}) never applies: {reason}.",
                    keys=(place.node.key,) if place.node.key else (),
                )


def _idle(
    work: checker_conflicts.Problem, place: checker_trees.Place, constraint: requirements.Constraint
) -> str | None:
    if constraint.kind in _ABOUT_STUDENTS:
        return None
    if constraint.kind in checker_constraints.ELIGIBILITY:
        # What it refuses is no longer among the fits, but a student who may take everything has the best grades.
        units = work.eligible(place.index)
        is_seen = any(checker_pools.is_in_scope(constraint.scope, work.pieces[unit]) for unit in units)
        return None if is_seen or not units else "its scope holds of no course that fits"
    if not checker_constraints.is_ceiling(constraint):
        return None
    units = [unit for unit in work.eligible(place.index) if checker_constraints.looks_at(constraint, work.pieces[unit])]
    if not units:
        return "it limits courses of which none fits"
    return _loose(work, place, constraint, units)


def _loose(
    work: checker_conflicts.Problem,
    place: checker_trees.Place,
    constraint: requirements.Constraint,
    units: list[int],
) -> str | None:
    """Where all courses that it looks at are fewer than it allows. A pattern may take more than are known here."""
    options = [option for leaf in place.leaves for option in work.tree.places[leaf].node.options]
    if not all(isinstance(option, requirements.CourseOption) for option in options):
        return None
    largest: dict[int, int] = {}
    for unit in units:
        piece = work.pieces[unit]
        amount = checker_model.parts(piece.credits) if constraint.credits is not None else 1
        entry = piece.entry_ids[0]
        largest[entry] = max(largest.get(entry, 0), amount)
    allowed = checker_constraints.amount(constraint)
    limit = checker_model.parts(allowed) if constraint.credits is not None else int(allowed)
    return "all courses that it looks at are within it" if sum(largest.values()) <= limit else None
