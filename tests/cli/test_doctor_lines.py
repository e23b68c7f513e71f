"""Every line of `gql-api doctor` that tells something is wrong, provoked; the lines of what is right are elsewhere."""

import asyncio
import os
import shutil
from types import SimpleNamespace

import psycopg
import pytest

from gql_api import database, settings
from gql_api.cli import (
    doctor,
    doctor_data,
    doctor_indexes,
    doctor_production,
    doctor_server,
    doctor_service,
    examination,
)
from gql_api.web import app

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "only")
SECRETS = {"SECRET_KEY": "s" * 40, "ADMIN_TOKEN": "a" * 40}


@pytest.fixture
def opened(database_url):
    with database.connect(database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def examined(database_url, tmp_path):
    """What is examined, with other settings where a test names some; an empty address is the embedded server's."""

    def made(**values: str) -> examination.Examined:
        known = {"GQL_API_PROFILE": "test", "GQL_API_HOME": str(tmp_path), "DATABASE_URL": database_url, **SECRETS}
        chosen = {name: value for name, value in {**known, **values}.items() if value}
        return examination.Examined(configuration=settings.load(chosen), url=database_url)

    return made


def wrong(told: examination.Told, level: str, *words: str) -> None:
    """It is of that level, says so, and what to do."""
    assert told.level is examination.Level[level], told
    for word in (*words, "Remedy: "):
        assert word in told.text


def overridden(connection: psycopg.Connection, function: str) -> None:
    """The next sessions of this database find this function before PostgreSQL's own."""
    connection.execute(f"CREATE FUNCTION public.{function}".encode())
    connection.execute(f"ALTER DATABASE {connection.info.dbname} SET search_path = public, pg_catalog".encode())


def test_a_server_that_is_too_old():
    old = SimpleNamespace(info=SimpleNamespace(server_version=140_011))
    wrong(doctor_server._version(old), "ERROR", "PostgreSQL 14 is too old", "15 or newer")


def test_a_driver_without_its_compiled_part(monkeypatch):
    monkeypatch.setattr(psycopg.pq, "__impl__", "python")
    wrong(doctor_server._driver(), "WARNING", "(python)", 'pip install "psycopg[binary]"')


def test_a_server_that_is_far_away():
    wrong(doctor_server._reached(0.2), "NOTE", "200 ms", "near its database")


def test_too_few_connections_for_one_more_process(opened, examined):
    many = examined(POOL_SIZE="200")
    wrong(doctor_server._connections(opened, many), "WARNING", "takes up to 200", "PgBouncer")


def test_clocks_that_are_apart(opened, database_url):
    overridden(opened, "clock_timestamp() RETURNS timestamptz LANGUAGE sql AS $$ SELECT now() - interval '1 min' $$")
    with database.connect(database_url) as connection:
        wrong(doctor_server._clock(connection), "WARNING", "s apart", "NTP")


def test_a_disk_that_is_nearly_full(opened, examined, monkeypatch):
    nearly_full = SimpleNamespace(total=100_000_000_000, free=5_000_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: nearly_full)
    wrong(doctor_server._disk(opened, examined(DATABASE_URL="")), "WARNING", "5.0 GB of its disk are free")


def test_the_embedded_server_and_another_profile_are_not_production(examined, monkeypatch):
    for name in ("DATABASE_URL", *SECRETS):
        monkeypatch.delenv(name, raising=False)
    found = list(doctor_production._settings(examined(DATABASE_URL="")))
    wrong(next(one for one in found if "lives and dies" in one.text), "ERROR", "set DATABASE_URL")
    wrong(next(one for one in found if "The profile is test" in one.text), "ERROR", "GQL_API_PROFILE=production")


def test_a_connection_across_the_network_without_tls():
    def connection(host: str, *, is_encrypted: bool):
        return SimpleNamespace(info=SimpleNamespace(host=host), pgconn=SimpleNamespace(ssl_in_use=is_encrypted))

    wrong(doctor_production._encryption(connection("db.example.edu", is_encrypted=False)), "ERROR", "sslmode")
    encrypted = doctor_production._encryption(connection("db.example.edu", is_encrypted=True))
    assert encrypted == examination.Told(examination.Level.OK, "The connection to the database is encrypted.")


def test_a_role_that_may_do_everything(opened):
    wrong(doctor_production._role(opened), "ERROR", "may do everything", "without SUPERUSER")


def test_a_server_that_forgets_what_it_acknowledged(opened):
    found = list(doctor_production._durability(opened))  # the server of the tests is such a one
    assert [one.text.split()[0] for one in found] == ["fsync", "full_page_writes", "synchronous_commit"]
    for one in found:
        wrong(one, "ERROR", "is off", "ALTER SYSTEM SET")


def test_no_backup_and_an_old_one(opened):
    wrong(doctor_production._backup(opened), "WARNING", "No backup of the last 36 hours", "gql-api backup every day")
    note = "INSERT INTO audit_log (at, actor, action, entity) VALUES (now() - interval '3 days', 't', 'backup', 'd')"
    opened.execute(note)
    wrong(doctor_production._backup(opened), "WARNING", "is 72 hours old")


def test_no_statistics_of_statements(opened):
    wrong(doctor_production._monitoring(opened), "WARNING", "pg_stat_statements is missing", "shared_preload_libraries")


def test_a_role_that_may_make_no_temporary_tables(opened, administration, database_url):
    role = f"untemporary_{WORKER}"
    administration.execute(f"CREATE ROLE {role} LOGIN")
    opened.execute(f"REVOKE TEMPORARY ON DATABASE {opened.info.dbname} FROM PUBLIC".encode())
    url = database.normalised_url(database_url).set(username=role).render_as_string(hide_password=False)
    try:
        with database.connect(url) as connection:
            wrong(doctor_production._temporary(connection), "ERROR", "GRANT TEMPORARY ON DATABASE")
    finally:
        administration.execute(f"DROP ROLE {role}")


async def answering(status: int, scope: dict, receive, send) -> None:
    """An application that gives one answer to everything."""
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": b"{}"})


def test_a_service_that_is_not_ready():
    def application(*arguments):
        return answering(503, *arguments)

    told = asyncio.run(doctor_service._health(application))
    wrong(told, "ERROR", "/livez answered 503; /readyz answered 503; /api/health answered 503")


def test_a_service_that_creates_courses_for_everybody():
    told = asyncio.run(doctor_service._refused(lambda *arguments: answering(200, *arguments)))
    wrong(told, "ERROR", "could be created without a token (status 200)", "stop the service")


def test_no_programs_and_programs_that_cannot_be_read(opened, examined):
    async def asked():
        one = examined()
        application = app.create(one.configuration, one.url)
        async with application.router.lifespan_context(application):
            empty = await doctor_service._programs(application)
            opened.execute("ALTER TABLE programs RENAME TO elsewhere")
            return empty, await doctor_service._programs(application)

    empty, unreadable = asyncio.run(asked())
    wrong(empty, "WARNING", "There is no program yet", "adopt-sqlite")
    wrong(unreadable, "ERROR", "Programs cannot be read (status", "read the log")


def test_a_course_that_cannot_be_created(opened, examined):
    opened.execute("ALTER TABLE courses RENAME TO elsewhere")
    told = asyncio.run(doctor_service._created(examined()))
    wrong(told, "ERROR", "A course cannot be created", "grant the service's role its rights")


def test_statements_without_a_limit(opened, examined):
    overridden(opened, "current_setting(text) RETURNS text LANGUAGE sql AS $$ SELECT '0' $$")
    wrong(asyncio.run(doctor_service._limited(examined())), "ERROR", "no time limit", "SET LOCAL")


def test_a_large_table_that_was_never_analysed(opened):
    opened.execute("INSERT INTO title_words (word) SELECT 'w' || n FROM generate_series(1, 10001) AS n")
    opened.execute("SELECT pg_stat_force_next_flush()")
    opened.execute("SELECT 1")
    [told] = list(doctor_indexes._statistics(opened))
    wrong(told, "WARNING", "title_words was never analysed", "VACUUM (ANALYZE) title_words;")


def test_rows_that_refer_to_nothing(opened):
    [right] = list(doctor_data._references(opened))
    assert right.level is examination.Level.OK
    opened.execute("SET session_replication_role = replica")
    opened.execute("INSERT INTO planned_courses (plan_id, course_id, status) VALUES (7, 8, 'PLANNED')")
    first, second = list(doctor_data._references(opened))
    wrong(first, "ERROR", "1 of planned_courses.course_id lead to no row of courses", "restore a backup")
    wrong(second, "ERROR", "1 of planned_courses.plan_id lead to no row of plans")


def test_a_code_that_is_there_twice(opened):
    [right] = list(doctor_data._repeated(opened))
    assert right.level is examination.Level.OK
    opened.execute("ALTER TABLE courses DROP CONSTRAINT uq_courses_institution_id_code_key")
    opened.execute("INSERT INTO institutions (name, kind) VALUES ('Lake College', 'TWO_YEAR')")
    opened.execute(
        "INSERT INTO courses (institution_id, code, code_key, subject, subjects, number, title, attributes) "
        "SELECT min(id), 'A 1', 'A 1', 'A', '{A}', '1', 'T', '{}' "
        "FROM institutions, generate_series(1, 2) AS n GROUP BY n"
    )
    [told] = list(doctor_data._repeated(opened))
    wrong(told, "ERROR", "Lake College: 2 courses have the code A 1")


def test_errors_come_first_and_of_each_kind_so_many_and_the_number_of_the_others():
    level = examination.Level
    warnings = [examination.Told(level.WARNING, f"warning {number}", "idle") for number in range(1_205)]
    wrong = [examination.Told(level.ERROR, f"error {number}", "unmet") for number in range(2)]
    ok = examination.Told(level.OK, "examined")

    told = list(doctor_data._in_order([*warnings, *wrong, ok], 3))
    assert told[:6] == [ok, *wrong, *warnings[:3]]
    assert told[6].text == "… and 1,202 more of this kind (idle): doctor --data --all tells them."
    assert [sum(one.count for one in told if one.level is each) for each in (level.ERROR, level.WARNING)] == [2, 1_205]
    assert len(told) == 7
    assert list(doctor_data._in_order([*warnings, *wrong, ok], None)) == [ok, *wrong, *warnings]
    assert list(doctor_data._in_order(warnings[:3], 3)) == warnings[:3]


@pytest.mark.parametrize(
    ("found", "has_notes", "told"),
    [
        ((0, 0, 0), False, "0 errors, 0 warnings, 0 notes."),
        ((1, 1, 1), True, "1 error, 1 warning, 1 note."),
        ((2, 1_423, 4), False, "2 errors, 1,423 warnings, 4 notes (--notes prints them)."),
    ],
)
def test_the_last_line_counts_what_was_told_and_how_to_see_the_rest(found, has_notes, told):
    level = examination.Level
    counts = dict(zip((level.ERROR, level.WARNING, level.NOTE), found, strict=True)) | {level.OK: 9}
    assert doctor._summed(counts, has_notes=has_notes) == told
