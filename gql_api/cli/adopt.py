"""`gql-api adopt-sqlite`: the old application's database becomes ours, rehearsed first.

Exit status: 0 done (or rehearsed, and everything compared equal), 1 nothing was carried: the file is not fit or a
comparison failed, 2 the command, a setting or the database is wrong.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

REFUSED = 1
REPORT = Path("adoption-report.csv")
_FILE = "The old application's database, course_transfer.db. It is only read."


def adopt_sqlite(  # noqa: PLR0913 - a command has as many options as it needs
    file: Annotated[Path | None, typer.Argument(help=_FILE, exists=True, dir_okay=False, readable=True)] = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Carry it over; otherwise it is only rehearsed.")] = False,
    report: Annotated[Path, typer.Option(help="Everything that is not carried as it stood, as CSV.")] = REPORT,
    codes: Annotated[
        Path | None, typer.Option(help="Write here the new codes of plans that had none; it must not exist.")
    ] = None,
    institution: Annotated[
        str | None, typer.Option(help="The institution of courses and programs that name none.")
    ] = None,
    term: Annotated[
        str | None, typer.Option(help="The version of requirements that name none, such as “Fall 2024”.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Also where this file was adopted before.")] = False,
    staging: Annotated[
        bool, typer.Option("--staging", help="Make empty staging tables for psql or pgloader to fill, and stop.")
    ] = False,
    staged: Annotated[bool, typer.Option("--staged", help="Go on from staging tables that were filled so.")] = False,
    discard: Annotated[bool, typer.Option("--discard", help="Drop the staging tables, and stop.")] = False,
) -> None:
    """Carry over the old application's SQLite database: catalogs, rules, programs, plans with their codes."""
    from gql_api import errors, settings
    from gql_api.cli import adopt_run

    if sum((file is not None, staging, staged, discard)) != 1:
        raise typer.BadParameter("name the file, or one of --staging, --staged and --discard", param_hint="FILE")
    wanted = adopt_run.Wanted(
        file=file,
        is_staged=staged,
        yes=yes,
        report=report,
        codes=codes,
        institution=institution,
        term=term,
        again=again,
        on=datetime.now(tz=UTC).date(),
    )
    configuration = settings.load()
    try:
        if staging or discard:
            adopt_run.tables(configuration, is_dropped=discard)
        elif not adopt_run.adopt(configuration, wanted):
            raise typer.Exit(REFUSED)
    except errors.ExpectedError as error:
        typer.echo(f"gql-api: {error.message}", err=True)
        raise typer.Exit(REFUSED) from error
