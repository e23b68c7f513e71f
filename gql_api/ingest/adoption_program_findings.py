"""What is said of old programs and of everything beneath them, in SQL."""

from typing import LiteralString

import psycopg
from psycopg import sql

_PARENTS = (
    ("program_requirements", "program_id", "programs"),
    ("requirement_groups", "requirement_id", "program_requirements"),
    ("requirement_constraints", "requirement_id", "program_requirements"),
    ("group_course_options", "group_id", "requirement_groups"),
)
_ORPHANS: LiteralString = """
INSERT INTO adoption.findings (table_name, old_id, column_name, outcome, reason, remedy)
SELECT {table_name}, old.id, {column_name}, 'LEFT_OUT', CASE
        WHEN old.{column} IS NULL THEN 'It does not say what it belongs to.'
        WHEN parent.id IS NULL THEN format('There is no row with id %s in %s.', old.{column}, {parent_name})
        ELSE format('It belongs to the row with id %s in %s, which is left out.', old.{column}, {parent_name}) END,
    'Enter it by hand, if it is known where it belongs.'
FROM adoption.{table} AS old LEFT JOIN adoption.{parent} AS parent ON parent.id::text = old.{column}
WHERE parent.id IS NULL OR EXISTS (SELECT FROM adoption.findings AS said
    WHERE said.table_name = {parent_name} AND said.old_id = parent.id AND said.outcome = 'LEFT_OUT')
"""
_OF_JOB: LiteralString = """
INSERT INTO adoption.findings (table_name, old_id, column_name, outcome, reason, remedy)
SELECT place.table_name, place.old_id, said.column_name, CASE
        WHEN said.severity = 'ERROR' THEN 'LEFT_OUT'
        WHEN said.message ~ 'is in this pool already' THEN 'MERGED' ELSE 'NOTED' END,
    CASE said.severity WHEN 'ERROR' THEN regexp_replace(said.message, '[.] [^.]+[.]$', '.') ELSE said.message END,
    CASE said.severity
        WHEN 'ERROR' THEN coalesce(substring(said.message FROM '[.] ([^.]+[.])$'), 'Enter it by hand.')
        ELSE 'Look at the requirement, if it matters.' END
FROM import_findings AS said JOIN adoption.places AS place ON place.at = said.row_number
WHERE said.job_id = %(job)s
"""
_SAME: LiteralString = """
INSERT INTO adoption.program_ids (old_id, program_id)
SELECT later.id, first.program_id FROM (
    SELECT id, min(id) OVER (PARTITION BY lower(name), lower(coalesce(degree_type, '')),
        lower(coalesce(institution, ''))) AS first_id
    FROM adoption.programs WHERE name IS NOT NULL
) AS later JOIN adoption.program_ids AS first ON first.old_id = later.first_id
ON CONFLICT (old_id) DO NOTHING
"""
_WHOLE: LiteralString = """
WITH gone AS (
    SELECT program.id FROM adoption.programs AS program
    WHERE NOT EXISTS (SELECT FROM adoption.program_ids AS here WHERE here.old_id = program.id)
), requirements AS (
    SELECT old.id, gone.id AS program_id
    FROM gone JOIN adoption.program_requirements AS old ON old.program_id = gone.id::text
), grouped AS (
    SELECT old.id, requirement.program_id
    FROM requirements AS requirement
    JOIN adoption.requirement_groups AS old ON old.requirement_id = requirement.id::text
), rows (table_name, id, program_id) AS (
    SELECT 'programs', id, id FROM gone
    UNION ALL SELECT 'program_requirements', id, program_id FROM requirements
    UNION ALL SELECT 'requirement_groups', id, program_id FROM grouped
    UNION ALL SELECT 'requirement_constraints', old.id, requirement.program_id FROM requirements AS requirement
    JOIN adoption.requirement_constraints AS old ON old.requirement_id = requirement.id::text
    UNION ALL SELECT 'group_course_options', old.id, grouped.program_id
    FROM grouped JOIN adoption.group_course_options AS old ON old.group_id = grouped.id::text
)
INSERT INTO adoption.findings (table_name, old_id, column_name, outcome, reason, remedy)
SELECT table_name, id, NULL, 'LEFT_OUT', format('The program with id %s is left out as a whole; other lines say why.',
    program_id), 'Correct the program in the old application, or enter it by hand.'
FROM rows WHERE NOT EXISTS (SELECT FROM adoption.findings AS said WHERE said.table_name = rows.table_name
    AND said.old_id = rows.id AND said.outcome IN ('LEFT_OUT', 'MERGED'))
"""


def tell_orphans(connection: psycopg.Connection) -> None:
    """Say of every row whose parent is missing, and of those beneath it, that it is left out."""
    for table, column, parent in _PARENTS:
        connection.execute(
            sql.SQL(_ORPHANS).format(
                table_name=sql.Literal(table),
                table=sql.Identifier(table),
                column_name=sql.Literal(column),
                column=sql.Identifier(column),
                parent=sql.Identifier(parent),
                parent_name=sql.Literal(parent),
            )
        )


def keep(connection: psycopg.Connection, job_id: int) -> None:
    """Take over what the job said, whose rows stand in `adoption.places`."""
    connection.execute(_OF_JOB, {"job": job_id})
    connection.execute("TRUNCATE adoption.places")


def tell_whole(connection: psycopg.Connection) -> None:
    """After all parts: repeated programs lead to the first; what went with its program is said row by row."""
    connection.execute(_SAME)
    connection.execute(_WHOLE)
