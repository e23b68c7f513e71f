"""Old courses and equivalencies as files of the kinds `courses` and `equivalencies`, which then decide everything.

A row's number is its old id, so that what an import says of a row is what it says of the old one.
"""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import LiteralString

import psycopg
from psycopg import sql

from gql_api import errors
from gql_api.ingest import (
    adoption_findings,
    adoption_times,
    contract,
    equivalencies,
    files,
    findings,
    institutions,
    jobs,
)

_COURSES: LiteralString = """
SELECT old.id, left(old.code, 120), coalesce(left(old.title, 300), old.code, ''), left(old.description, 20000),
    carried.meaning, left(old.institution, 200), left(old.department, 200), left(old.prerequisites, 10000) {optional}
FROM adoption.courses AS old
LEFT JOIN adoption.meanings AS carried ON carried.domain = 'courses.credits' AND carried.said = old.credits
LEFT JOIN adoption.meanings AS lab ON lab.domain = 'courses.has_lab' AND lab.said = old.has_lab
LEFT JOIN adoption.meanings AS type ON type.domain = 'courses.course_type' AND type.said = old.course_type
ORDER BY old.id
"""
_COURSE_HEADER = ",code,title,description,credits,institution,department,prerequisites"
_OPTIONAL = {"has_lab": ", lab.meaning", "course_type": ", type.meaning"}
_EQUIVALENCIES: LiteralString = """
SELECT old.id, source.code, coalesce(source.institution, {institution}), target.code,
    coalesce(target.institution, {institution}),
    CASE WHEN old.equivalency_type IS NOT NULL THEN coalesce(type.meaning, 'direct') END,
    CASE WHEN type.meaning = 'conditional'
        THEN coalesce(left(old.notes, 2000), 'The old system says “conditional” and names no condition.') END,
    left(old.notes, 5000), left(old.approved_by, 200), day.meaning
FROM adoption.equivalencies AS old
JOIN adoption.courses AS source ON source.id::text = old.from_course_id
JOIN adoption.courses AS target ON target.id::text = old.to_course_id
LEFT JOIN adoption.meanings AS type
    ON type.domain = 'equivalencies.equivalency_type' AND type.said = old.equivalency_type
LEFT JOIN adoption.meanings AS day ON day.domain = 'equivalencies.approved_date' AND day.said = old.approved_date
ORDER BY old.id
"""
_EQUIVALENCY_HEADER = (
    ",from_course_code,from_institution,to_course_code,to_institution,equivalency_type,condition,notes,approved_by,"
    "approved_on"
)
_ORPHANS: LiteralString = """
INSERT INTO adoption.findings (table_name, old_id, column_name, outcome, reason, remedy)
SELECT 'equivalencies', old.id, side.column_name, 'LEFT_OUT', CASE
        WHEN side.course_id IS NULL THEN 'The rule names no course on this side.'
        ELSE format('There is no course with id %s.', side.course_id) END,
    'Enter the rule by hand, if it is known what it was about.'
FROM adoption.equivalencies AS old
CROSS JOIN LATERAL (VALUES ('from_course_id', old.from_course_id), ('to_course_id', old.to_course_id))
    AS side (column_name, course_id)
LEFT JOIN adoption.courses AS course ON course.id::text = side.course_id
WHERE course.id IS NULL
"""
_MERGED_INTO_NOTHING: LiteralString = """
INSERT INTO adoption.findings (table_name, old_id, column_name, outcome, reason, remedy)
SELECT later.table_name, later.old_id, later.column_name, 'LEFT_OUT',
    format('It says the same as the row with id %s, which is left out.', first.old_id), first.remedy
FROM adoption.findings AS later JOIN adoption.findings AS first ON first.table_name = later.table_name
    AND first.outcome = 'LEFT_OUT' AND first.old_id = substring(later.reason FROM '\\mid ([0-9]+)')::bigint
WHERE later.table_name = 'equivalencies' AND later.outcome = 'MERGED'
"""
_UNTITLED: LiteralString = """
INSERT INTO adoption.findings (table_name, old_id, column_name, outcome, reason, remedy)
SELECT 'courses', id, 'title', 'CHANGED', 'The title is empty; its code stands for it.', 'Give the course its title.'
FROM adoption.courses WHERE title IS NULL AND code IS NOT NULL
"""
_CUT: LiteralString = """
INSERT INTO adoption.findings (table_name, old_id, column_name, outcome, reason, remedy)
SELECT {table}, id, {column}, 'CHANGED', format('The text has %s characters; the first {most} are kept.',
    length({name})), 'Shorten it, if the end matters.'
FROM adoption.{of} WHERE length({name}) > {most}
"""
_LENGTHS = {
    "courses": {"title": 300, "description": 20_000, "institution": 200, "department": 200, "prerequisites": 10_000},
    "equivalencies": {"notes": 5_000, "approved_by": 200},
    "plans": {"plan_name": 200, "student_name": 200, "student_email": 254, "advisor_email": 254},
}
_INSTITUTIONS: LiteralString = """
SELECT min(old.id), left(min(old.institution), 200) FROM adoption.programs AS old
WHERE old.institution IS NOT NULL AND lower(regexp_replace(old.institution, '\\s+', ' ', 'g')) <> ALL (%s)
GROUP BY lower(regexp_replace(old.institution, '\\s+', ' ', 'g')) ORDER BY 1
"""
_TOO_FAR: LiteralString = "SELECT max(id) FROM adoption.{} HAVING max(id) >= %s OR min(id) < 0"


