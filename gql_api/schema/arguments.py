"""Arguments that many fields have, each described once."""

from typing import Annotated, TypeAlias, TypeVar

import strawberry

from gql_api import errors
from gql_api.domain import codes
from gql_api.schema import ids
from gql_api.schema.context import Info

First: TypeAlias = Annotated[
    int | None,
    strawberry.argument(description="How many items from the beginning, or after `after`: 0 to 100. Default 20."),
]
Last: TypeAlias = Annotated[
    int | None, strawberry.argument(description="How many items from the end, or before `before`: 0 to 100.")
]
After: TypeAlias = Annotated[str | None, strawberry.argument(description="Only items after this cursor.")]
Before: TypeAlias = Annotated[str | None, strawberry.argument(description="Only items before this cursor.")]

LONGEST_TEXT = 200
MOST_VALUES = 100
"""Values of one filter."""
FILTER = ("filter",)
"""Where a filter's fields are."""

Item = TypeVar("Item")


def text(value: str, name: str, within: tuple[str, ...] = ()) -> str:
    """A text that is looked up: trimmed, bounded, without what PostgreSQL cannot store.

    `name` is the argument's, or the field's of the argument `within`.

    Raises:
        InvalidInput: it is too long or holds a NUL character.
    """
    collapsed = " ".join(value.split())
    if "\x00" in collapsed:
        msg = f"{name} holds a NUL character, which no text here has."
        raise errors.InvalidInput(msg, path=(*within, name))
    if len(collapsed) > LONGEST_TEXT:
        msg = f"{name} has {len(collapsed)} characters; at most {LONGEST_TEXT} are looked up."
        raise errors.InvalidInput(msg, path=(*within, name))
    return collapsed


def search(value: str | None, within: tuple[str, ...] = ()) -> str | None:
    """A search text; nothing but white space searches for nothing, which is everything."""
    return (text(value, "search", within) or None) if value is not None else None


def course_code(value: str, name: str) -> str:
    """The normalised key of a course code.

    Raises:
        InvalidInput: it cannot be split into subject and number.
    """
    try:
        return codes.parse(value).key
    except errors.InvalidInput as error:
        raise errors.InvalidInput(error.message, path=(name,)) from None


def bounded(values: list[Item] | None, name: str) -> list[Item]:
    """The values of a filter, none given as an empty list.

    Raises:
        InvalidInput: there are too many.
    """
    if values is not None and len(values) > MOST_VALUES:
        msg = f"filter.{name} has {len(values)} values; at most {MOST_VALUES} are accepted."
        raise errors.InvalidInput(msg, path=(*FILTER, name))
    return values or []


async def institution(info: Info, to: strawberry.ID | None, named: str | None) -> int | None:
    """The institution that one of the arguments `to` and `toInstitution` names; none where no name is like that.

    Raises:
        InvalidInput: neither or both are given, or it is no institution's id.
    """
    if (to is None) == (named is None):
        msg = "Give either to or toInstitution."
        raise errors.InvalidInput(msg, path=("to",))
    if to is not None:
        return ids.key_of("Institution", to, path=("to",))
    found = await info.context.loaders.institution_named.load(text(named or "", "toInstitution"))
    return None if found is None else found.id
