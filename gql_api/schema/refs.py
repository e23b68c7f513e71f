"""References between GraphQL types, by name.

The types form a graph: a course has equivalencies, an equivalency has courses. Resolvers return rows of `reads/` or
values of `domain/`, and name the GraphQL type that shows them; modules of types therefore never import each other
in a circle. What a type shows is said by its `is_type_of`.
"""

from collections.abc import Callable
from typing import Any, Optional

import strawberry
from strawberry.types.lazy_type import LazyType

from gql_api.schema import execution, ids

_PACKAGE = "gql_api.schema.types"


def one(module: str, name: str) -> Any:  # noqa: ANN401 - a type by name has no static type
    """The type `name` of `schema/types/<module>.py`, never null."""
    lazy: Any = LazyType
    return lazy(name, f"{_PACKAGE}.{module}", None)


def maybe(module: str, name: str) -> Any:  # noqa: ANN401 - as above
    """The same, or null."""
    return Optional[one(module, name)]  # noqa: UP045 - the operand is a value, not a type


def many(module: str, name: str) -> Any:  # noqa: ANN401 - as above
    """A list of the type without nulls."""
    return list[one(module, name)]


def global_id(type_name: str) -> Any:  # noqa: ANN401 - what strawberry.field returns
    """The `id` field of a type whose rows have a numeric `id`."""

    def resolve(root: strawberry.Parent[Any]) -> strawberry.ID:
        return ids.encode(type_name, root.id)

    def column(rows: list[Any]) -> list[str]:
        return ids.encode_all(type_name, [row.id for row in rows])

    return strawberry.field(
        resolver=resolve,
        description=f"The {type_name}'s global id: opaque, and stable.",
        metadata={execution.COLUMN: column},
    )


def shows(*rows: type[Any]) -> Callable[..., bool]:
    """An `is_type_of` for a type that shows values of these classes."""

    def is_type_of(value: object, _info: object) -> bool:
        return isinstance(value, rows)

    is_type_of.classes = rows  # pyright: ignore[reportFunctionMemberAccess] -- the executor asks classes, not values
    return is_type_of
