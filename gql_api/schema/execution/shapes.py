"""From resolved values to what the response shows: one `Shape` per wrapper of a field's type, nested as the type is.

`complete` takes a column, the values of one field for all objects of a level, and answers the column of the response.
Mostly all values are plain, and `fill` completes them at once: lists lay their items end to end and complete them as
one column, objects open the next level of the plan, one per concrete type, and show its objects. Otherwise what is
null, failed or awaitable is set aside: a failure is told when everything is in its place (see `waves`), and what must
be awaited is completed later and put where it belongs. That is the specification's value completion with its null
propagation, for thousands of values at a time. Leaves have a module of their own.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, chain
from typing import Any, cast

from graphql import GraphQLError, GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, is_leaf_type
from graphql.execution.executor import invalid_return_type_error

from gql_api.schema.execution import leaves, places
from gql_api.schema.execution.kinds import Kind, Value, attempted, kind, kind_of
from gql_api.schema.execution.places import Place
from gql_api.schema.execution.waves import Run

NO_LISTS = (str, bytes, bytearray, memoryview, Mapping)
"""Iterables that GraphQL takes for single values."""


class Shape:
    """A type of the schema; `of_type` is the type without its non-null wrapper."""

    def __init__(self, of_type: Value, *, is_required: bool, propagates: bool) -> None:
        self.of_type = of_type
        self.is_required = is_required
        self.bubbles = is_required and propagates
        """Whether an error nulls what encloses the value."""

    def complete(self, values: list[Any], place: Place) -> list[Any]:
        """The column of the response."""
        kinds = set(map(kind_of, set(map(type, values))))
        if kinds == _AWAITABLE:
            place.waves.wait(values, lambda found: place.put(self.complete(found, place)))
            return [None] * len(values)
        if any(kinds):
            return self._sifted(values, place)
        return self.fill(values, place) if values else values

    def fill(self, values: list[Any], place: Place) -> list[Any]:
        """The same for values of which none is null, an error or awaitable."""
        raise NotImplementedError

    def _sifted(self, values: list[Any], place: Place) -> list[Any]:
        column: list[Any] = [None] * len(values)
        plain: list[int] = []
        later: list[int] = []
        for position, value in enumerate(values):
            match kind(value):
                case Kind.FAILED:
                    place.fail(position, value)
                case Kind.ABSENT:
                    if self.is_required:
                        field = f"{place.field.parent_type}.{place.field.name}"
                        place.fail(position, TypeError(f"Cannot return null for non-nullable field {field}."))
                case Kind.AWAITABLE:
                    later.append(position)
                case Kind.STREAM if isinstance(self, Lists):
                    later.append(position)
                case _:
                    plain.append(position)
        if plain:
            part = self.fill([values[position] for position in plain], place.picked(plain))
            for position, value in zip(plain, part, strict=True):
                column[position] = value
        if later:
            waited = [
                drained(value) if kind(value) == Kind.STREAM else value for value in map(values.__getitem__, later)
            ]
            there = place.picked(later)
            place.waves.wait(waited, lambda found: there.put(self.complete(found, there)))
        return column


_AWAITABLE = {Kind.AWAITABLE}


class Leaves(Shape):
    """Scalars and enums."""

    def __init__(self, of_type: Value, *, is_required: bool, propagates: bool) -> None:
        super().__init__(of_type, is_required=is_required, propagates=propagates)
        self.fast = leaves.reader(of_type, is_required=is_required)

    def complete(self, values: list[Any], place: Place) -> list[Any]:
        """Most columns are plain: then one look does."""
        column = self.fast(values)
        return super().complete(values, place) if column is None else column

    def fill(self, values: list[Any], place: Place) -> list[Any]:
        """Coerce each for itself."""
        coerce = place.waves.executor.complete_leaf_value
        column = [attempted(coerce, self.of_type, value) for value in values]
        for position, value in enumerate(column):
            if isinstance(value, Exception):
                place.fail(position, value)
                column[position] = None
        return column


class Lists(Shape):
    """Lists, of lists too: of any iterable, or of a stream."""

    def __init__(self, of_type: Value, *, is_required: bool, propagates: bool) -> None:
        super().__init__(of_type, is_required=is_required, propagates=propagates)
        self.inner = of(of_type.of_type, propagates=propagates)

    def complete(self, values: list[Any], place: Place) -> list[Any]:
        """The column of the response; mostly there are lists only."""
        return self._laid(values, place) if _LISTS.issuperset(map(type, values)) else super().complete(values, place)

    def fill(self, values: list[Any], place: Place) -> list[Any]:
        """The same of anything that can be iterated over."""
        lists: list[Sequence[Any]] = [value if type(value) in _LISTS else items(value, place) for value in values]
        found = self._laid(lists, place)
        for position, one in enumerate(lists):
            if type(one) is Broken:
                place.fail(position, one.error)
        return found

    def _laid(self, lists: list[Sequence[Any]], place: Place) -> list[Any]:
        """Complete the items of all lists as one column."""
        ends = list(accumulate(map(len, lists)))
        inner = self.inner
        column = inner.complete(list(chain.from_iterable(lists)), places.Items(place, ends, inner))
        if len(ends) == 1:
            return [column]
        return [column[start:end] for start, end in zip([0, *ends], ends, strict=False)]


_LISTS = frozenset({list, tuple})


class Broken(list[Any]):
    """A list whose iterator failed: the items before, and the error that nulls the list."""

    def __init__(self, found: list[Any], error: Exception) -> None:
        super().__init__(found)
        self.error = error


def items(value: Value, place: Place) -> list[Any]:
    """The items of anything that can be iterated over."""
    if isinstance(value, Broken):
        return value
    if not isinstance(value, Iterable) or isinstance(value, NO_LISTS):
        field = f"{place.field.parent_type}.{place.field.name}"
        return Broken([], GraphQLError(f"Expected Iterable, but did not find one for field '{field}'."))
    found: list[Any] = []
    try:
        found.extend(cast("Any", value))
    except Exception as error:  # noqa: BLE001 - an iterator may raise anything
        return Broken(found, error)
    return found


async def drained(stream: Value) -> list[Any]:
    """The items of a stream."""
    found: list[Any] = []
    try:
        async for item in stream:
            found.append(item)  # noqa: PERF401 - what came before a failure counts
    except Exception as error:  # noqa: BLE001 - a stream may raise anything
        return Broken(found, error)
    return found


class Objects(Shape):
    """Objects: the next level of the plan, once the type agrees to each of them (`is_type_of`)."""

    def __init__(self, of_type: Value, *, is_required: bool, propagates: bool) -> None:
        super().__init__(of_type, is_required=is_required, propagates=propagates)
        self._of_class: dict[type[Any], GraphQLObjectType] = {}
        """The types of classes, all of whose values are of that type."""

    def complete(self, values: list[Any], place: Place) -> list[Any]:
        """The column of the response; mostly the types of all classes are known."""
        known, classes = self._of_class, set(map(type, values))
        if not classes <= known.keys():
            return super().complete(values, place)
        types = {known[one] for one in classes}
        if len(types) == 1:
            return self._level(types.pop(), values, place, classes)
        return self._by_type([known[one] for one in map(type, values)], values, place)

    def fill(self, values: list[Any], place: Place) -> list[Any]:
        """Open one level for all of them, if the type agrees to their classes."""
        check, classes = self.of_type.is_type_of, set(map(type, values))
        if check is None or all(issubclass(one, classes_of(check)) for one in classes):
            self._of_class.update((one, self.of_type) for one in classes)
            return self._level(self.of_type, values, place)
        return self.checked([self.of_type] * len(values), values, place)

    def checked(self, types: list[Any], values: list[Any], place: Place) -> list[Any]:
        """The values as of these types, once each type has agreed; an error may stand in a type's place."""
        answers = [
            type_
            if isinstance(type_, Exception)
            else type_.is_type_of is None or attempted(type_.is_type_of, value, place.info(position))
            for position, (type_, value) in enumerate(zip(types, values, strict=True))
        ]
        return place.settled(answers, lambda found: self._levels(types, values, found, place))

    def _levels(self, types: list[Any], values: list[Any], answers: list[Any], place: Place) -> list[Any]:
        agreed = list(types)
        for position, (type_, answer) in enumerate(zip(types, answers, strict=True)):
            if isinstance(answer, Exception):
                agreed[position] = None
                place.fail(position, answer)
            elif not answer:
                agreed[position] = None
                place.fail(position, invalid_return_type_error(type_, values[position], place.field.details))
        return self._by_type(agreed, values, place)

    def _by_type(self, types: list[Any], values: list[Any], place: Place) -> list[Any]:
        """A level for each type; null in the place of what has none."""
        column: list[Any] = [None] * len(values)
        for type_ in dict.fromkeys(types):
            if type_ is not None:
                positions = [position for position, one in enumerate(types) if one is type_]
                part = self._level(type_, [values[position] for position in positions], place.picked(positions))
                for position, row in zip(positions, part, strict=True):
                    column[position] = row
        return column

    def _level(
        self, type_: GraphQLObjectType, values: list[Any], place: Place, classes: set[type[Any]] | None = None
    ) -> list[Any]:
        run = place.run
        try:
            level = place.field.levels.get(type_) or place.field.level(type_, run.waves.executor)
        except Exception as error:  # noqa: BLE001 - its selection cannot be collected
            for position in range(len(values)):
                place.fail(position, error)
            return [None] * len(values)
        return Run(run.waves, level, values, place).start(classes)