def refuse_great_ids(connection: psycopg.Connection) -> None:
    """Raise InvalidInput where an id is too great to be the number of a row."""
    for table in ("courses", "equivalencies", "programs"):
        query = sql.SQL(_TOO_FAR).format(sql.Identifier(table))
        if connection.execute(query, (findings.PLACES,)).fetchone() is not None:
            raise errors.InvalidInput(
                f"The table {table} has ids below 0 or of {findings.PLACES:,} and more, by which rows cannot be named. "
                "Number the rows anew in a copy of the file."
            )


def tell_cuts(connection: psycopg.Connection) -> None:
    """Say which texts are longer than what is kept."""
    for table, lengths in _LENGTHS.items():
        for column, most in lengths.items():
            connection.execute(
                sql.SQL(_CUT).format(
                    table=sql.Literal(table),
                    of=sql.Identifier(table),
                    column=sql.Literal(column),
                    name=sql.Identifier(column),
                    most=sql.SQL(str(most)),  # pyright: ignore[reportArgumentType] - a number of the table above
                )
            )


def load_courses(connection: psycopg.Connection, options: contract.Options, told: jobs.Progress) -> bool:
    """Carry the courses and the institutions that they name; whether that changes anything."""
    connection.execute(_UNTITLED)
    present = connection.execute("SELECT column_name FROM adoption.present WHERE table_name = 'courses'").fetchall()
    optional = [name for name in _OPTIONAL if (name,) in present]
    query = sql.SQL(_COURSES).format(optional=sql.SQL("".join(_OPTIONAL[name] for name in optional)))  # pyright: ignore[reportArgumentType] - literals above
    header = ",".join((_COURSE_HEADER, *optional))
    return load(connection, adoption_times.OldCourses(), ("courses", header, query), options, told)


def load_institutions(connection: psycopg.Connection, known: list[str], options: contract.Options) -> bool:
    """Create the institutions that only programs name; whether there are any."""
    rows = connection.execute(_INSTITUTIONS, (known,)).fetchall()
    if not rows:
        return False
    query = sql.SQL("SELECT * FROM (VALUES {}) AS named (id, name) ORDER BY 1").format(
        sql.SQL(", ").join(sql.SQL("({}, {})").format(id, name) for id, name in rows)
    )
    return load(connection, institutions.Institutions(), ("programs", ",name", query), options, lambda _rows: None)


def load_equivalencies(connection: psycopg.Connection, options: contract.Options, told: jobs.Progress) -> bool:
    """Carry the equivalencies whose courses are known; whether that changes anything."""
    connection.execute(_ORPHANS)
    query = sql.SQL(_EQUIVALENCIES).format(institution=sql.Literal(options.institution))
    source = ("equivalencies", _EQUIVALENCY_HEADER, query)
    changes = load(connection, equivalencies.Equivalencies(), source, options, told)
    connection.execute(_MERGED_INTO_NOTHING)
    return changes


def load(
    connection: psycopg.Connection,
    kind: contract.Kind,
    source: tuple[str, str, sql.Composable],
    options: contract.Options,
    told: jobs.Progress,
) -> bool:
    """Import what the query answers as a file with that header; `source` is table, header and query. Whether that
    changes anything.
    """
    table, header, query = source
    if connection.execute(sql.SQL("SELECT 1 FROM ({}) AS rows LIMIT 1").format(query)).fetchone() is None:
        return False
    with _file(connection, table, header, query) as file:
        result = jobs.load(connection, kind, [file], options, told)
    adoption_findings.keep(connection.cursor(), table, result.job_id)
    connection.execute("DISCARD TEMP")
    connection.execute(b"ANALYZE " + ", ".join(kind.tables).encode())
    return not result.changes_nothing


@contextmanager
def _file(connection: psycopg.Connection, table: str, header: str, query: sql.Composable) -> Generator[files.Source]:
    with TemporaryDirectory(prefix="gql_api_adoption_") as folder:
        path = Path(folder) / f"{table}.csv"
        with path.open("wb") as stream, connection.cursor() as cursor:
            stream.write(f"{header}\n".encode())
            with cursor.copy(sql.SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(query)) as rows:
                for block in rows:
                    stream.write(block)
        yield files.Source(name=f"{table}.csv", open=lambda: path.open("rb"), is_numbered=True)
