"""Import jobs: preview, then commit of exactly that preview, in one transaction or not at all.

>>> connection = database.connect(url)
>>> seen = jobs.preview(connection, courses.Courses(), [files.of_path(path)], options)
>>> seen.plan.new, seen.invalid_rows
(202, 0)
>>> jobs.commit(connection, courses.Courses(), [files.of_path(path)], options, seen.job_id)

`load` does both in one transaction, for those who do not want to look first. The connection is the import's own: its
time limits are set per transaction, temporary tables vanish with it, nothing stays in the session.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from gql_api import database, errors
from gql_api.database import failures
from gql_api.domain import statuses
from gql_api.ingest import contract, files, findings
from gql_api.reads import imports as reads_imports
from gql_api.writes import imports as writes_imports

EXPIRY = "24 hours"
"""How long a preview can be committed."""
LOCK = "imports"
# Time for much work, and memory for it: trigram and full-text indexes take many rows at once far more cheaply.
_LIMITS = (
    "SET LOCAL statement_timeout = '10min'; SET LOCAL lock_timeout = '60s'; "
    "SET LOCAL idle_in_transaction_session_timeout = '10min'; SET LOCAL gin_pending_list_limit = '128MB'; "
    "SET LOCAL work_mem = '32MB'; SET LOCAL maintenance_work_mem = '256MB'"
)

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A job after its preview or commit. `plan` counts rows of the kind; the other numbers count rows of the file."""

    job_id: int
    kind: str
    state: statuses.ImportState
    plan: contract.Plan
    invalid_rows: int
    warnings: int
    skipped_rows: int

    @property
    def is_committed(self) -> bool:
        """Whether it is loaded."""
        return self.state is statuses.ImportState.COMMITTED

    @property
    def changes_nothing(self) -> bool:
        """Whether everything is stored already."""
        return self.plan.new == self.plan.updated == self.plan.removed == 0


def preview(
    connection: psycopg.Connection,
    kind: contract.Kind,
    sources: Sequence[files.Source],
    options: contract.Options,
    progress: Progress | None = None,
) -> Result:
    """What a commit would do, and every finding; kept as a job, nothing else is written. Several files are one import.

    Raises:
        InvalidInput: a file as a whole cannot be read.
    """
    tables = _inspected(sources)
    job_id = _begun(connection, kind, tables, options)
    return _Transaction(connection, kind, tables, options, progress, job_id).run(is_commit=False, expected=None)


def load(
    connection: psycopg.Connection,
    kind: contract.Kind,
    sources: Sequence[files.Source],
    options: contract.Options,
    progress: Progress | None = None,
) -> Result:
    """Preview and commit at once. Where rows are wrong and `skip_invalid` is off, it stays a preview: look at `state`.

    Raises:
        InvalidInput: a file as a whole cannot be read.
        Conflict: what is stored refuses the change.
    """
    tables = _inspected(sources)
    job_id = _begun(connection, kind, tables, options)
    return _Transaction(connection, kind, tables, options, progress, job_id).run(is_commit=True, expected=None)


def commit(
    connection: psycopg.Connection,
    kind: contract.Kind,
    sources: Sequence[files.Source],
    options: contract.Options,
    job_id: int,
    progress: Progress | None = None,
) -> Result:
    """Apply exactly what the preview `job_id` showed. `kind` is a fresh one.

    Raises:
        NotFound: there is no such preview.
        Conflict: it was committed already, has expired, has row errors (and `skip_invalid` is off), the files or the
            options are not the same, or what is stored changed since.
        InvalidInput: a file as a whole cannot be read.
    """
    tables = _inspected(sources)
    seen = _preview_of(connection, kind, job_id)
    if seen.content_hash != files.combined_hash(tables):
        raise errors.Conflict("The files are not those of the preview. Preview them again.")
    expected = seen.options.get("digest")
    if {**seen.options, "digest": None, "skip_invalid": None} != {
        **_stored(options),
        "digest": None,
        "skip_invalid": None,
    }:
        raise errors.Conflict("The options are not those of the preview. Preview again with the new ones.")
    with _transaction(connection) as cursor:
        writes_imports.interrupt(cursor, job_id)
    run = _Transaction(connection, kind, tables, options, progress, job_id)
    result = run.run(is_commit=True, expected=str(expected))
    if not result.is_committed:
        wrong = findings.counted(result.invalid_rows, "row is wrong", "rows are wrong")
        raise errors.Conflict(f"{wrong}. Correct the file, or leave them out on purpose with skip_invalid.")
    return result


