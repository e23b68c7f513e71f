"""What an import has to say about rows: errors, warnings, and rows skipped on purpose.

Findings are buffered here and spooled to a temporary table, so that memory stays flat however many there are. What a
kind finds by SQL it inserts there itself, in `plan` only::

    INSERT INTO staged_findings (at, column_name, severity, message) SELECT …
"""

from collections.abc import Sequence
from enum import Enum
from typing import LiteralString

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
PLACES = 10_000_000
"""A row's place is the position of its file times this, plus its number."""
CREATE_FILES = "CREATE TEMPORARY TABLE staged_files (position bigint PRIMARY KEY, name text NOT NULL) ON COMMIT DROP"
_COPY = "COPY staged_findings (at, column_name, severity, message, phase) FROM STDIN"


class Severity(Enum):
    """How grave a finding is: an ERROR keeps its row out, a SKIPPED row was left out on purpose."""

    ERROR = "error"
    WARNING = "warning"
    SKIPPED = "skipped"


class Findings:
    """The findings of one run. `at` is a row's place as `files.Row.at` gives it; none for the file as a whole."""

    def __init__(self, phase: str, file_names: Sequence[str] = ()) -> None:
        """`phase` is `stage` or `plan`; those of a plan are dropped when the plan is made anew."""
        self._phase = phase
        self._file_names = file_names
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

    def place(self, at: int) -> str:
        """`row 7`, or `row 7 of b.csv` where there are several files."""
        position, number = divmod(at, PLACES)
        return f"row {number} of {self._file_names[position]}" if len(self._file_names) > 1 else f"row {number}"

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


def counted(number: int, one: str, several: str) -> str:
    """`1 row is wrong`, `1,098 rows are wrong`."""
    return f"{number:,} {one if number == 1 else several}"


def place(at: LiteralString, *, beside: LiteralString) -> LiteralString:
    """An SQL expression for the place `at`: `row 7`, or `row 7 of b.csv` where `beside` is in another file."""
    return (
        f"concat('row ', {at} % 10000000, (SELECT ' of ' || name FROM staged_files "  # noqa: S608 - names of columns
        f"WHERE position = {at} / 10000000 AND position <> {beside} / 10000000))"
    )


def keep_file_names(cursor: psycopg.Cursor, names: Sequence[str]) -> None:
    """Make `staged_files` of the names of the files, in their order."""
    cursor.execute(CREATE_FILES)
    cursor.executemany("INSERT INTO staged_files VALUES (%s, %s)", list(enumerate(names)))
