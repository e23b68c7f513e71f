"""Files of rows: bytes in, rows with their numbers out, memory flat whatever the size.

UTF-8 with or without a byte order mark, UTF-16 with one, and Windows-1252 (latin-1); commas, semicolons, tabs or
bars; any line ends; gzip where the bytes say so. A cell that looks like a formula is data.

A file is read twice: `inspect` tells its hash, encoding and size, `rows` its rows. Row 1 is the header.
"""

import codecs
import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from gql_api import errors
from gql_api.ingest import findings, headers, records

MEGABYTE = 1024 * 1024
PLACES = findings.PLACES
"""`Row.at` is the file's position times this, plus the row number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a file may have; `cell` and `record` in characters, `size` in bytes after decompression."""

    size: int = 512 * MEGABYTE
    rows: int = 2_000_000
    cell: int = 100_000
    columns: int = 200


LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where bytes come from; `open` gives them from the start each time.

    `is_numbered`: the first column, without a name, is the number by which messages are to call the row.
    """

    name: str
    open: Callable[[], BinaryIO]
    is_numbered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that was inspected. `lines` is the number of line ends, an estimate of its rows."""

    source: Source
    position: int
    sha256: bytes
    encoding: str
    lines: int
    limits: Limits = LIMITS


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its cells, trimmed, by the layout's column names; "" where blank or where the column is missing.

    `at` orders rows of several files and is what findings take; `number` is what a spreadsheet shows. A row that
    could not be read has a `problem` and no cells.
    """

    at: int
    cells: dict[str, str]
    problem: str | None = None

    @property
    def number(self) -> int:
        """The row as a spreadsheet counts it; the header is row 1."""
        return self.at % PLACES


def of_path(path: Path) -> Source:
    """A file on disk."""
    return Source(name=path.name, open=lambda: path.open("rb"))


def of_bytes(name: str, content: bytes) -> Source:
    """A file in memory."""
    return Source(name=name, open=lambda: io.BytesIO(content))


def inspect(source: Source, position: int = 0, limits: Limits = LIMITS) -> File:
    """Read the file once for its hash and encoding.

    Raises:
        InvalidInput: it is empty, too large, holds NUL bytes, or cannot be read or decompressed.
    """
    digest = hashlib.sha256()
    decoders = _Decoders()
    size = lines = 0
    try:
        with _opened(source) as stream:
            while chunk := stream.read(MEGABYTE):
                size += len(chunk)
                if size > limits.size:
                    raise errors.InvalidInput(
                        f"{source.name} is larger than {limits.size // MEGABYTE} MB. Split it into several files."
                    )
                digest.update(chunk)
                decoders.feed(chunk)
                lines += chunk.count(b"\n")
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise errors.InvalidInput(f"{source.name} cannot be read: {reason}.") from error
    if size == 0:
        raise errors.InvalidInput(f"{source.name}: the file is empty. Its first row must name the columns.")
    encoding = decoders.encoding()
    if decoders.has_nul and encoding != "utf-16":
        raise errors.InvalidInput(f"{source.name} holds NUL bytes: it is not a text file. Save it as CSV (UTF-8).")
    return File(source=source, position=position, sha256=digest.digest(), encoding=encoding, lines=lines, limits=limits)


def combined_hash(tables: Sequence[File]) -> bytes:
    """What identifies the content of the files together: for one file its own SHA-256."""
    if len(tables) == 1:
        return tables[0].sha256
    return hashlib.sha256(b"".join(table.sha256 for table in tables)).digest()


def header(file: File, layout: headers.Layout) -> headers.Header:
    """The header alone.

    Raises:
        InvalidInput: as `rows` does for the header.
    """
    with _text(file) as text:
        return _header(file, layout, text)[0]


def rows(file: File, layout: headers.Layout) -> Iterator[Row]:
    """The rows after the header, in order; rows without any text are passed over.

    Raises:
        InvalidInput: the header lacks a required column, there is nothing but a header, a cell or the file exceeds a
            limit, or a quote is never closed. Rows of which only the shape is wrong come with a `problem`.
    """
    with _text(file) as text:
        found, delimiter, header_row = _header(file, layout, text)
        names = tuple(found.positions)
        positions = tuple(found.positions.values())
        base = file.position * PLACES
        count = 0
        read = records.read(
            text,
            found.published,
            header_row=header_row,
            delimiter=delimiter,
            name=file.source.name,
            cell_limit=file.limits.cell,
        )
        for number, cells in read:
            if number > file.limits.rows + header_row:
                raise errors.InvalidInput(
                    f"{file.source.name} has more than {file.limits.rows:,} rows. Split it into several files."
                )
            if file.source.is_numbered:
                number = int(cells[0])  # noqa: PLW2901 - what it is called, no longer how it was counted
            if isinstance(cells, str):
                row = Row(base + number, {}, cells)
            elif not any(cells):
                continue
            elif len(cells) != found.width and (problem := _ragged(cells, found.width)) is not None:
                row = Row(base + number, {}, problem)
            else:
                row = Row(base + number, dict(zip(names, [cells[at].strip() for at in positions], strict=True)))
                if not any(row.cells.values()):
                    continue
            count += 1
            yield row
        if count == 0:
            raise errors.InvalidInput(f"{file.source.name} has a header and no rows.")


def _ragged(cells: list[str], width: int) -> str | None:
    if len(cells) < width:
        return f"The row has {len(cells)} cells where the header has {width}. Is a delimiter or a quote missing?"
    if any(cell.strip() for cell in cells[width:]):
        return f"The row has {len(cells)} cells where the header has {width}. Quote cells that contain a delimiter."
    return None


def _header(file: File, layout: headers.Layout, text: io.TextIOBase) -> tuple[headers.Header, str, int]:
    """The header, the delimiter that makes the most of it, and its row number."""
    number, line = records.first_line(text, file.source.name)
    best = max(",;\t|", key=lambda delimiter: _fit(layout, line, delimiter))
    cells = _cells(line, best)
    if len(cells) > file.limits.columns:
        raise errors.InvalidInput(f"{file.source.name} has {len(cells)} columns; at most {file.limits.columns} can be.")
    try:
        return headers.match(layout, cells), best, number
    except errors.InvalidInput as error:
        raise errors.InvalidInput(f"{file.source.name}: {error.message}") from error


def _fit(layout: headers.Layout, line: str, delimiter: str) -> tuple[int, int]:
    cells = _cells(line, delimiter)
    return headers.recognised(layout, cells), len(cells)


def _cells(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter))


@contextmanager
def _opened(source: Source) -> Generator[BinaryIO]:
    with source.open() as stream:
        start = stream.read(2)
        stream.seek(0)
        if start == b"\x1f\x8b":
            with gzip.GzipFile(fileobj=stream) as inflated:
                yield inflated  # pyright: ignore[reportReturnType] - GzipFile reads like any binary file
        else:
            yield stream


@contextmanager
def _text(file: File) -> Generator[io.TextIOWrapper]:
    with _opened(file.source) as stream:
        text = io.TextIOWrapper(stream, encoding=file.encoding, newline="")
        try:
            yield text
        finally:
            text.detach()


class _Decoders:
    """Tries the encodings on the stream of bytes."""

    def __init__(self) -> None:
        self.has_nul = False
        self._start = b""
        self._candidates = {name: codecs.getincrementaldecoder(name)() for name in ("utf-8", "cp1252")}

    def feed(self, chunk: bytes) -> None:
        if len(self._start) < len(codecs.BOM_UTF8):
            self._start += chunk[: len(codecs.BOM_UTF8)]
        self.has_nul = self.has_nul or b"\x00" in chunk
        self._try("utf-8", chunk, final=False)
        if "utf-8" not in self._candidates or not chunk.isascii():
            self._try("cp1252", chunk, final=False)

    def encoding(self) -> str:
        if self._start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        self._try("utf-8", b"", final=True)
        if "utf-8" in self._candidates:
            return "utf-8-sig" if self._start.startswith(codecs.BOM_UTF8) else "utf-8"
        return "cp1252" if "cp1252" in self._candidates else "latin-1"

    def _try(self, name: str, chunk: bytes, *, final: bool) -> None:
        decoder = self._candidates.get(name)
        if decoder is not None:
            try:
                decoder.decode(chunk, final)
            except UnicodeDecodeError:
                del self._candidates[name]
