"""An import in a process of its own: `python -m benchmarks.importing URL FILE` previews the file and commits it.

Prints, as JSON, the seconds of both and the most memory that the process held, imports and all.
"""

import json
import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from gql_api import database
from gql_api.ingest import contract, courses, files, jobs


def main(url: str, path: Path) -> None:
    """Import the courses of the file."""
    options = contract.Options(on=datetime.now(UTC).date(), actor="benchmark", create_institutions=True)
    with database.connect(url) as connection:
        began = time.perf_counter()
        seen = jobs.preview(connection, courses.Courses(), [files.of_path(path)], options)
        previewed = time.perf_counter()
        done = jobs.commit(connection, courses.Courses(), [files.of_path(path)], options, seen.job_id)
        committed = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)
    found = {"preview": previewed - began, "commit": committed - previewed, "megabytes": peak, "new": done.plan.new}
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
