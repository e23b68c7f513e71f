"""Foreign keys that are proved together: nothing that leads nowhere is kept, and no role ends in another result."""

import os

import psycopg
import pytest
from typer.testing import CliRunner

from gql_api import database
from gql_api.cli.app import app
from gql_api.ingest import adoption_references
from gql_api.reads import foreign_keys
from tests import contents, old_databases


def adopted(folder, url, path):
    """What the command says."""
    secrets = {"ADMIN_TOKEN": "a" * 40, "SECRET_KEY": "s" * 40}
    values = {"GQL_API_PROFILE": "test", "GQL_API_HOME": str(folder), "DATABASE_URL": url, **secrets}
    report = str(folder / "report.csv")
    done = CliRunner().invoke(app, ["adopt-sqlite", str(path), "--yes", "--report", report], env=values)
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture
def opened(database_url):
    with database.connect(database_url) as connection:
        yield connection


def test_a_reference_that_leads_nowhere_is_found_before_anything_is_committed(opened):
    with opened.transaction(force_rollback=True):
        with adoption_references.together(opened):
            plan = "INSERT INTO plans (code_hmac, code_key_id, status) VALUES (sha256('x'), 'k', 'ACTIVE') RETURNING id"
            (id,) = opened.execute(plan).fetchone()
            assert adoption_references.check(opened).holds
            opened.execute(
                "INSERT INTO planned_courses (plan_id, course_id, status) VALUES (%s, 99999, 'PLANNED')", (id,)
            )
        found = adoption_references.check(opened)
    assert not found.holds
    assert int(found.old) - int(found.new) == 1


def test_afterwards_postgresql_looks_at_every_row_again(opened):
    with opened.transaction(force_rollback=True):
        with adoption_references.together(opened):
            pass
        with pytest.raises(psycopg.errors.ForeignKeyViolation), opened.transaction():
            opened.execute("INSERT INTO planned_courses (plan_id, course_id, status) VALUES (99999, 99999, 'PLANNED')")


def test_what_is_referred_to_cannot_be_deleted_by_others_meanwhile(opened, database_url):
    with (
        database.connect(database_url, autocommit=True) as other,
        opened.transaction(force_rollback=True),
        adoption_references.together(opened),
    ):
        other.execute("SET lock_timeout = '100ms'")
        assert other.execute("SELECT count(*) FROM courses").fetchone() is not None
        with pytest.raises(psycopg.errors.LockNotAvailable):
            other.execute("DELETE FROM courses")


def test_every_foreign_key_of_the_tables_is_proved_and_none_of_them_has_another_trigger(opened):
    held = opened.execute(
        "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY (%s::text[]::regclass[])",
        (list(adoption_references.TABLES),),
    ).fetchone()
    assert held == (len(foreign_keys.every(opened, adoption_references.TABLES)),)
    others = "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = ANY (%s::text[]::regclass[])"
    assert opened.execute(others, (list(adoption_references.TABLES),)).fetchone() == (0,)


@pytest.mark.parametrize("is_granted", [False, True])
def test_a_role_of_the_services_own_ends_in_the_same(database_url, cluster, administration, tmp_path, is_granted):
    path = old_databases.write(tmp_path / "course_transfer.db", 500, dirt=old_databases.DIRTS)
    role = f"owner_{os.environ.get('PYTEST_XDIST_WORKER', 'only')}"
    name = f"owned_{os.getpid()}"
    administration.execute(f"CREATE ROLE {role} LOGIN")
    administration.execute(f"CREATE DATABASE {name} OWNER {role}")
    if is_granted:
        administration.execute(f"GRANT SET ON PARAMETER session_replication_role TO {role}")
    try:
        url = database.normalised_url(cluster.url_of(name)).set(username=role).render_as_string(hide_password=False)
        assert adopted(tmp_path, url, path) == adopted(tmp_path, database_url, path)
        assert contents.of(cluster.url_of(name)) == contents.of(database_url)
        with database.connect(url) as connection, adoption_references.together(connection):
            how = "replica" if is_granted else "origin"
            assert connection.execute("SHOW session_replication_role").fetchone() == (how,)
    finally:
        administration.execute(f"DROP DATABASE {name} WITH (FORCE)")
        administration.execute(f"REVOKE SET ON PARAMETER session_replication_role FROM {role}")
        administration.execute(f"DROP ROLE {role}")
