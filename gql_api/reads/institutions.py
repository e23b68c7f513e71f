"""Institutions: by id, by any of their names, and as a list."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from gql_api.domain import grades, institutions
from gql_api.reads import pages, rows
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


_COLUMNS = rows.columns(Institution, InstitutionRow)

BY_NAME = pages.Order(name="NAME", columns=(col(Institution.name), col(Institution.id)))
ORDERS = {order.name: order for order in (BY_NAME,)}


async def by_id(connection: AsyncConnection, ids: Sequence[int]) -> list[InstitutionRow | None]:
    """The institutions with these ids, none for an unknown one."""
    statement = sa.select(*_COLUMNS).where(col(Institution.id).in_(ids))
    return rows.in_order(ids, {row.id: row for row in await rows.fetch(connection, statement, InstitutionRow)})


async def named(connection: AsyncConnection, names: Sequence[str]) -> list[InstitutionRow | None]:
    """The institutions that these names, aliases or abbreviations mean, in any letter case."""
    wanted = (
        sa.func.unnest(sa.bindparam("names", list(names), type_=sa.ARRAY(sa.Text)))
        .table_valued("name")
        .render_derived()
    )
    text = sa.cast(wanted.c.name, columns.CITEXT)
    alias = sa.select(col(InstitutionAlias.institution_id)).where(col(InstitutionAlias.alias) == text).scalar_subquery()
    matches = sa.or_(col(Institution.name) == text, col(Institution.abbreviation) == text, col(Institution.id) == alias)
    rank = sa.case((col(Institution.name) == text, 1), (col(Institution.id) == alias, 2), else_=3)
    statement = sa.select(wanted.c.name, *_COLUMNS).where(matches).order_by(wanted.c.name, rank.desc())
    found = await rows.every(connection, statement)
    return rows.in_order(names, {row[0]: InstitutionRow(*row[1:]) for row in found})


def listing(search: str | None) -> rows.Select:
    """The institutions whose name, alias or abbreviation contains `search`; all without one."""
    statement = sa.select(*_COLUMNS)
    if search is None:
        return statement
    alias = InstitutionAlias
    aliased = sa.select(col(alias.institution_id)).where(rows.contains(col(alias.alias), search))
    return statement.where(
        sa.or_(
            rows.contains(col(Institution.name), search),
            rows.contains(col(Institution.abbreviation), search),
            col(Institution.id).in_(aliased),
        )
    )


async def page(
    connection: AsyncConnection, search: str | None, order: pages.Order, window: pages.Window
) -> pages.Page[InstitutionRow]:
    """A window of `listing`."""
    return await pages.page(connection, listing(search), InstitutionRow, order, window)


async def aliases(connection: AsyncConnection, ids: Sequence[int]) -> list[list[str]]:
    """The other names of each institution, sorted."""
    statement = (
        sa.select(col(InstitutionAlias.institution_id), col(InstitutionAlias.alias))
        .where(col(InstitutionAlias.institution_id).in_(ids))
        .order_by(col(InstitutionAlias.alias))
    )
    found = rows.grouped((row[0], row[1]) for row in await rows.every(connection, statement))
    return [found[key] for key in ids]
