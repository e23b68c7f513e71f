"""Start the server under a keeper, and keepers for servers that lost theirs. Call these with the home's lock held."""

import contextlib
import dataclasses
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import IO

import gql_api
from gql_api import errors
from gql_api.embedded import accounts, locks, places, processes
from gql_api.embedded.accounts import Account
from gql_api.embedded.binaries import Binaries
from gql_api.embedded.places import Site
from gql_api.embedded.processes import PidFile

_PAUSE = 0.01
_LOG_LIMIT = 5_000_000
_ORPHANS = 10.0
_ESSENTIAL = ("listen_addresses=", f"port={places.PORT}", "unix_socket_permissions=0700", "logging_collector=off")
_FAST = (
    *("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off"),
    *("wal_level=minimal", "max_wal_senders=0", "max_connections=200", "max_wal_size=128MB"),
    "deadlock_timeout=100ms",
)


def start(where: Site, account: Account, installed: Binaries) -> PidFile:
    """Start the server under a keeper and return once it is ready; ConfigurationError with what its log says."""
    socket = places.socket_directory(where, account)
    for leftover in socket.glob(".s.PGSQL.*"):  # ours alone and unused; its .lock would name a process of the past
        leftover.unlink()
    command = _command(where, installed, socket)
    _rotate(where.log)
    deadline = time.monotonic() + _ORPHANS
    while True:
        said_before = where.log.stat().st_size if where.log.exists() else 0
        with _keeper(where, account, command) as words:
            ready = _awaited(where, words)
        if ready is not None:
            return ready
        said = where.log.read_bytes()[said_before:].decode(errors="replace").strip()
        if "shared memory block" not in said or time.monotonic() > deadline:
            message = (
                f"PostgreSQL {installed.major} ({installed.directory}) did not start: {said[-1500:] or 'no word'} "
                f"Remedy: repair what it names (log: {where.log}), or choose another GQL_API_HOME."
            )
            raise errors.ConfigurationError(message)
        time.sleep(0.2)  # the sessions of a server that was killed are still leaving


def ensure_keeper(where: Site, account: Account) -> None:
    """Start a keeper for a running server whose keeper was killed."""
    if locks.is_unused(where.keepers):
        with _keeper(where, account, ()):
            pass


def _command(where: Site, installed: Binaries, socket: Path) -> list[str]:
    settings = (*_ESSENTIAL, *(_FAST if where.is_throwaway else ()))
    options = [part for setting in settings for part in ("-c", setting)]
    return [str(installed.program("postgres")), "-D", str(where.data), "-k", str(socket), *options]


def _rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        log.replace(log.with_name("log.old"))


@contextlib.contextmanager
def _keeper(where: Site, account: Account, command: Sequence[str]) -> Generator[IO[bytes]]:
    """Run a keeper, which starts `command` as its child, and yield a pipe that closes when the server has ended."""
    orders = {
        "lock": str(where.lock),
        "directory": str(where.directory),
        "is_throwaway": where.is_throwaway,
        "command": list(command),
        "account": dataclasses.asdict(account),
    }
    environment = {**accounts.environment(), "PYTHONPATH": str(Path(gql_api.__file__).parents[1])}
    descriptor = os.open(where.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "gql_api.embedded.keeper", json.dumps(orders)],
            cwd="/",
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=descriptor,
            start_new_session=True,
        )
    finally:
        os.close(descriptor)
    with process:  # it forks and leaves at once, so that the keeper is nobody's child
        words = process.stdout
        if words is None or process.wait() != 0:
            message = f"The embedded server's keeper did not start. Remedy: read {where.log}."
            raise errors.ConfigurationError(message)
        yield words


def _awaited(where: Site, words: IO[bytes], *, seconds: float = 300) -> PidFile | None:
    """Wait until the server is ready; None when it ended before. Long, since recovery after a crash takes its time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = processes.pid_file_of(where.data)
        if found is not None and found.status == "ready" and processes.is_server(found.pid, where.data):
            return found
        if select.select([words], [], [], _PAUSE)[0]:
            return None
    message = f"PostgreSQL did not become ready within {seconds:.0f} s. Remedy: read its log, {where.log}."
    raise errors.ConfigurationError(message)
