"""The database of a command: the one that DATABASE_URL names, or else the embedded server while the command runs."""

from collections.abc import Generator
from contextlib import contextmanager

from gql_api import settings


@contextmanager
def running(configuration: settings.Settings) -> Generator[str]:
    """The URL of a database that answers. The embedded server is let go at the end; its last user stops it."""
    if configuration.database_url is not None:
        yield configuration.database_url.get_secret_value()
        return
    from gql_api import embedded

    server = embedded.start(configuration.home)
    try:
        yield server.url
    finally:
        server.release()
