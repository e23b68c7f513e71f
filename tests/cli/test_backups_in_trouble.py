"""Backups and restores where things go wrong: killed, no room, no rights, another version, TLS."""

import contextlib
import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import psycopg
import pytest

from gql_api import database, embedded
from gql_api.cli import app
from tests import live, waiting
from tests.cli.test_backups import contents

SYSTEM = Path("/usr/lib/postgresql/15/bin")
PASSWORD = "a-password-of-the-tests"


class Done(NamedTuple):
    returncode: int
    stderr: str


def gql_api(home: Path, url: str, *arguments: object) -> Done:
    """The command line in this process: all that `gql-api` does but to start, which costs more than the rest."""
    values = live.environment(home, DATABASE_URL=url, GQL_API_PROFILE="test")
    said, code = io.StringIO(), 0
    with (
        mock.patch.dict(os.environ, values, clear=True),
        mock.patch.object(sys, "argv", ["gql-api", *map(str, arguments)]),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(said),
    ):
        try:
            app.main()
        except SystemExit as ended:
            code = ended.code
    assert isinstance(code, int)
    return Done(code, said.getvalue())


@pytest.fixture
def url(demo_database_url) -> str:
    """A database with the demo data."""
    return demo_database_url


@pytest.fixture
def empty(administration, cluster):
    name = f"target_{os.environ.get('PYTEST_XDIST_WORKER', 'only')}"
    administration.execute(f"CREATE DATABASE {name}")
    yield cluster.url_of(name)
    administration.execute(f"DROP DATABASE {name} WITH (FORCE)")


def filled(url: str, rows: int = 120_000) -> None:
    with database.connect(url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO audit_log (actor, action, entity) SELECT md5(n::text), 'test', md5((-n)::text) "
            "FROM generate_series(1, %s) n",
            (rows,),
        )


def killed(home: Path, url: str, *arguments: object, when, undo) -> None:
    """Run the command and kill it with -9 once `when` is true; where it was quicker, `undo` that and try again."""
    for _ in range(20):
        process = subprocess.Popen(
            [sys.executable, "-m", "gql_api", *map(str, arguments)],
            env=live.environment(home, DATABASE_URL=url, GQL_API_PROFILE="test"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            waiting.until(lambda running=process: when() or running.poll() is not None)
        finally:
            process.kill()
        if process.wait() == -signal.SIGKILL:
            return
        undo()
    raise AssertionError("it always ended before it could be killed")


def working(administration, pattern: str):
    """Whether a statement like this one runs in a program of PostgreSQL's."""
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE application_name IN ('psql', 'pg_dump') AND state <> 'idle' "
        "AND query ~ %s"
    )
    return lambda: administration.execute(query, (pattern,)).fetchone()[0] > 0


def test_a_restore_that_is_killed_changes_nothing_and_can_be_repeated(url, empty, administration, tmp_path):
    filled(url)
    assert gql_api(tmp_path, url, "backup", tmp_path / "all.dump").returncode == 0
    copying = working(administration, "^COPY public.audit_log")

    def emptied() -> None:
        name = database.normalised_url(empty).database
        administration.execute(f"DROP DATABASE {name} WITH (FORCE)")
        administration.execute(f"CREATE DATABASE {name}")

    killed(tmp_path, empty, "restore", tmp_path / "all.dump", when=copying, undo=emptied)
    waiting.until(lambda: not working(administration, ".")())
    with database.connect(empty) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)

    assert gql_api(tmp_path, empty, "restore", tmp_path / "all.dump").returncode == 0
    with database.connect(url, autocommit=True) as connection:
        connection.execute("DELETE FROM audit_log WHERE action = 'backup'")
    assert contents(empty) == contents(url)


