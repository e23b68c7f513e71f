"""What tests share: one throwaway PostgreSQL server per run, its databases built by the migrations.

===================  ========================================================================================
`connection`         an AsyncConnection in a transaction that is rolled back at the end: the ordinary case
`database_url`       the URL of a database of the test's own, for code that commits or that runs a server
`fresh_database`     the same, opened
`demo_database_url`  the same with the demo data, which are loaded once per run (`demo_plans`, DEMO_SECRET)
`statements`         records the SQL statements of a block, so that a test can say exactly how many there are
`messages`           records how many statements each message to the database had
`real_data`          the folder of real catalogs, or a skip with the reason
===================  ========================================================================================

Async tests carry `@pytest.mark.anyio`; they and the fixtures share one event loop.
"""

import contextlib
import contextvars
import dataclasses
import fcntl
import itertools
import json
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from gql_api import database, embedded, settings
from gql_api.cli import demo
from gql_api.database import addresses, pool, wires
from gql_api.database.messages import Step
from gql_api.web import assembly, health, limits, logs
from tests import waiting

ROOT = Path(__file__).parents[1]
REAL_DATA = "GQL_API_REAL_DATA"
DEMO_SECRET = "secret-key-of-the-demo-plans-9876543210"
"""The SECRET_KEY under which the codes of `demo_plans` open them."""
# What SQLAlchemy asks a new connection, once.
FIRST = (
    "SELECT PG_CATALOG.VERSION()",
    "SELECT CURRENT_SCHEMA()",
    "SHOW STANDARD_CONFORMING_STRINGS",
    "SHOW TRANSACTION",
)
UNCOUNTED = ("SELECT SET_CONFIG(", "BEGIN", "COMMIT", "ROLLBACK", "SET ", "SAVEPOINT", "RELEASE")
RECORDING: contextvars.ContextVar[list[str] | None] = contextvars.ContextVar("RECORDING", default=None)
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
SLOWEST = (
    "project/test_documents.py",
    "web/test_graphiql_page.py",
    "project/test_benchmarks.py",
    "execution/test_differential.py",
    "cli/test_serve.py",
    "ingest/test_adoption_docs.py",
    "ingest/test_adoption.py",
    "cli/test_backups_in_trouble.py",
    "ingest/test_real_commands.py",
    "ingest/test_adoption_growth.py",
    "ingest/test_adoption_interrupted.py",
    "domain/test_health.py",
    "embedded/test_server.py",
    "domain/test_audit_laws.py",
    "tables/test_migrations.py",
    "domain/test_certificates.py",
    "project/test_audit_benchmark.py",
    "domain/test_optimality.py",
    "cli/test_serve_in_production.py",
    "execution/test_inputs.py",
    "queries/test_no_fallback.py",
    "database/test_behind_pgbouncer.py",
    "embedded/test_places.py",
    "domain/test_allocation.py",
    "schema/test_mutation_planned_courses.py",
    "ingest/test_equivalencies.py",
    "project/test_guides.py",
    "queries/test_outlook.py",
    "cli/test_backups.py",
)
"""What several workers begin with: a file is one worker's, and a long one at the end would leave the others idle."""


def pytest_configure() -> None:
    """Let interrupts through: what a shell starts in the background ignores them, and so would what tests start."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if WORKER:
        places = {ROOT / "tests" / name: place for place, name in enumerate(SLOWEST)}
        items.sort(key=lambda item: places.get(item.path, len(places)))


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def plain_logs() -> None:
    """What a defect logs is plain: structlog's own default draws every local variable, for minutes."""
    logs.configure("warning", "json")


