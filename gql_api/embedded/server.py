"""Starting and leaving the embedded server; the package's public functions."""

import contextlib
import logging
import os
from collections.abc import Generator
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from gql_api import errors
from gql_api.embedded import accounts, binaries, cluster, installations, launch, locks, places
from gql_api.embedded.accounts import Account
from gql_api.embedded.binaries import Binaries
from gql_api.embedded.places import Site

DATABASE = "gql_api"
_log = logging.getLogger(__name__)


class Server:
    """One use of a running server; the server stops when the last use of any process is released or dies.

    `url` names the database `gql_api` in SQLAlchemy's form with psycopg; `binaries` has the server's own pg_dump.
    """

    def __init__(self, *, where: Site, socket: Path, installed: Binaries, users: int) -> None:
        self.site = where
        self.socket_directory = socket
        self.binaries = installed
        self.url = self.url_of(DATABASE)
        self._users: int | None = users

    def url_of(self, database: str) -> str:
        """The URL of another database of this server."""
        host = quote(str(self.socket_directory), safe="")
        return f"postgresql+psycopg://{cluster.SUPERUSER}@/{quote(database, safe='')}?host={host}&port={places.PORT}"

    def release(self) -> None:
        """Give the use back; the last one to do so stops the server. A second call does nothing."""
        if self._users is None:
            return
        with locks.exclusive(self.site.lock):
            os.close(self._users)
            self._users = None
            if locks.is_unused(self.site.users):
                cluster.stop(self.site)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def start(home: Path) -> Server:
    """Start the server of this home, or join the one that runs, and return one use of it.

    The cluster and the database `gql_api` are made where they are missing. ConfigurationError, with the remedy,
    when there is no PostgreSQL, the home cannot be used, or the server does not start.
    """
    return _started(home, is_throwaway=False)


def throwaway(directory: Path) -> Server:
    """Start, or join, a server that forgets everything: no disk synchronisation, deleted after its last use."""
    return _started(directory, is_throwaway=True)


def _started(home: Path, *, is_throwaway: bool) -> Server:
    with _explained(home):
        installed = binaries.find()
        home = places.made_home(home)
        with locks.exclusive(places.lock_of(home)):
            account = accounts.for_server(places.existing_data(home, installed.major))
            where = places.site(home, installed.major, account, is_throwaway=is_throwaway)
            if not where.data.exists():
                _warn_of_other_majors(home, installed.major)
            users = locks.opened(where.users)
            try:
                locks.share(users)
                return _joined(where, account, installed, users)
            except BaseException:
                os.close(users)
                raise


def _joined(where: Site, account: Account, found: Binaries, users: int) -> Server:
    """Find the server running or start it, then see that keeper and database exist."""
    server = cluster.running(where)
    installed = installations.reachable(found, account)
    if server is None:
        cluster.initialise(where, account, installed)
        server = launch.start(where, account, installed)
    else:
        launch.ensure_keeper(where, account)
    cluster.make_database(installed, account, server.socket_directory, DATABASE)
    return Server(where=where, socket=server.socket_directory, installed=installed, users=users)


def _warn_of_other_majors(home: Path, major: int) -> None:
    others = places.other_majors(home, major)
    if others:
        _log.warning(
            "A new, empty database of PostgreSQL %s is made in %s, which also holds data of version %s; "
            "see docs/embedded.md for carrying them over.",
            major,
            home,
            ", ".join(map(str, others)),
        )


@contextlib.contextmanager
def _explained(home: Path) -> Generator[None]:
    """Turn what the file system refuses into a ConfigurationError."""
    try:
        yield
    except OSError as error:
        message = (
            f"The embedded server cannot use {home}: {error}. Remedy: set GQL_API_HOME to a directory on a local "
            f"disk that you own, or set DATABASE_URL to a server of your own."
        )
        raise errors.ConfigurationError(message) from error
