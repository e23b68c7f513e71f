"""URLs of databases, and plain connections to them."""

from typing import Any

import psycopg
import psycopg.conninfo
import sqlalchemy as sa
import sqlalchemy.exc
from sqlalchemy.engine import URL, make_url

from gql_api import errors

DRIVER = "postgresql+psycopg"
CONNECT_SECONDS = 3
_SCHEMES = frozenset({DRIVER, "postgresql", "postgres"})
_PREPARE = "prepare_threshold"
_PREPARE_DEFAULT = 5
_OFF = "none"


def normalised_url(text: str | URL) -> URL:
    """Return the URL in SQLAlchemy's form with psycopg; ConfigurationError, without the password, when it is unfit.

    `postgresql+psycopg://`, `postgresql://` and `postgres://` are accepted, with libpq's parameters in the query.
    `prepare_threshold=none` among them turns prepared statements off, which a PgBouncer older than 1.21 needs.
    """
    url = text if isinstance(text, URL) else _parsed(text)
    if url.drivername not in _SCHEMES:
        message = (
            f"The database's URL starts with {url.drivername}://, but only PostgreSQL through psycopg is supported. "
            f"Remedy: write postgresql+psycopg://USER:PASSWORD@HOST:5432/DATABASE."
        )
        raise errors.ConfigurationError(message)
    url = url.set(drivername=DRIVER)
    _check(url)
    return url


def _parsed(text: str) -> URL:
    try:
        return make_url(text.strip())
    except (sqlalchemy.exc.ArgumentError, ValueError):
        message = (
            "The database's URL cannot be read. Remedy: write postgresql+psycopg://USER:PASSWORD@HOST:5432/DATABASE, "
            "with special characters of the password percent-encoded."
        )
        raise errors.ConfigurationError(message) from None


def _check(url: URL) -> None:
    """Refuse parameters that libpq does not know, here instead of at the first connection."""
    arguments = connect_arguments(url)
    arguments.pop(_PREPARE)
    try:
        psycopg.conninfo.make_conninfo(**arguments)
    except psycopg.ProgrammingError as error:
        message = f"The database's URL has a parameter that PostgreSQL does not know: {error}. Remedy: remove it."
        raise errors.ConfigurationError(message) from None


def connect_arguments(url: URL) -> dict[str, Any]:
    """Return the keyword arguments with which psycopg connects to the (normalised) URL."""
    said = url.query.get(_PREPARE, str(_PREPARE_DEFAULT))
    if not isinstance(said, str) or not (said.lower() == _OFF or said.isdecimal()):
        message = f"The database's URL says {_PREPARE}={said}. Remedy: give a number of executions, or {_OFF}."
        raise errors.ConfigurationError(message)
    plain = url.difference_update_query([_PREPARE])
    _, arguments = plain.get_dialect()().create_connect_args(plain)
    return {
        "connect_timeout": CONNECT_SECONDS,
        **arguments,
        _PREPARE: None if said.lower() == _OFF else int(said),
    }


def connect(url: str | URL, *, application_name: str = "gql_api", autocommit: bool = False) -> psycopg.Connection:
    """Open a plain connection, for COPY and for commands. It has no time limits of its own."""
    arguments: dict[str, Any] = {"application_name": application_name, **connect_arguments(normalised_url(url))}
    try:
        return psycopg.connect(**arguments, autocommit=autocommit)
    except psycopg.OperationalError as error:
        raise errors.Unavailable("The database cannot be reached.") from error


def sync_engine(url: str | URL, *, application_name: str = "gql_api") -> sa.Engine:
    """Return an engine for commands and migrations: every connection is new, nothing is pooled or prepared."""
    address = normalised_url(url)
    arguments = {"application_name": application_name, **connect_arguments(address), _PREPARE: None}
    return sa.create_engine(URL.create(DRIVER), connect_args=arguments, poolclass=sa.NullPool, use_native_hstore=False)
