"""A server for the benchmark: `gql-api serve` in a process of its own, on a free port, with a throwaway home."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Where the server answers, the process to blame for its CPU time, and what it printed."""

    address: str
    process: int
    banner: str


@contextmanager
def serving() -> Generator[Served]:
    """The server with its demo data once it answers; it and its database are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="gql_api-bench-") as home:
        own = {"GQL_API_HOME": home, "PORT": "0", "LOG_LEVEL": "error", "PYTHONUNBUFFERED": "1"}
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | own
        with subprocess.Popen(
            [sys.executable, "-m", "gql_api", "serve"], env=environment, stdout=subprocess.PIPE, text=True
        ) as process:
            try:
                banner = _banner(process)
                found = re.search(r"answers at (http://\S+)/graphql", banner)
                if found is None:
                    raise RuntimeError("the server did not start")
                yield Served(address=found[1], process=process.pid, banner=banner)
            finally:
                process.terminate()


def _banner(process: subprocess.Popen[str]) -> str:
    lines: list[str] = []
    for line in process.stdout or ():
        lines.append(line)
        if line.strip().startswith("stop "):
            break
    return "".join(lines)


def cpu_seconds(process: int) -> float | None:
    """The CPU time that the process has used so far, where the system tells (Linux)."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
