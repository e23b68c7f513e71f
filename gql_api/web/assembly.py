"""Putting the ASGI application together from its parts: routes, and what every request passes through."""

import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from importlib import metadata
from typing import Self

import strawberry
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from gql_api.database import Usage
from gql_api.settings import Profile, Settings
from gql_api.web import auth, graphql, health, metrics, page, refusals, responses
from gql_api.web.around import Around
from gql_api.web.codes import Code
from gql_api.web.limits import Limits
from gql_api.web.negotiation import Media

REQUEST_HEADERS = ("Authorization", "Content-Type", "X-Admin-Token", "X-Plan-Code", "X-Plan-Token", "X-Request-Id")
RESPONSE_HEADERS = ("Retry-After", "X-Request-Id")
COMPRESSED_FROM = 1000
ENDPOINT = "/graphql"
CODES = {HTTPStatus.NOT_FOUND: Code.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED: Code.METHOD_NOT_ALLOWED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the web layer serves, made below it: the schema, contexts for it, credentials, and the database's pulse."""

    schema: strawberry.Schema
    make_context: graphql.MakeContext
    doors: auth.Doors
    ping: Callable[[], Awaitable[object]]
    close: Callable[[], Awaitable[object]]
    usage: Callable[[], Usage]
    administrator_fields: frozenset[str]
    plan_fields: frozenset[str]


class Application(Starlette):
    """Starlette's, with a short way for what is posted to the endpoint: it needs no routing, and mostly no packing."""

    def served(self, endpoint: ASGIApp, configuration: Settings) -> Self:
        """The same application, with the endpoint that it serves itself."""
        self._packed = _wrapped(endpoint, _middleware(configuration))
        self._plain = _wrapped(endpoint, _middleware(configuration, packs=False))
        return self

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or scope["path"] != ENDPOINT or scope["method"] != "POST":
            await super().__call__(scope, receive, send)
            return
        scope["app"] = self
        app = self._plain
        for name, value in scope["headers"]:
            if name == b"accept-encoding" and b"gzip" in value:
                app = self._packed
        await app(scope, receive, send)


def assembled(configuration: Settings, parts: Parts) -> Starlette:
    """The application over its parts. `state.draining` set to True makes /readyz answer 503."""

    @contextlib.asynccontextmanager
    async def lifespan(application: Starlette) -> AsyncGenerator[None]:
        del application
        try:
            yield
        finally:
            await parts.close()

    version = metadata.version("gql-api")
    counts = metrics.Counts()
    endpoint = _endpoint(configuration, parts, counts)
    kept = metrics.Metrics(counts, metrics.Sources(usage=parts.usage, cache=endpoint.cache, version=version))
    attempts = endpoint.attempts
    shown = metrics.Page(metrics=kept, doors=parts.doors, token=configuration.metrics_token, attempts=attempts)
    pulse = health.Health(ping=parts.ping, version=version)
    application = Application(
        routes=_routes(configuration, endpoint, pulse, shown),
        middleware=_middleware(configuration),
        exception_handlers={HTTPException: _told, Exception: _masked},
        lifespan=lifespan,
    )
    application.state.draining = False
    return application.served(endpoint, configuration)


def _routes(
    configuration: Settings, endpoint: graphql.Endpoint, pulse: health.Health, shown: metrics.Page
) -> list[BaseRoute]:
    routes: list[BaseRoute] = [
        Route("/livez", pulse.live),
        Route("/readyz", pulse.ready),
        Route("/api/health", pulse.report),
        Route("/metrics", shown.show),
        Route(ENDPOINT, endpoint),
    ]
    if configuration.graphiql:
        routes.append(Mount(page.ASSETS, page.Assets(page.BUILT / "assets")))
        routes.append(Route("/", _to_the_page))
    return routes


def _endpoint(configuration: Settings, parts: Parts, counts: metrics.Counts) -> graphql.Endpoint:
    return graphql.endpoint(
        parts.schema,
        parts.make_context,
        parts.doors,
        has_introspection=configuration.introspection,
        limits=Limits(body_bytes=configuration.body_limit),
        administrator_fields=parts.administrator_fields,
        plan_fields=parts.plan_fields,
        allowed_origins=configuration.cors_origins,
        page=page.Page(directory=page.BUILT) if configuration.graphiql else None,
        count=counts.count,
    )


def _middleware(configuration: Settings, *, packs: bool = True) -> list[Middleware]:
    """Outermost first: every answer has an id, a line in the log and the security headers."""
    layers = [Middleware(Around, is_behind_tls=configuration.profile is Profile.PRODUCTION)]
    if configuration.cors_origins:
        cors = Middleware(
            CORSMiddleware,
            allow_origins=configuration.cors_origins,
            allow_methods=("GET", "POST"),
            allow_headers=REQUEST_HEADERS,
            expose_headers=RESPONSE_HEADERS,
        )
        layers.append(cors)
    if packs:
        layers.append(Middleware(GZipMiddleware, minimum_size=COMPRESSED_FROM, compresslevel=5))
    return layers


def _wrapped(app: ASGIApp, layers: list[Middleware]) -> ASGIApp:
    for layer in reversed(layers):
        app = layer.cls(app, *layer.args, **layer.kwargs)
    return app


async def _to_the_page(request: Request) -> Response:
    del request
    return RedirectResponse("/graphql")


async def _told(request: Request, error: Exception) -> Response:
    """Routing's refusals (404, 405) in the form of every other error."""
    del request
    assert isinstance(error, HTTPException)  # noqa: S101 - Starlette's signature is wider than what it is called with
    status = HTTPStatus(error.status_code)
    headers: Mapping[str, str] = error.headers or {}
    code = CODES.get(status, Code.BAD_REQUEST)
    refusal = refusals.Refusal(status, code, f"{status.phrase}: the API is at /graphql.", headers=headers)
    return responses.refused(refusal, Media.JSON)


async def _masked(request: Request, error: Exception) -> Response:
    """A defect outside the endpoint; the server logs the traceback."""
    del error
    return responses.refused(refusals.internal(str(request.state.request_id)), Media.JSON)
