"""Starting, sharing and leaving the server, and what survives violence."""

import logging
import os
import shutil
import signal
import stat
import threading
from pathlib import Path

import pytest

from gql_api import database, embedded, errors
from gql_api.embedded import accounts, binaries, processes
from tests.embedded.users import data_of, eventually, folder, is_running, keepers_of, postmaster_of

HOSTILE = {
    "PGHOST": "nowhere.invalid",
    "PGPORT": "1",
    "PGDATA": "/nonexistent",
    "PGOPTIONS": "-c nonsense=1",
    "PGUSER": "nobody-there",
    "LC_ALL": "xx_XX.nonsense",
    "LANG": "xx_XX",
    "TZ": "Nowhere/None",
    "ADMIN_TOKEN": "never-to-be-seen-by-the-server",
}


def one_row(url: str, statement: str) -> tuple:
    with database.connect(url) as connection:
        return connection.execute(statement).fetchone()


def test_a_server_serves_its_database_and_stops_with_its_last_user(home):
    with embedded.start(home) as server:
        assert one_row(server.url, "SELECT current_database()::text, current_user::text") == ("gql_api", "postgres")
        assert server.binaries.program("pg_dump").is_file()
        process = postmaster_of(home)
    assert not processes.is_server(process, data_of(home))
    assert eventually(lambda: not keepers_of(home))


def test_data_survive_a_restart_at_the_same_address(home):
    with embedded.start(home) as server:
        with database.connect(server.url) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS kept AS SELECT 7 AS n")
        url = server.url
    with embedded.start(home) as server:
        assert server.url == url
        assert one_row(server.url, "SELECT n FROM kept") == (7,)


def test_letters_with_accents_are_letters(home):
    with embedded.start(home) as server:
        found = one_row(
            server.url,
            "SELECT lower('ÉÑ'), upper('é'), 'Élan' ILIKE 'éL%', to_tsvector('simple', 'Été')::text,"
            " pg_encoding_to_char(encoding)::text, current_setting('TimeZone')"
            " FROM pg_database WHERE datname = 'gql_api'",
        )
    assert found == ("éñ", "É", True, "'été':1", "UTF8", "UTC")


def test_a_database_that_was_dropped_is_made_again(home):
    with embedded.start(home) as server:
        with database.connect(server.url_of("postgres"), autocommit=True) as connection:
            connection.execute("DROP DATABASE gql_api")
        with embedded.start(home) as second:
            assert one_row(second.url, "SELECT 1") == (1,)


def test_a_use_is_released_once_however_often_it_is_asked(home):
    first, second = embedded.start(home), embedded.start(home)
    first.release()
    first.release()
    assert one_row(second.url, "SELECT 1") == (1,)
    second.release()
    assert not is_running(data_of(home))


def test_nobody_else_can_reach_the_server(home):
    with embedded.start(home) as server:
        assert one_row(server.url, "SHOW listen_addresses") == ("",)
        for directory in (server.socket_directory, data_of(home)):
            found = directory.stat()
            assert stat.S_IMODE(found.st_mode) == 0o700
            assert found.st_uid == accounts.for_server(data_of(home)).uid
        assert stat.S_IMODE(server.site.log.stat().st_mode) == 0o600


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="reads the environment of a process in /proc")
def test_the_starters_environment_does_not_reach_the_server(home, user):
    other = user(home, **HOSTILE)
    url = other.url()
    inherited = Path(f"/proc/{postmaster_of(home)}/environ").read_text().split("\0")
    zone, language = one_row(url, "SELECT current_setting('TimeZone'), current_setting('lc_messages')")
    assert zone == "UTC"
    assert language in {"C", "C.UTF-8"}
    assert {entry.partition("=")[0] for entry in inherited if entry} <= {
        *("PATH", "TZ", "LD_LIBRARY_PATH"),
        *("PGDATA", "PG_GRANDPARENT_PID", "PGSYSCONFDIR", "PGLOCALEDIR"),  # the server sets them for itself
    }
    assert "/nonexistent" not in str(inherited)
    other.leave()


def test_two_first_starts_at_once_share_one_server(new_home, user):
    first, second = user(new_home), user(new_home)
    assert first.url() == second.url()
    process = postmaster_of(new_home)
    first.leave()
    assert postmaster_of(new_home) == process
    second.leave()
    assert not is_running(data_of(new_home))


