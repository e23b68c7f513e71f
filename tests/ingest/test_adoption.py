"""The old application's database becomes ours: whole, proved, with its plan codes, or not at all."""

import csv
import re
import sqlite3
from contextlib import closing
from datetime import datetime

import pytest
from typer.testing import CliRunner

from gql_api import database, errors
from gql_api.cli.app import app
from gql_api.domain import plan_codes
from tests import contents, old_databases

SECRET = "s" * 40


@pytest.fixture
def run(monkeypatch, tmp_path, database_url):
    """The command line on the test's database, in a directory of its own."""
    monkeypatch.chdir(tmp_path)
    values = {"GQL_API_PROFILE": "test", "GQL_API_HOME": str(tmp_path), "ADMIN_TOKEN": "a" * 40, "SECRET_KEY": SECRET}
    for name, value in {**values, "DATABASE_URL": database_url}.items():
        monkeypatch.setenv(name, value)

    def command(*arguments: object):
        result = CliRunner().invoke(app, ["adopt-sqlite", *(str(one) for one in arguments)])
        if result.exception is not None and not isinstance(result.exception, errors.GqlApiError | SystemExit):
            raise result.exception
        return result

    return command


@pytest.fixture
def rows(database_url):
    with database.connect(database_url, autocommit=True) as connection:
        yield lambda query, *values: connection.execute(query, values or None).fetchall()


def old(tmp_path, rows=200, **how):
    return old_databases.write(tmp_path / "course_transfer.db", rows, **how)


def changed(path, *statements):
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)
    return path


def report(tmp_path):
    """(table, id, column, outcome) → (reason, remedy)."""
    with (tmp_path / "adoption-report.csv").open(encoding="utf-8-sig", newline="") as file:
        found = csv.DictReader(file)
        return {
            (one["table"], int(one["id"]), one["column"], one["outcome"]): (one["reason"], one["remedy"])
            for one in found
        }


def test_a_rehearsal_tells_everything_and_changes_nothing(run, tmp_path, database_url):
    before = contents.of(database_url)
    rehearsed = run(old(tmp_path, dirt=old_databases.DIRTS))
    assert rehearsed.exit_code == 0, rehearsed.output
    assert "This was a rehearsal" in rehearsed.output
    assert "DIFFERENT" not in rehearsed.output
    assert contents.of(database_url) == before


def test_what_a_rehearsal_told_is_what_is_done(run, tmp_path):
    file = old(tmp_path, dirt=old_databases.DIRTS)
    rehearsed, done = run(file).stdout.splitlines(), run(file, "--yes").stdout.splitlines()
    assert rehearsed[:-2] == done[:-2]
    assert done[-1] == rehearsed[-1]
    assert "New plan codes: " in done[-1]
    assert done[-2] == "course_transfer.db: adopted, with 10 new plans. Old plan codes open all others."


def test_a_second_run_changes_nothing_and_says_so(run, tmp_path, database_url):
    file = old(tmp_path, dirt=old_databases.DIRTS)
    run(file, "--yes")
    before = contents.of(database_url)
    again = run(file, "--yes")
    assert "was adopted on" in again.output
    assert "There is nothing to do" in again.output
    forced = run(file, "--yes", "--again")
    assert forced.exit_code == 0, forced.output
    assert "everything is here already; nothing was changed" in forced.output
    assert contents.of(database_url) == before


def test_the_staged_copy_with_its_names_is_gone_afterwards(run, tmp_path, rows):
    file = old(tmp_path)
    run(file)
    assert rows("SELECT count(*) > 0 FROM adoption.plans") == [(True,)]
    assert rows("SELECT count(*) FROM adoption.plans WHERE plan_code NOT LIKE 'sealed:%'") == [(0,)]
    run(file, "--yes")
    assert rows("SELECT to_regnamespace('adoption')") == [(None,)]


