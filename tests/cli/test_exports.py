"""What `gql-api export` writes is what an import reads: loading it again changes nothing."""

import csv
import json

import pytest
from typer.testing import CliRunner

from gql_api import database, errors
from gql_api.cli.app import app

KINDS = ("institutions", "courses", "equivalencies")
FILES = (*(f"{kind}.csv" for kind in KINDS), "programs.json")


@pytest.fixture
def database_url(demo_database_url):
    return demo_database_url


@pytest.fixture
def run(monkeypatch, tmp_path, database_url):
    """The command line on the test's database with the demo data."""
    values = {"GQL_API_PROFILE": "test", "GQL_API_HOME": str(tmp_path), "ADMIN_TOKEN": "a" * 40, "SECRET_KEY": "s" * 40}
    for name, value in {**values, "DATABASE_URL": database_url}.items():
        monkeypatch.setenv(name, value)

    def command(*arguments: object):
        result = CliRunner().invoke(app, [str(one) for one in arguments])
        if result.exception is not None and not isinstance(result.exception, errors.GqlApiError | SystemExit):
            raise result.exception
        return result

    return command


def rows(file):
    with file.open(newline="", encoding="utf-8") as opened:
        return list(csv.DictReader(opened))


@pytest.mark.parametrize("kind", KINDS)
def test_an_import_of_an_export_finds_everything_unchanged(run, tmp_path, kind):
    file = tmp_path / f"{kind}.csv"
    exported = run("export", kind, file)
    assert exported.exit_code == 0, exported.output
    assert f"{len(rows(file)):,} rows" in exported.output
    assert len(rows(file)) > 2

    again = run("import", kind, file, "--yes")
    assert f"{kind}: nothing to load" in again.output
    assert again.exit_code == 0


def test_an_import_of_exported_programs_finds_every_requirement_unchanged(run, tmp_path, database_url):
    file = tmp_path / "programs.json"
    exported = run("export", "programs", file)
    assert exported.exit_code == 0, exported.output
    found = json.loads(file.read_text("utf-8"))["programs"]
    with database.connect(database_url) as connection:
        held = "SELECT count(DISTINCT program_id) FROM program_versions v JOIN requirements r ON r.version_id = v.id"
        assert connection.execute(held).fetchone() == (len(found),)
    assert exported.output == f"{file}: {len(found)} programs.\n"
    kinds = {"children", "options", "constraints", "share_with", "is_residual"}
    assert kinds <= {name for program in found for one in program["versions"] for name in names(one["requirements"])}

    again = run("import", "programs", file, "--yes")
    assert again.exit_code == 0, again.output
    assert "programs: nothing to load" in again.output


def names(nodes):
    """The fields that requirements fill, at any depth."""
    return {name for node in nodes for name in (*node, *names(node.get("children", ())))}


def test_amounts_of_nothing_are_told(run, tmp_path, database_url):
    """A level of 0 or a minimum of 0 is said, other than one that nobody gave."""
    with database.connect(database_url, autocommit=True) as connection:
        connection.execute("UPDATE requirements SET min_courses = 0 WHERE id = (SELECT min(id) FROM requirements)")
    run("export", "programs", tmp_path / "programs.json")
    assert '"min_courses": 0' in (tmp_path / "programs.json").read_text("utf-8")


def test_programs_of_one_institution_can_be_chosen(run, tmp_path):
    run("export", "programs", tmp_path / "programs.json", "--institution", "ARSU")
    found = json.loads((tmp_path / "programs.json").read_text("utf-8"))["programs"]
    assert {program["institution"] for program in found} == {"Alder Ridge State University"}


def test_an_empty_database_becomes_the_same_catalog(run, tmp_path, database_url, administration, cluster, template):
    """Every file is loaded into a database that has nothing, and exported from there again."""
    other = f"{database_url.split('/')[-1].split('?')[0]}_again"
    administration.execute(f"CREATE DATABASE {other} TEMPLATE {template} STRATEGY file_copy")
    try:
        for name in FILES:
            run("export", name.split(".")[0], tmp_path / name)
        environment = {"DATABASE_URL": cluster.url_of(other)}
        for name in FILES:
            kind, again = name.split(".")[0], name.replace(".", ".again.")
            loaded = CliRunner().invoke(app, ["import", kind, str(tmp_path / name), "--yes"], env=environment)
            assert loaded.exit_code == 0, loaded.output
            CliRunner().invoke(app, ["export", kind, str(tmp_path / again)], env=environment)
        first, second = (
            json.loads((tmp_path / name).read_text("utf-8")) for name in (FILES[-1], "programs.again.json")
        )
        assert second == first
        for kind in KINDS:
            first, second = rows(tmp_path / f"{kind}.csv"), rows(tmp_path / f"{kind}.again.csv")
            for one in (*first, *second):
                one.pop("set_id", None)
            assert sorted(map(repr, second)) == sorted(map(repr, first))
    finally:
        administration.execute(f"DROP DATABASE {other} WITH (FORCE)")


def test_one_institution_can_be_chosen_by_any_of_its_names(run, tmp_path):
    by_name, by_short = tmp_path / "name.csv", tmp_path / "short.csv"
    run("export", "courses", by_name, "--institution", "harbor point community college")
    run("export", "courses", by_short, "--institution", "HPCC")

    assert {one["institution"] for one in rows(by_name)} == {"Harbor Point Community College"}
    assert rows(by_name) == rows(by_short)


def test_text_that_looks_like_a_formula_or_has_line_ends_survives(run, tmp_path, database_url):
    odd = '=1+1, "quoted";\nsecond line'
    with database.connect(database_url, autocommit=True) as connection:
        connection.execute("UPDATE courses SET description = %s WHERE code_key = 'ENG 101'", (odd,))
    run("export", "courses", tmp_path / "courses.csv")

    assert odd in {one["description"] for one in rows(tmp_path / "courses.csv")}
    assert "nothing to load" in run("import", "courses", tmp_path / "courses.csv", "--yes").output


def test_refusals_leave_no_file_and_overwrite_none(run, tmp_path):
    file = tmp_path / "courses.csv"
    for arguments, remedy in (
        (("courses", file, "--institution", "Nowhere"), "no institution"),
        (("courses", tmp_path / "none" / "courses.csv"), "does not exist"),
    ):
        assert remedy in str(run("export", *arguments).exception)
    assert list(tmp_path.glob("*.csv")) == []
    file.write_text("mine")
    assert "--force" in str(run("export", "courses", file).exception)
    assert file.read_text() == "mine"
    assert run("export", "courses", file, "--force").exit_code == 0
