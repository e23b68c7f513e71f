"""Institutions: by id, by any of their names, and as a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from gql_api.domain import grades, institutions
from gql_api.reads import listings, needed, pages, rows, statements
from gql_api.tables import columns
from gql_api.tables.institutions import Institution, InstitutionAlias


class InstitutionRow(NamedTuple):
    """An institution as the API shows it."""

    id: int
    name: str
    abbreviation: str | None
    kind: institutions.InstitutionKind
    calendar: institutions.Calendar
    location: str | None
    credits_granted: institutions.CreditsGranted
    pass_proves: grades.Grade
    minimum_transfer_grade: grades.Grade | None
    revision: int


NEEDED = needed.Columns(Institution, InstitutionRow)
_COLUMNS = rows.columns(Institution, InstitutionRow)

BY_NAME = pages.Order(name="NAME", columns=(col(Institution.name), col(Institution.id)))
ORDERS = {order.name: order for order in (BY_NAME,)}


_BY_ID = statements.Prepared(sa.select(*_COLUMNS).where(statements.among(col(Institution.id), "ids")))


async def by_id(connection: rows.Connection, ids: Sequence[int]) -> list[InstitutionRow | None]:
    """The institutions with these ids, none for an unknown one."""
    found = await _BY_ID.fetch(connection, InstitutionRow, ids=list(ids))
    return rows.in_order(ids, {row.id: row for row in found})


def _meaning(name: sa.ColumnElement[Any]) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[int]]:
    """Whether an institution goes by that name, and by which kind of name: the least means it."""
    text = sa.cast(name, columns.CITEXT)
    alias = sa.select(col(InstitutionAlias.institution_id)).where(col(InstitutionAlias.alias) == text).scalar_subquery()
    is_name, is_alias = col(Institution.name) == text, col(Institution.id) == alias
    matches = sa.or_(is_name, col(Institution.abbreviation) == text, is_alias)
    return matches, sa.case((is_name, 1), (is_alias, 2), else_=3)


def _named() -> rows.Select:
    wanted = statements.listed("wanted", name=sa.Text())
    matches, rank = _meaning(wanted.c.name)
    return sa.select(wanted.c.name, *_COLUMNS).where(matches).order_by(wanted.c.name, rank.desc())


def called(name: str) -> sa.Lateral:
    """The institution that the text column of that name, of a table before it, means: all columns of its row."""
    matches, rank = _meaning(sa.literal_column(name, type_=sa.Text))  # a column would not be correlated into a subquery
    return sa.select(*_COLUMNS).where(matches).order_by(rank).limit(sa.literal_column("1")).lateral("college")


_NAMED = statements.Prepared(_named())


async def named(connection: rows.Connection, names: Sequence[str]) -> list[InstitutionRow | None]:
    """The institutions that these names, aliases or abbreviations mean, in any letter case."""
    found = await _NAMED.every(connection, name=list(names))
    return rows.in_order(names, {row[0]: InstitutionRow(*row[1:]) for row in found})


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What an institution must be; without a search, anything."""

    search: str | None = None


def _has_alias(pattern: listings.Parameter) -> sa.ColumnElement[bool]:
    alias = InstitutionAlias
    matching = sa.select(col(alias.institution_id)).where(sa.cast(col(alias.alias), sa.Text).ilike(pattern))
    return col(Institution.id).in_(matching)


LISTING = listings.Listing(
    NEEDED,
    {"search": listings.containing(col(Institution.name), col(Institution.abbreviation), also=_has_alias)},
)
"""The institutions whose name, alias or abbreviation contains a text; all without one."""


_ALIASES = statements.Prepared(
    sa.select(col(InstitutionAlias.institution_id), col(InstitutionAlias.alias))
    .where(statements.among(col(InstitutionAlias.institution_id), "ids"))
    .order_by(col(InstitutionAlias.alias))
)


async def aliases(connection: rows.Connection, ids: Sequence[int]) -> list[list[str]]:
    """The other names of each institution, sorted."""
    found = rows.grouped((row[0], row[1]) for row in await _ALIASES.every(connection, ids=list(ids)))
    return [found[key] for key in ids]
