"""The GraphiQL page in a real browser that can reach nothing but the server."""

import contextlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, sync_playwright

from gql_api.web import page as graphiql
from tests import waiting
from tests.web import test_graphiql_source

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DOCUMENTS = Path(__file__).parents[1] / "documents"
WIDE = (1400, 850)
NARROW = (420, 800)
TOOL = ".graphiql-editor-tool .graphiql-editor:not(.hidden) .view-lines"
ADMIN_HEADER = '{ "X-Admin-Token": "test-admin-token-of-the-web-layer" }'


def chromium() -> str | None:
    known = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"))
    return next((path for path in known if path), None)


@pytest.fixture(scope="module")
def browser():
    test_graphiql_source.unless_present(
        (graphiql.BUILT / "index.html").is_file(), "the GraphiQL page is not built: make graphiql"
    )
    executable = chromium()
    test_graphiql_source.unless_present(executable, "there is no Chromium on PATH")
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
        self.page.locator(".graphiql-tab-active").get_by_text(name, exact=True).wait_for()
        self.page.get_by_role("button", name="Execute query").click()

    def open_example(self, title: str) -> None:
        self.page.get_by_role("button", name="Examples").click()
        self.page.get_by_role("menuitem", name=title).click()

    def expect_query(self, text: str) -> None:
        self.page.locator(".graphiql-query-editor").get_by_text(text).first.wait_for()

    def expect_variables(self, text: str) -> None:
        """Also that their pane is the one that shows."""
        self.page.get_by_role("region", name="Variables").get_by_text(text).first.wait_for()

    def expect_stored(self, text: str) -> None:
        """Wait until GraphiQL has written its tabs, with its delay. The policy forbids wait_for_function."""
        stored = "sessionStorage.getItem('graphiql:tabState')"
        waiting.until(lambda: text in (self.page.evaluate(stored) or ""), f"{text} was not stored")

    def sent_by_execution(self) -> tuple[dict[str, Any], dict[str, str]]:
        """What the button sends: the body and the headers."""
        with self.page.expect_request(f"{self.address}/graphql") as request:
            self.page.get_by_role("button", name="Execute query").click()
        return request.value.post_data_json, request.value.headers

    def expect_result(self, text: str) -> None:
        self.page.locator(".result-window").get_by_text(text).first.wait_for()


@contextlib.contextmanager
def opened(browser: Browser, address: str, size: tuple[int, int] = WIDE) -> Iterator[Watched]:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme="light")
    context.set_default_timeout(waiting.LIMIT * 1000)
    page = Watched(context.new_page(), address)
    page.page.goto(f"{address}/graphql")
    page.page.locator(".graphiql-query-editor").get_by_text("Which courses").first.wait_for()
    if size == WIDE:
        page.page.locator(".graphiql-explorer-root").wait_for()
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
    page.locator(".graphiql-explorer-root").wait_for()
    page.locator(".graphiql-explorer-root").get_by_text("hello", exact=True).wait_for()

    watched.run("query Greeting { hello }", "Greeting")
    watched.expect_result('"Hello, world!"')
    page.screenshot(path=tmp_path / "query.png")

    watched.run("mutation Edit { changeCatalog }", "Edit")
    watched.expect_result('"UNAUTHENTICATED"')
    page.get_by_role("button", name="Headers").click()
    watched.type_into(TOOL, ADMIN_HEADER)
    watched.run("mutation Edit { changeCatalog }", "Edit")
    watched.expect_result('"changed"')
    page.screenshot(path=tmp_path / "mutation.png")

    assert watched.foreign == []
    assert [text for text in watched.complaints if "401 (Unauthorized)" not in text] == []


def test_the_page_over_the_real_schema_runs_its_first_query_and_an_administrators_mutation(
    watched_application, tmp_path
):
    page = watched_application.page
    page.locator(".graphiql-explorer-root").get_by_text("institutions", exact=True).wait_for()
    page.get_by_role("button", name="Execute query").click()
    watched_application.expect_result('"institutions"')
    page.screenshot(path=tmp_path / "welcome.png")

    watched_application.open_example("Create course")
    watched_application.expect_variables("BIOL 3999")
    page.locator(".graphiql-tab-active").get_by_text("CreateCourse", exact=True).wait_for()
    page.get_by_role("button", name="Execute query").click()
    watched_application.expect_result('"UNAUTHENTICATED"')
    page.get_by_role("button", name="Headers").click()
    watched_application.type_into(TOOL, ADMIN_HEADER)
    page.get_by_role("button", name="Execute query").click()
    watched_application.expect_result('"createCourse"')
    page.screenshot(path=tmp_path / "create_course.png")

    assert watched_application.foreign == []
    assert [text for text in watched_application.complaints if "401 (Unauthorized)" not in text] == []


