"""Can anybody finish? The requirements that no courses meet together, each conflict with what it is about."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from gql_api.domain import (
    checker_conflicts,
    checker_constraints,
    checker_model,
    checker_search,
    checker_trees,
    conflict_search,
    constraint_words,
    courses,
    health_findings,
    requirements,
    wording,
)

Finding = health_findings.Finding
Kind = health_findings.FindingKind
Severity = health_findings.Severity
MOST_CONFLICTS = 20
"""Conflicts of one version that are told; with more than this the first ones say enough."""
MOST_ITEMS = 5
"""Requirements of a conflict that is told beside others; larger ones mostly follow from those."""
MOST_NAMED = 6
"""Names that a sentence lists before it counts the rest."""


def findings(work: checker_conflicts.Problem, known: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    """Every conflict, then the parts that nothing meets. `known` are the messages about a requirement's own numbers."""
    model, told = work.model, set[int]()
    for _ in range(MOST_CONFLICTS):
        found = conflict_search.smallest(model, [checker_trees.ROOT])
        if found.is_undecided:
            yield Finding(
                kind=Kind.UNDECIDED,
                severity=Severity.WARNING,
                message=f"Whether anybody can finish was not found out in {checker_search.MOST_STEPS:,} steps.",
            )
        if not found.nodes or (told and len(found.nodes) > MOST_ITEMS):
            break
        yield _conflict(work, found.nodes, known)
        told |= set(found.nodes)
        model = _without(model, found.nodes[-1])
    yield from _never(work, told, known)


def _without(model: checker_model.Model, index: int) -> checker_model.Model:
    """The model as if one node asked for nothing, to look for what else is wrong."""
    nodes = list(model.nodes)
    nodes[index] = replace(nodes[index], is_waived=True)
    return replace(model, nodes=tuple(nodes))


def _conflict(work: checker_conflicts.Problem, nodes: tuple[int, ...], known: Mapping[str, Sequence[str]]) -> Finding:
    named = contested(work, nodes)
    places = [work.tree.places[node].node for node in nodes]
    return Finding(
        kind=Kind.UNSATISFIABLE,
        severity=Severity.ERROR,
        message=_alone(work, nodes[0], known) if len(nodes) == 1 else _together(work, nodes, named),
        keys=tuple(node.key for node in places),
        courses=named,
    )


def contested(work: checker_conflicts.Problem, nodes: Sequence[int]) -> tuple[str, ...]:
    """The codes of the courses that more than one of the nodes could use; of one node all that it could use."""
    counts: dict[str, int] = {}
    for node in nodes:
        for code in {work.pieces[unit].label for unit in work.eligible(node)}:
            counts[code] = counts.get(code, 0) + 1
    wanted = 1 if len(nodes) == 1 else 2
    return tuple(sorted(code for code, count in counts.items() if count >= wanted))


def _together(work: checker_conflicts.Problem, nodes: Sequence[int], named: tuple[str, ...]) -> str:
    conflict = checker_conflicts.described(work, sorted(nodes))
    names = wording.listed([work.tree.called(node) for node in sorted(nodes)])
    if len(named) == 1 and len(nodes) == 2:  # noqa: PLR2004 - two that want one course
        return f"{names} both need {named[0]}, which counts once."
    which = f" ({listed(named)})" if named else ""
    if conflict.needed > conflict.available:
        needed, fit = _courses(conflict.needed), _courses(conflict.available)
        verb = "fits" if conflict.available == 1 else "fit"
        return f"{names} need {needed} together, and {fit} {verb}{which}."
    return f"{names} cannot be met together by the courses that fit them{which}."


def _alone(work: checker_conflicts.Problem, index: int, known: Mapping[str, Sequence[str]]) -> str:
    node, name = work.tree.places[index].node, work.tree.called(index)
    if index == checker_trees.ROOT:
        return "The requirements and the constraints of the whole program cannot be met together."
    if said := known.get(node.key):
        return said[0]
    conflict = checker_conflicts.described(work, [index])
    if conflict.is_in_credits and conflict.needed > conflict.available:
        carry = f"what fits carries {plain(conflict.available)}"
        return f"{name} needs {plain(conflict.needed)} {wording.plural(conflict.needed, 'credit')}; {carry}."
    if not work.eligible(index):
        return f"{name} cannot be met: no course fits it."
    if lacking := _lacking(work, index):
        return f"{name} cannot be met: even with every course that fits it, it needs {wording.listed(lacking)}."
    return f"{name} cannot be met by the courses that fit it, within what it allows."


def _lacking(work: checker_conflicts.Problem, index: int) -> list[str]:
    """What the constraints of a node ask for that not even all courses that fit amount to."""
    found: list[str] = []
    for constraint in work.tree.places[index].node.constraints:
        if checker_constraints.is_floor(constraint):
            used = {
                work.pieces[unit].entry_ids: work.pieces[unit] for unit in sorted(work.eligible(index), reverse=True)
            }
            actual = checker_constraints.measure(constraint, list(used.values()))
            needed = checker_constraints.amount(constraint)
            if actual < needed:
                found.append(constraint_words.lacking(constraint, actual, needed))
    return found


def _never(work: checker_conflicts.Problem, told: set[int], known: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    """The leaves that nothing meets and that no conflict named: choices and optional parts."""
    for place in work.tree.places:
        if not place.is_leaf or told & set(place.line):
            continue
        if checker_search.solve(work.model, frozenset({place.index})).answer is checker_search.Answer.IMPOSSIBLE:
            yield Finding(
                kind=Kind.NEVER_MET,
                severity=Severity.WARNING,
                message=_alone(work, place.index, known),
                keys=(place.node.key,),
                courses=contested(work, [place.index]),
            )


def listed(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    if len(names) <= MOST_NAMED:
        return wording.listed(names)
    return f"{', '.join(names[:MOST_NAMED])} and {len(names) - MOST_NAMED} more"


def _courses(count: Decimal) -> str:
    return f"{plain(count)} {wording.plural(count, 'course')}"


def plain(amount: Decimal) -> str:
    """A number as people write it: 6, 1.5."""
    return format(amount.normalize(), "f")


def most_credits(known: Mapping[int, courses.Course], option: requirements.CourseOption) -> Decimal | None:
    """The most credits that an option can bring, none where that is not known or has no end."""
    course = None if option.course_id is None else known.get(option.course_id)
    if course is None or course.repeatable_times is not None or course.repeatable_credits is not None:
        return None
    return course.credits_max
