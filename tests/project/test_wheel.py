"""The wheel holds what a server needs, and no more."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        folder,
        ROOT,
    ]
    subprocess.run(command, check=True, capture_output=True)
    [path] = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def contents(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_it_ships_every_module_and_the_mark_that_it_is_typed(contents):
    modules = {
        str(path.relative_to(ROOT)) for path in (ROOT / "gql_api").rglob("*.py") if "node_modules" not in path.parts
    }
    assert modules <= contents
    assert "gql_api/py.typed" in contents


def test_it_ships_the_migrations(contents):
    revisions = {path.name for path in (ROOT / "alembic" / "versions").glob("*.py")}
    assert revisions
    assert {f"gql_api/_alembic/versions/{name}" for name in revisions} <= contents
    assert "gql_api/_alembic/env.py" in contents


def test_it_ships_the_built_page_where_it_has_been_built(contents):
    built = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "gql_api" / "web" / "graphiql" / "dist").rglob("*")
        if path.is_file()
    }
    assert built <= contents


def test_it_ships_neither_tests_nor_sources_of_the_page(contents):
    sources = ("node_modules", "package.json", "package-lock.json", "vite.config", ".npmrc", "/src/")
    assert [name for name in contents if any(source in name for source in sources)] == []
    assert {name.split("/")[0] for name in contents} == {"gql_api", "gql_api-0.1.0.dist-info"}


def test_the_licence_and_the_command_are_in_its_metadata(wheel):
    with zipfile.ZipFile(wheel) as archive:
        assert "MIT License" in archive.read("gql_api-0.1.0.dist-info/licenses/LICENSE").decode()
        assert "gql-api = gql_api.cli.app:main" in archive.read("gql_api-0.1.0.dist-info/entry_points.txt").decode()


def test_it_finds_its_migrations_when_it_is_installed_elsewhere(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    code = "from gql_api import database; print(database.__file__); print(database.head_revision())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "site"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    file, revision = done.stdout.split()
    assert file.startswith(str(tmp_path))
    assert revision
