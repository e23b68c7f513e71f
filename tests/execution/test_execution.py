"""What each part of the specification means, one case each; most are compared with graphql-core too."""

import asyncio
import gc
from collections.abc import AsyncIterator
from typing import Any

import pytest
import strawberry
from graphql import GraphQLResolveInfo, parse
from strawberry.dataloader import DataLoader
from strawberry.extensions import SchemaExtension
from strawberry.permission import BasePermission

from gql_api.schema import execution
from gql_api.schema.execution import cache, fallback
from tests import waiting
from tests.execution import comparing, unruly


def of_query(query: type, **options: Any) -> tuple[strawberry.Schema, strawberry.Schema]:
    return comparing.twins(query=query, **options)


def answers(schemas, text: str, variables: dict[str, Any] | None = None, *, fresh=lambda: None, root: Any = None):
    """The engine's answer, which is graphql-core's."""

    async def both():
        return [
            await comparing.finished(schema.execute(text, variables, context_value=fresh(), root_value=root))
            for schema in schemas
        ]

    engine, oracle = asyncio.run(both())
    comparing.assert_exactly_same(engine, oracle)
    return engine


def told(result) -> list[tuple[str, list[str | int]]]:
    return [(error.message, error.path) for error in result.errors or ()]


@strawberry.type
class Item:
    name: str

    @strawberry.field
    def strict(self) -> int:
        if self.name == "bad":
            msg = "bad item"
            raise ValueError(msg)
        return len(self.name)

    @strawberry.field
    def loose(self) -> int | None:
        return self.strict()

    @strawberry.field
    async def later(self, by: int = 1) -> str:
        await asyncio.sleep(0)
        return self.name * by


@strawberry.type
class Query:
    @strawberry.field
    def items(self) -> list[Item | None]:
        return [Item(name="one"), Item(name="bad"), None, Item(name="three")]

    @strawberry.field
    def strict_items(self) -> list[Item]:
        return [Item(name="one"), Item(name="bad")]

    @strawberry.field
    def maybe_items(self) -> list[Item] | None:
        return self.strict_items()

    @strawberry.field
    def absent(self) -> list[Item]:
        return [Item(name="one"), None]  # type: ignore[list-item]  # noqa: RUF100 - a broken promise is the point

    @strawberry.field
    async def grid(self) -> list[list[int | None]] | None:
        return [[1, None], [], [2]]

    @strawberry.field
    def text(self) -> list[int] | None:
        return "no list"  # type: ignore[return-value]  # noqa: RUF100 - a broken promise is the point

    @strawberry.field
    async def stream(self) -> AsyncIterator[int]:
        yield 1


SCHEMAS = of_query(Query)


def query() -> Any:
    return Query()


def test_fields_come_in_the_order_of_the_document_under_their_aliases() -> None:
    result = answers(SCHEMAS, "{ b: __typename grid a: grid __typename }", root=query())

    assert list(result.data) == ["b", "grid", "a", "__typename"]


def test_selections_of_one_key_are_merged() -> None:
    text = "{ items { name } ...F items { later(by: 2) } } fragment F on Query { items { name strict: loose } }"

    result = answers(SCHEMAS, text, root=query())

    assert result.data["items"][0] == {"name": "one", "strict": 3, "later": "oneone"}


def test_an_error_nulls_its_nullable_field_and_tells_its_path_and_place() -> None:
    result = answers(SCHEMAS, "{ items { loose } }", root=query())

    assert result.data == {"items": [{"loose": 3}, {"loose": None}, None, {"loose": 5}]}
    assert told(result) == [("bad item", ["items", 1, "loose"])]
    assert result.errors[0].locations[0].column == 11


def test_an_error_of_a_non_null_field_nulls_the_nearest_nullable_above() -> None:
    in_item = answers(SCHEMAS, "{ items { strict } }", root=query())
    in_list = answers(SCHEMAS, "{ maybeItems { strict } grid }", root=query())
    in_root = answers(SCHEMAS, "{ strictItems { strict } grid }", root=query())

    assert in_item.data == {"items": [{"strict": 3}, None, None, {"strict": 5}]}
    assert in_list.data == {"maybeItems": None, "grid": [[1, None], [], [2]]}
    assert in_root.data is None
    assert told(in_root) == [("bad item", ["strictItems", 1, "strict"])]


def test_a_null_in_a_list_of_non_nulls_is_an_error_at_its_index() -> None:
    result = answers(SCHEMAS, "{ absent { name } }", root=query())

    assert result.data is None
    assert told(result) == [("Cannot return null for non-nullable field Query.absent.", ["absent", 1])]


