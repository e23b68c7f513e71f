"""Entries of a plan made ready: drafts into rows, changes onto rows, with every mistake of an input told at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from gql_api import errors
from gql_api.domain import entries, grades, plan_warnings, statuses, terms
from gql_api.reads import course_references, plans, rows
from gql_api.tables.plans import PlannedCourse
from gql_api.tables.requirements import Requirement
from gql_api.writes import validation

MOST_A_PLAN, MOST_AN_INPUT = 200, 100
HIGHEST_SCORE = 9_999
_COLUMNS: list[sa.ColumnElement[Any]] = rows.columns(PlannedCourse, plans.PlannedCourseRow)
_COURSE = "fk_planned_courses_course_id"
_PLACES: Mapping[str, tuple[str, ...]] = {
    "pinned_key": ("pinned_requirement",),
    "session": ("term", "session"),
    "unlisted_institution": ("course", "unlisted", "institution"),
    "unlisted_code": ("course", "unlisted", "code"),
    "unlisted_title": ("course", "unlisted", "title"),
    "unlisted_credits": ("course", "unlisted", "credits"),
}
"""Where in an input a column comes from, if not from a field of its own name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An entry to be added. `ref` is the client's own name for it, given back in warnings."""

    course: course_references.Reference
    ref: str | None = None
    term: terms.Term | None = None
    taken_on: date | None = None
    status: statuses.PlannedStatus = statuses.PlannedStatus.PLANNED
    grade: grades.Grade | None = None
    score: int | None = None
    credits: Decimal | None = None
    is_repeat: bool = False
    pinned_requirement: str | None = None
    notes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """Rows to be inserted, without their plan, and the courses that they and the existing entries name."""

    rows: tuple[dict[str, Any], ...]
    known: Mapping[int, plan_warnings.CatalogCourse]


async def ready(
    connection: AsyncConnection,
    drafts: Sequence[Draft],
    existing: Sequence[plans.PlannedCourseRow],
    version_ids: Sequence[int],
    *,
    may_duplicate: bool = False,
) -> Ready:
    """The drafts as rows for a plan with these entries and program versions.

    With `may_duplicate` a course that the plan has already is no mistake: `warned` tells it.

    Raises:
        ExpectedError, or an ExceptionGroup of them: what is wrong, with paths beneath `courses`.
    """
    check_size(len(drafts))
    if len(existing) + len(drafts) > MOST_A_PLAN:
        text = f"A plan has at most {MOST_A_PLAN} entries; this one has {len(existing)}."
        raise errors.InvalidInput(text, path=("courses",))
    also = [row.course_id for row in existing if row.course_id is not None]
    found, known = await course_references.found(connection, [draft.course for draft in drafts], also)
    made: list[dict[str, Any]] = []
    mistakes: list[errors.ExpectedError] = []
    for place, (draft, meant) in enumerate(zip(drafts, found, strict=True)):
        path = ("courses", str(place))
        if isinstance(meant, errors.ExpectedError):
            mistakes.append(moved(meant, (*path, "course")))
            continue
        made.append(_row(draft, meant))
        mistakes.extend(problems(made[-1], meant, path))
        duplicates = _duplicates(made, existing, meant, path)
        mistakes.extend([] if may_duplicate else duplicates)
    mistakes.extend(await pin_problems(connection, version_ids, [draft.pinned_requirement for draft in drafts]))
    validation.refuse(mistakes)
    return Ready(rows=tuple(made), known=known)


async def insert(
    connection: AsyncConnection, plan_id: int, made: Sequence[dict[str, Any]]
) -> list[plans.PlannedCourseRow]:
    """Write the rows into the plan; one statement. The entries come back in the order given.

    Raises:
        Conflict: a course was deleted since it was looked up.
    """
    if not made:
        return []
    statement = sa.insert(PlannedCourse).returning(*_COLUMNS, sort_by_parameter_order=True)
    try:
        result = await connection.execute(statement, [{"plan_id": plan_id, **row} for row in made])
    except exc.IntegrityError as error:
        if validation.refusing_constraint(error) != _COURSE:
            raise
        raise errors.Conflict(
            "A course was deleted at this very moment. Look it up again.", path=("courses",)
        ) from error
    return [plans.PlannedCourseRow(*row) for row in result.all()]


def warned(
    everything: Sequence[plans.PlannedCourseRow],
    touched: Sequence[plans.PlannedCourseRow],
    known: Mapping[int, plan_warnings.CatalogCourse],
    today: date,
) -> tuple[plan_warnings.Warning, ...]:
    """What is odd about the touched entries among all entries of their plan."""
    places = {row.id: place for place, row in enumerate(touched)}
    entries = [_entry(row, places.get(row.id), known.get(row.course_id or 0)) for row in everything]
    return plan_warnings.warnings(entries, today)


