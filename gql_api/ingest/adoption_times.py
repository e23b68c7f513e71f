"""When old courses and programs were made and changed last: carried with those that are new here."""

from collections.abc import Sequence
from typing import LiteralString

import psycopg

from gql_api.ingest import contract, courses, files

_COURSES: LiteralString = """
INSERT INTO staged_times (at, created_at, updated_at)
SELECT old.id, created.meaning::timestamptz, coalesce(updated.meaning, created.meaning)::timestamptz
FROM adoption.courses AS old
LEFT JOIN adoption.meanings AS created ON created.domain = 'courses.time' AND created.said = old.created_at
LEFT JOIN adoption.meanings AS updated ON updated.domain = 'courses.time' AND updated.said = old.updated_at
WHERE created.meaning IS NOT NULL OR updated.meaning IS NOT NULL
"""
# What was made in this transaction has its time; what was here before keeps its own.
_PROGRAMS: LiteralString = """
UPDATE programs AS made SET created_at = coalesce(created.meaning::timestamptz, made.created_at),
    updated_at = coalesce(updated.meaning, created.meaning)::timestamptz
FROM adoption.program_ids AS here JOIN adoption.programs AS old ON old.id = here.old_id
LEFT JOIN adoption.meanings AS created ON created.domain = 'programs.time' AND created.said = old.created_at
LEFT JOIN adoption.meanings AS updated ON updated.domain = 'programs.time' AND updated.said = old.updated_at
WHERE made.id = here.program_id AND made.created_at = now()
    AND (created.meaning IS NOT NULL OR updated.meaning IS NOT NULL)
"""


class OldCourses(courses.Courses):
    """The kind `courses`, of rows whose number is their old id."""

    def stage(self, run: contract.Run, tables: Sequence[files.File]) -> None:
        """Read the file, and the times that it has no columns for."""
        super().stage(run, tables)
        run.cursor.execute(_COURSES)


def carry_programs(connection: psycopg.Connection) -> None:
    """Give the programs that this transaction made their old times."""
    connection.execute(_PROGRAMS)
