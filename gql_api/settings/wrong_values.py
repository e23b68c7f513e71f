"""What is wrong with a setting, in our own words: its name, its value, what it takes, and an example.

Values that may hold a secret are never repeated.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import SecretStr, ValidationError

from gql_api.settings.values import Settings

EXAMPLES: Mapping[str, str] = {
    "GQL_API_PROFILE": "GQL_API_PROFILE=production",
    "GQL_API_HOME": "GQL_API_HOME=/var/lib/gql_api",
    "HOST": "HOST=127.0.0.1",
    "PORT": "PORT=8000",
    "DATABASE_URL": "DATABASE_URL=postgresql://user:password@host:5432/name",
    "DATABASE_REPLICA_URL": "DATABASE_REPLICA_URL=postgresql://user:password@host:5432/name",
    "POOL_SIZE": "POOL_SIZE=8",
    "METRICS_TOKEN": "make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'",
    "CORS_ORIGINS": "CORS_ORIGINS=https://advising.example.edu",
    "BODY_LIMIT": "BODY_LIMIT=262144",
    "GRAPHIQL": "GRAPHIQL=off",
    "INTROSPECTION": "INTROSPECTION=off",
    "LOG_LEVEL": "LOG_LEVEL=info",
    "LOG_FORMAT": "LOG_FORMAT=json",
}
"""One right value of every setting that can be wrong by itself."""
_LONGEST = 60
"""Characters of a value that are repeated."""


def told(error: ValidationError) -> Iterable[str]:
    """One line for every setting with a wrong value; missing ones are told by `production`."""
    for detail in error.errors(include_url=False):
        if not detail["loc"]:  # what is wrong between settings says it whole
            yield detail["msg"].removeprefix("Value error, ")
        elif detail["type"] != "missing":
            yield _line(str(detail["loc"][0]), detail["type"], detail["input"], detail.get("ctx", {}))


def _line(name: str, kind: str, given: object, bounds: Mapping[str, Any]) -> str:
    value = "the value" if name in _secret() else f"“{_shortened(str(given).strip())}”"
    example = EXAMPLES.get(name)
    remedy = "" if example is None else f"; {example}" if example.startswith("make") else f"; for example {example}"
    return f"{name}: {value} {_wrong(kind, given, bounds)}{remedy}"


def _wrong(kind: str, given: object, bounds: Mapping[str, Any]) -> str:
    """What a value is not, and what it must be, to go on after the value."""
    match kind:
        case "int_parsing" | "int_type" | "int_from_float" | "int_parsing_size":
            return "is not a whole number"
        case "greater_than_equal":
            return f"is too small: it must be at least {bounds['ge']}"
        case "less_than_equal":
            return f"is too large: it must be at most {bounds['le']}"
        case "bool_parsing" | "bool_type":
            return "is neither on nor off"
        case "enum" | "literal_error":
            return f"is not known: it must be {str(bounds['expected']).replace(chr(39), '')}"
        case "too_short" | "string_too_short":
            least = bounds["min_length"]
            return "is empty" if not _length(given) else f"is too short: it must have at least {least} characters"
        case "value_error":
            return str(bounds["error"])
        case _:
            return "is not a value of its kind"


def _length(given: object) -> int:
    return len(given.get_secret_value() if isinstance(given, SecretStr) else str(given).strip())


def _secret() -> frozenset[str]:
    """The names of settings that hold a secret: pydantic's type for those says which."""
    return frozenset(
        str(field.alias) for field in Settings.model_fields.values() if "SecretStr" in str(field.annotation)
    )


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
