"""Inputs of every kind: whatever is sent or written, resolvers get what graphql-core and Strawberry make of it.

Operations are drawn over a schema whose fields tell their arguments, and change them afterwards: each is executed three
times as the endpoint keeps it, and once by graphql-core.
"""

import asyncio
import json
from dataclasses import dataclass, is_dataclass
from datetime import date
from enum import Enum
from random import Random
from typing import Any

import pytest
import strawberry
from graphql import validate
from hypothesis import assume, given, note, settings
from strawberry.scalars import JSON
from strawberry.types import ExecutionResult

from gql_api.schema import operations
from gql_api.schema.coercion import arguments, values
from tests.execution import comparing, generating, test_differential


@strawberry.enum
class Size(Enum):
    SMALL = "s"
    LARGE = strawberry.enum_value("l", name="BIG")


@strawberry.input
class Inner:
    text: str
    number: int = 3
    sizes: list[Size] | None = None
    day: date | None = strawberry.UNSET
    small_number: int = strawberry.field(default=7, name="odd_name")


@strawberry.input(one_of=True)
class Either:
    text: str | None = strawberry.UNSET
    inner: Inner | None = strawberry.UNSET


@strawberry.input
class Outer:
    inner: Inner | None = strawberry.UNSET
    inners: list[Inner | None] | None = None
    ids: list[strawberry.ID | None] | None = None
    grid: list[list[int]] | None = None
    ratio: float | None = None
    is_fine: bool = True
    size: Size = Size.LARGE
    anything: JSON | None = None
    perhaps: strawberry.Maybe[int | None]
    either: Either | None = None


@strawberry.input
class Tree:
    name: str
    children: list["Tree"] | None = None


@strawberry.input
class Picky:
    text: str

    def __post_init__(self) -> None:
        if self.text != "a":
            msg = f"{self.text} is not wanted"
            raise ValueError(msg)


def told(*arguments: Any) -> str:
    """What was given; nothing of it is as it was afterwards."""
    said = repr(arguments)
    waiting = list(arguments)
    for one in waiting:
        if isinstance(one, list):
            waiting.extend(one)
            one.clear()
        elif is_dataclass(one):
            waiting.extend(vars(one).values())
            for name in list(vars(one)):
                setattr(one, name, "changed")
        elif isinstance(one, dict):
            one["changed"] = True
    return said


@strawberry.type
class Query:
    @strawberry.field
    def plain(self, text: str, number: int | None = 5, ratio: float = 0.5, size: Size | None = None) -> str:
        return told(text, number, ratio, size)

    @strawberry.field
    def lists(self, texts: list[str | None] | None = None, grid: list[list[int] | None] | None = None) -> str:
        return told(texts, grid)

    @strawberry.field
    async def outer(self, info: strawberry.Info, outer: Outer, again: Outer | None = None) -> str:
        return told(outer, again, info.variable_values)

    @strawberry.field
    async def inners(self, inners: list[Inner], either: Either | None = None) -> str:
        return told(inners, either)

    @strawberry.field
    def special(
        self,
        tree: Tree | None = None,
        picky: Picky | None = None,
        anything: JSON | None = None,
        perhaps: strawberry.Maybe[str] = None,
        day: date = date(2026, 1, 2),
    ) -> str | None:
        return told(tree, picky, anything, perhaps, day)


ENGINE, ORACLE = comparing.twins(query=Query)


def any_value(random: Random, scalar: str, _name: str) -> Any:
    pools: dict[str, list[Any]] = {
        "Int": [0, 1, -7, 2**31 - 1],
        "Float": [0.5, 2, -1.25],
        "String": ["", "a", "a", "é"],
        "ID": ["a", "17"],
        "Boolean": [True, False],
        "Date": ["2026-11-24", "2026-02-30"],
        "JSON": [1, "text", True, None],
    }
    return random.choice(pools[scalar])


def results(text: str, variables: dict[str, Any]) -> tuple[list[ExecutionResult], ExecutionResult]:
    async def run() -> tuple[list[ExecutionResult], ExecutionResult]:
        operation = comparing.prepared(ENGINE, text)
        ours = [await comparing.finished(operation.execute(fresh(variables), None)) for _ in range(3)]
        return ours, await comparing.finished(ORACLE.execute(text, fresh(variables), root_value=Query()))

    return asyncio.run(run())


def fresh(variables: dict[str, Any]) -> dict[str, Any]:
    return json.loads(json.dumps(variables))


def same(text: str, variables: dict[str, Any] | None = None) -> ExecutionResult:
    ours, theirs = results(text, variables or {})
    for one in ours:
        comparing.assert_exactly_same(one, theirs)
    return theirs


