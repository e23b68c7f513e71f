"""Small catalogs for tests, written straight into the tables."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gql_api.domain import codes, equivalencies
from gql_api.tables.courses import Course, CourseAlias
from gql_api.tables.equivalencies import Equivalency, EquivalencyAward, EquivalencySource
from gql_api.tables.institutions import Institution
from gql_api.tables.programs import Program, ProgramVersion


async def inserted(connection: AsyncConnection, table: Any, **values: Any) -> int:
    """One row; its id."""
    statement = sa.insert(table).values(**values).returning(table.id)
    return int((await connection.execute(statement)).scalar_one())


async def college(connection: AsyncConnection, name: str, **values: Any) -> int:
    return await inserted(connection, Institution, name=name, **values)


async def course(
    connection: AsyncConnection, institution_id: int, code: str, title: str = "A course", **values: Any
) -> int:
    parsed = codes.parse(code)
    credits = values.pop("credits", 3)
    course_id = await inserted(
        connection,
        Course,
        institution_id=institution_id,
        code=code,
        title=title,
        subject=parsed.subject,
        number=parsed.number,
        code_key=parsed.key,
        subjects=list(parsed.subjects),
        level=parsed.level,
        credits_min=credits,
        credits_max=credits,
        **values,
    )
    for alias in parsed.aliases:
        await inserted(connection, CourseAlias, course_id=course_id, institution_id=institution_id, code_key=alias)
    return course_id


async def rule(
    connection: AsyncConnection,
    sending: int,
    receiving: int,
    sources: list[list[int]],
    targets: list[int],
    **values: Any,
) -> int:
    """An approved direct rule: every group of `sources` is needed, each target is awarded."""
    rule_id = await inserted(
        connection,
        Equivalency,
        sending_institution_id=sending,
        receiving_institution_id=receiving,
        rule_key=f"{sources} {receiving} {targets} {values.get('effective_from')}",
        **{"outcome": equivalencies.Outcome.AWARDS, "strength": "DIRECT", "status": "APPROVED", **values},
    )
    for position, group in enumerate(sources):
        for one in group:
            await inserted(
                connection, EquivalencySource, equivalency_id=rule_id, group_position=position, course_id=one
            )
    for position, target in enumerate(targets):
        await inserted(
            connection,
            EquivalencyAward,
            equivalency_id=rule_id,
            position=position,
            kind="COURSE",
            course_id=target,
            tags=[],
        )
    return rule_id


async def program(connection: AsyncConnection, institution_id: int, name: str, degree_type: str = "B.S.") -> int:
    return await inserted(connection, Program, institution_id=institution_id, name=name, degree_type=degree_type)


async def version(connection: AsyncConnection, program_id: int, year: int = 2025, **values: Any) -> int:
    """A published version of a fall term."""
    return await inserted(
        connection,
        ProgramVersion,
        program_id=program_id,
        year=year,
        season="FALL",
        term_key=year * 10 + 4,
        **{"state": "PUBLISHED", **values},
    )
