"""The bytes of a request's body: their declared form, their number, and the time they may take."""

import asyncio
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import Receive

from gql_api.web import refusals
from gql_api.web.codes import Code
from gql_api.web.limits import Limits


class ClientLeftError(Exception):
    """The client closed the connection before its request was complete; there is nobody to answer."""


def check_content_type(headers: Headers) -> None:
    """Refuse everything but plain JSON in UTF-8 (415): forms in particular, which other sites can send unasked."""
    media, *parameters = (part.strip().lower() for part in headers.get("content-type", "").split(";"))
    charsets = [
        value.strip(' "') for name, _, value in (p.partition("=") for p in parameters) if name.strip() == "charset"
    ]
    if media != "application/json":
        raise _unsupported("Send the request as JSON, with the header Content-Type: application/json.")
    if any(charset not in ("utf-8", "utf8") for charset in charsets):
        raise _unsupported("Send the request in UTF-8.")
    if headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise _unsupported("Send the request uncompressed.")


async def read(headers: Headers, receive: Receive, limits: Limits) -> bytes:
    """The whole body. Raises Refusal (413, 408) or ClientLeftError."""
    declared = headers.get("content-length", "0")
    if declared.isdecimal() and int(declared[:20]) > limits.body_bytes:
        raise _too_large(limits)
    try:
        async with asyncio.timeout(limits.body_seconds):
            return await _received(receive, limits)
    except TimeoutError:
        raise refusals.Refusal(
            HTTPStatus.REQUEST_TIMEOUT,
            Code.REQUEST_TIMEOUT,
            f"The request's body did not arrive within {limits.body_seconds:g} seconds.",
            headers={"Connection": "close"},
        ) from None


async def _received(receive: Receive, limits: Limits) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientLeftError
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > limits.body_bytes:
            raise _too_large(limits)
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


def _unsupported(message: str) -> refusals.Refusal:
    return refusals.Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, Code.UNSUPPORTED_MEDIA_TYPE, message)


def _too_large(limits: Limits) -> refusals.Refusal:
    message = f"The request's body is larger than {limits.body_bytes} bytes."
    headers = {"Connection": "close"}
    return refusals.Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, Code.PAYLOAD_TOO_LARGE, message, headers=headers)
