"""The scalars of our own. Python's Decimal is the API's `Credits`: exact, bounded, never NaN, never a float.

Days and moments are Strawberry's, but say what is wrong in our words and take one spelling each.
"""

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

import strawberry
from strawberry.types.scalar import ScalarDefinition

from gql_api import errors
from gql_api.domain import credits as credits_
from gql_api.domain import texts

_SHAPE = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse_credits(value: object) -> Decimal:
    """Credits from a variable or a literal: a string or an integer, 0 to 999.99, at most two places.

    Raises:
        InvalidInput: anything else; floats too, since they are not exact.
    """
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not _SHAPE.fullmatch(text):
        rule = 'Credits are a string or an integer from 0 to 999.99 with at most two places, such as "3.00"'
        msg = f"{rule}; got {texts.shown(value)}."
        raise errors.InvalidInput(msg)
    return Decimal(text)


CREDITS: Final[ScalarDefinition] = strawberry.scalar(
    name="Credits",
    description=(
        'Academic credits, exact: a string with two places in answers ("3.00"); a string or an integer '
        "from 0 to 999.99 in input. Sums are rounded half up for display only."
    ),
    serialize=lru_cache(maxsize=4096)(credits_.displayed),  # hardly a hundred different ones, a thousand times each
    parse_value=parse_credits,
)


def parse_date(value: object) -> date:
    """A day from a variable or a literal: year, month and day with hyphens.

    Raises:
        InvalidInput: anything else, and days that no calendar has.
    """
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:  # the 30th of February
        pass
    msg = f"A Date is a day as year, month and day, such as 2025-08-15; got {texts.shown(value)}."
    raise errors.InvalidInput(msg)


def parse_datetime(value: object) -> datetime:
    """A moment from a variable or a literal, with its distance from UTC.

    Raises:
        InvalidInput: anything else.
    """
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        msg = f"A DateTime is a moment such as 2025-08-15T14:30:00+00:00; got {texts.shown(value)}."
        raise errors.InvalidInput(msg)
    return moment


DATE: Final[ScalarDefinition] = strawberry.scalar(
    name="Date",
    description="A day, ISO 8601: 2025-08-15.",
    serialize=date.isoformat,
    parse_value=parse_date,
)
DATE_TIME: Final[ScalarDefinition] = strawberry.scalar(
    name="DateTime",
    description="A moment with its distance from UTC, ISO 8601: 2025-08-15T14:30:00+00:00.",
    serialize=datetime.isoformat,
    parse_value=parse_datetime,
)
SCALARS: Final[dict[object, Any]] = {Decimal: CREDITS, date: DATE, datetime: DATE_TIME}
