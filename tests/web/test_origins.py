"""Other sites' pages cannot send requests; allowed ones can and may read the answers."""

import pytest

pytestmark = pytest.mark.anyio

BODY = {"query": "mutation { touch }"}
FRONT_END = "https://advising.example.edu"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://server.evil.example"},
        {"Origin": "http://server:81"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    ],
)
async def test_a_request_from_another_site_is_refused(client, headers):
    for response in (
        await client.post("/graphql", json=BODY, headers=headers),
        await client.get("/graphql", params={"query": "{ hello }"}, headers=headers),
    ):
        assert response.status_code == 403
        assert response.json()["errors"][0]["extensions"]["code"] == "CROSS_SITE_REQUEST"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://server"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://public.example"},
        {"Sec-Fetch-Site": "none"},
    ],
)
async def test_programs_and_our_own_page_are_let_through(client, headers):
    response = await client.post("/graphql", json=BODY, headers=headers)
    assert response.json() == {"data": {"touch": "touched"}}


async def test_an_allowed_origin_is_let_through_and_may_read(make_client):
    async with make_client({"CORS_ORIGINS": FRONT_END}) as client:
        headers = {"Origin": FRONT_END, "Sec-Fetch-Site": "cross-site"}
        response = await client.post("/graphql", json=BODY, headers=headers)
        assert response.json() == {"data": {"touch": "touched"}}
        assert response.headers["access-control-allow-origin"] == FRONT_END
        exposed = {name.strip().lower() for name in response.headers["access-control-expose-headers"].split(",")}
        assert exposed == {"retry-after", "x-request-id"}
        assert "access-control-allow-credentials" not in response.headers
        other = await client.post("/graphql", json=BODY, headers={"Origin": "https://evil.example"})
        assert other.status_code == 403
        assert "access-control-allow-origin" not in other.headers


async def test_a_preflight_allows_the_headers_that_the_api_knows(make_client):
    wanted = "authorization, content-type, x-admin-token, x-plan-code, x-plan-token, x-request-id"
    headers = {
        "Origin": FRONT_END,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": wanted,
    }
    async with make_client({"CORS_ORIGINS": FRONT_END}) as client:
        response = await client.options("/graphql", headers=headers)
    assert response.status_code == 200
    allowed = {name.strip().lower() for name in response.headers["access-control-allow-headers"].split(",")}
    assert allowed >= set(wanted.split(", "))


async def test_without_a_list_no_other_origin_may_read(client):
    response = await client.options("/graphql", headers={"Origin": FRONT_END, "Access-Control-Request-Method": "POST"})
    assert "access-control-allow-origin" not in response.headers
