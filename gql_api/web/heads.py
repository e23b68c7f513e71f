"""The head of a request as a mapping: of a header that is sent several times the first one, as everywhere in ASGI."""

from collections.abc import Mapping

from starlette.types import Scope

Head = Mapping[bytes, bytes]
"""Values by names in lower case."""


def of(scope: Scope) -> Head:
    """The request's head."""
    return dict(reversed(scope["headers"]))


def text(head: Head, name: bytes) -> str:
    """A header as text, empty where it was not sent."""
    return head.get(name, b"").decode("latin-1")


def every(scope: Scope, name: bytes) -> str:
    """All values of a header that may be sent several times, with commas between."""
    return b",".join([value for one, value in scope["headers"] if one == name]).decode("latin-1")
