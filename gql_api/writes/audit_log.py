"""The audit log: who changed what, when, in which request. Rows carry ids and values of catalogs, never of students."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel

from gql_api import access
from gql_api.tables.audit_log import AuditEntry

_FIELDS = ("at", "actor", "action", "entity", "details", "request_id")
_PARAMETER = "log_"
_PARAMETERS = tuple(_PARAMETER + name for name in _FIELDS)
_PLAIN = frozenset({str, int, float, bool, type(None)})
_WRITTEN: dict[type, Callable[[Any], str]] = {
    Decimal: "{:f}".format,
    date: date.isoformat,
    datetime: datetime.isoformat,
}
"""The commonest kinds of other values, each with its text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a change comes from: who asks, when, and in which request."""

    viewer: access.Viewer
    now: datetime
    request_id: str | None = None


async def record(
    connection: AsyncConnection,
    origin: Origin,
    action: str,
    entity: str,
    entity_id: int,
    details: Mapping[str, object],
) -> None:
    """One entry. `action` is the mutation's name, `entity` the table's; values in `details` are made plain."""
    given = entry(origin, action, entity, details)
    row = {name: given[parameter] for name, parameter in zip(_FIELDS, _PARAMETERS, strict=True)}
    await connection.execute(sa.insert(AuditEntry).values(**row, entity_id=entity_id))


def entry(origin: Origin, action: str, entity: str, details: Mapping[str, object]) -> dict[str, object]:
    """The parameters of `recorded`."""
    row = (origin.now, origin.viewer.name, action, entity, plain(details), origin.request_id or None)
    return dict(zip(_PARAMETERS, row, strict=True))


def recorded(entity_id: sa.ColumnElement[int]) -> sa.CTE:
    """The part of a prepared statement that records each row of the part whose id is given; see `entry`."""
    table = SQLModel.metadata.tables["audit_log"]
    values = [sa.bindparam(_PARAMETER + name, type_=table.c[name].type) for name in _FIELDS]
    return (
        sa.insert(AuditEntry)
        .from_select([*_FIELDS, "entity_id"], sa.select(*values, entity_id), include_defaults=False)
        .cte("recorded")
    )


def changes(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, dict[str, object]]:
    """`{"before": {…}, "after": {…}}` of the fields whose value differs, on each side those that it has."""
    if not before:
        return {"before": {}, "after": {name: after[name] for name in sorted(after) if after[name] is not None}}
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    return {
        "before": {name: before[name] for name in changed if name in before},
        "after": {name: after[name] for name in changed if name in after},
    }


def plain(value: object) -> object:
    """The value as JSON has it: decimals and dates as text, enumerations by name."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    write = _WRITTEN.get(kind)
    return _nested(value) if write is None else write(value)


def _nested(value: object) -> object:
    match value:
        case dict() | Mapping():  # the first is the quicker question
            named = cast("Mapping[object, object]", value)
            return {str(key): one if type(one) in _PLAIN else plain(one) for key, one in named.items()}
        case list() | tuple():
            return [plain(one) for one in cast("list[object]", value)]
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
        case Enum():
            return value.name
        case _:
            return value
