"""What the command line says when the database refuses: one line with the remedy, and no traceback."""

import errno
import os

import psycopg
import pytest

from gql_api import database, errors
from gql_api.cli import troubles
from tests.cli.test_backups_in_trouble import gql_api


@pytest.fixture
def reader(database_url, administration):
    """The database's URL with a role that owns nothing."""
    role = f"stranger_{os.environ.get('PYTEST_XDIST_WORKER', 'only')}"
    administration.execute(f"CREATE ROLE {role} LOGIN")
    yield database.normalised_url(database_url).set(username=role).render_as_string(hide_password=False)
    administration.execute(f"DROP ROLE {role}")


def test_a_role_without_rights_is_told_which_and_what_to_do(reader, tmp_path):
    for arguments in (["migrate"], ["export", "courses", tmp_path / "courses.csv"], ["doctor"]):
        done = gql_api(tmp_path, reader, *arguments)
        assert done.returncode == 2, done.stdout
        assert "role may not do this: permission denied for table alembic_version. Remedy:" in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_an_address_that_takes_no_changes_is_told(database_url, tmp_path):
    with database.connect(database_url, autocommit=True) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0003'")
    replica = f"{database_url}&options=-c%20default_transaction_read_only%3Don"
    done = gql_api(tmp_path, replica, "migrate")
    assert done.returncode == 2
    assert "The database takes no changes: cannot execute" in done.stderr
    assert "not a replica" in done.stderr


def test_a_table_that_somebody_dropped_is_told(database_url, tmp_path):
    with database.connect(database_url, autocommit=True) as connection:
        connection.execute("DROP TABLE courses CASCADE")
    done = gql_api(tmp_path, database_url, "export", "courses", tmp_path / "courses.csv")
    assert done.returncode == 2
    assert 'A table is missing: relation "courses" does not exist. Remedy: gql-api migrate; where' in done.stderr


def test_a_full_disk_is_told_wherever_it_is():
    there = psycopg.errors.DiskFull('could not extend file "base/1/2": No space left on device\nHINT:  Check it.')
    here = OSError(errno.ENOSPC, "No space left on device", "courses.csv")
    assert "server's disk is full: could not extend file" in str(troubles.told(there))
    assert "HINT" not in str(troubles.told(there))
    assert troubles.told(here) == "The file courses.csv cannot be written: No space left on device."


def test_the_reason_follows_where_the_database_is_unavailable_and_a_defect_is_none_of_these():
    away = errors.Unavailable("The database cannot be reached.")
    assert troubles.told(away) == "The database cannot be reached."
    away.__cause__ = psycopg.OperationalError("nobody\nthere")
    assert troubles.told(away) == "The database cannot be reached. nobody"
    assert troubles.told(psycopg.errors.SyntaxError("wrong")) is None
    assert troubles.told(ValueError("wrong")) is None
    assert troubles.told(FileNotFoundError(errno.ENOENT, "No such file", "x")) is None
