"""Which URLs are accepted, and what is said about the others."""

import psycopg
import pytest

from gql_api import database, errors
from gql_api.database import addresses
from tests import waiting


@pytest.mark.parametrize("scheme", ["postgresql+psycopg", "postgresql", "postgres"])
def test_three_schemes_mean_the_same(scheme):
    url = database.normalised_url(f" {scheme}://ann:s3c%40ret@db.example:5433/advising?sslmode=require\n")
    assert url.render_as_string(hide_password=False) == (
        "postgresql+psycopg://ann:s3c%40ret@db.example:5433/advising?sslmode=require"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("postgresql+psycopg2://ann:hunter2@db/advising", "postgresql+psycopg2://"),
        ("postgresql+asyncpg://ann:hunter2@db/advising", "postgresql+asyncpg://"),
        ("sqlite:///course_transfer.db", "sqlite://"),
        ("mysql://ann:hunter2@db/advising", "mysql://"),
        ("ann:hunter2@db/advising", "cannot be read"),
        ("postgresql://ann:hunter2@db:port/advising", "cannot be read"),
        ("", "cannot be read"),
        ("postgresql://ann:hunter2@db/advising?pgbouncer=true", "pgbouncer"),
        ("postgresql://ann:hunter2@db/advising?prepare_threshold=maybe", "prepare_threshold=maybe"),
        ("postgresql://ann:hunter2@db/advising?prepare_threshold=1&prepare_threshold=2", "prepare_threshold"),
    ],
)
def test_another_url_is_refused_with_the_remedy_and_without_its_password(text, said):
    with pytest.raises(errors.ConfigurationError) as refusal:
        database.normalised_url(text)
    assert said in str(refusal.value)
    assert "Remedy: " in str(refusal.value)
    assert "hunter2" not in str(refusal.value)


def test_a_socket_directory_is_a_parameter(monkeypatch):
    monkeypatch.setattr(addresses, "CONNECT_SECONDS", 3)
    url = database.normalised_url("postgresql+psycopg://postgres@/gql_api?host=%2Frun%2Fpg%20data&port=5432")
    assert addresses.connect_arguments(url) == {
        "connect_timeout": 3,
        "user": "postgres",
        "dbname": "gql_api",
        "host": "/run/pg data",
        "port": "5432",
        "prepare_threshold": 5,
    }


@pytest.mark.parametrize(("said", "meant"), [("none", None), ("None", None), ("0", 0), ("20", 20)])
def test_the_url_says_when_statements_are_prepared(said, meant):
    url = database.normalised_url(f"postgresql://db/advising?prepare_threshold={said}")
    arguments = addresses.connect_arguments(url)
    assert arguments["prepare_threshold"] == meant
    assert arguments["dbname"] == "advising"


def test_a_url_may_say_how_long_to_try():
    url = database.normalised_url("postgresql://db/advising?connect_timeout=9")
    assert addresses.connect_arguments(url)["connect_timeout"] == "9"


def test_a_plain_connection_can_copy(database_url):
    with database.connect(database_url, application_name="copier") as connection:
        connection.execute("CREATE TEMPORARY TABLE numbers (n int)")
        with connection.cursor().copy("COPY numbers FROM STDIN") as copy:
            copy.write_row((7,))
        assert connection.execute("SELECT n, current_setting('application_name') FROM numbers").fetchone() == (
            7,
            "copier",
        )


def test_an_engine_for_commands_leaves_no_connection(database_url, administration):
    with database.sync_engine(database_url, application_name="left").connect() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar_one() == 1
    waiting.until(lambda: sessions_named(administration, "left") == 0)


def sessions_named(administration: psycopg.Connection, name: str) -> int:
    row = administration.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", [name])
    return row.fetchone()[0]


def test_a_server_that_is_not_there_is_unavailable(tmp_path):
    with pytest.raises(errors.Unavailable, match=r"^The database cannot be reached\.$"):
        database.connect(f"postgresql://ann@/advising?host={tmp_path}")