@pytest.fixture(scope="session", autouse=True)
def patience() -> Iterator[None]:
    """The limits that keep a service answering are wide: what a test shows must not depend on how busy the machine is.

    What a limit does is shown by tests that set it; what it is by those that read it in the classes, which stay.
    """

    def patient(body_bytes: int) -> limits.Limits:
        return limits.Limits(body_bytes=body_bytes, body_seconds=waiting.LIMIT, seconds=waiting.LIMIT)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assembly, "Limits", patient)
        patch.setattr(pool, "Timeouts", lambda: waiting.PATIENT)
        patch.setattr(addresses, "CONNECT_SECONDS", int(waiting.LIMIT))
        patch.setattr(health, "PATIENCE", waiting.LIMIT)
        patch.setitem(database.Database.ping.__kwdefaults__ or {}, "seconds", waiting.LIMIT)
        yield


@pytest.fixture(scope="session")
def run_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory that all workers of this run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if WORKER else base


@pytest.fixture(scope="session")
def cluster(run_directory: Path) -> Iterator[embedded.Server]:
    """The run's server: the first worker starts it, the last one deletes it, and it dies with them."""
    with embedded.throwaway(run_directory / "cluster") as server:
        yield server


@pytest.fixture(scope="session")
def administration(cluster: embedded.Server) -> Iterator[psycopg.Connection]:
    """A connection that makes and drops databases."""
    with database.connect(cluster.url_of("postgres"), autocommit=True) as connection:
        yield connection


