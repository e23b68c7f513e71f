"""A bounded closed load: so many connections, each asking again as soon as it is answered, for so many seconds.

wrk makes it where it is installed (Debian's package wrk), else `asking`, a generator of our own in a process of its
own, which takes more of the machine for itself. Only a server on this machine is ever asked.
"""

import ipaddress
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

HEADERS = {
    "Content-Type": "application/json",
    "Accept": "application/graphql-response+json, application/json;q=0.9",
}
MOST_SECONDS = 60.0
_SCRIPT = Path(__file__).with_name("load.lua")
_SLOWEST = 30
"""After so many seconds a request counts as failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a load saw: good answers in how many seconds, latencies in milliseconds, and how many others there were."""

    requests: int
    seconds: float
    p50: float
    p99: float
    failed: int

    @property
    def rate(self) -> float:
        """Answers per second."""
        return self.requests / self.seconds


def on_this_machine(address: str) -> str:
    """The address if it is a loopback one; ValueError otherwise."""
    host = urlsplit(address).hostname or ""
    if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
        raise ValueError(f"{address} is not on this machine; a load goes to loopback addresses only")
    return address


def generator(seconds: float = 1) -> str:
    """What makes the load here; wrk knows whole seconds only."""
    return "wrk" if seconds >= 1 and shutil.which("wrk") else "own generator"


def run(
    url: str, bodies: list[str], headers: dict[str, str], *, connections: int, seconds: float, first: int = 1
) -> Result:
    """Send the bodies in turn; `@number@` in one becomes a number that counts up from `first`."""
    on_this_machine(url)
    seconds = min(seconds, MOST_SECONDS)
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write("\n".join(bodies))
        file.flush()
        given = {
            "BODIES": file.name,
            "HEADERS": "\n".join(f"{k}: {v}" for k, v in headers.items()),
            "FIRST": str(first),
        }
        if generator(seconds) == "wrk":
            command = [
                "wrk",
                "--threads",
                "1",
                "--connections",
                str(connections),
                "--duration",
                f"{math.ceil(seconds)}s",
            ]
            command += ["--timeout", f"{_SLOWEST}s", "--script", str(_SCRIPT), url]
        else:
            command = [sys.executable, "-m", "benchmarks.asking", url, str(connections), str(seconds)]
        done = subprocess.run(
            command,
            env={**os.environ, **given},
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds + 3 * _SLOWEST,
        )
    last = done.stdout.strip().rpartition("\n")[2]
    if done.returncode != 0 or not last.startswith("{"):
        raise RuntimeError(f"{command[0]} failed: {done.stderr.strip() or done.stdout.strip()}")
    return Result(**json.loads(last))
