"""Alembic from code: the same scripts that the command line uses, found beside the package or inside the wheel.

Alembic itself is loaded only where something has to be migrated, since that takes longer than asking whether.
"""

import contextlib
import io
import re
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy.engine import URL

import gql_api
from gql_api import errors
from gql_api.database import addresses, failures

if TYPE_CHECKING:
    from alembic.config import Config

_REVISION = re.compile(r"""^revision(?:: *str)? *= *["'](\w+)["']""", re.MULTILINE)
_FOLLOWED = re.compile(r"""^down_revision(?:: *[^=]+)? *= *["'](\w+)["']""", re.MULTILINE)
_PACKAGE = Path(gql_api.__file__).parent
_PLACES = (_PACKAGE.parent / "alembic", _PACKAGE / "_alembic")


def scripts() -> Path:
    """Return the directory of env.py and versions/: the repository's, else the wheel's copy.

    Beside an installed package lies the library of the same name, which has no versions/.
    """
    for place in _PLACES:
        if (place / "env.py").is_file() and (place / "versions").is_dir():
            return place
    message = f"The migrations are missing from {_PACKAGE}. Remedy: install the package again."
    raise errors.ConfigurationError(message)


def upgrade(url: str | URL, revision: str = "head") -> None:
    """Bring the database to the revision. Safe to run from several processes at once: they take turns."""
    if revision == "head" and current_revision(url) == head_revision():
        return
    from alembic import command  # noqa: PLC0415 - see the module's docstring

    with _explained():
        command.upgrade(_config(url), revision)


def downgrade(url: str | URL, revision: str) -> None:
    """Bring the database back to the revision; "base" empties it."""
    from alembic import command  # noqa: PLC0415 - the same

    with _explained():
        command.downgrade(_config(url), revision)


def upgrade_sql(start: str = "base", end: str = "head") -> str:
    """Return the SQL that brings a database from one revision to another, for those who run migrations by hand.

    By default it builds an empty database.
    """
    from alembic import command  # noqa: PLC0415 - the same

    config = _config(URL.create(addresses.DRIVER))
    config.output_buffer = output = io.StringIO()
    with _explained():
        command.upgrade(config, f"{start}:{end}", sql=True)
    return output.getvalue()


def head_revision() -> str:
    """Return the revision that this version of the program needs: the one that no other revision follows."""
    heads = known_revisions() - {name for text in _texts() for name in _FOLLOWED.findall(text)}
    if len(heads) != 1:
        raise errors.ConfigurationError(
            f"There is not one newest migration, but {len(heads)}. Remedy: install the package again."
        )
    return next(iter(heads))


def known_revisions() -> frozenset[str]:
    """Return every revision that this version of the program knows."""
    return frozenset(name for text in _texts() for name in _REVISION.findall(text))


def _texts() -> list[str]:
    return [path.read_text("utf-8") for path in scripts().glob("versions/*.py")]


def current_revision(url: str | URL) -> str | None:
    """Return the database's revision; None when no migration ran yet."""
    with failures.explained(), addresses.connect(url) as connection:
        try:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except psycopg.errors.UndefinedTable:
            return None
    return None if row is None else str(row[0])


def _config(url: str | URL | None) -> "Config":
    from alembic.config import Config  # noqa: PLC0415 - the same

    config = Config()
    config.set_main_option("script_location", str(scripts()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    if url is not None:
        config.attributes["url"] = addresses.normalised_url(url)
    return config


@contextlib.contextmanager
def _explained() -> Generator[None]:
    from alembic.util import CommandError  # noqa: PLC0415 - the same

    try:
        with failures.explained():
            yield
    except CommandError as error:
        message = (
            f"The migration cannot run: {error}. Remedy: where the database is newer than this program, "
            f"install the newer program."
        )
        raise errors.ConfigurationError(message) from error
