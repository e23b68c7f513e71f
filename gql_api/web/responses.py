"""Answers as ASGI responses: JSON by orjson, with the headers that every answer of the endpoint carries."""

import hashlib
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gql_api.web import refusals
from gql_api.web.negotiation import Media

OPTIONS = orjson.OPT_NON_STR_KEYS


def answer(payload: Mapping[str, Any], media: Media, status: int, headers: Mapping[str, str]) -> Response:
    """A GraphQL response. `headers` decide about caching; without them nothing may keep it."""
    body = orjson.dumps(payload, option=OPTIONS)
    kept = {"Cache-Control": "no-store", "Vary": "Accept", **headers}
    return Response(body, status_code=status, headers=kept, media_type=media.content_type)


class Whole:
    """The answer to a POST that went well, which most are: sent as it is, without what other answers may need."""

    __slots__ = ("_body", "_headers")
    status_code = 200

    def __init__(self, data: object, media: Media) -> None:
        try:
            self._body = orjson.dumps({"data": data})
        except TypeError:  # a scalar has keys that are no strings; looking for such takes three times as long
            self._body = orjson.dumps({"data": data}, option=OPTIONS)
        self._headers = _HEADERS[media]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        del scope, receive
        length = (b"content-length", b"%d" % len(self._body))
        await send({"type": "http.response.start", "status": 200, "headers": [length, *self._headers]})
        await send({"type": "http.response.body", "body": self._body})


_HEADERS: Mapping[Media, tuple[tuple[bytes, bytes], ...]] = {
    media: (
        (b"cache-control", b"no-store"),
        (b"vary", b"Accept"),
        (b"content-type", media.content_type.encode()),
    )
    for media in Media
}


def cacheable(payload: Mapping[str, Any], media: Media, if_none_match: str) -> Response:
    """The answer to a GET that anybody may see: kept by caches, asked for again each time, 304 while it is the same."""
    body = orjson.dumps(payload, option=OPTIONS)
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'  # weak: compression may come after this
    headers = {"Cache-Control": "public, no-cache", "Vary": "Accept", "ETag": tag}
    if tag in (known.strip() for known in if_none_match.split(",")):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(body, headers=headers, media_type=media.content_type)


def refused(refusal: refusals.Refusal, media: Media) -> Response:
    """The answer to a request that is not executed: errors, no data."""
    status = HTTPStatus.OK if refusal.is_of_document and media.is_legacy else refusal.status
    return answer({"errors": refusal.formatted()}, media, status, refusal.headers)
