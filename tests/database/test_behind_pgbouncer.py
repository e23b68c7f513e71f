"""Behind PgBouncer in transaction mode everything works: requests at once on one server connection, and commands."""

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gql_api import database, errors
from tests import live, waiting

pytestmark = pytest.mark.anyio

CONFIGURATION = """
[databases]
* = host={host} port=5432 user={user}
[pgbouncer]
listen_addr =
unix_socket_dir = {folder}
listen_port = 6432
auth_type = any
pool_mode = transaction
default_pool_size = 2
ignore_startup_parameters = extra_float_digits
{prepared}
"""


@pytest.fixture
def bouncer(database_url, tmp_path_factory):
    """The URL of the test's database through PgBouncer, with prepared statements as its version allows."""
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        pytest.skip("PgBouncer is not installed (Debian: apt-get install pgbouncer)")
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    version = tuple(int(part) for part in said.split()[1].split(".")[:2])
    url = database.normalised_url(database_url)
    folder = Path(f"/tmp/gql_api-bouncer-{os.getpid()}")  # noqa: S108 - a socket's path must be short
    folder.mkdir(mode=0o700)
    prepared = "max_prepared_statements = 200" if version >= (1, 21) else ""
    (folder / "ini").write_text(
        CONFIGURATION.format(host=url.query["host"], user=url.username, folder=folder, prepared=prepared)
    )
    account = []
    if os.geteuid() == 0:  # it refuses root; and only the account of the server may enter the server's socket
        account = ["runuser", "-u", Path(str(url.query["host"])).owner(), "--"]
        for path in (folder, folder / "ini"):
            shutil.chown(path, account[2])
    process = subprocess.Popen([*account, program, folder / "ini"], stderr=subprocess.DEVNULL, cwd="/")
    through = url.set(query={"host": str(folder), "port": "6432"})
    if version < (1, 21):
        through = through.update_query_dict({"prepare_threshold": "none"})
    try:
        waiting.until(lambda: answers(through))
        yield through.render_as_string(hide_password=False)
    finally:
        process.terminate()
        process.wait(waiting.LIMIT)
        shutil.rmtree(folder)


def answers(url) -> bool:
    try:
        database.connect(url).close()
    except errors.Unavailable:
        return False
    return True


async def test_many_transactions_share_two_connections_and_keep_their_limits(bouncer):
    opened = database.Database.open(bouncer, pool_size=8, timeouts=database.Timeouts(statement=50, pool=waiting.LIMIT))
    limits = database.Statement("SELECT current_setting('statement_timeout'), pg_backend_pid(), pg_sleep(0.01)")
    found: list[tuple] = []

    async def ask() -> None:
        for _ in range(10):
            async with opened.reading() as session:
                found.extend(await session.every(limits))

    try:
        await asyncio.gather(*(ask() for _ in range(8)))
    finally:
        await opened.close()
    assert len(found) == 80
    assert {limit for limit, *_ in found} == {"50s"}
    assert len({process for _, process, _ in found}) <= 2


def test_migrations_imports_and_doctor_work_through_it_and_leave_nothing_in_a_session(bouncer, tmp_path):
    (tmp_path / "courses.csv").write_text("code,title,credits,institution\nENG 101,Composition,3,Lake College\n")
    for arguments, said in (
        (["migrate"], "already"),
        (["import", "courses", "courses.csv", "--create-institutions", "--yes"], "loaded, 1 new"),
        (["doctor", "--indexes", "--data"], "0 errors"),
        (["export", "courses", "again.csv"], "1 row"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "gql_api", *arguments],
            env=live.environment(tmp_path, DATABASE_URL=bouncer, GQL_API_PROFILE="test"),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, said in done.stdout) == (0, True), done.stdout + done.stderr
    with database.connect(bouncer) as connection:
        left = connection.execute(
            "SELECT current_setting('lock_timeout'), (SELECT count(*) FROM pg_prepared_statements), "
            "(SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database "
            "WHERE locktype = 'advisory' AND datname = current_database())"
        ).fetchone()
    assert left == ("0", 0, 0)