@settings(test_differential.DRAWN, max_examples=test_differential.ASKED)
@given(seed=test_differential.SEEDS)
def test_arguments_are_what_graphql_core_and_strawberry_make_of_them(seed) -> None:
    random = test_differential.drawing(seed)
    text, variables = generating.operation(random, ORACLE._schema, any_value, depth=1, wrong_one_in=10)
    note(f"{text}\n{variables}")
    assume(not validate(ORACLE._schema, comparing.parsed(text)))

    same(text, variables)


NAMED = "query ($outer: Outer!) { outer(outer: $outer) }"


@pytest.mark.parametrize(
    "outer",
    [
        {},
        None,
        "text",
        {"unknown": 1},
        {"inner": {}},
        {"inner": {"text": None}},
        {"inner": {"text": 5}},
        {"inner": {"text": "a", "number": None}},
        {"inner": {"text": "a", "sizes": "BIG"}},
        {"inner": {"text": "a", "sizes": ["BIG", "HUGE"]}},
        {"inner": {"text": "a", "day": None}},
        {"inner": {"text": "a", "odd_name": 2**31}},
        {"inner": {"text": "a", "odd_name": True}},
        {"inners": {"text": "a"}},
        {"inners": [None, {"text": "a"}]},
        {"grid": 1},
        {"grid": [1, [2]]},
        {"grid": [None]},
        {"ids": [1, "b", None]},
        {"ratio": 1},
        {"ratio": "1"},
        {"anything": {"a": [1]}},
        {"perhaps": None},
        {"either": {}},
        {"either": {"text": None}},
        {"either": {"text": "a", "inner": {"text": "b"}}},
        {"either": {"inner": {"text": "b"}}},
    ],
)
def test_an_input_object_is_coerced_as_graphql_core_does(outer) -> None:
    same(NAMED, {"outer": outer})


def test_what_a_resolver_changes_is_not_seen_by_the_next_request() -> None:
    text = """query ($text: String = "t") {
        a: lists(texts: ["x"], grid: [[1], null]) b: lists(texts: ["x"], grid: [[1], null])
        c: outer(outer: {inner: {text: "x", sizes: [BIG]}, grid: [[1]], anything: {a: 1}})
        d: inners(inners: [{text: $text, sizes: [SMALL]}], either: {text: "e"})
        e: special(anything: {b: [$text]}) }"""
    result = same(text)

    assert result.errors is None
    assert "changed" not in str(result.data)


def test_a_value_that_an_input_refuses_is_an_error_of_its_field() -> None:
    result = same("query ($text: String!) { a: special(picky: {text: $text}) b: plain(text: $text) }", {"text": "b"})

    assert [error.message for error in result.errors or ()] == ["b is not wanted"]


def test_a_tree_as_deep_as_one_likes_is_answered_or_refused_as_by_graphql_core() -> None:
    for depth in (3, 190, 210, 5000):
        tree: dict[str, Any] = {"name": "leaf"}
        for _ in range(depth):
            tree = {"name": "node", "children": [tree]}

        async def both(tree: Any = tree) -> tuple[ExecutionResult, ExecutionResult]:
            text = "query ($tree: Tree) { special(tree: $tree) }"
            ours = comparing.prepared(ENGINE, text).execute({"tree": tree}, None)
            theirs = ORACLE.execute(text, {"tree": tree}, root_value=Query())
            return await comparing.finished(ours), await comparing.finished(theirs)

        ours, theirs = asyncio.run(both())
        assert [error.message for error in ours.errors or ()] == [error.message for error in theirs.errors or ()]


@dataclass
class Asked:
    """How often the libraries were asked."""

    times: int = 0


def test_the_libraries_are_not_asked_for_what_mostly_happens(monkeypatch) -> None:
    """Otherwise everything above would hold without the functions that it is about."""
    asked = Asked()

    def counting(function: Any) -> Any:
        def call(*arguments: Any, **more: Any) -> Any:
            asked.times += 1
            return function(*arguments, **more)

        return call

    for module, name in (
        (operations, "get_variable_values"),
        (arguments, "get_argument_values"),
        (arguments, "convert_arguments"),
    ):
        monkeypatch.setattr(module, name, counting(getattr(module, name)))
    text = """query ($text: String!, $inners: [Inner!]!, $number: Int, $size: Size = BIG) {
        plain(text: $text, number: $number, size: $size) lists(texts: [$text, null])
        inners(inners: $inners) other: inners(inners: [{text: $text, number: 4, sizes: [$size]}]) }"""

    async def run() -> ExecutionResult:
        given = {"text": "a", "inners": [{"text": "b", "day": "2026-11-24"}]}
        return await comparing.prepared(ENGINE, text).execute(given, None)

    result = asyncio.run(run())
    assert result.errors is None
    assert asked.times == 0


def test_types_and_literals_without_a_short_way_say_so() -> None:
    converter = ENGINE.schema_converter
    for unfit in (Tree, Outer):
        with pytest.raises(values.UnfitError):
            values.making(unfit, converter)
    with pytest.raises(values.UnfitError):
        values.coercing(ENGINE._schema.type_map["Tree"])
