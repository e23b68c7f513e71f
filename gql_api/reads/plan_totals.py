"""What a plan adds up to without any judgement: the cheap aggregate beside the exact audit of `reads.audits`.

The entries and their courses are those that `Plan.courses` shows, so that an answer with both reads them once. Which
requirements name which course is a matter of the version; what is published does not change, and is kept.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import accumulate
from operator import itemgetter
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from gql_api.domain.entries import View
from gql_api.domain.statuses import PlannedStatus, VersionState
from gql_api.reads import kept, needed, plans, programs, rows, statements
from gql_api.tables.requirements import Requirement, RequirementOption


class PlanTotals(NamedTuple):
    """Sums over the entries of one view. `requirements_*` count the target's requirements that list courses by name."""

    view: View
    credits: Decimal
    courses: int
    requirements_touched: int
    requirements_listing: int


class Listing(NamedTuple):
    """The requirements of a version that list courses by name: by course their ids, and how many there are."""

    by_course: Mapping[int, tuple[int, ...]]
    total: int


_Stamp = tuple[int, VersionState, datetime]
_KEPT: kept.Kept[_Stamp, Listing] = kept.Kept(500)
_NOTHING = Listing({}, 0)
_FIRST = {
    PlannedStatus.COMPLETED: View.COMPLETED.rank,
    PlannedStatus.IN_PROGRESS: View.IN_PROGRESS.rank,
    PlannedStatus.PLANNED: View.PLANNED.rank,
}
"""The first view in which an entry is; the others begin with it too. One withdrawn from is in none."""
_RANKS: dict[PlannedStatus | str, int] = _FIRST | {status.name: rank for status, rank in _FIRST.items()}
"""The same by what rows have: the member, or its name."""
_LOOKED_AT = "status", "course_id", "credits", "unlisted_credits"
_NAMED = statements.Prepared(
    sa.select(col(Requirement.version_id), col(RequirementOption.requirement_id), col(RequirementOption.course_id))
    .join(Requirement, col(Requirement.id) == col(RequirementOption.requirement_id))
    .where(
        statements.among(col(Requirement.version_id), "ids"),
        col(RequirementOption.course_id).is_not(None),
        ~col(RequirementOption.is_excluded),
    )
)


async def listings(connection: rows.Connection, versions: Iterable[programs.VersionRow]) -> dict[int, Listing]:
    """What each version lists, by its id: one statement for all that are not kept, none where all are."""
    found: dict[int, Listing] = {}
    missing: dict[int, _Stamp] = {}
    for one in versions:
        stamp = one.id, one.state, one.updated_at
        listing = _KEPT.get(stamp)
        if listing is None:
            missing[one.id] = stamp
        else:
            found[one.id] = listing
    if not missing:
        return found
    named = rows.grouped((row[0], row[1:]) for row in await _NAMED.every(connection, ids=list(missing)))
    for version_id, stamp in missing.items():
        found[version_id] = listing = _listing(named[version_id])
        if stamp[1] is not VersionState.DRAFT:
            _KEPT.put(stamp, listing)
    return found


def _listing(named: Iterable[tuple[int, int]]) -> Listing:
    """Courses with the same requirements share the tuple of them: most have one, as seven others have."""
    shared: dict[tuple[int, ...], tuple[int, ...]] = {}
    ids = rows.grouped((course_id, requirement_id) for requirement_id, course_id in sorted(named))
    by_course = {course_id: tuple(dict.fromkeys(found)) for course_id, found in ids.items()}
    by_course = {course_id: shared.setdefault(found, found) for course_id, found in by_course.items()}
    return Listing(by_course, len({one for found in shared for one in found}))


def of_plan(
    entries: Sequence[plans.PlannedCourseRow], credits_of: Mapping[int, Decimal | None], listing: Listing | None
) -> list[PlanTotals]:
    """The totals of a plan in every view, the narrowest first.

    `credits_of` says the catalog's least credits of a course; needed are those of entries without credits of their own.
    """
    by_course, total = listing or _NOTHING
    width = len(View)
    credit, courses, named = [Decimal(0)] * width, [0] * width, [set[int]() for _ in View]
    for status, course_id, given, unlisted in map(_looked_at(entries), entries):
        rank = _RANKS.get(status)
        if rank is None:
            continue
        courses[rank] += 1
        least = credits_of.get(course_id) if given is None else needed.number(given)
        credit[rank] += least if least is not None else needed.number(unlisted) or 0
        if course_id in by_course:
            named[rank].update(by_course[course_id])
    touched = map(len, accumulate(named, set[int].union))
    return [
        PlanTotals(*sums, total) for sums in zip(View, accumulate(credit), accumulate(courses), touched, strict=True)
    ]


def _looked_at(entries: Sequence[plans.PlannedCourseRow]) -> Callable[[tuple[Any, ...]], Any]:
    """The columns that the sums look at, of rows of one kind: by position, enumerations and numbers as stored."""
    names: tuple[str, ...] = type(entries[0])._fields if entries else ()
    return itemgetter(*map(names.index, _LOOKED_AT)) if names else tuple