@pytest.mark.parametrize("missing", [*sorted(old_databases.NEWEST), "everything later"])
def test_every_shape_of_the_old_database_is_carried(run, tmp_path, rows, missing):
    shape = old_databases.OLDEST if missing == "everything later" else old_databases.NEWEST - {missing}
    done = run(old(tmp_path, shape=shape), "--yes")
    assert done.exit_code == 0, done.output
    size = old_databases.sizes(200)
    assert rows("SELECT count(*) FROM courses") == [(size.courses,)]
    assert rows("SELECT count(*) FROM plans WHERE target_version_id IS NOT NULL") == [(size.plans,)]
    assert rows("SELECT count(*) FROM planned_courses") == [(size.entries // size.plans * size.plans,)]
    versions = 1 if missing in ("versions", "everything later") else 2
    assert rows("SELECT count(*), count(*) FILTER (WHERE is_current) FROM program_versions") == [(versions, 1)]
    has_lab = 0 if missing in ("course_type", "everything later") else size.courses
    assert rows("SELECT count(*) FROM courses WHERE attributes ? 'has_lab'") == [(has_lab,)]


@pytest.mark.parametrize("dirt", sorted(old_databases.DIRTS))
def test_every_kind_of_dirt_is_carried_or_told(run, tmp_path, dirt):
    run(old(tmp_path))
    clean = report(tmp_path).keys()
    done = run(old(tmp_path, dirt=frozenset({dirt})), "--yes")
    assert done.exit_code == 0, done.output
    assert "DIFFERENT" not in done.output
    assert bool(report(tmp_path).keys() - clean) == (dirt != "naive times")


def test_an_old_plan_code_opens_its_plan_in_any_case(run, tmp_path, rows):
    run(old(tmp_path), "--yes")
    code = old_databases.plan_code(2)
    digest = plan_codes.digest(f"{code[:4]}-{code[4:]}".lower(), SECRET.encode())
    assert rows("SELECT student_name, name FROM plans WHERE code_hmac = %s", digest) == [("Student 2", "Plan 2")]


def test_a_plan_without_a_usable_code_gets_a_new_one_which_is_told_once_more(run, tmp_path, rows):
    file = old(tmp_path, dirt=frozenset({"plan codes"}))
    run(file, "--yes", "--codes", "codes.csv")
    codes = tmp_path / "codes.csv"
    assert codes.stat().st_mode & 0o777 == 0o600
    told = list(csv.DictReader(codes.read_text("utf-8").splitlines()))
    assert [one["name"] for one in told] == ["Plan 6", "Plan 7", "Plan 8"]
    for one in told:
        digest = plan_codes.digest(one["code"], SECRET.encode())
        assert rows("SELECT name FROM plans WHERE code_hmac = %s", digest) == [(one["name"],)]
    run(file, "--again", "--codes", "again.csv")
    assert (tmp_path / "again.csv").read_text() == codes.read_text()


def test_new_codes_that_were_written_nowhere_are_told_and_written_later(run, tmp_path, database_url):
    file = old(tmp_path, dirt=frozenset({"plan codes"}))
    done = run(file, "--yes").output
    assert "Old plan codes open all others." in done
    assert "New plan codes: 3, written nowhere" in done
    before = contents.of(database_url)
    assert "add: --codes FILE" in run(file, "--yes").output
    later = run(file, "--yes", "--codes", "codes.csv")
    assert later.exit_code == 0, later.output
    assert later.output.endswith("course_transfer.db: nothing was changed.\nNew plan codes: 3, in codes.csv.\n")
    assert contents.of(database_url) == before
    with database.connect(database_url) as connection:
        assert connection.execute("SELECT to_regnamespace('adoption')").fetchone() == (None,)
        for one in csv.DictReader((tmp_path / "codes.csv").read_text("utf-8").splitlines()):
            digest = plan_codes.digest(one["code"], SECRET.encode())
            found = connection.execute("SELECT name FROM plans WHERE code_hmac = %s", (digest,)).fetchall()
            assert found == [(one["name"],)]


def test_the_report_says_reason_and_remedy_once_each_and_credits_with_two_decimals(run, tmp_path):
    told = run(old(tmp_path, dirt=old_databases.DIRTS)).output
    assert re.findall(r"credits of .*: \d+[.]\d+", told)
    assert re.findall(r"credits of .*: \d+[.]\d\d0", told) == []
    left_out = [value for key, value in report(tmp_path).items() if key[3] == "left out"]
    assert left_out
    assert [(reason, remedy) for reason, remedy in left_out if not reason or remedy in reason] == []


def test_times_without_a_zone_are_utc(run, tmp_path, rows):
    run(old(tmp_path, dirt=frozenset({"naive times"})), "--yes")
    at = "SELECT DISTINCT created_at AT TIME ZONE 'UTC' FROM plans"
    assert str(rows(at)[0][0]) == "2024-02-03 04:05:06.789012"


def test_courses_and_programs_keep_the_times_at_which_they_were_made_and_changed(run, tmp_path, rows):
    file = changed(
        old(tmp_path),
        "UPDATE courses SET created_at = '2019-05-06 07:08:09', updated_at = '2020-01-01T00:00:00Z' WHERE id = 1",
        "UPDATE courses SET created_at = '2018-05-06', updated_at = NULL WHERE id = 2",
        "UPDATE courses SET created_at = 'long ago', updated_at = 'just now' WHERE id = 3",
        "UPDATE programs SET created_at = '2017-05-06', updated_at = '2018-05-06'",
    )
    assert run(file, "--yes").exit_code == 0
    courses = (
        "SELECT to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), "
        "to_char(updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') FROM courses ORDER BY id LIMIT 3"
    )
    before = rows(courses)
    assert before[:2] == [("2019-05-06 07:08", "2020-01-01 00:00"), ("2018-05-06 00:00", "2018-05-06 00:00")]
    assert before[2] not in before[:2]
    recently = "SELECT created_at > now() - interval '1 day', updated_at = created_at FROM courses WHERE title = %s"
    assert rows(recently, "Course 3") == [(True, True)]
    programs = "SELECT DISTINCT created_at AT TIME ZONE 'UTC', updated_at AT TIME ZONE 'UTC' FROM programs"
    assert rows(programs) == [(datetime(2017, 5, 6), datetime(2018, 5, 6))]  # noqa: DTZ001 - AT TIME ZONE takes the zone away
    assert report(tmp_path)["courses", 3, "created_at", "changed"][0] == (
        "“long ago” is no time; the course counts as made by its adoption."
    )
    assert run(file, "--yes", "--again").exit_code == 0
    assert rows(courses) == before


def test_fake_courses_become_what_they_stood_for(run, tmp_path, rows):
    run(old(tmp_path, dirt=frozenset({"fake courses"})), "--yes")
    assert rows("SELECT count(*) FROM courses WHERE code_key ~ 'NE$|GHUM'") == [(0,)]
    awards = rows(
        "SELECT outcome, kind, coalesce(subject, area) FROM equivalencies AS rule "
        "LEFT JOIN equivalency_awards AS award ON award.equivalency_id = rule.id "
        "WHERE award.published_code IN ('BIOS 2000NE', 'GHUM 1000') OR outcome = 'NO_CREDIT' ORDER BY 3"
    )
    assert ("AWARDS", "SUBJECT_ELECTIVE", "BIOS") in awards
    assert ("AWARDS", "GENERAL_ELECTIVE", "humanities") in awards
    assert rows("SELECT unlisted_code, unlisted_title FROM planned_courses WHERE course_id IS NULL") == [
        ("BIOS 2000NE", "Elective")
    ]


def test_codes_in_another_case_are_one_course_and_the_first_wins(run, tmp_path, rows):
    run(old(tmp_path, dirt=frozenset({"duplicate codes"})), "--yes")
    first = old_databases.SUBJECTS[1]
    found = rows("SELECT code, title FROM courses WHERE code_key = %s AND title = 'Course 4'", f"{first} 1000")
    assert found == [(f"{first} 1000", "Course 4")]
    told = report(tmp_path)
    merged = [key for key in told if key[0] == "courses" and key[3] == "merged"]
    assert len(merged) == 2
    assert "id 4 already" in told[merged[0]][0]


def test_unknown_words_are_kept_in_the_notes_and_listed(run, tmp_path, rows):
    run(old(tmp_path, dirt=frozenset({"unknown words"})), "--yes")
    odd = rows("SELECT status, grade, year, notes FROM planned_courses WHERE notes ~ 'before: (Z|Never)'")
    assert odd == [("COMPLETED", None, None, "Grade before: Z+\nTerm before: Never 2024\nCounted before for: Required")]
    reason, remedy = next(value for key, value in report(tmp_path).items() if key[2] == "grade")
    assert reason == "“Z+” is no grade; it stands in the notes, and the course has no grade."
    assert remedy == "Give the course the grade that was meant: without one it is taken as passed."
    assert rows("SELECT grade FROM planned_courses WHERE status = 'COMPLETED' AND grade = 'F'") == [("F",)]


def test_labels_of_categories_are_hints_and_never_pins(run, tmp_path, rows):
    run(old(tmp_path), "--yes")
    assert rows("SELECT count(*) FROM planned_courses WHERE pinned_key IS NOT NULL") == [(0,)]
    assert rows("SELECT count(*) > 0 FROM planned_courses WHERE notes LIKE 'Counted before for: Core%'") == [(True,)]


def test_all_versions_are_kept_and_the_latest_that_says_so_is_current(run, tmp_path, rows):
    run(old(tmp_path, dirt=frozenset({"mixed versions"})), "--yes")
    versions = rows("SELECT term_key, is_current FROM program_versions ORDER BY term_key")
    assert versions == [(20234, False), (20244, False), (20252, True)]


def test_constraints_under_every_name_become_the_same_rules(run, tmp_path, rows):
    run(old(tmp_path, rows=8_000), "--yes")
    kinds = rows(
        "SELECT DISTINCT kind, credits::float, courses, level, attribute, attribute_value FROM requirement_constraints "
        "ORDER BY kind"
    )
    assert kinds == [
        ("MAX_CREDITS_WITH_ATTRIBUTE", 4.0, None, None, "research", None),
        ("MIN_COURSES_AT_LEVEL", None, 1, 2000, None, None),
        ("MIN_COURSES_WITH_ATTRIBUTE", None, 1, None, "has_lab", None),
        ("MIN_CREDITS", 12.0, None, None, None, None),
        ("MIN_CREDITS_AT_LEVEL", 6.0, None, 3000, None, None),
    ]


def test_groups_keep_what_they_say_of_each_course(run, tmp_path, rows):
    run(old(tmp_path), "--yes")
    found = rows(
        "SELECT DISTINCT name, min_credits_per_course::int, max_credits_per_course::int, is_optional "
        "FROM requirements WHERE key LIKE 'core/%%' ORDER BY name"
    )
    assert found == [("Choice", 1, 5, True), ("Required", 1, 5, False)]


def test_a_comparison_that_fails_carries_nothing(run, tmp_path, database_url):
    with database.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "NEW.credits := NEW.credits + 1; RETURN NEW; END $$"
        )
        connection.execute(
            "CREATE TRIGGER spoil BEFORE INSERT ON planned_courses FOR EACH ROW EXECUTE FUNCTION spoil()"
        )
    before = contents.of(database_url)
    refused = run(old(tmp_path), "--yes")
    assert refused.exit_code == 1
    assert "DIFFERENT plans: credits of courses" in refused.output
    assert "DIFFERENT plans with courses: their lists, each compared whole" in refused.output
    assert "DIFFERENT plans: sampled" in refused.output
    assert contents.of(database_url) == before


def test_the_whole_database_of_ten_rows_is_carried(run, tmp_path, rows):
    done = run(old(tmp_path, rows=10), "--yes")
    assert done.exit_code == 0, done.output
    assert rows("SELECT count(*) FROM plans") == [(1,)]


def test_a_database_without_rows_is_carried_too(run, tmp_path):
    file = old(tmp_path)
    tables = [row[0] for row in closing_rows(file, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    done = run(changed(file, *("DELETE FROM " + table for table in tables)), "--yes")  # noqa: S608 - its own tables
    assert done.exit_code == 0, done.output


def closing_rows(path, query):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def test_rows_without_an_institution_take_the_one_that_is_named(run, tmp_path, rows):
    file = changed(old(tmp_path), "UPDATE courses SET institution = '' WHERE id = 4")
    assert "The row names no institution" in run(file).output
    run(file, "--yes", "--institution", old_databases.UNIVERSITY)
    assert rows("SELECT count(*) FROM courses WHERE title = 'Course 4'") == [(1,)]


def test_a_term_can_be_named_for_requirements_that_have_none(run, tmp_path, rows):
    run(old(tmp_path, shape=old_databases.OLDEST), "--yes", "--term", "Spring 2021")
    assert rows("SELECT term_key, is_current FROM program_versions") == [(20212, True)]
