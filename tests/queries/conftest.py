"""The application over the demo data, asked over HTTP. Nothing here writes but into plans of its own.

=============  ===========================================================================================
`ask`          `await ask(document, {…}, code=…, admin=True)` answers the whole JSON
`demo_code`    the demo plan's code
`document`     `document("course_search")` gives the text and variables of tests/documents
=============  ===========================================================================================
"""

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from gql_api import settings
from gql_api.cli import demo
from gql_api.web import app
from tests import conftest

ADMIN = "administrator-of-the-query-tests-0123456789"
DOCUMENTS = Path(__file__).parents[1] / "documents"
Ask = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture(scope="session")
def configuration(tmp_path_factory: pytest.TempPathFactory) -> settings.Settings:
    home = tmp_path_factory.mktemp("home")
    return settings.load(
        {
            "GQL_API_PROFILE": "test",
            "GQL_API_HOME": str(home),
            "ADMIN_TOKEN": ADMIN,
            "SECRET_KEY": conftest.DEMO_SECRET,
        }
    )


@pytest.fixture(scope="session")
def demo_url(cluster, administration, demo_template) -> Iterator[str]:
    name = f"queries_{conftest.WORKER or 'only'}"
    with conftest.copied(administration, demo_template, name):
        yield cluster.url_of(name)


@pytest.fixture(scope="session")
def demo_code(demo_plans: tuple[demo.DemoPlan, ...]) -> str:
    return demo_plans[0].code


@pytest.fixture(scope="session")
async def client(
    demo_url: str, configuration: settings.Settings, anyio_backend: str
) -> AsyncIterator[httpx.AsyncClient]:
    application = app.create(configuration, demo_url)
    transport = httpx.ASGITransport(app=application)
    async with (
        application.router.lifespan_context(application),
        httpx.AsyncClient(transport=transport, base_url="http://server") as http,
    ):
        yield http


@pytest.fixture(scope="session")
def ask(client: httpx.AsyncClient) -> Ask:
    async def send(
        query: str, variables: dict[str, Any] | None = None, *, code: str = "", token: str = "", admin: bool = False
    ) -> dict[str, Any]:
        headers = {"X-Plan-Code": code, "X-Plan-Token": token, "X-Admin-Token": ADMIN if admin else ""}
        response = await client.post("/graphql", json={"query": query, "variables": variables or {}}, headers=headers)
        return response.json()

    return send


@pytest.fixture(scope="session")
def document() -> Callable[[str], tuple[str, dict[str, Any]]]:
    def read(name: str) -> tuple[str, dict[str, Any]]:
        variables = DOCUMENTS / f"{name}.variables.json"
        return (DOCUMENTS / f"{name}.graphql").read_text(), json.loads(
            variables.read_text()
        ) if variables.exists() else {}

    return read


def operation_names(text: str) -> list[str]:
    return re.findall(r"^(?:query|mutation) (\w+)", text, flags=re.MULTILINE)
