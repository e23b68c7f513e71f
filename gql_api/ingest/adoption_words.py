"""What the words in the old columns mean here: each distinct one is read once, in Python, by the rules of the domain.

`adoption.meanings` has a row per (domain, said): `meaning` in the spelling that is stored, none where it means
nothing. Everything else is a join.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import LiteralString

import psycopg

from gql_api import errors
from gql_api.ingest import adoption_values

CREATE: LiteralString = """
CREATE UNLOGGED TABLE adoption.meanings (
    domain text NOT NULL, said text NOT NULL, meaning text, PRIMARY KEY (domain, said)
)
"""
_BATCH = 20_000
_UNKNOWN: LiteralString = """
INSERT INTO adoption.findings (table_name, old_id, column_name, outcome, reason, remedy)
SELECT %(table)s, old.id, %(column)s, 'CHANGED', format(%(reason)s, old.said), %(remedy)s
FROM ({}) AS old (id, said) JOIN adoption.meanings AS known ON known.domain = %(domain)s AND known.said = old.said
WHERE known.meaning IS NULL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A column with its meanings. `said` is the SQL of the text; `reason` has a %s for it."""

    domain: str
    table: str
    column: str
    rows: LiteralString
    read: Callable[[str], str | None]
    reason: str
    remedy: str = "Correct it here, if it matters."


COURSE_CODE = Words(
    domain="courses.code",
    table="courses",
    column="code",
    rows="SELECT id, code FROM adoption.courses WHERE code IS NOT NULL",
    read=adoption_values.code,
    reason="",
)
OPTION_CODE = Words(
    domain=COURSE_CODE.domain,
    table="group_course_options",
    column="course_code",
    rows="SELECT id, course_code FROM adoption.group_course_options WHERE course_code IS NOT NULL",
    read=adoption_values.code,
    reason="",
)
"""Both have no reason: what becomes of a row without a readable code is said where it is carried."""
WORDS = (
    Words(
        domain="courses.credits",
        table="courses",
        column="credits",
        rows="SELECT id, credits FROM adoption.courses WHERE credits IS NOT NULL",
        read=adoption_values.credit_range,
        reason="“%s” is no number of credits; the course has none.",
    ),
    Words(
        domain="courses.has_lab",
        table="courses",
        column="has_lab",
        rows="SELECT id, has_lab FROM adoption.courses WHERE has_lab IS NOT NULL",
        read=adoption_values.flag,
        reason="“%s” is neither true nor false; whether it has a lab is not known.",
    ),
    Words(
        domain="courses.course_type",
        table="courses",
        column="course_type",
        rows="SELECT id, course_type FROM adoption.courses WHERE course_type IS NOT NULL",
        read=adoption_values.course_type,
        reason="“%s” is no type of course; the course has none.",
    ),
    Words(
        domain="courses.time",
        table="courses",
        column="created_at",
        rows="SELECT id, created_at FROM adoption.courses WHERE created_at IS NOT NULL",
        read=adoption_values.moment,
        reason="“%s” is no time; the course counts as made by its adoption.",
    ),
    Words(
        domain="courses.time",
        table="courses",
        column="updated_at",
        rows="SELECT id, updated_at FROM adoption.courses WHERE updated_at IS NOT NULL",
        read=adoption_values.moment,
        reason="“%s” is no time; the course counts as not changed since it was made.",
    ),
    Words(
        domain="programs.time",
        table="programs",
        column="created_at",
        rows="SELECT id, created_at FROM adoption.programs WHERE created_at IS NOT NULL",
        read=adoption_values.moment,
        reason="“%s” is no time; the program counts as made by its adoption.",
    ),
    Words(
        domain="programs.time",
        table="programs",
        column="updated_at",
        rows="SELECT id, updated_at FROM adoption.programs WHERE updated_at IS NOT NULL",
        read=adoption_values.moment,
        reason="“%s” is no time; the program counts as not changed since it was made.",
    ),
    Words(
        domain="equivalencies.equivalency_type",
        table="equivalencies",
        column="equivalency_type",
        rows="SELECT id, equivalency_type FROM adoption.equivalencies WHERE equivalency_type IS NOT NULL",
        read=adoption_values.equivalency_type,
        reason="“%s” is no type of equivalency; the rule was taken as direct.",
        remedy="Look at the rule: if it does not count as the course itself, say so here.",
    ),
    Words(
        domain="equivalencies.approved_date",
        table="equivalencies",
        column="approved_date",
        rows="SELECT id, approved_date FROM adoption.equivalencies WHERE approved_date IS NOT NULL",
        read=adoption_values.day,
        reason="“%s” is no date; the rule does not say when it was approved.",
    ),
    Words(
        domain="plans.status",
        table="plans",
        column="status",
        rows="SELECT id, status FROM adoption.plans WHERE status IS NOT NULL",
        read=adoption_values.plan_status,
        reason="“%s” is no status of a plan; the plan is active.",
    ),
    Words(
        domain="plans.time",
        table="plans",
        column="created_at",
        rows="SELECT id, created_at FROM adoption.plans WHERE created_at IS NOT NULL",
        read=adoption_values.moment,
        reason="“%s” is no time; the plan begins with its adoption.",
    ),
    Words(
        domain="plans.time",
        table="plans",
        column="updated_at",
        rows="SELECT id, updated_at FROM adoption.plans WHERE updated_at IS NOT NULL",
        read=adoption_values.moment,
        reason="“%s” is no time; the plan counts as changed by its adoption.",
    ),
    Words(
        domain="plan_courses.status",
        table="plan_courses",
        column="status",
        rows="SELECT id, status FROM adoption.plan_courses WHERE status IS NOT NULL",
        read=adoption_values.planned_status,
        reason="“%s” is no status of a course; it counts as completed where it has a grade, else as planned.",
    ),
    Words(
        domain="plan_courses.grade",
        table="plan_courses",
        column="grade",
        rows="SELECT id, grade FROM adoption.plan_courses WHERE grade IS NOT NULL",
        read=adoption_values.grade,
        reason="“%s” is no grade; it stands in the notes, and the course has no grade.",
        remedy="Give the course the grade that was meant: without one it is taken as passed.",
    ),
    Words(
        domain="plan_courses.credits",
        table="plan_courses",
        column="credits",
        rows="SELECT id, credits FROM adoption.plan_courses WHERE credits IS NOT NULL",
        read=adoption_values.amount,
        reason="“%s” is no number of credits; the course carries those of the catalog.",
    ),
    Words(
        domain="plan_courses.term",
        table="plan_courses",
        column="semester",
        rows="SELECT id, concat_ws('|', semester, year) FROM adoption.plan_courses "
        "WHERE semester IS NOT NULL OR year IS NOT NULL",
        read=adoption_values.term,
        reason="“%s” is no term; it stands in the notes, and the course is not scheduled.",
        remedy="Move the course into its term.",
    ),
)


def read(connection: psycopg.Connection) -> None:
    """Fill `adoption.meanings`, and say of every row whose word means nothing what became of it."""
    done: set[str] = set()
    for words in (COURSE_CODE, OPTION_CODE, *WORDS):
        _read(connection, words, is_first=words.domain not in done)
        done.add(words.domain)
    connection.execute("ANALYZE adoption.meanings")
    for words in WORDS:
        connection.execute(
            _UNKNOWN.replace("{}", words.rows),  # pyright: ignore[reportArgumentType] - both are literals above
            {
                "table": words.table,
                "column": words.column,
                "domain": words.domain,
                "reason": words.reason,
                "remedy": words.remedy,
            },
        )


def meaning(words: Words, said: str) -> str | None:
    """What one text means."""
    try:
        return words.read(said)
    except errors.InvalidInput:
        return None


def _read(connection: psycopg.Connection, words: Words, *, is_first: bool) -> None:
    known = "" if is_first else "EXCEPT SELECT said FROM adoption.meanings WHERE domain = %(domain)s"
    query = f"SELECT DISTINCT old.said FROM ({words.rows}) AS old (id, said) {known}"  # noqa: S608 - literals above
    with connection.cursor("words") as cursor, connection.cursor() as target:
        cursor.execute(query, {"domain": words.domain})  # pyright: ignore[reportArgumentType] - made of literals
        while batch := cursor.fetchmany(_BATCH):
            with target.copy("COPY adoption.meanings (domain, said, meaning) FROM STDIN") as copy:
                for (said,) in batch:
                    copy.write_row((words.domain, said, meaning(words, said)))
