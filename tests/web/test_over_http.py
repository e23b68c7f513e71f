"""GraphQL over HTTP: methods, media types, status codes. The ids are those of the public audit (`graphql-http`)."""

import pytest

pytestmark = pytest.mark.anyio

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
HELLO = {"query": "{ hello }"}
ANSWER = {"data": {"hello": "Hello, world!"}}


async def post(client, body, accept=GRAPHQL, **headers):
    return await client.post("/graphql", json=body, headers={"Accept": accept, **headers})


def code(response):
    assert response.headers["content-type"].startswith((GRAPHQL, JSON))
    return response.json()["errors"][0]["extensions"]["code"]


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        pytest.param(GRAPHQL, GRAPHQL, id="22EB"),
        pytest.param(JSON, JSON, id="4655"),
        pytest.param("*/*", JSON, id="47DE"),
        pytest.param("", JSON, id="80D8"),
        pytest.param("application/*", JSON, id="any application type"),
        pytest.param(f"{JSON}, {GRAPHQL}", GRAPHQL, id="both named"),
        pytest.param(f"{GRAPHQL};q=0.5, {JSON}", JSON, id="legacy weighs more"),
        pytest.param(f"{JSON};q=0, */*", GRAPHQL, id="legacy ruled out"),
        pytest.param(f"{JSON}, multipart/mixed", JSON, id="what GraphiQL sends"),
        pytest.param("text/html, */*;q=0.1", JSON, id="a POST never answers with the page"),
        pytest.param(f"{GRAPHQL}; charset=utf-8, {JSON}; charset=utf-8", GRAPHQL, id="with charset"),
    ],
)
async def test_the_media_type_follows_the_accept_header(client, accept, media):
    response = await post(client, HELLO, accept)
    assert response.status_code == 200
    assert response.headers["content-type"] == f"{media}; charset=utf-8"  # 82A3
    assert response.json() == ANSWER


@pytest.mark.parametrize("accept", ["text/plain", "image/*", f"{JSON};q=0", f"{GRAPHQL};q=nan", "application/xml"])
async def test_an_accept_header_that_allows_neither_is_refused(client, accept):
    response = await post(client, HELLO, accept)
    assert (response.status_code, code(response)) == (406, "NOT_ACCEPTABLE")


@pytest.mark.parametrize(
    "kind", ["application/json; charset=utf-8", "application/json", 'application/json; charset="UTF-8"']
)
async def test_utf8_json_is_accepted_as_a_body(client, kind):  # BF61, 78D5, 03D4
    body = '{"query": "{ hello(name: \\"Zoë\\") }"}'.encode()
    response = await client.post("/graphql", content=body, headers={"Content-Type": kind})
    assert response.json() == {"data": {"hello": "Hello, Zoë!"}}


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="9ABE"),
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": "application/json; charset=latin-1"},
        {"Content-Type": "application/graphql"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ],
)
async def test_another_content_type_is_refused(client, headers):
    response = await client.post("/graphql", content=b'{"query":"{hello}"}', headers=headers)
    assert (response.status_code, code(response)) == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_get_answers_a_query_with_variables_and_operation_name(client):  # 5A70, D6D5, 6A70
    parameters = {
        "query": "query A { role } query B($name: String!) { hello(name: $name) }",
        "operationName": "B",
        "variables": '{"name": "you"}',
    }
    for accept in (GRAPHQL, JSON):
        response = await client.get("/graphql", params=parameters, headers={"Accept": accept})
        assert response.json() == {"data": {"hello": "Hello, you!"}}


async def test_get_refuses_a_mutation(client):  # 9C48
    response = await client.get("/graphql", params={"query": "mutation { touch }"})
    assert (response.status_code, code(response), response.headers["allow"]) == (405, "METHOD_NOT_ALLOWED", "POST")


@pytest.mark.parametrize(
    ("parameters", "headers"),
    [
        ({"query": '{ mine: plan(code: "GOODCODE") { id } }'}, {}),
        ({"query": '{ ...on Query { ...F } } fragment F on Query { plan(code: "GOODCODE") { id } }'}, {}),
        ({"query": "{ role }"}, {"X-Plan-Token": "good-token"}),
        ({"query": "{ role }"}, {"X-Admin-Token": "whatever"}),
    ],
)
async def test_get_refuses_what_touches_a_plan_or_needs_a_credential(client, parameters, headers):
    response = await client.get("/graphql", params=parameters, headers=headers)
    assert (response.status_code, code(response), response.headers["allow"]) == (405, "METHOD_NOT_ALLOWED", "POST")
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "TRACE"])
async def test_other_methods_are_refused_with_the_allowed_ones(client, method):
    response = await client.request(method, "/graphql")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, POST, OPTIONS"


