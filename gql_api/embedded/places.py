"""Where the embedded server keeps its files.

GQL_API_HOME/                 0700 (root: 0711), secrets of ours lie here too, each with mode 0600
    postgresql.lock           held alone while a server starts or stops
    postgresql/               or a link to a private folder elsewhere, see `_store`
        18/                   one per major version
            data/             the cluster; 0700, the server's account
            run/              the socket; 0700, the server's account
            users             every user of the server holds this lock shared; the kernel counts them
            keepers           every keeper holds this lock shared
            log, log.old      what the server says
            socket            where the socket is when the path of run/ is too long for the kernel
"""

import contextlib
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from gql_api import errors
from gql_api.embedded import accounts, locks
from gql_api.embedded.accounts import Account

PORT = 5432
SYSTEM_HOME = Path("/var/lib/gql_api")
_MEMORY = Path("/dev/shm")  # noqa: S108 - the folder made in it is private and has a random name
_MEMORY_NEEDED = 2**30
_LONGEST_SOCKET = 100
_PREFIX = "gql_api-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The files of one major version below one home; all paths are absolute and free of links."""

    lock: Path
    directory: Path
    is_throwaway: bool

    @property
    def data(self) -> Path:
        """The cluster."""
        return self.directory / "data"

    @property
    def users(self) -> Path:
        """The reference count: a lock that every user holds shared."""
        return self.directory / "users"

    @property
    def keepers(self) -> Path:
        """A lock that every keeper holds shared."""
        return self.directory / "keepers"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.directory / "log"


def made_home(home: Path) -> Path:
    """Create the home where it is missing and return it, absolute; private, or only passable where root made it."""
    home = home.expanduser().absolute()
    if not home.is_dir():
        home.mkdir(parents=True)
        home.chmod(accounts.PASSABLE if os.geteuid() == 0 else accounts.PRIVATE)
    return home


def lock_of(home: Path) -> Path:
    """The lock to hold while a site is made, started or stopped."""
    return home / "postgresql.lock"


def site(home: Path, major: int, account: Account, *, is_throwaway: bool) -> Site:
    """Return the site of this major version, its directories created. Call it with the home's lock held."""
    directory = _store(home, account, is_throwaway=is_throwaway) / str(major)
    accounts.make_passable(directory, account)
    return Site(lock=lock_of(home), directory=directory, is_throwaway=is_throwaway)


def existing_data(home: Path, major: int) -> Path:
    """Where this major version's cluster is, or would be."""
    return home / "postgresql" / str(major) / "data"


def other_majors(home: Path, major: int) -> list[int]:
    """The other major versions that have data in this home, newest first."""
    found = [int(path.parent.name) for path in home.glob("postgresql/*/data") if path.parent.name.isdigit()]
    return sorted((number for number in found if number != major), reverse=True)


def _store(home: Path, account: Account, *, is_throwaway: bool) -> Path:
    """The folder `postgresql` of the home, or what it links to.

    Root may name a home that the server's account cannot reach (below /root, or a test's private directory).
    Opening those directories would expose what else is in them, so the store is then made elsewhere and linked;
    that of a throwaway site always is.
    """
    store = home / "postgresql"
    if not store.exists():
        store.unlink(missing_ok=True)  # a link whose target is gone
        if not is_throwaway and accounts.can_reach(account, home):
            accounts.make_passable(store, account)
        else:
            store.symlink_to(_elsewhere(home, account, is_throwaway=is_throwaway))
    resolved = store.resolve()
    if not accounts.can_reach(account, resolved):
        message = (
            f"The embedded server runs as {account.name}, who cannot enter {resolved}. "
            f"Remedy: choose a GQL_API_HOME whose parent directories that account can pass through."
        )
        raise errors.ConfigurationError(message)
    return resolved


