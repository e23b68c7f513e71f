from pathlib import Path

import pytest
from graphql import build_schema
from typer.testing import CliRunner

from gql_api.cli import app, schema

ROOT = Path(__file__).parents[2]


def command(*arguments):
    return CliRunner().invoke(app.app, ["schema", *map(str, arguments)])


def test_the_committed_schema_is_fresh():
    done = command("--check", ROOT / "schema.graphql")
    assert done.exit_code == 0, done.output


def test_the_schema_is_printed_in_order_and_can_be_read_back():
    printed = command().output
    types = list(build_schema(printed).type_map)
    assert "Query" in types
    order = [line.split()[1] for line in printed.splitlines() if line.startswith(("type ", "input ", "enum "))]
    assert order == sorted(order)


def test_a_stale_file_is_told_with_its_remedy_and_what_breaks(tmp_path):
    file = tmp_path / "schema.graphql"
    file.write_text(schema.sdl() + "\ntype Gone { a: Int }\n", "utf-8")
    done = command("--check", file)
    assert done.exit_code == 1
    assert "breaks clients: " in done.output
    assert "Gone" in done.output
    assert f"{file} is stale; write it anew with: make schema" in done.output


def test_a_missing_file_is_stale_and_breaks_nobody(tmp_path):
    done = command("--check", tmp_path / "none.graphql")
    assert done.exit_code == 1
    assert "breaks clients" not in done.output


def test_it_is_written_where_it_is_asked_for(tmp_path):
    file = tmp_path / "schema.graphql"
    assert command("--write", file).exit_code == 0
    assert file.read_text("utf-8") == schema.sdl()
    assert command("--check", file).exit_code == 0


@pytest.mark.parametrize(
    ("after", "breaks"),
    [
        ("type Query { a: Int b(c: Int): Int }", []),
        ("type Query { a: Int b(c: Int): Int d: Int }", []),
        ("type Query { b(c: Int): Int }", ["Field Query.a was removed."]),
        ("type Query { a: Int b(c: Int!): Int }", ["Argument Query.b(c:) has changed type from Int to Int!."]),
    ],
)
def test_what_breaks_clients_is_named(after, breaks):
    found = schema.breaking_changes("type Query { a: Int b(c: Int): Int }", after)
    assert found == breaks