def test_a_database_gets_its_name_only_when_it_is_whole(url, administration, tmp_path):
    filled(url)
    name = f"whole_{os.environ.get('PYTEST_XDIST_WORKER', 'only')}"
    names = "SELECT count(*) FROM pg_database WHERE datname = %s"
    assert gql_api(tmp_path, url, "backup", tmp_path / "all.dump").returncode == 0
    copying = working(administration, "^COPY public.audit_log")
    try:
        command = ("restore", tmp_path / "all.dump", "--to-new-database", name)
        drop = f"DROP DATABASE {name} WITH (FORCE)"
        killed(tmp_path, url, *command, when=copying, undo=lambda: administration.execute(drop))
        assert administration.execute(names, (name,)).fetchone() == (0,)
        waiting.until(lambda: not working(administration, ".")())
        again = gql_api(tmp_path, url, "restore", tmp_path / "all.dump", "--to-new-database", name)
        assert again.returncode == 0, again.stderr
        assert administration.execute(names, (name,)).fetchone() == (1,)
        assert administration.execute(names, (f"{name}.restoring",)).fetchone() == (0,)
    finally:
        for left in (name, f"{name}.restoring"):
            administration.execute(f'DROP DATABASE IF EXISTS "{left}" WITH (FORCE)')


def test_a_backup_that_is_killed_leaves_no_file_of_its_name_and_can_be_repeated(url, administration, tmp_path):
    filled(url)
    copying = working(administration, "^COPY public.audit_log")
    killed(tmp_path, url, "backup", tmp_path / "all.dump", when=copying, undo=(tmp_path / "all.dump").unlink)
    assert not (tmp_path / "all.dump").exists()

    assert gql_api(tmp_path, url, "backup", tmp_path / "all.dump").returncode == 0
    assert [path.name for path in tmp_path.glob("*all.dump*")] == ["all.dump"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small file system")
def test_a_backup_onto_a_full_disk_says_so_and_leaves_nothing(url, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", small], check=False)
    if mounted.returncode:
        pytest.skip("file systems cannot be mounted here")
    try:
        filled(url, 30_000)
        done = gql_api(tmp_path, url, "backup", small / "all.dump")
        exported = gql_api(tmp_path, url, "export", "courses", small / "fits.csv")
        assert done.returncode == 2
        assert "No space left on device" in done.stderr
        assert exported.returncode == 0
        assert [path.name for path in small.iterdir()] == ["fits.csv"]
    finally:
        subprocess.run(["umount", small], check=True)


def test_a_role_that_may_only_read_makes_a_backup_and_is_told_what_is_missing(url, administration, tmp_path):
    role = f"reader_{os.environ.get('PYTEST_XDIST_WORKER', 'only')}"
    administration.execute(f"CREATE ROLE {role} LOGIN")
    try:
        with database.connect(url, autocommit=True) as connection:
            connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
            connection.execute(f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
        address = database.normalised_url(url).set(username=role).render_as_string(hide_password=False)
        done = gql_api(tmp_path, address, "backup", tmp_path / "all.dump")
        assert (done.returncode, done.stderr.count("was not noted")) == (0, 1), done.stderr
        refused = gql_api(tmp_path, address, "restore", tmp_path / "all.dump", "--replace")
        assert refused.returncode == 2
        assert "nothing was changed: ERROR:  must be owner of" in refused.stderr
        created = gql_api(tmp_path, address, "restore", tmp_path / "all.dump", "--to-new-database", "other")
        assert "may not create databases" in created.stderr
    finally:
        with database.connect(url, autocommit=True) as connection:
            connection.execute(f"DROP OWNED BY {role}")
        administration.execute(f"DROP ROLE {role}")


def test_extensions_of_an_administrator_survive_a_replacement(url, tmp_path):
    with database.connect(url, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION hstore")
        connection.execute("CREATE TYPE mood AS ENUM ('good')")
        connection.execute("CREATE VIEW titles AS SELECT title FROM courses")
        connection.execute("CREATE FUNCTION moody(mood) RETURNS mood LANGUAGE sql AS 'SELECT $1'")
    assert gql_api(tmp_path, url, "backup", tmp_path / "all.dump").returncode == 0
    with database.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE left_behind (mood mood)")
    done = gql_api(tmp_path, url, "restore", tmp_path / "all.dump", "--replace")

    assert done.returncode == 0, done.stderr
    with database.connect(url) as connection:
        found = connection.execute("SELECT extname::text FROM pg_extension ORDER BY 1").fetchall()
        assert [name for (name,) in found] == ["citext", "hstore", "pg_trgm", "plpgsql"]
        assert connection.execute("SELECT to_regclass('left_behind'), moody('good')::text").fetchone() == (None, "good")


@pytest.fixture(scope="module")
def older():
    """A server of PostgreSQL 15 that refuses whoever comes without TLS; its URL with the certificate verified."""
    if not (SYSTEM / "initdb").exists() or shutil.which("openssl") is None:
        pytest.skip("needs openssl and the system's PostgreSQL 15 (Debian 12: apt-get install postgresql-15)")
    home = Path(tempfile.mkdtemp(prefix="gql_api_older_"))  # no directory above it is closed to another account
    home.chmod(0o755)
    account = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    place = home / "server"
    place.mkdir()
    if account:
        shutil.chown(place, "postgres")

    def run(*command: object) -> None:
        done = subprocess.run([*account, *map(str, command)], cwd=place, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    run("sh", "-c", f"umask 077; printf %s '{PASSWORD}' > password")
    authentication = ("--auth=scram-sha-256", "--pwfile=password", "--username=owner")
    run(SYSTEM / "initdb", "-D", "data", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", *authentication)
    names = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
    keys = ("-keyout", "data/server.key", "-out", "data/server.crt")
    run("openssl", "req", "-new", "-x509", "-nodes", "-days", "2", *names, *keys)
    run("sh", "-c", "echo 'hostssl all all 127.0.0.1/32 scram-sha-256' > data/pg_hba.conf; cp data/server.crt .")
    port = free_port()
    options = f"-c port={port} -c listen_addresses=localhost -c unix_socket_directories= -c ssl=on -c fsync=off"
    run(SYSTEM / "pg_ctl", "-D", "data", "-w", "-l", "log", "-o", options, "start")
    (home / "root.crt").write_bytes((place / "server.crt").read_bytes())
    try:
        tls = f"sslmode=verify-full&sslrootcert={home / 'root.crt'}"
        yield f"postgresql://owner:{PASSWORD}@localhost:{port}/postgres?{tls}"
    finally:
        run(SYSTEM / "pg_ctl", "-D", "data", "-m", "immediate", "stop")
        shutil.rmtree(home)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def test_an_older_server_that_demands_tls_gives_and_takes_dumps_of_either_version(url, older, tmp_path):
    assert embedded.newest_clients().major >= 18
    assert gql_api(tmp_path, url, "backup", tmp_path / "new.dump").returncode == 0
    down = gql_api(tmp_path, older, "restore", tmp_path / "new.dump")
    assert down.returncode == 0, down.stderr
    assert gql_api(tmp_path, older, "doctor", "--indexes").returncode == 0
    saved = gql_api(tmp_path, older, "backup", tmp_path / "old.dump")
    assert saved.returncode == 0, saved.stderr
    up = gql_api(tmp_path, url, "restore", tmp_path / "old.dump", "--replace")
    assert up.returncode == 0, up.stderr

    with database.connect(older, autocommit=True) as connection:
        connection.execute("DELETE FROM audit_log WHERE action = 'backup'")
    assert contents(older) == contents(url)


def test_what_is_wrong_with_a_connection_is_said_and_the_password_is_not(older, tmp_path):
    for wrong, said in (
        (older.replace(PASSWORD, "wrong"), 'password authentication failed for user "owner"'),
        (older.split("?")[0] + "?sslmode=disable", "no encryption"),
        (older.replace("sslrootcert=", "sslrootcert=none"), "does not exist"),
        (older.replace("/postgres?", "/absent?"), 'database "absent" does not exist'),
    ):
        done = gql_api(tmp_path, wrong, "migrate")
        assert done.returncode == 2
        assert said in done.stderr
        assert PASSWORD not in done.stderr
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(older.split("?")[0] + "?sslmode=disable")
