"""What every request passes through: its id, its line in the log, and the headers that its answer carries.

Every request has an id: the client's if it is sane, else a new one; answer and log repeat it. The log gets one line per
request, with method, path, status, milliseconds, request id and operation name; never the query string, a header, the
document, its variables or an address: codes and names of people travel in them. Security headers tell a browser what
it must not do with an answer; HSTS is sent where the server is behind TLS.
"""

import logging
import random
import re
import secrets
import time
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gql_api.web import logs

log: structlog.stdlib.BoundLogger = structlog.get_logger("gql_api.access")
_chance = random.Random(secrets.randbits(256))  # noqa: S311 - ids tell requests apart, and open nothing
_of_library = logging.getLogger("gql_api.access")

SANE = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
PROBES = frozenset({"/livez", "/readyz"})
MAXIMUM_LENGTH = 200
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
HSTS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}


def _raw(headers: dict[str, str]) -> tuple[tuple[bytes, bytes], ...]:
    return tuple((name.lower().encode(), value.encode()) for name, value in headers.items())


_PLAIN, _BEHIND_TLS = _raw(HEADERS), _raw(HEADERS | HSTS)
_NAMES = {name for name, _ in _BEHIND_TLS} | {b"x-request-id"}


@dataclass(frozen=True, slots=True)
class Around:
    """Middleware: sets `scope["state"]["request_id"]`; adds headers that an answer does not set itself; logs it."""

    app: ASGIApp
    is_behind_tls: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; log what became of it after the answer was sent."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        request_id = ""
        for name, value in scope["headers"]:
            if name == b"x-request-id" and not request_id:
                request_id = value.decode() if SANE.fullmatch(value) else ""
        request_id = request_id or f"{_chance.getrandbits(128):032x}"
        scope.setdefault("state", {})["request_id"] = request_id
        added = (*(_BEHIND_TLS if self.is_behind_tls else _PLAIN), (b"x-request-id", request_id.encode()))
        status = 0  # nothing was sent: the client left

        def send_with_headers(message: Message) -> Awaitable[None]:  # no coroutine around another
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])  # a number in the log, also where it is an HTTPStatus
                own = {name for name, _ in message["headers"]} & _NAMES
                more = [header for header in added if header[0] not in own] if own else added
                message["headers"] = [*message["headers"], *more]
            return send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        finally:
            _write(scope, status, time.perf_counter() - began)


def _write(scope: Scope, status: int, seconds: float) -> None:
    is_quiet = scope["path"] in PROBES and status == 200  # noqa: PLR2004 -- OK
    if not logs.are_told(_of_library, logging.DEBUG if is_quiet else logging.INFO):
        return
    write = log.debug if is_quiet else log.info
    state: dict[str, Any] = scope.get("state", {})
    write(
        "request",
        method=scope["method"],
        path=scope["path"][:MAXIMUM_LENGTH],
        status=status,
        ms=round(seconds * 1000, 2),
        request_id=state.get("request_id"),
        operation=(state.get("operation") or "")[:MAXIMUM_LENGTH] or None,
    )