def test_what_is_no_list_is_an_error() -> None:
    result = answers(SCHEMAS, "{ text grid }", root=query())

    assert told(result) == [("Expected Iterable, but did not find one for field 'Query.text'.", ["text"])]


def test_where_propagation_is_disabled_nulls_stay_where_they_are() -> None:
    result = answers(SCHEMAS, "query @experimental_disableErrorPropagation { strictItems { strict } }", root=query())

    assert result.data == {"strictItems": [{"strict": 3}, {"strict": None}]}


@pytest.mark.parametrize("shows", [True, False])
def test_skip_and_include_follow_their_variables_in_every_request(shows) -> None:
    text = "query ($x: Boolean!) { items { name @include(if: $x) later @skip(if: $x) } }"

    result = answers(SCHEMAS, text, {"x": shows}, root=query())

    assert list(result.data["items"][0]) == (["name"] if shows else ["later"])


def test_a_document_is_planned_once() -> None:
    text = "query ($by: Int!) { items { later(by: $by) } }"
    first = answers(SCHEMAS, text, {"by": 2}, root=query())
    plans = len(execution.BreadthFirst.known)
    second = answers(SCHEMAS, text, {"by": 3}, root=query())

    assert len(execution.BreadthFirst.known) == plans
    assert (first.data["items"][0], second.data["items"][0]) == ({"later": "oneone"}, {"later": "oneoneone"})


class Unplanned:
    """The parts of an executor that the cache looks at."""

    def __init__(self, schema: strawberry.Schema, text: str) -> None:
        self.schema = schema._schema
        self.operation = parse(text).definitions[0]
        self.fragment_definitions: dict[str, Any] = {}
        self.fragments: dict[str, Any] = {}


def test_the_cache_keeps_the_plans_that_were_used_last() -> None:
    kept = cache.Plans(operations=2)
    first, second, third = (Unplanned(SCHEMAS[0], "{ grid }") for _ in range(3))
    entry = kept.entry(first)
    kept.entry(second)
    assert kept.entry(first) is entry
    forgotten = kept.entry(second)
    kept.entry(first)
    kept.entry(third)

    assert len(kept) == 2
    assert kept.entry(first) is entry
    assert kept.entry(second) is not forgotten


# --- edges ------------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def tame(monkeypatch, request) -> None:
    """Nothing of `unruly` fails by itself here."""
    monkeypatch.setattr(unruly, "ONE_IN", 10**9)


UNRULY = unruly.schemas()


def test_a_level_is_loaded_in_one_batch_and_each_key_once_in_a_request() -> None:
    contexts: list[unruly.Context] = []

    def fresh() -> unruly.Context:
        contexts.append(unruly.Context())
        return contexts[-1]

    text = (
        "{ things(keys: [1, 2, 2, 3]) { ... on AntType { next { id } } ... on BeeType { next { id } several { id } } \
              ... on CowType { next { id } } } }"
    )
    result = answers(UNRULY, text, fresh=fresh)

    assert result.errors is None
    assert [(name, sorted(keys)) for name, keys in contexts[0].loads] == [("things", [2, 3, 4])]


def test_an_object_without_a_key_needs_no_batch() -> None:
    contexts: list[unruly.Context] = []

    def fresh() -> unruly.Context:
        contexts.append(unruly.Context())
        return contexts[-1]

    result = answers(UNRULY, "{ ant(key: 1) { label counted(step: 0) { id } } }", fresh=fresh)

    assert result.data == {"ant": {"label": "none", "counted": None}}
    assert contexts[0].loads == []


def test_arguments_that_an_edge_refuses_are_an_error_of_each_object() -> None:
    text = "{ ant { crowd { ... on AntType { counted(step: -1) { id } } } counted(step: -1) { id } } }"

    result = answers(UNRULY, text, fresh=unruly.Context)

    assert told(result) == [("step must not be negative", ["ant", "counted"])]


def test_a_batch_that_fails_is_an_error_of_each_of_its_fields() -> None:
    text = "{ things(keys: [3, 6]) { ... on AntType { broken } } }"

    result = answers(UNRULY, text, fresh=unruly.Context)

    assert told(result) == [("the whole batch failed", ["things", place, "broken"]) for place in (0, 1)]


