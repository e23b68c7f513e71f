"""The kind `equivalencies`: rules from courses of one institution to credit at another. It creates no courses."""

from collections.abc import Sequence
from typing import LiteralString

from gql_api.ingest import (
    contract,
    equivalencies_apply,
    equivalencies_plan,
    equivalencies_rows,
    files,
    institution_names,
    staging,
)


class Equivalencies:
    """See `contract.Kind`."""

    name = "equivalencies"
    tables: tuple[LiteralString, ...] = (
        "choice_sets",
        "equivalencies",
        "equivalency_sources",
        "equivalency_awards",
    )

    def stage(self, run: contract.Run, tables: Sequence[files.File]) -> None:
        """Read the files into `staged_equivalencies` and `staged_institutions`."""
        names = institution_names.Names()
        run.cursor.execute(equivalencies_rows.CREATE)
        staging.copy(run, equivalencies_rows.COPY, equivalencies_rows.staged(run, tables, names))
        names.store(run.cursor)

    def plan(self, run: contract.Run) -> contract.Plan:
        """Compare them with the stored rules."""
        return equivalencies_plan.plan(run)

    def apply(self, run: contract.Run) -> None:
        """Write the difference."""
        equivalencies_apply.apply(run)
