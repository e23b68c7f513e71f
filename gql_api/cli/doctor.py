"""`gql-api doctor`: is everything in order? Each part is a module `doctor_<part>` that tells what it finds.

Exit status: 0 nothing is wrong (there may be warnings), 1 something is, 2 the command or a setting is wrong.
"""

from collections.abc import Iterator
from typing import Annotated

import typer

from gql_api.cli.examination import Examined, Level, Part, Told
from gql_api.domain import wording

WRONG = 1


def doctor(
    *,
    production: Annotated[
        bool, typer.Option("--production", help="What must be true before people rely on it, each with its remedy.")
    ] = False,
    indexes: Annotated[
        bool, typer.Option("--indexes", help="Whether every statement of the API can be answered by an index.")
    ] = False,
    data: Annotated[
        bool,
        typer.Option("--data", help="Programs nobody can finish, options nobody can use, equivalencies that are off."),
    ] = False,
    every: Annotated[bool, typer.Option("--all", help="With --data: all of each kind, not the first 20.")] = False,
    notes: Annotated[bool, typer.Option("--notes", help="Also what is only worth a look.")] = False,
) -> None:
    """Examine the database and tell what is wrong: first whether it can be used at all, then the parts asked for."""
    from gql_api import settings
    from gql_api.cli import doctor_data, doctor_indexes, doctor_production, doctor_server, server_database

    parts: list[tuple[bool, Part]] = [
        (production, doctor_production.told),
        (indexes, doctor_indexes.told),
        (data, lambda examined: doctor_data.told(examined.url, at_most=None if every else doctor_data.SHOWN)),
    ]
    configuration = settings.load()
    with server_database.running(configuration) as url:
        examined = Examined(configuration=configuration, url=url)
        counts = _report(doctor_server.told(examined), has_notes=notes)
        if not counts[Level.ERROR]:  # the other parts need the tables
            chosen = [part for is_chosen, part in parts if is_chosen]
            more = _report((line for part in chosen for line in part(examined)), has_notes=notes)
            counts = {level: count + more[level] for level, count in counts.items()}
    typer.echo(_summed(counts, has_notes=notes))
    if counts[Level.ERROR]:
        raise typer.Exit(WRONG)


def _summed(counts: dict[Level, int], *, has_notes: bool) -> str:
    """How many there were of each; notes that were not printed say how they are."""
    told = [
        f"{counts[level]:,} {wording.plural(counts[level], level.value)}"
        for level in (Level.ERROR, Level.WARNING, Level.NOTE)
    ]
    hint = "" if has_notes or not counts[Level.NOTE] else " (--notes prints them)"
    return f"{', '.join(told)}{hint}."


def _report(lines: Iterator[Told], *, has_notes: bool) -> dict[Level, int]:
    """Print the lines as they come; how many there were of each level."""
    counts = dict.fromkeys(Level, 0)
    for line in lines:
        counts[line.level] += line.count
        if line.level is not Level.NOTE or has_notes:
            typer.echo(f"{line.level.value:<8}{line.text}")
    return counts
