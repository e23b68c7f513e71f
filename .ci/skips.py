"""Judges what a test report says was skipped: `python .ci/skips.py REPORT.xml`.

Here chromium, node and (where GQL_API_REAL_DATA is set) the real data are at hand, so a test that was skipped for want
of one of them is a failure: it would hide what it should prove.
"""

import os
import re
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

ALWAYS_HERE = "chromium|node|npm|graphiql"
WANTED = re.compile(
    f"{ALWAYS_HERE}|GQL_API_REAL_DATA" if os.environ.get("GQL_API_REAL_DATA") else ALWAYS_HERE, re.IGNORECASE
)


def main(report: Path) -> int:
    """1 when a test was skipped that must run, or when no test ran; otherwise 0."""
    cases = list(ET.parse(report).iter("testcase"))  # noqa: S314 - our own pytest wrote it
    skipped = [(case, skip.get("message", "")) for case in cases for skip in case.iter("skipped")]
    for case, message in skipped:
        print(f"skipped: {case.get('classname')}.{case.get('name')}: {message}")
    wrong = [message for _, message in skipped if WANTED.search(message)]
    if wrong:
        print(f"{len(wrong)} of them must run here", file=sys.stderr)
    if len(cases) == len(skipped):
        print("no test ran", file=sys.stderr)
    return int(bool(wrong) or len(cases) == len(skipped))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
