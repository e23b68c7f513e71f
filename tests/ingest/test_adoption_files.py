"""Files that cannot be adopted say why, and what would help."""

import sqlite3
from contextlib import closing

import pytest

from gql_api import errors
from gql_api.ingest import adoption_sqlite
from tests import old_databases


def read(path):
    with adoption_sqlite.opened(path) as old:
        return {table: list(old.rows(table, ())) for table in old.shape.tables}


def refusal(path):
    with pytest.raises(errors.InvalidInput) as refused:
        read(path)
    return refused.value.message


def test_an_empty_file(tmp_path):
    path = tmp_path / "old.db"
    path.touch()
    assert refusal(path) == "old.db is empty. Name the file course_transfer.db of the old installation."


@pytest.mark.parametrize("content", [b"code,title\nMATH 101,Calculus\n", bytes(range(256)) * 16])
def test_another_kind_of_file_and_an_encrypted_one(tmp_path, content):
    path = tmp_path / "old.db"
    path.write_bytes(content)
    assert refusal(path).startswith("old.db is no SQLite database, or it is encrypted.")


def test_a_database_of_another_application(tmp_path):
    with closing(sqlite3.connect(tmp_path / "old.db")) as connection, connection:
        connection.execute("CREATE TABLE songs (id INTEGER PRIMARY KEY)")
    assert "not one of the old application: it has songs" in refusal(tmp_path / "old.db")


def test_a_table_that_lacks_what_it_is_about(tmp_path):
    with closing(sqlite3.connect(tmp_path / "old.db")) as connection, connection:
        connection.execute("CREATE TABLE courses (id INTEGER PRIMARY KEY, code TEXT)")
    assert "the table courses lacks title, credits, institution" in refusal(tmp_path / "old.db")


def test_a_database_that_is_locked(tmp_path, monkeypatch):
    monkeypatch.setattr(adoption_sqlite, "_PATIENCE", 0.05)
    path = old_databases.write(tmp_path / "old.db", 100)
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        assert refusal(path).startswith("old.db is locked: the old application is writing to it. Stop the old")


def test_a_damaged_database(tmp_path):
    path = old_databases.write(tmp_path / "old.db", 2_000)
    content = bytearray(path.read_bytes())
    content[8_192:60_000] = b"\xff" * (60_000 - 8_192)
    path.write_bytes(content)
    assert "old.db is damaged or encrypted" in refusal(path)


def test_the_file_is_only_read(tmp_path):
    path = old_databases.write(tmp_path / "old.db", 100)
    before = path.read_bytes()
    path.chmod(0o400)
    with adoption_sqlite.opened(path) as old:
        assert old.count("courses") == len(list(old.rows("courses", ("code",))))
    assert path.read_bytes() == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["old.db"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("  ", None),
        ("", None),
        (" a ", "a"),
        (3, "3"),
        (2.5, "2.5"),
        (b"caf\xe9", "caf\ufffd"),
        ("a\0b", "ab"),
    ],
)
def test_values_of_every_type_become_trimmed_text(value, text):
    assert adoption_sqlite.text(value) == text
