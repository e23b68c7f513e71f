"""The bytes of a request's body: their declared form, their number, and what is said where they come too slowly."""

from http import HTTPStatus

from starlette.types import Receive

from gql_api.web import refusals
from gql_api.web.codes import Code
from gql_api.web.heads import Head, text
from gql_api.web.limits import Limits

_PLAIN = b"application/json"


class ClientLeftError(Exception):
    """The client closed the connection before its request was complete; there is nobody to answer."""


def check_content_type(head: Head) -> None:
    """Refuse everything but plain JSON in UTF-8 (415): forms in particular, which other sites can send unasked."""
    if head.get(b"content-type") == _PLAIN and b"content-encoding" not in head:
        return
    media, *parameters = (part.strip().lower() for part in text(head, b"content-type").split(";"))
    charsets = [
        value.strip(' "') for name, _, value in (p.partition("=") for p in parameters) if name.strip() == "charset"
    ]
    if media != "application/json":
        raise _unsupported("Send the request as JSON, with the header Content-Type: application/json.")
    if any(charset not in ("utf-8", "utf8") for charset in charsets):
        raise _unsupported("Send the request in UTF-8.")
    if text(head, b"content-encoding").strip().lower() not in ("", "identity"):
        raise _unsupported("Send the request uncompressed.")


async def read(head: Head, receive: Receive, limits: Limits) -> bytes:
    """The whole body, however slowly it comes. Raises Refusal (413) or ClientLeftError."""
    declared = head.get(b"content-length", b"0")
    if declared.isdigit() and int(declared[:20]) > limits.body_bytes:
        raise _too_large(limits)
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


def too_slow(limits: Limits) -> refusals.Refusal:
    """What a body that did not come in time is answered with."""
    return refusals.Refusal(
        HTTPStatus.REQUEST_TIMEOUT,
        Code.REQUEST_TIMEOUT,
        f"The request's body did not arrive within {limits.body_seconds:g} seconds.",
        headers={"Connection": "close"},
    )


def _unsupported(message: str) -> refusals.Refusal:
    return refusals.Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, Code.UNSUPPORTED_MEDIA_TYPE, message)


def _too_large(limits: Limits) -> refusals.Refusal:
    message = f"The request's body is larger than {limits.body_bytes} bytes."
    headers = {"Connection": "close"}
    return refusals.Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, Code.PAYLOAD_TOO_LARGE, message, headers=headers)