def built_once(
    administration: psycopg.Connection, directory: Path, name: str, build: Callable[[str], None], source: str = ""
) -> str:
    """The name of a database that `build` fills for all workers of the run, out of a copy of `source` or of nothing.

    `build` gets the name under which it fills it; a half-filled one is never seen under the final name.
    """
    with (directory / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if administration.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            building = f"building_{name}"
            copy = f"TEMPLATE {source} STRATEGY file_copy" if source else ""
            administration.execute(f"DROP DATABASE IF EXISTS {building} WITH (FORCE)")
            administration.execute(f"CREATE DATABASE {building} {copy}")
            build(building)
            administration.execute(f"ALTER DATABASE {building} RENAME TO {name}")
    return name


@pytest.fixture(scope="session")
def template(cluster: embedded.Server, administration: psycopg.Connection, run_directory: Path) -> str:
    """The name of the database that every other is copied from, built by the migrations once per run."""
    name = f"template_{database.head_revision()}"
    return built_once(administration, run_directory, name, lambda made: database.upgrade(cluster.url_of(made)))


@pytest.fixture(scope="session")
def demo_template(
    cluster: embedded.Server, administration: psycopg.Connection, template: str, run_directory: Path
) -> str:
    """The name of a database with the demo data, loaded once per run; the codes of its plans need DEMO_SECRET."""

    def build(name: str) -> None:
        values = {"GQL_API_PROFILE": "test", "GQL_API_HOME": str(run_directory / "demo"), "SECRET_KEY": DEMO_SECRET}
        plans = demo.load_if_empty(cluster.url_of(name), settings.load({**values, "ADMIN_TOKEN": "a" * 40}))
        assert plans
        kept = [dataclasses.asdict(plan) for plan in plans]
        (run_directory / "demo_plans.json").write_text(json.dumps(kept), encoding="utf-8")

    return built_once(administration, run_directory, "demo_template", build, template)


@pytest.fixture(scope="session")
def demo_plans(demo_template: str, run_directory: Path) -> tuple[demo.DemoPlan, ...]:
    """The demo plans with their codes."""
    kept = json.loads((run_directory / "demo_plans.json").read_text("utf-8"))
    return tuple(demo.DemoPlan(**plan) for plan in kept)


@contextlib.contextmanager
def copied(administration: psycopg.Connection, template: str, name: str) -> Iterator[None]:
    """A copy of the template, dropped at the end with whoever is still connected."""
    administration.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    try:
        yield
    finally:
        administration.execute(f"DROP DATABASE {name} WITH (FORCE)")


_numbers = itertools.count(1)


@pytest.fixture
def database_url(cluster: embedded.Server, administration: psycopg.Connection, template: str) -> Iterator[str]:
    name = f"test_{WORKER or 'only'}_{next(_numbers)}"
    with copied(administration, template, name):
        yield cluster.url_of(name)


@pytest.fixture
def demo_database_url(
    cluster: embedded.Server, administration: psycopg.Connection, demo_template: str
) -> Iterator[str]:
    name = f"demo_{WORKER or 'only'}_{next(_numbers)}"
    with copied(administration, demo_template, name):
        yield cluster.url_of(name)


@pytest.fixture
async def fresh_database(database_url: str, anyio_backend: str) -> AsyncIterator[database.Database]:
    opened = database.Database.open(database_url, pool_size=4)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
async def worker_database(
    cluster: embedded.Server, administration: psycopg.Connection, template: str, anyio_backend: str
) -> AsyncIterator[database.Database]:
    """This worker's database, in which nothing is ever committed."""
    name = f"worker_{WORKER or 'only'}"
    with copied(administration, template, name):
        opened = database.Database.open(cluster.url_of(name), pool_size=2, timeouts=waiting.PATIENT)
        yield opened
        await opened.close()


class Undo(Exception):
    """Leaves a transaction without committing it."""


@pytest.fixture
async def connection(worker_database: database.Database) -> AsyncIterator[AsyncConnection]:
    with contextlib.suppress(Undo):
        async with worker_database.writing() as lent:
            yield lent
            raise Undo


Recording = Callable[[], contextlib.AbstractContextManager[list[str]]]
Messages = Callable[[], contextlib.AbstractContextManager[list[int]]]


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> Messages:
    """`with messages() as sent:` has the number of statements of each message, without those of the transaction."""

    @contextlib.contextmanager
    def recording() -> Iterator[list[int]]:
        sent: list[int] = []
        asked = wires.Wire.asked

        def recorded(wire: wires.Wire, steps: Sequence[Step], *more: bool) -> object:
            sent.append(sum(not statement.sql.startswith((b"BEGIN", b"SELECT set_config")) for statement, _ in steps))
            return asked(wire, steps, *more)

        with monkeypatch.context() as patch:
            patch.setattr(wires.Wire, "asked", recorded)
            yield sent

    return recording


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Recording:
    """`with statements() as executed:` records what the block's tasks send over async connections, prepared or not.

    What others in this process send meanwhile, such as a server of another test that is left in peace, is not theirs.
    """

    @contextlib.contextmanager
    def recording() -> Iterator[list[str]]:
        executed: list[str] = []
        execute = psycopg.AsyncCursor.execute

        async def recorded(cursor, query, *arguments, **options):
            text = query.decode() if isinstance(query, bytes) else str(query)
            if RECORDING.get() is executed and not text.lstrip().upper().startswith((*UNCOUNTED, *FIRST)):
                executed.append(text)
            return await execute(cursor, query, *arguments, **options)

        asked = wires.Wire.asked

        def recorded_message(wire, steps, *more):
            texts = [statement.sql.decode() for statement, _ in steps]
            if RECORDING.get() is executed:
                executed.extend(text for text in texts if text != "SELECT" and not text.upper().startswith(UNCOUNTED))
            return asked(wire, steps, *more)

        with monkeypatch.context() as patch:
            patch.setattr(psycopg.AsyncCursor, "execute", recorded)
            patch.setattr(wires.Wire, "asked", recorded_message)
            before = RECORDING.set(executed)
            yield executed
            RECORDING.reset(before)

    return recording


@pytest.fixture(scope="session")
def real_data() -> Path:
    given = os.environ.get(REAL_DATA)
    folder = Path(given) if given else ROOT.parent / "shared" / "data"
    if folder.is_dir():
        return folder.resolve()
    if given:
        pytest.fail(f"{REAL_DATA} names {given}, which is no folder")
    pytest.skip(f"no real data here: set {REAL_DATA} to the folder that holds them")