def problems(
    row: Mapping[str, Any], course: course_references.Found | None, path: tuple[str, ...]
) -> list[errors.ExpectedError]:
    """What is wrong with an entry's values; `course` is what it is of."""
    found: list[errors.ExpectedError] = []
    for problem in validation.problems(PlannedCourse, {"plan_id": 0, **row}):
        place = _PLACES.get(problem.path[0], problem.path)
        found.append(errors.InvalidInput(problem.message, path=(*path, *place)))
    if row["course_id"] is None and row["unlisted_title"] is None:
        text = "An unlisted course needs a title."
        found.append(errors.InvalidInput(text, path=(*path, *_PLACES["unlisted_title"])))
    score, taken_on = row["score"], row["taken_on"]
    if score is not None and not 0 <= score <= HIGHEST_SCORE:
        found.append(errors.InvalidInput(f"A score is from 0 to {HIGHEST_SCORE}.", path=(*path, "score")))
    if score is not None and isinstance(course, plan_warnings.CatalogCourse) and not course.is_examination:
        text = f"{course.code} is a course; only examinations have scores. Give a grade."
        found.append(errors.InvalidInput(text, path=(*path, "score")))
    if taken_on is not None and not terms.EARLIEST <= taken_on.year <= terms.LATEST:
        text = f"The year must be from {terms.EARLIEST} to {terms.LATEST}."
        found.append(errors.InvalidInput(text, path=(*path, "taken_on")))
    return found


async def pin_problems(
    connection: AsyncConnection, version_ids: Sequence[int], pins: Sequence[str | None]
) -> list[errors.ExpectedError]:
    """One mistake for each pin, by its place among the entries, that is no requirement of the plan's versions."""
    wanted = sorted({pin for pin in pins if pin is not None})
    if not wanted:
        return []
    statement = sa.select(col(Requirement.key)).where(
        col(Requirement.version_id).in_(version_ids), sa.cast(col(Requirement.key), sa.Text).in_(wanted)
    )
    known = set((await connection.execute(statement)).scalars())
    text = "The plan's programs have no requirement with this key. Use the key of one, or none."
    return [
        errors.InvalidInput(text, path=("courses", str(place), "pinned_requirement"))
        for place, pin in enumerate(pins)
        if pin is not None and pin not in known
    ]


def check_size(count: int) -> None:
    """Raise InvalidInput where an input names no entry or too many."""
    if not 1 <= count <= MOST_AN_INPUT:
        raise errors.InvalidInput(f"Give 1 to {MOST_AN_INPUT} entries at a time.", path=("courses",))


def moved(error: errors.ExpectedError, path: tuple[str, ...]) -> errors.ExpectedError:
    """The same mistake, its path beneath `path`."""
    return type(error)(error.message, path=(*path, *error.path))


def amount(row: Mapping[str, Any], course: plan_warnings.CatalogCourse | None) -> Decimal:
    """The credits of an entry: its own, else the catalog's least."""
    if row["credits"] is not None:
        return Decimal(row["credits"])
    return (course.credits_min if course else row["unlisted_credits"]) or Decimal(0)


def _row(draft: Draft, meant: plan_warnings.CatalogCourse | entries.UnlistedCourse) -> dict[str, Any]:
    unlisted = meant if isinstance(meant, entries.UnlistedCourse) else None
    return validation.cleaned(
        {
            "course_id": None if isinstance(meant, entries.UnlistedCourse) else meant.id,
            "unlisted_institution": unlisted and unlisted.institution,
            "unlisted_code": unlisted and unlisted.code,
            "unlisted_title": unlisted and unlisted.title,
            "unlisted_credits": unlisted and unlisted.credits,
            **term_columns(draft.term),
            "taken_on": draft.taken_on,
            "status": draft.status,
            "grade": draft.grade,
            "score": draft.score,
            "credits": draft.credits,
            "is_repeat": draft.is_repeat,
            "pinned_key": draft.pinned_requirement,
            "notes": draft.notes,
        }
    )


def term_columns(term: terms.Term | None) -> dict[str, Any]:
    """The columns that hold a term."""
    return {
        "year": term and term.year,
        "season": term and term.season,
        "session": term and term.session,
    }


def _duplicates(
    made: Sequence[dict[str, Any]],
    existing: Sequence[plans.PlannedCourseRow],
    course: plan_warnings.CatalogCourse | entries.UnlistedCourse,
    path: tuple[str, ...],
) -> list[errors.ExpectedError]:
    """The mistake of the last row if the plan has its course already; a permitted repetition is marked as one."""
    row = made[-1]
    if isinstance(course, entries.UnlistedCourse):
        return []
    others: list[Mapping[str, Any]] = [entry._asdict() for entry in existing if entry.course_id == course.id]
    others += [earlier for earlier in made[:-1] if earlier["course_id"] == course.id]
    if not others or row["is_repeat"]:
        return []
    if plan_warnings.may_repeat(course, [amount(one, course) for one in (*others, row)]):
        row["is_repeat"] = True
        return []
    text = f"The plan has {course.code} already. Change that entry, or mark this one with isRepeat."
    return [errors.Duplicate(text, path=(*path, "course"))]


def _entry(
    row: plans.PlannedCourseRow, place: int | None, course: plan_warnings.CatalogCourse | None
) -> plan_warnings.Entry:
    term = None
    if row.year is not None and row.season is not None:
        term = terms.Term(year=row.year, season=row.season)
    return plan_warnings.Entry(
        place=place,
        course=course,
        label=course.code if course else row.unlisted_code or row.unlisted_title or "",
        term=term,
        taken_on=row.taken_on,
        status=row.status,
        grade=row.grade,
        chosen_credits=row.unlisted_credits if row.credits is None else row.credits,
        is_repeat=row.is_repeat,
    )
