"""Where the time goes: `make bench ARGS="--profile Q1"`, or `python -m benchmarks.profile Q1`.

py-spy samples our server while it is loaded, from outside and without touching its code. Printed is, for each part of
the server, the share of all samples in which that part was at work, with everything that it called.
"""

import importlib
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections import Counter
from pathlib import Path

from benchmarks import databases, loads, measuring, queries, servers

RATE = 200
LEAST_SECONDS = 3.0
PARTS = {
    "psycopg: sending statements, reading answers": ("psycopg/", "psycopg_c", "psycopg_binary", "gql_api/database/"),
    "reads/: keys in, rows out": ("gql_api/reads/",),
    "SQLAlchemy": ("sqlalchemy/",),
    "the executor with its batches": (
        "gql_api/schema/execution/",
        "gql_api/schema/operations.py",
        "gql_api/schema/coercion/",
        "gql_api/schema/batches.py",
    ),
    "the schema: edges, types, loaders": ("gql_api/schema/",),
    "the domain: audits and rules": ("gql_api/domain/",),
    "strawberry, the executor within": ("strawberry/",),
    "graphql-core": ("graphql/",),
    "the endpoint around it": ("gql_api/web/",),
    "starlette and middlewares": ("starlette/",),
    "uvicorn": ("uvicorn/",),
}
"""A part of the server, and what the paths of its files hold."""


def sampler() -> str | None:
    """The py-spy of this environment, or the one on PATH."""
    own = Path(sysconfig.get_path("scripts")) / "py-spy"
    return str(own) if own.exists() else shutil.which("py-spy")


def show(name: str, prepared: databases.Prepared, seconds: float, connections: int) -> int:
    """Profile a query and print the shares; the exit status."""
    program = sampler()
    if program is None:
        print("py-spy is not installed; it comes with the packages for development: make check", file=sys.stderr)
        return 1
    query = next(query for query in queries.QUERIES if query.name == name)
    bodies = queries.bodies(query, servers.OURS.dialect, prepared.size)
    seconds = max(seconds, LEAST_SECONDS)
    with (
        servers.running(servers.OURS, prepared) as server,
        tempfile.TemporaryDirectory(prefix="gql_api-bench-") as home,
    ):
        headers = dict(server.headers)
        loads.run(server.url, bodies, headers, connections=connections, seconds=1, first=measuring.next_number())
        kept = Path(home) / "stacks"
        command = [program, "record", "--pid", str(server.pid), "--duration", str(int(seconds)), "--rate", str(RATE)]
        command += ["--format", "raw", "--full-filenames", "--output", str(kept)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as sampling:
            load = loads.run(
                server.url,
                bodies,
                headers,
                connections=connections,
                seconds=seconds + 1,
                first=measuring.next_number(),
            )
            said = sampling.communicate(timeout=60)[1]
        if not kept.exists():
            print(f"py-spy failed: {said.strip()[-300:]}", file=sys.stderr)
            return 1
        found = shares(kept.read_text("utf-8", errors="replace"))
    print(f"{name} {query.title}: {load.rate:,.0f} requests a second at {connections} connections, ", end="")
    print(f"{RATE} samples a second for {seconds:.0f} s\n\n| share | what |\n|---|---|")
    for part, share in sorted(found.items(), key=lambda one: -one[1]):
        print(f"| {share:.0%} | {part} |")
    return 0


def shares(stacks: str) -> dict[str, float]:
    """For each part the share of samples with it anywhere on the stack. Lines are `frame;frame;… count`."""
    counts: Counter[str] = Counter()
    total = 0
    for line in stacks.splitlines():
        stack, _, number = line.rpartition(" ")
        total += int(number)
        for part, places in PARTS.items():
            if any(place in stack for place in places):
                counts[part] += int(number)
    return {part: counts[part] / total for part in PARTS} if total else {}


if __name__ == "__main__":
    main = importlib.import_module("benchmarks.__main__").main
    sys.argv = [sys.argv[0], "--profile", *sys.argv[1:]]
    sys.exit(main())
