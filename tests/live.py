"""A real `gql-api serve` in a process of its own, for tests that look at it from outside."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests import waiting

HANGING = 600.0  # a fresh clone installs its packages first
KEPT = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "TMPDIR", "COVERAGE_PROCESS_START")


@dataclass
class Live:
    process: subprocess.Popen[str]
    address: str
    banner: str

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(waiting.LIMIT)


def environment(home: Path, **values: str) -> dict[str, str]:
    """Nothing of the caller's settings, a free port and a home of its own."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return kept | {"GQL_API_HOME": str(home), "PORT": "0", "PYTHONUNBUFFERED": "1"} | values


@contextmanager
def serving(home: Path, command: list[str] | None = None, **values: str) -> Iterator[Live]:
    """The server once it answers; `command` in place of `gql-api serve` must end in the same."""
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            command or [sys.executable, "-m", "gql_api", "serve"],
            env=environment(home, **values),
            cwd=Path(__file__).parents[1],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            banner = read_banner(process, errors)
            yield Live(process=process, address=find(r"(http://\S+?)/graphql", banner), banner=banner)
        finally:
            stop(process)
            if process.stdout:
                process.stdout.close()


def read_banner(process: subprocess.Popen[str], errors) -> str:
    """Everything up to the banner's last line; a server that does not get there ends by itself, and says why."""
    assert process.stdout
    lines: list[str] = []
    hanging = threading.Timer(HANGING, process.kill)
    hanging.start()
    try:
        for line in process.stdout:
            lines.append(line)
            if line.strip().startswith("stop "):
                return "".join(lines)
    finally:
        hanging.cancel()
    process.kill()
    errors.seek(0)
    raise AssertionError(f"the server did not start:\n{''.join(lines)}\n{errors.read()}")


def find(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match, f"{pattern} is not in:\n{text}"
    return match[1]


def stop(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(waiting.LIMIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def graphql(live: Live, query: str, variables: Mapping[str, object] | None = None, **headers: str):
    answer = httpx.post(
        f"{live.address}/graphql",
        json={"query": query, "variables": dict(variables or {})},
        headers=headers,
        timeout=waiting.LIMIT,
    )
    return answer.json()
