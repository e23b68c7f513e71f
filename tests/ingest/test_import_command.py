"""`gql-api import` as people run it: what it prints and how it ends."""

import csv

import pytest
from typer.testing import CliRunner

from gql_api import errors
from gql_api.cli import app as command
from gql_api.domain import plan_codes

HEADER = "code,title,credits,institution"
GOOD = f"{HEADER}\nMATH 101,Algebra,3,North\nENGL 1000NE,No equivalent,3,North\n"
BAD = f"{HEADER}\nMATH 101,Algebra,three,North\nMATH 102,More,3,North\n"
CREATE = "--create-institutions"
SKIPPED = "  SKIPPED good.csv, row 3, code: ENGL 1000NE is a placeholder, no course (its title says so). It is skipped."
CREATED = (
    "  WARNING good.csv, row 2, institution: The institution “North” is new and will be created: four-year, "
    "abbreviation N."
)


@pytest.fixture
def run(database_url, monkeypatch, tmp_path):
    """Runs the command and returns its exit status and lines; `files` are written first."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("GQL_API_PROFILE", "test")
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.chdir(tmp_path)

    def run(*arguments, stdin="", **files):
        for name, content in files.items():
            data = content if isinstance(content, bytes) else content.encode()
            (tmp_path / f"{name}.csv").write_bytes(data)
        result = CliRunner().invoke(command.app, ["import", *arguments], input=stdin)
        if isinstance(result.exception, errors.GqlApiError):
            raise result.exception
        return result.exit_code, result.output.splitlines()

    return run


def test_without_a_terminal_and_without_yes_it_is_a_preview(run, importer):
    assert run("courses", "good.csv", CREATE, good=GOOD) == (
        0,
        [
            "courses: preview, 1 new; 1 row is skipped; 1 warning.",
            CREATED,
            SKIPPED,
            "This is a preview; nothing was loaded. Load it with --yes.",
        ],
    )
    assert importer.value("SELECT count(*) FROM courses") == 0


@pytest.mark.parametrize("flag", ["--yes", "-y", "--commit"])
def test_yes_loads_without_asking(run, importer, flag):
    status, output = run("courses", "good.csv", flag, CREATE, good=GOOD)
    assert status == 0
    assert output[0] == "courses: loaded, 1 new; 1 row is skipped; 1 warning."
    assert importer.rows("SELECT code FROM courses") == [("MATH 101",)]


def test_on_a_terminal_it_asks_and_loads_what_it_showed(run, importer, monkeypatch):
    monkeypatch.setattr("gql_api.cli.import_output.is_terminal", lambda: True)
    status, output = run("courses", "good.csv", CREATE, stdin="n\n", good=GOOD)
    assert (status, importer.value("SELECT count(*) FROM courses")) == (0, 0)
    assert output[-1] == "Load it? [y/N]: n"
    status, output = run("courses", "good.csv", CREATE, stdin="y\n", good=GOOD)
    assert (status, output[-2:]) == (0, ["Load it? [y/N]: y", "courses: loaded, 1 new."])
    assert importer.value("SELECT count(*) FROM courses") == 1


@pytest.mark.parametrize("flags", [["--yes"], ["--preview"], []], ids=["yes", "preview", "none"])
def test_a_second_run_says_that_there_is_nothing_to_load(run, flags):
    run("courses", "good.csv", "--yes", CREATE, good=GOOD)
    status, output = run("courses", "good.csv", *flags)
    assert (status, output) == (0, ["courses: nothing to load, 1 unchanged; 1 row is skipped.", SKIPPED])


def test_wrong_rows_end_with_status_1_and_load_nothing(run, importer):
    status, output = run("courses", "bad.csv", "--yes", CREATE, bad=BAD)
    assert status == 1
    assert output[0] == "courses: not loaded, 1 row is wrong; 1 warning."
    assert "  ERROR bad.csv, row 2, credits: “three” is not a number of credits. Write 3, 0.5 or 1-4." in output
    assert output[-1] == "Nothing was loaded. Correct these rows, or leave them out with --skip-invalid."
    assert importer.value("SELECT count(*) FROM courses") == 0


def test_skip_invalid_loads_the_good_rows(run, importer):
    status, output = run("courses", "bad.csv", "--yes", "--skip-invalid", CREATE, bad=BAD)
    assert output[0] == "courses: loaded, 1 new; 1 row is wrong and left out; 1 warning."
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


def test_of_warnings_that_say_the_same_five_are_shown_so_that_others_are_seen_too(run):
    rows = "".join(f"MATH {number},Course,3,North\n" * 2 for number in range(101, 131))
    status, output = run("courses", "many.csv", CREATE, many=f"{HEADER}\n{rows}MATH 999,Last,3,South\n")
    assert status == 0
    shown = [line for line in output if line.startswith("  WARNING")]
    assert len([line for line in shown if "exactly" in line]) == 5
    assert len([line for line in shown if "is new and will be created" in line]) == 2
    assert "  … and more: 25 × WARNING. All of them: --report FILE.csv" in output


def test_the_report_has_every_finding(run, tmp_path):
    rows = "".join(f"MATH,Course {number},3,North\n" for number in range(30))
    status, output = run("courses", "many.csv", CREATE, "--report", "report.csv", many=f"{HEADER}\n{rows}")
    assert status == 1
    assert output[-3:] == [
        "  … and more: 10 × ERROR. All of them: --report FILE.csv",
        "Nothing was loaded. Correct these rows, or leave them out with --skip-invalid.",
        "Every finding is in report.csv.",
    ]
    with (tmp_path / "report.csv").open(encoding="utf-8-sig", newline="") as file:
        report = list(csv.reader(file))
    assert report[0] == ["severity", "file", "row", "column", "message"]
    assert [row[1:3] for row in report[1:]] == [["many.csv", str(number)] for number in range(2, 32)]


def test_of_several_files_each_finding_names_its_own(run, tmp_path):
    files = ("good.csv", "bad.csv", "--yes", CREATE, "--report", "report.csv")
    status, output = run("courses", *files, good=GOOD, bad=BAD)
    assert (status, output[:4]) == (
        1,
        [
            "courses: not loaded, 1 row is wrong; 1 row is skipped; 1 warning.",
            "  ERROR bad.csv, row 2, credits: “three” is not a number of credits. Write 3, 0.5 or 1-4.",
            CREATED,
            SKIPPED,
        ],
    )
    with (tmp_path / "report.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row[:4] for row in csv.reader(file)][1:] == [
            ["ERROR", "bad.csv", "2", "credits"],
            ["WARNING", "good.csv", "2", "institution"],
            ["SKIPPED", "good.csv", "3", "code"],
        ]


def test_an_unknown_institution_ends_with_status_1_and_changes_nothing(run, importer):
    run("institutions", "colleges.csv", "--yes", colleges="name\nNorth College\n")
    before = importer.everything()
    status, output = run("courses", "typo.csv", "--yes", typo=f"{HEADER}\nMATH 1,Sums,3,Nroth College\n")
    assert (status, output) == (
        1,
        [
            "courses: not loaded, 1 row is wrong.",
            (
                "  ERROR typo.csv, row 2, institution: There is no institution “Nroth College”. Did you mean “North "
                "College”? Correct the name, import the institution first, or create it with --create-institutions."
            ),
            "Nothing was loaded. Correct these rows, or leave them out with --skip-invalid.",
        ],
    )
    assert importer.everything() == before


def test_a_csv_file_in_place_of_json_is_told(run):
    status, output = run("programs", "rules.csv", "--yes", rules="program_name,category\nBiology,Science\n")
    assert (status, output) == (1, ["gql-api: rules.csv is no JSON file: expected value at line 1 column 1."])


PLANS = (
    '{"format": "gql-api/plans", "version": 1, "plans": [{"name": "Mine", "courses": []}, {"courses": [{"unlisted": '
    '{"title": "Bees", "credits": 2}, "status": "PLANNED"}]}]}'
)


def test_plans_are_loaded_and_their_codes_printed_once(run, importer, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "a-key-of-these-tests")
    assert run("plans", "plans.csv", plans=PLANS) == (
        0,
        ["plans: preview, 2 new.", "This is a preview; nothing was loaded. Load it with --yes."],
    )
    status, output = run("plans", "plans.csv", "--yes")
    assert (status, output[0], output[-1]) == (
        0,
        "The codes of the new plans. Keep them: they are stored nowhere and not shown again.",
        "plans: loaded, 2 new.",
    )
    codes = [line.split("  ") for line in output[1:-1]]
    assert [name for _, name in codes] == ["Mine", "without a name"]
    stored = importer.rows("SELECT code_hmac FROM plans ORDER BY id")
    assert [bytes(row[0]) for row in stored] == [plan_codes.digest(code, b"a-key-of-these-tests") for code, _ in codes]
    status, output = run("plans", "plans.csv", "--yes")
    assert (status, output[0], len(output)) == (0, "plans: nothing to load, 2 unchanged.", 2)


def test_plans_that_were_agreed_to_print_their_codes_too(run, importer, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "a-key-of-these-tests")
    monkeypatch.setattr("gql_api.cli.import_output.is_terminal", lambda: True)
    status, output = run("plans", "plans.csv", stdin="y\n", plans=PLANS)
    assert (status, output[-1]) == (0, "plans: loaded, 2 new.")
    code = output[-3].split("  ")[0]
    stored = importer.rows("SELECT code_hmac FROM plans ORDER BY id")
    assert bytes(stored[0][0]) == plan_codes.digest(code, b"a-key-of-these-tests")


def test_wrong_plans_are_told_by_their_number(run, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "a-key-of-these-tests")
    wrong = PLANS.replace(
        '"courses": []', '"courses": [{"course": {"institution": "X", "code": "A 1"}, "status": "PLANNED"}]'
    )
    status, output = run("plans", "plans.csv", "--yes", plans=wrong)
    assert (status, output[1]) == (
        1,
        (
            "  ERROR plans.csv, plan 1, plans[0].courses[0].course.institution: There is no institution “X”. Import it "
            "first, or correct the name."
        ),
    )


def test_plans_need_the_secret_of_the_server(run):
    with pytest.raises(errors.ConfigurationError, match=r"^Plan codes are made with the server's SECRET_KEY"):
        run("plans", "plans.csv", "--yes", plans=PLANS)


def test_a_file_that_does_not_exist_and_flags_that_exclude_each_other_are_wrong_usage(run):
    assert run("courses", "none.csv")[0] == 2
    assert run("courses", "good.csv", "--preview", "--yes", good=GOOD)[0] == 2
    assert run("courses", "good.csv", "--mode", "wild", good=GOOD)[0] == 2


def test_equivalencies_and_institutions_have_the_same_manner(run, importer):
    run("institutions", "colleges.csv", "--yes", colleges="name\nNorth\nSouth\n")
    run("courses", "good.csv", "--yes", CREATE, good=GOOD + "MATH 1,Sums,3,South\n")
    rules = "from_code,from_institution,to_code,to_institution,type\nMATH 1,South,MATH 101,North,direct\n"
    status, output = run("equivalencies", "rules.csv", "--yes", rules=rules)
    assert (status, output[0]) == (0, "equivalencies: loaded, 1 new.")
    assert importer.value("SELECT count(*) FROM equivalencies") == 1


def test_replacing_is_asked_for_by_mode_and_scope(run, importer):
    run("courses", "good.csv", "--yes", CREATE, good=GOOD)
    other = f"{HEADER}\nMATH 102,More,3,North\n"
    status, output = run("courses", "new.csv", "--yes", "--mode", "replace", "--institution", "North", new=other)
    assert (status, output[0]) == (0, "courses: loaded, 1 new, 1 removed.")
    assert importer.rows("SELECT code, active_until IS NULL FROM courses ORDER BY id") == [
        ("MATH 101", False),
        ("MATH 102", True),
    ]
