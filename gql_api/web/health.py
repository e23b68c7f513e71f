"""Whether the process lives, whether it can serve, and how its database does.

`/livez` says that the process runs, whatever happens to the database: restarting it would mend nothing.
`/readyz` says within a second whether to send requests here. `/api/health` is for people and monitoring.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus

import structlog
from starlette.requests import Request
from starlette.responses import Response

from gql_api.web import responses
from gql_api.web.negotiation import Media

log: structlog.stdlib.BoundLogger = structlog.get_logger("gql_api.web")

PATIENCE = 0.8
"""Seconds that the database has to answer, so that the probe's answer takes less than one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The three endpoints.

    `ping` asks the database something trivial and raises if it cannot be reached. Who stops the server first sets
    `app.state.draining`: no further requests should be sent here then, those that come are still answered.
    """

    ping: Callable[[], Awaitable[object]]
    version: str

    async def live(self, request: Request) -> Response:
        """200 always."""
        del request
        return _answer(HTTPStatus.OK, {"status": "ok"})

    async def ready(self, request: Request) -> Response:
        """200 while queries are served; 503 when the database is away or the server is about to stop."""
        if request.app.state.draining:
            return _answer(HTTPStatus.SERVICE_UNAVAILABLE, {"status": "stopping"})
        if await self._milliseconds() is None:
            return _answer(HTTPStatus.SERVICE_UNAVAILABLE, {"status": "database unavailable"})
        return _answer(HTTPStatus.OK, {"status": "ok"})

    async def report(self, request: Request) -> Response:
        """Status, the database's answering time in milliseconds, and the version; 503 when the database is away."""
        milliseconds = await self._milliseconds()
        is_well = milliseconds is not None
        database = {"status": "ok", "pingMilliseconds": milliseconds} if is_well else {"status": "unavailable"}
        status = "stopping" if request.app.state.draining else "ok" if is_well else "unavailable"
        code = HTTPStatus.OK if status == "ok" else HTTPStatus.SERVICE_UNAVAILABLE
        return _answer(code, {"status": status, "database": database, "version": self.version})

    async def _milliseconds(self) -> float | None:
        began = time.perf_counter()
        try:
            async with asyncio.timeout(PATIENCE):
                await self.ping()
        except Exception as error:  # noqa: BLE001 -- whatever the driver raises, the database did not answer
            log.warning("database_unavailable", error=type(error).__name__)
            return None
        return round((time.perf_counter() - began) * 1000, 2)


def _answer(status: HTTPStatus, payload: dict[str, object]) -> Response:
    headers = {"Retry-After": "1"} if status is HTTPStatus.SERVICE_UNAVAILABLE else {}
    return responses.answer(payload, Media.JSON, status, headers)
