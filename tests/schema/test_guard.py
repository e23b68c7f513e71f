"""The limits of a document, and the time that refusing takes."""

import cProfile
import time

import pytest
from graphql import GraphQLSyntaxError, build_schema, get_introspection_query, validate

from gql_api import errors
from gql_api.schema import guard
from gql_api.web import documents

SCHEMA = build_schema("type Query { a(x: Int): Query b: Query c: Query id: ID name: String } type Mutation { m: Int }")


def shapes(text):
    return guard.examine(guard.parse(text))


def exceeded(text):
    with pytest.raises(guard.LimitExceeded) as caught:
        shapes(text)
    assert caught.value.code == "COMPLEXITY_LIMIT"
    assert caught.value.maximum == getattr(guard.LIMITS, caught.value.limit)
    assert str(caught.value.maximum) in caught.value.message
    return caught.value.limit


def nested(levels, inner="id"):
    return "{" + "a{" * (levels - 1) + inner + "}" * levels


def chain(count, body="...F{next}"):
    links = " ".join(f"fragment F{n} on Query {{ {body.format(next=n + 1)} }}" for n in range(count))
    return f"{links} fragment F{count} on Query {{ id }}"


AT_THE_LIMIT = {
    "depth": nested(16),
    "depth with fragments": "{ a { ...F0 } } " + chain(7, "a {{ a {{ ...F{next} }} }}"),
    "aliases": "{ a { " + " ".join(f"x{n}: id" for n in range(30)) + " } }",
    "aliases of each operation": " ".join(
        f"query Q{q} {{ a {{ " + " ".join(f"x{n}: id" for n in range(25)) + " } }" for q in range(3)
    ),
    "root fields": "{ " + "id " * 20 + "}",
    "directives": "{ " + " ".join("id @include(if: true)" for _ in range(20)) + " }",
    "operations": " ".join(f"query Q{n} {{ id }}" for n in range(25)),
    "fragments": "{ " + " ".join(f"...F{n}" for n in range(20)) + " }" + chain(49),
    "fields": "{ a { " + " ".join(f"f{n}" for n in range(999)) + " } }",
    "repeats": "{ a { " + "id " * 63 + "} }",
    "searches": "{ a { bestFit gapPlan preview " + " ".join(f"x{n}: whatIf" for n in range(7)) + " } }",
    "introspection": get_introspection_query(
        specified_by_url=True, directive_is_repeatable=True, schema_description=True, input_value_deprecation=True
    ),
}


@pytest.mark.parametrize("text", AT_THE_LIMIT.values(), ids=AT_THE_LIMIT)
def test_a_document_at_a_limit_passes(text):
    assert shapes(text)


BEYOND = {
    "depth": ("depth", nested(17)),
    "depth through inline fragments": ("depth", nested(16, "... on Query { ... { a { id } } }")),
    "depth through a cycle": ("depth", "{ ...F } fragment F on Query { a { ...F } }"),
    "depth of an unused fragment": ("depth", "{ id } fragment F on Query " + nested(17)),
    "depth beside introspection": ("depth", "{ __typename " + nested(17)[1:]),
    "aliases": ("aliases", "{ a { " + " ".join(f"x{n}: id" for n in range(31)) + " } }"),
    "aliases by spreading": (
        "aliases",
        "{ a { a { ...F } b { ...F } c { ...F } } } fragment F on Query { "
        + " ".join(f"x{n}: id" for n in range(11))
        + " }",
    ),
    "root fields": ("root_fields", "{ " + "id " * 21 + "}"),
    "root fields by spreading": ("root_fields", "{ ...F } fragment F on Query { " + "id " * 21 + "}"),
    "directives": ("directives", "{ " + "id @include(if: true) " * 51 + "}"),
    "operations": ("operations", " ".join(f"query Q{n} {{ id }}" for n in range(26))),
    "fragments": ("fragments", "{ ...F0 } " + chain(50)),
    "spreads": ("spreads", "{ a { " + "...F " * 151 + "} } fragment F on Query { id }"),
    "tokens": ("tokens", "{ a { " + "id " * 2000 + "} }"),
    "comments": ("comments", "#\n" * 501 + "{ id }"),
    "fields": ("fields", "{ a { " + " ".join(f"f{n}" for n in range(1000)) + " } }"),
    "fields by doubling": (
        "fields",
        "{ ...F0 } " + chain(14, "a {{ ...F{next} }} b {{ ...F{next} }}"),
    ),
    "selections": (
        "selections",
        "{ "
        + " ".join(f"x{n}: a {{ ...F0 b {{ ...F0 c {{ ...F0 a {{ ...F0 }} }} }} }}" for n in range(19))
        + " } "
        + chain(45),
    ),
    "repeats": ("repeats", "{ a { " + "id " * 64 + "} }"),
    "searches": ("searches", "{ a { bestFit gapPlan preview " + " ".join(f"x{n}: whatIf" for n in range(8)) + " } }"),
    "searches through a fragment": ("searches", "{ " + "...F0 }" + chain(11, "a {{ whatIf ...F{next} }}")),
    "repeats by merging": ("repeats", "{ a { " + "b { id id id id id id id id } " * 8 + "} }"),
    "repeats across inline fragments": ("repeats", "{ a { " + "... on Query { id } " * 64 + "} }"),
    "repeats in an unused fragment": ("repeats", "{ id } fragment F on Query { " + "id " * 64 + "}"),
}


