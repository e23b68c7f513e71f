"""Credentials: who is let in as what, and how guessing is slowed down."""

import pytest

from gql_api.web import throttle

pytestmark = pytest.mark.anyio

ADMIN = "test-admin-token-of-the-web-layer"
ROLE = "{ role }"


async def ask(client, query=ROLE, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.post("/graphql", json={"query": query}, headers=named)


def code(response):
    return response.json()["errors"][0]["extensions"]["code"]


@pytest.mark.parametrize(
    ("headers", "role"),
    [
        ({}, "anonymous"),
        ({"X_Admin_Token": ADMIN}, "administrator"),
        ({"X_Admin_Token": ""}, "anonymous"),
        ({"X_Plan_Token": "good-token"}, "plan_holder 7"),
        ({"X_Plan_Code": "GOODCODE"}, "plan_holder 7"),
        ({"X_Plan_Code": "GOODCODE", "X_Plan_Token": "good-token"}, "plan_holder 7"),
        ({"X_Admin_Token": ADMIN, "X_Plan_Token": "good-token"}, "administrator"),
    ],
)
async def test_the_headers_say_who_asks(client, headers, role):
    assert (await ask(client, **headers)).json() == {"data": {"role": role}}


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Admin_Token": "wrong"},
        {"X_Admin_Token": ADMIN + "x"},
        {"X_Admin_Token": ADMIN[:-1]},
        {"X_Admin_Token": "ÿÿÿ".encode("latin-1")},
        {"X_Plan_Token": "wrong"},
        {"X_Plan_Code": "WRONG"},
        {"Authorization": "Bearer something"},
        {"Authorization": "Basic eDp5"},
        {"X_Admin_Token": ADMIN, "X_Plan_Token": "wrong"},
    ],
)
@pytest.mark.parametrize("accept", ["application/graphql-response+json", "application/json"])
async def test_a_wrong_credential_is_401_before_anything_runs(client, contexts, headers, accept):
    response = await ask(client, Accept=accept, **headers)
    assert (response.status_code, code(response)) == (401, "UNAUTHENTICATED")
    assert response.headers["www-authenticate"]
    assert contexts.opened == 0
    assert ADMIN not in response.text


async def test_two_different_plans_in_one_request_are_refused(client):
    response = await ask(client, X_Plan_Token="other-token", X_Plan_Code="GOODCODE")
    assert (response.status_code, code(response)) == (400, "INVALID_INPUT")


@pytest.mark.parametrize("name", ["X-Admin-Token", "X-Plan-Token", "X-Plan-Code", "Authorization"])
async def test_a_credential_sent_twice_is_refused(client, name):
    headers = [(name, ADMIN), (name, ADMIN), ("Content-Type", "application/json")]
    response = await client.post("/graphql", content=b'{"query": "{ role }"}', headers=headers)
    assert (response.status_code, code(response)) == (400, "BAD_REQUEST")


@pytest.mark.parametrize(
    "query",
    [
        "mutation { changeCatalog }",
        "mutation { x: changeCatalog touch }",
        "mutation { touch ...F } fragment F on Mutation { ... on Mutation { changeCatalog } }",
        "mutation { changeCatalog @skip(if: true) touch }",
        "{ auditLog }",
    ],
)
@pytest.mark.parametrize("headers", [{}, {"X_Plan_Token": "good-token"}])
async def test_an_administrators_field_without_the_token_is_401_and_nothing_runs(client, contexts, query, headers):
    response = await ask(client, query, **headers)
    assert (response.status_code, code(response)) == (401, "UNAUTHENTICATED")
    assert "X-Admin-Token" in response.json()["errors"][0]["message"]
    assert contexts.opened == 0
    allowed = await ask(client, query, X_Admin_Token=ADMIN)
    assert allowed.status_code == 200
    assert "errors" not in allowed.json()


async def test_only_the_operation_that_runs_needs_the_token(client):
    body = {"query": "query A { role } mutation B { changeCatalog }", "operationName": "A"}
    assert (await client.post("/graphql", json=body)).json() == {"data": {"role": "anonymous"}}


async def test_ten_wrong_tokens_are_throttled_without_hurting_readers_or_plan_holders(client):
    for _ in range(10):
        assert (await ask(client, X_Admin_Token="wrong")).status_code == 401
    refused = await ask(client, X_Admin_Token=ADMIN)
    assert (refused.status_code, code(refused)) == (429, "RATE_LIMITED")
    assert 0 < int(refused.headers["retry-after"]) <= 60
    assert refused.json()["errors"][0]["extensions"]["retryAfter"] == int(refused.headers["retry-after"])
    assert (await ask(client)).json() == {"data": {"role": "anonymous"}}
    assert (await ask(client, X_Plan_Token="good-token")).json() == {"data": {"role": "plan_holder 7"}}
    assert (await ask(client, X_Plan_Code="GOODCODE")).json() == {"data": {"role": "plan_holder 7"}}


async def test_wrong_plan_tokens_are_throttled_and_good_ones_pass(client):
    statuses = [(await ask(client, X_Plan_Token=f"wrong{n}")).status_code for n in range(12)]
    assert statuses == [401] * 10 + [429] * 2
    assert (await ask(client, X_Plan_Token="good-token")).json() == {"data": {"role": "plan_holder 7"}}


async def test_thirty_wrong_plan_codes_are_throttled(client):
    statuses = [(await ask(client, X_Plan_Code=f"WRONG{n}")).status_code for n in range(31)]
    assert statuses == [401] * 30 + [429]


def test_a_throttle_forgets_after_its_time_and_keys_are_apart():
    now = [0.0]
    counting = throttle.Throttle(limit=2, seconds=60, clock=lambda: now[0])
    counting.count("a")
    assert counting.wait("a") is None
    counting.count("a")
    assert counting.wait("a") == 60
    assert counting.wait("b") is None
    now[0] = 59.5
    assert counting.wait("a") == 1
    now[0] = 60.0
    assert counting.wait("a") is None
    counting.count("a")
    assert counting.wait("a") is None


def test_a_throttle_keeps_a_bounded_number_of_clients():
    counting = throttle.Throttle(limit=1, capacity=3)
    for client in "abcd":
        counting.count(client)
    assert [counting.wait(client) is not None for client in "abcd"] == [False, True, True, True]


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_a_client_is_an_address_or_a_network_of_ipv6(address, client):
    assert throttle.client_of(address) == client
