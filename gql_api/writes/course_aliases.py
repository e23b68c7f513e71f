"""The codes of members of cross-listings, kept true as single courses come, change and go.

The rule is the importer's: `MATH/STAT 431` is found as `MATH 431` and as `STAT 431`, unless a course of its own has
that code or two cross-listings claim it.
"""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlmodel import col

from gql_api.reads import rows
from gql_api.tables import columns
from gql_api.tables.courses import CourseAlias

_CLAIMS = """
    SELECT member || ' ' || course.number AS code_key, min(course.id) AS course_id, count(*) AS claims
    FROM courses AS course, unnest(course.subjects) AS member
    WHERE course.institution_id = :institution AND cardinality(course.subjects) > 1
        AND course.subjects && :subjects AND member || ' ' || course.number = ANY (:keys)
    GROUP BY member || ' ' || course.number
"""
_OWN = """
    SELECT FROM courses AS own WHERE own.institution_id = :institution AND own.code_key = {}.code_key
"""
_DROP = f"""
WITH claim AS ({_CLAIMS})
DELETE FROM course_aliases AS alias WHERE alias.institution_id = :institution AND alias.code_key = ANY (:keys) AND (
    EXISTS ({_OWN.format("alias")})
    OR EXISTS (SELECT FROM claim WHERE claim.code_key = alias.code_key AND claim.claims > 1))
"""  # noqa: S608 - constant parts
_ADD = f"""
WITH claim AS ({_CLAIMS})
INSERT INTO course_aliases (course_id, institution_id, code_key)
SELECT claim.course_id, :institution, claim.code_key FROM claim
WHERE claim.claims = 1 AND NOT EXISTS ({_OWN.format("claim")})
ON CONFLICT (institution_id, code_key) DO NOTHING
"""  # noqa: S608 - constant parts


async def forget(connection: rows.Connection, course_id: int, keys: Iterable[str]) -> None:
    """The course is no longer found under these codes."""
    await connection.execute(
        sa.delete(CourseAlias).where(
            col(CourseAlias.course_id) == course_id, col(CourseAlias.code_key).in_(sorted(keys))
        )
    )


async def refresh(connection: rows.Connection, institution_id: int, keys: Iterable[str]) -> None:
    """Make the aliases with these codes what the rule says, after a course that has or had one of them changed."""
    wanted = sorted(set(keys))
    values = {
        "institution": institution_id,
        "keys": wanted,
        "subjects": sorted({part for key in wanted for part in key.rsplit(" ", 1)[0].split("/")}),
    }
    types = [sa.bindparam(name, type_=columns.TEXT_ARRAY) for name in ("keys", "subjects")]
    for statement in (_DROP, _ADD):
        await connection.execute(sa.text(statement).bindparams(*types), values)
