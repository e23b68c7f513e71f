"""What an import has to say about rows: errors, warnings, and rows skipped on purpose.

Findings are buffered here and spooled to a temporary table, so that memory stays flat however many there are. What a
kind finds by SQL it inserts there itself, in `plan` only::

    INSERT INTO staged_findings (at, column_name, severity, message) SELECT …
"""

from enum import Enum

import psycopg

CREATE = """
CREATE TEMPORARY TABLE staged_findings (
    at bigint,
    column_name text,
    severity text NOT NULL,
    message text NOT NULL,
    phase text NOT NULL DEFAULT 'plan'
) ON COMMIT DROP
"""
_COPY = "COPY staged_findings (at, column_name, severity, message, phase) FROM STDIN"


class Severity(Enum):
    """How grave a finding is: an ERROR keeps its row out, a SKIPPED row was left out on purpose."""

    ERROR = "error"
    WARNING = "warning"
    SKIPPED = "skipped"


class Findings:
    """The findings of one run. `at` is a row's place as `files.Row.at` gives it; none for the file as a whole."""

    def __init__(self, phase: str) -> None:
        """`phase` is `stage` or `plan`; those of a plan are dropped when the plan is made anew."""
        self._phase = phase
        self._rows: list[tuple[int | None, str | None, str, str, str]] = []

    def error(self, at: int | None, column: str | None, message: str) -> None:
        """This row cannot be loaded; the message says why and what would do."""
        self._add(Severity.ERROR, at, column, message)

    def warn(self, at: int | None, column: str | None, message: str) -> None:
        """This row is loaded, and somebody should look at it."""
        self._add(Severity.WARNING, at, column, message)

    def skip(self, at: int | None, column: str | None, message: str) -> None:
        """This row is left out on purpose."""
        self._add(Severity.SKIPPED, at, column, message)

    def flush(self, cursor: psycopg.Cursor) -> None:
        """Move the buffered findings to the temporary table. Not while a COPY is running on the connection."""
        if not self._rows:
            return
        with cursor.copy(_COPY) as copy:
            for row in self._rows:
                copy.write_row(row)
        self._rows.clear()

    def _add(self, severity: Severity, at: int | None, column: str | None, message: str) -> None:
        self._rows.append((at, column, severity.name, message, self._phase))
