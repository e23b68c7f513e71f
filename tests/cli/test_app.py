import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gql_api import database, errors
from gql_api.cli import app
from tests import live, waiting

ROOT = Path(__file__).parents[2]


def command(tmp_path, *arguments, **values):
    return subprocess.run(
        [sys.executable, "-m", "gql_api", *arguments],
        cwd=tmp_path,
        env=live.environment(tmp_path / "home", **values),
        capture_output=True,
        text=True,
        timeout=waiting.LIMIT,
        check=False,
    )


@pytest.mark.parametrize("asked", ["version", "--version"])
def test_version_prints_the_version_of_the_project(asked):
    expected = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert CliRunner().invoke(app.app, [asked]).output == f"{expected}\n"


def test_without_a_command_the_commands_are_listed():
    output = CliRunner().invoke(app.app, []).output
    assert all(name in output for name in ("serve", "migrate", "schema", "version"))


def test_an_error_that_we_foresaw_is_one_message_and_status_2(tmp_path):
    done = command(tmp_path, "serve", PORT="http")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.splitlines()[0] == "gql-api: These settings are wrong:"
    assert "Traceback" not in done.stderr


def test_a_database_that_does_not_answer_is_one_message_and_status_2(tmp_path):
    done = command(tmp_path, "migrate", DATABASE_URL="postgresql://nobody:hunter2@127.0.0.1:1/none")
    assert done.returncode == 2
    assert done.stderr.startswith("gql-api: ")
    assert "Traceback" not in done.stderr
    assert "hunter2" not in done.stderr


def test_a_defect_keeps_its_traceback(monkeypatch):
    def defective() -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(app, "app", defective)
    with pytest.raises(RuntimeError, match="a defect"):
        app.main()


def test_every_error_of_ours_ends_with_status_2(monkeypatch, capsys):
    def busy() -> None:
        raise errors.Unavailable("The database is busy. Remedy: try again.")

    monkeypatch.setattr(app, "app", busy)
    with pytest.raises(SystemExit) as caught:
        app.main()
    assert caught.value.code == 2
    assert capsys.readouterr().err == "gql-api: The database is busy. Remedy: try again.\n"


@pytest.mark.parametrize("arguments", [["version"], ["--help"], ["serve", "--help"]])
def test_what_needs_no_database_loads_none(arguments):
    code = (
        "import sys\nsys.argv = ['gql-api', *sys.argv[1:]]\nfrom gql_api.cli import app\n"
        "try:\n    app.main()\nexcept SystemExit:\n    pass\n"
        "print(sorted({'sqlalchemy', 'strawberry', 'starlette', 'uvicorn', 'alembic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_later_start_loads_neither_alembic_nor_the_importers(database_url, tmp_path):
    with database.connect(database_url, autocommit=True) as connection:
        connection.execute("INSERT INTO institutions (name) VALUES ('Somewhere')")
    code = (
        "import sys\nfrom gql_api import settings\nfrom gql_api.cli import demo, server_database\n"
        "configuration = settings.load()\nurl = configuration.database_url.get_secret_value()\n"
        "server_database.prepare(configuration, url)\nassert demo.load_if_empty(url, configuration) == ()\n"
        "import gql_api.web.app\nprint(sorted({'alembic', 'gql_api.ingest'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=live.environment(tmp_path / "home", DATABASE_URL=database_url),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")
