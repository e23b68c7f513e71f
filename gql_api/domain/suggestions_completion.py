"""Whether one more course would meet a requirement, told from what an audit says of it.

The course is added to what is applied; nothing else moves. A yes is therefore certain. A no may be wrong where other
courses would have to change places.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal

from gql_api.domain import audit_constraints, audit_results, requirements, suggestions_open, verdicts

Kind = requirements.ConstraintKind
SLACK = audit_constraints.SLACK


def of_leaf(
    program: suggestions_open.Program, leaf: suggestions_open.Node
) -> Callable[[audit_constraints.Use], tuple[str, ...] | None]:
    """What a course does for a leaf: the keys of what it would meet; none where it does not help.

    Where no constraint looks at what the course is, only its credits decide, and they are asked about once.
    """
    known: dict[Decimal, tuple[str, ...] | None] = {}
    is_of_credits = program.judged.keys().isdisjoint(leaf.line)

    def done(use: audit_constraints.Use) -> tuple[str, ...] | None:
        amount = use.face.credits
        if is_of_credits and amount in known:
            return known[amount]
        found = tuple(completed(program, leaf, use)) if helps(program, leaf, use) else None
        if is_of_credits:
            known[amount] = found
        return found

    return done


def completed(program: suggestions_open.Program, leaf: suggestions_open.Node, use: audit_constraints.Use) -> list[str]:
    """The keys of the requirements that the course would meet when applied to the leaf, from the leaf upwards."""
    met: list[str] = []
    below: int | None = None
    for index in reversed(leaf.line[1:]):
        node = program.nodes[index]
        if not program.is_open(node):
            below = index
            continue
        is_met = _is_reached(program, node, use) and _has_children(program, node, below)
        if not is_met or node.requirement is None:
            break
        met.append(node.requirement.key)
        below = index
    return met


def helps(program: suggestions_open.Program, leaf: suggestions_open.Node, use: audit_constraints.Use) -> bool:
    """Whether the course brings some open requirement from the leaf upwards closer, and passes no maximum there."""
    line = [program.nodes[index] for index in leaf.line[1:]]
    for node in line:
        if not _has_room(program, node, use):
            return False
    return any(_is_short(program, node, use) for node in line if node.index in program.open_indices)


def _is_short(program: suggestions_open.Program, node: suggestions_open.Node, use: audit_constraints.Use) -> bool:
    view = program.planned[node.index]
    if view.courses < node.min_courses or (view.credits < node.min_credits and use.face.credits > 0):
        return True
    for constraint, one in program.judged.get(node.index, ()):
        is_lacking = one.verdict is not verdicts.Verdict.YES and audit_constraints.is_minimum(constraint.kind)
        if is_lacking and audit_constraints.contribution(constraint, use) > 0:
            return True
    return False


def _has_room(program: suggestions_open.Program, node: suggestions_open.Node, use: audit_constraints.Use) -> bool:
    view = program.planned[node.index]
    if node.max_courses is not None and view.courses >= node.max_courses:
        return False
    if node.max_credits is not None and view.credits + use.face.credits > node.max_credits + SLACK:
        return False
    for constraint, one in program.judged.get(node.index, ()):
        is_maximum = audit_constraints.is_maximum(constraint.kind)
        if is_maximum and _measured(constraint, one, view.applied, use) > (one.needed or Decimal(0)) + SLACK:
            return False
    return True


def _is_reached(program: suggestions_open.Program, node: suggestions_open.Node, use: audit_constraints.Use) -> bool:
    """Whether the node's own amounts and constraints would hold."""
    view = program.planned[node.index]
    if view.courses + 1 < node.min_courses or view.credits + use.face.credits < node.min_credits - SLACK:
        return False
    if not _has_room(program, node, use):
        return False
    for constraint, one in program.judged.get(node.index, ()):
        if audit_constraints.is_minimum(constraint.kind):
            if _measured(constraint, one, view.applied, use) < (one.needed or Decimal(0)) - SLACK:
                return False
        elif one.verdict is not verdicts.Verdict.YES and not audit_constraints.is_maximum(constraint.kind):
            return False
    return True


def _has_children(program: suggestions_open.Program, node: suggestions_open.Node, below: int | None) -> bool:
    met = sum(child == below or not program.is_open(program.nodes[child]) for child in node.choices)
    return met >= node.needed_children


def _measured(
    constraint: requirements.Constraint,
    result: audit_constraints.ConstraintResult,
    applied: Iterable[audit_results.Applied],
    use: audit_constraints.Use,
) -> Decimal:
    """The constraint's number with the course added."""
    before, more = result.actual or Decimal(0), audit_constraints.contribution(constraint, use)
    if constraint.kind not in audit_constraints.BY_SUBJECT or not more:
        return before + more
    subject = min(use.face.subjects, default="")
    known = [one for one in applied if one.course is not None and min(one.course.subjects, default="") == subject]
    if constraint.kind is Kind.MIN_DISTINCT_SUBJECTS:
        return before + (0 if known or not subject else 1)
    return max(before, sum((one.credits for one in known), use.face.credits))
