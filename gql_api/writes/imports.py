"""Import jobs as rows: begun, finished, failed. On the import's own (plain) connection; nothing here commits.

A job is born INTERRUPTED and says so until it ends: one whose process was killed needs nobody to mark it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from gql_api.domain import statuses

RUNNING = "It is running, or was cut short. Nothing of it is loaded."


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What an import did, or would do, in rows."""

    new: int
    updated: int
    unchanged: int
    removed: int
    invalid: int
    skipped: int


def begin(
    cursor: psycopg.Cursor,
    *,
    kind: str,
    file_name: str,
    content_hash: bytes,
    options: Mapping[str, Any],
    created_by: str,
) -> int:
    """A new job; its id. Previews that nobody committed in time are discarded on the occasion."""
    cursor.execute(
        "UPDATE import_jobs SET state = 'DISCARDED', finished_at = now() "
        "WHERE state = 'PREVIEWED' AND expires_at < now()"
    )
    row = cursor.execute(
        "INSERT INTO import_jobs (kind, state, file_name, content_hash, options, rows_new, rows_updated, "
        "rows_unchanged, rows_removed, rows_invalid, rows_skipped, created_by, failure) "
        "VALUES (%s, 'INTERRUPTED', %s, %s, %s, 0, 0, 0, 0, 0, 0, %s, %s) RETURNING id",
        (kind, file_name, content_hash, Jsonb(dict(options)), created_by, RUNNING),
    ).fetchone()
    if row is None:
        raise AssertionError  # INSERT … RETURNING of one row answers one row
    return int(row[0])


def interrupt(cursor: psycopg.Cursor, job_id: int) -> None:
    """The job's commit begins: until it ends, it says that it was cut short."""
    cursor.execute("UPDATE import_jobs SET state = 'INTERRUPTED', failure = %s WHERE id = %s", (RUNNING, job_id))


def keep_findings(cursor: psycopg.Cursor, job_id: int, file_names: Sequence[str], places: int) -> None:
    """Replace the job's findings by the staged ones, in the order of rows; several files are told apart by name."""
    cursor.execute("DELETE FROM import_findings WHERE job_id = %s", (job_id,))
    cursor.execute(
        "INSERT INTO import_findings (job_id, row_number, column_name, severity, message) "
        "SELECT %(job)s, at %% %(places)s, column_name, severity, "
        "  CASE WHEN %(several)s AND at IS NOT NULL THEN (%(names)s::text[])[at / %(places)s + 1] || ': ' ELSE '' END "
        "  || message "
        "FROM staged_findings ORDER BY at NULLS FIRST, severity, column_name, message",
        {"job": job_id, "places": places, "several": len(file_names) > 1, "names": list(file_names)},
    )


def finish(
    cursor: psycopg.Cursor,
    job_id: int,
    state: statuses.ImportState,
    counts: Counts,
    *,
    digest: str,
    expire_after: str | None,
) -> None:
    """The job's outcome: PREVIEWED (until `expire_after`, an interval) or COMMITTED."""
    cursor.execute(
        "UPDATE import_jobs SET state = %(state)s, failure = NULL, finished_at = now(), rows_new = %(new)s, "
        "rows_updated = %(updated)s, rows_unchanged = %(unchanged)s, rows_removed = %(removed)s, "
        "rows_invalid = %(invalid)s, rows_skipped = %(skipped)s, "
        "expires_at = now() + %(expire_after)s::interval, "
        "options = options || jsonb_build_object('digest', %(digest)s::text) "
        "WHERE id = %(id)s",
        {
            "state": state.name,
            "new": counts.new,
            "updated": counts.updated,
            "unchanged": counts.unchanged,
            "removed": counts.removed,
            "invalid": counts.invalid,
            "skipped": counts.skipped,
            "expire_after": expire_after,
            "digest": digest,
            "id": job_id,
        },
    )


def fail(cursor: psycopg.Cursor, job_id: int, failure: str) -> None:
    """The job ended without loading anything, for this reason."""
    cursor.execute(
        "UPDATE import_jobs SET state = 'FAILED', failure = %s, finished_at = now() WHERE id = %s",
        (failure[:2_000], job_id),
    )


def record(cursor: psycopg.Cursor, job_id: int, kind: str, actor: str, counts: Counts) -> None:
    """The entry of the audit log for a committed job."""
    details = {"new": counts.new, "updated": counts.updated, "removed": counts.removed, "invalid": counts.invalid}
    cursor.execute(
        "INSERT INTO audit_log (actor, action, entity, entity_id, details) VALUES (%s, %s, 'import_jobs', %s, %s)",
        (actor, f"import {kind}", job_id, Jsonb(details)),
    )
