"""`gql-api migrate`: brings the database's tables to what this version expects."""

from typing import Annotated

import typer


def migrate(
    *,
    sql: Annotated[bool, typer.Option("--sql", help="Print the SQL of all migrations instead of running it.")] = False,
    start: Annotated[
        str, typer.Option("--from", metavar="REVISION", help="With --sql: only what follows this revision.")
    ] = "base",
) -> None:
    """Migrate the database to the newest revision. Run again, it changes nothing."""
    from gql_api import database, settings
    from gql_api.cli import server_database

    if sql:
        typer.echo(database.upgrade_sql(start))
        return
    with server_database.running(settings.load()) as url:
        before = database.current_revision(url)
        database.upgrade(url)
        after = database.current_revision(url)
    typer.echo(
        f"The database is at revision {after}" + (" already." if before == after else f", from {before or 'nothing'}.")
    )
