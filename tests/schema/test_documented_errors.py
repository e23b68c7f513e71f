"""The examples of docs/errors.md, sent to the application."""

import json
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.anyio

DOCUMENT = Path(__file__).parents[2] / "docs" / "errors.md"
FENCE = re.compile(r"^```(graphql|json)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def examples() -> list[list[str]]:
    """Each example's blocks: the document, its variables where it has some, and the answer."""
    found: list[list[str]] = []
    for kind, text in FENCE.findall(DOCUMENT.read_text("utf-8")):
        if kind == "graphql":
            found.append([])
        found[-1].append(text.strip())
    return found


def test_each_kind_of_answer_has_an_example() -> None:
    assert [len(blocks) for blocks in examples()] == [3, 2, 3]


@pytest.mark.parametrize("blocks", examples(), ids=["nothing was executed", "a field failed", "a refusal"])
async def test_an_example_is_answered_as_documented(ask, blocks) -> None:
    text, *given, answer = blocks
    wanted = json.loads(answer)
    is_executed = "data" in wanted

    # The legacy media type, which `ask` accepts, has status 200 for both.
    found = await ask(text, json.loads(given[0]) if given else {})

    assert found == wanted
    assert all(("path" in error) == is_executed for error in found.get("errors", []))