@pytest.mark.parametrize(("limit", "text"), BEYOND.values(), ids=BEYOND)
def test_a_document_beyond_a_limit_is_refused_by_its_name(limit, text):
    assert exceeded(text) == limit


def test_fragments_that_only_spread_each_other_end_and_are_left_to_validation():
    assert shapes("{ ...F } fragment F on Query { ...G } fragment G on Query { ...F id }")


def test_an_unknown_fragment_is_left_to_validation():
    assert shapes("{ ...Nothing }")[0].root_fields == frozenset()


def test_the_shapes_name_the_operations_and_their_root_fields_through_fragments_and_aliases():
    text = """
        query Q { x: id ...F }
        mutation M { m }
        fragment F on Query { ... on Query { name ...G } }
        fragment G on Query { a { b { id } } }
    """
    assert [(shape.name, shape.kind.value, shape.root_fields) for shape in shapes(text)] == [
        ("Q", "query", {"id", "name", "a"}),
        ("M", "mutation", {"m"}),
    ]


def test_a_nul_in_a_string_is_refused_since_no_database_stores_it():
    with pytest.raises(errors.InvalidInput):
        guard.parse('{ a(x: "\\u0000") { id } }')


def test_a_syntax_error_stays_one():
    with pytest.raises(GraphQLSyntaxError):
        guard.parse("{ a ")


def test_deeply_nested_values_are_a_syntax_error_and_no_crash():
    with pytest.raises(GraphQLSyntaxError):
        guard.parse("{ a(x: " + "[" * 900 + "]" * 900 + ") }")


DEADLY = {
    **{f"limit {name}": text for name, (_, text) in BEYOND.items()},
    "66 KB of 3,000 repeated fields": "{ a { " + "the_same_field_again_ " * 3000 + "} }",
    "deep selection": nested(1500),
    "deep lists": "{ a(x: " + "[" * 1000 + "]" * 1000 + ") }",
    "fragments in a ring": "{ ...F0 } "
    + " ".join(f"fragment F{n} on Query {{ a {{ ...F{(n + 1) % 40} }} }}" for n in range(40)),
    "every fragment spreads every other": "{ ...F0 } "
    + " ".join(
        f"fragment F{n} on Query {{ {' '.join(f'...F{m}' for m in range(12) if m != n)} id }}" for n in range(12)
    ),
    "100 KB in one string": '{ a(x: "' + "x" * 100_000 + '") { id } }',
    "100 KB of commas": "{ id" + "," * 100_000 + "}",
    "100 KB of a name": "{ " + "x" * 100_000 + " }",
}


@pytest.mark.parametrize("text", DEADLY.values(), ids=DEADLY)
def test_a_document_of_death_is_answered_before_it_costs_anything(text):
    """By the number of calls, which no other process changes; of what takes long without any, by the CPU time."""
    with cProfile.Profile() as profile:
        seconds = cost(text)
    assert sum(entry.callcount for entry in profile.getstats()) < 500_000
    assert seconds < 2


def cost(text):
    """Seconds of CPU time of this process to parse, examine and validate."""
    began = time.process_time()
    try:
        node = guard.parse(text)
        guard.examine(node)
    except (GraphQLSyntaxError, errors.ExpectedError):
        pass
    else:
        validate(SCHEMA, node, documents.RULES, documents.MAXIMUM_ERRORS)
    return time.process_time() - began
