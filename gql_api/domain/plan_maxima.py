"""Which entries of a plan come to nothing because a maximum is reached: a warning when they are added or changed."""

from collections.abc import Iterable, Mapping

from gql_api.domain import audit_constraints, audit_results, plan_warnings, requirements


def has_maxima(tree: requirements.ProgramTree, constraints: Iterable[requirements.Constraint]) -> bool:
    """Whether a version limits anything, so that it is worth an audit to find out who is beyond a limit."""
    nodes = [node for _, node in requirements.walk(tree.requirements)]
    if any(node.max_courses is not None or node.max_credits is not None for node in nodes):
        return True
    given = [*constraints, *(one for node in nodes for one in node.constraints)]
    return any(audit_constraints.is_maximum(one.kind) for one in given)


def warnings(
    unapplied: Iterable[audit_results.Unapplied], places: Mapping[int, int]
) -> tuple[plan_warnings.Warning, ...]:
    """Of the entries that were touched those beyond a maximum; `places` are theirs in the input, by entry id."""
    return tuple(
        plan_warnings.Warning(
            kind=plan_warnings.WarningKind.EXCEEDS_MAXIMUM,
            message=one.sentence,
            place=places[one.entry_id],
            requirement_key=next(iter(one.keys), None),
        )
        for one in unapplied
        if one.reason is audit_results.UnappliedReason.MAXIMUM_REACHED and one.entry_id in places
    )
