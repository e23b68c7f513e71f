"""Alembic from code: the same scripts that the command line uses, found beside the package or inside the wheel."""

import contextlib
import io
from collections.abc import Generator
from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.engine import URL

import gql_api
from alembic import command
from gql_api import errors
from gql_api.database import addresses, failures

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
    with _explained():
        command.upgrade(_config(url), revision)


def downgrade(url: str | URL, revision: str) -> None:
    """Bring the database back to the revision; "base" empties it."""
    with _explained():
        command.downgrade(_config(url), revision)


def upgrade_sql() -> str:
    """Return the SQL that builds an empty database, for those who run migrations by hand."""
    config = _config(URL.create(addresses.DRIVER))
    config.output_buffer = output = io.StringIO()
    with _explained():
        command.upgrade(config, "head", sql=True)
    return output.getvalue()


def head_revision() -> str:
    """Return the revision that this version of the program needs."""
    head = ScriptDirectory.from_config(_config(None)).get_current_head()
    if head is None:
        raise errors.ConfigurationError("There are no migrations. Remedy: install the package again.")
    return head


def current_revision(url: str | URL) -> str | None:
    """Return the database's revision; None when no migration ran yet."""
    engine = addresses.sync_engine(url)
    with failures.explained(), engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _config(url: str | URL | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(scripts()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    if url is not None:
        config.attributes["url"] = addresses.normalised_url(url)
    return config


@contextlib.contextmanager
def _explained() -> Generator[None]:
    try:
        with failures.explained():
            yield
    except CommandError as error:
        message = (
            f"The migration cannot run: {error}. Remedy: where the database is newer than this program, "
            f"install the newer program."
        )
        raise errors.ConfigurationError(message) from error
