"""`gql-api export`: the catalog into files that `gql-api import` reads."""

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
    PROGRAMS = "programs"


def export(
    kind: Annotated[Kind, typer.Argument(help="What is written.")],
    file: Annotated[Path, typer.Argument(help="The CSV file; of programs, the JSON file.")],
    *,
    institution: Annotated[
        str | None,
        typer.Option(help="Only of this institution, by name or abbreviation; equivalencies: those that it grants."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file where there is one.")] = False,
) -> None:
    """Write a part of the catalog as `gql-api import` reads it: programs as JSON, everything else as CSV."""
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
    unit = "program" if kind is Kind.PROGRAMS else "row"
    typer.echo(f"{file}: {rows:,} {unit if rows == 1 else unit + 's'}.")
