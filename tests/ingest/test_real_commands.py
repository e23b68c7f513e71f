"""The commands of docs/imports.md load the real catalogs of delgado-uno and wisconsin-texas, to the row.

The numbers were counted from the files by other means. Everything is loaded once: it takes half a minute.
"""

import csv
import gzip
import re
from collections import defaultdict
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gql_api import database, errors
from gql_api.cli import app
from gql_api.domain import codes, equivalencies
from gql_api.reads import imports
from tests import conftest
from tests.ingest.conftest import Importer

LARGE_COURSES, LARGE_RULES = "wisconsin-texas/courses.csv.gz", "wisconsin-texas/equivalencies.csv.gz"

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


def rows_of(path):
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def loaded(cluster, administration, template, real_data):
    """The URL of the database that the documented commands have filled, and the first line of each one's output."""
    name = f"catalogs_{conftest.WORKER or 'only'}"
    with conftest.copied(administration, template, name), pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", cluster.url_of(name))
        patch.setenv("GQL_API_PROFILE", "test")
        patch.chdir(real_data)
        said = []
        for command, words in COMMANDS:
            if command == "cd":
                patch.chdir(Path.cwd() / words)
                continue
            done = CliRunner().invoke(app.app, words.split())
            assert done.exit_code == 0, done.output
            said.append(done.output.splitlines()[0])
        yield cluster.url_of(name), said


@pytest.fixture
def importer(loaded):
    url, _ = loaded
    with database.connect(url) as connection:
        yield Importer(connection, url)


def counts(result):
    return result.plan.new, result.plan.updated, result.plan.unchanged, result.plan.removed


def test_the_documented_commands_load_the_real_catalogs(loaded):
    _, said = loaded
    assert said == SAID


def test_every_course_of_wisconsin_and_texas_is_there(importer, real_data):
    assert importer.rows("SELECT count(*), count(abbreviation) FROM institutions") == [(31, 23)]
    rows = rows_of(real_data / LARGE_COURSES)
    assert len(rows) == 39_754
    keys = {(row["institution"], codes.parse(row["code"]).key) for row in rows}
    placeholders = {key for key in keys if key[1].endswith("NE")} | {("University of New Orleans", "GHUM 1000")}
    assert importer.value("SELECT count(*) FROM courses") == len(keys) - len(placeholders) == 37_884
    _every_code_is_found(importer, rows, placeholders)


def test_every_rule_of_wisconsin_and_texas_is_there_but_the_contradictory_ones(importer, real_data):
    rows = rows_of(real_data / LARGE_RULES)
    rules, contradictory = _rules(rows)
    assert len(rows) == 20_171
    assert len(contradictory) == 49
    assert (
        importer.value("SELECT count(*) FROM equivalencies WHERE superseded_by_id IS NULL")
        == len(rules) - 98 + 29
        == 20_008
    )
    assert importer.rows(
        "SELECT outcome, count(*) FROM equivalencies WHERE superseded_by_id IS NULL GROUP BY outcome ORDER BY outcome"
    ) == [
        ("AWARDS", 12_336),
        ("DEPARTMENT_REVIEW", 184),
        ("NO_CREDIT", 7_488),
    ]
    job = importer.value("SELECT id FROM import_jobs WHERE kind = 'equivalencies' ORDER BY id DESC LIMIT 1")
    with importer.connection.transaction():
        found = [finding.message for finding in imports.findings(importer.connection, job)]
    assert sum("The same courses earn" in message for message in found) == 98


def test_a_second_run_of_wisconsin_and_texas_changes_nothing(importer, real_data):
    Path("/proc/self/clear_refs").write_text(
        "5", "ascii"
    )  # the peak begins anew: other tests of the process had theirs
    before = kibibytes("VmHWM")
    assert counts(importer.load("courses", real_data / LARGE_COURSES)) == (0, 0, 37_884, 0)
    assert counts(importer.load("equivalencies", real_data / LARGE_RULES, skip_invalid=True)) == (0, 0, 20_008, 0)
    assert kibibytes("VmHWM") - before < 100 * 1024


def kibibytes(name):
    """A line of this process's memory, in KiB."""
    return int(re.search(rf"^{name}:\s+(\d+) kB$", Path("/proc/self/status").read_text("ascii"), re.MULTILINE).group(1))


def _every_code_is_found(importer, rows, placeholders):
    """Each published code parses, its own key parses to itself, and it leads to one course or is a placeholder."""
    found = set(importer.rows(
        "SELECT lower(institution.name::text), course.code_key FROM courses AS course "
        "JOIN institutions AS institution ON institution.id = course.institution_id UNION "
        "SELECT lower(institution.name::text), alias.code_key FROM course_aliases AS alias "
        "JOIN institutions AS institution ON institution.id = alias.institution_id"
    ))  # fmt: skip
    lost = []
    for row in rows:
        code = codes.parse(row["code"])
        key = (row["institution"], code.key)
        is_found = (key[0].lower(), key[1]) in found
        if codes.parse(code.key) != code or not (is_found or key in placeholders):
            lost.append(key)
    assert lost == []


def _rules(rows):
    """The distinct unlinked rules, and the sources with both credit and no credit at one institution."""
    rules, said_of = set(), defaultdict(set)
    for row in rows:
        if not row["set_id"]:
            source = (row["from_institution"], codes.parse(row["from_code"]).key, row["to_institution"])
            rules.add((source, _target(row["to_code"])))
            said_of[source].add(row["type"] == "no_credit")
    return rules, [source for source, kinds in said_of.items() if len(kinds) == 2]


def _target(code):
    try:
        return codes.parse(code).key
    except errors.InvalidInput:
        return equivalencies.placeholder(code) or code
