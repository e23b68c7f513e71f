"""What README.md and docs/ show is proved; docs/README.md explains the comments."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import live, waiting
from tests.embedded import users
from tests.project import stories

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(
    r"(?:^<!-- checked: (?P<how>[^>]+?) -->\n)?^```(?P<kind>console|sh|shell|bash)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
LINK = re.compile(r"\[[^\]]*\]\((?!https?:)([^)#\s]+)")


@dataclass
class Block:
    where: str
    how: str | None
    kind: str
    text: str

    @property
    def commands(self) -> list[tuple[str, str]]:
        """Each command with the output that is shown beneath it; indented lines after a backslash or colon go on."""
        parts = re.split(r"^\$ ", re.sub(r"\s*\\\n\s*|(?<=:)\n {4}", " ", self.text), flags=re.MULTILINE)[1:]
        return [(command.strip(), output) for command, _, output in (part.partition("\n") for part in parts)]


def blocks(text: str, name: str = "here") -> list[Block]:
    return [
        Block(f"{name}:{text.count(chr(10), 0, match.start()) + 1}", match["how"], match["kind"], match["text"])
        for match in BLOCK.finditer(text)
    ]


ALL = [block for path in DOCUMENTS for block in blocks(path.read_text("utf-8"), str(path.relative_to(ROOT)))]


def of(how: str) -> list[Block]:
    return [block for block in ALL if block.how == how]


def run(command: str, directory: Path, **values: str) -> str:
    path = os.pathsep.join((str(Path(sys.executable).parent), values.get("PATH", os.environ["PATH"])))
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=directory,
        env=live.environment(directory / "home", **values) | {"PATH": path},
        capture_output=True,
        text=True,
        timeout=waiting.LIMIT,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def test_a_block_is_read_with_its_comment_its_commands_and_their_output():
    text = "a\n<!-- checked: run -->\n```console\n$ echo 1 \\\n    2\n1 2\n$ true\n```\nb\n```sh\nls\n```\n"
    first, second = blocks(text)
    assert (first.where, first.how, first.commands) == ("here:2", "run", [("echo 1 2", "1 2\n"), ("true", "")])
    assert (second.how, second.kind) == (None, "sh")


def test_every_block_of_commands_says_how_it_is_proved():
    ways = re.compile(r"run|live|story|by (tests/\S+\.py)")
    unproved = [block.where for block in ALL if block.kind != "console" or not ways.fullmatch(block.how or "")]
    assert unproved == []
    assert len(ALL) > 3


@pytest.mark.parametrize(
    "block", [block for block in ALL if (block.how or "").startswith("by ")], ids=lambda block: block.where
)
def test_the_test_that_is_said_to_prove_a_block_holds_its_commands(block):
    proof = (ROOT / str(block.how).removeprefix("by ")).read_text("utf-8")
    for command, _ in block.commands:
        words = [word for word in command.split() if re.fullmatch(r"[a-z][a-z-]+", word)]
        assert all(re.search(rf"\b{re.escape(word)}\b", proof) for word in words), command


@pytest.mark.parametrize("block", of("run"), ids=lambda block: block.where)
def test_commands_run_as_shown(block):
    with users.folder() as directory:
        for command, shown in block.commands:
            printed = run(command, directory)
            assert not shown or printed == shown


def is_as_shown(printed: str, shown: str) -> bool:
    """Whether the lines are those that are shown; `…` stands for any characters, alone on a line for any lines."""
    lines = [line.rstrip() for line in shown.strip().splitlines()]
    parts = [r"(?:.*\n)*?" if line == "…" else re.escape(line).replace("…", ".*") + r"\n" for line in lines]
    return (
        re.fullmatch("".join(parts), "".join(f"{line.rstrip()}\n" for line in printed.strip().splitlines())) is not None
    )


def test_shown_lines_may_leave_something_out():
    assert is_as_shown("a 17 b\nc\n", "a … b\nc\n")
    assert is_as_shown("a\n1\n2\nz\n", "a\n…\nz\n")
    assert is_as_shown("0\na\n1\n", "…\na\n…\n")
    assert not is_as_shown("a 17 b\nc\n", "a … b\nd\n")
    assert not is_as_shown("a\nb\nc\n", "a …\nc\n")


STORIES = sorted({block.where.split(":")[0] for block in of("story")})


@pytest.fixture(scope="module")
def durable():
    with users.durable() as running:
        yield running


@pytest.mark.parametrize("document", STORIES)
def test_the_commands_of_a_guide_run_in_their_order(document, tmp_path, durable):
    with stories.told(durable, tmp_path, is_begun=document != "docs/postgresql.md") as values:
        for block in of("story"):
            if block.where.split(":")[0] != document:
                continue
            for command, shown in block.commands:
                printed = run(command, tmp_path, **values)
                assert not shown or is_as_shown(printed, shown), f"{block.where}: {command}\n{printed}"


@pytest.fixture(scope="module")
def server():
    with users.folder() as made, live.serving(made / "home") as running:
        yield running


def made_live(command: str, server: live.Live) -> str:
    """The command with the address and the plan code of the server that is running."""
    code = live.find(r"demo plan\s+(\S+)", server.banner)
    return command.replace("http://127.0.0.1:8000", server.address).replace("ABCDE-FGHJK", code)


@pytest.mark.parametrize("block", of("live"), ids=lambda block: block.where)
def test_commands_get_the_shown_answer_from_a_live_server(block, server, tmp_path):
    for command, shown in block.commands:
        assert "http://127.0.0.1:8000" in command
        printed = run(
            made_live(command, server), tmp_path, ADMIN_TOKEN=live.find(r"admin token\s+(\S+)", server.banner)
        )
        assert '"errors"' not in printed
        assert not shown or json.loads(printed) == json.loads(shown)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_to_files_that_exist(path):
    missing = [link for link in LINK.findall(path.read_text("utf-8")) if not (path.parent / link).exists()]
    assert missing == []


def test_every_document_is_in_the_list_of_documents():
    listed = set(LINK.findall((ROOT / "docs" / "README.md").read_text("utf-8")))
    assert {path.name for path in (ROOT / "docs").glob("*.md")} - {"README.md"} == listed
