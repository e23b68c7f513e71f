"""Ids, logs, security headers, compression, health."""

import asyncio
import json
import logging

import httpx
import pytest
import sqlalchemy as sa
import structlog
from structlog.testing import capture_logs

from gql_api import errors
from gql_api.web import health, logs

pytestmark = pytest.mark.anyio
PATIENCE = health.PATIENCE  # as it is before the tests' fixtures have made it long


@pytest.mark.parametrize("given", ["abc", "A1.b-c_d:e", "x" * 64])
async def test_a_sane_request_id_is_kept(client, given):
    response = await client.get("/livez", headers={"X-Request-Id": given})
    assert response.headers["x-request-id"] == given


@pytest.mark.parametrize("given", [None, "", "a b", "x" * 65, "-x", 'a"b', "a\\u001b"])
async def test_another_request_id_is_replaced(client, given):
    headers = {} if given is None else {"X-Request-Id": given}
    first = (await client.get("/livez", headers=headers)).headers["x-request-id"]
    second = (await client.get("/livez", headers=headers)).headers["x-request-id"]
    assert len(first) == len(second) == 32
    assert first != second


async def test_a_request_is_logged_without_anything_private(client):
    body = {"query": "query Plan($c: String!) { plan(code: $c) { id } }", "variables": {"c": "GOODCODE"}}
    with capture_logs() as captured:
        await client.post("/graphql?x=PRIVATE", json=body, headers={"X-Plan-Token": "good-token", "X-Request-Id": "r1"})
    [entry] = captured
    assert entry.pop("ms") > 0
    assert entry == {
        "event": "request",
        "log_level": "info",
        "method": "POST",
        "path": "/graphql",
        "status": 200,
        "request_id": "r1",
        "operation": "Plan",
    }


async def test_a_refused_request_is_logged_too(client):
    with capture_logs() as captured:
        await client.post("/graphql", content=b"{", headers={"Content-Type": "application/json"})
    assert [(entry["status"], entry["operation"]) for entry in captured] == [(400, None)]


async def test_probes_that_succeed_are_quiet(client):
    with capture_logs() as captured:
        await client.get("/livez")
    assert [entry["log_level"] for entry in captured] == ["debug"]


@pytest.fixture
def restored_logging():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


async def test_a_line_of_the_log_is_one_json_object(client, capsys, restored_logging):
    logs.configure("info", "json")
    await client.post("/graphql", json={"query": 'query Q { fails(kind: "defect") }'}, headers={"X-Request-Id": "r2"})
    logging.getLogger("some.library").warning("careful with %s", "this")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    defect, request, library = [line for line in lines if line["logger"] != "httpx"]
    assert (defect["event"], defect["level"], defect["request_id"]) == ("defect", "error", "r2")
    assert "RuntimeError" in defect["exception"]
    assert (request["event"], request["status"], request["operation"]) == ("request", 200, "Q")
    assert (library["event"], library["level"]) == ("careful with this", "warning")
    assert all(line["timestamp"].endswith("Z") for line in lines)


@pytest.mark.parametrize("form", ["json", "console"])
async def test_a_traceback_in_the_log_quotes_no_row_and_no_parameter(connection, capsys, restored_logging, form):
    logs.configure("info", form)
    statement = sa.text("INSERT INTO institutions (name) VALUES (:name), (:name)")
    values = {"name": "Jane\nDoe"}  # apart from the call, whose line a traceback shows
    with pytest.raises(sa.exc.IntegrityError) as caught:
        async with connection.begin_nested():
            await connection.execute(statement, values)
    logging.getLogger("test").error("failed", exc_info=caught.value)
    written = capsys.readouterr().err
    assert "UniqueViolation" in written
    assert "INSERT INTO institutions" in written
    assert "Jane" not in written
    assert written.count("[values left out]") == 3  # of the driver's error, and of SQLAlchemy's both parts


async def test_every_answer_has_the_security_headers(client):
    for response in (await client.get("/livez"), await client.get("/nothing"), await client.post("/graphql")):
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["x-frame-options"] == "DENY"
        assert response.headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in response.headers["content-security-policy"]
        assert "server" not in response.headers
        assert "strict-transport-security" not in response.headers


async def test_production_adds_hsts_and_serves_no_page(make_client):
    secret = "q8Zr2Lw0vYp5Nf7Tg1Hd4Kx9Bm3Cs6Je"
    production = {
        "GQL_API_PROFILE": "production",
        "DATABASE_URL": "postgresql://u:p@db/x",
        "SECRET_KEY": secret,
        "ADMIN_TOKEN": secret[::-1],
        "GRAPHIQL": "",
    }
    async with make_client(production) as client:
        response = await client.get("/graphql", headers={"Accept": "text/html"})
        assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (406, "NOT_ACCEPTABLE")
        assert response.headers["strict-transport-security"].startswith("max-age=31536000")
        assert (await client.get("/")).status_code == 404
        assert (await client.get("/graphql/assets/x.js")).status_code == 404


async def test_large_answers_are_compressed_for_clients_that_can(client):
    query = {"query": "{ long }"}
    packed = await client.post("/graphql", json=query, headers={"Accept-Encoding": "gzip"})
    plain = await client.post("/graphql", json=query, headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < 500
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()


async def test_liveness_is_200_whatever_happens_to_the_database(make_client):
    async def away():
        raise errors.Unavailable("gone")

    async with make_client(ping=away) as client:
        assert (await client.get("/livez")).status_code == 200
        for path in ("/readyz", "/api/health"):
            response = await client.get(path)
            assert (response.status_code, response.headers["retry-after"]) == (503, "1")
        assert response.json()["database"] == {"status": "unavailable"}


async def test_readiness_says_no_within_a_second_when_the_database_hangs(make_client, monkeypatch):
    monkeypatch.setattr(health, "PATIENCE", 0.05)
    async with make_client(ping=asyncio.Event().wait) as client:
        assert (await client.get("/readyz")).status_code == 503
    assert PATIENCE <= 0.8


async def test_readiness_says_no_while_the_server_stops_and_requests_are_still_answered(make_client, make_application):
    application = make_application()
    application.state.draining = True
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=application), base_url="http://server") as client:
        assert (await client.get("/readyz")).status_code == 503
        assert (await client.get("/livez")).status_code == 200
        assert (await client.get("/api/health")).json()["status"] == "stopping"
        assert (await client.post("/graphql", json={"query": "{ hello }"})).status_code == 200


async def test_health_reports_the_databases_answering_time_and_the_version(client):
    response = await client.get("/api/health")
    assert response.status_code == 200
    report = response.json()
    assert report["status"] == report["database"]["status"] == "ok"
    assert report["database"]["pingMilliseconds"] >= 0
    assert report["version"].count(".") >= 2
    assert response.headers["cache-control"] == "no-store"


async def test_the_root_leads_to_the_page(client):
    response = await client.get("/")
    assert (response.status_code, response.headers["location"]) == (307, "/graphql")


async def test_the_lifespan_closes_what_the_application_was_given(make_application):
    closed = []

    async def close():
        closed.append(True)

    application = make_application(close=close)
    async with application.router.lifespan_context(application):
        assert closed == []
    assert closed == [True]
