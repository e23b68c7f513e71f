"""Errors of an execution: what the client is told, and what is only logged."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import structlog
from graphql import GraphQLError
from strawberry.types import ExecutionResult

from gql_api import errors
from gql_api.web import refusals
from gql_api.web.codes import Code

log: structlog.stdlib.BoundLogger = structlog.get_logger("gql_api.web")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The payload of a response with its status and headers."""

    payload: dict[str, Any]
    status: HTTPStatus = HTTPStatus.OK
    retry_after: int | None = None
    is_of_document: bool = False


def answer(result: ExecutionResult, request_id: str, operation: str | None) -> Answer:
    """The response to an execution.

    Without errors, and with errors of fields, it carries data (200). Where no field was executed it carries errors
    only, with the status of the worst: 400 for values of variables, 500 for a defect. Where nothing could be
    answered because the database is away, it is 503 as a whole, so that proxies and clients try again.
    """
    found = list(result.errors or ())
    payload: dict[str, Any] = {}
    if found:
        payload["errors"] = [formatted(error, request_id, operation) for error in found]
    retry_after = _retry_after(found)
    if retry_after is not None and not any((result.data or {}).values()):
        return Answer(payload=payload, status=HTTPStatus.SERVICE_UNAVAILABLE, retry_after=retry_after)
    if result.data is None and all(error.path is None for error in found):
        is_defect = any(entry["extensions"]["code"] == Code.INTERNAL for entry in payload["errors"])
        status = HTTPStatus.INTERNAL_SERVER_ERROR if is_defect else HTTPStatus.BAD_REQUEST
        return Answer(payload=payload, status=status, is_of_document=not is_defect)
    payload["data"] = result.data
    if result.extensions:
        payload["extensions"] = result.extensions
    return Answer(payload=payload)


def formatted(error: GraphQLError, request_id: str, operation: str | None = None) -> dict[str, Any]:
    """One entry of `errors`. A defect is masked, and logged with its traceback under the request id."""
    message, extensions = _told(error, request_id)
    if extensions["code"] == Code.INTERNAL:
        log.error("defect", request_id=request_id, operation=operation, path=error.path, exc_info=cause(error) or error)
    entry: dict[str, Any] = {"message": message, "extensions": extensions}
    if error.locations:
        entry["locations"] = [place.formatted for place in error.locations]
    if error.path is not None:
        entry["path"] = error.path
    return entry


def cause(error: GraphQLError) -> Exception | None:
    """The exception at the bottom, or None where graphql-core itself complains."""
    original = error.original_error
    while isinstance(original, GraphQLError):
        original = original.original_error
    return original


def _told(error: GraphQLError, request_id: str) -> tuple[str, dict[str, Any]]:
    """The message and the extensions that the client sees."""
    original = cause(error)
    is_of_variables = error.path is None and bool(error.nodes)
    match original:
        case errors.ExpectedError():
            return error.message if is_of_variables else original.message, _extensions(original)
        case errors.Unavailable():
            refusal = refusals.unavailable(original.retry_after)
            return refusal.message, {"code": refusal.code, **refusal.extensions}
        case None:  # graphql-core: an argument or a variable does not have the value that its type wants
            return error.message, {"code": Code.INVALID_INPUT}
        case _ if is_of_variables:  # a scalar refused the value of a variable
            return error.message, {"code": Code.INVALID_INPUT}
        case _:
            return refusals.masked(request_id), {"code": Code.INTERNAL, "requestId": request_id}


def _extensions(error: errors.ExpectedError) -> dict[str, Any]:
    extensions: dict[str, Any] = {"code": error.code}
    if error.path:
        extensions["inputPath"] = list(error.path)
    if isinstance(error, errors.Stale):
        extensions["currentRevision"] = error.current
    if isinstance(error, errors.RateLimited):
        extensions["retryAfter"] = error.retry_after
    return extensions


def _retry_after(found: Sequence[GraphQLError]) -> int | None:
    waits = [original.retry_after for error in found if isinstance(original := cause(error), errors.Unavailable)]
    return max(waits, default=None)
