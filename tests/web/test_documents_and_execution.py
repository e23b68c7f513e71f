"""Documents are made ready once, and Strawberry runs them with all that a schema brings."""

import pytest
import strawberry
from strawberry.extensions import SchemaExtension
from strawberry.schema import schema as strawberry_schema

from gql_api.schema import guard
from gql_api.schema.execution import BreadthFirst
from gql_api.web import documents, execution, refusals, requests

pytestmark = pytest.mark.anyio


@strawberry.type
class Query:
    @strawberry.field
    def double(self, n: int) -> int:
        return 2 * n


class Counting(SchemaExtension):
    """An extension of the schema's own."""

    def get_results(self):
        return {"counted": self.execution_context.operation_name}


SCHEMA = strawberry.Schema(query=Query, extensions=[Counting])


@pytest.fixture
def parsed(monkeypatch):
    """The texts that were parsed."""
    texts = []
    parse = guard.parse
    monkeypatch.setattr(guard, "parse", lambda text: (texts.append(text), parse(text))[1])
    return texts


def test_a_document_is_parsed_once(parsed):
    known = documents.Documents(SCHEMA, capacity=1_000)
    assert known.ready("{ double(n: 1) }") is known.ready("{ double(n: 1) }")
    assert parsed == ["{ double(n: 1) }"]


def test_an_unfit_document_is_never_kept(parsed):
    known = documents.Documents(SCHEMA, capacity=1_000)
    for _ in range(2):
        with pytest.raises(refusals.Refusal):
            known.ready("{ nothing }")
    assert len(parsed) == 2


def test_the_documents_that_were_used_last_are_kept_within_the_capacity(parsed):
    texts = [f"{{ double(n: {n}) }}" for n in range(3)]
    known = documents.Documents(SCHEMA, capacity=2 * len(texts[0]))
    for text in (texts[0], texts[1], texts[0], texts[2], texts[0], texts[1]):
        known.ready(text)
    assert parsed == [texts[0], texts[1], texts[2], texts[1]]


def test_a_document_larger_than_the_capacity_is_answered_and_not_kept(parsed):
    known = documents.Documents(SCHEMA, capacity=5)
    known.ready("{ double(n: 1) }")
    known.ready("{ double(n: 1) }")
    assert len(parsed) == 2


async def test_strawberry_neither_parses_nor_validates_again_and_runs_the_schemas_extensions(monkeypatch):
    document = documents.Documents(SCHEMA, capacity=1_000).ready("query Q($n: Int!) { double(n: $n) }")

    def refuse(*_args, **_options):
        raise AssertionError("done twice")

    monkeypatch.setattr(strawberry_schema, "parse", refuse)
    monkeypatch.setattr(strawberry_schema, "validate_document", refuse)
    asked = requests.Asked(query="ignored", operation_name=None, variables={"n": 21})
    served = execution.prepared(SCHEMA)
    result = await execution.execute(served, document, document.operation(None), asked, None)
    assert (result.data, result.errors) == ({"double": 42}, None)
    assert result.extensions == {"counted": "Q"}
    assert SCHEMA.extensions == (Counting,)


async def test_a_schema_without_extensions_is_executed_without_strawberrys_set_up(monkeypatch):
    schema = strawberry.Schema(query=Query, execution_context_class=BreadthFirst)
    document = documents.Documents(schema, capacity=1_000).ready("query Q($n: Int!) { double(n: $n) }")

    def refuse(*_args, **_options):
        raise AssertionError("set up")

    monkeypatch.setattr(strawberry.Schema, "execute", refuse)

    async def answer(n):
        asked = requests.Asked(query="ignored", operation_name=None, variables={"n": n})
        return await execution.execute(schema, document, document.operation(None), asked, None)

    right, wrong = await answer(21), await answer("21")
    assert (right.data, right.errors) == ({"double": 42}, None)
    assert wrong.data is None
    assert [error.message for error in wrong.errors] == [
        'n is a whole number from -2147483648 to 2147483647; got "21".'
    ]
