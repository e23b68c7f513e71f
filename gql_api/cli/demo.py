"""The demo data: two colleges and an examining body that do not exist, three programs, four plans.

It goes through the same importers as anybody's files, in one transaction, and into an empty database only. Of the
plans' codes the database has only the digests; the codes themselves are kept in GQL_API_HOME, readable by its owner,
so that every start can print them.
"""

import json
import os
import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    import psycopg

    from gql_api.ingest import contract
    from gql_api.settings import Settings

_ACTOR = "demo data"
_MOST_KEPT = 80
"""One home may serve several databases in turn, each with four plans; so many codes are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPlan:
    """A plan to try: its name, and its code in groups, as people type it."""

    name: str
    code: str


def demo() -> None:
    """Load the demo data into an empty database, and print the codes of its plans."""
    from gql_api import errors, settings
    from gql_api.cli import server_database

    configuration = settings.load()
    with server_database.running(configuration) as url:
        _upgrade(configuration, url)
        loaded = _load(url, configuration)
        if not loaded:
            message = "The database is not empty. The demo data is loaded into an empty database only."
            raise errors.Conflict(message)
    typer.echo("The demo data is loaded. Its plans:")
    for plan in loaded:
        typer.echo(f"  {plan.code}  {plan.name}")


def load_if_empty(url: str, settings: "Settings") -> tuple[DemoPlan, ...]:
    """Load the demo data if nothing at all is stored; return the demo plans, of now or of an earlier start.

    None where the database has data of its own. The tables must exist. For development and tests only: the codes of
    the plans are written to a file.
    """
    return _load(url, settings) or _kept(url, settings)


def codes_file(home: Path) -> Path:
    """Where the codes of demo plans are kept, beside the development secrets."""
    return home / "secrets" / "demo_plans.json"


def _upgrade(configuration: "Settings", url: str) -> None:
    from gql_api import database, errors
    from gql_api.settings import Profile

    if configuration.profile is Profile.PRODUCTION:
        message = "The demo data is not for production. Choose another GQL_API_PROFILE, or another database."
        raise errors.ConfigurationError(message)
    database.upgrade(url)


def _load(url: str, settings: "Settings") -> tuple[DemoPlan, ...]:
    """Load everything in one transaction; none, and nothing done, where the database is not empty."""
    from gql_api import database

    with database.connect(url, application_name="gql_api demo") as connection, connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s::bigint)", (database.lock_key("demo data"),))
        if not _is_empty(connection):
            return ()
        loaded = _import_all(connection, settings)
        # Before the commit: a code without a plan does no harm, a plan without a code does.
        _keep(settings.home, [plan.code for plan in loaded])
    _analyze(url)
    return loaded


def _import_all(connection: "psycopg.Connection", settings: "Settings") -> tuple[DemoPlan, ...]:
    """Import every file; the plans of the last one."""
    from gql_api.domain import plan_codes
    from gql_api.ingest import courses, equivalencies, institutions, plans, programs

    last = plans.Plans(settings.secret_key.get_secret_value(), secrets.token_bytes)
    steps: tuple[tuple[contract.Kind, tuple[str, ...]], ...] = (
        (institutions.Institutions(), ("institutions.csv",)),
        (courses.Courses(), ("courses_harbor_point.csv", "courses_alder_ridge.csv", "courses_meridian.csv")),
        (equivalencies.Equivalencies(), ("equivalencies.csv",)),
        (programs.Programs(), ("programs.json",)),
        (last, ("plans.json",)),
    )
    for kind, names in steps:
        _import(connection, kind, names)
    return tuple(DemoPlan(name=plan.name or "", code=plan_codes.displayed(plan.code)) for plan in last.loaded)


def _is_empty(connection: "psycopg.Connection") -> bool:
    row = connection.execute(
        "SELECT EXISTS (SELECT FROM institutions) OR EXISTS (SELECT FROM plans) OR EXISTS (SELECT FROM import_jobs)"
    ).fetchone()
    return row is not None and not row[0]


def _import(connection: "psycopg.Connection", kind: "contract.Kind", names: tuple[str, ...]) -> None:
    from gql_api.ingest import contract, files, jobs

    options = contract.Options(on=datetime.now(tz=UTC).date(), actor=_ACTOR)
    result = jobs.load(connection, kind, [files.of_bytes(name, _content(name)) for name in names], options)
    if not result.is_committed:
        message = (
            f"The demo data of the kind {kind.name} has {result.invalid_rows} wrong rows: a defect of this package."
        )
        raise AssertionError(message)
    _drop_temporary_tables(connection)


def _drop_temporary_tables(connection: "psycopg.Connection") -> None:
    """An import leaves its temporary tables to the end of its transaction, which here is that of all imports."""
    from psycopg import sql

    found = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = pg_my_temp_schema() AND relkind = 'r'"
    ).fetchall()
    if found:
        tables = sql.SQL(", ").join(sql.Identifier("pg_temp", name) for (name,) in found)
        connection.execute(sql.SQL("DROP TABLE {}").format(tables))


def _content(name: str) -> bytes:
    return (resources.files("gql_api.cli") / "demo_data" / name).read_bytes()


def _analyze(url: str) -> None:
    from gql_api import database

    with database.connect(url, application_name="gql_api demo", autocommit=True) as connection:
        connection.execute("ANALYZE")


def _codes(home: Path) -> list[str]:
    """The kept codes, those of the latest load first; none where the file is missing or damaged."""
    from gql_api import errors
    from gql_api.domain import plan_codes

    try:
        kept = json.loads(codes_file(home).read_text("utf-8"))
        return [plan_codes.normalise(str(code)) for code in kept["codes"]]
    except (OSError, ValueError, KeyError, TypeError, errors.InvalidInput):
        return []


def _keep(home: Path, codes: Sequence[str]) -> None:
    """Remember the codes; the whole file is written or nothing, readable by its owner only."""
    from gql_api.domain import plan_codes

    file = codes_file(home)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.parent.chmod(0o700)
    kept = [*map(plan_codes.normalise, codes), *_codes(home)][:_MOST_KEPT]
    descriptor, name = tempfile.mkstemp(dir=file.parent)  # mkstemp makes it with mode 0600
    with os.fdopen(descriptor, "w", encoding="utf-8") as temporary:
        temporary.write(json.dumps({"codes": kept}, indent=2) + "\n")
        temporary.flush()
        os.fsync(temporary.fileno())
    Path(name).replace(file)


def _kept(url: str, settings: "Settings") -> tuple[DemoPlan, ...]:
    """The demo plans of an earlier start, those that this database still has."""
    from gql_api import database
    from gql_api.domain import plan_codes

    key = settings.secret_key.get_secret_value().encode("utf-8")
    by_digest = {plan_codes.digest(code, key): code for code in _codes(settings.home)}
    if not by_digest:
        return ()
    with database.connect(url, application_name="gql_api demo") as connection:
        found = connection.execute(
            "SELECT code_hmac, name FROM plans WHERE code_hmac = ANY(%s) AND deleted_at IS NULL", (list(by_digest),)
        ).fetchall()
    names = {bytes(digest): name or "" for digest, name in found}
    return tuple(
        DemoPlan(name=names[digest], code=plan_codes.displayed(code))
        for digest, code in by_digest.items()
        if digest in names
    )
