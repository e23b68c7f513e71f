"""Opaque global ids: a type's name and a key, in URL-safe base64. Clients must not look inside."""

import base64
import binascii
import re
from collections.abc import Iterable

import strawberry

from gql_api import errors

_SHAPE = re.compile(r"(?P<type>[A-Z][A-Za-z]{1,40}):(?P<key>[0-9a-zA-Z:_-]{1,200})")
_ALPHABET = re.compile(r"[A-Za-z0-9_-]+")
_OF_URLS = str.maketrans("-_", "+/")
_LARGEST = 2**63 - 1


def encode(type_name: str, key: int | str) -> strawberry.ID:
    """The global id of the thing of that type with that key."""
    raw = f"{type_name}:{key}".encode()
    return strawberry.ID(base64.urlsafe_b64encode(raw).rstrip(b"=").decode())


def encode_all(type_name: str, keys: Iterable[int | str]) -> list[str]:
    """The global ids of many things of one type; their letters need no sign that URLs would not take."""
    lines = b"".join(map(binascii.b2a_base64, [f"{type_name}:{key}".encode() for key in keys]))
    return lines.decode().replace("=", "").split("\n")[:-1]


def decode(value: str) -> tuple[str, str]:
    """The type's name and the key.

    Raises:
        InvalidInput: it is no id that this API gave out.
    """
    try:
        raw = binascii.a2b_base64((value + "=" * (-len(value) % 4)).translate(_OF_URLS)).decode("ascii")
    except (binascii.Error, ValueError):
        raw = ""
    match = _SHAPE.fullmatch(raw) if encodes(value) else None
    if match is None:
        msg = f"“{value[:60]}” is not an id of this API. Use the id field of an object as it was given."
        raise errors.InvalidInput(msg)
    return match["type"], match["key"]


def encodes(value: str) -> bool:
    """Whether the text has the alphabet of an id at all; the decoder itself skips foreign characters."""
    return len(value) < 400 and _ALPHABET.fullmatch(value) is not None  # noqa: PLR2004 - far above any id


def key_of(type_name: str, value: str, *, path: tuple[str, ...] = ()) -> int:
    """The numeric key of an id that must name a thing of that type.

    Raises:
        InvalidInput: it is no id, or one of another type.
    """
    try:
        found, key = decode(value)
    except errors.InvalidInput as error:
        raise errors.InvalidInput(error.message, path=path) from None
    if found != type_name or not key.isdigit() or int(key) > _LARGEST:
        msg = f"“{value[:60]}” is the id of {_named(found)}, not of {_named(type_name)}."
        raise errors.InvalidInput(msg, path=path)
    return int(key)


def _named(type_name: str) -> str:
    """A type in words: `PlannedCourse` is “a planned course”."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type_name).lower()
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"
