"""Records of delimited text, one at a time, with limits that hold before anything large is in memory."""

import csv
import io
from collections.abc import Iterator, Sequence

from gql_api import errors

LONGEST_RECORD = 2_000_000
"""Characters of a record and of a line; nothing longer is ever held."""
LONGEST_HEADER = 100_000
_UNCLOSED = "unexpected end of data"


def first_line(text: io.TextIOBase, name: str) -> tuple[int, str]:
    """The first line that is not empty, which is the header, and its row number.

    Raises:
        InvalidInput: there is none, or it is longer than any header.
    """
    number = 0
    while line := text.readline(LONGEST_HEADER + 1):
        number += 1
        if len(line) > LONGEST_HEADER:
            message = f"{name}, row {number} is longer than {LONGEST_HEADER:,} characters. Is it a CSV file?"
            raise errors.InvalidInput(message)
        if line.strip():
            return number, line
    raise errors.InvalidInput(f"{name}: the file is empty. Its first row must name the columns.")


def read(
    text: io.TextIOBase, header: Sequence[str], *, header_row: int, delimiter: str, name: str, cell_limit: int
) -> Iterator[tuple[int, list[str] | str]]:
    """The records after the header with their row numbers; for one that is not well formed, what is wrong with it.

    Raises:
        InvalidInput: a cell has more than `cell_limit` characters (row and column are named), or a quote that was
            opened is never closed.
    """
    lines = _Lines(text, header, header_row=header_row, delimiter=delimiter, name=name, cell_limit=cell_limit)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if _UNCLOSED in str(error):
                raise errors.InvalidInput(
                    f'{name}, row {lines.number}: a quote (“"”) is opened there and never closed.'
                ) from error
            lines.refuse_long_cells()
            yield lines.number, "A quoted cell is followed by more text. Double the quotes inside a quoted cell."
            continue
        if lines.length > cell_limit:
            lines.refuse_long_cells()
        yield lines.number, cells


class _Lines:
    """Hands lines to the parser and remembers those of the record it is in."""

    def __init__(
        self,
        text: io.TextIOBase,
        header: Sequence[str],
        *,
        header_row: int,
        delimiter: str,
        name: str,
        cell_limit: int,
    ) -> None:
        self.number = header_row
        self.length = 0
        self._text = text
        self._name = name
        self._delimiter = delimiter
        self._cell_limit = cell_limit
        self._header = header
        self._record: list[str] = []

    def begin(self) -> None:
        self.number += 1
        self.length = 0
        self._record.clear()

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._text.readline(LONGEST_RECORD + 1)
        if not line:
            raise StopIteration
        self.length += len(line)
        self._record.append(line)
        if self.length > LONGEST_RECORD:
            self.refuse_long_cells()
            raise errors.InvalidInput(
                f"{self._name}, row {self.number} has more than {LONGEST_RECORD:,} characters. Is a quote missing?"
            )
        return line

    def refuse_long_cells(self) -> None:
        """Raise for the first cell of the record that is too long; its column is found by walking the text."""
        column = length = 0
        is_quoted = False
        for character in "".join(self._record):
            if character == '"':
                is_quoted = not is_quoted
            elif character == self._delimiter and not is_quoted:
                column += 1
                length = 0
                continue
            length += 1
            if length > self._cell_limit:
                title = self._header[column] if column < len(self._header) else str(column + 1)
                raise errors.InvalidInput(
                    f"{self._name}, row {self.number}, column “{title}”: the cell has more than "
                    f"{self._cell_limit:,} characters. Shorten it, or look for a missing quote."
                )
