"""What is wrong with the values of variables: each mistake with the way to it and a sentence for people.

graphql-core decides whether values fit; this is asked only after it refused them, because its own messages wrap what
is wrong in Python's spelling of the values, and know no path.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, cast

from graphql import (
    DocumentNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLType,
    OperationDefinitionNode,
    VariableDefinitionNode,
    type_from_ast,  # pyright: ignore[reportUnknownVariableType] -- generic in some of its signatures
)
from graphql.pyutils import Undefined, did_you_mean, suggestion_list
from graphql.type import is_required_input_field

from gql_api import errors
from gql_api.domain import texts

MAXIMUM_ERRORS = 10
LONGEST_NAME = 60
MISSING = object()
"""In place of a value that was not sent, which differs from null."""
WANTED = {
    "Int": "a whole number from -2147483648 to 2147483647",
    "Float": "a number",
    "String": "a text",
    "Boolean": "true or false",
    "ID": "an id: a text or a whole number",
}

Path = tuple[str, ...]
Mistakes = Iterator[errors.InvalidInput]


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """The values that a client sent for the variables of a schema's operations."""

    schema: GraphQLSchema
    given: Mapping[str, Any]
    names_are_secret: bool = False
    """Whether no name may be suggested: the schema is not shown either."""

    def mistakes(self, document: DocumentNode, operation: str | None) -> list[GraphQLError]:
        """At most ten mistakes, each an InvalidInput whose path begins with the variable's name."""
        return list(islice(self._found(_variables(document, operation)), MAXIMUM_ERRORS))

    def _found(self, definitions: Iterable[VariableDefinitionNode]) -> Iterator[GraphQLError]:
        for node in definitions:
            name = node.variable.name.value
            kind = cast("GraphQLType", type_from_ast(self.schema, node.type))  # the document is valid
            value = self.given.get(name, MISSING)
            if value is MISSING and node.default_value is not None:
                continue
            for mistake in self._of(value, kind, (name,)):
                yield GraphQLError(mistake.message, node, original_error=mistake)

    def _of(self, value: Any, kind: GraphQLType, path: Path) -> Mistakes:  # noqa: ANN401 - any JSON
        inner = _inner(kind)
        match kind:
            case GraphQLNonNull():
                if value is MISSING:
                    yield errors.InvalidInput(f"{_named(path)} is missing.", path=path)
                elif value is None:
                    yield errors.InvalidInput(f"{_named(path)} must not be null.", path=path)
                else:
                    yield from self._of(value, inner, path)
            case _ if value is None or value is MISSING:
                return
            case GraphQLList():
                yield from self._of_list(value, inner, path)
            case GraphQLInputObjectType():
                yield from self._of_object(value, kind, path)
            case GraphQLEnumType():
                yield from self._of_enum(value, kind, path)
            case GraphQLScalarType():
                yield from _of_scalar(value, kind, path)
            case _:
                raise AssertionError(kind)  # variables have no other types

    def _of_list(self, value: Any, kind: GraphQLType, path: Path) -> Mistakes:  # noqa: ANN401 - any JSON
        if not isinstance(value, list):
            yield from self._of(value, kind, path)  # one value stands for a list of it
            return
        for place, item in enumerate(cast("list[Any]", value)):
            yield from self._of(item, kind, (*path, str(place)))

    def _of_object(self, value: Any, kind: GraphQLInputObjectType, path: Path) -> Mistakes:  # noqa: ANN401 - any JSON
        if not isinstance(value, dict):
            text = f"{path[-1]} is an object of type {kind.name}; got {texts.shown(value)}."
            yield errors.InvalidInput(text, path=path)
            return
        fields = cast("dict[str, Any]", value)
        for name, field in kind.fields.items():
            item = fields.get(name, MISSING)
            if item is MISSING and not is_required_input_field(field):
                continue
            yield from self._of(item, field.type, (*path, name))
        for name in fields:
            if name not in kind.fields:
                text = f"{kind.name} has no field {name[:LONGEST_NAME]}.{self._suggested(name, kind.fields)}"
                yield errors.InvalidInput(text, path=(*path, name))
        if _is_one_of(kind) and (len(fields) != 1 or None in fields.values()):
            names = "" if self.names_are_secret else f": {', '.join(kind.fields)}"
            got = ", ".join(fields) if fields else "none"
            text = f"{kind.name} takes exactly one of its fields, not null{names}. Got {got[:200]}."
            yield errors.InvalidInput(text, path=path)

    def _of_enum(self, value: Any, kind: GraphQLEnumType, path: Path) -> Mistakes:  # noqa: ANN401 - any JSON
        if isinstance(value, str) and value in kind.values:
            return
        known = "" if self.names_are_secret else f" It is one of {', '.join(kind.values)}."
        yield errors.InvalidInput(f"{texts.shown(value)} is no {kind.name}.{known}", path=path)

    def _suggested(self, name: str, known: Iterable[str]) -> str:
        return "" if self.names_are_secret else did_you_mean(suggestion_list(name, list(known)))


def _is_one_of(kind: GraphQLInputObjectType) -> bool:
    """Strawberry keeps this to itself, and checks it after graphql-core."""
    return kind.is_one_of or bool(getattr(kind.extensions.get("strawberry-definition"), "is_one_of", False))


def _of_scalar(value: Any, kind: GraphQLScalarType, path: Path) -> Mistakes:  # noqa: ANN401 - any JSON
    try:
        if kind.coerce_input_value(value) is not Undefined:
            return
    except errors.ExpectedError as error:
        yield errors.InvalidInput(error.message, path=path)
        return
    except Exception:  # noqa: BLE001, S110 - whatever a scalar's parser raises, it refuses the value
        pass
    wanted = WANTED.get(kind.name, f"a value of type {kind.name}")
    yield errors.InvalidInput(f"{path[-1]} is {wanted}; got {texts.shown(value)}.", path=path)


def _inner(kind: GraphQLType) -> GraphQLType:
    """The type that a list or a non-null type wraps; any other is its own."""
    return cast("GraphQLType", getattr(kind, "of_type", kind))


def _variables(document: DocumentNode, operation: str | None) -> Iterable[VariableDefinitionNode]:
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode) and operation == (node.name.value if node.name else None):
            return node.variable_definitions or ()
    return ()


def _named(path: Path) -> str:
    """A variable as such, since the field that it is for may be called otherwise; else the field."""
    return f"The variable ${path[0]}" if len(path) == 1 else path[-1]
