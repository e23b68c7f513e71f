"""No migration may stop a running service: squawk reads the SQL of each that meets tables with rows in them."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from gql_api import database

ROOT = Path(__file__).parents[2]
REVISIONS = sorted(
    (script.down_revision, script.revision)
    for script in ScriptDirectory.from_config(Config(ROOT / "alembic.ini")).walk_revisions()
    if isinstance(script.down_revision, str)
)
"""Every step but the first, which builds an empty database."""


def linted(sql: str, tmp_path: Path) -> str:
    """What squawk says of the SQL; empty where it finds nothing."""
    (tmp_path / "migration.sql").write_text(sql)
    program = Path(sys.executable).with_name("squawk")
    done = subprocess.run(
        [program, "--config", ROOT / ".squawk.toml", "--reporter", "gcc", "migration.sql"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_every_migration_keeps_the_rules(tmp_path):
    assert {end: linted(database.upgrade_sql(start, end), tmp_path) for start, end in REVISIONS} == {
        end: "" for _, end in REVISIONS
    }


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("CREATE INDEX ix_courses_title ON courses (title);", "require-concurrent-index-creation"),
        ("ALTER TABLE courses ADD COLUMN grown integer NOT NULL;", "adding-required-field"),
        ("ALTER TABLE courses ADD CONSTRAINT ck CHECK (level >= 0);", "constraint-missing-not-valid"),
        ("ALTER TABLE courses ALTER COLUMN number TYPE integer USING 1;", "changing-column-type"),
        ("ALTER TABLE courses DROP COLUMN title;", "ban-drop-column"),
        ("ALTER TABLE courses RENAME COLUMN title TO name;", "renaming-column"),
    ],
)
def test_what_would_stop_a_running_service_is_found(sql, rule, tmp_path):
    limits = "SET LOCAL lock_timeout = '3s'; SET LOCAL statement_timeout = '10min';"
    assert rule in linted(f"BEGIN; {limits} {sql} COMMIT;", tmp_path)


def test_the_ways_that_the_guide_shows_are_accepted(tmp_path):
    sql = """
    BEGIN;
    SET LOCAL lock_timeout = '3s'; SET LOCAL statement_timeout = '10min';
    ALTER TABLE courses ADD COLUMN grown integer;
    ALTER TABLE courses ADD CONSTRAINT ck_courses_grown CHECK (grown >= 0) NOT VALID;
    COMMIT;
    SET lock_timeout = '3s'; SET statement_timeout = '30min';
    CREATE INDEX CONCURRENTLY ix_courses_grown ON courses (grown);
    ALTER TABLE courses VALIDATE CONSTRAINT ck_courses_grown;
    """
    assert linted(sql, tmp_path) == ""