def test_threads_of_one_process_share_it_too(home):
    urls: list[str] = []

    def use() -> None:
        with embedded.start(home) as server:
            urls.append(server.url)
            together.wait()

    together = threading.Barrier(3)
    threads = [threading.Thread(target=use) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(urls) == 3
    assert len(set(urls)) == 1
    assert not is_running(data_of(home))


def test_when_the_only_user_is_killed_the_server_stops_by_itself(home, user):
    other = user(home)
    other.url()
    process, data = postmaster_of(home), data_of(home)
    other.kill()
    assert eventually(lambda: not processes.is_server(process, data))
    assert eventually(lambda: not keepers_of(home))
    assert processes.pid_file_of(data) is None, "it was stopped in order"


def test_when_one_of_two_users_is_killed_the_other_keeps_the_server(home, user):
    first = user(home)
    url = first.url()
    with embedded.start(home) as server:
        process = postmaster_of(home)
        first.kill()
        assert not eventually(lambda: not processes.is_server(process, data_of(home)), seconds=0.5)
        assert one_row(server.url, "SELECT 1") == (1,)
        assert server.url == url


def test_after_everything_was_killed_the_next_start_works_and_keeps_the_data(home, user):
    other = user(home)
    with database.connect(other.url()) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS precious AS SELECT 9 AS n")
    process, (keeper,) = postmaster_of(home), keepers_of(home)
    os.kill(keeper, signal.SIGKILL)
    other.kill()
    os.kill(process, signal.SIGKILL)
    with embedded.start(home) as server:
        assert postmaster_of(home) != process
        assert one_row(server.url, "SELECT n FROM precious") == (9,)
    assert not is_running(data_of(home))


def test_a_killed_keeper_harms_nothing_and_is_replaced(home, user):
    first = user(home)
    first.url()
    (keeper,), process = keepers_of(home), postmaster_of(home)
    os.kill(keeper, signal.SIGKILL)
    second = user(home)
    second.url()
    assert postmaster_of(home) == process
    (replacement,) = keepers_of(home)
    assert replacement != keeper
    first.kill()
    second.kill()
    assert eventually(lambda: not processes.is_server(process, data_of(home)))
    assert eventually(lambda: not keepers_of(home))


def test_a_server_that_died_under_its_users_is_started_again(home):
    with embedded.start(home):
        os.kill(postmaster_of(home), signal.SIGKILL)
        with embedded.start(home) as second:
            assert one_row(second.url, "SELECT 1") == (1,)
    assert not is_running(data_of(home))


def test_a_server_that_died_under_a_service_is_started_again_by_the_service(home, caplog):
    with embedded.start(home) as server, embedded.watched(server, home, seconds=0.05):
        dead = postmaster_of(home)
        os.kill(dead, signal.SIGKILL)
        assert eventually(lambda: "was started again" in caplog.text)
        assert one_row(server.url, "SELECT 1") == (1,)
        assert postmaster_of(home) != dead
    assert not is_running(data_of(home))


def test_a_server_that_cannot_be_started_again_is_told_and_tried_until_it_can(home, caplog):
    with embedded.start(home) as server, embedded.watched(server, home, seconds=0.05):
        control = data_of(home) / "global" / "pg_control"
        control.rename(control.with_name("hidden"))
        os.kill(postmaster_of(home), signal.SIGKILL)
        assert eventually(lambda: "cannot be started again" in caplog.text)
        control.with_name("hidden").rename(control)
        assert eventually(lambda: "was started again" in caplog.text)
        assert one_row(server.url, "SELECT 1") == (1,)


def test_a_stale_pid_file_that_names_an_innocent_process_harms_neither(home, innocent):
    with embedded.start(home):
        pass
    pid_file = data_of(home) / "postmaster.pid"
    pid_file.write_text(f"{innocent.pid}\n{data_of(home)}\n1\n5432\n/nowhere\n\n   1   1\nready   \n")
    with embedded.start(home) as server:
        assert one_row(server.url, "SELECT 1") == (1,)
        assert postmaster_of(home) != innocent.pid
    assert innocent.poll() is None


def test_releasing_never_signals_a_process_that_is_not_the_server(home, innocent):
    with embedded.start(home) as server:
        process = postmaster_of(home)
        pid_file = data_of(home) / "postmaster.pid"
        right = pid_file.read_text()
        pid_file.write_text(right.replace(str(process), str(innocent.pid), 1))
        server.release()
        assert innocent.poll() is None
        os.kill(process, signal.SIGINT)
        assert eventually(lambda: not processes.is_server(process, data_of(home)))


def test_a_stale_pid_file_that_names_no_process_is_no_obstacle(home):
    with embedded.start(home):
        pass
    (data_of(home) / "postmaster.pid").write_text(f"4194000\n{data_of(home)}\n1\n5432\n/nowhere\n\n   1   1\nready\n")
    with embedded.start(home) as server:
        assert one_row(server.url, "SELECT 1") == (1,)


def test_an_unreadable_pid_file_says_nothing(tmp_path):
    assert processes.pid_file_of(tmp_path) is None
    for text in ("", "\n", "nonsense\n"):
        (tmp_path / "postmaster.pid").write_text(text)
        assert processes.pid_file_of(tmp_path) is None


def test_a_server_that_cannot_start_says_why_and_what_to_do(home):
    with embedded.start(home):
        pass
    settings = data_of(home) / "postgresql.conf"
    right = settings.read_text()
    settings.write_text(right + "nonsense = on\n")
    try:
        with pytest.raises(errors.ConfigurationError) as refusal:
            embedded.start(home)
    finally:
        settings.write_text(right)
    assert "nonsense" in str(refusal.value)
    assert "Remedy: " in str(refusal.value)
    with embedded.start(home) as server:
        assert one_row(server.url, "SELECT 1") == (1,)


def test_a_cluster_is_whole_or_absent(new_home, monkeypatch):
    new_home.mkdir()
    monkeypatch.setattr("gql_api.embedded.cluster.SUPERUSER", "pg_is_reserved")
    with pytest.raises(errors.ConfigurationError, match=r"(?s)initdb .*Remedy: "):
        embedded.start(new_home)
    monkeypatch.undo()
    assert list(new_home.glob("postgresql/*/data")) == []
    (leftover,) = [path / "new-leftover" for path in new_home.glob("postgresql/*")]
    leftover.mkdir()
    with embedded.start(new_home) as server:
        assert one_row(server.url, "SELECT 1") == (1,)
    assert not leftover.exists()


def test_a_home_that_is_a_file_is_refused_with_the_remedy(tmp_path):
    path = tmp_path / "home"
    path.write_text("")
    with pytest.raises(errors.ConfigurationError, match="GQL_API_HOME"):
        embedded.start(path)


def test_another_major_version_gets_a_database_of_its_own_and_a_warning(home, caplog, monkeypatch):
    with embedded.start(home):
        pass
    newer = binaries.Binaries(
        directory=Path("/nonexistent"), version=(99, 0), source="wheel", root=Path("/nonexistent")
    )
    monkeypatch.setattr(binaries, "find", lambda: newer)
    with caplog.at_level(logging.WARNING), pytest.raises(errors.ConfigurationError):
        embedded.start(home)
    (warning,) = [record.getMessage() for record in caplog.records if record.name == "gql_api.embedded.server"]
    assert "PostgreSQL 99" in warning
    assert f"data of version {binaries.OLDEST_MAJOR}" in warning or "data of version 18" in warning


def test_a_long_home_gets_a_short_private_socket_that_stays(new_home):
    long = new_home / ("x" * 60) / ("y" * 60)
    with embedded.start(long) as server:
        first = server.url
        assert stat.S_IMODE(server.socket_directory.stat().st_mode) == 0o700
        assert len(str(server.socket_directory)) < 90
        assert one_row(server.url, "SELECT 1") == (1,)
    with embedded.start(long) as server:
        assert server.url == first
        server.socket_directory.chmod(0o755)
        opened_up = server.socket_directory
    with embedded.start(long) as server:
        assert server.url != first, "a directory that others can enter is not used again"
    assert not is_running(server.site.data)
    for directory in (opened_up, server.socket_directory):
        shutil.rmtree(directory)


def test_a_throwaway_server_is_gone_with_its_last_user(tmp_path, user):
    with embedded.throwaway(tmp_path) as first, embedded.throwaway(tmp_path) as second:
        assert first.url == second.url
        assert one_row(first.url, "SHOW fsync") == ("off",)
        first.release()
        assert one_row(second.url, "SELECT 1") == (1,)
        where = second.site.directory
        assert where.exists()
    assert not where.parent.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["postgresql.lock"]

    other = user(tmp_path, how="throwaway")
    other.url()
    where = (tmp_path / "postgresql").resolve()
    assert where.exists()
    other.kill()
    assert eventually(lambda: not where.exists() and not keepers_of(tmp_path))


def test_a_path_with_every_kind_of_character_works(tmp_path_factory):
    with folder() as made:
        home = made / "a b%c'd\"é&=?#"
        with embedded.start(home) as server:
            assert one_row(server.url, "SELECT 1") == (1,)
