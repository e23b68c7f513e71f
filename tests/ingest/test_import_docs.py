"""docs/imports.md is true: every column, every other name of it, every limit and every option stands there."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gql_api.cli import app
from gql_api.ingest import courses_rows, equivalencies_rows, files, institutions

TEXT = (Path(__file__).parents[2] / "docs" / "imports.md").read_text("utf-8")


@pytest.mark.parametrize("layout", [institutions.LAYOUT, courses_rows.LAYOUT, equivalencies_rows.LAYOUT])
def test_every_column_and_every_other_name_of_it_is_documented(layout):
    section = TEXT[TEXT.index(f"## {layout.kind.capitalize()}\n") :]
    section = section[: section.find("\n## ", 4)]
    for column in layout.columns:
        lines = [line for line in section.splitlines() if line.startswith("|") and f"`{column.name}`" in line]
        assert any(all(f"`{alias}`" in line for alias in column.aliases) for line in lines), column.name


def test_the_columns_that_are_needed_are_those_said_to_be():
    needed = set(re.findall(r"^\| `(\w+)` \|[^|]*\| needed(?! (?:here|where))", TEXT, re.MULTILINE))
    layouts = (institutions.LAYOUT, courses_rows.LAYOUT, equivalencies_rows.LAYOUT)
    assert needed == {column.name for layout in layouts for column in layout.columns if column.is_required}


def test_the_limits_are_the_documented_ones():
    limits = files.LIMITS
    for said in (
        f"{limits.size // files.MEGABYTE} MB",
        f"{limits.rows:,}",
        f"{limits.cell:,};",
        f"| {limits.columns} |",
    ):
        assert said in TEXT


@pytest.mark.parametrize("kind", ["institutions", "courses", "equivalencies", "plans"])
def test_every_option_is_documented(kind, monkeypatch):
    monkeypatch.setenv("COLUMNS", "300")
    shown = CliRunner().invoke(app.app, ["import", kind, "--help"]).output
    options = set(re.findall(r"--[a-z][a-z-]+", re.sub(r"\x1b\[[0-9;]*m", "", shown))) - {"--help"}
    assert options
    assert {option for option in options if f"`{option}" not in TEXT} == set()
