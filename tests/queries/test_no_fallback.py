"""The benchmark's queries and every screen are executed by our engine: first as a new document, then as a known one."""

from collections.abc import AsyncIterator

import httpx
import pytest

from benchmarks import queries
from gql_api import settings
from gql_api.schema import execution
from gql_api.web import app
from tests.queries.conftest import ADMIN, DOCUMENTS

pytestmark = pytest.mark.anyio
OURS = queries.DOCUMENTS / "ours"
WORKLOAD = {path.stem: path.read_text("utf-8") for path in sorted(OURS.glob("*.graphql"))}
SCREENS = {path.stem: path.read_text("utf-8") for path in sorted(DOCUMENTS.glob("*.graphql"))}
IDS = """
{
  institution(abbreviation: "HPCC") { id }
  program(institution: "ARSU", name: "Biology") { id institution { id } }
  courses(first: 1, orderBy: CODE) { nodes { id subject } }
}
"""


@pytest.fixture
async def writing_client(
    configuration: settings.Settings, demo_database_url: str, anyio_backend: str
) -> AsyncIterator[httpx.AsyncClient]:
    """The application over demo data that may be changed."""
    application = app.create(configuration, demo_database_url)
    transport = httpx.ASGITransport(app=application)
    async with (
        application.router.lifespan_context(application),
        httpx.AsyncClient(transport=transport, base_url="http://server") as http,
    ):
        yield http


async def answered(client: httpx.AsyncClient, text: str, variables: dict, **headers: str) -> dict:
    """What is said, by an administrator unless a plan's token is given."""
    sent = {"X-Admin-Token": ADMIN} | {name.replace("_", "-"): value for name, value in headers.items()}
    response = await client.post("/graphql", json={"query": text, "variables": variables}, headers=sent)
    answer = response.json()
    assert "errors" not in answer, answer
    assert all(value is not None for value in answer["data"].values()), answer
    return answer["data"]


async def assert_never_by_graphql_core(client: httpx.AsyncClient, text: str, variables: dict, **headers: str) -> None:
    before = execution.fallbacks.total, execution.fallbacks.executed
    for _ in range(2):
        await answered(client, text, variables, **headers)
    assert (execution.fallbacks.total, execution.fallbacks.executed) == (before[0], before[1] + 2), text


async def test_no_query_of_the_benchmark_falls_back(writing_client, demo_code) -> None:
    assert set(WORKLOAD) == {query.name for query in queries.QUERIES}
    found = await answered(writing_client, IDS, {})
    course, institution = found["courses"]["nodes"][0], found["institution"]["id"]
    page, plan = {"institution": institution, "subject": course["subject"]}, {"plan": demo_code}
    given = {
        "Q1": {"course": course["id"]},
        "Q2": page,
        "Q3": page,
        "Q4": {"program": found["program"]["id"]},
        "Q5": plan,
        "Q6": plan,
        "M1": {"institution": institution, "code": "ZZB 101", "title": "A new course"},
    }
    for name, text in WORKLOAD.items():
        await assert_never_by_graphql_core(writing_client, text, given[name])


async def test_no_screen_falls_back(writing_client, document, demo_code) -> None:
    found = await answered(writing_client, IDS, {})
    made = (await answered(writing_client, *document("create_plan")))["createPlan"]
    variables = {name: document(name)[1] for name in SCREENS}
    variables["articulate"]["to"] = found["program"]["institution"]["id"]
    variables["what_if"]["input"]["programId"] = found["program"]["id"]
    variables["open_plan"]["input"]["code"] = made["code"]
    variables["add_courses"]["input"]["planId"] = made["plan"]["id"]
    for name in ("plan_outlook", "plan_workspace"):
        variables[name]["code"] = demo_code
    for name, text in SCREENS.items():
        headers = {"X_Plan_Token": made["token"]} if name == "add_courses" else {}
        await assert_never_by_graphql_core(writing_client, text, variables[name], **headers)
