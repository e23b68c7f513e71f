"""Edges of the schema: fields that lead from a row to other rows, each answered by one loader of `schema/loaders.py`.

An edge is declared once, as a field of its type::

    institution = edges.edge("institution", key="institution_id", description=…, graphql_type=…)

`key` is the attribute of the row that the loader takes, or a function of the row; None means that there is nothing to
load, and the value is `missing()`. `shown` makes the field's value out of the row and what was loaded. With
`is_plural`, `key` answers several keys. An edge with arguments is `paged`, or declares `bind` with its arguments.

Both ways to execute an operation follow from the declaration: `schema/execution` collects the keys of a whole level and
calls the loader's batch function once; graphql-core calls the field's resolver, which goes through the loader.
"""

import inspect
from collections.abc import Awaitable, Callable, Hashable, Sequence
from functools import partial
from itertools import repeat
from operator import attrgetter
from typing import Any

import strawberry

from gql_api.reads import pages, relations, rows
from gql_api.schema import arguments
from gql_api.schema.context import Info
from gql_api.schema.execution import EDGE, Attribute, Bound, Column, Edge
from gql_api.schema.pages import Listed, Place, window

Key = str | Callable[[Any], Hashable | None]
_ID = Attribute("id")
_listed = rows.maker(Listed)


def by(loader: str, key: Hashable) -> Bound:
    """What a root field's arguments ask for: one key of a loader; nothing for None."""
    return Bound(key=lambda _root: key, loader=attrgetter(f"loaders.{loader}"))


def edge(
    loader: str,
    *,
    key: Key,
    description: str,
    graphql_type: Any,  # noqa: ANN401 - what `refs` names, or a plain type
    missing: Callable[[], Any] | None = None,
    shown: Callable[[Any, Any], Any] | None = None,
    is_plural: bool = False,
) -> Any:  # noqa: ANN401 - what strawberry.field returns
    """The field of an edge without arguments."""
    bound = Bound(
        key=Attribute(key) if isinstance(key, str) else key,
        missing=missing or (lambda: None),
        shown=None if shown is None else (lambda parents, values, _context: list(map(shown, parents, values))),
        is_plural=is_plural,
    )
    return field(loader, lambda: bound, description=description, graphql_type=graphql_type)


def paged(
    loader: str,
    order: pages.Order,
    *,
    description: str,
    graphql_type: Any,  # noqa: ANN401 - as above
) -> Any:  # noqa: ANN401 - as above
    """The field of an edge to a page of children, with Relay's arguments and no filter."""

    def bind(
        first: arguments.First = None,
        after: arguments.After = None,
        last: arguments.Last = None,
        before: arguments.Before = None,
    ) -> Bound:
        return page(loader, order, None, first, after, last, before)

    return field(loader, bind, description=description, graphql_type=graphql_type)


def page(
    loader: str,
    order: pages.Order,
    chosen: Hashable,
    first: int | None,
    after: str | None,
    last: int | None,
    before: str | None,
) -> Bound:
    """An edge to the window that Relay's arguments ask for, with the filter `chosen`; the total counts the same rows.

    Raises:
        InvalidInput: the arguments ask for no window.
    """
    place = Place(order)
    related = relations.related(window(place, first, after, last, before), chosen)

    def count(context: Any, row: Any) -> Awaitable[int]:  # noqa: ANN401 - of any feature
        return getattr(context.loaders, f"{loader}_count").load((row.id, chosen))

    def connections(parents: Sequence[Any], found: Sequence[pages.Page[Any]], context: Any) -> list[Listed]:  # noqa: ANN401 - as above
        return list(map(_listed, zip(found, repeat(place), parents, repeat(partial(count, context)))))

    def keys(parents: list[Any]) -> list[Any]:
        return list(zip(_ID.of(parents), repeat(related)))

    return Bound(key=Column(keys), shown=connections, ahead=(loader, related))


def field(loader: str, bind: Callable[..., Bound], *, description: str, graphql_type: Any) -> Any:  # noqa: ANN401 - as above
    """The field of an edge whose arguments are those of `bind`, annotated as a resolver's."""
    declared = Edge(loader=attrgetter(f"loaders.{loader}"), bind=bind)

    async def resolve(root: strawberry.Parent[Any], info: Info, **given: Any) -> Any:  # noqa: ANN401 - as above
        return await declared.one(root, info.context, given)

    own = list(inspect.signature(resolve).parameters.values())[:2]
    shown_arguments = [
        parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        for parameter in inspect.signature(bind).parameters.values()
    ]
    resolve.__signature__ = inspect.Signature([*own, *shown_arguments])  # pyright: ignore[reportFunctionMemberAccess] -- inspect's own protocol
    return strawberry.field(
        resolver=resolve, description=description, graphql_type=graphql_type, metadata={EDGE: declared}
    )
