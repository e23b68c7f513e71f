"""Courses as a client names them — by id, by institution and code, or in words — and what is known of them.

One statement for all ids, two for all codes, however many there are. What cannot be found is a value in the list,
not an exception, so that every mistake of a long input is told at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from gql_api import errors
from gql_api.domain import codes, entries, plan_warnings, texts
from gql_api.reads import courses, institutions, statements
from gql_api.tables.courses import Course
from gql_api.tables.institutions import Institution


@dataclass(frozen=True, slots=True, kw_only=True)
class ById:
    """A course by its key."""

    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ByCode:
    """A course, or an examination, by its institution (name, alias or abbreviation) and code in any spelling."""

    institution: str
    code: str
    is_examination: bool = False

    def path(self, part: str) -> tuple[str, ...]:
        """Where in the reference a mistake lies: `institution` or `code`."""
        if self.is_examination:
            return ("exam", "body" if part == "institution" else part)
        return ("key", part)


Reference: TypeAlias = ById | ByCode | entries.UnlistedCourse
Found: TypeAlias = plan_warnings.CatalogCourse | entries.UnlistedCourse | errors.ExpectedError

_NAMES = (*plan_warnings.CATALOGUED, "kind", "calendar")
_CATALOG = statements.Prepared(
    sa.select(
        *(col(getattr(Course, name)) for name in plan_warnings.CATALOGUED),
        col(Institution.kind),
        col(Institution.calendar),
    )
    .join(Institution, col(Institution.id) == col(Course.institution_id))
    .where(statements.among(col(Course.id), "ids"))
)


async def found(
    connection: AsyncConnection, references: Sequence[Reference], also: Sequence[int] = ()
) -> tuple[list[Found], dict[int, plan_warnings.CatalogCourse]]:
    """What each reference means, and every course met by its id, those of the ids in `also` too."""
    by_code = await _ids_by_code(connection, [one for one in references if isinstance(one, ByCode)])
    ids = {one.id for one in references if isinstance(one, ById)} | set(also)
    ids |= {one for one in by_code.values() if isinstance(one, int)}
    known = await catalog(connection, sorted(ids))
    return [_meaning(one, by_code, known) for one in references], known


async def catalog(connection: AsyncConnection, ids: Sequence[int]) -> dict[int, plan_warnings.CatalogCourse]:
    """The courses with these ids; unknown ones are absent."""
    if not ids:
        return {}
    found = await _CATALOG.fetch(connection, _course, ids=list(ids))
    return {one.id: one for one in found}


def _course(*row: Any) -> plan_warnings.CatalogCourse:  # noqa: ANN401 - a row's columns are of many types
    return plan_warnings.CatalogCourse(**dict(zip(_NAMES, row, strict=True)))


async def _ids_by_code(
    connection: AsyncConnection, references: Sequence[ByCode]
) -> dict[ByCode, int | errors.ExpectedError]:
    meant: dict[ByCode, int | errors.ExpectedError] = {}
    names = sorted({_name(one.institution) for one in references if texts.is_storable(one.institution)})
    owners = dict(zip(names, await institutions.named(connection, names), strict=True)) if names else {}
    keys: dict[ByCode, tuple[int, str]] = {}
    for one in references:
        owner = owners.get(_name(one.institution))
        if owner is None:
            text = f"There is no institution named “{one.institution}”. Give its name, an alias or its abbreviation."
            meant[one] = errors.NotFound(text, path=one.path("institution"))
            continue
        try:
            keys[one] = owner.id, codes.parse(one.code).key
        except errors.InvalidInput as error:
            meant[one] = errors.InvalidInput(error.message, path=one.path("code"))
    wanted = sorted({key for key in keys.values() if texts.is_storable(key[1])})
    rows = dict(zip(wanted, await courses.by_code(connection, wanted), strict=True)) if wanted else {}
    for one, key in keys.items():
        row = rows.get(key)
        kind, also = ("examination", "") if one.is_examination else ("course", ", or give it as unlisted")
        text = f"{one.institution} has no {kind} “{one.code}”. Look for it with courses(filter: {{search: …}}){also}."
        meant[one] = errors.NotFound(text, path=one.path("code")) if row is None else row.id
    return meant


def _name(text: str) -> str:
    return " ".join(text.split())


def _meaning(
    reference: Reference,
    by_code: dict[ByCode, int | errors.ExpectedError],
    known: dict[int, plan_warnings.CatalogCourse],
) -> Found:
    match reference:
        case entries.UnlistedCourse():
            return reference
        case ById(id=id):
            unknown = errors.NotFound("There is no course with this id.", path=("id",))
            return known.get(id, unknown)
        case ByCode():
            meant = by_code[reference]
            if isinstance(meant, errors.ExpectedError):
                return meant
            return _of_kind(reference, known.get(meant))


def _of_kind(reference: ByCode, course: plan_warnings.CatalogCourse | None) -> Found:
    if course is None:
        return errors.NotFound(f"{reference.institution} has no “{reference.code}”.", path=reference.path("code"))
    if reference.is_examination and not course.is_examination:
        text = f"{reference.institution} is a college, not an examining body. Name its courses by key."
        return errors.InvalidInput(text, path=reference.path("institution"))
    return course
