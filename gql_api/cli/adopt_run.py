"""What `gql-api adopt-sqlite` does, step by step, and what it says meanwhile."""

import contextlib
import dataclasses
import hashlib
from datetime import date
from pathlib import Path

import psycopg
import typer

from gql_api import database, errors
from gql_api.cli import adopt_output, imports, server_database
from gql_api.domain import terms
from gql_api.ingest import adoption, adoption_codes, adoption_sqlite, adoption_staging
from gql_api.settings import Settings


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the command line says; `file` none with `is_staged`."""

    file: Path | None
    is_staged: bool
    yes: bool
    report: Path
    codes: Path | None
    institution: str | None
    term: str | None
    again: bool
    on: date


def tables(configuration: Settings, *, is_dropped: bool) -> None:
    """Make the staging tables, or drop them."""
    with (
        server_database.running(configuration) as url,
        database.connect(url, application_name="gql_api adoption") as connection,
    ):
        if is_dropped:
            adoption_staging.drop(connection)
            typer.echo("The staging tables are gone.")
        else:
            adoption_staging.create(connection)
            typer.echo("The schema “adoption” has an empty table for each of the old ones. Fill them, then go on with:")
            typer.echo("  gql-api adopt-sqlite --staged")


def adopt(configuration: Settings, wanted: Wanted) -> bool:
    """Adopt or rehearse; whether everything compared equal.

    Raises:
        ExpectedError: the file is not fit, or somebody else is at work.
        ConfigurationError: the database cannot take it.
    """
    if wanted.codes is not None and wanted.codes.exists():
        raise errors.ConfigurationError(f"{wanted.codes} exists already. Remedy: another name; codes are secrets.")
    keys = _keys(configuration)
    with contextlib.ExitStack() as stack:
        old = None if wanted.file is None else stack.enter_context(adoption_sqlite.opened(wanted.file))
        url = stack.enter_context(server_database.running(configuration))
        server_database.prepare(configuration, url)
        connection = stack.enter_context(database.connect(url, application_name="gql_api adoption"))
        adoption.widen(connection)
        order = _order(connection, wanted, keys)
        before = adoption.done_before(connection, order.fingerprint)
        if before is not None and not wanted.again:
            typer.echo(f"{order.name} was adopted on {before[1]} (job {before[0]}). There is nothing to do.")
            if wanted.codes is None:
                typer.echo("To write the new codes of plans whose old ones could not be kept, add: --codes FILE")
                return True
            order = dataclasses.replace(order, is_rehearsal=True)
        progress = stack.enter_context(adopt_output.progress())
        if old is not None:
            adopt_output.say_shape(old)
            adoption.stage(connection, old, order, progress.told)
        is_for_codes = before is not None and not wanted.again
        is_proved = _carry(connection, wanted, order, old, progress, is_for_codes=is_for_codes)
        if is_for_codes:
            adoption_staging.drop(connection)
        return is_proved


def _carry(
    connection: psycopg.Connection,
    wanted: Wanted,
    order: adoption.Order,
    old: adoption_sqlite.OldDatabase | None,
    progress: adopt_output.Progress,
    *,
    is_for_codes: bool,
) -> bool:
    def report(lent: psycopg.Connection, result: adoption.Result) -> None:
        progress.stop()
        adopt_output.show(lent, result, old)
        adopt_output.write_report(lent, wanted.report)
        if wanted.codes is not None:
            adopt_output.write_codes(lent, order.keys, wanted.codes)

    result = adoption.carry(connection, order, old, progress.told, report)
    adopt_output.say_end(result, order, wanted.report, wanted.codes, is_for_codes=is_for_codes)
    return result.is_proved


def _order(connection: psycopg.Connection, wanted: Wanted, keys: adoption_codes.Keys) -> adoption.Order:
    if wanted.file is None:
        if not adoption_staging.exists(connection):
            raise errors.InvalidInput("Nothing is staged. Make the staging tables with: gql-api adopt-sqlite --staging")
        adoption_staging.clean_loaded(connection, keys.seal)
        name, fingerprint = "staged tables", hashlib.sha256(adoption_staging.digest(connection)).digest()
    else:
        name, fingerprint = wanted.file.name, adoption_sqlite.fingerprint(wanted.file)
    return adoption.Order(
        on=wanted.on,
        name=name,
        fingerprint=fingerprint,
        keys=keys,
        institution=wanted.institution,
        term=None if wanted.term is None else _term(wanted.term),
        is_rehearsal=not wanted.yes,
    )


def _term(said: str) -> terms.Term:
    season, _, year = said.strip().partition(" ")
    return terms.Term(season=terms.parse_season(season), year=terms.parse_year(year))


def _keys(configuration: Settings) -> adoption_codes.Keys:
    """The server's secrets: codes that were sealed with others open nothing."""
    present = imports.kept_secret(configuration)
    previous = configuration.secret_key_previous
    others = () if previous is None else (previous.get_secret_value(),)
    return adoption_codes.Keys((present, *others))
