"""The commands of docs/imports.md load the real catalogs of delgado-uno and wisconsin-texas."""

import re
from pathlib import Path

from typer.testing import CliRunner

from gql_api.cli import app

TEXT = (Path(__file__).parents[2] / "docs" / "imports.md").read_text("utf-8")
SECTION = TEXT[TEXT.index("## The real catalogs") :].partition("\n## ")[0]
COMMANDS = re.findall(r"^\$ (cd|gql-api) (.*)$", SECTION, re.MULTILINE)
SAID = [
    "courses: loaded, 3,580 new; 94 rows are skipped; 32 warnings.",
    "equivalencies: loaded, 117 new; 12 warnings.",
    "requirements: loaded, 15 new; 10 warnings.",
    "requirements: loaded, 15 new; 33 warnings.",
    "institutions: loaded, 29 new, 2 updated; 8 warnings.",
    "courses: loaded, 34,304 new, 3,580 unchanged; 94 rows are skipped; 1,777 warnings.",
    "equivalencies: loaded, 19,891 new, 117 updated; 98 rows are wrong and left out; 206 warnings.",
]


def test_the_documented_commands_load_the_real_catalogs(database_url, real_data, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("GQL_API_PROFILE", "test")
    monkeypatch.chdir(real_data)
    said = []
    for command, words in COMMANDS:
        if command == "cd":
            monkeypatch.chdir(Path.cwd() / words)
            continue
        done = CliRunner().invoke(app.app, words.split())
        assert done.exit_code == 0, done.output
        said.append(done.output.splitlines()[0])
    assert said == SAID
