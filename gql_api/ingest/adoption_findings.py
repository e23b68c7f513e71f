"""What an adoption has to say of old rows: `adoption.findings`, one row per table, id, column and reason.

An outcome is LEFT_OUT (the row is not here), TURNED (a fake course became what it stood for), MERGED (it is here as
another row), CHANGED (it is here, and this column says something else or nothing) or NOTED.
"""

from collections.abc import Iterator
from typing import LiteralString, NamedTuple

import psycopg
from psycopg import sql

CREATE: LiteralString = """
CREATE UNLOGGED TABLE adoption.findings (
    table_name text NOT NULL,
    old_id bigint NOT NULL,
    column_name text,
    outcome text NOT NULL CHECK (outcome IN ('LEFT_OUT', 'TURNED', 'MERGED', 'CHANGED', 'NOTED')),
    reason text NOT NULL,
    remedy text NOT NULL
)
"""
# What the import of a kind said, about rows whose number is their old id: the last sentence says what to do.
_OF_JOB: LiteralString = """
INSERT INTO adoption.findings (table_name, old_id, column_name, outcome, reason, remedy)
SELECT %(table)s, row_number, column_name, CASE
        WHEN severity = 'ERROR' THEN 'LEFT_OUT'
        WHEN severity = 'SKIPPED' THEN 'TURNED'
        WHEN message ~ 'repeats row|stands in row|: one course[.]$|is in this pool already' THEN 'MERGED'
        WHEN severity = 'WARNING' THEN 'NOTED' END,
    regexp_replace(CASE severity WHEN 'ERROR' THEN regexp_replace(message, '[.] [^.]+[.]$', '.') ELSE message END,
        '\\mrow(s?) (\\d+)', 'id \\2', 'g'),
    CASE severity WHEN 'ERROR' THEN coalesce(substring(message FROM '[.] ([^.]+[.])$'), 'Enter it by hand.')
        ELSE 'None is needed.' END
FROM import_findings WHERE job_id = %(job)s AND row_number IS NOT NULL
"""


class Finding(NamedTuple):
    """One thing that is said of an old row."""

    table: str
    id: int
    column: str | None
    outcome: str
    reason: str
    remedy: str


class Counts(NamedTuple):
    """What became of the rows of one table."""

    table: str
    rows: int
    carried: int
    merged: int
    turned: int
    left_out: int
    changed: int


def keep(cursor: psycopg.Cursor, table: str, job_id: int) -> None:
    """Take over what the job said of the rows of this old table."""
    cursor.execute(_OF_JOB, {"table": table, "job": job_id})


def every(connection: psycopg.Connection) -> Iterator[Finding]:
    """All findings, by table and id."""
    with connection.cursor("findings") as cursor:
        cursor.execute(
            "SELECT table_name, old_id, column_name, outcome, reason, remedy FROM adoption.findings "
            "ORDER BY table_name, outcome, old_id, column_name, reason"
        )
        for row in cursor:
            yield Finding(*row)


_SUMMARY: LiteralString = """
SELECT table_name, outcome, min(reason), count(*) FROM adoption.findings
GROUP BY table_name, outcome, column_name, regexp_replace(reason, '“[^”]*”|[A-Z&]+ [0-9]\\S*|\\d+', '', 'g')
ORDER BY array_position(ARRAY['LEFT_OUT', 'TURNED', 'MERGED', 'CHANGED', 'NOTED'], outcome), count(*) DESC, table_name,
    min(reason)
"""


def summary(connection: psycopg.Connection) -> list[tuple[str, str, str, int]]:
    """Table, outcome and an example of what was said, with how often something like it was said; most frequent first.

    Findings are alike when they differ in quoted words and numbers only.
    """
    rows = connection.execute(_SUMMARY).fetchall()
    return [(str(row[0]), str(row[1]), str(row[2]), int(row[3])) for row in rows]


def counts(connection: psycopg.Connection, table: str) -> Counts:
    """Rows of one staged table by what became of them."""
    row = connection.execute(
        sql.SQL(
            "SELECT (SELECT count(*) FROM adoption.{}), count(DISTINCT old_id) FILTER (WHERE outcome = 'MERGED'), "
            "count(DISTINCT old_id) FILTER (WHERE outcome = 'TURNED'), "
            "count(DISTINCT old_id) FILTER (WHERE outcome = 'LEFT_OUT'), "
            "count(DISTINCT old_id) FILTER (WHERE outcome = 'CHANGED') "
            "FROM adoption.findings WHERE table_name = {}"
        ).format(sql.Identifier(table), sql.Literal(table))
    ).fetchone()
    if row is None:
        raise AssertionError  # an aggregate without groups answers one row
    rows, merged, turned, left_out, changed = map(int, row)
    return Counts(table, rows, rows - merged - turned - left_out, merged, turned, left_out, changed)
