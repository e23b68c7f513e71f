"""`/metrics`: what is counted, in which format, and who may read it."""

import re
from pathlib import Path

import pytest
from prometheus_client import parser

from gql_api import database
from gql_api.schema import execution
from gql_api.web import metrics

pytestmark = pytest.mark.anyio

TOKEN = "a-token-of-the-monitoring-system"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
async def monitored(make_client):
    async with make_client({"METRICS_TOKEN": TOKEN}) as client:
        yield client


async def numbers(client) -> dict[tuple[str, ...], float]:
    """Each sample by its name and the values of its labels, in the order of the labels' names."""
    response = await client.get("/metrics", headers=BEARER)
    assert response.status_code == 200
    families = parser.text_string_to_metric_families(response.text)
    samples = [sample for family in families for sample in family.samples]
    return {(one.name, *[one.labels[name] for name in sorted(one.labels)]): one.value for one in samples}


async def ask(client, query: str, **more) -> int:
    return (await client.post("/graphql", json={"query": query}, **more)).status_code


async def test_every_request_is_counted_by_kind_and_by_what_became_of_it(monitored):
    await ask(monitored, "{ hello }")
    await ask(monitored, "{ hello }")
    await ask(monitored, '{ fails(kind: "input") }')
    await ask(monitored, "{ nowhere }", headers={"Accept": "application/graphql-response+json"})
    await ask(monitored, "{ role }", headers={"X-Admin-Token": "wrong"})
    await ask(monitored, "{ hello }", headers={"Content-Type": "text/plain"})
    found = await numbers(monitored)
    requests = {key[1:]: value for key, value in found.items() if key[0] == "gql_api_requests_total"}
    assert requests == {
        ("query", "ok"): 2,
        ("query", "errors"): 1,
        ("none", "refused"): 2,
        ("query", "refused"): 1,
    }
    assert found["gql_api_request_seconds_count", "query"] == 4
    assert found["gql_api_request_seconds_bucket", "query", "+Inf"] == 4
    assert 0 < found["gql_api_request_seconds_sum", "query"] < 40


async def test_a_defect_counts_as_failed(make_client):
    def broken(*_):
        raise RuntimeError

    async with make_client({"METRICS_TOKEN": TOKEN}, make_context=broken) as client:
        assert await ask(client, "{ hello }") == 500
        assert (await numbers(client))["gql_api_requests_total", "query", "failed"] == 1


async def test_what_is_executed_and_what_falls_back_is_counted_with_its_share(monitored, monkeypatch):
    counts = type(execution.fallbacks)()
    monkeypatch.setattr(metrics.execution, "fallbacks", counts)
    assert (await numbers(monitored))["gql_api_operations_fallen_back_share",] == 0
    counts.executed = 3
    counts.count("subscription")
    found = await numbers(monitored)
    assert found["gql_api_operations_executed_total",] == 3
    assert found["gql_api_operations_fallen_back_total", "subscription"] == 1
    assert found["gql_api_operations_fallen_back_share",] == 0.25


async def test_connections_and_documents_are_told_as_they_are(monitored):
    for query in ("{ hello }", "{ hello }", "{ role }", "{ nowhere }"):
        await ask(monitored, query)
    found = await numbers(monitored)
    assert found["gql_api_database_connections", "lent"] == 3
    assert found["gql_api_database_connections", "idle"] == 1
    assert found["gql_api_database_connections_most",] == 8
    assert found["gql_api_database_connections_awaited",] == 2
    assert found["gql_api_documents_kept",] == 2
    assert found["gql_api_documents_kept_characters",] == len("{ hello }{ role }")
    assert found["gql_api_documents_total", "kept"] == 1
    assert found["gql_api_documents_total", "anew"] == 3


async def test_the_build_and_the_process_are_told(monitored):
    found = await numbers(monitored)
    [(_, python, version)] = [key for key in found if key[0] == "gql_api_build_info"]
    assert re.fullmatch(r"3\.\d+\.\d+\S*", python)
    assert re.match(r"\d+\.\d+", version)
    assert found["process_resident_memory_bytes",] > 1_000_000


async def test_nothing_that_a_client_sent_becomes_a_label(monitored):
    await ask(monitored, "query SECRETNAME { hello }", headers={"X-Request-Id": "SECRETID"})
    text = (await monitored.get("/metrics", headers=BEARER)).text
    assert "SECRET" not in text


async def test_every_metric_is_documented_and_every_documented_one_exists(monitored):
    await ask(monitored, "{ hello }")
    text = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text("utf-8")
    documented = set(re.findall(r"^\| `(gql_api_\w+)`", text, re.MULTILINE))
    told = (await monitored.get("/metrics", headers=BEARER)).text
    families = re.findall(r"^# TYPE (gql_api_\w+) (\w+)$", told, re.MULTILINE)
    assert {name for name, _ in families if not name.endswith("_created")} == documented


async def test_the_newer_format_is_answered_to_who_prefers_it(monitored):
    plain = await monitored.get("/metrics", headers=BEARER)
    assert plain.headers["content-type"].startswith("text/plain; version=")
    assert plain.headers["cache-control"] == "no-store"
    newer = await monitored.get("/metrics", headers={**BEARER, "Accept": "application/openmetrics-text"})
    assert newer.headers["content-type"].startswith("application/openmetrics-text")
    assert newer.text.endswith("# EOF\n")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": TOKEN},
        {"X-Admin-Token": "wrong"},
        {"X-Plan-Token": "good-token"},
    ],
    ids=["nothing", "a wrong token", "no scheme", "a wrong administrator", "a plan's holder"],
)
async def test_nobody_else_may_read_them(monitored, headers):
    response = await monitored.get("/metrics", headers=headers)
    assert response.status_code == 401
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_an_administrator_may_read_them_and_without_a_token_of_its_own_nobody_else(client):
    assert (
        await client.get("/metrics", headers={"X-Admin-Token": "test-admin-token-of-the-web-layer"})
    ).status_code == 200
    assert (await client.get("/metrics", headers={"Authorization": "Bearer "})).status_code == 401
    assert (await client.get("/metrics", headers={"Authorization": "Bearer None"})).status_code == 401


async def test_guessing_the_token_is_slowed_down(monitored):
    for _ in range(10):
        assert (await monitored.get("/metrics", headers={"Authorization": "Bearer no"})).status_code == 401
    response = await monitored.get("/metrics", headers=BEARER)
    assert response.status_code == 429
    assert int(response.headers["retry-after"]) > 0


async def test_a_pool_tells_what_its_connections_do(database_url):
    pool = database.Database.open(database_url, pool_size=2)
    try:
        assert pool.usage == database.Usage(size=2, lent=0, idle=0, waiting=0)
        async with pool.writing():
            assert pool.usage == database.Usage(size=2, lent=1, idle=0, waiting=0)
        assert pool.usage == database.Usage(size=2, lent=0, idle=1, waiting=0)
    finally:
        await pool.close()
