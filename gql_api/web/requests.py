"""What a client asks for: query, operationName, variables and extensions, from a JSON body or from a query string."""

import json
import re
from collections.abc import Iterable
from typing import Any, NamedTuple, Never, cast
from urllib.parse import parse_qsl

import orjson

from gql_api.web import refusals
from gql_api.web.codes import Code

MAXIMUM_NESTING = 64
MAXIMUM_DIGITS = 20
MAXIMUM_PARAMETERS = 20
_KEY = re.compile(rb'"[ \t\r\n]*:')
NAMES = ("query", "operationName", "variables", "extensions")


class Asked(NamedTuple):
    """One GraphQL request, its types checked."""

    query: str
    operation_name: str | None
    variables: dict[str, Any]


def from_body(body: bytes) -> Asked:
    """The request of a POST. Raises Refusal (400) with what is wrong."""
    if not body.strip():
        raise refusals.bad_request("The request has no body; send a JSON object with the key query.")
    return _asked(_json(body, "The body"))


def from_query_string(query_string: bytes) -> Asked:
    """The request of a GET; variables and extensions are JSON texts. Raises Refusal (400) with what is wrong."""
    try:
        text = query_string.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MAXIMUM_PARAMETERS)
    except ValueError as error:
        raise refusals.bad_request("The query string is not URL-encoded UTF-8.") from error
    values: dict[str, Any] = {}
    for name, value in pairs:
        if name in values:
            raise refusals.bad_request(f"The parameter {name[:40]} is given twice.")
        values[name] = value
    for name in ("variables", "extensions"):
        if values.get(name):
            values[name] = _json(values[name].encode(), f"The parameter {name}")
        else:
            values.pop(name, None)
    values["operationName"] = values.get("operationName") or None
    return _asked(values)


def _asked(value: object) -> Asked:
    if isinstance(value, list):
        raise refusals.bad_request("Send one operation per request, not a list.", Code.BATCHING_NOT_SUPPORTED)
    if not isinstance(value, dict):
        raise refusals.bad_request("The body is not a JSON object with the key query.")
    query, name, variables, extensions = map(cast("dict[str, object]", value).get, NAMES)
    if not isinstance(query, str) or not query.strip():
        raise refusals.bad_request("The key query is missing or not a text with a GraphQL document.")
    if name is not None and not isinstance(name, str):
        raise refusals.bad_request("The key operationName is not a text.")
    if extensions is not None and not isinstance(extensions, dict):
        raise refusals.bad_request("The key extensions is not an object.")
    if variables is not None and not isinstance(variables, dict):
        raise refusals.bad_request("The key variables is not an object.")
    return Asked(query=query, operation_name=name or None, variables=cast("dict[str, Any]", variables or {}))


def _json(raw: bytes, what: str) -> object:
    """The parsed value: valid UTF-8 JSON without repeated keys, numbers that fit, and moderate nesting.

    orjson refuses invalid UTF-8, lone surrogates, NaN and infinities. Where it may have swallowed something, the
    standard parser sees repeated keys, which would let two readers of one request disagree, and too large integers.
    """
    try:
        value = orjson.loads(raw)
        if not _is_certain(value, raw):
            value = _DECODER.decode(raw.decode())
    except (ValueError, RecursionError) as error:
        detail = str(error) if isinstance(error, _UnfitError) else "not valid JSON"
        raise refusals.bad_request(f"{what} is {detail}.") from error
    if b"\\u" in raw or raw.count(b"{") + raw.count(b"[") > MAXIMUM_NESTING:
        _check_values(value, what)
    return value


def _is_certain(value: object, raw: bytes) -> bool:
    """Whether no key was repeated and no number changed: there are as many keys as anything in the text looks like.

    A number that is too large for 64 bits becomes a float, and only such ones.
    """
    waiting, count = [value], 0
    for one in waiting:
        kind = type(one)
        if kind is dict:
            fields = cast("dict[str, object]", one)
            count += len(fields)
            waiting.extend(fields.values())
        elif kind is list:
            waiting.extend(cast("list[object]", one))
        elif kind is float:
            return False
    return count == len(_KEY.findall(raw))


class _UnfitError(ValueError):
    """JSON by the letter, and refused; the message goes on after "is"."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _UnfitError("an object that repeats a key")
    return value


def _integer(text: str) -> int:
    if len(text) > MAXIMUM_DIGITS:
        raise _UnfitError(f"JSON with an integer of more than {MAXIMUM_DIGITS} digits")
    return int(text)


def _constant(text: str) -> Never:
    raise _UnfitError(f"JSON with {text}, which is no number")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_constant=_constant)


def _check_values(root: object, what: str) -> None:
    """Refuse deep nesting, and U+0000, which PostgreSQL cannot store."""
    waiting: list[tuple[object, int]] = [(root, 1)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, str):
            if "\x00" in value:
                raise refusals.bad_request(f"{what} contains the character U+0000.")
        elif isinstance(value, (dict, list)):
            if depth > MAXIMUM_NESTING:
                raise refusals.bad_request(f"{what} is nested deeper than {MAXIMUM_NESTING} levels.")
            waiting.extend((item, depth + 1) for item in _inner(cast("dict[str, object] | list[object]", value)))


def _inner(value: dict[str, object] | list[object]) -> Iterable[object]:
    return (*value.keys(), *value.values()) if isinstance(value, dict) else value
