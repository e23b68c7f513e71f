"""Rows of files into temporary tables, the same way for every kind: shape, lengths, warnings, batches, progress."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import LiteralString

from gql_api import errors
from gql_api.ingest import contract, files, headers

BATCH = 20_000
"""Rows of one COPY; between two, findings are spooled."""
_STEP = 1_000


def read(run: contract.Run, tables: Sequence[files.File], layout: headers.Layout) -> Iterator[files.Row]:
    """Every readable row of the files, in order. Rows that cannot be read, or have a cell longer than its column
    allows, become errors here; unknown columns and guessed encodings one warning each.

    Raises:
        InvalidInput: see `files.rows`.
    """
    done = 0
    lengths = {column.name: column.longest for column in layout.columns}
    for file in tables:
        header = files.header(file, layout)
        _warn_of_file(run, file, header)
        for row in files.rows(file, layout):
            done += 1
            if done % _STEP == 0:
                run.progress(done)
            if row.problem is not None:
                run.findings.error(row.at, None, row.problem)
            elif _is_within(run, row, lengths, header):
                yield row
    run.progress(done)


def copy(run: contract.Run, statement: LiteralString, rows: Iterable[tuple[object, ...]]) -> int:
    """Load the rows with the COPY statement, in batches, and return their number. `rows` may add findings."""
    total = 0
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        with run.cursor.copy(statement) as target:
            for row in batch:
                target.write_row(row)
        total += len(batch)
        run.findings.flush(run.cursor)
    run.findings.flush(run.cursor)
    return total


def count(run: contract.Run, query: LiteralString, parameters: Sequence[object] = ()) -> int:
    """The one number that the query answers."""
    row = run.cursor.execute(query, parameters).fetchone()
    if row is None:
        raise errors.InvalidInput("The database answered nothing.")
    return int(row[0])


def text(run: contract.Run, query: LiteralString, parameters: Sequence[object] = ()) -> str:
    """The one text that the query answers; empty for none."""
    row = run.cursor.execute(query, parameters).fetchone()
    return "" if row is None or row[0] is None else str(row[0])


def _warn_of_file(run: contract.Run, file: files.File, header: headers.Header) -> None:
    top = file.position * files.PLACES + 1
    if header.unknown:
        names = ", ".join(f"“{name[:60]}”" for name in header.unknown)
        run.findings.warn(top, None, f"Columns that mean nothing here were not read: {names}.")
    if file.encoding in {"cp1252", "latin-1"}:
        run.findings.warn(top, None, "The file is not UTF-8 and was read as Windows-1252 (latin-1). Save it as UTF-8.")


def _is_within(run: contract.Run, row: files.Row, lengths: dict[str, int], header: headers.Header) -> bool:
    is_within = True
    for name, cell in row.cells.items():
        if len(cell) > lengths[name]:
            column = header.published_name(name)
            message = f"The cell has {len(cell):,} characters; at most {lengths[name]:,} are kept. Shorten it."
            run.findings.error(row.at, column, message)
            is_within = False
    return is_within
