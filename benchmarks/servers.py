"""The servers that are measured: each a process of its own on a free loopback port, over the same database."""

import contextlib
import hashlib
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks import databases, loads
from gql_api import database

NODE = Path(__file__).parent / "peers" / "node"
POOL_SIZE = 8
"""Connections to PostgreSQL that every server may open."""
_PATIENCE = 60.0
_OLDEST_NODE = 22
_ADDRESS = re.compile(r"answers at (http://\S+)/graphql|listening on (\d+)")


class CannotRun(Exception):
    """Why a peer is not measured; the table says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A server: its name in the table, how it is asked, and what it is."""

    name: str
    dialect: str
    what: str


OURS = Peer(name="ours", dialect="ours", what="gql-api serve, production profile")
STOCK = Peer(name="stock", dialect="plain", what="Strawberry, SQLModel ORM, DataLoaders, uvicorn")
MERCURIUS = Peer(name="mercurius", dialect="plain", what="Mercurius with loaders and JIT, Fastify, node-postgres")
POSTGRAPHILE = Peer(name="postgraphile", dialect="postgraphile", what="PostGraphile 5, Amber preset, Grafserv on Node")
LIMIT = Peer(name="limit", dialect="limit", what="raw ASGI, one SQL statement that returns JSON")
PEERS = (OURS, STOCK, MERCURIUS, POSTGRAPHILE, LIMIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running peer: where it answers, its process, what an administrator sends, and how long the start took."""

    peer: Peer
    url: str
    pid: int
    headers: Mapping[str, str]
    start_seconds: float
    log: Path

    def last_words(self) -> str:
        """The end of what the server wrote; nothing where it was content."""
        return self.log.read_text("utf-8", errors="replace")[-3000:]


@contextlib.contextmanager
def running(peer: Peer, prepared: databases.Prepared) -> Generator[Server]:
    """The peer once it answers; stopped at the end. CannotRun says why it does not run here."""
    admin = secrets.token_urlsafe(32)
    with tempfile.TemporaryDirectory(prefix="gql_api-bench-") as home:
        command, own, folder = _command(peer, prepared, Path(home), admin)
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
        log = Path(home) / "log"
        with log.open("wb") as said:
            began = time.perf_counter()
            process = subprocess.Popen(command, env=kept | own, cwd=folder, stdout=said, stderr=subprocess.STDOUT)
        try:
            address = _awaited(process, log, own.get("PORT", "0"))
            took = time.perf_counter() - began
            loads.on_this_machine(address)
            headers = {**loads.HEADERS, **({"X-Admin-Token": admin} if peer is OURS else {})}
            yield Server(
                peer=peer, url=f"{address}/graphql", pid=process.pid, headers=headers, start_seconds=took, log=log
            )
        finally:
            _stop(process)


def _command(
    peer: Peer, prepared: databases.Prepared, home: Path, admin: str
) -> tuple[list[str], dict[str, str], Path | None]:
    """Command, environment and working directory."""
    pool = {"POOL_SIZE": str(POOL_SIZE)}
    if peer is OURS:
        own = {"GQL_API_PROFILE": "production", "GQL_API_HOME": str(home), "HOST": "127.0.0.1", "PORT": "0"}
        own |= {"DATABASE_URL": prepared.url, "SECRET_KEY": prepared.secret, "ADMIN_TOKEN": admin}
        own |= {"LOG_LEVEL": "warning", "PYTHONUNBUFFERED": "1"}
        return [sys.executable, "-m", "gql_api", "serve"], own | pool, None
    if peer in (STOCK, LIMIT):
        url = database.normalised_url(prepared.url).render_as_string(hide_password=False)
        own = {"SQLALCHEMY_URL": url, "CONNINFO": prepared.conninfo, "PORT": str(_free_port())}
        return [sys.executable, "-m", f"benchmarks.peers.{peer.name}"], own | pool, None
    own = {"CONFIG": json.dumps(prepared.parts), "NODE_ENV": "production"}
    return [node(), f"{peer.name}.mjs"], own | pool, NODE


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _awaited(process: subprocess.Popen[bytes], log: Path, port: str) -> str:
    """Where it listens, once it says so or its port answers."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        found = _ADDRESS.search(log.read_text("utf-8", errors="replace"))
        if found is not None:
            return found[1] or f"http://127.0.0.1:{found[2]}"
        if port != "0":
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", int(port)), timeout=1):
                return f"http://127.0.0.1:{port}"
        time.sleep(0.01)
    said = log.read_text("utf-8", errors="replace").strip().splitlines()
    raise CannotRun(f"it did not start: {said[-1] if said else 'no word'}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def node() -> str:
    """The node to run the peers with: the system's if it is new enough, else the one that the npm package brought."""
    brought = NODE / "node_modules" / "node" / "bin" / "node"
    if not (NODE / "node_modules" / ".installed").exists():
        missing = [name for name in ("node", "npm") if shutil.which(name) is None]
        raise CannotRun(f"{' and '.join(missing)} not installed" if missing else "its npm packages are not installed")
    for program in (shutil.which("node"), str(brought) if brought.exists() else None):
        if program is not None and _major(program) >= _OLDEST_NODE:
            return program
    raise CannotRun(f"no node of version {_OLDEST_NODE} or newer")


def _major(program: str) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)", said)
    return int(found[1]) if found else 0


def install_npm_packages() -> str | None:
    """Install what package-lock.json says unless that was done; what went wrong, if it did."""
    wanted = hashlib.sha256((NODE / "package-lock.json").read_bytes()).hexdigest()
    done_before = NODE / "node_modules" / ".installed"
    if done_before.exists() and done_before.read_text("ascii") == wanted:
        return None
    if shutil.which("npm") is None or shutil.which("node") is None:
        return None
    print("installing the npm packages of the peers …", flush=True)
    done = subprocess.run(["npm", "ci"], cwd=NODE, capture_output=True, text=True, check=False)  # noqa: S607 - on PATH
    if done.returncode != 0:
        return f"npm ci failed: {done.stderr.strip()[-300:]}"
    done_before.write_text(wanted, "ascii")
    return None


@contextlib.contextmanager
def all_running(peers: Iterable[Peer], prepared: databases.Prepared) -> Generator[tuple[list[Server], dict[str, str]]]:
    """Those that run, and why the others do not."""
    servers: list[Server] = []
    reasons: dict[str, str] = {}
    with contextlib.ExitStack() as stack:
        for peer in peers:
            try:
                servers.append(stack.enter_context(running(peer, prepared)))
            except CannotRun as error:
                reasons[peer.name] = str(error)
        yield servers, reasons
