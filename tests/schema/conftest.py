"""The whole application over a database of the test's own that has a small catalog.

=============  ==========================================================================================
`ask`          `await ask(document, {"input": …}, admin=True)` sends a request and answers the JSON
`serve`        the same for other settings: `serve(SECRET_KEY=…)`
`world`        the ids of the catalog: two colleges, an examining body, courses, a program with two versions
`stocked_url`  the database
=============  ==========================================================================================
"""

import dataclasses
import itertools
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import date
from typing import Any

import httpx
import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from gql_api import database, embedded, settings
from gql_api.schema import ids
from gql_api.tables.courses import CrossListGroup
from gql_api.tables.requirements import Requirement
from gql_api.web import app
from tests import catalog

ADMIN = "test-admin-token-of-the-schema"
SECRET = "test-secret-key-of-the-schema-tests"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "only")
Ask = Callable[..., Awaitable[dict[str, Any]]]


@dataclasses.dataclass(frozen=True)
class World:
    """Global ids by name; `number` gives the row's own."""

    ids: dict[str, str]
    numbers: dict[str, int]

    def __getitem__(self, name: str) -> str:
        return self.ids[name]

    def number(self, name: str) -> int:
        return self.numbers[name]


def configured(**environment: str) -> settings.Settings:
    return settings.load({"GQL_API_PROFILE": "test", "ADMIN_TOKEN": ADMIN, "SECRET_KEY": SECRET, **environment})


def asking(client: httpx.AsyncClient) -> Ask:
    async def ask(
        document: str,
        variables: dict[str, Any] | None = None,
        *,
        admin: bool = False,
        token: str | None = None,
        status: int = 200,
    ) -> dict[str, Any]:
        headers = {"X-Admin-Token": ADMIN} if admin else {}
        headers |= {"X-Plan-Token": token} if token else {}
        body = {"query": document, "variables": variables or {}}
        response = await client.post("/graphql", json=body, headers=headers)
        assert response.status_code == status, response.text
        return response.json()

    return ask


@pytest.fixture
async def serve(stocked_url: str, anyio_backend: str) -> AsyncIterator[Callable[..., Ask]]:
    """`serve(SECRET_KEY=…)` answers an `ask` to an application with these settings."""
    running: list[tuple[Any, httpx.AsyncClient]] = []

    def start(**environment: str) -> Ask:
        application = app.create(configured(**environment), stocked_url)
        transport = httpx.ASGITransport(app=application, raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url="http://server")
        running.append((application, client))
        return asking(client)

    yield start
    for application, client in running:
        await client.aclose()
        async with application.router.lifespan_context(application):
            pass  # leaving it closes the application's pool


@pytest.fixture
def ask(serve: Callable[..., Ask]) -> Ask:
    return serve()


_numbers = itertools.count(1)


@pytest.fixture(scope="session")
async def stock(
    cluster: embedded.Server, administration: psycopg.Connection, template: str, anyio_backend: str
) -> AsyncIterator[tuple[str, World]]:
    """The database that every test's is copied from, with its world; made once per worker."""
    name = f"stock_{WORKER}"
    administration.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    opened = database.Database.open(cluster.url_of(name), pool_size=1)
    async with opened.writing() as connection:
        numbers = await stocked(connection)
    await opened.close()
    named = {one.split(":")[1]: ids.encode(one.split(":")[0], number) for one, number in numbers.items()}
    yield name, World(named, {one.split(":")[1]: number for one, number in numbers.items()})
    administration.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def stocked_url(
    cluster: embedded.Server, administration: psycopg.Connection, stock: tuple[str, World]
) -> Iterator[str]:
    name = f"stocked_{WORKER}_{next(_numbers)}"
    administration.execute(f"CREATE DATABASE {name} TEMPLATE {stock[0]} STRATEGY file_copy")
    yield cluster.url_of(name)
    administration.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def world(stock: tuple[str, World]) -> World:
    return stock[1]


async def stocked(connection: AsyncConnection) -> dict[str, int]:
    """Fill the database; the rows' numbers by type and name."""
    numbers: dict[str, int] = {}
    here = numbers["Institution:here"] = await catalog.college(connection, "Here College", abbreviation="HC")
    there = numbers["Institution:there"] = await catalog.college(
        connection, "There University", abbreviation="TU", calendar="QUARTER"
    )
    board = numbers["Institution:board"] = await catalog.college(
        connection, "Exam Board", abbreviation="EB", kind="EXAMINING_BODY"
    )
    group = await catalog.inserted(connection, CrossListGroup, institution_id=here, name="logic")
    for name, owner, code, values in (
        ("algebra", here, "MATH 101", {"title": "College Algebra"}),
        ("biology", here, "BIO-104", {"title": "General Biology", "credits": 4}),
        ("logic", here, "PHIL 210", {"cross_list_group_id": group}),
        ("logic too", here, "MATH 210", {"cross_list_group_id": group}),
        ("retired", here, "LAT 101", {"active_until": date(2020, 5, 31)}),
        ("choir", here, "MUS 150", {"credits": 1, "repeatable_times": 3}),
        ("studio", there, "ART 400", {"credits": 9}),
        ("exam", board, "CALC 1", {"title": "Calculus", "credits": 5}),
    ):
        numbers[f"Course:{name}"] = await catalog.course(connection, owner, code, **values)
    for place in range(1, 41):
        numbers[f"Course:{place}"] = await catalog.course(connection, here, f"ELEC {100 + place}")
    program = numbers["Program:program"] = await catalog.program(connection, there, "Biology")
    for name, year, current in (("old", 2020, False), ("new", 2025, True)):
        version = await catalog.version(connection, program, year, is_current=current)
        numbers[f"ProgramVersion:{name}"] = version
        await catalog.inserted(connection, Requirement, version_id=version, key="core", name="Core", min_courses=1)
    return numbers
