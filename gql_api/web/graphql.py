"""The endpoint `/graphql`: GraphQL over HTTP, and the door to the GraphiQL page.

A request passes, in this order, its method, its origin, its media types, its body, its document, its credentials and
its execution; the first that refuses it answers, always in JSON with a documented code, and never with a status of
500 or more for what the client did wrong.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Protocol, TypeAlias

import strawberry
from graphql import OperationType
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from strawberry.types import ExecutionResult

from gql_api import access, errors
from gql_api.schema import guard
from gql_api.web import (
    auth,
    bodies,
    deadlines,
    documents,
    execution,
    failures,
    heads,
    negotiation,
    origins,
    refusals,
    requests,
    responses,
)
from gql_api.web.codes import Code
from gql_api.web.limits import LIMITS, Limits
from gql_api.web.negotiation import Media
from gql_api.web.throttle import client_of

METHODS = "GET, POST, OPTIONS"


class Context(Protocol):
    """What resolvers get as `info.context`."""

    def selects(self, fields: frozenset[str]) -> None:
        """The operation selects no other fields than these."""

    async def close(self) -> None:
        """Give back what the request took."""


MakeContext: TypeAlias = Callable[[access.Viewer, str, auth.CodeGuesses], Context]


class Count(Protocol):
    """Counts a request: the operation's kind, the status of the answer or 0 where the client left, the seconds."""

    def __call__(self, kind: str, status: int, seconds: float, *, has_errors: bool) -> None:
        """Count it."""


def _uncounted(kind: str, status: int, seconds: float, *, has_errors: bool) -> None:
    """Where nobody counts requests."""
    del kind, status, seconds, has_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An ASGI application that answers GraphQL requests.

    `make_context(viewer, request_id, guesses)` makes the context of one request; `guesses` counts the client's wrong
    plan codes. `administrator_fields` are the root fields that need an administrator, `plan_fields` those that GET
    does not answer. With `names_are_secret` errors name nothing of the schema. `page` answers browsers, `count` counts.
    """

    schema: strawberry.Schema
    cache: documents.Documents
    make_context: MakeContext
    doors: auth.Doors
    attempts: auth.Attempts = field(default_factory=auth.Attempts)
    administrator_fields: frozenset[str] = frozenset()
    plan_fields: frozenset[str] = frozenset()
    allowed_origins: tuple[str, ...] = ()
    limits: Limits = LIMITS
    names_are_secret: bool = False
    page: ASGIApp | None = None
    count: Count = _uncounted
    _reading: deadlines.Deadlines = field(init=False)
    _running: deadlines.Deadlines = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_reading", deadlines.Deadlines(self.limits.body_seconds))
        object.__setattr__(self, "_running", deadlines.Deadlines(self.limits.seconds))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, and count it."""
        began = time.perf_counter()
        state: dict[str, Any] = scope.setdefault("state", {})
        status = 0  # nothing was sent: the client left
        accept = heads.every(scope, b"accept")
        try:
            if self.page and scope["method"] == "GET" and negotiation.prefers_page(accept):
                response: ASGIApp = self.page
                status = 200
            else:
                media = negotiation.choose(accept)
                try:
                    response = await self._answer(scope, receive, media)
                except bodies.ClientLeftError:
                    return
                except Exception as error:  # noqa: BLE001 -- the last door: a defect is masked, whatever it is
                    response = _refused(error, state, media or Media.JSON)
                status = response.status_code
            await response(scope, receive, send)
        finally:
            kind, has_errors = state.get("kind", "none"), "has_errors" in state
            self.count(kind, status, time.perf_counter() - began, has_errors=has_errors)

    async def _answer(self, scope: Scope, receive: Receive, media: Media | None) -> Response | responses.Whole:
        method: str = scope["method"]
        if method == "OPTIONS":
            return Response(status_code=HTTPStatus.NO_CONTENT, headers={"Allow": METHODS})
        if method not in ("GET", "POST"):
            raise _not_allowed(method)
        head = heads.of(scope)
        origins.check(head, self.allowed_origins)
        if media is None:
            raise _not_acceptable()
        if method == "POST":
            bodies.check_content_type(head)
            try:
                with self._reading.within():
                    body = await bodies.read(head, receive, self.limits)
            except TimeoutError:
                raise bodies.too_slow(self.limits) from None
            asked = requests.from_body(body)
        else:
            asked = requests.from_query_string(scope["query_string"])
        try:
            with self._running.within():
                document = self.cache.ready(asked.query)
                operation = document.operation(asked.operation_name)
                context = await self._context(scope, operation)
                try:
                    result = await execution.execute(
                        self.schema, document, operation, asked, context, names_are_secret=self.names_are_secret
                    )
                finally:
                    await context.close()
        except TimeoutError:
            raise _too_slow(self.limits) from None
        if method == "POST" and result.data is not None and not result.errors and not result.extensions:
            return responses.Whole(result.data, media)
        return _told(scope, operation, result, media, heads.text(head, b"if-none-match"))

    async def _context(self, scope: Scope, operation: guard.Shape) -> Context:
        """The context of the request, if the operation may be asked for like that and by whoever sent it."""
        state = scope["state"]
        state["operation"] = operation.name
        state["kind"] = operation.kind.value
        credentials = auth.present(scope["headers"])
        if operation.kind is OperationType.SUBSCRIPTION:
            raise _no_subscriptions()
        if scope["method"] == "GET":
            self._check_get(operation, credentials)
        client = client_of(scope["client"][0]) if scope.get("client") else ""
        viewer = access.ANONYMOUS
        if credentials:
            viewer = await auth.viewer(credentials, client, self.doors, self.attempts)
        closed = operation.root_fields & self.administrator_fields
        if closed and not viewer.may_administer():
            raise refusals.unauthenticated(f"{min(closed)} needs an administrator; send the header X-Admin-Token.")
        guesses = auth.CodeGuesses(attempts=self.attempts, client=client)
        context = self.make_context(viewer, state.get("request_id", ""), guesses)
        context.selects(operation.fields)
        return context

    def _check_get(self, operation: guard.Shape, credentials: dict[str, str]) -> None:
        """GET is for what everybody may see and caches may keep: queries without credentials, and never plans."""
        if operation.kind is not OperationType.QUERY:
            raise refusals.post_only("GET answers queries only; send a mutation by POST.")
        if credentials:
            raise refusals.post_only("GET takes no credentials; send the request by POST.")
        if closed := operation.root_fields & self.plan_fields:
            raise refusals.post_only(f"GET does not answer {min(closed)}, which may show a plan; send it by POST.")