async def test_options_names_the_methods(client):
    response = await client.options("/graphql")
    assert (response.status_code, response.headers["allow"]) == (204, "GET, POST, OPTIONS")


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        pytest.param(b"", "BAD_REQUEST", id="A5BF no body"),
        pytest.param(b'{"query": ', "BAD_REQUEST", id="BCF8 B7N8 malformed"),
        pytest.param(b'{"query": "\xff"}', "BAD_REQUEST", id="invalid UTF-8"),
        pytest.param(b'\xef\xbb\xbf{"query": "{hello}"}', "BAD_REQUEST", id="byte order mark"),
        pytest.param(b"null", "BAD_REQUEST", id="null"),
        pytest.param(b'"{ hello }"', "BAD_REQUEST", id="a text"),
        pytest.param(b'[{"query": "{ hello }"}]', "BATCHING_NOT_SUPPORTED", id="a batch"),
        pytest.param(b"{}", "BAD_REQUEST", id="423L no query"),
        pytest.param(b'{"query": 1}', "BAD_REQUEST", id="LKJ0 query is a number"),
        pytest.param(b'{"query": ["{hello}"]}', "BAD_REQUEST", id="LKJ3 query is a list"),
        pytest.param(b'{"query": "  "}', "BAD_REQUEST", id="query is blank"),
        pytest.param(b'{"query": "{hello}", "operationName": {}}', "BAD_REQUEST", id="6C00 operationName is an object"),
        pytest.param(b'{"query": "{hello}", "variables": []}', "BAD_REQUEST", id="4760 variables is a list"),
        pytest.param(b'{"query": "{hello}", "variables": "x"}', "BAD_REQUEST", id="4761 variables is a text"),
        pytest.param(b'{"query": "{hello}", "variables": 0}', "BAD_REQUEST", id="4762 variables is a number"),
        pytest.param(b'{"query": "{hello}", "variables": false}', "BAD_REQUEST", id="variables is false"),
        pytest.param(b'{"query": "{hello}", "extensions": "x"}', "BAD_REQUEST", id="58B0 extensions is a text"),
        pytest.param(b'{"query": "{hello}", "query": "{role}"}', "BAD_REQUEST", id="a key twice"),
        pytest.param(
            b'{"query": "{hello}", "variables": {"a": {"b": 1, "b": 2}}}', "BAD_REQUEST", id="a deep key twice"
        ),
        pytest.param(b'{"query": "{hello}", "variables": {"a": NaN}}', "BAD_REQUEST", id="NaN"),
        pytest.param(b'{"query": "{hello}", "variables": {"a": 1e999}}', "BAD_REQUEST", id="infinity"),
        pytest.param(
            b'{"query": "{hello}", "variables": {"a": ' + b"9" * 5000 + b"}}", "BAD_REQUEST", id="a huge integer"
        ),
        pytest.param(b'{"query": "{hello}", "variables": {"a": "\\ud800"}}', "BAD_REQUEST", id="a lone surrogate"),
        pytest.param(b'{"query": "{hello}", "variables": {"a": "\\u0000"}}', "BAD_REQUEST", id="U+0000"),
        pytest.param(b'{"query": "{hello}", "variables": {"\\u0000": 1}}', "BAD_REQUEST", id="U+0000 in a key"),
        pytest.param(
            b'{"query": "{hello}", "variables": {"a":' + b"[" * 70 + b"]" * 70 + b"}}", "BAD_REQUEST", id="deep"
        ),
        pytest.param(b"[" * 100_000, "BAD_REQUEST", id="very deep"),
        pytest.param(b'{"a":' * 20_000, "BAD_REQUEST", id="very deep objects"),
    ],
)
@pytest.mark.parametrize("accept", [GRAPHQL, JSON])
async def test_a_malformed_request_is_400_with_a_code_and_without_data(client, body, wanted, accept):
    headers = {"Content-Type": "application/json", "Accept": accept}
    response = await client.post("/graphql", content=body, headers=headers)
    assert (response.status_code, code(response)) == (400, wanted)
    assert "data" not in response.json()
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "query=",
        "query={hello}&query={role}",
        "query=%ff",
        "query={hello}&variables={",
        "query={hello}&variables=[]",
    ],
)
async def test_a_malformed_query_string_is_400(client, query):
    response = await client.get(f"/graphql?{query}")
    assert (response.status_code, code(response)) == (400, "BAD_REQUEST")


