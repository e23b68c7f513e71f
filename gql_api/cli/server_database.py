"""The database of a command: the one that DATABASE_URL names, or else the embedded server while the command runs."""

import contextlib
from collections.abc import Generator

from gql_api import settings


@contextlib.contextmanager
def running(configuration: settings.Settings, *, is_watched: bool = False) -> Generator[str]:
    """The URL of a database that answers. The embedded server is let go at the end; its last user stops it.

    With `is_watched` an embedded server that dies meanwhile is started again; others are not ours to start.
    """
    if configuration.database_url is not None:
        yield configuration.database_url.get_secret_value()
        return
    from gql_api import embedded

    server = embedded.start(configuration.home)
    try:
        with embedded.watched(server, configuration.home) if is_watched else contextlib.nullcontext():
            yield server.url
    finally:
        server.release()


def prepare(configuration: settings.Settings, url: str) -> None:
    """Bring the tables up to date; production only checks, since migrating is a step of the deployment there."""
    from gql_api import database, errors

    if configuration.profile is not settings.Profile.PRODUCTION:
        database.upgrade(url)
    elif (current := database.current_revision(url)) != (head := database.head_revision()):
        raise errors.ConfigurationError(
            f"The database is at revision {current}, this version needs {head}. Run: gql-api migrate"
        )
