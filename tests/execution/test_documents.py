"""What clients really send: answered as graphql-core answers it, and never by graphql-core."""

import json
from pathlib import Path

import pytest
from graphql import get_introspection_query

from gql_api.schema import execution
from tests.execution import comparing

DOCUMENTS = Path(__file__).parents[1] / "documents"
IDS = '{ institution(abbreviation: "ARSU") { id } program(institution: "ARSU", name: "Biology") { id } }'
READING = sorted(path.stem for path in DOCUMENTS.glob("*.graphql") if "\nquery " in path.read_text())


@pytest.mark.parametrize("name", READING)
def test_a_document_is_answered_as_graphql_core_answers_it(pair, demo, name) -> None:
    given = DOCUMENTS / f"{name}.variables.json"
    variables = json.loads(given.read_text()) if given.exists() else {}
    if "code" in variables and name.startswith("plan"):
        variables["code"] = demo.code
    if name in {"articulate", "what_if"}:
        found = pair.run(IDS)[0].data
        if name == "articulate":
            variables["to"] = found["institution"]["id"]
        else:
            variables["input"]["programId"] = found["program"]["id"]
    before = execution.fallbacks.total, execution.fallbacks.executed

    engine, oracle = pair.run((DOCUMENTS / f"{name}.graphql").read_text(), variables)

    comparing.assert_exactly_same(engine, oracle)
    assert engine.errors is None
    assert all(value is not None for value in engine.data.values())
    assert (execution.fallbacks.total, execution.fallbacks.executed) == (before[0], before[1] + 1)


def test_introspection_is_answered_as_graphql_core_answers_it(pair) -> None:
    engine, oracle = pair.run(get_introspection_query(input_value_deprecation=True))

    comparing.assert_exactly_same(engine, oracle)
    assert len(engine.data["__schema"]["types"]) > 50
