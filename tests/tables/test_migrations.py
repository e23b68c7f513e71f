"""The migrations build exactly what the models say, forwards and backwards, alone or in a crowd."""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
import sqlmodel
from alembic.config import Config
from alembic.script import ScriptDirectory

import gql_api.tables  # noqa: F401 - defines the tables
from alembic import command
from gql_api import database, errors
from gql_api.database import migrations
from tests import waiting

ROOT = Path(__file__).parents[2]


@pytest.fixture
def empty_url(cluster, administration):
    name = f"empty_{os.environ.get('PYTEST_XDIST_WORKER', 'only')}"
    administration.execute(f"CREATE DATABASE {name}")
    yield cluster.url_of(name)
    administration.execute(f"DROP DATABASE {name} WITH (FORCE)")


def dumped(cluster, url: str) -> list[str]:
    """The schema as sorted statements, by the server's own pg_dump; Alembic's table and comments left out.

    Sorted, since pg_dump orders some objects by their creation; the columns of a table keep their order.
    """
    address = database.normalised_url(url).render_as_string(hide_password=False).replace("+psycopg", "")
    done = subprocess.run(
        [cluster.binaries.program("pg_dump"), "-s", "--no-owner", "--exclude-table=alembic_version", address],
        capture_output=True,
        text=True,
        check=True,
    )
    noise = re.compile(r"--|\\(un)?restrict|SET |SELECT pg|$")
    lines = [line for line in done.stdout.splitlines() if not noise.match(line)]
    return sorted(" ".join(statement.split()) for statement in "\n".join(lines).split(";\n") if statement.strip())


def objects(url: str) -> list[tuple]:
    """What stands in the schema public, without what belongs to an extension."""
    with database.connect(url) as connection:
        return connection.execute(
            "SELECT relkind::text, relname::text FROM pg_class c WHERE relnamespace = 'public'::regnamespace"
            " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') ORDER BY 1, 2"
        ).fetchall()


def script_directory() -> ScriptDirectory:
    return ScriptDirectory.from_config(Config(ROOT / "alembic.ini"))


def test_there_is_one_head_and_one_beginning():
    assert len(script_directory().get_heads()) == 1
    assert len(script_directory().get_bases()) == 1
    assert database.head_revision() == script_directory().get_heads()[0]


def test_up_down_and_up_again(cluster, empty_url):
    assert database.current_revision(empty_url) is None
    database.upgrade(empty_url)
    assert database.current_revision(empty_url) == database.head_revision()
    first = dumped(cluster, empty_url)
    database.downgrade(empty_url, "base")
    assert database.current_revision(empty_url) is None
    assert objects(empty_url) == [("i", "alembic_version_pkc"), ("r", "alembic_version")]
    database.upgrade(empty_url)
    assert dumped(cluster, empty_url) == first


def test_every_step_can_be_taken_back(cluster, empty_url):
    for script in reversed(list(script_directory().walk_revisions())):
        before = dumped(cluster, empty_url)
        database.upgrade(empty_url, script.revision)
        below = script.down_revision or "base"
        database.downgrade(empty_url, below)
        after = [statement for statement in dumped(cluster, empty_url) if "EXTENSION" not in statement]
        assert after == [statement for statement in before if "EXTENSION" not in statement]
        database.upgrade(empty_url, script.revision)


def test_the_models_and_the_migrations_build_the_same(cluster, database_url, empty_url):
    engine = database.sync_engine(empty_url)
    with engine.begin() as connection:
        for name in extensions(database_url):
            connection.exec_driver_sql(f"CREATE EXTENSION {name}")
        sqlmodel.SQLModel.metadata.create_all(connection)
    migrated, modelled = dumped(cluster, database_url), dumped(cluster, empty_url)
    assert len(migrated) > 100
    assert [one for one in migrated if one not in modelled] == []
    assert [one for one in modelled if one not in migrated] == []


def extensions(url: str) -> list[str]:
    with database.connect(url) as connection:
        rows = connection.execute("SELECT extname::text FROM pg_extension WHERE extname <> 'plpgsql'").fetchall()
    return [name for (name,) in rows]


def test_the_comparison_sees_a_changed_check_a_changed_predicate_and_a_changed_computed_column(cluster, empty_url):
    def built(rule: str, predicate: str, computed: str) -> list[str]:
        with database.connect(empty_url) as connection:
            connection.execute("DROP TABLE IF EXISTS t")
            connection.execute(
                f"CREATE TABLE t (n int CHECK (n > {rule}), c int GENERATED ALWAYS AS (n + {computed}) STORED)"
            )
            connection.execute(f"CREATE UNIQUE INDEX i ON t (n) WHERE n > {predicate}")
        return dumped(cluster, empty_url)

    first = built("0", "0", "0")
    assert built("0", "0", "0") == first
    assert first not in [built("1", "0", "0"), built("0", "1", "0"), built("0", "0", "1")]


