"""The budget of imports: a catalog of 100,000 courses into an empty database, seconds and memory of its process."""

import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import budgets, data, databases, words
from benchmarks.sections import Task

COURSES, FEW = 100_000, 2_000
MOST_SECONDS, MOST_MEGABYTES = 15.0, 300.0


def lines(task: Task) -> Iterator[str]:
    """Import, and judge."""
    count = FEW if task.is_quick else COURSES
    with tempfile.TemporaryDirectory(prefix="gql_api-bench-") as folder, databases.beside(task.prepared) as url:
        path = Path(folder) / "catalog.csv"
        write(path, count)
        found = json.loads(_run(url, path))
    if found["new"] != count:
        yield budgets.unmeasured(f"import: {found['new']:,} of {count:,} courses were loaded")
        return
    took = found["preview"] + found["commit"]
    parts = f"preview {found['preview']:.1f} s and commit {found['commit']:.1f} s"
    yield budgets.said(took <= MOST_SECONDS, f"import of {count:,} courses: {parts}, at most {MOST_SECONDS:.0f} s")
    megabytes = found["megabytes"]
    text = f"memory of that import: {megabytes:.0f} MB, less than {MOST_MEGABYTES:.0f} MB"
    yield budgets.said(megabytes < MOST_MEGABYTES, text)


def write(path: Path, count: int) -> None:
    """A catalog file of so many courses at twenty colleges."""
    size = data.sizes(count / COURSES)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("institution", "code", "title", "description", "credits"))
        for course in range(1, count + 1):
            college = f"Benchmark College {size.institution_of(course)}"
            title = data.title_of(course)
            rows.writerow((college, data.code_of(size, course), title, f"{title}. {words.WORDS[course % 4_000]}.", 3))


def _run(url: str, path: Path) -> str:
    command = [sys.executable, "-m", "benchmarks.importing", url, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=600).stdout
