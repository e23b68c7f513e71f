"""`gql-api doctor`: what it finds on servers in order and out of order."""

import os
import re
import secrets

import pytest
from typer.testing import CliRunner

from gql_api import database, errors, settings
from gql_api.cli import demo, doctor, doctor_indexes, doctor_server, examination
from gql_api.cli.app import app
from tests.embedded import users

SECRETS = {name: secrets.token_urlsafe(32) for name in ("SECRET_KEY", "ADMIN_TOKEN")}


@pytest.fixture
def run(monkeypatch, tmp_path, database_url):
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("GQL_API_HOME", str(tmp_path))

    def command(*arguments: str):
        result = CliRunner().invoke(app, list(arguments))
        if result.exception is not None and not isinstance(result.exception, errors.GqlApiError | SystemExit):
            raise result.exception
        return result

    return command


def lines(result, level: str) -> list[str]:
    return [line.split(maxsplit=1)[1] for line in result.output.splitlines() if line.split(" ")[0] == level]


def test_a_database_in_order_has_no_error(run):
    done = run("doctor")

    assert done.exit_code == 0
    assert lines(done, "error") == []
    assert len(lines(done, "ok")) >= 9


def test_a_database_that_cannot_be_reached_is_the_only_line(run, monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", f"postgresql://nobody:secret-word@/none?host={tmp_path}")
    done = run("doctor", "--indexes", "--data")

    assert done.exit_code == doctor.WRONG
    [line] = lines(done, "error")
    assert "cannot be reached" in line
    assert re.search(r"[\w)][.?] Remedy: check DATABASE_URL", line), line
    assert "secret-word" not in done.output


def test_an_empty_database_is_told_to_be_migrated_and_its_data_are_not_looked_for(run, database_url, administration):
    name = f"bare_{os.environ.get('PYTEST_XDIST_WORKER', 'only')}"
    administration.execute(f"CREATE DATABASE {name}")
    bare = database.normalised_url(database_url).set(database=name).render_as_string(hide_password=False)
    try:
        done = CliRunner().invoke(app, ["doctor", "--data", "--indexes"], env={"DATABASE_URL": bare})
    finally:
        administration.execute(f"DROP DATABASE {name} WITH (FORCE)")

    assert done.exit_code == doctor.WRONG
    assert any("has no tables of ours" in line and "gql-api migrate" in line for line in lines(done, "error"))
    assert any("citext is missing" in line for line in lines(done, "error"))


def test_text_in_the_locale_c_is_an_error(administration, cluster):
    name = f"plain_{os.environ.get('PYTEST_XDIST_WORKER', 'only')}"
    administration.execute(f"CREATE DATABASE {name} TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C'")
    try:
        examined = examination.Examined(
            configuration=settings.load({"GQL_API_PROFILE": "test", "DATABASE_URL": cluster.url_of(name)}),
            url=cluster.url_of(name),
        )
        found = [line.text for line in doctor_server.told(examined) if line.level is examination.Level.ERROR]
    finally:
        administration.execute(f"DROP DATABASE {name} WITH (FORCE)")

    assert any("École" in text for text in found)


def test_every_statement_of_the_reads_is_answered_by_an_index(run):
    done = run("doctor", "--indexes")

    assert lines(done, "error") == []
    assert any(f"All {len(doctor_indexes.prepared())} statements" in line for line in lines(done, "ok"))
    assert len(doctor_indexes.prepared()) > 40


def test_a_missing_and_a_broken_index_are_named_with_their_remedies(run, database_url):
    with database.connect(database_url, autocommit=True) as connection:
        connection.execute("DROP INDEX ix_equivalency_sources_course_id_equivalency_id")
        connection.execute("ALTER TABLE plans DROP CONSTRAINT uq_plans_code_hmac")
        connection.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_courses_title_id'::regclass")
    done = run("doctor", "--indexes")
    found = "\n".join(lines(done, "error"))

    assert done.exit_code == doctor.WRONG
    assert "reads the whole of plans" in found
    assert "CREATE INDEX CONCURRENTLY ix_equivalency_sources_course_id_equivalency_id ON equivalency_sources" in found
    assert "REINDEX INDEX CONCURRENTLY ix_courses_title_id" in found


def test_development_is_not_fit_for_production_and_every_reason_has_a_remedy(run):
    done = run("doctor", "--production")

    assert done.exit_code == doctor.WRONG
    found = lines(done, "error")
    assert any("SECRET_KEY is not set" in line for line in found)
    assert any("GQL_API_PROFILE=production" in line for line in found)
    assert any("SUPERUSER" in line for line in found)
    assert any("fsync is off" in line for line in found)
    for line in (*found, *lines(done, "warning")):
        assert any(word in line for word in ("Remedy", "make one with", "set it to")), line


@pytest.fixture
def production(tmp_path, monkeypatch):
    """A durable server with a role of the service's own, statistics, programs and a backup: all in order."""
    with users.durable() as server:
        with database.connect(server.url_of("postgres"), autocommit=True) as connection:
            connection.execute("CREATE ROLE service LOGIN")
            connection.execute("CREATE DATABASE colleges OWNER service")
        with database.connect(server.url_of("colleges"), autocommit=True) as connection:
            connection.execute("CREATE EXTENSION pg_stat_statements")
        url = database.normalised_url(server.url_of("colleges")).set(username="service")
        values = {
            "GQL_API_PROFILE": "production",
            "GQL_API_HOME": str(tmp_path),
            "DATABASE_URL": url.render_as_string(hide_password=False),
            **SECRETS,
        }
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        yield values


def test_a_production_that_is_in_order_passes_every_line(production, tmp_path):
    def run(*arguments: str):
        return CliRunner().invoke(app, list(arguments))

    assert run("migrate").exit_code == 0
    assert demo.load_if_empty(production["DATABASE_URL"], settings.load({**production, "GQL_API_PROFILE": "test"}))
    assert run("backup", str(tmp_path / "daily.dump")).exit_code == 0
    with database.connect(production["DATABASE_URL"]) as connection:
        before = connection.execute("SELECT count(*) FROM courses").fetchone()
    done = run("doctor", "--production", "--indexes", "--notes")

    assert (done.exit_code, lines(done, "error"), lines(done, "warning")) == (0, [], []), done.output
    passed = "\n".join(lines(done, "ok") + lines(done, "note"))  # a slow connection is a note
    for part in (
        "psycopg",
        "set and strong",
        "answers; connecting",
        "migrations are at",
        "/api/health answer 200",
        "refused with 401",
        "can create a course",
        "Programs are served",
        "Imports may stage",
        "newest backup is 0 hours old",
        "pg_stat_statements tells",
        "no superuser",
    ):
        assert part in passed, part
    with database.connect(production["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT count(*) FROM courses").fetchone() == before
        assert connection.execute("SELECT count(*) FROM institutions WHERE name LIKE 'Trial%'").fetchone() == (0,)
