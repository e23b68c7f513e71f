"""What `gql-api import` shows: a progress bar, the preview, the findings, a report."""

import csv
import re
import sys
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import typer
from rich import progress as rich_progress
from rich.console import Console

from gql_api import errors
from gql_api.domain import plan_codes
from gql_api.ingest import contract, files, findings, jobs, plans
from gql_api.reads import imports

NAMED_ROWS = {"programs": "program", "plans": "plan"}
"""What a row is in files that have none."""
SHOWN = 20
"""Findings of each severity that are printed; the report has them all."""
ALIKE = 5
"""Findings that say the same of several things, of which no more are printed unless they are errors: one kind would
leave no room for the others."""
_THINGS = re.compile(r"“[^”]*”|\([^)]*\)|\b[A-Z&/]*[0-9][\w./-]*|\b[A-Z][A-Z&/]+\b")
"""What such findings differ in: quoted words, what stands in brackets, codes and numbers."""
_STEP = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the output depends on besides the result: the files' names, and what was asked for."""

    file_names: Sequence[str]
    is_final: bool
    """Nothing will be asked: it was a preview, or it was to be loaded at once."""
    skips_invalid: bool


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


def show(connection: psycopg.Connection, result: jobs.Result, shown: Shown) -> None:
    """Print what was or would be done, the notes and the first findings of each severity."""
    typer.echo(headline(result, shown))
    for note in result.plan.notes:
        typer.echo(f"  {note}")
    _show_findings(connection, result, shown)
    if _is_refused(result, shown):
        typer.echo("Nothing was loaded. Correct these rows, or leave them out with --skip-invalid.")
    elif shown.is_final and not result.is_committed and not result.changes_nothing:
        say_preview()


def say_preview() -> None:
    """Print that nothing was loaded, and how to load it."""
    typer.echo("This is a preview; nothing was loaded. Load it with --yes.")


def say_committed(result: jobs.Result) -> None:
    """Print that the preview was loaded."""
    typer.echo(f"{result.kind}: loaded, {_counts(result.plan)}.")


def show_codes(loaded: Sequence[plans.NewPlan]) -> None:
    """Print the codes of new plans, and that this happens once."""
    if not loaded:
        return
    typer.echo("The codes of the new plans. Keep them: they are stored nowhere and not shown again.", err=True)
    for plan in loaded:
        typer.echo(f"{plan_codes.displayed(plan.code)}  {plan.name or 'without a name'}")


def headline(result: jobs.Result, shown: Shown) -> str:
    """One sentence: what was loaded, would be loaded or was refused, and how many rows had something to say."""
    wrong = findings.counted(result.invalid_rows, "row is wrong", "rows are wrong")
    if _is_refused(result, shown):
        parts = [f"not loaded, {wrong}"]
    else:
        what = "loaded" if result.is_committed else "preview"
        parts = [f"{'nothing to load' if result.changes_nothing else what}, {_counts(result.plan)}"]
        if result.invalid_rows:
            parts.append(f"{wrong} and left out")
    if result.skipped_rows:
        parts.append(findings.counted(result.skipped_rows, "row is skipped", "rows are skipped"))
    if result.warnings:
        parts.append(findings.counted(result.warnings, "warning", "warnings"))
    return f"{result.kind}: {'; '.join(parts)}."


def _is_refused(result: jobs.Result, shown: Shown) -> bool:
    return result.invalid_rows > 0 and not result.is_committed and not shown.skips_invalid


def _counts(plan: contract.Plan) -> str:
    """What there is of new, updated, removed and unchanged rows."""
    counts = {"new": plan.new, "updated": plan.updated, "removed": plan.removed, "unchanged": plan.unchanged}
    return ", ".join(f"{count:,} {name}" for name, count in counts.items() if count) or "no rows"


def write_report(connection: psycopg.Connection, result: jobs.Result, path: Path, shown: Shown) -> None:
    """Write every finding as CSV (UTF-8 with a byte order mark, which spreadsheets need)."""
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file, connection.transaction():
            writer = csv.writer(file)
            writer.writerow(("severity", "file", "row", "column", "message"))
            for finding in imports.findings(connection, result.job_id):
                name, message = _file_of(finding, shown)
                writer.writerow((finding.severity, name, finding.row_number, finding.column_name, message))
    except OSError as error:
        raise errors.InvalidInput(f"The report cannot be written to {path}: {error.strerror}.") from error
    typer.echo(f"Every finding is in {path}.")


def _show_findings(connection: psycopg.Connection, result: jobs.Result, shown: Shown) -> None:
    totals: Counter[str] = Counter()
    printed: Counter[str] = Counter()
    alike: Counter[tuple[str, str]] = Counter()
    with connection.transaction():
        for finding in imports.findings(connection, result.job_id):
            severity, kind = finding.severity, _THINGS.sub("", finding.message)
            totals[severity] += 1
            is_new = severity == findings.Severity.ERROR.name or alike[severity, kind] < ALIKE
            if is_new and printed[severity] < SHOWN:
                alike[severity, kind] += 1
                printed[severity] += 1
                typer.echo(f"  {severity} {_sentence(finding, result.kind, shown)}")
    if more := totals - printed:
        counts = ", ".join(f"{count:,} × {severity}" for severity, count in more.items())
        typer.echo(f"  … and more: {counts}. All of them: --report FILE.csv")


def _sentence(finding: imports.Finding, kind: str, shown: Shown) -> str:
    """`a.csv, row 2, credits: …`."""
    name, message = _file_of(finding, shown)
    if finding.row_number is None:
        return message
    place = f"{name}, {NAMED_ROWS.get(kind, 'row')} {finding.row_number}"
    return f"{place}, {finding.column_name}: {message}" if finding.column_name else f"{place}: {message}"


def _file_of(finding: imports.Finding, shown: Shown) -> tuple[str, str]:
    """The file's name and the message; where there are several files, what is kept begins with the name."""
    if finding.row_number is None:
        return "", finding.message
    if len(shown.file_names) == 1:
        return shown.file_names[0], finding.message
    name = next(name for name in shown.file_names if finding.message.startswith(f"{name}: "))
    return name, finding.message.removeprefix(f"{name}: ")
