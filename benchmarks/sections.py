"""What `make bench` measures beside the table of queries: each section is a module with `lines(task)`.

`lines` yields the lines of the budgets that the section judges, by `budgets.said` and `budgets.unmeasured`. A section
is added by one entry here; one whose module is not there is told as not measured.
"""

import importlib
import importlib.util
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks import budgets, databases

QUERIES = "queries"
MODULES = {
    "growth": "benchmarks.growth",
    "import": "benchmarks.imports",
    "adoption": "benchmarks.adoption",
    "audits": "benchmarks.audit_budgets",
}
NAMES = (QUERIES, *MODULES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a section gets: the run's database, and whether it shall only prove that it works."""

    prepared: databases.Prepared
    is_quick: bool


def lines(wanted: Sequence[str], task: Task) -> Iterator[str]:
    """The lines of the sections, in their order. A section that fails says so and does not stop the others."""
    for name, module in MODULES.items():
        if name not in wanted:
            yield budgets.unmeasured(f"{name}: not asked for (--sections)")
        elif importlib.util.find_spec(module) is None:
            yield budgets.unmeasured(f"{name}: there is no {module} yet")
        else:
            try:
                yield from importlib.import_module(module).lines(task)
            except Exception as error:  # noqa: BLE001 - whatever it is, the other sections are measured
                traceback.print_exc()
                yield budgets.unmeasured(f"{name}: it failed with {type(error).__name__}")
