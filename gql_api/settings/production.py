"""What production refuses."""

from collections.abc import Mapping
from typing import Any

MINIMUM_SECRET_LENGTH = 32
MINIMUM_DISTINCT_CHARACTERS = 10
# Parts of values that stand in examples, tutorials and the old system; no random token contains them.
KNOWN_VALUES = ("developmentapi", "changeme", "change-me", "secretkey", "secret-key", "password", "example", "insecure")
REMEDY = "make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"


def problems(values: Mapping[str, Any]) -> list[str]:
    """What is missing or weak, each with its remedy; the secrets themselves are not repeated."""
    found: list[str] = []
    if "DATABASE_URL" not in values:
        found.append("DATABASE_URL is not set; set it to postgresql://user:password@host:5432/name")
    for name in ("SECRET_KEY", "ADMIN_TOKEN", "SECRET_KEY_PREVIOUS"):
        value = values.get(name)
        if value is not None:
            found.extend(f"{name} {weakness}; {REMEDY}" for weakness in _weaknesses(str(value)))
        elif name != "SECRET_KEY_PREVIOUS":
            found.append(f"{name} is not set; {REMEDY}")
    return found


def _weaknesses(secret: str) -> list[str]:
    if any(known in secret.lower() for known in KNOWN_VALUES):
        return ["contains a default or example value"]
    if len(secret) < MINIMUM_SECRET_LENGTH:
        return [f"is shorter than {MINIMUM_SECRET_LENGTH} characters"]
    if len(set(secret)) < MINIMUM_DISTINCT_CHARACTERS:
        return ["repeats a few characters and can be guessed"]
    return []
