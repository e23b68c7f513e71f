"""The kind `requirements`: programs with their requirement trees, one option or constraint a row, both layouts."""

from collections.abc import Sequence
from typing import LiteralString

from gql_api import errors
from gql_api.domain import terms
from gql_api.ingest import (
    contract,
    files,
    program_changes,
    program_plans,
    requirement_cells,
    requirement_drafts,
    requirement_rows,
    staging,
)

MOST_ROWS = 200_000
"""Rows of one import; the largest real program has a few hundred."""
TABLES: tuple[LiteralString, ...] = (
    "programs",
    "program_versions",
    "requirements",
    "requirement_shares",
    "requirement_options",
    "requirement_constraints",
    "plans",
)


class Requirements:
    """See `contract.Kind`. The option `term` (`Fall 2025`) is the term of rows that name none."""

    name = "requirements"
    tables = TABLES

    def __init__(self) -> None:
        self._rows: list[requirement_rows.Row] = []
        self._changes: tuple[program_changes.ProgramChange, ...] = ()

    def stage(self, run: contract.Run, tables: Sequence[files.File]) -> None:
        """Read the rows; they are few enough to be kept."""
        refuse_replace(run.options)
        term = default_term(run.options)
        for row in staging.read(run, tables, requirement_cells.REQUIREMENTS):
            if len(self._rows) >= MOST_ROWS:
                message = f"The files have more than {MOST_ROWS:,} rows of requirements. Import them in parts."
                raise errors.InvalidInput(message)
            if (parsed := _parsed(run, row, term)) is not None:
                self._rows.append(parsed)

    def plan(self, run: contract.Run) -> contract.Plan:
        """Compare the programs of the rows with the stored ones."""
        drafts = requirement_drafts.drafts(run, self._rows)
        fit = program_plans.without_unfit(run, drafts.programs)
        self._changes = program_changes.compare(run.cursor, fit)
        return program_plans.plan(run, self._changes, program_plans.unknown_courses(drafts.unknown_codes))

    def apply(self, run: contract.Run) -> None:
        """Write the difference."""
        program_plans.apply(run.cursor, self._changes)


def refuse_replace(options: contract.Options) -> None:
    """A version is always replaced as a whole, by a new revision; there is nothing else that could be.

    Raises:
        InvalidInput: the mode is REPLACE.
    """
    if options.mode is contract.Mode.REPLACE:
        raise errors.InvalidInput("A version is always replaced as a whole; import it in the mode upsert.")


def default_term(options: contract.Options) -> terms.Term | None:
    """The term that the command gives to rows without one.

    Raises:
        InvalidInput: it is not a season and a year.
    """
    text = options.extra.get("term")
    if text is None:
        return None
    season, _, year = text.strip().partition(" ")
    return terms.Term(season=terms.parse_season(season), year=terms.parse_year(year))


def _parsed(run: contract.Run, row: files.Row, term: terms.Term | None) -> requirement_rows.Row | None:
    cells, has_lost = requirement_cells.mended(row.cells)
    if has_lost:
        message = "Characters that an earlier conversion lost (\ufffd) were left out."
        run.findings.warn(row.at, None, message)
    mended = files.Row(row.at, cells)
    return requirement_rows.parse(
        mended,
        term,
        lambda column, message: run.findings.error(row.at, column, message),
        run.findings.place(row.at),
    )
