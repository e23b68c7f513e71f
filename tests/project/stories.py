"""The server on which a guide's commands are run: as in production, with a role of the service's own."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gql_api import database, embedded, settings
from gql_api.cli import demo


@contextmanager
def told(server: embedded.Server, home: Path, *, is_begun: bool) -> Iterator[dict[str, str]]:
    """The environment of the commands. `is_begun`: with the role, its database, our tables and the demo data.

    Role and databases are gone afterwards, so that the next guide finds a server without any.
    """
    values = _values(server)
    try:
        if is_begun:
            _begin(server, values, home)
        yield values
    finally:
        with database.connect(server.url_of("postgres"), autocommit=True) as connection:
            owned = "SELECT datname FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba WHERE rolname = 'gql_api'"
            for (name,) in connection.execute(owned).fetchall():
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
            connection.execute("DROP ROLE IF EXISTS gql_api")


def _values(server: embedded.Server) -> dict[str, str]:
    """psql of the server's own version is on PATH; its addresses are in the form that psql reads too."""
    programs = embedded.clients_for(18, needs_tls=False).directory
    owner = database.normalised_url(server.url_of("postgres")).set(drivername="postgresql")
    service = owner.set(username="gql_api", database="colleges")
    return {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PGCONNECT_TIMEOUT": "10",
        "GQL_API_PROFILE": "production",
        "OWNER_URL": owner.render_as_string(hide_password=False),
        "DATABASE_URL": service.render_as_string(hide_password=False),
        "SECRET_KEY": secrets.token_urlsafe(32),
        "ADMIN_TOKEN": secrets.token_urlsafe(32),
    }


def _begin(server: embedded.Server, values: dict[str, str], home: Path) -> None:
    with database.connect(server.url_of("postgres"), autocommit=True) as connection:
        connection.execute("CREATE ROLE gql_api LOGIN CREATEDB")
        connection.execute("CREATE DATABASE colleges OWNER gql_api")
    with database.connect(server.url_of("colleges"), autocommit=True) as connection:
        connection.execute("CREATE EXTENSION pg_stat_statements")
    database.upgrade(values["DATABASE_URL"])
    known = {name: values[name] for name in ("SECRET_KEY", "ADMIN_TOKEN", "DATABASE_URL")}
    assert demo.load_if_empty(
        values["DATABASE_URL"], settings.load({**known, "GQL_API_PROFILE": "test", "GQL_API_HOME": str(home)})
    )
