"""Preview and commit: exactly what was shown, in one transaction, or nothing at all."""

import os
import signal
import subprocess
import sys
import textwrap

import psycopg
import pytest

from gql_api import database, errors
from gql_api.ingest import courses, files, jobs
from tests import waiting

HEADER = "code,title,institution"
ONE = f"{HEADER}\nMATH 101,Algebra,North\n"


def job(importer, job_id):
    return importer.rows(
        "SELECT state, failure, rows_new, rows_updated, rows_unchanged, rows_invalid FROM import_jobs WHERE id = %s",
        job_id,
    )[0]


def test_a_preview_writes_nothing_but_its_job_and_findings(importer):
    before = importer.everything()
    seen = importer.preview("courses", ONE)
    assert importer.everything() == before
    assert job(importer, seen.job_id) == ("PREVIEWED", None, 1, 0, 0, 0)
    assert importer.rows("SELECT kind, file_name, created_by, length(content_hash) FROM import_jobs") == [
        ("courses", "a.csv", "test", 32)
    ]
    assert len(importer.findings(seen)) == 1


def test_a_commit_does_what_the_preview_showed_and_is_logged(importer):
    seen = importer.preview("courses", ONE)
    done = importer.commit("courses", seen.job_id, ONE)
    assert (done.is_committed, done.plan) == (True, seen.plan)
    assert job(importer, seen.job_id) == ("COMMITTED", None, 1, 0, 0, 0)
    assert importer.rows("SELECT actor, action, entity, entity_id, details FROM audit_log") == [
        ("test", "import courses", "import_jobs", seen.job_id, {"new": 1, "updated": 0, "removed": 0, "invalid": 0})
    ]


def test_a_preview_is_committed_once(importer):
    seen = importer.preview("courses", ONE)
    importer.commit("courses", seen.job_id, ONE)
    with pytest.raises(errors.Conflict, match=r"^The import \d+ is COMMITTED, not a preview"):
        importer.commit("courses", seen.job_id, ONE)


def test_other_files_than_those_of_the_preview_are_refused(importer):
    seen = importer.preview("courses", ONE)
    with pytest.raises(errors.Conflict, match=r"^The files are not those of the preview"):
        importer.commit("courses", seen.job_id, ONE + "MATH 102,More,North\n")
    assert importer.value("SELECT count(*) FROM courses") == 0


def test_other_options_than_those_of_the_preview_are_refused(importer):
    seen = importer.preview("courses", ONE)
    with pytest.raises(errors.Conflict, match=r"^The options are not those of the preview"):
        importer.commit("courses", seen.job_id, ONE, create_institutions=False)


def test_a_preview_of_another_kind_or_of_none_is_not_found(importer):
    seen = importer.preview("courses", ONE)
    with pytest.raises(errors.NotFound):
        importer.commit("equivalencies", seen.job_id, ONE)
    with pytest.raises(errors.NotFound):
        importer.commit("courses", seen.job_id + 1, ONE)


def test_an_expired_preview_is_refused_and_later_discarded(importer):
    seen = importer.preview("courses", ONE)
    importer.rows("UPDATE import_jobs SET expires_at = now() - interval '1 second' RETURNING id")
    with pytest.raises(errors.Conflict, match="has expired"):
        importer.commit("courses", seen.job_id, ONE)
    importer.preview("courses", ONE)
    assert job(importer, seen.job_id)[0] == "DISCARDED"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE courses SET title = 'Changed meanwhile' WHERE code = 'MATH 101' RETURNING id",
        "DELETE FROM courses WHERE code = 'MATH 102' RETURNING id",
        (
            "INSERT INTO courses (institution_id, code, code_key, subject, number, subjects, title) "
            "SELECT id, 'MATH 103', 'MATH 103', 'MATH', '103', '{MATH}', 'Mine' FROM institutions RETURNING id"
        ),
    ],
    ids=["updated", "deleted", "inserted"],
)
def test_a_commit_is_refused_when_rows_that_it_touches_changed_since(importer, change):
    importer.load("courses", f"{HEADER}\nMATH 101,Algebra,North\nMATH 102,More,North\n")
    content = f"{HEADER}\nMATH 101,College Algebra,North\nMATH 102,More,North\nMATH 103,New,North\n"
    seen = importer.preview("courses", content)
    importer.rows(change)
    before = importer.everything()
    with pytest.raises(errors.Conflict, match=r"^What is stored has changed since the preview"):
        importer.commit("courses", seen.job_id, content)
    assert importer.everything() == before
    assert job(importer, seen.job_id)[:2] == (
        "FAILED",
        "What is stored has changed since the preview. Preview again to see what would be done.",
    )


def test_a_change_of_other_rows_does_not_matter(importer):
    importer.load("courses", f"{HEADER}\nART 1,Colour,North\n")
    seen = importer.preview("courses", ONE)
    importer.rows("UPDATE courses SET title = 'Colours' RETURNING id")
    assert importer.commit("courses", seen.job_id, ONE).is_committed


