"""The kind `courses`: catalogs, one course a row, identified by institution and code."""

from collections.abc import Sequence
from typing import LiteralString

from gql_api.ingest import contract, courses_apply, courses_plan, courses_rows, files, institution_names, staging


class Courses:
    """See `contract.Kind`. Creates institutions that do not exist where the options say so."""

    name = "courses"
    tables: tuple[LiteralString, ...] = ("institutions", "courses", "course_aliases")

    def stage(self, run: contract.Run, tables: Sequence[files.File]) -> None:
        """Read the files into `staged_courses` and `staged_institutions`."""
        names = institution_names.Names()
        run.cursor.execute(courses_rows.CREATE)
        run.cursor.execute(courses_rows.CREATE_TIMES)
        staging.copy(run, courses_rows.COPY, courses_rows.staged(run, tables, names))
        names.store(run.cursor)

    def plan(self, run: contract.Run) -> contract.Plan:
        """Compare them with the stored courses."""
        return courses_plan.plan(run)

    def apply(self, run: contract.Run) -> None:
        """Write the difference."""
        courses_apply.apply(run)
