"""What `gql-api adopt-sqlite` shows: progress, what became of each table, the comparisons, the report."""

import csv
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import typer
from rich import progress as rich_progress
from rich.console import Console

from gql_api import errors
from gql_api.ingest import adoption, adoption_checks, adoption_codes, adoption_findings, adoption_sqlite

SHOWN = 25
"""Kinds of findings that are printed; the report has every single one."""
_STEP = 100_000
_WORDS = {"LEFT_OUT": "left out", "TURNED": "no course", "MERGED": "merged", "CHANGED": "changed", "NOTED": "noted"}


class Progress:
    """A line on a terminal that says what is being done; elsewhere a line now and then."""

    def __init__(self, bar: rich_progress.Progress | None) -> None:
        """`bar` is none where nobody watches."""
        self._bar = bar
        self._task = None if bar is None else bar.add_task("reading", total=None)
        self._said: tuple[str, int] = ("", 0)

    def told(self, what: str, rows: int) -> None:
        """This is being done, and so many rows of it are."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, description=what, completed=rows)
        elif what != self._said[0] or rows - self._said[1] >= _STEP:
            self._said = (what, rows)
            typer.echo(f"{what}: {rows:,} rows …" if rows else f"{what} …", err=True)

    def stop(self) -> None:
        """Everything is done; give the terminal back."""
        if self._bar is not None:
            self._bar.stop()


@contextmanager
def progress() -> Generator[Progress]:
    """The progress of the whole command."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Progress(None)
        return
    columns = (
        rich_progress.SpinnerColumn(),
        rich_progress.TextColumn("{task.description}"),
        rich_progress.TextColumn("{task.completed:,.0f} rows"),
        rich_progress.TimeElapsedColumn(),
    )
    with rich_progress.Progress(*columns, console=console, transient=True) as bar:
        yield Progress(bar)


def say_shape(old: adoption_sqlite.OldDatabase) -> None:
    """Print what of the file ends here as a whole."""
    for sentence in old.shape.not_carried:
        typer.echo(f"not carried: {sentence}")


def show(connection: psycopg.Connection, result: adoption.Result, old: adoption_sqlite.OldDatabase | None) -> None:
    """Print the tables, the kinds of findings, and the comparisons."""
    del old
    typer.echo(f"{'table':<26}{'rows':>10}{'carried':>10}{'merged':>9}{'no course':>11}{'left out':>10}{'changed':>9}")
    for one in result.counts:
        typer.echo(
            f"{one.table:<26}{one.rows:>10,}{one.carried:>10,}{one.merged:>9,}{one.turned:>11,}{one.left_out:>10,}"
            f"{one.changed:>9,}"
        )
    summary = adoption_findings.summary(connection)
    for table, outcome, example, count in summary[:SHOWN]:
        typer.echo(f"  {count:,} × {_WORDS[outcome]}, {table}: {example}")
    if len(summary) > SHOWN:
        typer.echo(f"  … and {len(summary) - SHOWN} more kinds, in the report.")
    for check in result.checks:
        typer.echo(_compared(check))


def _compared(check: adoption_checks.Check) -> str:
    if check.holds:
        return f"equal     {check.name}: {check.old}"
    return f"DIFFERENT {check.name}: {check.old} in the old database, {check.new} here"


def write_report(connection: psycopg.Connection, path: Path) -> None:
    """Write every finding as CSV (UTF-8 with a byte order mark, which spreadsheets need)."""
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("table", "id", "column", "outcome", "reason", "remedy"))
            for one in adoption_findings.every(connection):
                writer.writerow((one.table, one.id, one.column, _WORDS[one.outcome], one.reason, one.remedy))
    except OSError as error:
        raise errors.InvalidInput(f"The report cannot be written to {path}: {error.strerror}.") from error


def write_codes(connection: psycopg.Connection, keys: adoption_codes.Keys, path: Path) -> None:
    """Write the new codes into a file that only its owner can read."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise errors.InvalidInput(f"The codes cannot be written to {path}: {error.strerror}.") from error
    with open(descriptor, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123 - the file that was just made
        writer = csv.writer(file)
        writer.writerow(("old_id", "name", "code"))
        writer.writerows(adoption_codes.new_codes(connection, keys))


def say_end(
    result: adoption.Result, order: adoption.Order, report: Path, codes: Path | None, *, is_for_codes: bool
) -> None:
    """Print how it ended, and what to do next; `is_for_codes` where only the new codes were asked for."""
    typer.echo(f"Everything that is not carried as it stood is in {report}, with reason and remedy.")
    if not result.is_proved:
        typer.echo("Nothing was carried: what is stored would not be what was read. Please report this.", err=True)
    elif is_for_codes:
        typer.echo(f"{order.name}: nothing was changed.")
    elif result.is_committed and not result.changes_something:
        typer.echo(f"{order.name}: everything is here already; nothing was changed.")
    elif result.is_committed:
        typer.echo(f"{order.name}: adopted, with {result.new_plans:,} new plans. {_openers(result)}")
    else:
        typer.echo("This was a rehearsal: everything was done and undone again. Carry it over with --yes.")
    if result.is_proved and result.new_codes:
        typer.echo(_of_codes(result.new_codes, codes))


def _openers(result: adoption.Result) -> str:
    return "Old plan codes open all others." if result.new_codes else "Old plan codes open them."


def _of_codes(number: int, written: Path | None) -> str:
    """Where the codes are that stand in place of old ones: nobody can open these plans without."""
    if written is not None:
        return f"New plan codes: {number:,}, in {written}."
    return (
        f"New plan codes: {number:,}, written nowhere, and without them nobody opens these plans. "
        "Write them with the same command and --codes FILE."
    )
