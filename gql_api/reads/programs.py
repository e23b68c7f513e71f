"""Programs and their versions: by id, by natural key, by requirement, and as lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from gql_api.domain import statuses, terms
from gql_api.reads import pages, rows
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


async def by_id(connection: AsyncConnection, ids: Sequence[int]) -> list[ProgramRow | None]:
    """The programs with these ids, none for an unknown one."""
    statement = sa.select(*_COLUMNS).where(col(Program.id).in_(ids))
    return rows.in_order(ids, {row.id: row for row in await rows.fetch(connection, statement, ProgramRow)})


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


def of_institution(institution: sa.ColumnElement[int] | int) -> rows.Select:
    """The programs of an institution."""
    return sa.select(*_COLUMNS).where(col(Program.institution_id) == institution)


async def versions_by_id(connection: AsyncConnection, ids: Sequence[int]) -> list[VersionRow | None]:
    """The versions with these ids, none for an unknown one."""
    statement = sa.select(*_VERSION_COLUMNS).where(col(ProgramVersion.id).in_(ids))
    return rows.in_order(ids, {row.id: row for row in await rows.fetch(connection, statement, VersionRow)})


async def current_versions(connection: AsyncConnection, program_ids: Sequence[int]) -> list[VersionRow | None]:
    """The current version of each program, none where nothing is published."""
    version = ProgramVersion
    statement = sa.select(*_VERSION_COLUMNS).where(col(version.program_id).in_(program_ids), col(version.is_current))
    found = {row.program_id: row for row in await rows.fetch(connection, statement, VersionRow)}
    return rows.in_order(program_ids, found)


def versions_of(program: sa.ColumnElement[int] | int, states: tuple[statuses.VersionState, ...]) -> rows.Select:
    """The versions of a program, in these states or in all."""
    statement = sa.select(*_VERSION_COLUMNS).where(col(ProgramVersion.program_id) == program)
    return statement.where(col(ProgramVersion.state).in_(states)) if states else statement


async def version_at(connection: AsyncConnection, keys: Sequence[tuple[int, int]]) -> list[VersionRow | None]:
    """For each (program, term key): its published version of that very term, the latest revision."""
    version = ProgramVersion
    wanted = sa.tuple_(col(version.program_id), col(version.term_key)).in_(list(keys))
    statement = (
        sa.select(*_VERSION_COLUMNS)
        .where(wanted, col(version.state) != statuses.VersionState.DRAFT)
        .order_by(col(version.revision))
    )
    found = {(row.program_id, row.term_key): row for row in await rows.fetch(connection, statement, VersionRow)}
    return rows.in_order(keys, found)


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


async def version_of_requirement(connection: AsyncConnection, requirement_ids: Sequence[int]) -> list[int | None]:
    """The version that each requirement belongs to."""
    statement = sa.select(col(Requirement.id), col(Requirement.version_id)).where(
        col(Requirement.id).in_(requirement_ids)
    )
    found = {row[0]: row[1] for row in await rows.every(connection, statement)}
    return rows.in_order(requirement_ids, found)


class UseRow(NamedTuple):
    """Where a course is named as an option."""

    requirement_id: int
    version_id: int


def uses_of_course(course: sa.ColumnElement[int] | int) -> rows.Select:
    """The requirements of current versions that name a course as an option."""
    return (
        sa.select(col(Requirement.id), col(Requirement.version_id))
        .join(ProgramVersion, col(ProgramVersion.id) == col(Requirement.version_id))
        .where(
            col(ProgramVersion.is_current),
            col(Requirement.id).in_(
                sa.select(col(RequirementOption.requirement_id)).where(
                    col(RequirementOption.course_id) == course, ~col(RequirementOption.is_excluded)
                )
            ),
        )
    )


BY_REQUIREMENT = pages.Order(name="REQUIREMENT", columns=(col(Requirement.id),))
