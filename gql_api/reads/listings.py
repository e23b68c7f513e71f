"""Root lists: the window of the rows that pass a filter. Filters that ask the same things share a prepared text.

A filter is a frozen dataclass; of its fields each has a condition here, over one parameter. What is empty asks nothing.
"""

from collections.abc import Callable, Hashable, Mapping
from typing import Any, Generic, TypeVar, cast

import sqlalchemy as sa

from gql_api.reads import kept as remembered
from gql_api.reads import needed, pages, rows, statements

Value = TypeVar("Value", bound=tuple[Any, ...])
Parameter = sa.BindParameter[Any]


class Condition:
    """What one field of a filter asks: `of(parameter)` of the type `kind`; `value` makes its value of the field's."""

    def __init__(
        self,
        kind: sa.types.TypeEngine[Any],
        of: Callable[[Parameter], sa.ColumnElement[bool]],
        value: Callable[[Any], object] | None = None,
    ) -> None:
        self.kind = kind
        self.of = of
        self.value = value


def equal(column: rows.Column) -> Condition:
    """The column is the value."""
    element = rows.element(column)
    return Condition(element.type, lambda value: element == value)


def among(column: rows.Column) -> Condition:
    """The column is one of the values."""
    element = rows.element(column)
    return Condition(sa.ARRAY(element.type), lambda values: element == sa.any_(values))


def containing(*columns: rows.Column, also: Callable[[Parameter], sa.ColumnElement[bool]] | None = None) -> Condition:
    """One of the columns has the text within, in any letter case, or `also` holds of its pattern."""

    def of(pattern: Parameter) -> sa.ColumnElement[bool]:
        found = [sa.cast(rows.element(column), sa.Text).ilike(pattern) for column in columns]
        return sa.or_(*found, *([also(pattern)] if also else []))

    return Condition(sa.Text(), of, rows.pattern)


class Short:
    """A short way to a list in one order: parts of it that each come sorted from an index, for one value per field.

    Each part is its conditions over the parameters named as the filter's fields. It is planned once.
    """

    def __init__(self, order: pages.Order, fields: tuple[str, ...], *parts: tuple[sa.ColumnElement[bool], ...]) -> None:
        self._order = order
        self._fields = fields
        self._parts = parts

    def values(self, asked: Mapping[str, Any], order: pages.Order) -> dict[str, object] | None:
        """The parameters, where the filter asks for these fields alone, each with one value."""
        is_this = order is self._order and set(asked) == set(self._fields) and all(map(_is_one, asked.values()))
        return {name: value for name, (value,) in asked.items()} if is_this else None

    def statement(self, columns: list[sa.ColumnElement[Any]], window: pages.Window) -> rows.Select:
        """The window of the parts' rows."""
        parts = [pages.windowed(sa.select(*columns).where(*part), self._order, window) for part in self._parts]
        return pages.merged(parts, self._order, window)


def _is_one(value: object) -> bool:
    return isinstance(value, tuple) and len(cast("tuple[object, ...]", value)) == 1


class Listing(Generic[Value]):
    """A list of rows, those for which `always` holds, narrowed by filters whose fields are named in `conditions`."""

    def __init__(
        self,
        columns: needed.Columns[Value],
        conditions: Mapping[str, Condition],
        always: tuple[sa.ColumnElement[bool], ...] = (),
        short: Short | None = None,
    ) -> None:
        self._columns = columns
        self._conditions = conditions
        self._always = always
        self._short = short
        self._pages: remembered.Kept[tuple[Hashable, ...], statements.Prepared] = remembered.Kept(300)
        self._counts: dict[tuple[str, ...], statements.Prepared] = {}

    def serves(self, wanted: object) -> bool:
        """Whether the filter asks for nothing that has no condition here."""
        return all(name in self._conditions for name in self.asked(wanted))

    def asked(self, wanted: object) -> dict[str, Any]:
        """The fields of the filter that ask something."""
        names: tuple[str, ...] = getattr(type(wanted), "__slots__", ())
        values = {name: getattr(wanted, name) for name in names}
        return {name: value for name, value in values.items() if value is not None and value not in ("", ())}

    async def page(
        self,
        connection: rows.Connection,
        wanted: object,
        order: pages.Order,
        window: pages.Window,
        fields: needed.Fields | None = None,
        **given: object,
    ) -> pages.Page[Value]:
        """A window of the list; `given` are parameters of `always`."""
        kept, asked = self._columns.kept(fields), self.asked(wanted)
        values = None if self._short is None else self._short.values(asked, order)
        shape = (kept, order.name, *pages.shape(window), values is None, *asked)
        statement = self._pages.get(shape)
        if statement is None:
            if self._short is not None and values is not None:
                statement = statements.Prepared(self._short.statement(kept.columns, window))
            else:
                rows_of_it = sa.select(*kept.columns).where(*self._where(asked))
                windowed = pages.windowed(rows_of_it, order, window)
                statement = statements.Prepared(windowed, is_planned_each_time=True)
            self._pages.put(shape, statement)
        parameters = (self._values(asked) if values is None else values) | pages.parameters(window) | given
        found = await statement.made(connection, kept.make, **parameters)
        return pages.page_of(found, len(kept.columns), order, window)

    async def count(self, connection: rows.Connection, wanted: object, **given: object) -> int:
        """How many rows there are, counted no further than one beyond `pages.COUNTED`."""
        asked = self.asked(wanted)
        shape = tuple(asked)
        if shape not in self._counts:
            rows_of_it = sa.select(*self._columns.kept(None).columns).where(*self._where(asked))
            self._counts[shape] = statements.Prepared(pages.counted(rows_of_it), is_planned_each_time=True)
        ((total,),) = await self._counts[shape].every(connection, **self._values(asked), **given)
        return int(total)

    def _values(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        makers = [(name, self._conditions[name].value) for name in asked]
        return {name: asked[name] if make is None else make(asked[name]) for name, make in makers}

    def _where(self, asked: Mapping[str, Any]) -> list[sa.ColumnElement[bool]]:
        narrowed = [self._conditions[name].of(sa.bindparam(name, type_=self._conditions[name].kind)) for name in asked]
        return [*self._always, *narrowed]
