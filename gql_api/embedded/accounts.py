"""Which system account the server runs as, and what that account can reach.

PostgreSQL refuses to run as root. Started by root, the server therefore runs as `postgres` or, where there is no
such account, as `nobody`; its data and its socket lie in directories of that account with mode 0700. Nothing that
exists already is opened up for it: where the account cannot reach a place, another place is used (see `places`).
"""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gql_api import errors

PRIVATE = 0o700
PASSABLE = 0o711
_CANDIDATES = ("postgres", "nobody")
_KEPT = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The account of the server; `switches` says that we are root and change to it for every program."""

    uid: int
    gid: int
    name: str
    switches: bool

    @property
    def user(self) -> int | None:
        """The `user` argument of subprocess."""
        return self.uid if self.switches else None

    @property
    def group(self) -> int | None:
        """The `group` argument of subprocess."""
        return self.gid if self.switches else None

    @property
    def extra_groups(self) -> Sequence[int] | None:
        """The `extra_groups` argument of subprocess: none of root's."""
        return () if self.switches else None


def for_server(data: Path) -> Account:
    """Choose the account: ourselves, or as root the owner of the existing data, else `postgres` or `nobody`."""
    if os.geteuid() != 0:
        return Account(uid=os.geteuid(), gid=os.getegid(), name=_own_name(), switches=False)
    owner = data.stat().st_uid if data.exists() else 0
    entry = _entry_of(owner) if owner else _first_entry()
    return Account(uid=entry.pw_uid, gid=entry.pw_gid, name=entry.pw_name, switches=True)


def _own_name() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        message = (
            f"User id {os.geteuid()} has no name in /etc/passwd, and PostgreSQL's initdb refuses to work without one. "
            f"Remedy: add an entry for it, run as another user, or set DATABASE_URL to a server of your own."
        )
        raise errors.ConfigurationError(message) from None


def _entry_of(uid: int) -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        message = (
            f"The embedded server's data belong to user id {uid}, which has no name in /etc/passwd. "
            f"Remedy: add an entry for it, or choose another GQL_API_HOME."
        )
        raise errors.ConfigurationError(message) from None


def _first_entry() -> pwd.struct_passwd:
    for name in _CANDIDATES:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    message = (
        "PostgreSQL does not run as root, and neither the account postgres nor nobody exists. "
        "Remedy: create one of them, run as an ordinary user, or set DATABASE_URL to a server of your own."
    )
    raise errors.ConfigurationError(message)


def environment() -> dict[str, str]:
    """The server's environment: no PG*, no LC_*, and none of our secrets, which that account could read."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {"PATH": "/usr/bin:/bin", **kept, "TZ": "UTC"}


def run(account: Account, command: Sequence[str | Path], *, seconds: float = 120) -> subprocess.CompletedProcess[str]:
    """Run a program as the account, in /, with the clean environment; ConfigurationError when it cannot start."""
    try:
        return subprocess.run(
            command,
            cwd="/",
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=seconds,
            user=account.user,
            group=account.group,
            extra_groups=account.extra_groups,
            umask=0o077,
        )
    except (OSError, subprocess.SubprocessError) as error:
        message = (
            f"{command[0]} could not be run as {account.name}: {error}. Remedy: run as an ordinary user, "
            f"or set DATABASE_URL to a server of your own."
        )
        raise errors.ConfigurationError(message) from error


def can_reach(account: Account, path: Path) -> bool:
    """Whether the account may pass through every directory down to `path`; asked of the kernel, so ACLs count."""
    return not account.switches or run(account, ["/bin/sh", "-c", 'test -x "$1"', "sh", path]).returncode == 0


def make_private(path: Path, account: Account) -> None:
    """Give the directory to the account alone, creating it where it is missing."""
    path.mkdir(mode=PRIVATE, exist_ok=True)
    if account.switches:
        os.chown(path, account.uid, account.gid)
    path.chmod(PRIVATE)


def make_passable(path: Path, account: Account) -> None:
    """Create a directory of ours that the account can pass through (root) or that is ours alone (anybody else)."""
    if not path.is_dir():
        path.mkdir(parents=True)
        path.chmod(PASSABLE if account.switches else PRIVATE)
