"""Programs of one degree level that a plan could be measured against."""

from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from gql_api.reads import rows, statements
from gql_api.tables.programs import Program, ProgramVersion

MOST = 1_000
"""Programs of one ranking."""


class Offered(NamedTuple):
    """A program with its current version."""

    program_id: int
    name: str
    version_id: int


def _offered() -> rows.Select:
    institution = sa.bindparam("institution_id", type_=sa.BigInteger)
    return (
        sa.select(col(Program.id), sa.cast(rows.element(col(Program.name)), sa.Text), col(ProgramVersion.id))
        .join(ProgramVersion, col(ProgramVersion.program_id) == col(Program.id))
        .where(
            col(ProgramVersion.is_current),
            statements.among(col(Program.degree_type), "degree_types"),
            sa.or_(institution.is_(None), col(Program.institution_id) == institution),
        )
        .order_by(col(Program.name), col(Program.id))
        .limit(MOST + 1)
    )


_OFFERED = statements.Prepared(_offered())


async def offered(connection: rows.Connection, degree_type: str, institution_id: int | None) -> list[Offered]:
    """The programs of that degree type (of one institution, or of all) with a current version, by name.

    One more than `MOST` says that there are too many.
    """
    return await _OFFERED.fetch(connection, Offered, degree_types=[degree_type], institution_id=institution_id)
