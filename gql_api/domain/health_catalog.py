"""What program health needs to know of the catalog: the courses that options name and patterns take."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from gql_api.domain import (
    checker_pieces,
    checker_pools,
    checker_values,
    courses,
    entries,
    requirements,
    statuses,
)

Piece = checker_pieces.Piece
MOST_ALIKE = 60
"""Courses that only the same patterns take: more of them than this change nothing."""
MOST_REPEATS = 10
PLENTY = Decimal(999)
"""The credits of a course whose catalog does not say how many it carries, where more are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """Courses by id, the last days of those that are no longer offered, and which courses each one needs."""

    courses: Mapping[int, courses.Course]
    retired: Mapping[int, date] = field(default_factory=dict[int, date])
    prerequisites: Mapping[int, frozenset[int]] = field(default_factory=dict[int, frozenset[int]])


def leaves(tree: requirements.ProgramTree) -> Iterator[requirements.Requirement]:
    """The leaves of a version that look at courses of their own."""
    return (node for _, node in requirements.walk(tree.requirements) if node.is_leaf and not node.is_residual)


def patterns(tree: requirements.ProgramTree) -> tuple[requirements.PatternOption, ...]:
    """The distinct patterns of a version, without what only says how they are shown."""
    found = {
        plain(option): None
        for node in leaves(tree)
        for option in node.options
        if isinstance(option, requirements.PatternOption)
    }
    return tuple(found)


def named(tree: requirements.ProgramTree) -> frozenset[int]:
    """The courses that a version names."""
    return frozenset(
        option.course_id
        for node in leaves(tree)
        for option in node.options
        if isinstance(option, requirements.CourseOption) and option.course_id is not None
    )


def by_pattern(
    tree: requirements.ProgramTree, catalog: Catalog
) -> Mapping[requirements.PatternOption, tuple[int, ...]]:
    """The courses that each distinct pattern takes, by id."""
    wanted = patterns(tree)
    pieces = [_piece(id, course, Decimal(0), tree) for id, course in sorted(catalog.courses.items())] if wanted else []
    by_subject: dict[str, list[Piece]] = {}
    for piece in pieces:
        for subject in piece.subjects:
            by_subject.setdefault(subject, []).append(piece)
    return {
        pattern: tuple(
            piece.entries[0].id
            for piece in (pieces if pattern.subject is None else by_subject.get(pattern.subject, ()))
            if checker_pools.takes(pattern, piece, tree.institution_id)
        )
        for pattern in wanted
    }


def plain(pattern: requirements.PatternOption) -> requirements.PatternOption:
    """The pattern without what only says how it is shown and used."""
    return replace(pattern, notes=None, is_preferred=False, is_excluded=False)


def everything(tree: requirements.ProgramTree, catalog: Catalog) -> tuple[Piece, ...]:
    """A transcript of every course that the version could use, as often as it may be taken.

    A course with a range of credits may be taken with any amount that a requirement asks for.
    """
    amounts = {
        amount
        for _, node in requirements.walk(tree.requirements)
        for amount in (node.min_credits, node.min_credits_beneath, node.min_credits_per_course)
        if amount is not None
    }
    found: list[Piece] = []
    number = 0
    for course in _usable(tree, catalog):
        for _ in range(_times(course)):
            number += 1
            found += [_piece(number, course, amount, tree) for amount in _credits(course, amounts)]
    return tuple(found)


def _usable(tree: requirements.ProgramTree, catalog: Catalog) -> list[courses.Course]:
    """The named courses, and of those that only patterns take as many as could matter, each cross-listing once."""
    ids = named(tree)
    found: dict[int, courses.Course] = {}
    for id in sorted(ids & catalog.courses.keys()):
        found.setdefault(min(catalog.courses[id].same_ids), catalog.courses[id])
    takers: dict[int, list[int]] = {}
    for number, taken in enumerate(by_pattern(tree, catalog).values()):
        for id in taken:
            takers.setdefault(id, []).append(number)
    alike: dict[object, int] = {}
    for id in sorted(takers):
        course = catalog.courses[id]
        signature = (
            *(tuple(takers[id]), course.credits_min, course.credits_max),
            *(course.subjects, course.level, course.attributes),
        )
        if min(course.same_ids) not in found and alike.get(signature, 0) < MOST_ALIKE:
            alike[signature] = alike.get(signature, 0) + 1
            found[min(course.same_ids)] = course
    return list(found.values())


def _times(course: courses.Course) -> int:
    if course.repeatable_times is not None:
        return min(course.repeatable_times, MOST_REPEATS)
    if course.repeatable_credits is not None and course.credits_min:
        return max(min(int(course.repeatable_credits / course.credits_min), MOST_REPEATS), 1)
    return 1


def _credits(course: courses.Course, amounts: Iterable[Decimal]) -> tuple[Decimal, ...]:
    lowest = Decimal(0) if course.credits_min is None else course.credits_min
    highest = PLENTY if course.credits_max is None else course.credits_max
    within = {amount for amount in amounts if lowest < amount < highest} if lowest < highest else set[Decimal]()
    return tuple(sorted({lowest, highest} | within, reverse=True))


def _piece(number: int, course: courses.Course, amount: Decimal, tree: requirements.ProgramTree) -> Piece:
    entry = entries.PlannedEntry(id=number, course=course, status=statuses.PlannedStatus.PLANNED, credits=amount)
    return Piece(
        entries=(entry,),
        rule_id=None,
        slot=0,
        course=course,
        award=None,
        credits=amount,
        view=entries.View.PLANNED,
        is_own=course.institution_id == tree.institution_id,
        is_as_taken=True,
    )


def question(
    tree: requirements.ProgramTree, constraints: tuple[requirements.Constraint, ...], on: date
) -> checker_values.Case:
    """The case of a student who may take everything. Free electives ask for nothing: anything fills them."""
    from_anything = replace(tree, requirements=tuple(_without_residuals(node) for node in tree.requirements))
    return checker_values.Case(
        tree=from_anything,
        entries=(),
        possibilities=checker_values.nobody(tree.institution_id),
        on=on,
        constraints=constraints,
    )


def _without_residuals(node: requirements.Requirement) -> requirements.Requirement:
    if node.is_residual:
        return replace(node, min_courses=None, min_credits=None, constraints=())
    return replace(node, children=tuple(_without_residuals(child) for child in node.children))
