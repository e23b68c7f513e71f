"""A small schema behind the real web layer, so that HTTP is tested apart from what is served over it.

=============  ==================================================================================
`make_client`  `async with make_client() as client:` sends requests to the application in process
`client`       such a client with the ordinary settings
`serve`        `with serve() as address:` has the same application listen on a socket
`real_address` where the real application listens, over the real schema and a database of the test's own
`contexts`     the class of the contexts, with counts of how many were opened and closed
=============  ==================================================================================
"""

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator

import httpx
import pytest
import strawberry
import uvicorn
from starlette.applications import Starlette

from gql_api import access, database, errors, settings
from gql_api.web import app, assembly, auth, logs
from tests import waiting

ADMIN = "test-admin-token-of-the-web-layer"
SECRET = "a-secret-key-of-the-web-layers-tests"
PREVIOUS_SECRET = "a-previous-secret-key-of-the-web-layers-tests"
PLANS = {"GOODCODE": 7, "OTHERCODE": 8}
TOKENS = {"good-token": 7, "other-token": 8}


class Context:
    """Counts how many were closed, since a leak here would be a leaked connection."""

    opened = 0
    closed = 0

    def __init__(self, viewer: access.Viewer, request_id: str, guesses: auth.CodeGuesses) -> None:
        self.viewer = viewer
        self.request_id = request_id
        self.guesses = guesses
        type(self).opened += 1

    def selects(self, fields: frozenset[str]) -> None:
        self.fields = fields

    async def close(self) -> None:
        type(self).closed += 1


FAILURES: dict[str, Callable[[], Exception]] = {
    "input": lambda: errors.InvalidInput("credits must be at most 999.99", path=("input", "credits")),
    "stale": lambda: errors.Stale("Someone else changed the plan.", current=4),
    "forbidden": lambda: errors.Forbidden("Not yours."),
    "unavailable": lambda: errors.Unavailable("pool exhausted at /var/run/secret", retry_after=3),
    "defect": lambda: RuntimeError("SELECT secret FROM table at /srv/path.py"),
}


@strawberry.type
class Plan:
    id: int


@strawberry.input
class Box:
    size: int
    inner: "Box | None" = None


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, name: str = "world") -> str:
        return f"Hello, {name}!"

    @strawberry.field
    def long(self) -> str:
        return "long " * 1000

    @strawberry.field
    def number(self, n: int) -> int:
        return n

    @strawberry.field
    def box(self, box: Box) -> int:
        return box.size

    @strawberry.field
    def role(self, info: strawberry.Info) -> str:
        viewer = info.context.viewer
        return f"{viewer.role.value} {viewer.plan_id or ''}".strip()

    @strawberry.field
    def plan(self, code: str) -> Plan | None:
        return Plan(id=PLANS[code]) if code in PLANS else None

    @strawberry.field
    def audit_log(self) -> str:
        return "everything"

    @strawberry.field
    def fails(self, kind: str) -> str | None:
        failure = FAILURES[kind]()
        raise failure

    @strawberry.field
    def fails_whole(self, kind: str) -> str:
        failure = FAILURES[kind]()
        raise failure

    @strawberry.field
    async def slow(self, seconds: float) -> str:
        await asyncio.sleep(seconds)
        return "done"


@strawberry.type
class Mutation:
    @strawberry.mutation
    def touch(self) -> str:
        return "touched"

    @strawberry.mutation
    def change_catalog(self) -> str:
        return "changed"


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def ticks(self) -> AsyncIterator[int]:
        yield 1


async def plan_of_code(code: str) -> int | None:
    return PLANS.get(code)


async def nothing() -> None:
    return None


@pytest.fixture(autouse=True, scope="session")
def _quiet_strawberry() -> None:
    logs.silence_strawberry()


@pytest.fixture
def contexts() -> type[Context]:
    Context.opened = Context.closed = 0
    return Context


@pytest.fixture
def make_application(tmp_path) -> Callable[..., Starlette]:
    def make(environment: dict[str, str] | None = None, **parts) -> Starlette:
        values = {"GQL_API_PROFILE": "test", "GQL_API_HOME": str(tmp_path), "ADMIN_TOKEN": ADMIN, "GRAPHIQL": "true"}
        chosen = {
            "schema": strawberry.Schema(query=Query, mutation=Mutation, subscription=Subscription),
            "make_context": Context,
            "doors": auth.Doors(admin_token=ADMIN, plan_of_token=TOKENS.get, plan_of_code=plan_of_code),
            "ping": nothing,
            "close": nothing,
            "usage": lambda: database.Usage(size=8, lent=3, idle=1, waiting=2),
            "administrator_fields": frozenset({"auditLog", "changeCatalog"}),
            "plan_fields": frozenset({"plan"}),
        }
        configuration = settings.load(values | (environment or {}))
        return assembly.assembled(configuration, assembly.Parts(**(chosen | parts)))

    return make


@pytest.fixture
def make_client(make_application):
    @contextlib.asynccontextmanager
    async def make(environment: dict[str, str] | None = None, **parts) -> AsyncIterator[httpx.AsyncClient]:
        transport = httpx.ASGITransport(app=make_application(environment, **parts), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://server") as client:
            yield client

    return make


@pytest.fixture
async def client(make_client, anyio_backend) -> AsyncIterator[httpx.AsyncClient]:
    async with make_client() as made:
        yield made


@contextlib.contextmanager
def listening(application: Starlette) -> Iterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(application, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    waiting.until(lambda: server.started)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(waiting.LIMIT)
        listener.close()


@pytest.fixture
def serve(make_application):
    def serving(environment: dict[str, str] | None = None, **parts) -> contextlib.AbstractContextManager[str]:
        return listening(make_application(environment, **parts))

    return serving


@pytest.fixture
def configuration(tmp_path) -> settings.Settings:
    values = {"GQL_API_PROFILE": "test", "GQL_API_HOME": str(tmp_path), "ADMIN_TOKEN": ADMIN, "GRAPHIQL": "true"}
    return settings.load(values | {"SECRET_KEY": SECRET, "SECRET_KEY_PREVIOUS": PREVIOUS_SECRET})


@pytest.fixture
def real_address(configuration, database_url) -> Iterator[str]:
    with listening(app.create(configuration, database_url)) as address:
        yield address
