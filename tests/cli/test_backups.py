"""Backups and the way back: a drill that compares everything, under load, and with every kind of bad dump."""

import os
import shlex
import subprocess
import threading
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gql_api import database, embedded, errors
from gql_api.cli import dumps
from gql_api.cli.app import app
from tests.embedded import users

CHECKED = """
SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1
"""


@pytest.fixture
def database_url(demo_database_url):
    return demo_database_url


@pytest.fixture
def run(monkeypatch, tmp_path, database_url):
    """The command line on the test's database; the result, with errors as a message and status 2."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("GQL_API_HOME", str(tmp_path))

    def command(*arguments: object):
        result = CliRunner().invoke(app, [str(one) for one in arguments])
        if result.exception is not None and not isinstance(result.exception, errors.GqlApiError | SystemExit):
            raise result.exception
        return result

    return command


@pytest.fixture
def other(database_url, administration):
    """The name and URL of a database that the test may make; dropped at the end."""
    name = f"restored_{os.environ.get('PYTEST_XDIST_WORKER', 'only')}"
    yield name, database.normalised_url(database_url).set(database=name)
    administration.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def contents(url) -> dict[str, tuple]:
    """Of every table the number of rows and a hash of all of them."""
    with database.connect(url) as connection:
        names = [name for (name,) in connection.execute(CHECKED)]
        return {
            name: connection.execute(
                f"SELECT count(*), md5(string_agg(t::text, E'\\n' ORDER BY t::text)) FROM {name} t"  # noqa: S608 - ours
            ).fetchone()
            for name in names
        }


def test_a_restored_database_is_the_same_in_every_row(run, database_url, other, tmp_path):
    name, url = other
    before = contents(database_url)
    done = run("backup", tmp_path / "all.dump")
    assert done.exit_code == 0, done.output
    assert database.head_revision() in done.output
    assert (tmp_path / "all.dump").stat().st_mode & 0o777 == 0o600

    assert run("restore", tmp_path / "all.dump", "--to-new-database", name).exit_code == 0
    assert contents(url) == before
    assert sum(count for count, _ in before.values()) > 500

    with database.connect(database_url, autocommit=True) as connection:
        connection.execute("UPDATE courses SET title = 'Spoiled'")
        connection.execute("CREATE TABLE left_behind (id int)")
    assert run("restore", tmp_path / "all.dump", "--replace").exit_code == 0
    assert contents(database_url) == before


def test_a_restored_database_has_the_same_indexes_constraints_triggers_and_sequences(
    run, database_url, other, tmp_path
):
    name, url = other
    before = objects(database_url)
    run("backup", tmp_path / "all.dump")  # which is noted in the audit log afterwards
    run("restore", tmp_path / "all.dump", "--to-new-database", name)

    assert objects(url) == before


def objects(url) -> list[list[tuple]]:
    queries = (
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
        "SELECT conname, contype::text, convalidated FROM pg_constraint ORDER BY conrelid::regclass::text, 1",
        "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
        "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1",
        "SELECT extname FROM pg_extension ORDER BY 1",
    )
    with database.connect(url) as connection:
        return [connection.execute(query).fetchall() for query in queries]


def test_a_backup_under_load_is_of_one_moment(run, database_url, other, tmp_path):
    """Writers move an amount between two courses; every moment has the same sum, half a transfer has not."""
    with database.connect(database_url, autocommit=True) as connection:
        connection.execute("UPDATE courses SET credits_min = 100, credits_max = 100")
        total = connection.execute("SELECT sum(credits_min), count(*) FROM courses").fetchone()
        ids = [id for (id,) in connection.execute("SELECT id FROM courses ORDER BY id LIMIT 20")]
    stopped, moved = threading.Event(), []

    def transfer(seed: int) -> None:
        with database.connect(database_url) as connection:
            while not stopped.is_set():
                here, there = ids[len(moved) % 20], ids[(len(moved) + seed) % 20]
                for id, change in sorted({here: -1, there: 1}.items()):
                    connection.execute(
                        "UPDATE courses SET credits_min = credits_min + %(by)s, credits_max = credits_max + %(by)s"
                        " WHERE id = %(id)s",
                        {"by": change, "id": id},
                    )
                connection.commit()
                moved.append(1)

    writers = [threading.Thread(target=transfer, args=(seed,)) for seed in (3, 7)]
    for writer in writers:
        writer.start()
    try:
        for number in range(3):
            begun = len(moved)
            assert run("backup", tmp_path / f"{number}.dump").exit_code == 0
            assert len(moved) > begun
    finally:
        stopped.set()
        for writer in writers:
            writer.join()

    name, url = other
    assert run("restore", tmp_path / "2.dump", "--to-new-database", name).exit_code == 0
    with database.connect(url) as connection:
        assert connection.execute("SELECT sum(credits_min), count(*) FROM courses").fetchone() == total
        spread = connection.execute("SELECT count(*) FROM courses WHERE credits_min <> 100").fetchone()
    assert spread is not None
    assert spread[0] > 0


@pytest.mark.parametrize("size", [0, 3, 3_000, -2_000])
def test_a_damaged_dump_changes_nothing_and_says_so(run, database_url, tmp_path, size):
    run("backup", tmp_path / "all.dump")
    whole = (tmp_path / "all.dump").read_bytes()
    (tmp_path / "bad.dump").write_bytes(whole[:size])
    before = contents(database_url)

    done = run("restore", tmp_path / "bad.dump", "--replace")

    assert isinstance(done.exception, errors.ConfigurationError)
    assert "damaged" in str(done.exception) or "nothing was changed" in str(done.exception)
    assert contents(database_url) == before


def test_a_dump_that_fails_half_way_leaves_no_new_database_behind(run, administration, other, tmp_path):
    name, _ = other
    run("backup", tmp_path / "all.dump")
    whole = (tmp_path / "all.dump").read_bytes()
    (tmp_path / "bad.dump").write_bytes(whole[:-2_000])

    assert run("restore", tmp_path / "bad.dump", "--to-new-database", name).exit_code != 0
    assert administration.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is None


def test_what_is_there_is_not_overwritten_unasked(run, database_url, other, tmp_path):
    name, _ = other
    run("backup", tmp_path / "all.dump")
    before = contents(database_url)

    for arguments, remedy in (
        (("backup", tmp_path / "all.dump"), "--force"),
        (("restore", tmp_path / "all.dump"), "--to-new-database NAME"),
        (("restore", tmp_path / "all.dump", "--to-new-database", "postgres"), "choose another name"),
        (("restore", tmp_path / "all.dump", "--to-new-database", name, "--replace"), "leave out --replace"),
        (("restore", tmp_path / "none.dump"), "There is no file"),
        (("backup", tmp_path / "nowhere" / "all.dump"), "does not exist"),
    ):
        assert remedy in str(run(*arguments).exception)
    assert contents(database_url) == before
    assert run("backup", tmp_path / "all.dump", "--force").exit_code == 0


def test_a_dump_of_something_else_and_one_of_a_newer_version_are_refused(run, database_url, tmp_path):
    with database.connect(database_url, autocommit=True) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert run("backup", tmp_path / "newer.dump").exit_code == 0
    assert "newer version (revision 9999)" in str(run("restore", tmp_path / "newer.dump", "--replace").exception)

    with database.connect(database_url, autocommit=True) as connection:
        connection.execute("DROP TABLE alembic_version")
    assert "gql-api migrate" in str(run("backup", tmp_path / "foreign.dump").exception)
    dumps.write(dumps.target(str(database_url)), tmp_path / "foreign.dump")
    assert "not of a database of this application" in str(run("restore", tmp_path / "foreign.dump").exception)


def clients(directory, major, *, has_tls):
    return embedded.Clients(directory=directory, major=major, has_tls=has_tls)


def test_the_programs_fit_the_server_and_its_tls(tmp_path):
    wheel, system = clients(tmp_path / "wheel", 18, has_tls=False), clients(tmp_path / "system", 15, has_tls=True)

    def found():
        yield from (wheel, system)

    assert embedded.clients_for(18, needs_tls=False, candidates=found) == wheel
    assert embedded.clients_for(17, needs_tls=False, candidates=found) == wheel
    assert embedded.clients_for(15, needs_tls=False, candidates=found) == system
    assert embedded.clients_for(15, needs_tls=True, candidates=found) == system
    with pytest.raises(errors.ConfigurationError, match=r"without TLS.*older than the server.*postgresql-client-16"):
        embedded.clients_for(16, needs_tls=True, candidates=found)


def test_a_password_is_in_no_command_line():
    place = dumps.Target(
        parameters={"host": "db", "user": "me", "dbname": "ours"},
        password="secret word",
        clients=clients(Path("/nowhere"), 18, has_tls=True),
        reader=clients(Path("/nowhere"), 18, has_tls=True),
        server_major=18,
    )

    assert "secret" not in " ".join(place.command("pg_dump", place.address))
    assert place.environment["PGPASSWORD"] == "secret word"


def test_an_unreachable_database_is_said_to_be(tmp_path):
    with pytest.raises(errors.Unavailable):
        dumps.target(f"postgresql://nobody@/none?host={tmp_path}")


def test_of_the_embedded_server_the_way_to_a_new_database_is_told_and_works(monkeypatch):
    with users.folder() as made:
        monkeypatch.delenv("DATABASE_URL", raising=False)
        monkeypatch.setenv("GQL_API_HOME", str(made / "home"))
        file = made / "all of it.dump"
        with embedded.start(made / "home") as server:
            for command in (("migrate",), ("backup", file), ("restore", file, "--to-new-database", "drill")):
                done = CliRunner().invoke(app, [str(one) for one in command])
                assert done.exit_code == 0, done.output
            assert f"gql-api restore '{file}' --replace\n" in done.output
            assert "at the end of DATABASE_URL" not in done.output
            look, drop = (shlex.split(line) for line in done.output.splitlines()[-2:])
            setting, value = look[0].split("=", 1)
            monkeypatch.setenv(setting, value)
            examined = CliRunner().invoke(app, look[2:])
            assert examined.exit_code == 0, examined.output
            subprocess.run([server.binaries.program(drop[0]), *drop[1:]], check=True, capture_output=True)
            with database.connect(server.url) as connection:
                assert connection.execute("SELECT FROM pg_database WHERE datname = 'drill'").fetchone() is None