def test_a_field_with_a_default_may_be_left_out_of_the_variables_and_one_without_may_not(watched_application):
    page = watched_application.page
    watched_application.open_example("Articulate")
    watched_application.expect_variables("english")
    marked = page.locator(".graphiql-editor-tool .graphiql-editor:not(.hidden)").locator(".squiggly-error")

    watched_application.type_into(TOOL, '{ "courses": [{ "ref": "lost" }], "to": "somewhere" }')
    marked.first.wait_for()

    # A taken course's `status` and the operation's own `$maxHops` have defaults.
    course = '{ "unlisted": { "title": "Pottery", "credits": "3" } }'
    watched_application.type_into(TOOL, f'{{ "courses": [{{ "course": {course} }}], "to": "somewhere" }}')
    marked.first.wait_for(state="detached")
    assert watched_application.complaints == []


def test_tokens_and_variables_are_stored_nowhere(watched):
    page = watched.page
    page.get_by_role("button", name="Headers").click()
    watched.type_into(TOOL, ADMIN_HEADER)
    page.get_by_role("button", name="Variables").click()
    watched.type_into(TOOL, '{"code": "SECRETCODE"}')
    watched.run("query Kept { role }", "Kept")
    watched.expect_result('"administrator"')
    watched.expect_stored("Kept")
    page.wait_for_timeout(1_000)  # GraphiQL writes to its storage with a delay: what else it may write is there now
    stored = page.evaluate("JSON.stringify({...localStorage}) + JSON.stringify({...sessionStorage}) + document.cookie")
    assert "Kept" in stored  # the document is there, so the rest was written too
    assert "test-admin-token" not in stored
    assert "SECRETCODE" not in stored


def test_the_policy_allows_nothing_from_elsewhere(serve):
    with serve() as address:
        answer = httpx.get(f"{address}/graphql", headers={"Accept": "text/html"}, timeout=waiting.LIMIT)
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == policy["worker-src"] == policy["font-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"


def test_the_menu_lists_the_examples_in_order_and_opens_one_in_a_tab_with_its_variables(watched):
    page = watched.page
    page.get_by_role("button", name="Examples").click()
    page.get_by_role("menuitem").nth(len(test_graphiql_source.MENU) - 1).wait_for()
    items = page.get_by_role("menuitem").all_inner_texts()
    assert [item.splitlines()[0] for item in items] == test_graphiql_source.MENU
    page.keyboard.press("Escape")
    watched.open_example("Course search")
    page.locator(".graphiql-tab").nth(1).wait_for()
    watched.expect_query("The search screen")
    watched.expect_variables("biology")
    assert watched.complaints == []


def test_a_reload_keeps_the_open_example_with_its_variables_and_what_was_typed_but_no_token(watched):
    page = watched.page
    watched.open_example("Transfer status")
    watched.expect_variables("HPCC")
    page.get_by_role("button", name="Headers").click()
    watched.type_into(TOOL, ADMIN_HEADER)
    watched.expect_stored("query TransferStatus")

    page.reload()
    watched.expect_query("Does this course transfer")
    watched.expect_variables("HPCC")
    page.locator(".graphiql-tab-active").get_by_text("TransferStatus", exact=True).wait_for()
    body, headers = watched.sent_by_execution()
    assert "query TransferStatus(" in body["query"]
    assert body["variables"] == json.loads((DOCUMENTS / "transfer_status.variables.json").read_text("utf-8"))
    assert "x-admin-token" not in headers

    watched.run("query Mine { hello }", "Mine")
    watched.expect_stored("query Mine")
    page.reload()
    watched.expect_query("Mine")
    page.get_by_role("button", name="Execute query").click()
    watched.expect_result('"Hello, world!"')
    page.locator(".graphiql-tab").first.click()
    watched.expect_query("Which courses")


def test_on_a_narrow_screen_everything_is_within_the_window(browser, serve):
    with serve() as address, opened(browser, address, NARROW) as watched:
        page = watched.page
        watched.run("query Greeting { hello }", "Greeting")
        watched.expect_result('"Hello, world!"')
        for name in ("Execute query", "Examples", "Variables", "Headers", "Show GraphiQL Explorer"):
            box = page.get_by_role("button", name=name).bounding_box()
            assert box is not None, name
            assert box["x"] >= 0, name
            assert box["y"] >= 0, name
            assert box["x"] + box["width"] <= NARROW[0], name
            assert box["y"] + box["height"] <= NARROW[1], name
        assert page.locator(".graphiql-query-editor .monaco-editor").bounding_box()["width"] > NARROW[0] / 2
        page.get_by_role("button", name="Show GraphiQL Explorer").click()
        page.locator(".graphiql-explorer-root").get_by_text("hello", exact=True).click()
        assert watched.complaints == []