class Abstracts(Objects):
    """Interfaces and unions: each value says its type first; all of one class do so at once where classes decide."""

    def fill(self, values: list[Any], place: Place) -> list[Any]:
        """Ask for the type of each value, then open a level per type."""
        resolve = self.of_type.resolve_type or place.waves.executor.type_resolver
        names = [attempted(resolve, value, place.info(at), self.of_type) for at, value in enumerate(values)]
        return place.settled(names, lambda told: self.checked(self._types(values, told, place), values, place))

    def _is_decided_by_class(self, schema: GraphQLSchema) -> bool:
        declared = self.of_type.extensions.get("strawberry-definition")
        is_own = getattr(declared, "resolve_type", None) is not None
        return not is_own and all(classes_of(one.is_type_of) for one in schema.get_possible_types(self.of_type))

    def _types(self, values: list[Any], names: list[Any], place: Place) -> list[Any]:
        """The object types of these names, or the error of one that is none."""
        executor = place.waves.executor
        types: list[Any] = []
        for position, (name, value) in enumerate(zip(names, values, strict=True)):
            found = name
            if not isinstance(name, Exception):
                of_type, details, info = self.of_type, place.field.details, place.info(position)
                found = attempted(executor.ensure_valid_runtime_type, name, of_type, details, info, value)
                if not isinstance(found, Exception) and self._is_decided_by_class(executor.schema):
                    self._of_class[type(value)] = found
            types.append(found)
        return types


def classes_of(check: Value) -> tuple[type[Any], ...]:
    """The classes whose values are of a type, where its `is_type_of` says so by an attribute `classes`."""
    return getattr(check, "classes", ())


def of(type_: Value, *, propagates: bool) -> Shape:
    """The shape of an output type. Where nulls do not propagate, an error nulls its own place only."""
    is_required = isinstance(type_, GraphQLNonNull)
    nullable: Value = cast("Any", type_).of_type if is_required else type_
    kind_: type[Shape] = Objects if isinstance(nullable, GraphQLObjectType) else Abstracts
    if isinstance(nullable, GraphQLList):
        kind_ = Lists
    elif is_leaf_type(nullable):
        kind_ = Leaves
    return kind_(nullable, is_required=is_required, propagates=propagates)