def test_a_batch_of_the_wrong_length_is_an_error() -> None:
    class Short(unruly.Context):
        def __post_init__(self) -> None:
            super().__post_init__()
            self.names = DataLoader(load)

    async def load(_keys: list[Any]) -> list[Any]:
        return []

    result = answers(UNRULY, "{ ant { label } }", fresh=Short)

    assert "Received wrong number of results" in told(result)[0][0]


# --- types ------------------------------------------------------------------------------------------------------------


def test_each_object_of_an_interface_or_union_shows_its_own_type() -> None:
    text = "{ things(keys: [0, 1, 2]) { __typename id ... on AntType { insect { ... on BeeType { echo } } } } }"

    result = answers(UNRULY, text, fresh=unruly.Context)

    assert [one["__typename"] for one in result.data["things"]] == ["AntType", "BeeType", "CowType"]
    assert result.data["things"][0]["insect"] == {"echo": "x None None"}


def test_an_object_of_no_type_is_an_error() -> None:
    result = answers(UNRULY, "{ dodo { id } }", fresh=unruly.Context)

    assert "must resolve to an Object type at runtime" in told(result)[0][0]


def test_arguments_that_a_resolver_changes_are_its_own() -> None:
    text = "{ things(keys: [0, 3]) { ... on AntType { echo(counts: [1, 2]) } } }"
    seen = [answers(UNRULY, text, fresh=unruly.Context).data["things"] for _ in range(2)]

    assert seen == [[{"echo": "x None [1, 2]"}, {"echo": "x None [1, 2]"}]] * 2


# --- mutations --------------------------------------------------------------------------------------------------------


def test_mutations_run_one_after_another_each_with_all_beneath_it() -> None:
    text = "mutation { a: strictWrite write { late } b: strictWrite swarm { id } }"

    result = answers(UNRULY, text, fresh=unruly.Context)

    assert (result.data["a"], result.data["b"], len(result.data["swarm"])) == (1, 3, 4)


def test_after_a_mutation_that_nulls_everything_nothing_more_is_written(monkeypatch) -> None:
    monkeypatch.setattr(unruly, "ONE_IN", 1)
    contexts: list[unruly.Context] = []

    def fresh() -> unruly.Context:
        contexts.append(unruly.Context())
        return contexts[-1]

    result = answers(UNRULY, "mutation { a: strictWrite(key: 3) b: strictWrite(key: 4) }", fresh=fresh)

    assert result.data is None
    assert [context.written for context in contexts] == [[3], [3]]


# --- what wraps resolvers ---------------------------------------------------------------------------------------------


class Never(BasePermission):
    message = "never"

    def has_permission(self, *_: Any, **__: Any) -> bool:
        return False


class Loud(SchemaExtension):
    def resolve(self, _next: Any, root: Any, info: GraphQLResolveInfo, *args: Any, **kwargs: Any) -> Any:
        value = _next(root, info, *args, **kwargs)
        return value.upper() if isinstance(value, str) else value


@strawberry.type
class Guarded:
    open: str = "open"
    closed: str | None = strawberry.field(default="closed", permission_classes=[Never])


def test_permissions_are_asked() -> None:
    result = answers(of_query(Guarded), "{ open closed }", root=Guarded())

    assert result.data == {"open": "open", "closed": None}
    assert told(result) == [("never", ["closed"])]


def test_extensions_that_wrap_resolvers_wrap_every_one() -> None:
    result = answers(of_query(Guarded, extensions=[Loud]), "{ open }", root=Guarded())

    assert result.data == {"open": "OPEN"}


# --- what is left to graphql-core -------------------------------------------------------------------------------------


def falls_back(act) -> list[str]:
    before = execution.fallbacks.counts.copy()
    act()
    return list((execution.fallbacks.counts - before).elements())


def test_without_an_event_loop_graphql_core_executes() -> None:
    assert falls_back(lambda: SCHEMAS[0].execute_sync("{ maybeItems { name } }", root_value=Query())) == [
        fallback.NO_LOOP
    ]


def test_deferred_fragments_are_left_to_graphql_core() -> None:
    text = "{ grid ... @defer(if: false) { items { name } } }"

    assert fallback.INCREMENTAL in falls_back(lambda: answers(SCHEMAS, text, root=query()))


def test_subscriptions_are_left_to_graphql_core() -> None:
    @strawberry.type
    class Subscription:
        @strawberry.subscription
        async def ticks(self) -> AsyncIterator[int]:
            yield 1
            yield 2

    schema, _ = comparing.twins(query=Query, subscription=Subscription)

    async def heard() -> list[Any]:
        stream: Any = await schema.subscribe("subscription { ticks }")
        return [event.data async for event in stream]

    counted: list[Any] = []
    reasons = falls_back(lambda: counted.extend(asyncio.run(heard())))
    assert counted == [{"ticks": 1}, {"ticks": 2}]
    assert set(reasons) == {fallback.SUBSCRIPTION}