def test_no_extension_is_needed_that_the_embedded_server_lacks(database_url):
    assert {"pgcrypto", "uuid-ossp"}.isdisjoint(extensions(database_url))


def alembic(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """The command line as people use it, from another directory."""
    return subprocess.run(
        [sys.executable, "-m", "alembic", "-c", str(ROOT / "alembic.ini"), *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | environ,
    )


def test_alembic_finds_nothing_to_add_to_the_migrations(database_url):
    done = alembic("-x", f"url={database_url}", "check")
    assert "No new upgrade operations detected." in done.stdout, done.stdout + done.stderr
    assert done.returncode == 0


def test_the_command_line_takes_the_url_from_the_environment_too(database_url):
    done = alembic("current", DATABASE_URL=database_url)
    assert done.stdout == f"{database.head_revision()} (head)\n", done.stderr


def test_without_a_url_the_remedy_is_named(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with pytest.raises(errors.ConfigurationError, match="DATABASE_URL"):
        command.upgrade(migrations._config(None), "head")


def test_the_printed_sql_builds_the_same(cluster, database_url, empty_url):
    address = database.normalised_url(empty_url).render_as_string(hide_password=False).replace("+psycopg", "")
    psql = [cluster.binaries.program("psql"), "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", address]
    subprocess.run(psql, input=database.upgrade_sql(), text=True, check=True)
    assert dumped(cluster, empty_url) == dumped(cluster, database_url)
    assert database.current_revision(empty_url) == database.head_revision()


def test_processes_that_migrate_at_once_take_turns(empty_url):
    program = "import sys; from gql_api import database; database.upgrade(sys.argv[1])"

    def migrate(_: int) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", program, empty_url],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stderr

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(migrate, range(2))) == [(0, ""), (0, "")]
    assert database.current_revision(empty_url) == database.head_revision()


def test_a_migration_waits_for_the_lock_of_another(empty_url, administration):
    with database.connect(empty_url) as holder, ThreadPoolExecutor(1) as pool:
        holder.execute("SELECT pg_advisory_xact_lock(%s)", [database.lock_key("migrations")])
        migration = pool.submit(database.upgrade, empty_url)
        asking = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_try_advisory%%' AND datname = %s"
        waiting.until(lambda: administration.execute(asking, [holder.info.dbname]).fetchone() == (1,))
        assert database.current_revision(empty_url) is None
        holder.rollback()
        migration.result(timeout=waiting.LIMIT)
    assert database.current_revision(empty_url) == database.head_revision()


def test_a_migration_gives_up_a_lock_that_it_does_not_get(database_url, monkeypatch):
    with database.connect(database_url) as holder:
        holder.execute("LOCK TABLE plans IN ACCESS SHARE MODE")
        with pytest.raises(errors.Unavailable, match=r"^Others are changing the same things right now\.$"):
            database.downgrade(database_url, "base")
        assert database.current_revision(database_url) == script_directory().get_base()


def test_a_database_newer_than_the_program_is_refused_with_the_remedy(database_url):
    with database.connect(database_url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'from_the_future'")
    with pytest.raises(errors.ConfigurationError, match=r"from_the_future.*Remedy: "):
        database.upgrade(database_url)


def test_the_scripts_are_found_beside_the_package_or_inside_the_wheel(tmp_path, monkeypatch):
    assert migrations.scripts() == ROOT / "alembic"
    library, wheel = tmp_path / "alembic", tmp_path / "gql_api" / "_alembic"
    monkeypatch.setattr(migrations, "_PLACES", (library, wheel))
    library.mkdir()
    with pytest.raises(errors.ConfigurationError, match="Remedy: install the package again"):
        migrations.scripts()
    (wheel / "versions").mkdir(parents=True)
    (wheel / "env.py").touch()
    assert migrations.scripts() == wheel


def test_an_unreachable_database_is_unavailable(tmp_path):
    url = f"postgresql://ann@/advising?host={tmp_path}"
    for use in (database.upgrade, database.current_revision):
        with pytest.raises(errors.Unavailable):
            use(url)


def test_migrations_run_on_a_connection_that_is_handed_over(empty_url):
    config = migrations._config(None)
    with database.sync_engine(empty_url).connect() as connection:  # in no transaction: indexes are built concurrently
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    assert database.current_revision(empty_url) == database.head_revision()


def test_the_limits_of_a_migration_do_not_outlive_it(empty_url):
    database.upgrade(empty_url)
    with psycopg.connect(database.normalised_url(empty_url).render_as_string().replace("+psycopg", "")) as connection:
        assert connection.execute("SHOW lock_timeout").fetchone() == ("0",)
