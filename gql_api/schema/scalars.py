"""The scalars of our own. Python's Decimal is the API's `Credits`: exact, bounded, never NaN, never a float."""

import re
from decimal import Decimal
from typing import Any, Final

import strawberry
from strawberry.types.scalar import ScalarDefinition

from gql_api import errors
from gql_api.domain import credits as credits_

_SHAPE = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})?")


def parse_credits(value: object) -> Decimal:
    """Credits from a variable or a literal: a string or an integer, 0 to 999.99, at most two places.

    Raises:
        InvalidInput: anything else; floats too, since they are not exact.
    """
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not _SHAPE.fullmatch(text):
        rule = 'Credits are a string or an integer from 0 to 999.99 with at most two places, such as "3.00"'
        msg = f"{rule}; got {value!r:.60}."
        raise errors.InvalidInput(msg)
    return Decimal(text)


CREDITS: Final[ScalarDefinition] = strawberry.scalar(
    name="Credits",
    description=(
        'Academic credits, exact: a string with two places in answers ("3.00"); a string or an integer '
        "from 0 to 999.99 in input. Sums are rounded half up for display only."
    ),
    serialize=credits_.displayed,
    parse_value=parse_credits,
)
SCALARS: Final[dict[object, Any]] = {Decimal: CREDITS}
