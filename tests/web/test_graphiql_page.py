"""The GraphiQL page in a real browser that can reach nothing but the server."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, sync_playwright

from gql_api.web import page as graphiql

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ADMIN_HEADER = '{ "X-Admin-Token": "test-admin-token-of-the-web-layer" }'


def unless_present(found: object, reason: str) -> None:
    """Skip with the reason; in CI, where everything must be present, fail."""
    if found:
        return
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def chromium() -> str | None:
    known = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"))
    return next((path for path in known if path), None)


@pytest.fixture(scope="module")
def browser():
    unless_present((graphiql.BUILT / "index.html").is_file(), "the GraphiQL page is not built: make graphiql")
    executable = chromium()
    unless_present(executable, "there is no Chromium on PATH")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield launched
        launched.close()


class Watched:
    """A page, what it asked of the network, and what it complained about."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.foreign: list[str] = []
        self.complaints: list[str] = []
        page.context.route("**/*", self.let_through_or_abort)
        page.on("console", self.listen)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def let_through_or_abort(self, route: Route) -> None:
        if route.request.url.startswith(self.address + "/"):
            route.continue_()
        else:
            self.foreign.append(route.request.url)
            route.abort()

    def listen(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")

    def type_into(self, editor: str, text: str) -> None:
        self.page.locator(editor).first.click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.insert_text(text)

    def run(self, document: str, name: str) -> None:
        self.type_into(".graphiql-query-editor .view-lines", document)
        # GraphiQL reads the operation's name a moment after typing, and shows it on the tab.
        self.page.locator(".graphiql-tab-active").get_by_text(name, exact=True).wait_for(timeout=5_000)
        self.page.get_by_role("button", name="Execute query").click()

    def expect_result(self, text: str) -> None:
        self.page.locator(".result-window").get_by_text(text).first.wait_for(timeout=10_000)


@contextlib.contextmanager
def opened(browser: Browser, address: str) -> Iterator[Watched]:
    context = browser.new_context(viewport={"width": 1400, "height": 850}, color_scheme="light")
    page = Watched(context.new_page(), address)
    page.page.goto(f"{address}/graphql")
    page.page.locator(".graphiql-query-editor").get_by_text("Welcome").first.wait_for(timeout=20_000)
    page.page.locator(".graphiql-explorer-root").wait_for(timeout=20_000)
    yield page
    context.close()


@pytest.fixture
def watched(browser, serve):
    """The page over the small schema."""
    with serve() as address, opened(browser, address) as page:
        yield page


@pytest.fixture
def watched_application(browser, real_address):
    """The page over the real schema and an empty database."""
    with opened(browser, real_address) as page:
        yield page


def test_the_page_explores_queries_sets_a_header_and_mutates_without_any_other_address(watched, tmp_path):
    page = watched.page
    assert page.title() == "gql_api — GraphiQL"
    page.locator(".graphiql-explorer-root").wait_for(timeout=10_000)
    page.locator(".graphiql-explorer-root").get_by_text("hello", exact=True).wait_for(timeout=10_000)

    watched.run("query Greeting { hello }", "Greeting")
    watched.expect_result('"Hello, world!"')
    page.screenshot(path=tmp_path / "query.png")

    watched.run("mutation Edit { changeCatalog }", "Edit")
    watched.expect_result('"UNAUTHENTICATED"')
    page.get_by_role("button", name="Headers").click()
    watched.type_into(".graphiql-editor-tool .graphiql-editor:not(.hidden) .view-lines", ADMIN_HEADER)
    watched.run("mutation Edit { changeCatalog }", "Edit")
    watched.expect_result('"changed"')
    page.screenshot(path=tmp_path / "mutation.png")

    assert watched.foreign == []
    assert [text for text in watched.complaints if "401 (Unauthorized)" not in text] == []


def test_the_page_over_the_real_schema_runs_its_first_query_and_an_administrators_mutation(
    watched_application, tmp_path
):
    page = watched_application.page
    page.locator(".graphiql-explorer-root").get_by_text("institutions", exact=True).wait_for(timeout=10_000)
    page.get_by_role("button", name="Execute query").click()
    watched_application.expect_result('"institutions"')
    page.screenshot(path=tmp_path / "welcome.png")

    page.get_by_role("button", name="Examples").click()
    page.get_by_role("menuitem", name="Create course").click()
    page.locator(".graphiql-tab-active").get_by_text("CreateCourse", exact=True).wait_for(timeout=5_000)
    page.get_by_role("button", name="Execute query").click()
    watched_application.expect_result('"UNAUTHENTICATED"')
    page.get_by_role("button", name="Headers").click()
    watched_application.type_into(".graphiql-editor-tool .graphiql-editor:not(.hidden) .view-lines", ADMIN_HEADER)
    page.get_by_role("button", name="Execute query").click()
    watched_application.expect_result('"createCourse"')
    page.screenshot(path=tmp_path / "create_course.png")

    assert watched_application.foreign == []
    assert [text for text in watched_application.complaints if "401 (Unauthorized)" not in text] == []


def test_tokens_and_variables_are_stored_nowhere(watched):
    page = watched.page
    page.get_by_role("button", name="Headers").click()
    watched.type_into(".graphiql-editor-tool .graphiql-editor:not(.hidden) .view-lines", ADMIN_HEADER)
    page.get_by_role("button", name="Variables").click()
    watched.type_into(".graphiql-editor-tool .graphiql-editor:not(.hidden) .view-lines", '{"code": "SECRETCODE"}')
    watched.run("query Kept { role }", "Kept")
    watched.expect_result('"administrator"')
    page.wait_for_timeout(1_000)  # GraphiQL writes to its storage with a delay
    stored = page.evaluate("JSON.stringify({...localStorage}) + JSON.stringify({...sessionStorage}) + document.cookie")
    assert "Kept" in stored  # the document is there, so the rest was written too
    assert "test-admin-token" not in stored
    assert "SECRETCODE" not in stored


def test_the_policy_allows_nothing_from_elsewhere(watched):
    answer = watched.page.request.get(f"{watched.address}/graphql", headers={"Accept": "text/html"})
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == policy["worker-src"] == policy["font-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"


def test_the_menu_opens_an_example_in_a_tab_of_its_own(watched):
    page = watched.page
    documents = sorted((Path(__file__).parents[1] / "documents").glob("*.graphql"))
    assert documents
    page.get_by_role("button", name="Examples").click()
    assert page.get_by_role("menuitem").count() == len(documents)
    page.get_by_role("menuitem").first.click()
    page.locator(".graphiql-tab").nth(1).wait_for()
    first_line = documents[0].read_text("utf-8").strip().splitlines()[0]
    page.locator(".graphiql-query-editor").get_by_text(first_line[:20]).first.wait_for(timeout=5_000)
    assert watched.complaints == []
