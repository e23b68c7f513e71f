"""Cells as values. Each function raises InvalidInput with a message that says what would be accepted."""

import re
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import TypeVar

from gql_api import errors
from gql_api.domain import credits

Member = TypeVar("Member", bound=Enum)

_TRUE = frozenset({"true", "t", "yes", "y", "1", "x"})
_FALSE = frozenset({"false", "f", "no", "n", "0"})
_DATE_FORMATS = ("%Y-%m-%d", "%m/%d/%Y")
_AMOUNT = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3})?")
_TOO_MUCH = re.compile(r"[0-9]{4,}(?:\.[0-9]+)?")
_WHOLE = re.compile(r"[0-9]{1,9}")
_SEPARATORS = re.compile(r"[;,|]")


def boolean(text: str) -> bool | None:
    """Yes or no; none where blank."""
    lowered = text.lower()
    if not lowered:
        return None
    if lowered in _TRUE or lowered in _FALSE:
        return lowered in _TRUE
    raise errors.InvalidInput(f"“{text}” is neither true nor false. Write true, false, yes or no.")


def day(text: str) -> date | None:
    """A date; none where blank."""
    if not text:
        return None
    for pattern in _DATE_FORMATS:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day of the calendar has no zone
        except ValueError:
            continue
    raise errors.InvalidInput(f"“{text}” is not a date. Write it as 2025-08-15.")


def amount(text: str) -> Decimal | None:
    """A number of credits without a range; none where blank."""
    if not text:
        return None
    if _TOO_MUCH.fullmatch(text) is not None:
        raise errors.InvalidInput(f"“{text}” is too much: at most {credits.MOST} credits.")
    if _AMOUNT.fullmatch(text) is None:
        raise errors.InvalidInput(f"“{text}” is not a number of credits. Write 3 or 1.5.")
    return Decimal(text)


def whole(text: str) -> int | None:
    """A whole number, not negative; none where blank."""
    if not text:
        return None
    if _WHOLE.fullmatch(text) is None:
        raise errors.InvalidInput(f"“{text}” is not a whole number. Write 2.")
    return int(text)


def member(text: str, members: type[Member], *, what: str) -> Member | None:
    """A member of a closed list, by its name or value in any case, with spaces or hyphens; none where blank."""
    if not text:
        return None
    wanted = _plain(text)
    for candidate in members:
        if wanted in {_plain(candidate.name), _plain(str(candidate.value))}:
            return candidate
    accepted = ", ".join(candidate.name.lower() for candidate in members)
    raise errors.InvalidInput(f"“{text}” is no {what}. Write one of: {accepted}.")


def several(text: str) -> list[str]:
    """The parts of a list, separated by semicolons, commas or bars, each once, sorted."""
    return sorted({part.strip() for part in _SEPARATORS.split(text) if part.strip()})


def _plain(text: str) -> str:
    return text.lower().replace("-", "_").replace(" ", "_")
