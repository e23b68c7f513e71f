"""An adoption in a process of its own: `python -m benchmarks.adopting URL FILE` runs the command on the file, for good.

Prints, as JSON: `seconds` and `processor` seconds, the most memory that the process held in `megabytes`, the
`statements` that it sent (COPY and FETCH not counted), the `rows` of the file, and of its comparisons how many were
`equal` and `different`.
"""

import contextlib
import io
import json
import os
import re
import resource
import sys
import tempfile
import time
from pathlib import Path

import psycopg

from gql_api.cli import app

SECRET = "benchmark-" * 4
_ROW = re.compile(r"^[a-z_]+ +([0-9,]+)(?: +[0-9,]+){5}$", re.MULTILINE)


def main(url: str, path: Path) -> None:
    """Adopt the file into the migrated database."""
    statements = _counted()
    with tempfile.TemporaryDirectory(prefix="gql_api-bench-") as home:
        values = {"DATABASE_URL": url, "GQL_API_HOME": home, "SECRET_KEY": SECRET, "ADMIN_TOKEN": SECRET}
        os.environ.update(values | {"GQL_API_PROFILE": "test"})
        began, used = time.perf_counter(), time.process_time()
        said = _adopted(path, Path(home) / "report.csv")
        seconds, processor = time.perf_counter() - began, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)
    found = {
        "seconds": seconds,
        "processor": processor,
        "megabytes": peak,
        "statements": statements[0],
        "rows": sum(int(count.replace(",", "")) for count in _ROW.findall(said)),
        "equal": said.count("\nequal "),
        "different": said.count("\nDIFFERENT "),
    }
    print(json.dumps(found))


def _adopted(path: Path, report: Path) -> str:
    """What the command says; it ends this process where it refuses."""
    with contextlib.redirect_stdout(io.StringIO()) as output, contextlib.redirect_stderr(io.StringIO()):
        app.app(["adopt-sqlite", str(path), "--yes", "--report", str(report)], standalone_mode=False)
    return output.getvalue()


def _counted() -> list[int]:
    """A list whose one number is how many statements cursors have executed since."""
    count = [0]
    execute = psycopg.Cursor.execute

    def counting(self: psycopg.Cursor, *arguments: object, **named: object) -> psycopg.Cursor:
        count[0] += 1
        return execute(self, *arguments, **named)

    psycopg.Cursor.execute = counting
    return count


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
