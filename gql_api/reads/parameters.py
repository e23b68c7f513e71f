"""Values as PostgreSQL reads them in text: the parameters of prepared statements, whose types their casts say."""

import json
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import orjson
import psycopg
import sqlalchemy as sa

_ENCODER = json.JSONEncoder(ensure_ascii=False)
_ONLY_JSON = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS
Encode = Callable[[Any], bytes | None]


class Written(bytes):
    """A value of a parameter as it is sent."""

    __slots__ = ()


def encoder(kind: sa.types.TypeEngine[Any]) -> Encode:
    """How values of a parameter of this type are written."""
    if isinstance(kind, sa.ARRAY):
        return _listed
    if isinstance(kind, sa.JSON):
        return _json
    return _worded if isinstance(kind, sa.String) and not isinstance(kind, sa.Enum) else encoded


def encoded(value: object) -> bytes | None:
    """The value; none is NULL.

    Raises:
        psycopg.DataError: a text with NUL, which PostgreSQL cannot store and the protocol would cut.
        TypeError: a value of a type that no statement takes.
    """
    write = _BYTES.get(type(value))
    return _text(value).encode() if write is None else write(value)


def _worded(value: object) -> bytes | None:
    """As `encoded`, for parameters that mostly are text."""
    return _plain_bytes(value) if type(value) is str else encoded(value)


def _plain_bytes(text: str) -> bytes:
    return text.encode() if "\x00" not in text else _plain(text).encode()


def listed(values: Iterable[object]) -> Written:
    """A list as it is sent, for one that is sent again and again."""
    return Written(_array(values).encode())


def _listed(values: Iterable[object] | None) -> bytes | None:
    if type(values) is Written:
        return values
    return None if values is None else _array(values).encode()


def _text(value: object) -> str:
    write = _KINDS.get(type(value))
    if write is not None:
        return write(value)
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, str):
        return _plain(value)
    msg = f"A parameter of the type {type(value).__name__} cannot be sent."
    raise TypeError(msg)


def _plain(text: str) -> str:
    if "\x00" in text:
        msg = "PostgreSQL text fields cannot contain NUL (0x00) bytes"
        raise psycopg.DataError(msg)
    return text


def _array(values: Iterable[object]) -> str:
    listed: list[Any] = list(values)
    kinds = set(map(type, listed))
    if kinds == {int}:
        return f"{{{str(listed)[1:-1]}}}"
    if kinds == {str}:
        text = '","'.join(listed)
        if "\\" not in text and "\x00" not in text and text.count('"') == 2 * len(listed) - 2:
            return f'{{"{text}"}}'
    return f"{{{','.join(map(_element, listed))}}}"


def _element(value: object) -> str:
    if value is None:
        return "NULL"
    escaped = _text(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _json(value: object) -> bytes | None:
    """The value as JSON; the standard encoder writes, or refuses, what orjson does not know."""
    if value is None:
        return None
    try:
        return orjson.dumps(value, option=_ONLY_JSON)
    except TypeError:
        return _plain_bytes(_ENCODER.encode(value))


_KINDS: dict[type, Callable[[Any], str]] = {
    int: str,
    str: _plain,
    bool: lambda value: "t" if value else "f",
    list: _array,
    tuple: _array,
    frozenset: _array,
    set: _array,
    Decimal: str,
    float: repr,
    date: date.isoformat,
    datetime: datetime.isoformat,
    bytes: lambda value: "\\x" + value.hex(),
}
_BYTES: dict[type, Encode] = {int: b"%d".__mod__, str: _plain_bytes, type(None): lambda _: None}
"""The commonest kinds, by one call."""