# --- time -------------------------------------------------------------------------------------------------------------


def test_what_is_cancelled_stops_everywhere_and_leaves_nothing_behind() -> None:
    begun: list[str] = []
    stopped: list[str] = []

    @strawberry.type
    class Slow:
        @strawberry.field
        async def wait(self, name: str) -> str:
            begun.append(name)
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                stopped.append(name)
                raise
            return name

    async def cut() -> None:
        execution = of_query(Slow)[0].execute('{ a: wait(name: "a") b: wait(name: "b") }', root_value=Slow())
        task = asyncio.ensure_future(execution)
        await waiting.soon(lambda: len(begun) == 2)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cut())
    gc.collect()
    assert sorted(stopped) == ["a", "b"]


def test_resolvers_of_one_level_wait_at_the_same_time() -> None:
    @strawberry.type
    class Meeting:
        @strawberry.field
        async def meet(self, info: strawberry.Info) -> int:
            await info.context.wait()
            return 1

    async def met() -> Any:
        barrier = asyncio.Barrier(2)
        async with asyncio.timeout(waiting.LIMIT):
            schema = of_query(Meeting)[0]
            return await schema.execute("{ a: meet b: meet }", context_value=barrier, root_value=Meeting())

    assert asyncio.run(met()).data == {"a": 1, "b": 1}


def test_what_a_loader_knows_already_is_there_at_once():
    loads: list[list[int]] = []

    async def load(keys: list[int]) -> list[str]:
        loads.append(keys)
        return [f"value {key}" for key in keys]

    def edge(key: int) -> Any:
        declared = execution.Edge(
            loader=lambda context: context["loader"], bind=lambda: execution.Bound(key=lambda _one: key)
        )

        async def resolve(root: strawberry.Parent[Any], info: strawberry.Info) -> Any:
            return await declared.one(root, info.context, {})

        return strawberry.field(resolver=resolve, graphql_type=str, metadata={execution.EDGE: declared})

    @strawberry.type
    class Query:
        known = edge(1)
        unknown = edge(2)

    def fresh() -> dict[str, Any]:
        loader = execution.Loader(load)
        execution.prime(loader, {1: "told before"})
        return {"loader": loader}

    assert answers(of_query(Query), "{ known }", fresh=fresh).data == {"known": "told before"}
    assert loads == []
    assert answers(of_query(Query), "{ unknown known }", fresh=fresh).data == {
        "unknown": "value 2",
        "known": "told before",
    }
    assert loads == [[2], [2]]


def test_the_loader_of_a_single_object_is_told_what_the_edges_beneath_it_ask_for():
    told: list[tuple[str, list[Any]]] = []

    def loader_of(name: str) -> Any:
        async def load(keys: list[int]) -> list[Any]:
            told.append((name, [*execution.ahead(fresh_one[name])]))
            if name == "thing":
                execution.prime(fresh_one["part"], {7: "part 7"})
            return [Thing(id=7) if name == "thing" else f"part {key}" for key in keys]

        return execution.Loader(load)

    fresh_one: dict[str, Any] = {}

    def fresh() -> dict[str, Any]:
        fresh_one.update({name: loader_of(name) for name in ("thing", "part")})
        return fresh_one

    def edge(name: str, graphql_type: Any, key: Any, ahead: str | None) -> Any:
        declared = execution.Edge(
            loader=lambda context: context[name], bind=lambda: execution.Bound(key=key, ahead=ahead)
        )

        async def resolve(root: strawberry.Parent[Any], info: strawberry.Info) -> Any:
            return await declared.one(root, info.context, {})

        return strawberry.field(resolver=resolve, graphql_type=graphql_type, metadata={execution.EDGE: declared})

    @strawberry.type
    class Thing:
        id: int
        part = edge("part", str, lambda one: one.id, "the part")

    @strawberry.type
    class Query:
        thing = edge("thing", Thing, lambda _one: 1, None)

    schema = of_query(Query)
    assert answers(schema, "{ thing { id } }", fresh=fresh).data == {"thing": {"id": 7}}
    assert ("thing", []) in told
    told.clear()
    assert answers(schema, "{ thing { part } }", fresh=fresh).data == {"thing": {"part": "part 7"}}
    assert ("thing", ["the part"]) in told
