"""`gql-api backup` and `gql-api restore`: a dump of everything, and the way back."""

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import psycopg
import typer
from psycopg import sql

from gql_api import errors

if TYPE_CHECKING:
    from gql_api.cli import dumps

File = Annotated[Path, typer.Argument(help="The dump, in PostgreSQL's custom format.")]


def backup(
    file: File,
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace the file where there is one.")] = False,
) -> None:
    """Write everything in the database into a file, as of one moment, while the service goes on.

    The file holds personal data: it is readable by you alone. SECRET_KEY is not in it, and without it no plan code
    opens a restored plan: keep it elsewhere.
    """
    from gql_api import database, settings
    from gql_api.cli import dumps, server_database

    place = file.expanduser().resolve()
    if place.exists() and not force:
        raise errors.ConfigurationError(f"{file} exists already. Remedy: another name, or --force.")
    if not place.parent.is_dir():
        raise errors.ConfigurationError(f"The folder {file.parent} does not exist.")
    with server_database.running(settings.load()) as url:
        held = database.current_revision(url)
        if held is None:
            raise errors.ConfigurationError("The database has no tables of ours yet. Remedy: gql-api migrate.")
        dumps.write(dumps.target(url), place)
        _noted(url, place)
    typer.echo(f"{file}: {place.stat().st_size:,} bytes, revision {held}.")


def restore(
    file: File,
    *,
    to_new_database: Annotated[
        str | None,
        typer.Option("--to-new-database", metavar="NAME", help="Make a database of this name and restore into it."),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Drop what the database holds, in the same transaction.")
    ] = False,
) -> None:
    """Restore a dump: into the database that DATABASE_URL names if it is empty, or into a new one beside it.

    One transaction: everything is there afterwards, or nothing has changed.
    """
    from gql_api import settings
    from gql_api.cli import dumps, restoring, server_database

    if to_new_database is not None and replace:
        raise errors.ConfigurationError("A new database holds nothing to replace. Remedy: leave out --replace.")
    place = file.expanduser().resolve()
    if not place.is_file():
        raise errors.ConfigurationError(f"There is no file {file}.")
    configuration = settings.load()
    with server_database.running(configuration) as url:
        here = dumps.target(url)
        held = _checked(here, place)
        if to_new_database is not None:
            with restoring.created(here, to_new_database) as new:
                _restore(new, place, replaces=False)
            typer.echo(f"Restored into the new database {to_new_database}, at revision {held}.")
            typer.echo(_use(to_new_database, file, None if configuration.database_url is not None else url))
            return
        if not replace and not restoring.is_empty(here):
            message = (
                "The database holds tables already, and nothing was changed. Remedy: --to-new-database NAME to look "
                "first, or --replace to drop what is there."
            )
            raise errors.ConfigurationError(message)
        _restore(here, place, replaces=replace)
    typer.echo(f"Restored, at revision {held}.")


def _use(name: str, file: Path, embedded_url: str | None) -> str:
    """How to use a new database. The embedded server has no setting that names another than its own."""
    if embedded_url is None:
        return "To use it, name it at the end of DATABASE_URL and start the server again."
    from gql_api import database

    own = database.normalised_url(embedded_url).set(drivername="postgresql")
    there, here = (shlex.quote(one.render_as_string()) for one in (own.set(database=name), own))
    dropped = shlex.quote(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)).as_string())
    return (
        "The embedded server goes on with its own database. To have this there: "
        f"gql-api restore {shlex.quote(str(file))} --replace\n"
        "While gql-api serve runs, to look at the new one, and to drop it:\n"
        f"  DATABASE_URL={there} gql-api doctor --data\n"
        f"  psql {here} --command {dropped}"
    )


def _noted(url: str, file: Path) -> None:
    """Say in the audit log that there is a backup: `gql-api doctor --production` asks how old the newest one is.

    A role or a replica that may only read makes a good backup all the same, and is told what is missing.
    """
    from gql_api import database
    from gql_api.tables import audit_log

    entry = audit_log.AuditEntry.__tablename__
    details = json.dumps({"bytes": file.stat().st_size})
    noted = sql.SQL("INSERT INTO {} (actor, action, entity, details) VALUES ('command line', 'backup', 'database', %s)")
    try:
        with database.connect(url, autocommit=True) as connection:
            connection.execute(noted.format(sql.Identifier(entry)), (details,))
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction):
        text = "The backup is whole, but was not noted in the audit log, since this role may only read."
        typer.echo(f"{text} gql-api doctor --production will not know of it.", err=True)


def _restore(place: "dumps.Target", file: Path, *, replaces: bool) -> None:
    from gql_api.cli import restoring

    restoring.restore(place, file, replaces=replaces)
    restoring.analyse(place)


def _checked(place: "dumps.Target", file: Path) -> str:
    """The revision of a dump that this version can use."""
    from gql_api import database
    from gql_api.cli import dumps

    held = dumps.revision(place, file)
    if held is None:
        raise errors.ConfigurationError(f"{file.name} is a dump, but not of a database of this application.")
    if held not in database.known_revisions():
        message = f"{file.name} was made by a newer version (revision {held}). Remedy: restore it with that version."
        raise errors.ConfigurationError(message)
    if held != database.head_revision():
        typer.echo(f"The dump is at revision {held}; run `gql-api migrate` afterwards.", err=True)
    return held
