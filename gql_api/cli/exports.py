"""`gql-api export`: the catalog into CSV files that `gql-api import` reads."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gql_api import errors


class Kind(StrEnum):
    """What is exported, named as its import."""

    INSTITUTIONS = "institutions"
    COURSES = "courses"
    EQUIVALENCIES = "equivalencies"


def export(
    kind: Annotated[Kind, typer.Argument(help="What is written.")],
    file: Annotated[Path, typer.Argument(help="The CSV file.")],
    *,
    institution: Annotated[
        str | None,
        typer.Option(help="Only of this institution, by name or abbreviation; equivalencies: those that it grants."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file where there is one.")] = False,
) -> None:
    """Write a part of the catalog as CSV, in the columns that `gql-api import` reads."""
    from gql_api import database, settings
    from gql_api.cli import server_database
    from gql_api.ingest import exports

    place = file.expanduser().resolve()
    if place.exists() and not force:
        raise errors.ConfigurationError(f"{file} exists already. Remedy: another name, or --force.")
    if not place.parent.is_dir():
        raise errors.ConfigurationError(f"The folder {file.parent} does not exist.")
    configuration = settings.load()
    with server_database.running(configuration) as url:
        server_database.prepare(configuration, url)
        with database.connect(url) as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            rows = exports.write(connection, kind.value, place, institution)
    typer.echo(f"{file}: {rows:,} rows.")
