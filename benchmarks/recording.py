"""Our application in this process, its statements recorded as they are sent and explained by PostgreSQL."""

import contextlib
import json
import time
from collections.abc import AsyncGenerator, Generator, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import psycopg

from benchmarks import loads
from gql_api import database, settings
from gql_api.database import wires
from gql_api.web import app, logs

UNCOUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "SET ", "SAVEPOINT", "RELEASE", "SELECT set_config(", "SHOW ")
MOST_SCANNED = 30_000
"""A scan in the order of the table that a limit ends before so many rows reads no table whole."""
_FIRST = ("select pg_catalog.version()", "select current_schema()", "show standard_conforming_strings")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A statement with its parameters; `is_raw` where those are `$1`, `$2` …"""

    text: str
    parameters: Any
    is_raw: bool


@dataclass(slots=True, kw_only=True)
class Explained:
    """What PostgreSQL did for requests.

    The most statements of one; of all of them the pages read, the objects answered, and the tables read whole.
    """

    statements: int = 0
    objects: int = 0
    buffers: int = 0
    scanned: set[str] = field(default_factory=set[str])


@contextlib.contextmanager
def recorded() -> Generator[list[Sent]]:
    """Every statement that async connections send meanwhile; begin, end and settings of transactions are left out."""
    found: list[Sent] = []
    execute, asked = psycopg.AsyncCursor.execute, wires.Wire.asked

    def is_counted(text: str) -> bool:
        return text != "SELECT" and not text.startswith(UNCOUNTED) and text.lower() not in _FIRST

    async def by_cursor(cursor: Any, query: Any, parameters: Any = None, **options: Any) -> Any:  # noqa: ANN401 - as psycopg
        text = query.decode() if isinstance(query, bytes) else str(query)
        if is_counted(text):
            found.append(Sent(text=text, parameters=parameters, is_raw=False))
        return await execute(cursor, query, parameters, **options)

    def by_wire(wire: wires.Wire, steps: Sequence[wires.Step], *more: Any) -> Any:  # noqa: ANN401 - as the wire
        for statement, parameters in steps:
            text = statement.sql.decode()
            if is_counted(text):
                found.append(Sent(text=text, parameters=tuple(parameters), is_raw=True))
        return asked(wire, steps, *more)

    psycopg.AsyncCursor.execute, wires.Wire.asked = by_cursor, by_wire
    try:
        yield found
    finally:
        psycopg.AsyncCursor.execute, wires.Wire.asked = execute, asked


@contextlib.asynccontextmanager
async def application(url: str, secret: str, home: str) -> AsyncGenerator[httpx.AsyncClient]:
    """A client of the application over that database."""
    environment = {"GQL_API_PROFILE": "test", "GQL_API_HOME": home, "DATABASE_URL": url, "SECRET_KEY": secret}
    logs.configure("warning", "json")
    served = app.create(settings.load(environment | {"GRAPHIQL": "false"}), url)
    transport = httpx.ASGITransport(served)
    async with (
        served.router.lifespan_context(served),
        httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1", headers=loads.HEADERS, timeout=60
        ) as client,
    ):
        yield client


async def statements(client: httpx.AsyncClient, body: str) -> tuple[list[Sent], int]:
    """What a request sends once everything that is kept is kept, and how many objects its answer has.

    RuntimeError where the answer has errors.
    """
    for _ in range(2):
        with recorded() as found:
            answer = await client.post("/graphql", content=body)
        if answer.status_code != httpx.codes.OK or "errors" in answer.json():
            raise RuntimeError(answer.text[:500])
    return found, answer.text.count("{")


async def processor_milliseconds(client: httpx.AsyncClient, body: str, times: int) -> float:
    """CPU time of this process for a request, client and all: the median of several."""
    taken: list[float] = []
    for _ in range(times):
        began = time.process_time()
        await client.post("/graphql", content=body)
        taken.append(time.process_time() - began)
    return sorted(taken)[times // 2] * 1000


def explain(
    found: Explained, url: str, sent: Sequence[Sent], *, large: frozenset[str], with_scans: bool = True
) -> None:
    """Execute the statements once more, in one transaction that is undone, and add what EXPLAIN tells to `found`.

    `large` are the tables of which a sequential scan counts. Without `with_scans` indexes are used for small tables.
    """
    found.statements = max(found.statements, len(sent))
    with database.connect(url) as connection:
        connection.execute(f"SET LOCAL enable_seqscan = {'on' if with_scans else 'off'}".encode())
        connection.execute("SET LOCAL plan_cache_mode = force_custom_plan")
        connection.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        for one in sent:
            text = f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {one.text}"
            if one.is_raw:
                given = [None if value is None else value.decode() for value in one.parameters]
                row = psycopg.RawCursor(connection).execute(text.encode(), given).fetchone()
            else:
                row = connection.execute(text.encode(), one.parameters).fetchone()
            plan = row[0] if row else []
            _add(found, (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"], large)
        connection.rollback()


def _add(found: Explained, plan: dict[str, Any], large: frozenset[str]) -> None:
    found.buffers += plan.get("Shared Hit Blocks", 0) + plan.get("Shared Read Blocks", 0)
    waiting = [plan]
    while waiting:
        node = waiting.pop()
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] in large and _rows_read(node) > MOST_SCANNED:
            found.scanned.add(node["Relation Name"])
        waiting.extend(node.get("Plans", []))


def _rows_read(node: dict[str, Any]) -> float:
    loops: float = node.get("Actual Loops", 0)
    return loops * (node.get("Actual Rows", 0) + node.get("Rows Removed by Filter", 0))
