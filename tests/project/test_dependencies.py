"""Ranges, pins, the documentation and what the code imports must tell one story."""

import ast
import functools
import os
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
RUNTIME = [Requirement(text) for text in PROJECT["project"]["dependencies"]]
GROUPS = PROJECT["dependency-groups"]
DEVELOPMENT = [Requirement(text) for group in ("build", "dev") for text in GROUPS[group] if isinstance(text, str)]
FILES = ["requirements.txt", "requirements-build.txt", "requirements-dev.txt"]
PIN = re.compile(
    r"(?P<name>[a-z0-9-]+)(?:\[[a-z,]+\])?==(?P<version>[0-9][0-9a-z.+!]*)(?: ; [^\\]+)?"
    r"(?: \\\n    --hash=sha256:[0-9a-f]{64})+\n"
)


def names(requirements):
    return {canonicalize_name(requirement.name) for requirement in requirements}


def pins(file: str) -> dict[str, str]:
    return {match["name"]: match["version"] for match in PIN.finditer((ROOT / file).read_text("utf-8"))}


@pytest.mark.parametrize("file", FILES)
def test_a_requirement_file_holds_pins_with_hashes_and_nothing_else(file):
    rest = PIN.sub("", (ROOT / file).read_text("utf-8"))
    assert rest == ""
    assert pins(file) != {}


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://example.org/simple\n",
        "--find-links wheels\n",
        "idna==3.20\n",
        "idna>=3.20 \\\n    --hash=sha256:" + "0" * 64 + "\n",
        "idna @ https://example.org/idna.whl \\\n    --hash=sha256:" + "0" * 64 + "\n",
    ],
)
def test_the_rule_about_pins_refuses_addresses_and_bare_versions(line):
    assert PIN.fullmatch(line) is None


def test_the_files_agree_with_one_another():
    development = pins("requirements-dev.txt")
    for file in ("requirements.txt", "requirements-build.txt"):
        assert {name: development.get(name) for name in pins(file)} == pins(file)


@pytest.mark.parametrize(
    ("requirements", "file"), [(RUNTIME, "requirements.txt"), (DEVELOPMENT, "requirements-dev.txt")], ids=FILES[::2]
)
def test_every_range_has_its_pin_within(requirements, file):
    pinned = pins(file)
    for requirement in requirements:
        assert requirement.specifier.contains(pinned[canonicalize_name(requirement.name)]), str(requirement)


def documented() -> dict[str, dict[str, str]]:
    """Section → package → pinned version of docs/dependencies.md."""
    sections = re.split(r"^## ", (ROOT / "docs" / "dependencies.md").read_text("utf-8"), flags=re.MULTILINE)[1:]
    row = re.compile(r"^\| ([a-z0-9-]+) \| ([0-9][^ ]*) \| ([^|]+) \| [A-Z][^|]{20,}\. \|$", re.MULTILINE)
    return {text.splitlines()[0]: {match[1]: match[2] for match in row.finditer(text)} for text in sections}


def test_every_direct_dependency_has_its_line_and_every_line_its_dependency():
    sections = documented()
    assert set(sections["What a server needs"]) == names(RUNTIME)
    assert set(sections["What developing needs"]) == names(DEVELOPMENT)


def test_the_documented_versions_are_the_pinned_ones():
    pinned = pins("requirements-dev.txt")
    for section in documented().values():
        assert section == {name: pinned[name] for name in section}


def sources(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name != "node_modules"]
        yield from (Path(place) / name for name in files if name.endswith(".py"))


def imported(folder: str) -> set[str]:
    trees = [ast.parse(path.read_text("utf-8")) for path in sources(ROOT / folder)]
    modules = {
        name.split(".")[0]
        for tree in trees
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom) and node.level == 0
            else []
        )
    }
    return modules - sys.stdlib_module_names - {"gql_api", "tests", "benchmarks", "conftest", ""}


providers = functools.cache(metadata.packages_distributions)


def distributions(modules: set[str]) -> set[str]:
    return {canonicalize_name(providers()[module][0]) for module in modules}


EXTRAS = {"psycopg-pool"}  # the extra `pool` of psycopg
BROUGHT_BY_PYTEST = {"packaging"}


def test_the_package_imports_only_what_it_declares():
    assert distributions(imported("gql_api") | imported("alembic")) - EXTRAS <= names(RUNTIME)


def test_the_tests_import_only_what_is_declared():
    assert distributions(imported("tests")) - EXTRAS - BROUGHT_BY_PYTEST <= names(RUNTIME) | names(DEVELOPMENT)
