"""docs/adoption.md is true: its commands run as they stand there (gql-api adopt-sqlite, sqlite3, psql, pgloader)."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from gql_api import database
from gql_api.cli.app import app
from gql_api.embedded import clients
from gql_api.ingest import adoption_shapes
from tests import contents, live, old_databases

TEXT = (Path(__file__).parents[2] / "docs" / "adoption.md").read_text("utf-8")
BLOCKS = re.findall(r"^```console\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
STATEMENT = re.search(r"^```text\n(LOAD DATABASE.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


@pytest.fixture
def shell(tmp_path, database_url):
    """Runs a command line in the directory of the old file, with the commands of the wheel on its path."""
    found = clients.newest()
    assert found is not None
    values = {
        "GQL_API_PROFILE": "test",
        "ADMIN_TOKEN": "a" * 40,
        "SECRET_KEY": "s" * 40,
        "DATABASE_URL": database_url.replace("+psycopg", ""),
    }
    path = os.pathsep.join((str(Path(sys.executable).parent), str(found.directory), os.environ["PATH"]))
    environment = live.environment(tmp_path / "home", **values) | {"PATH": path}

    def run(command):
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout

    return run


def commands(block):
    return [line.removeprefix("$ ") for line in block.splitlines()]


def test_the_three_commands_rehearse_carry_and_find_nothing_to_do(shell, tmp_path):
    old_databases.write(tmp_path / "course_transfer.db", 200, dirt=old_databases.DIRTS)
    rehearsed, done, again = (shell(command) for command in commands(BLOCKS[0]))
    assert "This was a rehearsal" in rehearsed
    assert "course_transfer.db: adopted, with 10 new plans" in done
    assert "There is nothing to do" in again
    assert (tmp_path / "new-codes.csv").exists()
    assert (tmp_path / "adoption-report.csv").exists()


def test_the_staging_tables_can_be_dropped(shell, tmp_path, database_url):
    old_databases.write(tmp_path / "course_transfer.db", 100)
    shell("gql-api adopt-sqlite course_transfer.db")
    assert shell(commands(BLOCKS[1])[0]) == "The staging tables are gone.\n"
    with database.connect(database_url) as connection:
        assert connection.execute("SELECT to_regnamespace('adoption')").fetchone() == (None,)


@pytest.fixture
def other(cluster, administration, template, tmp_path):
    """The contents of a database that adopted the same file directly."""
    name = f"direct_{os.getpid()}"
    administration.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    values = {"GQL_API_PROFILE": "test", "ADMIN_TOKEN": "a" * 40, "SECRET_KEY": "s" * 40}
    values |= {"DATABASE_URL": cluster.url_of(name), "GQL_API_HOME": str(tmp_path)}

    def adopted(path):
        report = str(tmp_path / "direct.csv")
        done = CliRunner().invoke(app, ["adopt-sqlite", str(path), "--yes", "--report", report], env=values)
        assert done.exit_code == 0, done.output
        return without_jobs(contents.of(cluster.url_of(name)))

    yield adopted
    administration.execute(f"DROP DATABASE {name} WITH (FORCE)")


def without_jobs(found):
    """Where the rows came from has another name."""
    return {table: rows for table, rows in found.items() if table not in ("import_jobs", "audit_log")}


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="the sqlite3 command is not installed")
def test_psql_fills_the_staging_tables_and_the_result_is_the_same(shell, tmp_path, database_url, other):
    path = old_databases.write(tmp_path / "course_transfer.db", 200, dirt=old_databases.DIRTS)
    make, read, copy, rehearse, carry = commands(BLOCKS[2])
    shell(make)
    for table in adoption_shapes.TABLES:
        listed = ", ".join(("id", *table.columns))
        for command in (read, copy):
            whole = command.replace("id, code, title, credits, institution", listed)
            shell(re.sub(r"\bcourses\b", table.name, whole))
    assert "This was a rehearsal" in shell(rehearse)
    assert "staged tables: adopted" in shell(carry)
    assert without_jobs(contents.of(database_url)) == other(path)


@pytest.mark.skipif(shutil.which("pgloader") is None, reason="pgloader is not installed")
def test_pgloader_fills_the_staging_tables_and_the_result_is_the_same(shell, tmp_path, database_url, other):
    path = old_databases.write(tmp_path / "course_transfer.db", 200, dirt=old_databases.DIRTS)
    url = sa.make_url(database_url)
    assert STATEMENT is not None
    target = f"postgresql://{url.username}@unix:{url.query['host']}:{url.query['port']}/{url.database}"
    statement = STATEMENT[1].replace("/path/to/course_transfer.db", str(path))
    (tmp_path / "adoption.load").write_text(statement.replace("postgresql://USER:PASSWORD@HOST/DATABASE", target))
    shell("gql-api adopt-sqlite --staging")
    loaded = shell("pgloader adoption.load")
    assert "staged tables: adopted" in shell("gql-api adopt-sqlite --staged --yes"), loaded
    assert without_jobs(contents.of(database_url)) == other(path)


def test_what_is_not_carried_is_listed():
    section = TEXT.split("## What is not carried")[1].split("\n## ")[0]
    assert [name for name in adoption_shapes.NOT_CARRIED if f"`{name}`" not in section] == []
    unread = {column for table in adoption_shapes.TABLES for column in table.unread} - {"created_at"}
    assert [
        name
        for name in sorted(unread)
        if f"`{name}`" not in section.replace("`courses.", "`").replace("`plan_courses.", "`")
    ] == []


def test_every_option_is_documented(monkeypatch):
    monkeypatch.setenv("COLUMNS", "300")
    shown = CliRunner().invoke(app, ["adopt-sqlite", "--help"]).output
    options = set(re.findall(r"--[a-z][a-z-]+", re.sub(r"\x1b\[[0-9;]*m", "", shown))) - {"--help"}
    assert options
    assert {option for option in options if f"`{option}" not in TEXT} == set()
