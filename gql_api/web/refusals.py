"""A request that is answered without being executed: status, code and message as one exception."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from gql_api import errors
from gql_api.web.codes import Code

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Refusal(errors.GqlApiError):
    """Answer with `status`, one error of `code`, and `headers`.

    `is_of_document` says that the HTTP request was well-formed and only its document or values were not: a client
    that asked for the legacy media type gets status 200 then, as GraphQL over HTTP wants it.
    """

    def __init__(
        self,
        status: HTTPStatus,
        code: Code,
        message: str,
        *,
        headers: Mapping[str, str] = NOTHING,
        extensions: Mapping[str, Any] = NOTHING,
        is_of_document: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers
        self.extensions = extensions
        self.is_of_document = is_of_document

    def formatted(self) -> list[dict[str, Any]]:
        """The list `errors` of the response."""
        return [{"message": self.message, "extensions": {"code": self.code, **self.extensions}}]


class DocumentRefusal(Refusal):
    """A document that does not parse or validate: several errors of one code, each with its locations."""

    def __init__(self, code: Code, found: list[dict[str, Any]]) -> None:
        super().__init__(HTTPStatus.BAD_REQUEST, code, str(found[0]["message"]), is_of_document=True)
        self.found = found

    def formatted(self) -> list[dict[str, Any]]:
        """Every error that was found."""
        return self.found


def bad_request(message: str, code: Code = Code.BAD_REQUEST) -> Refusal:
    """The request is malformed."""
    return Refusal(HTTPStatus.BAD_REQUEST, code, message)


def unauthenticated(message: str) -> Refusal:
    """A credential is missing, expired or wrong."""
    headers = {"WWW-Authenticate": 'Token realm="gql_api"'}
    return Refusal(HTTPStatus.UNAUTHORIZED, Code.UNAUTHENTICATED, message, headers=headers)


def post_only(message: str) -> Refusal:
    """GET may not do this."""
    return Refusal(HTTPStatus.METHOD_NOT_ALLOWED, Code.METHOD_NOT_ALLOWED, message, headers={"Allow": "POST"})


def rate_limited(message: str, retry_after: int) -> Refusal:
    """Too many attempts; try again after so many seconds."""
    return Refusal(
        HTTPStatus.TOO_MANY_REQUESTS,
        Code.RATE_LIMITED,
        message,
        headers={"Retry-After": str(retry_after)},
        extensions={"retryAfter": retry_after},
    )


def unavailable(retry_after: int) -> Refusal:
    """The database is away or busy."""
    return Refusal(
        HTTPStatus.SERVICE_UNAVAILABLE,
        Code.UNAVAILABLE,
        "The service cannot answer right now; try again shortly.",
        headers={"Retry-After": str(retry_after)},
        extensions={"retryAfter": retry_after},
    )


def internal(request_id: str) -> Refusal:
    """A defect; the log has the rest under the request id."""
    return Refusal(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        Code.INTERNAL,
        masked(request_id),
        extensions={"requestId": request_id},
    )


def masked(request_id: str) -> str:
    """What a client is told about a defect."""
    return f"Something went wrong; quote request id {request_id}."
