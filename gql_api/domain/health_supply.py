"""A catalog without end, for versions that come without one: every named course, every number of a range."""

import itertools
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from gql_api.domain import codes, courses, health_catalog, requirements

_DIGITS = re.compile(r"[0-9]+")
USUAL_CREDITS = Decimal(4)


def unlimited(
    tree: requirements.ProgramTree,
    credits_by_code: Mapping[str, Decimal] | None = None,
    usual_credits: Decimal = USUAL_CREDITS,
) -> health_catalog.Catalog:
    """Every course that the version names and every number of its ranges, once; as many of a range as could matter.

    Courses that `credits_by_code` does not know carry the usual credits. Named courses need an id.
    """
    known = credits_by_code or {}
    found: dict[int, courses.Course] = {}
    seen: set[str] = set()
    for node in health_catalog.leaves(tree):
        for option in node.options:
            if isinstance(option, requirements.CourseOption) and option.course_id is not None:
                amount = known.get(option.code, usual_credits)
                found[option.course_id] = _course(option.course_id, option.code, tree, amount)
                seen.add(option.code)
    for code in _numbers(tree, seen):
        id = -len(found) - 1
        found[id] = _course(id, code, tree, known.get(code, usual_credits))
    return health_catalog.Catalog(courses=found)


def _numbers(tree: requirements.ProgramTree, seen: set[str]) -> Iterator[str]:
    """Numbers between the ends of all ranges of a subject, a few of every stretch that the same ranges cover."""
    ends: dict[str, set[int]] = {}
    for pattern in health_catalog.patterns(tree):
        if pattern.subject is not None:
            first, last = _end(pattern.number_from, 0), _end(pattern.number_to, 9_999)
            ends.setdefault(pattern.subject, set()).update((first, last + 1))
    for subject, cuts in sorted(ends.items()):
        ordered = sorted(cuts)
        for first, following in itertools.pairwise(ordered):
            free = (f"{subject} {number:04d}" for number in range(first, following))
            left = health_catalog.MOST_ALIKE
            for code in free:
                if code not in seen and left:
                    left -= 1
                    yield code
                if not left:
                    break


def _end(number: str | None, otherwise: int) -> int:
    digits = None if number is None else _DIGITS.search(number)
    return otherwise if digits is None else int(digits[0])


def _course(id: int, code: str, tree: requirements.ProgramTree, amount: Decimal) -> courses.Course:
    parsed = codes.parse(code)
    listing = courses.Listing(subjects=parsed.subjects, number=parsed.number, level=parsed.level)
    return courses.Course(
        id=id,
        institution_id=tree.institution_id,
        code=code,
        listings=(listing,),
        credits_min=amount,
        credits_max=amount,
        same_ids=frozenset({id}),
    )
