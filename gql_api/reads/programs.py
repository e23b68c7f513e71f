"""Programs and their versions: by id, by natural key, by requirement, and as lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from gql_api.domain import statuses, terms
from gql_api.reads import pages, relations, rows, statements
from gql_api.tables.programs import Program, ProgramVersion
from gql_api.tables.requirements import Requirement, RequirementOption


class ProgramRow(NamedTuple):
    """A program as the API shows it."""

    id: int
    institution_id: int
    name: str
    degree_type: str
    kind: statuses.ProgramKind
    description: str | None
    revision: int


class VersionRow(NamedTuple):
    """A program version without its requirements."""

    id: int
    program_id: int
    year: int
    season: terms.Season
    term_key: int
    state: statuses.VersionState
    is_current: bool
    revision: int
    total_credits: Decimal | None
    residency_credits: Decimal | None
    minimum_gpa: Decimal | None
    notes: str | None
    published_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a program must be; an empty field asks nothing, several must all hold."""

    search: str | None = None
    institution_ids: tuple[int, ...] = ()
    degree_types: tuple[str, ...] = ()
    kinds: tuple[statuses.ProgramKind, ...] = ()


_COLUMNS = rows.columns(Program, ProgramRow)
_VERSION_COLUMNS = rows.columns(ProgramVersion, VersionRow)

BY_NAME = pages.Order(name="NAME", columns=(col(Program.name), col(Program.id)))
ORDERS = {order.name: order for order in (BY_NAME,)}
NEWEST_VERSION = pages.Order(
    name="NEWEST",
    columns=(col(ProgramVersion.term_key), col(ProgramVersion.revision), col(ProgramVersion.id)),
    is_descending=True,
)


_BY_ID = statements.Prepared(sa.select(*_COLUMNS).where(statements.among(col(Program.id), "ids")))


async def by_id(connection: AsyncConnection, ids: Sequence[int]) -> list[ProgramRow | None]:
    """The programs with these ids, none for an unknown one."""
    found = await _BY_ID.fetch(connection, ProgramRow, ids=list(ids))
    return rows.in_order(ids, {row.id: row for row in found})


async def named(
    connection: AsyncConnection, institution_id: int, name: str, degree_type: str | None
) -> list[ProgramRow]:
    """At most two programs of that name in any letter case; two mean that the degree type must be said."""
    statement = sa.select(*_COLUMNS).where(col(Program.institution_id) == institution_id, col(Program.name) == name)
    if degree_type is not None:
        statement = statement.where(col(Program.degree_type) == degree_type)
    return await rows.fetch(connection, statement.order_by(col(Program.id)).limit(2), ProgramRow)


def listing(wanted: Filter) -> rows.Select:
    """The programs that pass the filter."""
    conditions = rows.conditions(
        (wanted.search, lambda text: rows.contains(col(Program.name), text)),
        (wanted.institution_ids, col(Program.institution_id).in_),
        (wanted.degree_types, col(Program.degree_type).in_),
        (wanted.kinds, col(Program.kind).in_),
    )
    return sa.select(*_COLUMNS).where(*conditions)


async def page(
    connection: AsyncConnection, wanted: Filter, order: pages.Order, window: pages.Window
) -> pages.Page[ProgramRow]:
    """A window of `listing`."""
    return await pages.page(connection, listing(wanted), ProgramRow, order, window)


def _of_institution(institution: sa.ColumnElement[int], _filter: object) -> rows.Select:
    return sa.select(*_COLUMNS).where(col(Program.institution_id) == institution)


OF_INSTITUTION = relations.Relation(_of_institution, ProgramRow, BY_NAME)
"""The programs of an institution."""


_VERSIONS_BY_ID = statements.Prepared(
    sa.select(*_VERSION_COLUMNS).where(statements.among(col(ProgramVersion.id), "ids"))
)


async def versions_by_id(connection: AsyncConnection, ids: Sequence[int]) -> list[VersionRow | None]:
    """The versions with these ids, none for an unknown one."""
    found = await _VERSIONS_BY_ID.fetch(connection, VersionRow, ids=list(ids))
    return rows.in_order(ids, {row.id: row for row in found})


