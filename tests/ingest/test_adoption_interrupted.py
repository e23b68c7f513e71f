"""Killed at any point and run again, an adoption ends as if nothing had happened; so does one of a damaged file."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gql_api import database
from gql_api.ingest import adoption_codes, adoption_sqlite, adoption_staging
from tests import contents, live, old_databases

ROOT = Path(__file__).parents[2]
ROWS = 3_000
OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'gql_api adoption' AND datname = current_database()"
)


def environment(tmp_path, url):
    values = {"GQL_API_PROFILE": "test", "DATABASE_URL": url, "ADMIN_TOKEN": "a" * 40, "SECRET_KEY": "s" * 40}
    return live.environment(tmp_path / "home", **values) | {"PYTHONPATH": str(ROOT)}


# The command in a process of its own for every line read: the step at which the kernel kills it, the moment it says
# that it is there; what it sent before is all there is. They are forked from one that has imported everything.
DYING = """
import os, signal, sys
from gql_api.cli import adopt_output, adopt_run, app

told = adopt_output.Progress.told

def dying(step):
    def told_and_dead(progress, what, rows):
        told(progress, what, rows)
        if what == step:
            os.kill(os.getpid(), signal.SIGKILL)

    return told_and_dead

for line in sys.stdin:
    child = os.fork()
    if not child:
        adopt_output.Progress.told = dying(line.strip())
        app.main()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    print("result", os.waitstatus_to_exitcode(status), flush=True)
"""


def started(tmp_path, url, *options, program=("-m", "gql_api"), stdin=None):
    command = [sys.executable, *program, "adopt-sqlite", str(tmp_path / "old.db"), *options]
    return subprocess.Popen(
        command,
        cwd=tmp_path,
        env=environment(tmp_path, url),
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(process):
    output, told = process.communicate(timeout=120)
    assert process.returncode == 0, output + told
    return output


@pytest.fixture
def is_killed_at(tmp_path, database_url):
    """`is_killed_at("courses")` runs the adoption and says whether it came so far, and died of it."""
    forking = started(tmp_path, database_url, "--yes", program=("-c", DYING), stdin=subprocess.PIPE)
    with forking:

        def is_killed(step):
            assert forking.stdin
            assert forking.stdout
            forking.stdin.write(f"{step}\n")
            forking.stdin.flush()
            said = next(line for line in forking.stdout if line.startswith("result "))
            return int(said.split()[1]) == -signal.SIGKILL

        yield is_killed


@pytest.fixture(scope="module")
def expected(cluster, administration, template, tmp_path_factory):
    """The contents of a database into which the file was carried at once."""
    folder = tmp_path_factory.mktemp("expected")
    old_databases.write(folder / "old.db", ROWS, dirt=old_databases.DIRTS)
    name = f"expected_{os.getpid()}"
    administration.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    try:
        finished(started(folder, cluster.url_of(name), "--yes"))
        yield contents.of(cluster.url_of(name))
    finally:
        administration.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_killed_at_every_step_in_turn_it_ends_the_same(tmp_path, database_url, expected, is_killed_at):
    old_databases.write(tmp_path / "old.db", ROWS, dirt=old_databases.DIRTS)
    empty = contents.of(database_url)
    for step in ("reading", "reading words", "courses", "equivalencies", "programs", "plans", "comparing"):
        assert is_killed_at(step), step
        wait_for_the_server_to_notice(database_url)
        assert contents.of(database_url) == empty, step
    assert "adopted, with" in finished(started(tmp_path, database_url, "--yes"))
    assert contents.of(database_url) == expected


def test_killed_after_the_end_everything_is_there_and_nothing_is_left_to_do(
    tmp_path, database_url, expected, is_killed_at
):
    old_databases.write(tmp_path / "old.db", ROWS, dirt=old_databases.DIRTS)
    assert is_killed_at("vacuuming")
    wait_for_the_server_to_notice(database_url)
    assert contents.of(database_url) == expected
    assert "There is nothing to do" in finished(started(tmp_path, database_url, "--yes"))
    assert contents.of(database_url) == expected


def wait_for_the_server_to_notice(url):
    """A backend whose client was killed goes on until it next speaks to it."""
    with database.connect(url, autocommit=True) as connection:
        for _ in range(600):
            if connection.execute(OTHERS).fetchone() == (0,):
                return
            time.sleep(0.05)
    raise AssertionError("the killed adoption is still at work")


def test_reading_goes_on_where_it_was_cut_short(tmp_path, database_url, monkeypatch):
    """Batch by batch: what was committed is not read again, and what is left out of a batch is not lost."""
    monkeypatch.setattr(adoption_staging, "BATCH", 100)
    path = old_databases.write(tmp_path / "old.db", 2_000)
    keys = adoption_codes.Keys(("s" * 40,))

    class Cut(Exception):
        pass

    def cut_at(limit):
        def told(rows):
            if rows >= limit:
                raise Cut

        return told

    with database.connect(database_url) as connection, adoption_sqlite.opened(path) as old:
        for limit in (100, 500, 1_100):
            with pytest.raises(Cut):
                adoption_staging.fill(connection, old, "one", keys.seal, cut_at(limit))
        read = []
        rows = old.rows
        monkeypatch.setattr(
            adoption_sqlite.OldDatabase,
            "rows",
            lambda _, table, columns, after=0: (read.append(table) or row for row in rows(table, columns, after)),
        )
        seen = []
        adoption_staging.fill(connection, old, "one", keys.seal, seen.append)
        assert len(read) <= 2_000 - 1_000
        assert "courses" not in read
        for table in ("courses", "equivalencies", "plans", "plan_courses"):
            count = connection.execute(f"SELECT count(*) FROM adoption.{table}").fetchone()  # noqa: S608 - the names above
            assert count == (old.count(table),)
        adoption_staging.fill(connection, old, "another", keys.seal, seen.append)
        assert connection.execute("SELECT fingerprint FROM adoption.origin").fetchall() == [("another",)]
