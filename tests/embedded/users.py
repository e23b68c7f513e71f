"""Homes for embedded servers, and other processes that use them."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from gql_api import database, embedded
from gql_api.embedded import processes
from tests import waiting

ROOT = Path(__file__).parents[2]
BASES = [Path("/dev/shm"), Path("/tmp")]  # noqa: S108 - what is made in them is random
PROGRAM = """
import sys
from pathlib import Path
from gql_api import embedded
server = getattr(embedded, sys.argv[1])(Path(sys.argv[2]))
print(server.url, flush=True)
sys.stdin.read()
server.release()
"""


def eventually(condition: Callable[[], object], *, seconds: float = waiting.LIMIT) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def data_of(home: Path) -> Path:
    (found,) = home.glob("postgresql/*/data")
    return found


def postmaster_of(home: Path) -> int:
    found = processes.pid_file_of(data_of(home))
    assert found is not None
    assert processes.is_server(found.pid, data_of(home))
    return found.pid


def keepers_of(home: Path) -> list[int]:
    """The keepers of this home, told by their command lines."""
    listed = subprocess.run(["ps", "-ww", "-eo", "pid=,stat=,args="], capture_output=True, text=True, check=True)
    rows = (line.split(maxsplit=2) for line in listed.stdout.splitlines())
    wanted = f'"{home}/postgresql.lock"'
    return [int(pid) for pid, state, text in rows if "embedded.keeper" in text and wanted in text and "Z" not in state]


class User:
    """Another process that uses the server of a home until it leaves or is killed."""

    def __init__(self, home: Path, *, how: str = "start", prefix: tuple[str, ...] = (), **environ: str) -> None:
        python = prefix or (sys.executable,)
        self.process = subprocess.Popen(
            [*python, "-W", "error", "-c", PROGRAM, how, str(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd="/",
            env={**os.environ, "PYTHONPATH": str(ROOT), **environ},
        )

    def url(self) -> str:
        line = self.process.stdout.readline().strip()
        assert line, self.process.stderr.read()
        return line

    def leave(self) -> None:
        assert self.process.communicate("")[1] == ""
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@contextlib.contextmanager
def folder(mode: int = 0o711) -> Iterator[Path]:
    """A directory that every account can pass through, unlike pytest's own."""
    base = next(path for path in BASES if path.is_dir() and os.access(path, os.W_OK))
    made = Path(tempfile.mkdtemp(prefix="gql_api-test-", dir=base))
    made.chmod(mode)
    try:
        yield made
    finally:
        for data in made.glob("*/postgresql/*/data"):
            assert eventually(lambda data=data: not is_running(data)), f"a server still runs on {data}"
        for link in made.glob("*/postgresql"):
            if link.is_symlink():
                shutil.rmtree(link.resolve())
        shutil.rmtree(made)


@contextlib.contextmanager
def durable() -> Iterator[embedded.Server]:
    """A server as in production: it keeps what it has acknowledged, and has statistics of its statements."""
    with folder() as made:
        with embedded.start(made / "home") as server, database.connect(server.url, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'")
        with embedded.start(made / "home") as server:
            yield server


def is_running(data: Path) -> bool:
    found = processes.pid_file_of(data)
    return found is not None and processes.is_server(found.pid, data)
