"""The budget of adoption: an old database of a million rows, with all of its dirt, carried over and compared whole.

The command runs in a process of its own, on a file of a tenth of the rows as well: its memory must not follow them.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import budgets, databases
from benchmarks.sections import Task
from tests import old_databases

ROWS, FEW = 1_000_000, 100_000
QUICK_ROWS, QUICK_FEW = 20_000, 5_000
MOST_SECONDS, MOST_MEGABYTES, MOST_GROWTH = 120.0, 200.0, 1.5
_MORE = 1.02
"""The generator makes up to two in a hundred rows less than it is asked for."""


def lines(task: Task) -> Iterator[str]:
    """Adopt both files, and judge."""
    few, many = (QUICK_FEW, QUICK_ROWS) if task.is_quick else (FEW, ROWS)
    with tempfile.TemporaryDirectory(prefix="gql_api-bench-") as folder:
        small, large = (adopted(task, Path(folder), rows) for rows in (few, many))
    for found in (small, large):
        if found["different"] or not found["equal"]:
            yield budgets.said(False, f"adoption of {found['rows']:,} rows: {found['different']} comparisons differ")
            return
    yield from judged(small, large, many)


def judged(small: dict[str, Any], large: dict[str, Any], wanted: int) -> Iterator[str]:
    """The lines about two adoptions whose comparisons held."""
    seconds, processor = large["seconds"], large["processor"]
    text = f"adoption of {large['rows']:,} rows: {seconds:.0f} s, of them {processor:.0f} s of our own, "
    text += f"compared whole in {large['equal']} ways, at most {MOST_SECONDS:.0f} s for {wanted:,}"
    yield budgets.said(seconds <= MOST_SECONDS and large["rows"] >= wanted, text)
    growth = large["megabytes"] / small["megabytes"]
    text = f"memory of that adoption: {large['megabytes']:.0f} MB, {growth:.2f} × that of {small['rows']:,} rows, "
    text += f"at most {MOST_MEGABYTES:.0f} MB and {MOST_GROWTH:.1f} ×"
    yield budgets.said(large["megabytes"] <= MOST_MEGABYTES and growth <= MOST_GROWTH, text)


def adopted(task: Task, folder: Path, rows: int) -> dict[str, Any]:
    """What `benchmarks.adopting` found for a file of at least so many rows, in an empty database."""
    path = old_databases.write(folder / "course_transfer.db", int(rows * _MORE), dirt=old_databases.DIRTS)
    with databases.beside(task.prepared) as url:
        command = [sys.executable, "-m", "benchmarks.adopting", url, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=1_800)
    return json.loads(done.stdout)
