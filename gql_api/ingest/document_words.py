"""What is wrong with a value of a document, in words that say what it must be."""

from collections.abc import Mapping
from typing import Any

OBJECT = "must be an object"
_KINDS = {
    "missing": "is missing",
    "extra_forbidden": "is no field that is known here; correct its name, or leave it out",
    "model_type": OBJECT,
    "dict_type": OBJECT,
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "string_type": "must be a text in quotes",
    "int_type": "must be a whole number without quotes",
    "bool_type": "must be true or false",
    "decimal_type": "must be a number",
    "decimal_parsing": "must be a number",
}
_BOUNDS = {
    "greater_than_equal": "must be at least {ge}",
    "greater_than": "must be more than {gt}",
    "less_than_equal": "must be at most {le}",
    "less_than": "must be less than {lt}",
    "string_too_long": "must have at most {max_length} characters",
    "too_long": "must have at most {max_length} members, not {actual_length}",
    "literal_error": "must be {expected}",
}
"""With the bound that was broken, by pydantic's name for it."""


def told(kind: str, message: str, bounds: Mapping[str, Any]) -> str:
    """What to say of a mistake of pydantic's `kind` after its place; `message` where there is nothing better."""
    if kind == "string_too_short" or (kind == "too_short" and bounds.get("min_length") == 1):
        return "must not be empty"
    if kind in _BOUNDS:
        return _BOUNDS[kind].format_map(bounds)
    return _KINDS.get(kind) or message.removeprefix("Value error, ")
