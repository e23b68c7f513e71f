"""The budgets of growth: what a request costs must follow what it answers, not what is stored.

From 10 to 100 items: the same number of statements, and CPU time per item that does not grow. From 1,000 courses to
the run's size: the same statements, no large table that a scan reads whole, and about as many pages read per object of
the answer, which is what PostgreSQL's time comes from and, unlike time, has no noise. The small tables are read by
their indexes for this comparison. `--scale 10` makes it a million courses.
"""

import asyncio
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass

import httpx

from benchmarks import budgets, data, databases, queries, recording, screens
from benchmarks.sections import Task
from gql_api import database

SMALL = 0.01
FEW, MANY = 10, 100
ITEMS = ("Q2", "Q3")
WANTED = 1_000_000
MORE_CPU = 1.2
MORE_PAGES, FEW_PAGES = 3.0, 6.0
"""For a thousand times the rows an index is one or two levels deeper, and rows that were neighbours lie apart: what
costs no more than a way down an index and a row for each object is flat, too."""
_LARGE = 1_000
_TIMES, _TIMES_QUICK = 15, 2
_ASKED, _ASKED_QUICK = 8, 1
_BY_WORDS, SEARCHED_PAGES = "screen course_search", 100.0
"""Its candidates grow with the rows up to a bound, thousands for a page of twenty: a bound of its own, by object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Requests of one kind: what it is called, and some bodies."""

    name: str
    bodies: list[str]


def lines(task: Task) -> Iterator[str]:
    """Measure growth by items, then by rows."""
    yield from asyncio.run(_by_items(task))
    with databases.beside(task.prepared, SMALL) as url:
        yield from asyncio.run(_by_rows(task, url))


async def _by_items(task: Task) -> list[str]:
    found: list[str] = []
    times = _TIMES_QUICK if task.is_quick else _TIMES
    with tempfile.TemporaryDirectory(prefix="gql_api-bench-") as home:
        async with recording.application(task.prepared.url, task.prepared.secret, home) as client:
            for query in [query for query in queries.QUERIES if query.name in ITEMS]:
                body = queries.bodies(query, "ours", task.prepared.size)[0]
                few, many = (body.replace("first: 50", f"first: {count}") for count in (FEW, MANY))
                counts = [len((await recording.statements(client, one))[0]) for one in (few, many)]
                text = f"{query.name}: {counts[0]} statements for {FEW} items, {counts[1]} for {MANY}"
                found.append(budgets.said(counts[0] == counts[1], text))
                cpu = [await recording.processor_milliseconds(client, one, times) for one in (few, many)]
                each = [cpu[0] / FEW, cpu[1] / MANY]
                text = f"{query.name}: CPU per item {each[0]:.3f} ms of {FEW}, {each[1]:.3f} ms of {MANY}"
                found.append(budgets.said(each[1] <= MORE_CPU * each[0], f"{text}, at most {MORE_CPU} times as much"))
    return found


async def _by_rows(task: Task, small_url: str) -> list[str]:
    prepared, small = task.prepared, data.sizes(SMALL)
    found: list[str] = []
    asked = _ASKED_QUICK if task.is_quick else _ASKED
    pairs = zip(_requests(small, asked), _requests(prepared.size, asked), strict=True)
    with tempfile.TemporaryDirectory(prefix="gql_api-bench-") as home:
        async with (
            recording.application(small_url, prepared.secret, home) as before,
            recording.application(prepared.url, prepared.secret, home) as after,
        ):
            for few, many in pairs:
                small_cost = await _cost(before, small_url, few, with_scans=False)
                large_cost = await _cost(after, prepared.url, many, with_scans=True)
                found.append(_judged(few.name, small_cost, large_cost, small, prepared.size))
    if prepared.size.courses < WANTED:
        found.append(
            budgets.unmeasured(f"growth beyond {prepared.size.courses:,} courses: --scale 10 goes to a million")
        )
    return found


async def _cost(client: httpx.AsyncClient, url: str, request: Request, *, with_scans: bool) -> recording.Explained:
    found = recording.Explained()
    large = _large(url)
    for body in request.bodies:
        sent, objects = await recording.statements(client, body)
        found.objects += objects
        recording.explain(found, url, sent, large=large, with_scans=with_scans)
    return found


def _judged(name: str, few: recording.Explained, many: recording.Explained, small: data.Sizes, size: data.Sizes) -> str:
    each = many.buffers / max(many.objects, 1)
    ratio = each / max(few.buffers / max(few.objects, 1), 0.01)
    is_met = many.statements <= few.statements and not many.scanned
    text = f"{name}: {small.courses:,} → {size.courses:,} courses: {few.statements} → {many.statements} statements, "
    text += f"{each:.1f} pages per object (× {ratio:.1f}), "
    text += f"reads all of {', '.join(sorted(many.scanned))}" if many.scanned else "index scans only"
    if name == _BY_WORDS:
        return budgets.said(is_met and each <= SEARCHED_PAGES, f"{text}, at most {SEARCHED_PAGES:g} pages")
    is_flat = ratio <= MORE_PAGES or each <= FEW_PAGES
    return budgets.said(is_met and is_flat, f"{text}, at most × {MORE_PAGES:g} or {FEW_PAGES:g} pages")


def _requests(size: data.Sizes, count: int) -> list[Request]:
    """Of every query that reads and every screen so many requests."""
    asked = [
        Request(name=query.name, bodies=queries.bodies(query, "ours", size)[:count])
        for query in queries.QUERIES
        if not query.is_write
    ]
    return asked + [Request(name=f"screen {name}", bodies=bodies[:count]) for name, bodies in screens.bodies(size)]


def _large(url: str) -> frozenset[str]:
    with database.connect(url) as connection:
        counted = "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND reltuples > %s"
        return frozenset(name for (name,) in connection.execute(counted, [_LARGE]).fetchall())
