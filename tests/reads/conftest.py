"""What tests of reads share."""

from collections.abc import Iterator

import psycopg
import pytest

from benchmarks import data
from gql_api import database, embedded
from tests.conftest import copied


@pytest.fixture(scope="module")
def filled(
    request: pytest.FixtureRequest, cluster: embedded.Server, administration: psycopg.Connection, template: str
) -> Iterator[str]:
    """The URL of a database with the benchmark's data, of the `SIZE` that the test's module names."""
    name = f"filled_{request.module.__name__.rpartition('.')[2]}"
    with copied(administration, template, name):
        url = cluster.url_of(name)
        with database.connect(url) as connection:
            data.fill(connection, request.module.SIZE, "a secret that is long enough for plan codes")
            connection.commit()
            connection.autocommit = True
            connection.execute("VACUUM ANALYZE")
        yield url
