"""The smoke test of `gql-api doctor --production`: the application answers as it should, and nothing is left behind."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from gql_api.cli import examination

if TYPE_CHECKING:
    from starlette.applications import Starlette

_PROGRAMS = "{ programs(first: 1) { nodes { name } } }"
_CREATE = 'mutation { createCourse(input: {institutionId: "x", code: "TEST 101", title: "Test"}) { course { id } } }'
Answer = tuple[int, Any]


def told(examined: examination.Examined) -> Iterator[examination.Told]:
    """What the application answered, asked in this process as a web server would ask it."""
    yield from asyncio.run(_all(examined))


async def _all(examined: examination.Examined) -> list[examination.Told]:
    from gql_api.web import app, logs

    logs.configure("error", "json")  # the answers are told here; a log of them would stand between the lines
    application = app.create(examined.configuration, examined.url)
    async with application.router.lifespan_context(application):
        return [
            await _health(application),
            await _programs(application),
            await _refused(application),
            await _created(examined),
            await _limited(examined),
        ]


async def _health(application: "Starlette") -> examination.Told:
    answers = {path: (await _asked(application, "GET", path))[0] for path in ("/livez", "/readyz", "/api/health")}
    wrong = [f"{path} answered {status}" for path, status in answers.items() if status != 200]  # noqa: PLR2004 - HTTP
    if wrong:
        return examination.Told(examination.Level.ERROR, f"{'; '.join(wrong)}. Remedy: read the log.")
    return examination.Told(examination.Level.OK, "/livez, /readyz and /api/health answer 200.")


async def _programs(application: "Starlette") -> examination.Told:
    status, answer = await _asked(application, "POST", "/graphql", {"query": _PROGRAMS})
    if status != 200 or "errors" in answer:  # noqa: PLR2004 - HTTP
        return examination.Told(
            examination.Level.ERROR, f"Programs cannot be read (status {status}). Remedy: read the log."
        )
    if not answer["data"]["programs"]["nodes"]:
        text = "There is no program yet. Remedy: gql-api import programs, import requirements, or adopt-sqlite."
        return examination.Told(examination.Level.WARNING, text)
    return examination.Told(examination.Level.OK, "Programs are served.")


async def _refused(application: "Starlette") -> examination.Told:
    status, _ = await _asked(application, "POST", "/graphql", {"query": _CREATE})
    if status != 401:  # noqa: PLR2004 - HTTP
        text = f"A course could be created without a token (status {status}). Remedy: stop the service, report this."
        return examination.Told(examination.Level.ERROR, text)
    return examination.Told(examination.Level.OK, "Creating a course without a token is refused with 401.")


async def _created(examined: examination.Examined) -> examination.Told:
    """A course is created as an administrator would, and the transaction undone."""
    import sqlalchemy as sa
    from sqlmodel import col

    from gql_api import access, database
    from gql_api.tables.institutions import Institution
    from gql_api.writes import audit_log, courses

    origin = audit_log.Origin(viewer=access.ADMINISTRATOR, now=datetime.now(UTC), request_id="doctor")
    opened = database.Database.open(examined.url, pool_size=1)
    try:
        async with opened.writing() as connection:
            trial = await connection.begin_nested()
            statement = sa.insert(Institution).values(name="Trial of gql-api doctor").returning(col(Institution.id))
            place = (await connection.execute(statement)).scalar_one()
            await courses.create(connection, place or 0, {"code": "TEST 101", "title": "Trial"}, origin)
            await trial.rollback()
        return examination.Told(examination.Level.OK, "An administrator can create a course (tried, and undone).")
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told
        text = f"A course cannot be created: {error} Remedy: grant the service's role its rights on the tables."
        return examination.Told(examination.Level.ERROR, " ".join(text.split()))
    finally:
        await opened.close()


async def _limited(examined: examination.Examined) -> examination.Told:
    """Whether a transaction of the service has its time limits, also behind a pooler."""
    from gql_api import database

    opened = database.Database.open(examined.url, pool_size=1)
    limit = database.Statement("SELECT current_setting('statement_timeout')")
    try:
        async with opened.reading() as session:
            rows: list[tuple[Any, ...]] = await session.every(limit)
    finally:
        await opened.close()
    found = str(rows[0][0])
    if found == "0":
        text = "Statements have no time limit here. Remedy: report this; a pooler must pass SET LOCAL on."
        return examination.Told(examination.Level.ERROR, text)
    return examination.Told(examination.Level.OK, f"Statements are ended after {found}.")


async def _asked(application: "Starlette", method: str, path: str, body: Mapping[str, object] | None = None) -> Answer:
    """Status and JSON of one request, handed to the application without a network."""
    sent: list[Mapping[str, Any]] = []
    content = b"" if body is None else json.dumps(body).encode()
    headers = [(b"host", b"doctor"), (b"content-type", b"application/json"), (b"accept", b"application/json")]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [*headers, (b"content-length", str(len(content)).encode())],
        "client": ("127.0.0.1", 0),
        "server": ("doctor", 80),
        "state": {},
    }

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": content, "more_body": False}

    async def send(message: Mapping[str, Any]) -> None:
        sent.append(message)

    await application(scope, receive, send)  # pyright: ignore[reportArgumentType] -- ASGI's messages are plain dictionaries
    status = next(one["status"] for one in sent if one["type"] == "http.response.start")
    text = b"".join(one.get("body", b"") for one in sent if one["type"] == "http.response.body")
    return status, json.loads(text or b"null")
