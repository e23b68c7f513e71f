"""docs/imports-requirements.md is true: its columns exist, its examples are read."""

import re
from pathlib import Path

import pytest
from typer import testing

from gql_api import database
from gql_api.cli import app
from gql_api.domain import constraint_checks, program_versions, requirement_checks, requirements
from gql_api.ingest import plan_documents, program_documents, program_trees, requirement_amounts, requirement_cells
from gql_api.reads import catalog_sync

TEXT = (Path(__file__).parents[2] / "docs" / "imports-requirements.md").read_text("utf-8")
COMMANDS = re.findall(r"^\$ gql-api (.*)$", TEXT, re.MULTILINE)
PROGRAMS, PLANS = re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)
NAMES = ("Alder Ridge State University", "Harbor Point Community College")


@pytest.mark.parametrize("layout", [requirement_cells.REQUIREMENTS, requirement_cells.CONSTRAINTS])
def test_every_column_and_every_other_name_of_it_is_documented(layout):
    names = {name for column in layout.columns for name in (column.name, *column.aliases)}
    assert {name for name in names if f"`{name}`" not in TEXT} == set()


def test_every_constraint_type_and_kind_is_documented_with_what_it_needs():
    assert {kind for kind in requirement_amounts.TYPES if f"`{kind}`" not in TEXT} == set()
    for kind in requirements.ConstraintKind:
        (line,) = [line for line in TEXT.splitlines() if re.match(rf"\|[^|]*\b{kind.name}\b", line)]
        assert all(f"`{amount}`" in line for amount in constraint_checks.amounts_of(kind))


@pytest.mark.parametrize("model", [program_documents.Requirement, program_documents.Pattern, program_documents.Scope])
def test_every_field_of_a_tree_is_documented(model):
    assert {name for name in model.model_fields if f"`{name}`" not in TEXT and f'"{name}"' not in TEXT} == set()


def test_the_example_of_programs_is_one_and_can_be_stored():
    document = program_documents.Programs.model_validate_json(PROGRAMS)
    institutions = {name: catalog_sync.NamedInstitution(number, name) for number, name in enumerate(NAMES, start=1)}
    builder = program_trees.Builder(institutions, {})
    (version,) = builder.program(program_trees.Placed(at=1, index=0, program=document.programs[0])).versions
    assert requirement_checks.problems(version.content) == ()
    assert [here.node.key for here in program_versions.located(version.content)] == [
        "science",
        "biology",
        "upper-division",
        "writing",
        "electives",
    ]


def test_the_example_of_plans_is_one():
    document = plan_documents.Plans.model_validate_json(PLANS)
    assert [entry.status.name for entry in document.plans[0].courses] == ["COMPLETED"] * 3 + ["PLANNED"]


ROWS = """program_name,category,requirement_type,semester,year,is_current,course_code,institution,min_credits
Biology B.S.,Science,simple,Fall,2024,TRUE,BIO 1,Alder Ridge State University,4
"""
LIMITS = "program_name,category,constraint_type,max_credits\nBiology B.S.,Science,credits,8\n"


def test_the_commands_load_requirements_constraints_and_programs(database_url, tmp_path, monkeypatch):
    assert [command.split() for command in COMMANDS] == [
        ["import", "requirements", "biology.csv"],
        ["import", "requirements", "biology.csv", "--yes"],
        ["import", "constraints", "limits.csv"],
        ["import", "programs", "programs.json"],
        ["import", "plans", "plans.json"],
    ]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GQL_API_HOME", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database_url)
    for name, content in (
        ("biology.csv", ROWS),
        ("limits.csv", LIMITS),
        ("programs.json", PROGRAMS),
        ("plans.json", PLANS),
    ):
        Path(name).write_text(content, encoding="utf-8")
    with database.connect(database_url, autocommit=True) as connection:
        for name in NAMES:
            connection.execute("INSERT INTO institutions (name) VALUES (%s)", (name,))
        for command, versions in zip(COMMANDS[:4], (0, 1, 1, 1), strict=True):
            assert testing.CliRunner().invoke(app.app, command.split()).exit_code == 0
            assert connection.execute("SELECT count(*) FROM program_versions").fetchone() == (versions,)
        for command, versions in zip(COMMANDS[2:4], (2, 3), strict=True):
            assert testing.CliRunner().invoke(app.app, [*command.split(), "--yes"]).exit_code == 0
            assert connection.execute("SELECT count(*) FROM program_versions").fetchone() == (versions,)
        done = testing.CliRunner().invoke(app.app, COMMANDS[4].split())
        assert (done.exit_code, done.output.splitlines()[0]) == (1, "plans: not loaded, 1 row is wrong.")
