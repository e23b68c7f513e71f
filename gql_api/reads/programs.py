"""Programs and their versions: by id, by natural key, by requirement, and as lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from gql_api.domain import statuses, terms
from gql_api.reads import institutions, listings, needed, pages, relations, rows, statements
from gql_api.tables import columns
from gql_api.tables.programs import Program, ProgramVersion
from gql_api.tables.requirements import Requirement


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
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a program must be; an empty field asks nothing, several must all hold."""

    search: str | None = None
    institution_ids: tuple[int, ...] = ()
    degree_types: tuple[str, ...] = ()
    kinds: tuple[statuses.ProgramKind, ...] = ()


COLUMNS = rows.columns(Program, ProgramRow)
VERSION_COLUMNS = rows.columns(ProgramVersion, VersionRow)
_WIDTH, _WITH_VERSION = len(COLUMNS), len(COLUMNS) + len(VERSION_COLUMNS)

BY_NAME = pages.Order(name="NAME", columns=(col(Program.name), col(Program.id)))
ORDERS = {order.name: order for order in (BY_NAME,)}
NEWEST_VERSION = pages.Order(
    name="NEWEST",
    columns=(col(ProgramVersion.term_key), col(ProgramVersion.revision), col(ProgramVersion.id)),
    is_descending=True,
)


_BY_ID = statements.Prepared(sa.select(*COLUMNS).where(statements.among(col(Program.id), "ids")))


async def by_id(connection: rows.Connection, ids: Sequence[int]) -> list[ProgramRow | None]:
    """The programs with these ids, none for an unknown one."""
    found = await _BY_ID.fetch(connection, ProgramRow, ids=list(ids))
    return rows.in_order(ids, {row.id: row for row in found})


_CURRENT = sa.and_(col(ProgramVersion.program_id) == col(Program.id), col(ProgramVersion.is_current))
_WITH_CURRENT = statements.Prepared(
    sa.select(*COLUMNS, *VERSION_COLUMNS)
    .select_from(Program)
    .outerjoin(ProgramVersion, _CURRENT)
    .where(statements.among(col(Program.id), "ids"))
)


def asked_with_current_versions(ids: Sequence[int]) -> statements.Asked:
    """The statement of these programs and the current version of each; `with_current_versions` reads it."""
    return _WITH_CURRENT.asked(ids=list(ids))


def with_current_versions(
    ids: Sequence[int], found: Sequence[tuple[Any, ...]]
) -> tuple[list[ProgramRow | None], dict[int, VersionRow | None]]:
    """The programs with these ids, and the current version of each that there is."""
    known = {row[0]: ProgramRow(*row[:_WIDTH]) for row in found}
    return rows.in_order(ids, known), _current(found)


def _current(found: Sequence[tuple[Any, ...]]) -> dict[int, VersionRow | None]:
    """The version behind each program, by the program's id."""
    return {row[0]: None if row[_WIDTH] is None else VersionRow(*row[_WIDTH:]) for row in found}


def _named() -> rows.Select:
    """Of each wanted name at most two programs, with the current version of each."""
    degree_type = rows.element(col(Program.degree_type)).type
    wanted = statements.listed("wanted", college=sa.Text(), name=sa.Text(), degree_type=degree_type)
    college = institutions.called("wanted.college")
    name = sa.literal_column("wanted.name::citext", columns.CITEXT)
    kind = sa.literal_column("wanted.degree_type", degree_type)
    of_name = (
        sa.select(*COLUMNS)
        .where(
            col(Program.institution_id) == sa.literal_column("college.id", sa.BigInteger),
            col(Program.name) == name,
            sa.or_(kind.is_(None), col(Program.degree_type) == kind),
        )
        .order_by(col(Program.id))
        .limit(sa.literal_column("2"))
        .lateral("program")
    )
    current = sa.and_(col(ProgramVersion.program_id) == of_name.c.id, col(ProgramVersion.is_current))
    return (
        sa.select(*of_name.c, *VERSION_COLUMNS, *college.c, wanted.c.college, wanted.c.name, wanted.c.degree_type)
        .select_from(wanted)
        .join(college, sa.true())
        .join(of_name, sa.true())
        .outerjoin(ProgramVersion, current)
    )


_NAMED = statements.Prepared(_named())


class Named(NamedTuple):
    """At most two programs for each key; by their ids the current version of each, and the institutions."""

    programs: list[list[ProgramRow]]
    current: dict[int, VersionRow | None]
    institutions: dict[int, institutions.InstitutionRow]


Name = tuple[str, str, str | None]
"""A name of a program's institution, the program's own, and its degree type where that has to be said."""


def asked_by_name(keys: Sequence[Name]) -> statements.Asked:
    """The statement of the programs of each name, in any letter case; `named` reads it."""
    colleges, names, kinds = (list(column) for column in zip(*keys, strict=True))
    return _NAMED.asked(college=colleges, name=names, degree_type=kinds)


def named(keys: Sequence[Name], found: Sequence[tuple[Any, ...]]) -> Named:
    """The programs of each name. Two mean that the degree type must be said."""
    of_key = rows.grouped((row[-3:], ProgramRow(*row[:_WIDTH])) for row in found)
    current = _current([row[:_WITH_VERSION] for row in found])
    colleges = {row[_WITH_VERSION]: institutions.InstitutionRow(*row[_WITH_VERSION:-3]) for row in found}
    return Named([of_key[key] for key in keys], current, colleges)


