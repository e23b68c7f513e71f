"""Programs on a plain connection, for the importers. Nothing here commits."""

import psycopg

from gql_api.domain import statuses


def create(
    cursor: psycopg.Cursor,
    *,
    institution_id: int,
    name: str,
    degree_type: str,
    kind: statuses.ProgramKind,
    description: str | None,
) -> int:
    """A new program; its id."""
    row = cursor.execute(
        "INSERT INTO programs (institution_id, name, degree_type, kind, description) "
        "VALUES (%s, %s, %s, %s, %s) RETURNING id",
        (institution_id, name, degree_type, kind.name, description),
    ).fetchone()
    if row is None:
        raise AssertionError  # INSERT … RETURNING of one row answers one row
    return int(row[0])


def describe(cursor: psycopg.Cursor, program_id: int, kind: statuses.ProgramKind, description: str | None) -> None:
    """Change what is said of a program apart from its versions."""
    cursor.execute(
        "UPDATE programs SET kind = %s, description = %s, revision = revision + 1, updated_at = now() WHERE id = %s",
        (kind.name, description, program_id),
    )