def _elsewhere(home: Path, account: Account, *, is_throwaway: bool) -> Path:
    """A new, empty folder that lasts as long as the home: among the temporary files if the home is one of them."""
    if is_throwaway:
        base = _MEMORY if _is_roomy(_MEMORY) and accounts.can_reach(account, _MEMORY) else _short_base(account)
    elif home.resolve().is_relative_to(Path(tempfile.gettempdir()).resolve()):
        base = _short_base(account)
        _sweep(base)
    else:
        base = reachable_base(account)
    store = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=base))
    store.chmod(accounts.PASSABLE if account.switches else accounts.PRIVATE)
    (store / "home").write_text(str(home))
    return store


def _is_roomy(directory: Path) -> bool:
    """Whether a throwaway cluster fits; in memory it is many times faster than on most disks."""
    return os.access(directory, os.W_OK | os.X_OK) and shutil.disk_usage(directory).free >= _MEMORY_NEEDED


def _sweep(base: Path) -> None:
    """Delete the temporary stores of ours whose temporary homes are gone."""
    for note in base.glob(f"{_PREFIX}*/home"):
        with contextlib.suppress(FileNotFoundError):  # another process sweeps as well
            is_ours = note.parent.lstat().st_uid == os.geteuid() and not note.parent.is_symlink()
            users = note.parent.glob("*/users")
            if is_ours and not Path(note.read_text()).exists() and all(map(locks.is_unused, users)):
                shutil.rmtree(note.parent, ignore_errors=True)


def reachable_base(account: Account) -> Path:
    """The system's place for what the server's account must reach; only root comes here."""
    accounts.make_passable(SYSTEM_HOME, account)
    if not accounts.can_reach(account, SYSTEM_HOME):
        message = (
            f"The embedded server runs as {account.name}, who can enter neither GQL_API_HOME nor {SYSTEM_HOME}. "
            f"Remedy: set GQL_API_HOME to a directory that this account can reach, or run as an ordinary user."
        )
        raise errors.ConfigurationError(message)
    return SYSTEM_HOME


def socket_directory(where: Site, account: Account) -> Path:
    """Return the private directory of the socket, made if need be: run/, or a short one where run/ is too long."""
    inside = where.directory / "run"
    if _fits(inside):
        accounts.make_private(inside, account)
        return inside
    note = where.directory / "socket"
    noted = Path(note.read_text()) if note.exists() else None
    if noted is None or not _is_private(noted, account):
        noted = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_short_base(account)))
        accounts.make_private(noted, account)
        note.write_text(str(noted))
    return noted


def _fits(directory: Path) -> bool:
    return len(os.fsencode(directory / f".s.PGSQL.{PORT}")) <= _LONGEST_SOCKET


def _is_private(directory: Path, account: Account) -> bool:
    try:
        found = directory.lstat()
    except FileNotFoundError:
        return False
    is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid == account.uid
    return is_ours and stat.S_IMODE(found.st_mode) == accounts.PRIVATE


def _short_base(account: Account) -> Path:
    """A directory with a short path in which we may create a private one: the runtime directory, else /tmp."""
    runtime = "" if account.switches else os.environ.get("XDG_RUNTIME_DIR", "")
    for base in (Path(runtime or tempfile.gettempdir()), Path(tempfile.gettempdir()), Path("/tmp")):  # noqa: S108 - as above
        is_short = _fits(base / f"{_PREFIX}12345678")
        if is_short and os.access(base, os.W_OK | os.X_OK) and accounts.can_reach(account, base):
            return base
    message = (
        f"No directory with a short path for the server's socket was found. Remedy: set TMPDIR to one, not {base}."
    )
    raise errors.ConfigurationError(message)


def remove(where: Site) -> None:
    """Delete a throwaway site with everything in it; the lock file stays, others may be waiting for it."""
    note = where.directory / "socket"
    if note.exists():
        shutil.rmtree(note.read_text(), ignore_errors=True)
    link = where.lock.parent / "postgresql"
    shutil.rmtree(where.directory.parent, ignore_errors=True)
    if link.is_symlink():
        link.unlink()
