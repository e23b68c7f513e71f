"""Documents made ready once: parsed, measured, validated, and kept in one bounded cache by their text."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import strawberry
from graphql import (
    ASTValidationRule,
    DocumentNode,
    GraphQLError,
    GraphQLSyntaxError,
    NoSchemaIntrospectionCustomRule,
    specified_rules,
    validate,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from gql_api import errors
from gql_api.schema import guard, operations
from gql_api.web import refusals
from gql_api.web.codes import Code

MAXIMUM_ERRORS = 10
# What Strawberry validates with, and graphql-core's recommended rules among them (introspection that nests lists).
RULES: tuple[type[ASTValidationRule], ...] = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A valid document and its operations."""

    node: DocumentNode
    shapes: tuple[guard.Shape, ...]
    operations: Mapping[str | None, operations.Operation | None]
    """Each ready to be executed, by its name; None where Strawberry has to do it."""

    def operation(self, name: str | None) -> guard.Shape:
        """The operation that `name` selects; the only one where there is no name. Raises Refusal (400)."""
        if name is None:
            if len(self.shapes) == 1:
                return self.shapes[0]
            raise _unknown("The document has several operations; name one in operationName.")
        for shape in self.shapes:
            if shape.name == name:
                return shape
        raise _unknown(f"The document has no operation named {name[:100]}.")


class Documents:
    """Valid documents by their text. Invalid ones are examined anew each time and never kept."""

    def __init__(self, schema: strawberry.Schema, *, capacity: int, has_introspection: bool = True) -> None:
        """`capacity` is the number of characters of text whose documents are kept."""
        self._of_strawberry = schema
        self._schema = schema._schema  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] -- it has no public name
        self._capacity = capacity
        self._hides_suggestions = not has_introspection
        self._rules = RULES if has_introspection else (*RULES, NoSchemaIntrospectionCustomRule)
        self._kept: OrderedDict[str, Document] = OrderedDict()
        self._size = 0
        self.hits, self.misses = 0, 0
        """How often a document was kept, and how often it had to be examined."""

    @property
    def count(self) -> int:
        """How many are kept."""
        return len(self._kept)

    @property
    def size(self) -> int:
        """Characters of the texts whose documents are kept."""
        return self._size

    def ready(self, text: str) -> Document:
        """The document of this text, ready to be executed. Raises Refusal where it cannot be."""
        if found := self._kept.get(text):
            self._kept.move_to_end(text)
            self.hits += 1
            return found
        self.misses += 1
        document = self._examined(text)
        self._keep(text, document)
        return document

    def _keep(self, text: str, document: Document) -> None:
        if len(text) > self._capacity:
            return
        self._kept[text] = document
        self._size += len(text)
        while self._size > self._capacity:
            dropped, _ = self._kept.popitem(last=False)
            self._size -= len(dropped)

    def _examined(self, text: str) -> Document:
        try:
            node = guard.parse(text)
            shapes = guard.examine(node)
        except GraphQLSyntaxError as error:
            raise _invalid(Code.GRAPHQL_PARSE_FAILED, [error]) from error
        except errors.ExpectedError as error:
            raise _unfit(error) from error
        found = validate(self._schema, node, self._rules, MAXIMUM_ERRORS, self._hides_suggestions)
        if found:
            raise _invalid(Code.GRAPHQL_VALIDATION_FAILED, found)
        if not shapes:
            raise _unknown("The document defines no operation.")
        names = [shape.name for shape in shapes]
        ready = {name: operations.Operation.of(self._of_strawberry, node, name) for name in names}
        return Document(node=node, shapes=shapes, operations=ready)


def _invalid(code: Code, found: Sequence[GraphQLError]) -> refusals.DocumentRefusal:
    return refusals.DocumentRefusal(code, [_located(error, code) for error in found])


def _located(error: GraphQLError, code: Code) -> dict[str, Any]:
    original = error.original_error  # what a scalar says of a value in the document
    message = original.message if isinstance(original, errors.ExpectedError) else error.message
    formatted: dict[str, Any] = {"message": message, "extensions": {"code": code}}
    if error.locations:
        formatted["locations"] = [place.formatted for place in error.locations]
    return formatted


def _unfit(error: errors.ExpectedError) -> refusals.Refusal:
    extensions = {"limit": error.limit, "maximum": error.maximum} if isinstance(error, guard.LimitExceeded) else {}
    return refusals.Refusal(
        HTTPStatus.BAD_REQUEST, Code(error.code), error.message, extensions=extensions, is_of_document=True
    )


def _unknown(message: str) -> refusals.Refusal:
    return refusals.Refusal(HTTPStatus.BAD_REQUEST, Code.OPERATION_NOT_FOUND, message, is_of_document=True)