_CURRENT_VERSIONS = statements.Prepared(
    sa.select(*_VERSION_COLUMNS).where(
        statements.among(col(ProgramVersion.program_id), "ids"), col(ProgramVersion.is_current)
    )
)


async def current_versions(connection: AsyncConnection, program_ids: Sequence[int]) -> list[VersionRow | None]:
    """The current version of each program, none where nothing is published."""
    found = await _CURRENT_VERSIONS.fetch(connection, VersionRow, ids=list(program_ids))
    return rows.in_order(program_ids, {row.program_id: row for row in found})


def _versions_of(program: sa.ColumnElement[int], states: sa.ColumnElement[Any] | None) -> rows.Select:
    statement = sa.select(*_VERSION_COLUMNS).where(col(ProgramVersion.program_id) == program)
    return statement if states is None else statement.where(rows.element(col(ProgramVersion.state)) == sa.any_(states))


VERSIONS_OF = relations.Relation(
    _versions_of, VersionRow, NEWEST_VERSION, sa.ARRAY(rows.element(col(ProgramVersion.state)).type)
)
"""The versions of a program, in the states given or in all, newest first."""


def _version_at() -> rows.Select:
    version = ProgramVersion
    wanted = statements.listed("wanted", program_id=sa.BigInteger(), term_key=sa.Integer())
    is_wanted = sa.and_(col(version.program_id) == wanted.c.program_id, col(version.term_key) == wanted.c.term_key)
    return (
        sa.select(*_VERSION_COLUMNS)
        .join(wanted, is_wanted)
        .where(col(version.state) != statuses.VersionState.DRAFT)
        .order_by(col(version.revision))
    )


_VERSION_AT = statements.Prepared(_version_at())


async def version_at(connection: AsyncConnection, keys: Sequence[tuple[int, int]]) -> list[VersionRow | None]:
    """For each (program, term key): its published version of that very term, the latest revision."""
    found = await _VERSION_AT.fetch(
        connection, VersionRow, program_id=[key[0] for key in keys], term_key=[key[1] for key in keys]
    )
    return rows.in_order(keys, {(row.program_id, row.term_key): row for row in found})


async def latest_published(connection: AsyncConnection, program_id: int, term_key: int | None) -> VersionRow | None:
    """What a plan pins: the latest published version not after the term, or the current one without a term."""
    version = ProgramVersion
    published = col(version.state) == statuses.VersionState.PUBLISHED
    statement = sa.select(*_VERSION_COLUMNS).where(col(version.program_id) == program_id, published)
    if term_key is None:
        statement = statement.where(col(version.is_current))
    else:
        statement = statement.where(col(version.term_key) <= term_key)
    newest = statement.order_by(col(version.term_key).desc(), col(version.revision).desc())
    return await rows.first(connection, newest, VersionRow)


_VERSION_OF = statements.Prepared(
    sa.select(col(Requirement.id), col(Requirement.version_id)).where(statements.among(col(Requirement.id), "ids"))
)


async def version_of_requirement(connection: AsyncConnection, requirement_ids: Sequence[int]) -> list[int | None]:
    """The version that each requirement belongs to."""
    found = await _VERSION_OF.every(connection, ids=list(requirement_ids))
    return rows.in_order(requirement_ids, {row[0]: row[1] for row in found})


class UseRow(NamedTuple):
    """Where a course is named as an option."""

    requirement_id: int
    version_id: int


def _uses_of_course(course: sa.ColumnElement[int], _filter: object) -> rows.Select:
    option = RequirementOption
    naming = sa.select(col(option.requirement_id)).where(col(option.course_id) == course, ~col(option.is_excluded))
    return (
        sa.select(col(Requirement.id), col(Requirement.version_id))
        .join(ProgramVersion, col(ProgramVersion.id) == col(Requirement.version_id))
        .where(col(ProgramVersion.is_current), col(Requirement.id).in_(naming))
    )


BY_REQUIREMENT = pages.Order(name="REQUIREMENT", columns=(col(Requirement.id),))
USES_OF_COURSE = relations.Relation(_uses_of_course, UseRow, BY_REQUIREMENT)
"""The requirements of current versions that name a course as an option."""
