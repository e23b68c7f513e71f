"""Programs that nobody can finish as they are published: students are told, and a ranking puts them last."""

from collections.abc import AsyncIterator, Iterator

import httpx
import psycopg
import pytest

from gql_api.reads import impasses
from gql_api.web import app
from tests import conftest

pytestmark = pytest.mark.anyio

PROGRESS = """query ($code: String!) { plan(code: $code) {
  progress { canBeFinished requirements { status isNeeded explanation impasse requirement { name } } }
  bestFit { rank canBeFinished program { name } }
} }"""
SHRUNK = """UPDATE courses SET credits_min = credits_min / 10, credits_max = credits_max / 10, revision = revision + 1,
updated_at = now() WHERE institution_id = (SELECT id FROM institutions WHERE abbreviation = 'ARSU')"""
RESTORED = SHRUNK.replace("/", "*")


@pytest.fixture(scope="module")
def own_url(cluster, administration, demo_template) -> Iterator[str]:
    """A copy of the demo that these tests may change."""
    name = f"unfinishable_{conftest.WORKER or 'only'}"
    with conftest.copied(administration, demo_template, name):
        yield cluster.url_of(name)


@pytest.fixture(scope="module")
async def own(own_url, configuration, anyio_backend) -> AsyncIterator[httpx.AsyncClient]:
    application = app.create(configuration, own_url)
    transport = httpx.ASGITransport(app=application)
    async with (
        application.router.lifespan_context(application),
        httpx.AsyncClient(transport=transport, base_url="http://test") as client,
    ):
        yield client


@pytest.fixture(autouse=True)
def looking(monkeypatch) -> None:
    """Changes of courses are seen at once."""
    monkeypatch.setattr(impasses, "SECONDS", 0.0)


async def asked(client: httpx.AsyncClient, query: str, code: str):
    answer = await client.post("/graphql", json={"query": query, "variables": {"code": code}})
    assert answer.json().get("errors", []) == []
    return answer.json()["data"]["plan"]


def changed(url: str, statement: str) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(statement)


async def test_what_nobody_can_meet_is_told_until_the_catalog_is_put_right(own, own_url, demo_plans) -> None:
    code = next(plan.code for plan in demo_plans if plan.name == "Just started")
    before = await asked(own, PROGRESS, code)
    assert before["progress"]["canBeFinished"] is True
    assert {one["impasse"] for one in before["progress"]["requirements"]} == {None}

    changed(own_url, SHRUNK)
    during = await asked(own, PROGRESS, code)
    assert during["progress"]["canBeFinished"] is False
    found = {one["requirement"]["name"]: one for one in during["progress"]["requirements"]}
    upper = found["Upper-division Biology"]
    assert upper["impasse"].startswith("As published it cannot be met: “Upper-division Biology” needs 12 credits; ")
    assert upper["explanation"].startswith("Not met: ")
    assert upper["explanation"].endswith(upper["impasse"])
    assert found["Chemistry"]["impasse"] is None
    assert [one["canBeFinished"] for one in during["bestFit"] if one["program"]["name"] == "Biology"] == [False]

    changed(own_url, RESTORED)
    assert await asked(own, PROGRESS, code) == before


async def test_a_plan_that_has_met_its_program_can_finish_it(own, own_url, demo_plans) -> None:
    finished = next(plan.code for plan in demo_plans if plan.name == "Finished")
    changed(own_url, SHRUNK.replace("ARSU", "HPCC"))
    found = await asked(own, PROGRESS, finished)
    changed(own_url, RESTORED.replace("ARSU", "HPCC"))

    settled = [one for one in found["progress"]["requirements"] if one["status"] == "MET"]
    assert {one["impasse"] for one in settled} == {None}


async def test_the_catalog_is_looked_at_only_now_and_then(own, own_url, demo_plans, monkeypatch) -> None:
    code = next(plan.code for plan in demo_plans if plan.name == "Just started")
    monkeypatch.setattr(impasses, "SECONDS", 3_600.0)
    assert (await asked(own, PROGRESS, code))["progress"]["canBeFinished"] is True
    changed(own_url, SHRUNK)
    assert (await asked(own, PROGRESS, code))["progress"]["canBeFinished"] is True
    monkeypatch.setattr(impasses, "SECONDS", 0.0)
    assert (await asked(own, PROGRESS, code))["progress"]["canBeFinished"] is False
    changed(own_url, RESTORED)
