"""The old application's SQLite file: opened for reading only, told apart from other files, read row by row."""

import functools
import hashlib
import sqlite3
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from gql_api import errors
from gql_api.ingest import adoption_shapes

_MAGIC = b"SQLite format 3\x00"
_MEGABYTE = 1024 * 1024
_PATIENCE = 5.0
_decoded = functools.partial(str, encoding="utf-8", errors="replace")
FIRST = -(2**63)
"""Below every row id."""
_COPY_IT = "Stop the old application, or copy the file while it is stopped and name the copy."

Value = str | None
Cell = int | str | None
"""A value as it is staged: whole numbers as they are, since COPY writes them as `text` would."""


class OldDatabase:
    """One consistent view of the file, however long it is read."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        """`connection` is in a read transaction already."""
        self.name = path.name
        self._connection = connection
        names = self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        tables = {str(name): self._columns(str(name)) for (name,) in names}
        self.shape = adoption_shapes.shape(tables, path.name)
        self._spelled = {name.lower(): name for name in tables}

    def count(self, table: str) -> int:
        """How many rows the table has; none where it is missing."""
        if table not in self.shape.tables:
            return 0
        return int(self._connection.execute(f"SELECT count(*) FROM {self._name(table)}").fetchone()[0])  # noqa: S608 - quoted

    def rows(self, table: str, columns: Sequence[str], after: int = FIRST) -> Iterator[tuple[int, list[Cell]]]:
        """The rows with a greater id, in its order: the id and the values, whole numbers or else as trimmed text,
        none where blank.
        """
        if table not in self.shape.tables:
            return
        listed = "".join(f', "{column}"' for column in columns)
        key = "id" if self.shape.has(table, "id") else "rowid"
        query = f"SELECT {key}{listed} FROM {self._name(table)} WHERE {key} > ? ORDER BY {key}"  # noqa: S608 - names of the file's own columns, quoted
        with _explained(self.name):
            for id, *cells in self._connection.execute(query, (after,)):
                yield id, [cell if cell is None or type(cell) is int else text(cell) for cell in cells]

    def spread(self, table: str, column: str, count: int) -> dict[int, Value]:
        """About so many rows, evenly spread: the column by id, none where the file lacks it."""
        if table not in self.shape.tables:
            return {}
        step = max(self.count(table) // count, 1)
        listed = f'"{column}"' if self.shape.has(table, column) else "NULL"
        query = f"SELECT id, {listed} FROM {self._name(table)} WHERE id % ? = 0 OR ? = 1 ORDER BY id LIMIT ?"  # noqa: S608 - as above
        with _explained(self.name):
            return {int(id): text(said) for id, said in self._connection.execute(query, (step, step, count))}

    def plan_lists(self, ids: Sequence[int]) -> dict[int, list[tuple[Value, Value]]]:
        """Code and credits of the known courses of these plans."""
        if "plan_courses" not in self.shape.tables or "courses" not in self.shape.tables:
            return {}
        credits = "entry.credits" if self.shape.has("plan_courses", "credits") else "NULL"
        marks = ", ".join("?" for _ in ids)
        query = (
            f"SELECT entry.plan_id, course.code, {credits} FROM {self._name('plan_courses')} AS entry "  # noqa: S608 - as above
            f"JOIN {self._name('courses')} AS course ON course.id = entry.course_id WHERE entry.plan_id IN ({marks})"
        )
        found: dict[int, list[tuple[Value, Value]]] = {}
        with _explained(self.name):
            for plan_id, code, carried in self._connection.execute(query, list(ids)):
                found.setdefault(int(plan_id), []).append((text(code), text(carried)))
        return found

    def _columns(self, table: str) -> list[str]:
        quoted = table.replace('"', '""')
        return [str(row[1]) for row in self._connection.execute(f'PRAGMA table_info("{quoted}")')]

    def _name(self, table: str) -> str:
        return '"' + self._spelled[table].replace('"', '""') + '"'


def text(value: object) -> Value:
    """A value of any type as text: white space around it cut, blank as none, 1 for true, no NUL characters."""
    if value is None:
        return None
    if isinstance(value, bytes):
        value = _decoded(value)
    written = value if isinstance(value, str) else repr(value)
    if "\x00" in written:
        written = written.replace("\x00", "")
    return written.strip() or None


@contextmanager
def opened(path: Path) -> Generator[OldDatabase]:
    """The database in the file.

    Raises:
        InvalidInput: it is empty, no SQLite database, encrypted, damaged, locked, or not of the old application.
    """
    _look(path)
    with _explained(path.name):
        uri = f"file:{quote(str(path.resolve()))}?mode=ro"
        connection = sqlite3.connect(uri, uri=True, timeout=_PATIENCE, isolation_level=None)
    try:
        connection.text_factory = _decoded
        with _explained(path.name):
            connection.execute("BEGIN")
            database = OldDatabase(connection, path)
        yield database
    finally:
        connection.close()


def fingerprint(path: Path) -> bytes:
    """What tells the content of the file, with what its write-ahead log adds, from any other."""
    digest = hashlib.sha256()
    for part in (path, path.with_name(path.name + "-wal")):
        if part.exists():
            digest.update(part.stat().st_size.to_bytes(8, "big"))
            with part.open("rb") as stream:
                while chunk := stream.read(_MEGABYTE):
                    digest.update(chunk)
    return digest.digest()


def _look(path: Path) -> None:
    """What can be told from the first bytes."""
    try:
        with path.open("rb") as stream:
            start = stream.read(len(_MAGIC))
    except OSError as error:
        raise errors.InvalidInput(
            f"{path.name} cannot be read: {error.strerror}. Check its name and rights."
        ) from error
    if not start:
        raise errors.InvalidInput(f"{path.name} is empty. Name the file course_transfer.db of the old installation.")
    if start != _MAGIC:
        raise errors.InvalidInput(
            f"{path.name} is no SQLite database, or it is encrypted. Name the old application's database file itself "
            "(no dump, no archive); an encrypted one must be decrypted with its own tool first."
        )


@contextmanager
def _explained(name: str) -> Generator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise errors.InvalidInput(f"{name} is locked: the old application is writing to it. {_COPY_IT}") from error
        raise errors.InvalidInput(f"{name} cannot be read ({error}). {_COPY_IT}") from error
    except sqlite3.DatabaseError as error:
        raise errors.InvalidInput(
            f"{name} is damaged or encrypted ({error}). Restore it from a backup, or rescue what is left of it with: "
            f'sqlite3 {name} ".recover" | sqlite3 rescued.db'
        ) from error
