"""The GraphiQL page as the server sends it; what a browser makes of it is in test_graphiql_page.py."""

import pytest

from gql_api.web import assembly, page

pytestmark = pytest.mark.anyio

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.fixture
def built(tmp_path, monkeypatch):
    """A bundle of two files in place of the real one."""
    directory = tmp_path / "dist"
    (directory / "assets").mkdir(parents=True)
    (directory / "index.html").write_text("<title>built</title>", "utf-8")
    (directory / "assets" / "main-abc123.js").write_text("let x = 1;", "utf-8")
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    monkeypatch.setattr(assembly.page, "BUILT", directory)
    return directory


async def test_a_browser_gets_the_page_and_a_client_gets_an_answer(built, make_client):
    async with make_client() as client:
        opened = await client.get("/graphql", headers={"Accept": BROWSER})
        asked = await client.get("/graphql", params={"query": "{ hello }"}, headers={"Accept": "*/*"})
    assert (opened.status_code, opened.text) == (200, "<title>built</title>")
    assert opened.headers["content-type"] == "text/html; charset=utf-8"
    assert opened.headers["content-security-policy"] == page.POLICY
    assert opened.headers["cache-control"] == "no-cache"
    assert asked.json() == {"data": {"hello": "Hello, world!"}}


async def test_the_files_of_the_page_are_kept_for_good_and_obey_its_policy(built, make_client):
    async with make_client() as client:
        response = await client.get("/graphql/assets/main-abc123.js")
    assert response.status_code == 200
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["content-security-policy"] == page.POLICY
    assert response.headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize(
    "path", ["nothing.js", "", "%2e%2e/index.html", "%2e%2e%2f%2e%2e%2fsecret.txt", "..%5csecret.txt"]
)
async def test_nothing_else_is_served_beside_them(built, make_client, path):
    async with make_client() as client:
        response = await client.get(f"/graphql/assets/{path}")
    assert response.status_code == 404
    assert response.json()["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    assert "cache-control" not in response.headers or response.headers["cache-control"] == "no-store"


async def test_without_a_bundle_the_page_says_how_to_build_it_and_how_to_ask_without_it(
    tmp_path, monkeypatch, make_client
):
    monkeypatch.setattr(assembly.page, "BUILT", tmp_path)
    async with make_client() as client:
        response = await client.get("/graphql", headers={"Accept": BROWSER})
    assert response.status_code == 200
    assert "make graphiql" in response.text
    assert "curl http" in response.text
    assert '<html lang="en">' in response.text
    assert "<script" not in response.text


@pytest.mark.parametrize(
    ("accept", "status", "code"), [("text/html", 406, "NOT_ACCEPTABLE"), (BROWSER, 400, "BAD_REQUEST")]
)
async def test_where_the_page_is_off_a_browser_gets_a_coded_error(built, make_client, accept, status, code):
    async with make_client({"GRAPHIQL": "false"}) as client:
        response = await client.get("/graphql", headers={"Accept": accept})
        assert (await client.get("/graphql/assets/main-abc123.js")).status_code == 404
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (status, code)