@dataclass(frozen=True, slots=True)
class _Transaction:
    """The one transaction of a preview or a commit."""

    connection: psycopg.Connection
    kind: contract.Kind
    tables: Sequence[files.File]
    options: contract.Options
    progress: Progress | None
    job_id: int

    def run(self, *, is_commit: bool, expected: str | None) -> Result:
        try:
            with _transaction(self.connection) as cursor:
                result = self._work(cursor, is_commit=is_commit, expected=expected)
        except BaseException as error:
            self._failed(error)
            raise
        if result.is_committed:
            _vacuum(self.connection, self.kind)
        return result

    def _work(self, cursor: psycopg.Cursor, *, is_commit: bool, expected: str | None) -> Result:
        names = [table.source.name for table in self.tables]
        cursor.execute(findings.CREATE)
        findings.keep_file_names(cursor, names)
        staged = findings.Findings("stage", names)
        self.kind.stage(self._run(cursor, staged), self.tables)
        staged.flush(cursor)
        if is_commit:
            cursor.execute("SELECT pg_advisory_xact_lock(%s::bigint)", (database.lock_key(LOCK),))
            for table in self.kind.tables:
                cursor.execute("LOCK TABLE " + table + " IN SHARE ROW EXCLUSIVE MODE")
        planned = findings.Findings("plan", names)
        run = self._run(cursor, planned)
        plan = self.kind.plan(run)
        planned.flush(cursor)
        if expected is not None and plan.digest != expected:
            raise errors.Conflict(
                "What is stored has changed since the preview. Preview again to see what would be done."
            )
        totals = reads_imports.staged_totals(cursor)
        is_commit = is_commit and (self.options.skip_invalid or totals.invalid_rows == 0)
        if is_commit:
            self.kind.apply(run)
        state = statuses.ImportState.COMMITTED if is_commit else statuses.ImportState.PREVIEWED
        self._keep(cursor, state, plan, totals)
        return Result(
            job_id=self.job_id,
            kind=self.kind.name,
            state=state,
            plan=plan,
            invalid_rows=totals.invalid_rows,
            warnings=totals.warnings,
            skipped_rows=totals.skipped_rows,
        )

    def _keep(
        self,
        cursor: psycopg.Cursor,
        state: statuses.ImportState,
        plan: contract.Plan,
        totals: reads_imports.Totals,
    ) -> None:
        counts = writes_imports.Counts(
            new=plan.new,
            updated=plan.updated,
            unchanged=plan.unchanged,
            removed=plan.removed,
            invalid=totals.invalid_rows,
            skipped=totals.skipped_rows,
        )
        names = [table.source.name for table in self.tables]
        is_committed = state is statuses.ImportState.COMMITTED
        writes_imports.keep_findings(cursor, self.job_id, names, files.PLACES)
        writes_imports.finish(
            cursor, self.job_id, state, counts, digest=plan.digest, expire_after=None if is_committed else EXPIRY
        )
        if is_committed:
            writes_imports.record(cursor, self.job_id, self.kind.name, self.options.actor, counts)

    def _run(self, cursor: psycopg.Cursor, found: findings.Findings) -> contract.Run:
        return contract.Run(
            cursor=cursor, options=self.options, findings=found, progress=self.progress or (lambda _rows: None)
        )

    def _failed(self, error: BaseException) -> None:
        """Say in the job why nothing was loaded; where that cannot be said, it stays INTERRUPTED, which is true."""
        if not isinstance(error, Exception) or self.connection.closed or self.connection.broken:
            return
        expected = isinstance(error, errors.GqlApiError)
        failure = str(error) if expected else f"{type(error).__name__}: nothing was loaded. See the log."
        with _transaction(self.connection) as cursor:
            writes_imports.fail(cursor, self.job_id, failure)


@contextmanager
def _transaction(connection: psycopg.Connection) -> Generator[psycopg.Cursor]:
    """One transaction with the time limits of an import; the lack of a lock or of time becomes Unavailable."""
    with failures.explained(), connection.transaction(), connection.cursor() as cursor:
        cursor.execute(_LIMITS)
        yield cursor


def _vacuum(connection: psycopg.Connection, kind: contract.Kind) -> None:
    """Fresh statistics and visibility after many changes; outside of any transaction, as PostgreSQL demands."""
    if connection.info.transaction_status is not psycopg.pq.TransactionStatus.IDLE:
        return
    was_autocommit = connection.autocommit
    connection.autocommit = True
    try:
        connection.execute("VACUUM (ANALYZE) " + ", ".join(kind.tables))
    finally:
        connection.autocommit = was_autocommit


def _inspected(sources: Sequence[files.Source]) -> list[files.File]:
    if not sources:
        raise errors.InvalidInput("No file was given.")
    return [files.inspect(source, position) for position, source in enumerate(sources)]


def _begun(
    connection: psycopg.Connection,
    kind: contract.Kind,
    tables: Sequence[files.File],
    options: contract.Options,
) -> int:
    with _transaction(connection) as cursor:
        return writes_imports.begin(
            cursor,
            kind=kind.name,
            file_name=", ".join(table.source.name for table in tables)[:300],
            content_hash=files.combined_hash(tables),
            options=_stored(options),
            created_by=options.actor,
        )


def _stored(options: contract.Options) -> dict[str, Any]:
    """The options as the job keeps them, without who asked."""
    return {
        "on": options.on.isoformat(),
        "institution": options.institution,
        "mode": options.mode.value,
        "skip_invalid": options.skip_invalid,
        "create_institutions": options.create_institutions,
        "placeholders": sorted(options.placeholders),
        "confirm_removal": options.confirm_removal,
        "extra": dict(options.extra),
    }


def _preview_of(connection: psycopg.Connection, kind: contract.Kind, job_id: int) -> reads_imports.Job:
    with connection.transaction():
        seen = reads_imports.job(connection, job_id)
    if seen is None or seen.kind != kind.name:
        raise errors.NotFound(f"There is no preview {job_id} of {kind.name}.")
    if seen.is_expired:
        raise errors.Conflict(f"The preview {job_id} has expired. Preview the files again.")
    if seen.state != statuses.ImportState.PREVIEWED.name:
        raise errors.Conflict(f"The import {job_id} is {seen.state}, not a preview. Preview the files again.")
    return seen
