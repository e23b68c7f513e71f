"""`gql-api import` as people run it: what it prints and how it ends."""

import csv

import pytest
from typer.testing import CliRunner

from gql_api.cli import app as command

HEADER = "code,title,credits,institution"
GOOD = f"{HEADER}\nMATH 101,Algebra,3,North\nENGL 1000NE,No equivalent,3,North\n"
BAD = f"{HEADER}\nMATH 101,Algebra,three,North\nMATH 102,More,3,North\n"
CREATED = "  WARNING row 2:institution: The institution “North” is new and will be created: four-year, abbreviation N."


@pytest.fixture
def run(database_url, monkeypatch, tmp_path):
    """Runs the command and returns its exit status and lines; `files` are written first."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("GQL_API_PROFILE", "test")
    monkeypatch.chdir(tmp_path)

    def run(*arguments, stdin="", **files):
        for name, content in files.items():
            data = content if isinstance(content, bytes) else content.encode()
            (tmp_path / f"{name}.csv").write_bytes(data)
        result = CliRunner().invoke(command.app, ["import", *arguments], input=stdin)
        return result.exit_code, result.output.splitlines()

    return run


def test_without_a_terminal_and_without_yes_it_is_a_preview(run, importer):
    assert run("courses", "good.csv", good=GOOD) == (
        0,
        [
            "Preview of courses: 1 new, 0 updated, 0 unchanged, 0 removed; 0 rows with errors, 1 skipped, 1 warnings.",
            CREATED,
            "  SKIPPED row 3:code: ENGL 1000NE is a placeholder, no course (its title says so). It is skipped.",
            "This is a preview; nothing was loaded. Load it with --yes.",
        ],
    )
    assert importer.value("SELECT count(*) FROM courses") == 0


@pytest.mark.parametrize("flag", ["--yes", "-y", "--commit"])
def test_yes_loads_without_asking(run, importer, flag):
    status, output = run("courses", "good.csv", flag, good=GOOD)
    assert status == 0
    assert output[0].startswith("Loaded of courses: 1 new, 0 updated, 0 unchanged, 0 removed; ")
    assert importer.rows("SELECT code FROM courses") == [("MATH 101",)]


def test_on_a_terminal_it_asks_and_loads_what_it_showed(run, importer, monkeypatch):
    monkeypatch.setattr("gql_api.cli.import_output.is_terminal", lambda: True)
    status, output = run("courses", "good.csv", stdin="n\n", good=GOOD)
    assert (status, importer.value("SELECT count(*) FROM courses")) == (0, 0)
    assert output[-1] == "Load it? [y/N]: n"
    status, output = run("courses", "good.csv", stdin="y\n", good=GOOD)
    assert (status, output[-2:]) == (0, ["Load it? [y/N]: y", "Loaded: 1 new, 0 updated, 0 removed."])
    assert importer.value("SELECT count(*) FROM courses") == 1


def test_a_second_run_says_that_everything_is_stored_already(run):
    run("courses", "good.csv", "--yes", good=GOOD)
    status, output = run("courses", "good.csv", "--yes")
    assert (status, output[-1]) == (0, "Everything is stored already.")


def test_wrong_rows_end_with_status_1_and_load_nothing(run, importer):
    status, output = run("courses", "bad.csv", "--yes", bad=BAD)
    assert status == 1
    assert "  ERROR row 2:credits: “three” is not a number of credits. Write 3, 0.5 or 1-4." in output
    assert output[-1] == "Nothing was loaded: mend the rows with errors, or leave them out with --skip-invalid."
    assert importer.value("SELECT count(*) FROM courses") == 0


def test_skip_invalid_loads_the_good_rows(run, importer):
    status, _ = run("courses", "bad.csv", "--yes", "--skip-invalid", bad=BAD)
    assert (status, importer.rows("SELECT code FROM courses")) == (0, [("MATH 102",)])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "gql-api: file.csv: the file is empty. Its first row must name the columns."),
        (
            "kode,title\nMATH 1,x\n",
            (
                "gql-api: file.csv: The first row must name the columns of a file of courses. Missing: code (or "
                "course_code, course, course_id). Found: kode, title."
            ),
        ),
        (
            f"{HEADER}\nMATH 1,{'x' * 20_000_000},3,North\n",
            (
                "gql-api: file.csv, row 2, column “title”: the cell has more than 100,000 characters. Shorten it, or "
                "look "
                "for a missing quote."
            ),
        ),
    ],
    ids=["empty", "header", "cell"],
)
def test_a_file_that_cannot_be_read_ends_with_status_1_and_changes_nothing(run, importer, content, message):
    before = importer.everything()
    assert run("courses", "file.csv", "--yes", file=content) == (1, [message])
    assert importer.everything() == before


def test_the_report_has_every_finding(run, tmp_path):
    rows = "".join(f"MATH,Course {number},3,North\n" for number in range(30))
    status, output = run("courses", "many.csv", "--report", "report.csv", many=f"{HEADER}\n{rows}")
    assert status == 1
    assert output[-3:] == [
        "  … and more: 10 × ERROR. All of them: --report FILE.csv",
        "Nothing was loaded: mend the rows with errors, or leave them out with --skip-invalid.",
        "Every finding is in report.csv.",
    ]
    with (tmp_path / "report.csv").open(encoding="utf-8-sig", newline="") as file:
        report = list(csv.reader(file))
    assert report[0] == ["severity", "row", "column", "message"]
    assert [row[1] for row in report[1:]] == [str(number) for number in range(2, 32)]


def test_a_file_that_does_not_exist_and_flags_that_exclude_each_other_are_wrong_usage(run):
    assert run("courses", "none.csv")[0] == 2
    assert run("courses", "good.csv", "--preview", "--yes", good=GOOD)[0] == 2
    assert run("courses", "good.csv", "--mode", "wild", good=GOOD)[0] == 2


def test_equivalencies_and_institutions_have_the_same_manner(run, importer):
    run("institutions", "colleges.csv", "--yes", colleges="name\nNorth\nSouth\n")
    run("courses", "good.csv", "--yes", good=GOOD + "MATH 1,Sums,3,South\n")
    rules = "from_code,from_institution,to_code,to_institution,type\nMATH 1,South,MATH 101,North,direct\n"
    status, output = run("equivalencies", "rules.csv", "--yes", rules=rules)
    assert (status, output[0][:33]) == (0, "Loaded of equivalencies: 1 new, 0")
    assert importer.value("SELECT count(*) FROM equivalencies") == 1


def test_replacing_is_asked_for_by_mode_and_scope(run, importer):
    run("courses", "good.csv", "--yes", good=GOOD)
    other = f"{HEADER}\nMATH 102,More,3,North\n"
    status, output = run("courses", "new.csv", "--yes", "--mode", "replace", "--institution", "North", new=other)
    assert (status, output[0][:59]) == (0, "Loaded of courses: 1 new, 0 updated, 0 unchanged, 1 removed")
    assert importer.rows("SELECT code, active_until IS NULL FROM courses ORDER BY id") == [
        ("MATH 101", False),
        ("MATH 102", True),
    ]