async def test_null_and_absent_parameters_are_the_same(client):  # 28B9, 1B7A, 13EE, B8B3
    body = {"query": "query Q { hello }", "operationName": None, "variables": None, "extensions": None}
    assert (await post(client, body)).json() == ANSWER
    body = {"query": "query Q { hello }", "operationName": "Q", "variables": {}, "extensions": {"a": {}}, "other": 1}
    assert (await post(client, body, JSON)).json() == ANSWER


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        pytest.param({"query": "{"}, "GRAPHQL_PARSE_FAILED", id="572B 865D 556A D586"),
        pytest.param({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED", id="FDE2 51FE 74FF 5E5B"),
        pytest.param({"query": "query($n: Int!) { number(n: $n) }"}, "INVALID_INPUT", id="7B9B 86EE absent"),
        pytest.param(
            {"query": "query($n: Int!) { number(n: $n) }", "variables": {"n": "x"}},
            "INVALID_INPUT",
            id="7B9B 86EE wrong",
        ),
        pytest.param(
            {"query": "query($n: Int!) { number(n: $n) }", "variables": {"n": 2**40}}, "INVALID_INPUT", id="too large"
        ),
        pytest.param({"query": "query A {hello} query B {hello}"}, "OPERATION_NOT_FOUND", id="which of two"),
        pytest.param({"query": "query A {hello}", "operationName": "B"}, "OPERATION_NOT_FOUND", id="unknown name"),
        pytest.param({"query": "fragment F on Query {hello}"}, "GRAPHQL_VALIDATION_FAILED", id="only a fragment"),
        pytest.param({"query": "type A { b: Int }"}, "GRAPHQL_VALIDATION_FAILED", id="a type definition"),
        pytest.param({"query": "# nothing"}, "GRAPHQL_PARSE_FAILED", id="only a comment"),
        pytest.param({"query": "{ " + "a { " * 20 + "b" + "}" * 21}, "COMPLEXITY_LIMIT", id="too deep"),
        pytest.param({"query": '{ hello(name: "\\u0000") }'}, "INVALID_INPUT", id="U+0000 in the document"),
    ],
)
async def test_an_unfit_document_is_400_and_200_in_the_legacy_media_type(client, body, wanted):
    strict, legacy = await post(client, body, GRAPHQL), await post(client, body, JSON)
    assert (strict.status_code, legacy.status_code) == (400, 200)
    assert code(strict) == code(legacy) == wanted
    assert "data" not in strict.json()
    assert strict.json() == legacy.json()


async def test_the_error_of_a_document_has_its_location(client):
    response = await post(client, {"query": "{\n  nothing\n}"})
    assert response.json()["errors"][0]["locations"] == [{"line": 2, "column": 3}]


async def test_subscriptions_are_refused_with_a_code_of_their_own(client):
    response = await post(client, {"query": "subscription { ticks }"})
    assert (response.status_code, code(response)) == (400, "SUBSCRIPTION_NOT_SUPPORTED")


async def test_two_operations_run_the_one_that_is_named(client):
    response = await post(client, {"query": "query A { hello } query B { role }", "operationName": "B"})
    assert response.json() == {"data": {"role": "anonymous"}}


async def test_what_get_answers_may_be_kept_and_is_confirmed_by_its_tag(client):
    first = await client.get("/graphql", params=HELLO)
    assert first.headers["cache-control"] == "public, no-cache"
    assert "accept" in first.headers["vary"].lower()
    tag = first.headers["etag"]
    again = await client.get("/graphql", params=HELLO, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    other = await client.get("/graphql", params={"query": '{ hello(name: "x") }'}, headers={"If-None-Match": tag})
    assert other.status_code == 200


@pytest.mark.parametrize("body", [HELLO, {"query": "{"}, {"query": '{ fails(kind: "input") }'}])
async def test_what_post_answers_is_never_kept(client, body):
    assert (await post(client, body)).headers["cache-control"] == "no-store"


async def test_a_body_over_the_limit_is_refused_before_it_is_read(client):
    body = {"query": "{ hello }", "variables": {"x": "y" * 262_144}}
    response = await post(client, body)
    assert (response.status_code, code(response)) == (413, "PAYLOAD_TOO_LARGE")


async def test_a_body_over_the_limit_that_hides_its_length_is_refused(client):
    async def chunks():
        for _ in range(300):
            yield b" " * 1024

    response = await client.post("/graphql", content=chunks(), headers={"Content-Type": "application/json"})
    assert (response.status_code, code(response)) == (413, "PAYLOAD_TOO_LARGE")


async def test_a_body_at_the_limit_is_read(client):
    body = b'{"query": "{ hello }"}'
    padded = body + b" " * (262_144 - len(body))
    response = await client.post("/graphql", content=padded, headers={"Content-Type": "application/json"})
    assert response.json() == ANSWER


async def test_an_unknown_address_is_a_coded_404(client):
    response = await client.get("/nothing")
    assert (response.status_code, code(response)) == (404, "NOT_FOUND")


async def test_introspection_is_answered_unless_it_is_switched_off(make_client):
    query = {"query": "{ __schema { queryType { name } } __typename }"}
    async with make_client({"INTROSPECTION": "true"}) as client:
        assert (await post(client, query)).json()["data"]["__schema"] == {"queryType": {"name": "Query"}}
    async with make_client({"INTROSPECTION": "false"}) as client:
        response = await post(client, query)
        assert (response.status_code, code(response)) == (400, "GRAPHQL_VALIDATION_FAILED")
        assert (await post(client, {"query": "{ __typename }"})).json() == {"data": {"__typename": "Query"}}
        hidden = (await post(client, {"query": "{ hallo }"})).json()["errors"][0]["message"]
        assert hidden == "Cannot query field 'hallo' on type 'Query'."