def endpoint(
    schema: strawberry.Schema,
    make_context: MakeContext,
    doors: auth.Doors,
    *,
    has_introspection: bool = True,
    limits: Limits = LIMITS,
    **options: Any,  # noqa: ANN401 -- the fields of Endpoint
) -> Endpoint:
    """The endpoint of a schema; `options` are the remaining fields of `Endpoint`."""
    ready = documents.Documents(schema, capacity=limits.cached_characters, has_introspection=has_introspection)
    return Endpoint(
        schema=execution.prepared(schema),
        cache=ready,
        make_context=make_context,
        doors=doors,
        limits=limits,
        names_are_secret=not has_introspection,
        **options,
    )


def _told(scope: Scope, operation: guard.Shape, result: ExecutionResult, media: Media, if_none_match: str) -> Response:
    """The answer to a GET, or to what did not go well."""
    told = failures.answer(result, scope["state"].get("request_id", ""), operation.name)
    is_whole = told.status is HTTPStatus.OK and "errors" not in told.payload
    if not is_whole:
        scope["state"]["has_errors"] = True
    if scope["method"] == "GET" and is_whole:
        return responses.cacheable(told.payload, media, if_none_match)
    status = HTTPStatus.OK if told.is_of_document and media.is_legacy else told.status
    waits = {} if told.retry_after is None else {"Retry-After": str(told.retry_after)}
    return responses.answer(told.payload, media, status, waits)


def _refused(error: Exception, state: dict[str, Any], media: Media) -> Response:
    """What a request is answered with that was not executed. A defect is masked, and logged."""
    if isinstance(error, errors.Unavailable):
        error = refusals.unavailable(error.retry_after)
    if not isinstance(error, refusals.Refusal):
        request_id: str = state.get("request_id", "")
        failures.log.error("defect", request_id=request_id, operation=state.get("operation"), exc_info=error)
        error = refusals.internal(request_id)
    return responses.refused(error, media)


def _not_allowed(method: str) -> refusals.Refusal:
    message = f"The method {method[:20]} is not answered here; use POST, or GET for queries."
    return refusals.Refusal(HTTPStatus.METHOD_NOT_ALLOWED, Code.METHOD_NOT_ALLOWED, message, headers={"Allow": METHODS})


def _not_acceptable() -> refusals.Refusal:
    names = " or ".join(media.value for media in Media)
    message = f"Answers are {names}; the header Accept allows neither."
    return refusals.Refusal(HTTPStatus.NOT_ACCEPTABLE, Code.NOT_ACCEPTABLE, message)


def _no_subscriptions() -> refusals.Refusal:
    return refusals.bad_request("Subscriptions are not served over this protocol.", Code.SUBSCRIPTION_NOT_SUPPORTED)


def _too_slow(limits: Limits) -> refusals.Refusal:
    return refusals.Refusal(
        HTTPStatus.GATEWAY_TIMEOUT,
        Code.DEADLINE_EXCEEDED,
        f"The operation was cut off after {limits.seconds:g} seconds; ask for less at once.",
    )