def test_a_preview_with_row_errors_is_committed_only_without_those_rows(importer):
    content = ONE + "MATH,Nothing,North\n"
    seen = importer.preview("courses", content)
    with pytest.raises(errors.Conflict, match=r"^1 row is wrong\. Correct the file, or leave them out"):
        importer.commit("courses", seen.job_id, content)
    assert importer.value("SELECT count(*) FROM courses") == 0
    done = importer.commit("courses", seen.job_id, content, skip_invalid=True)
    assert (done.is_committed, done.invalid_rows) == (True, 1)


def test_several_files_are_one_import_whose_findings_name_the_file(importer):
    result = importer.load("courses", ONE, f"{HEADER}\nMATH 101,Geometry,North\nMATH,x,North\n")
    assert not result.is_committed
    assert [finding for finding in importer.findings(result) if finding[2] == "code"] == [
        ("ERROR", 3, "code", "b.csv: “MATH” cannot be split into a subject and a number. Write it as MATH 101."),
        (
            "WARNING",
            2,
            "code",
            (
                "b.csv: “MATH 101” stands in row 2 of a.csv already, with other values (title "
                "“Algebra”). The first row is kept."
            ),
        ),
    ]
    assert importer.value("SELECT count(*) FROM courses") == 0


def test_a_file_refused_as_a_whole_leaves_a_failed_job(importer):
    with pytest.raises(errors.InvalidInput):
        importer.load("courses", "title\nAlgebra\n")
    state, failure = importer.rows("SELECT state, failure FROM import_jobs")[0]
    assert state == "FAILED"
    assert failure.startswith("a.csv: The first row must name the columns of a file of courses. Missing: code (or ")


def test_an_error_of_the_database_in_the_middle_loads_nothing(importer):
    importer.connection.execute(TRIGGER)
    importer.connection.commit()
    before = importer.everything()
    rows = "".join(f"MATH {number},Course,North\n" for number in range(700, 800))
    with pytest.raises(psycopg.errors.RaiseException):
        importer.load("courses", f"{HEADER}\n{rows}")
    assert importer.everything() == before
    assert importer.rows("SELECT state, failure FROM import_jobs") == [
        ("FAILED", "RaiseException: nothing was loaded. See the log.")
    ]


TRIGGER = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.code = 'MATH 777' THEN RAISE EXCEPTION 'injected'; END IF; RETURN NEW; END $$;
CREATE TRIGGER refuse BEFORE INSERT ON courses FOR EACH ROW EXECUTE FUNCTION refuse()
"""
SLOW = """
CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.code = 'MATH 150' THEN PERFORM pg_sleep(3600); END IF; RETURN NEW; END $$;
CREATE TRIGGER slow BEFORE INSERT ON courses FOR EACH ROW EXECUTE FUNCTION slow()
"""
PROGRAM = """
import sys
from datetime import date
from gql_api import database
from gql_api.ingest import contract, courses, files, jobs
rows = "".join(f"MATH {number},Course,North\\n" for number in range(100, 200))
source = files.of_bytes("a.csv", ("code,title,institution\\n" + rows).encode())
options = contract.Options(on=date(2025, 11, 24), actor="test", create_institutions=True)
jobs.load(database.connect(sys.argv[1]), courses.Courses(), [source], options)
"""


def test_a_process_killed_in_the_middle_of_its_commit_loads_nothing_and_says_interrupted(importer):
    importer.connection.execute(SLOW)
    importer.connection.commit()
    before = importer.everything()
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(PROGRAM), importer.url])
    try:
        sleeping = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
        waiting.until(lambda: importer.value(sleeping), "the import never got that far")
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    importer.rows(
        "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid()"
    )  # what the server does by itself once it notices that the client is gone
    assert importer.everything() == before
    assert importer.rows("SELECT state, failure FROM import_jobs") == [
        ("INTERRUPTED", "It is running, or was cut short. Nothing of it is loaded.")
    ]
    importer.connection.execute("DROP TRIGGER slow ON courses")
    importer.connection.commit()
    assert importer.load("courses", ONE).is_committed


def test_two_imports_take_turns(importer):
    """A second import waits for the lock of the first, and says so when it waits too long."""
    with database.connect(importer.url) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s::bigint)", (database.lock_key(jobs.LOCK),))
        limits, jobs._LIMITS = jobs._LIMITS, "SET LOCAL lock_timeout = '50ms'"
        try:
            with pytest.raises(errors.Unavailable, match="Others are changing the same things right now"):
                importer.load("courses", ONE)
        finally:
            jobs._LIMITS = limits
        other.rollback()
    assert importer.load("courses", ONE).is_committed


def test_nothing_of_an_import_stays_in_the_session(importer):
    importer.load("courses", ONE)
    assert importer.value("SELECT count(*) FROM pg_class WHERE relpersistence = 't' AND relkind = 'r'") == 0
    assert importer.value("SHOW statement_timeout") == "0"


def test_an_import_needs_a_file(importer):
    with pytest.raises(errors.InvalidInput, match=r"^No file was given"):
        jobs.load(importer.connection, courses.Courses(), [], importer.options())


def test_progress_tells_the_rows_read(importer):
    told = []
    content = f"{HEADER}\n" + "".join(f"MATH {number},Course,North\n" for number in range(1000, 3500))
    source = files.of_bytes("a.csv", content.encode())
    jobs.preview(importer.connection, courses.Courses(), [source], importer.options(), told.append)
    assert told == [1000, 2000, 2500]
