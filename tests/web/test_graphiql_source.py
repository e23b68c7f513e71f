"""What the source of the GraphiQL page works out before there is a page: the order and the comments of its examples."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from gql_api.web import page as graphiql

DOCUMENTS = Path(__file__).parents[1] / "documents"
MENU = [
    "Institutions",
    "Course search",
    "Course detail",
    "Transfer status",
    "Transfer options",
    "Articulate",
    "Program requirements",
    "What if",
    "Create plan",
    "Open plan",
    "Add courses",
    "Plan workspace",
    "Plan outlook",
    "Create course",
    "Server",
]


def unless_present(found: object, reason: str) -> None:
    """Skip with the reason; in CI, where everything must be present, fail."""
    if found:
        return
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def from_source(module: str, expression: str) -> Any:
    """The value of an expression over what a module of the page's source exports, as `it`."""
    node = shutil.which("node")
    unless_present(node, "there is no node on PATH")
    source = (graphiql.DIRECTORY / "src" / module).as_uri()
    program = f"import * as it from {json.dumps(source)}; console.log(JSON.stringify({expression}))"
    command = [str(node), "--input-type=module", "--eval", program]
    return json.loads(subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout)


def test_every_example_has_its_place_and_unknown_ones_come_last_by_name():
    order = from_source("order.js", "it.ORDER")
    assert [name.replace("_", " ").capitalize() for name in order] == MENU
    assert sorted(order) == sorted(path.stem for path in DOCUMENTS.glob("*.graphql"))
    names = json.dumps(["zebra", *sorted(order), "aardvark"])
    assert from_source("order.js", f"it.ordered({names})") == [*order, "aardvark", "zebra"]


def test_comments_wrap_to_the_width_of_the_editor_and_nothing_else_changes():
    texts = [path.read_text("utf-8") for path in DOCUMENTS.glob("*.graphql")]
    width, wrapped = from_source("comments.js", f"[it.WIDTH, {json.dumps(texts)}.map(it.withWrappedComments)]")
    for before, after in zip(texts, wrapped, strict=True):
        comments = [line for line in after.splitlines() if line.startswith("#")]
        code = [line for line in before.splitlines() if not line.startswith("#")]
        assert max(len(line) for line in comments) <= width
        assert after.splitlines()[len(comments) :] == code
        assert after.replace("#", "").split() == before.replace("#", "").split()
