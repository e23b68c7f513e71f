"""Relay connections over keyset pages: arguments in, a window out; a page in, edges with cursors out.

A cursor is opaque. It carries the order's name and keys (and, by relevance, a hash of the search), so that one from
another order or another search is refused instead of answering nonsense.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, Generic, NamedTuple, TypeVar

import strawberry

from gql_api import errors
from gql_api.reads import pages
from gql_api.schema import execution

DEFAULT, MOST = 20, 100
"""How many nodes a page has unless asked, and at most."""

Item = TypeVar("Item")
Row = TypeVar("Row")


@strawberry.type(description="Where a page lies in its list.")
class PageInfo:
    """Relay's page info."""

    has_next_page: bool = strawberry.field(description="Whether the list goes on after this page.")
    has_previous_page: bool = strawberry.field(description="Whether the list has something before this page.")
    start_cursor: str | None = strawberry.field(description="The cursor of the first edge; null on an empty page.")
    end_cursor: str | None = strawberry.field(description="The cursor of the last edge; null on an empty page.")


@strawberry.type(description="An item of a page with its place in the list.")
class Edge(Generic[Item]):
    """Relay's edge."""

    node: Item = strawberry.field(description="The item.")
    cursor: str = strawberry.field(description="Opaque; give it as `after` or `before` of the same list and order.")


def _nodes(connections: list[Any]) -> list[list[Any]]:
    """The nodes of many connections."""
    return [one.page.rows for one in connections]


@strawberry.type(description="A page of a list.")
class Connection(Generic[Item]):
    """Relay's connection. The total is counted only when one of its fields is asked for."""

    page: strawberry.Private[pages.Page[Any]]
    place: strawberry.Private["Place"]
    counted: strawberry.Private[Callable[[], Awaitable[int]]]

    @strawberry.field(description="The items of this page, in the list's order.")
    def edges(self) -> list[Edge[Item]]:
        """The rows with their cursors."""
        page, cursor = self.page, self.place.cursor
        return [Edge(node=row, cursor=cursor(keys)) for row, keys in zip(page.rows, page.keys, strict=True)]

    @strawberry.field(description="Where this page lies in its list.")
    def page_info(self) -> PageInfo:
        """What is before and after the page."""
        page, cursor = self.page, self.place.cursor
        return PageInfo(
            has_next_page=page.has_next,
            has_previous_page=page.has_previous,
            start_cursor=cursor(page.keys[0]) if page.keys else None,
            end_cursor=cursor(page.keys[-1]) if page.keys else None,
        )

    @strawberry.field(
        description="The items themselves, for those who need no cursors.",
        metadata={execution.COLUMN: _nodes},
    )
    def nodes(self) -> list[Item]:
        """The rows."""
        return self.page.rows

    @strawberry.field(description="How long the whole list is; null beyond 10,000. Counted only when asked for.")
    async def total_count(self) -> int | None:
        """The exact total, or none."""
        total = await self.counted()
        return total if total <= pages.COUNTED else None

    @strawberry.field(description="False where the list has more than 10,000 items, so that `totalCount` is null.")
    async def total_count_is_exact(self) -> bool:
        """Whether the total is known."""
        return await self.counted() <= pages.COUNTED


class Listed(NamedTuple):
    """A page of the children of one of many parents, with what a `Connection` looks at: much cheaper to make."""

    page: pages.Page[Any]
    place: "Place"
    parent: Any
    asked: Callable[[Any], Awaitable[int]]

    def counted(self) -> Awaitable[int]:
        """How many children the parent has."""
        return self.asked(self.parent)


def shown(page: pages.Page[Row], place: "Place", counted: Callable[[], Awaitable[int]]) -> Connection[Row]:
    """The connection that shows a page; its rows are its nodes."""
    return Connection(page=page, place=place, counted=counted)


class Place:
    """Which list and order cursors belong to: the order, and for relevance the search."""

    def __init__(self, order: pages.Order, search: str | None = None) -> None:
        self._order = order
        self._mark = order.name
        if search is not None:
            self._mark += ":" + hashlib.sha256(search.encode()).hexdigest()[:12]

    def cursor(self, keys: tuple[Any, ...]) -> str:
        """The cursor of a row with these keys."""
        raw = json.dumps([self._mark, *[_plain(key) for key in keys]], separators=(",", ":"), ensure_ascii=False)
        return base64.urlsafe_b64encode(raw.encode()).rstrip(b"=").decode()

    def keys(self, cursor: str, argument: str) -> tuple[Any, ...]:
        """The keys in a cursor.

        Raises:
            InvalidInput: it is no cursor, or one of another order or search.
        """
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            mark, *keys = json.loads(raw)
        except (binascii.Error, ValueError, TypeError):
            mark, keys = None, []
        if mark != self._mark:
            msg = "This cursor belongs to another list, order or search. Use a cursor of the same query."
            if mark is None:
                msg = "This is not a cursor. Use a cursor or pageInfo value as it was given."
            raise errors.InvalidInput(msg, path=(argument,))
        columns = self._order.elements
        if len(keys) != len(columns):
            msg = "This is not a cursor. Use a cursor or pageInfo value as it was given."
            raise errors.InvalidInput(msg, path=(argument,))
        return tuple(_typed(key, column.type.python_type, argument) for key, column in zip(keys, columns, strict=True))


def window(place: Place, first: int | None, after: str | None, last: int | None, before: str | None) -> pages.Window:
    """The window that Relay's arguments ask for.

    Raises:
        InvalidInput: both `first` and `last`, a number outside 0 to 100, or a bad cursor.
    """
    if first is not None and last is not None:
        msg = "Give first or last, not both."
        raise errors.InvalidInput(msg, path=("last",))
    for name, value in (("first", first), ("last", last)):
        if value is not None and not 0 <= value <= MOST:
            msg = f"{name} must be from 0 to {MOST}; got {value}."
            raise errors.InvalidInput(msg, path=(name,))
    limit = first if first is not None else last if last is not None else DEFAULT
    return pages.Window(
        limit=limit,
        is_forward=last is None,
        after=None if after is None else place.keys(after, "after"),
        before=None if before is None else place.keys(before, "before"),
    )


def _plain(key: object) -> object:
    if isinstance(key, datetime):
        return key.isoformat()
    return str(key) if isinstance(key, Decimal) else key


# SQLModel's text type says `object` where others say `str`.
def _typed(key: object, kind: type, argument: str) -> Any:  # noqa: ANN401 - as many types as columns have
    try:
        if kind is datetime and isinstance(key, str):
            return datetime.fromisoformat(key)
        if kind is Decimal and isinstance(key, str):
            return Decimal(key)
    except (ValueError, ArithmeticError):
        key = None
    if kind is float and isinstance(key, int | float) and not isinstance(key, bool):
        return float(key)
    if kind is int and isinstance(key, int) and not isinstance(key, bool) and abs(key) < 2**63:
        return key
    if kind in {str, object} and isinstance(key, str) and "\x00" not in key:
        return key
    msg = "This is not a cursor. Use a cursor or pageInfo value as it was given."
    raise errors.InvalidInput(msg, path=(argument,))
