"""Operations over any schema, drawn at random: what to select, with which arguments, in how many fragments.

`operation(random, schema, values)` answers a document and its variables. `values` answers Python values (as JSON has
them) for the scalars of the schema. Hypothesis supplies the random numbers, so that a failing operation shrinks.
Conflicting selections may come out; the caller validates, and leaves those out.
"""

import json
from collections.abc import Callable
from random import Random
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_required_argument,
    is_required_input_field,
)

Values = Callable[[Random, str, str], Any]
"""(random, scalar, argument's or field's name) → a value."""


class Operation:
    """One operation in the making."""

    def __init__(
        self,
        random: Random,
        schema: GraphQLSchema,
        values: Values,
        *,
        depth: int,
        leave_out: frozenset[str],
        wrong_one_in: int,
    ) -> None:
        self.random = random
        self.schema = schema
        self.values = values
        self.depth = depth
        self.leave_out = leave_out
        self.wrong_one_in = wrong_one_in
        self.declared: list[str] = []
        self.variables: dict[str, Any] = {}
        self.fragments: dict[str, tuple[str, str]] = {}
        self.count = 0

    def fresh(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def chance(self, one_in: int) -> bool:
        return self.random.randrange(one_in) == 0

    def text(self, kind: str, root: GraphQLObjectType) -> str:
        selection = self.selection(root, self.depth)
        declared = f"({', '.join(self.declared)})" if self.declared else ""
        fragments = [f"fragment {name} on {on} {body}" for name, (on, body) in self.fragments.items()]
        return "\n".join([f"{kind} Drawn{declared}", selection, *fragments])

    def selection(self, type_: Any, depth: int) -> str:
        parts = [self.part(type_, depth) for _ in range(self.random.randrange(1, 5))]
        return "{ " + " ".join(parts) + " }"

    def part(self, type_: Any, depth: int) -> str:
        if self.chance(5) and depth:
            return self.fragment(type_, depth)
        fields = [] if not hasattr(type_, "fields") else sorted(type_.fields.items())
        fields = [(name, field) for name, field in fields if f"{type_.name}.{name}" not in self.leave_out]
        if depth == 0:
            fields = [(name, field) for name, field in fields if not is_composite_type(get_named_type(field.type))]
        if not fields or self.chance(12):
            return f"{self.fresh('t')}: __typename" if self.chance(2) else "__typename"
        name, field = fields[self.random.randrange(len(fields))]
        given = self.arguments(field)
        alias = f"{self.fresh('a')}: " if given or self.chance(4) else ""
        head = f"{alias}{name}{given}"
        once = head + self.directive() + self.beneath(field, depth)
        return f"{once} {head}{self.beneath(field, depth)}" if self.chance(8) else once

    def beneath(self, field: GraphQLField, depth: int) -> str:
        inner = get_named_type(field.type)
        return f" {self.selection(inner, depth - 1)}" if is_composite_type(inner) else ""

    def fragment(self, type_: Any, depth: int) -> str:
        on = [type_]
        if is_abstract_type(type_):
            on += self.schema.get_possible_types(type_)
        elif isinstance(type_, GraphQLObjectType):
            on += type_.interfaces
        target = on[self.random.randrange(len(on))]
        if self.chance(2):
            condition = f" on {target.name}" if target is not type_ or self.chance(2) else ""
            return f"...{condition}{self.directive()} {self.selection(target, depth - 1)}"
        known = [name for name, (name_of, _) in self.fragments.items() if name_of == target.name]
        if known and self.chance(2):
            return f"...{known[0]}{self.directive()}"
        name = self.fresh("F")
        body = self.selection(target, depth - 1)
        self.fragments[name] = (target.name, body)
        return f"...{name}{self.directive()}"

    def directive(self) -> str:
        if not self.chance(7):
            return ""
        name = "skip" if self.chance(2) else "include"
        decision = self.chance(2)
        if self.chance(2):
            return f" @{name}(if: {json.dumps(decision)})"
        variable = self.fresh("v")
        self.declared.append(f"${variable}: Boolean!")
        self.variables[variable] = decision
        return f" @{name}(if: ${variable})"

    def arguments(self, field: GraphQLField) -> str:
        given = [
            f"{name}: {self.argument(name, argument)}"
            for name, argument in field.args.items()
            if is_required_argument(argument) or self.chance(3)
        ]
        return f"({', '.join(given)})" if given else ""

    def argument(self, name: str, argument: GraphQLArgument) -> str:
        return self.written(argument.type, self.value(argument.type, name), one_in=3)

    def written(self, type_: Any, value: Any, one_in: int = 8) -> str:
        """A literal, of which every part may be a variable."""
        if self.chance(one_in):
            return self.variable(type_, value)
        inner = getattr(type_, "of_type", type_) if isinstance(type_, GraphQLNonNull) else type_
        if isinstance(inner, GraphQLList) and isinstance(value, list):
            return "[" + ", ".join(self.written(inner.of_type, one) for one in value) + "]"
        if isinstance(inner, GraphQLInputObjectType) and isinstance(value, dict):
            parts = [f"{key}: {self.written(inner.fields[key].type, one)}" for key, one in value.items()]
            return "{" + ", ".join(parts) + "}"
        return literal(type_, value)

    def variable(self, type_: Any, value: Any) -> str:
        """A variable that is given, left out, or has a default; now and then what is given does not fit."""
        name = self.fresh("v")
        if not isinstance(type_, GraphQLNonNull) and self.chance(5):
            self.declared.append(f"${name}: {type_}")  # declared, not given
            return f"${name}"
        default = f" = {literal(type_, value)}" if self.chance(4) else ""
        self.declared.append(f"${name}: {type_}{default}")
        if not default or self.chance(2):
            self.variables[name] = self.wrong(value) if self.chance(self.wrong_one_in) else value
        return f"${name}"

    def wrong(self, value: Any) -> Any:
        others = [None, 0, -1, 2**40, 1.5, True, "wrong", [], [None], [value], [[value]], {}, {"unknown": value}]
        return others[self.random.randrange(len(others))]

    def value(self, type_: Any, name: str) -> Any:
        if isinstance(type_, GraphQLNonNull):
            return self.some(type_.of_type, name)
        return None if self.chance(12) else self.some(type_, name)

    def some(self, type_: Any, name: str) -> Any:
        if isinstance(type_, GraphQLList):
            if self.chance(8):
                return self.value(type_.of_type, name)  # one stands for a list of it
            return [self.value(type_.of_type, name) for _ in range(self.random.randrange(3))]
        if isinstance(type_, GraphQLEnumType):
            names = sorted(type_.values)
            return names[self.random.randrange(len(names))]
        if isinstance(type_, GraphQLInputObjectType):
            fields = sorted(type_.fields.items())
            if is_one_of(type_):
                key, field = fields[self.random.randrange(len(fields))]
                return {key: self.value(field.type, key)}
            return {
                key: self.value(field.type, key)
                for key, field in fields
                if is_required_input_field(field) or self.chance(4)
            }
        return self.values(self.random, type_.name, name)


def is_one_of(type_: GraphQLInputObjectType) -> bool:
    """Whether exactly one field is to be given; Strawberry says so in its own definition."""
    return type_.is_one_of or getattr(type_.extensions.get("strawberry-definition"), "is_one_of", False)


def literal(type_: Any, value: Any) -> str:
    """A value as a document writes it."""
    if isinstance(type_, GraphQLNonNull):
        return literal(type_.of_type, value)
    if value is None:
        return "null"
    if isinstance(type_, GraphQLList):
        if not isinstance(value, list):
            return literal(type_.of_type, value)
        return "[" + ", ".join(literal(type_.of_type, one) for one in value) + "]"
    if isinstance(type_, GraphQLEnumType):
        return value
    if isinstance(type_, GraphQLInputObjectType):
        fields = type_.fields
        return "{" + ", ".join(f"{key}: {literal(fields[key].type, one)}" for key, one in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)


def operation(
    random: Random,
    schema: GraphQLSchema,
    values: Values,
    *,
    depth: int = 4,
    kind: str = "query",
    leave_out: frozenset[str] = frozenset(),
    wrong_one_in: int = 30,
) -> tuple[str, dict[str, Any]]:
    """A document with one operation, and its variables."""
    root = schema.query_type if kind == "query" else schema.mutation_type
    assert root is not None
    drawn = Operation(random, schema, values, depth=depth, leave_out=leave_out, wrong_one_in=wrong_one_in)
    return drawn.text(kind, root), drawn.variables
