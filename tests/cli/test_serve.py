import contextlib
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from gql_api import settings
from gql_api.embedded import processes
from tests import live, waiting
from tests.embedded import users

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def home():
    with users.folder() as made:
        yield made / "home"


@pytest.fixture(scope="module")
def server(home):
    with live.serving(home) as running:
        yield running


@pytest.fixture(scope="module")
def stopping(home, server):
    """Another that is told to stop while a client keeps it waiting: its patience runs out while other tests run."""
    with live.serving(home) as running, asking(running, 100):
        running.process.send_signal(signal.SIGTERM)
        yield running


@pytest.mark.usefixtures("stopping")
def test_it_answers_graphql_and_says_where(server):
    assert live.graphql(server, "{ __typename }") == {"data": {"__typename": "Query"}}
    assert f"gql_api answers at {server.address}/graphql\n" in server.banner


def test_it_says_the_admin_token_that_it_made(server, home):
    token = live.find(r"admin token +(\S+) ", server.banner)
    kept = settings.load({"GQL_API_HOME": str(home)})
    assert token == kept.admin_token.get_secret_value()
    assert stat.S_IMODE(settings.secrets_file(home).stat().st_mode) == 0o600


@pytest.fixture(scope="module")
def second(home, server):
    """Another on the same home, for which somebody has set the administrator's token."""
    with live.serving(home, ADMIN_TOKEN="a-token-of-mine") as running:
        yield running


def test_it_does_not_say_an_admin_token_that_somebody_has_set(second):
    assert "a-token-of-mine" not in second.banner
    assert "the one in ADMIN_TOKEN" in second.banner


def test_it_loads_the_demo_data_and_says_the_plan_to_try(server):
    code = live.find(r"demo plan +(\S+) ", server.banner)
    query = "query ($code: String!) { plan(code: $code) { courses { __typename } target { __typename } } }"
    [plan] = live.graphql(server, query, {"code": code})["data"].values()
    assert plan["target"]
    assert plan["courses"]


def test_it_says_the_same_plan_at_every_start(server, second):
    assert live.find(r"demo plan +(\S+) ", second.banner) == live.find(r"demo plan +(\S+) ", server.banner)


def test_it_is_ready_when_it_says_so(server):
    assert httpx.get(f"{server.address}/livez", timeout=waiting.LIMIT).status_code == 200
    # It gives the database less than a second each time, which a busy machine may use up.
    waiting.until(lambda: httpx.get(f"{server.address}/readyz", timeout=waiting.LIMIT).status_code == 200)


def test_a_port_in_use_is_told_before_the_database_starts(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "gql_api", "serve", "--port", port],
            env=live.environment(tmp_path / "home"),
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr == (
        f"gql-api: Cannot listen on 127.0.0.1 port {port}: Address already in use. "
        "Choose another with HOST and PORT, or --host and --port.\n"
    )
    assert not (tmp_path / "home" / "postgresql").exists()


def test_make_passes_a_signal_on_to_the_server(home):
    stamps = ("--old-file=.venv/.runtime", "--old-file=.venv/.dev", "--old-file=gql_api/web/graphiql/dist/index.html")
    with live.serving(home, ["make", *stamps, "--directory", str(ROOT), "serve"]) as running:
        children = Path(f"/proc/{running.process.pid}/task/{running.process.pid}/children").read_text().split()
        running.stop(signal.SIGTERM)
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{running.address}/livez")
    assert children
    assert not any(Path(f"/proc/{child}").exists() for child in children)


@contextlib.contextmanager
def asking(running: live.Live, length: int) -> Iterator[socket.socket]:
    """A client whose head was read, and for whose body the server waits: it has told it to go on."""
    _, _, port = running.address.rpartition(":")
    with socket.create_connection(("127.0.0.1", int(port)), timeout=waiting.LIMIT) as client:
        client.sendall(
            b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % length
        )
        assert client.recv(65536).startswith(b"HTTP/1.1 100")
        yield client


def is_listening(running: live.Live) -> bool:
    _, _, port = running.address.rpartition(":")
    with socket.socket() as another:
        return another.connect_ex(("127.0.0.1", int(port))) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_cleanly_once_the_request_in_flight_is_answered(home, number):
    body = b'{"query": "{ __typename }"}'
    with live.serving(home) as running, asking(running, len(body)) as client:
        running.process.send_signal(number)
        waiting.until(lambda: not is_listening(running))
        client.sendall(body)
        assert client.recv(65536).startswith(b"HTTP/1.1 200")
        assert running.process.wait(waiting.LIMIT) == 0


def test_a_second_server_on_the_same_home_shares_the_database(server, second):
    assert second.address != server.address
    assert live.graphql(second, "{ __typename }") == {"data": {"__typename": "Query"}}
    assert second.stop() == 0
    assert live.graphql(server, "{ __typename }") == {"data": {"__typename": "Query"}}


def test_a_database_that_was_killed_is_back_without_any_command():
    with users.folder() as made, live.serving(made / "home") as running:
        dead = users.postmaster_of(made / "home")
        os.kill(dead, signal.SIGKILL)
        waiting.until(lambda: not processes.is_server(dead, users.data_of(made / "home")))
        waiting.until(lambda: httpx.get(f"{running.address}/readyz", timeout=waiting.LIMIT).status_code == 200)
        assert users.postmaster_of(made / "home") != dead
        assert live.graphql(running, "{ __typename }") == {"data": {"__typename": "Query"}}


def test_a_client_that_never_finishes_does_not_keep_it_from_stopping(stopping):
    assert stopping.process.wait(waiting.LIMIT) == 0
