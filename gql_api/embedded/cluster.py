"""The cluster: make it, find its server running, stop it. Call these with the home's lock held."""

import contextlib
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from gql_api import errors
from gql_api.embedded import accounts, places, processes
from gql_api.embedded.accounts import Account
from gql_api.embedded.binaries import Binaries
from gql_api.embedded.places import Site
from gql_api.embedded.processes import PidFile

SUPERUSER = "postgres"
BUILTIN_LOCALE_SINCE = 17
_PAUSE = 0.01
_SETTINGS = """
# Written by gql_api when it made this cluster; change it at will.
random_page_cost = 1.1      # the disk is an SSD
jit = off                   # our statements are short
"""


def initialise(where: Site, account: Account, installed: Binaries) -> None:
    """Make the cluster, in a temporary directory that is renamed last: a cluster is whole or absent."""
    if where.data.exists():
        return
    for leftover in where.directory.glob("new-*"):
        shutil.rmtree(leftover)
    said = ""
    for locale in _locales(installed.major):
        fresh = Path(tempfile.mkdtemp(prefix="new-", dir=where.directory))
        accounts.make_private(fresh, account)
        command = [installed.program("initdb"), "-D", fresh, "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8"]
        sync = ["--no-sync"] if where.is_throwaway else []
        done = accounts.run(account, [*command, "--no-instructions", *locale, *sync])
        if done.returncode == 0:
            with (fresh / "postgresql.conf").open("a") as file:
                file.write(_SETTINGS)
            fresh.rename(where.data)
            return
        said = said or done.stderr.strip()
        shutil.rmtree(fresh)
    message = (
        f"initdb of PostgreSQL {installed.major} failed in {where.directory}: {said[-1000:]} "
        f"Remedy: free space or repair what it names, or choose another GQL_API_HOME."
    )
    raise errors.ConfigurationError(message)


def _locales(major: int) -> Sequence[Sequence[str]]:
    """Arguments of initdb, in order of preference. Plain C would break lower() and ILIKE for every accented letter.

    The last of the older versions' is for systems whose C library has no C.UTF-8.
    """
    if major >= BUILTIN_LOCALE_SINCE:
        builtin = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        return ((*builtin, "--locale=C.UTF-8"), (*builtin, "--locale=C"))
    return (("--locale=C.UTF-8",), ("--locale-provider=icu", "--icu-locale=und", "--locale=C"))


def running(where: Site, *, seconds: float = 60) -> PidFile | None:
    """Return the server that runs on these data, once it is ready; None when there is none.

    A pid file that names a living process which is not our server is removed, since PostgreSQL would refuse to
    start because of it; one that names no process is left to PostgreSQL, which looks for orphans first.
    """
    deadline = time.monotonic() + seconds
    while (found := processes.pid_file_of(where.data)) is not None:
        is_ours = processes.is_server(found.pid, where.data)
        if found.answers and (found.status == "ready" or not is_ours):
            return found  # not ours, yet it answers: a server in another container that shares this directory
        if not is_ours:
            if found.is_alive:
                (where.data / "postmaster.pid").unlink(missing_ok=True)
            return None
        if time.monotonic() > deadline:
            message = (
                f"The embedded server (process {found.pid}) is {found.status or 'busy'} and did not become ready "
                f"within {seconds:.0f} s. Remedy: read {where.log}, or end that process."
            )
            raise errors.ConfigurationError(message)
        time.sleep(_PAUSE)
    return None


def stop(where: Site, *, seconds: float = 20) -> None:
    """Stop the server, if one runs, and delete a throwaway site; sessions are ended, transactions rolled back."""
    found = processes.pid_file_of(where.data)
    if found is not None:
        for how in (signal.SIGQUIT,) if where.is_throwaway else (signal.SIGINT, signal.SIGQUIT):
            if _ended(found.pid, where.data, how, seconds):
                break
    if where.is_throwaway:
        places.remove(where)


def _ended(pid: int, data: Path, how: signal.Signals, seconds: float) -> bool:
    """Send the signal to what is verified to be our server and wait until it is gone."""
    deadline = time.monotonic() + seconds
    if processes.is_server(pid, data):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, how)
    while processes.is_server(pid, data):
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE)
    return True


def make_database(installed: Binaries, account: Account, socket: Path, name: str) -> None:
    """Create the database unless it exists."""
    psql = [installed.program("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", socket, "-p", str(places.PORT)]
    psql += ["-U", SUPERUSER, "-d", "postgres", "-c"]
    done = accounts.run(account, [*psql, f"SELECT 1 FROM pg_database WHERE datname = '{name}'"])  # noqa: S608 - ours
    if done.returncode == 0 and not done.stdout.strip():
        done = accounts.run(account, [*psql, f'CREATE DATABASE "{name}"'])
    if done.returncode != 0:
        message = f"The embedded server refused to create its database: {done.stderr.strip()} Remedy: read its log."
        raise errors.ConfigurationError(message)