LISTING = listings.Listing(
    needed.Columns(Program, ProgramRow),
    {
        "search": listings.containing(col(Program.name)),
        "institution_ids": listings.among(col(Program.institution_id)),
        "degree_types": listings.among(col(Program.degree_type)),
        "kinds": listings.among(col(Program.kind)),
    },
)
"""The programs that pass a `Filter`."""


def _of_institution(institution: sa.ColumnElement[int], _filter: object) -> list[sa.ColumnElement[bool]]:
    return [col(Program.institution_id) == institution]


OF_INSTITUTION = relations.Relation(needed.Columns(Program, ProgramRow), _of_institution, BY_NAME)
"""The programs of an institution."""


_VERSIONS_BY_ID = statements.Prepared(
    sa.select(*VERSION_COLUMNS).where(statements.among(col(ProgramVersion.id), "ids"))
)


async def versions_by_id(connection: rows.Connection, ids: Sequence[int]) -> list[VersionRow | None]:
    """The versions with these ids, none for an unknown one."""
    found = await _VERSIONS_BY_ID.fetch(connection, VersionRow, ids=list(ids))
    return rows.in_order(ids, {row.id: row for row in found})


_WITH_PROGRAMS = statements.Prepared(
    sa.select(*VERSION_COLUMNS, *COLUMNS)
    .join(Program, col(Program.id) == col(ProgramVersion.program_id))
    .where(statements.among(col(ProgramVersion.id), "ids"))
)


async def versions_with_programs(
    connection: rows.Connection, ids: Sequence[int]
) -> tuple[list[VersionRow | None], dict[int, ProgramRow]]:
    """The same, and their programs, in one statement."""
    width, found = len(VERSION_COLUMNS), await _WITH_PROGRAMS.every(connection, ids=list(ids))
    known = {row[width]: ProgramRow(*row[width:]) for row in found}
    return rows.in_order(ids, {row[0]: VersionRow(*row[:width]) for row in found}), known


_CURRENT_VERSIONS = statements.Prepared(
    sa.select(*VERSION_COLUMNS).where(
        statements.among(col(ProgramVersion.program_id), "ids"), col(ProgramVersion.is_current)
    )
)


async def current_versions(connection: rows.Connection, program_ids: Sequence[int]) -> list[VersionRow | None]:
    """The current version of each program, none where nothing is published."""
    found = await _CURRENT_VERSIONS.fetch(connection, VersionRow, ids=list(program_ids))
    return rows.in_order(program_ids, {row.program_id: row for row in found})


def _versions_of(program: sa.ColumnElement[int], states: sa.ColumnElement[Any] | None) -> list[sa.ColumnElement[bool]]:
    narrowed = [] if states is None else [rows.element(col(ProgramVersion.state)) == sa.any_(states)]
    return [col(ProgramVersion.program_id) == program, *narrowed]


VERSIONS_OF = relations.Relation(
    needed.Columns(ProgramVersion, VersionRow),
    _versions_of,
    NEWEST_VERSION,
    sa.ARRAY(rows.element(col(ProgramVersion.state)).type),
)
"""The versions of a program, in the states given or in all, newest first."""


def _version_at() -> rows.Select:
    version = ProgramVersion
    wanted = statements.listed("wanted", program_id=sa.BigInteger(), term_key=sa.Integer())
    is_wanted = sa.and_(col(version.program_id) == wanted.c.program_id, col(version.term_key) == wanted.c.term_key)
    return (
        sa.select(*VERSION_COLUMNS)
        .join(wanted, is_wanted)
        .where(col(version.state) != statuses.VersionState.DRAFT)
        .order_by(col(version.revision))
    )


_VERSION_AT = statements.Prepared(_version_at())


async def version_at(connection: rows.Connection, keys: Sequence[tuple[int, int]]) -> list[VersionRow | None]:
    """For each (program, term key): its published version of that very term, the latest revision."""
    found = await _VERSION_AT.fetch(
        connection, VersionRow, program_id=[key[0] for key in keys], term_key=[key[1] for key in keys]
    )
    return rows.in_order(keys, {(row.program_id, row.term_key): row for row in found})


async def latest_published(connection: rows.Connection, program_id: int, term_key: int | None) -> VersionRow | None:
    """What a plan pins: the latest published version not after the term, or the current one without a term."""
    version = ProgramVersion
    published = col(version.state) == statuses.VersionState.PUBLISHED
    statement = sa.select(*VERSION_COLUMNS).where(col(version.program_id) == program_id, published)
    if term_key is None:
        statement = statement.where(col(version.is_current))
    else:
        statement = statement.where(col(version.term_key) <= term_key)
    newest = statement.order_by(col(version.term_key).desc(), col(version.revision).desc())
    return await rows.first(connection, newest, VersionRow)


_VERSION_OF = statements.Prepared(
    sa.select(col(Requirement.id), col(Requirement.version_id)).where(statements.among(col(Requirement.id), "ids"))
)


async def version_of_requirement(connection: rows.Connection, requirement_ids: Sequence[int]) -> list[int | None]:
    """The version that each requirement belongs to."""
    found = await _VERSION_OF.every(connection, ids=list(requirement_ids))
    return rows.in_order(requirement_ids, {row[0]: row[1] for row in found})
