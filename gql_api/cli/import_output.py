"""What `gql-api import` shows: a progress bar, the preview, the findings, a report."""

import csv
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
import typer
from rich import progress as rich_progress
from rich.console import Console

from gql_api import errors
from gql_api.ingest import files, jobs
from gql_api.reads import imports

SHOWN = 20
"""Findings of each severity that are printed; the report has them all."""
_STEP = 50_000


class Progress:
    """Tells how far reading is: a bar on a terminal, a line now and then elsewhere."""

    def __init__(self, bar: rich_progress.Progress | None, total: int | None) -> None:
        """`total` is the number of rows, as far as known."""
        self._bar = bar
        self._said = 0
        self._task = None if bar is None else bar.add_task("reading", total=total)

    def rows(self, count: int) -> None:
        """So many rows were read in all."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=count)
        elif count - self._said >= _STEP:
            self._said = count
            typer.echo(f"{count:,} rows read …", err=True)

    def stop(self) -> None:
        """Everything is done; give the terminal back."""
        if self._bar is not None:
            self._bar.stop()


@contextmanager
def progress(sources: Sequence[files.Source]) -> Generator[Progress]:
    """The progress of reading the files."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Progress(None, None)
        return
    columns = (
        rich_progress.SpinnerColumn(),
        rich_progress.TextColumn("{task.description}"),
        rich_progress.BarColumn(),
        rich_progress.MofNCompleteColumn(),
        rich_progress.TimeElapsedColumn(),
    )
    with rich_progress.Progress(*columns, console=console, transient=True) as bar:
        yield Progress(bar, sum(files.inspect(source).lines for source in sources))


def is_terminal() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def show(connection: psycopg.Connection, result: jobs.Result, *, is_final: bool) -> None:
    """Print the counts, the notes and the first findings of each severity."""
    plan = result.plan
    title = "Loaded" if result.is_committed else "Preview"
    typer.echo(
        f"{title} of {result.kind}: {plan.new:,} new, {plan.updated:,} updated, {plan.unchanged:,} unchanged, "
        f"{plan.removed:,} removed; {result.invalid_rows:,} rows with errors, {result.skipped_rows:,} skipped, "
        f"{result.warnings:,} warnings."
    )
    for note in plan.notes:
        typer.echo(f"  {note}")
    _show_findings(connection, result)
    if result.changes_nothing and not result.invalid_rows:
        typer.echo("Everything is stored already.")
    elif result.invalid_rows and not result.is_committed:
        typer.echo("Nothing was loaded: mend the rows with errors, or leave them out with --skip-invalid.")
    elif is_final and not result.is_committed:
        typer.echo("This is a preview; nothing was loaded. Load it with --yes.")


def say_committed(result: jobs.Result) -> None:
    """Print that the preview was loaded."""
    plan = result.plan
    typer.echo(f"Loaded: {plan.new:,} new, {plan.updated:,} updated, {plan.removed:,} removed.")


def write_report(connection: psycopg.Connection, result: jobs.Result, path: Path) -> None:
    """Write every finding as CSV (UTF-8 with a byte order mark, which spreadsheets need)."""
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file, connection.transaction():
            writer = csv.writer(file)
            writer.writerow(("severity", "row", "column", "message"))
            for finding in imports.findings(connection, result.job_id):
                writer.writerow((finding.severity, finding.row_number, finding.column_name, finding.message))
    except OSError as error:
        raise errors.InvalidInput(f"The report cannot be written to {path}: {error.strerror}.") from error
    typer.echo(f"Every finding is in {path}.")


def _show_findings(connection: psycopg.Connection, result: jobs.Result) -> None:
    totals: dict[str, int] = {}
    with connection.transaction():
        for finding in imports.findings(connection, result.job_id):
            count = totals[finding.severity] = totals.get(finding.severity, 0) + 1
            if count <= SHOWN:
                typer.echo(f"  {finding.severity} {_place(finding)}{finding.message}")
    more = {severity: count - SHOWN for severity, count in totals.items() if count > SHOWN}
    if more:
        counts = ", ".join(f"{count:,} × {severity}" for severity, count in more.items())
        typer.echo(f"  … and more: {counts}. All of them: --report FILE.csv")


def _place(finding: imports.Finding) -> str:
    if finding.row_number is None:
        return ""
    column = f":{finding.column_name}" if finding.column_name else ""
    return f"row {finding.row_number}{column}: "
