"""One line in the log per request: method, path, status, milliseconds, request id, operation name.

Never the query string, a header, the document, its variables or an address: codes and names of people travel in them.
"""

import time
from dataclasses import dataclass

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log: structlog.stdlib.BoundLogger = structlog.get_logger("gql_api.access")

PROBES = frozenset({"/livez", "/readyz"})
MAXIMUM_LENGTH = 200


@dataclass(frozen=True, slots=True)
class AccessLog:
    """Middleware: logs `request` after the answer was sent; probes that succeed are logged at level debug."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass an HTTP request on and log what became of it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 0  # nothing was sent: the client left

        async def send_and_see(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])  # a number in the log, also where it is an HTTPStatus
            await send(message)

        try:
            await self.app(scope, receive, send_and_see)
        finally:
            _write(scope, status, time.perf_counter() - began)


def _write(scope: Scope, status: int, seconds: float) -> None:
    is_quiet = scope["path"] in PROBES and status == 200  # noqa: PLR2004 -- OK
    write = log.debug if is_quiet else log.info
    state = scope.get("state", {})
    write(
        "request",
        method=scope["method"],
        path=scope["path"][:MAXIMUM_LENGTH],
        status=status,
        ms=round(seconds * 1000, 2),
        request_id=state.get("request_id"),
        operation=(state.get("operation") or "")[:MAXIMUM_LENGTH] or None,
    )
