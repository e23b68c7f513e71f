"""What clients are told about failures, and what they are not."""

import json

import pytest
from structlog.testing import capture_logs

from gql_api import errors
from gql_api.web import assembly, auth, limits

pytestmark = pytest.mark.anyio


async def ask(client, query, accept="application/graphql-response+json", **headers):
    return await client.post("/graphql", json={"query": query}, headers={"Accept": accept, **headers})


async def test_an_expected_error_has_its_code_its_paths_and_its_location(client):
    response = await ask(client, '{ broken: fails(kind: "input") hello }')
    assert response.status_code == 200
    assert response.json() == {
        "data": {"broken": None, "hello": "Hello, world!"},
        "errors": [
            {
                "message": "credits must be at most 999.99",
                "path": ["broken"],
                "locations": [{"line": 1, "column": 3}],
                "extensions": {"code": "INVALID_INPUT", "inputPath": ["input", "credits"]},
            }
        ],
    }


@pytest.mark.parametrize(
    ("kind", "extensions"),
    [("stale", {"code": "STALE_REVISION", "currentRevision": 4}), ("forbidden", {"code": "FORBIDDEN"})],
)
async def test_an_error_carries_what_its_code_promises(client, kind, extensions):
    response = await ask(client, f'{{ fails(kind: "{kind}") }}')
    assert response.json()["errors"][0]["extensions"] == extensions


async def test_a_defect_is_masked_and_logged_under_the_id_that_the_client_is_told(client):
    with capture_logs() as logs:
        response = await ask(client, 'query Q { fails(kind: "defect") }', **{"X-Request-Id": "abc-123"})
    assert response.status_code == 200
    error = response.json()["errors"][0]
    assert error["message"] == "Something went wrong; quote request id abc-123."
    assert error["extensions"] == {"code": "INTERNAL", "requestId": "abc-123"}
    assert "SELECT" not in response.text
    assert "/srv" not in response.text
    [entry] = [entry for entry in logs if entry["event"] == "defect"]
    assert (entry["request_id"], entry["operation"], entry["path"]) == ("abc-123", "Q", ["fails"])
    assert isinstance(entry["exc_info"], RuntimeError)


async def test_an_expected_error_is_not_logged_as_a_defect(client):
    with capture_logs() as logs:
        await ask(client, '{ fails(kind: "input") }')
    assert [entry["event"] for entry in logs] == ["request"]


async def test_null_that_reaches_the_root_keeps_status_200_and_the_data_entry(client):
    response = await ask(client, '{ failsWhole(kind: "input") }')
    assert response.status_code == 200
    assert response.json()["data"] is None
    assert response.json()["errors"][0]["path"] == ["failsWhole"]


@pytest.mark.parametrize("field", ["fails", "failsWhole"])
@pytest.mark.parametrize("accept", ["application/graphql-response+json", "application/json"])
async def test_a_database_that_is_away_is_503_with_a_time_to_try_again(client, field, accept):
    response = await ask(client, f'{{ {field}(kind: "unavailable") }}', accept)
    assert (response.status_code, response.headers["retry-after"]) == (503, "3")
    error = response.json()["errors"][0]
    assert error["extensions"] == {"code": "UNAVAILABLE", "retryAfter": 3}
    assert "/var/run" not in response.text
    assert "data" not in response.json()


async def test_what_was_answered_before_the_database_went_away_is_kept(client):
    response = await ask(client, '{ hello fails(kind: "unavailable") }')
    assert response.status_code == 200
    assert response.json()["data"] == {"hello": "Hello, world!", "fails": None}


async def test_a_database_that_is_away_when_the_code_is_looked_up_is_503(make_client):
    async def away(code: str) -> int | None:
        raise errors.Unavailable("gone", retry_after=2)

    doors = auth.Doors(admin_token="x", plan_of_token={}.get, plan_of_code=away)
    async with make_client(doors=doors) as client:
        response = await ask(client, "{ role }", **{"X-Plan-Code": "GOODCODE"})
    assert (response.status_code, response.headers["retry-after"]) == (503, "2")


async def test_a_value_that_the_type_refuses_inside_the_document_is_a_validation_error(client):
    response = await ask(client, '{ number(n: "x") }')
    assert response.json()["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


@pytest.mark.parametrize(("accept", "status"), [("application/graphql-response+json", 400), ("application/json", 200)])
async def test_a_wrong_variable_is_told_with_its_path_and_where_it_is_declared(client, accept, status):
    body = {"query": "query Q($box: Box!) { box(box: $box) }", "variables": {"box": {"size": 1, "inner": {}}}}
    response = await client.post("/graphql", json=body, headers={"Accept": accept})
    assert response.status_code == status
    assert response.json() == {
        "errors": [
            {
                "message": "size is missing.",
                "locations": [{"line": 1, "column": 9}],
                "extensions": {"code": "INVALID_INPUT", "inputPath": ["box", "inner", "size"]},
            }
        ]
    }


async def test_without_introspection_a_wrong_variable_tells_no_name_of_the_schema(make_client):
    async with make_client({"INTROSPECTION": "false"}) as client:
        body = {"query": "query Q($box: Box!) { box(box: $box) }", "variables": {"box": {"size": 1, "iner": {}}}}
        response = await client.post("/graphql", json=body)
    assert response.json()["errors"][0]["message"] == "Box has no field iner."


async def test_an_operation_that_takes_too_long_is_cut_off_with_its_context_closed(make_client, contexts, monkeypatch):
    monkeypatch.setattr(assembly, "Limits", lambda body_bytes: limits.Limits(body_bytes=body_bytes, seconds=0.3))
    async with make_client() as client:
        response = await ask(client, "{ slow(seconds: 600) }")
    assert response.status_code == 504
    assert response.json()["errors"][0]["extensions"]["code"] == "DEADLINE_EXCEEDED"
    assert (contexts.opened, contexts.closed) == (1, 1)


async def test_every_context_is_closed_whatever_happened(client, contexts):
    for query in ("{ hello }", '{ fails(kind: "defect") }', "mutation { touch }", "{ nothing }", "{"):
        await ask(client, query)
    assert contexts.opened == contexts.closed == 3


async def test_a_defect_outside_execution_is_masked_and_leaves_no_trace_for_the_client(make_client):
    def explode(viewer, request_id, guesses):
        raise ValueError("password=hunter2")

    with capture_logs() as logs:
        async with make_client(make_context=explode) as client:
            response = await ask(client, "{ hello }")
    assert response.status_code == 500
    assert response.json()["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert "hunter2" not in response.text
    assert [entry["event"] for entry in logs] == ["defect", "request"]


async def test_the_context_knows_the_request_id_of_the_answer(make_client):
    seen = []

    class Seen:
        def __init__(self, _viewer, request_id, _guesses):
            seen.append(request_id)

        def selects(self, _fields):
            pass

        async def close(self):
            pass

    async with make_client(make_context=Seen) as client:
        response = await ask(client, "{ hello }")
    assert seen == [response.headers["x-request-id"]]


async def test_errors_of_every_kind_are_json_objects_with_a_message_and_a_code(client):
    documents = (b"{", b"{ nothing }", b"{ number(n: 99999999999) }", b"query A { hello } query B { hello }")
    for body in (b"", b"{", b"[]", *(b'{"query": "%b"}' % document for document in documents)):
        response = await client.post("/graphql", content=body, headers={"Content-Type": "application/json"})
        for error in json.loads(response.content)["errors"]:
            assert error["message"]
            assert error["extensions"]["code"]
