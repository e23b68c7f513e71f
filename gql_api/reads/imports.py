"""Import jobs and their findings, read on the import's own (plain) connection."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

import psycopg
from psycopg import rows


class Job(NamedTuple):
    """A stored job."""

    id: int
    kind: str
    state: str
    file_name: str
    content_hash: bytes
    options: dict[str, Any]
    expires_at: datetime | None
    is_expired: bool


class Finding(NamedTuple):
    """What was said of one row, or of the file (no row number)."""

    row_number: int | None
    column_name: str | None
    severity: str
    message: str


class Totals(NamedTuple):
    """How much was said, and of how many rows."""

    invalid_rows: int
    warnings: int
    skipped_rows: int


def job(connection: psycopg.Connection, job_id: int) -> Job | None:
    """The job with this id."""
    with connection.cursor(row_factory=rows.args_row(Job)) as cursor:
        return cursor.execute(
            "SELECT id, kind, state, file_name, content_hash, options, expires_at, coalesce(expires_at < now(), false) "
            "FROM import_jobs WHERE id = %s",
            (job_id,),
        ).fetchone()


def staged_totals(cursor: psycopg.Cursor) -> Totals:
    """The totals of the findings of the running import."""
    row = cursor.execute(
        "SELECT count(DISTINCT coalesce(at, 0)) FILTER (WHERE severity = 'ERROR'), "
        "count(*) FILTER (WHERE severity = 'WARNING'), "
        "count(DISTINCT at) FILTER (WHERE severity = 'SKIPPED') FROM staged_findings"
    ).fetchone()
    return Totals(0, 0, 0) if row is None else Totals(*row)


def findings(connection: psycopg.Connection, job_id: int, limit: int | None = None) -> Iterator[Finding]:
    """The job's findings: errors first, then warnings, then skipped rows, each in the order of rows."""
    with connection.cursor(row_factory=rows.args_row(Finding)) as cursor:
        cursor.execute(
            "SELECT row_number, column_name, severity, message FROM import_findings WHERE job_id = %s "
            "ORDER BY array_position(ARRAY['ERROR', 'WARNING', 'SKIPPED'], severity), id LIMIT %s",
            (job_id, limit),
        )
        yield from cursor
