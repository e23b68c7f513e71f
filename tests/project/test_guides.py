"""docs/postgresql.md and docs/operations.md: what they say in tables is true of the code and of a database."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from gql_api import database, embedded
from gql_api.cli import app, restoring
from gql_api.database import pool
from gql_api.ingest import jobs
from gql_api.web import limits as web_limits
from tests import live

ROOT = Path(__file__).parents[2]
GUIDES = [ROOT / "docs" / "postgresql.md", ROOT / "docs" / "operations.md"]
SAID_BY_POSTGRESQL = ROOT / "tests" / "cli" / "test_backups_in_trouble.py"
OLD = """
CREATE TABLE courses (id INTEGER PRIMARY KEY, code VARCHAR(20), title VARCHAR(200), description TEXT, credits INTEGER,
    institution VARCHAR(100), department VARCHAR(100), prerequisites TEXT, created_at DATETIME, updated_at DATETIME);
INSERT INTO courses VALUES
    (1, 'MATH 101', 'Algebra, "easy"', 'One' || char(10) || 'two', 3, 'Lake College', 'MATH', '', '2024-01-01', NULL),
    (2, 'ECO 1010', 'Économie', '', 4, 'Ridge University', NULL, 'MATH 101', '2024-01-01', NULL);
"""


def rows(text: str, heading: str) -> list[list[str]]:
    """The cells of the rows of the tables beneath a heading, without those that name the columns."""
    section = text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    titles = {number for number, line in enumerate(lines[1:]) if line.startswith("|---")}
    return [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for number, line in enumerate(lines)
        if number not in titles and not line.startswith("|---")
    ]


LOADED = [("MATH 101", 'Algebra, "easy"', "One\ntwo", 3), ("ECO 1010", "Économie", None, 4)]


@pytest.fixture
def shell(tmp_path):
    """The sqlite3 shell; an old database lies in the directory."""
    found = shutil.which("sqlite3")
    if found is None:
        pytest.skip("the sqlite3 shell is not installed (Debian: apt-get install sqlite3)")
    subprocess.run([found, "course_transfer.db", OLD], cwd=tmp_path, check=True)
    return found


@pytest.fixture
def run(tmp_path, database_url):
    """Runs a command line in the directory with the database and PostgreSQL's programs; what it printed."""
    programs = embedded.clients_for(18, needs_tls=False).directory
    url = database.normalised_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    values = {"DATABASE_URL": url, "GQL_API_PROFILE": "test", "SECRET_KEY": "s" * 40, "ADMIN_TOKEN": "a" * 40}
    path = f"{Path(sys.executable).parent}:{programs}:{os.environ['PATH']}"
    own = live.environment(tmp_path, **values) | {"PATH": path}

    def command(line: str) -> bytes:
        shell = ["bash", "-euo", "pipefail", "-c", line]
        environment = own | {name: value for name, value in os.environ.items() if name.startswith("PG")}
        done = subprocess.run(shell, env=environment, cwd=tmp_path, capture_output=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return command


def commands(guide: Path) -> list[list[str]]:
    """The command lines of each block that a guide says is run here."""
    marked = r"^<!-- checked: by tests/project/test_guides.py -->\n```console\n(.*?)^```$"
    blocks = re.findall(marked, guide.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [[line.removeprefix("$ ") for line in block.splitlines()] for block in blocks]


def courses(url: str, description: str = "description") -> list[tuple]:
    with database.connect(url) as connection:
        query = f"SELECT code, title, {description}, credits_min::int FROM courses ORDER BY id"  # noqa: S608 - ours
        return connection.execute(query).fetchall()


BEGINNINGS = [
    ["sqlite3 -csv -header course_transfer.db", "gql-api import courses courses.csv --create-institutions --yes"],
    ["createdb old", "pgloader course_transfer.db", "psql old --command"],
    [
        "gql-api adopt-sqlite --staging",
        "sqlite3 -csv course_transfer.db",
        'psql "$DATABASE_URL" --command',
        "gql-api adopt-sqlite --staged --yes",
        "gql-api adopt-sqlite --discard",
    ],
]


def test_the_blocks_that_are_run_here_are_these():
    told = commands(GUIDES[0])
    assert [len(lines) for lines in told] == [len(lines) for lines in BEGINNINGS]
    for lines, beginnings in zip(told, BEGINNINGS, strict=True):
        assert all(line.startswith(beginning) for line, beginning in zip(lines, beginnings, strict=True)), lines
    assert commands(GUIDES[1]) == []


@pytest.mark.usefixtures("shell")
def test_a_table_of_the_old_database_goes_through_csv_into_an_import(run, database_url):
    for line in commands(GUIDES[0])[0]:
        run(line)
    assert courses(database_url) == LOADED


@pytest.mark.usefixtures("shell")
def test_the_old_tables_go_through_the_staging_tables(run, database_url):
    for line in commands(GUIDES[0])[2]:
        run(line)
    assert courses(database_url, "NULL") == [(code, title, None, credits) for code, title, _, credits in LOADED]


@pytest.mark.usefixtures("shell")
def test_the_old_tables_go_through_pgloader_and_csv_into_an_import(run, database_url, administration, monkeypatch):
    if shutil.which("pgloader") is None:
        pytest.skip("pgloader is not installed (Debian: apt-get install pgloader)")
    url = database.normalised_url(database_url)
    monkeypatch.setenv("PGHOST", str(url.query["host"]))
    monkeypatch.setenv("PGUSER", str(url.username))
    try:
        for line in commands(GUIDES[0])[1]:
            run(line.replace("owner@unix:/run/postgresql:", f"{url.username}@unix:{url.query['host']}:"))
    finally:
        administration.execute("DROP DATABASE IF EXISTS old WITH (FORCE)")
    run("gql-api import courses courses.csv --create-institutions --yes")
    assert courses(database_url) == LOADED


IN_USE = {
    "citext": "SELECT count(*) FROM information_schema.columns WHERE udt_name = 'citext'",
    "pg_trgm with GIN": "SELECT count(*) FROM pg_indexes WHERE indexdef ~ 'USING gin .*gin_trgm_ops'",
    "full text": "SELECT count(*) FROM pg_attribute a JOIN pg_indexes i ON i.tablename = a.attrelid::regclass::text "
    "WHERE a.attgenerated = 's' AND a.atttypid = 'tsvector'::regtype AND i.indexdef ~ ('gin \\(' || a.attname)",
    "JSONB": "SELECT count(*) FROM information_schema.columns WHERE udt_name = 'jsonb' "
    "AND table_name IN ('courses', 'import_jobs', 'audit_log')",
    "arrays": "SELECT count(*) FROM pg_indexes WHERE indexdef ~ 'NULLS NOT DISTINCT.*WHERE'",
}
ELSEWHERE = ("advisory locks", "COPY", "`REPEATABLE READ", "pipeline mode", "row-level", "materialized")
SOURCES = {"advisory locks": "pg_advisory_xact_lock", "COPY": "COPY ", "`REPEATABLE READ": "REPEATABLE READ READ ONLY"}


def test_what_is_said_to_be_in_use_is(database_url):
    said = [cells[0] for cells in rows(GUIDES[0].read_text("utf-8"), "Of PostgreSQL, in use")]
    assert [name for name in said if not name.startswith((*IN_USE, *ELSEWHERE))] == []
    with database.connect(database_url) as connection:
        counts = {name: connection.execute(query).fetchone()[0] for name, query in IN_USE.items()}
        unused = connection.execute(
            "SELECT (SELECT count(*) FROM pg_policies), (SELECT count(*) FROM pg_matviews)"
        ).fetchone()
    assert min(counts.values()) > 0, counts
    assert unused == (0, 0), "the table says that these are not in use yet"
    code = "\n".join(path.read_text("utf-8") for path in (ROOT / "gql_api").rglob("*.py"))
    assert all(text in code for text in SOURCES.values())


def texts_of_the_code() -> str:
    """Every text of the package; what is filled in is an ellipsis. Texts that Python joins are one here too."""
    found: list[str] = []
    for path in [*sorted((ROOT / "gql_api").rglob("*.py")), ROOT / "alembic" / "env.py"]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = (part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
                found.append("".join(map(str, parts)))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(node.value)
    return "\n".join(re.sub(r"\{\w*\}", "…", text) for text in found)


def is_said(message: str, texts: str) -> bool:
    pattern = re.escape(message).replace("…", "[^\\n]*")
    return re.search(pattern, texts) is not None


def test_every_message_of_the_table_of_troubles_is_one_of_ours_or_provoked():
    ours, provoked = texts_of_the_code(), SAID_BY_POSTGRESQL.read_text("utf-8")
    table = rows(GUIDES[0].read_text("utf-8"), "Trouble")
    assert len(table) > 20
    unsaid = [
        message
        for message, by, remedy in table
        if not remedy or not is_said(message.strip("`"), ours if by == "gql-api" else provoked)
    ]
    # What a setting lacks is put together from its name and the weakness.
    assert unsaid == ["`SECRET_KEY is not set`", "`psycopg … (python)`"]
    assert is_said("… is not set; …", ours)
    assert is_said("psycopg … (…), libpq …", ours)


def test_the_limits_that_are_told_are_those_of_the_code():
    table = {cells[0]: cells[1] for cells in rows(GUIDES[1].read_text("utf-8"), "What is limited")}
    limits = database.Timeouts()
    migrations = (ROOT / "alembic" / "env.py").read_text("utf-8")
    assert table["a statement"] == f"{limits.statement} s"
    assert table["waiting for a lock"] == f"{limits.lock} s"
    assert table["a transaction that idles"] == f"{limits.idle} s"
    assert table["waiting for a connection of the pool"] == f"{limits.pool} s"
    assert table["a deadlock, a serialization failure"].startswith(f"{pool._ATTEMPTS} attempts")
    for what, text in (
        ("a migration: lock, statement", migrations),
        ("an import: lock, statement", jobs._LIMITS),
        ("restore: lock", restoring._BEGIN.decode()),
    ):
        lock, *statement = (part.replace(" ", "") for part in table[what].split(", "))
        assert f"lock_timeout = '{lock}'" in text, what
        assert all(f"statement_timeout = '{one}'" in text for one in statement), what
    assert table["an operation"] == f"{web_limits.Limits().seconds:.0f} s"


def test_the_override_for_docker_compose_is_one(tmp_path):
    [shown] = re.findall(r"```yaml\n(services:.*?)```", GUIDES[0].read_text("utf-8"), re.DOTALL)
    (tmp_path / "docker-compose.override.yml").write_text(shown)
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run([*command, tmp_path / "docker-compose.override.yml"], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout


COMMANDS = typer.main.get_command(app.app).commands


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_every_command_and_test_that_the_guide_names_exists(guide):
    text = guide.read_text("utf-8")
    for name, function in re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", text):
        path = ROOT / name
        assert path.is_file(), name
        assert not function or re.search(rf"^(?:async )?def {function}\(", path.read_text("utf-8"), re.MULTILINE)
    used = re.findall(r"gql-api ((?!`|:)[a-z][\w-]*)((?:\s+--[a-z-]+)*)", text)
    assert len(used) > 10
    for command, options in used:
        assert command in COMMANDS, command
        known = {name for parameter in COMMANDS[command].params for name in parameter.opts}
        if hasattr(COMMANDS[command], "commands"):
            known |= {n for one in COMMANDS[command].commands.values() for p in one.params for n in p.opts}
        assert set(options.split()) <= known, f"{command}{options}"


def test_the_checklist_of_the_old_guide_is_what_a_test_looks_for_in_doctor():
    proof = (ROOT / "tests" / "cli" / "test_doctor_parts.py").read_text("utf-8")
    table = rows(GUIDES[0].read_text("utf-8"), "The old guide, section by section")
    sections, checklist = [cells for cells in table if cells[0][0].isdigit()], table[17:]
    assert [int(cells[0].split()[0]) for cells in sections] == list(range(1, 18))
    assert len(checklist) == 10
    for _, lines, _ in checklist:
        for quoted in re.findall(r"`((?!gql-api)[^`]+)`", lines):
            assert f'"{quoted}"' in proof, quoted
