"""The operations that are measured: documents of tests/documents, as clients send them, with their variables."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from benchmarks.load import Operation

DOCUMENTS = Path(__file__).parents[1] / "tests" / "documents"
NAMES = ("course_search", "program_requirements", "plan_workspace")
PLACEHOLDER = "put a plan code here"
JSON = {"Content-Type": "application/json", "Accept": "application/graphql-response+json"}


def operations(plan_code: str, documents: Path = DOCUMENTS, names: tuple[str, ...] = NAMES) -> Iterator[Operation]:
    """The named documents; NAME.variables.json holds the variables of NAME.graphql, the plan code to be filled in."""
    for name in names:
        text = (documents / f"{name}.graphql").read_text("utf-8")
        file = documents / f"{name}.variables.json"
        variables = file.read_text("utf-8").replace(PLACEHOLDER, plan_code) if file.exists() else "{}"
        body = json.dumps({"query": text, "variables": json.loads(variables)}).encode()
        yield Operation(name=name, body=body, headers=JSON)


def plan_code(banner: str) -> str:
    """The demo plan's code out of what the server printed."""
    found = re.search(r"demo plan +(\S+)", banner)
    if found is None:
        raise ValueError("the server has no demo plan")
    return found[1]
