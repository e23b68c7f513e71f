"""Credits: exact decimals, never floats. Thirds stay exact enough while computing (28 digits); display rounds."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from gql_api import errors

ZERO = Decimal(0)
CENT = Decimal("0.01")
MOST = Decimal("999.99")
"""The largest number of credits anything may have."""
QUARTER_TO_SEMESTER = Decimal(2) / Decimal(3)

_NUMBER = r"[0-9]{1,3}(?:\.[0-9]{1,3})?"
_TOO_MUCH = re.compile(r"[0-9]{4,}(?:\.[0-9]+)?")
_SHAPE = re.compile(
    rf"(?P<low>{_NUMBER})(?:\s*(?:-|–|to|/)\s*(?P<high>{_NUMBER})|\s*,?\s*(?:max\.?|up to)\s*(?P<most>{_NUMBER}))?"
    r"\s*(?:cr\.?|credits?|hours?)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditRange:
    """What a course carries: `minimum` to `maximum` credits; `text` is what was published where that says more."""

    minimum: Decimal
    maximum: Decimal
    text: str | None = None


def parse(text: str) -> CreditRange | None:
    """Read published credits: `3`, `0.5`, `1-4`, `1.5-3`, `5, max. 10`; none where nothing was published.

    Raises:
        InvalidInput: the text is no number or range of numbers from 0 to 999.99, or its minimum is above its maximum.
    """
    published = " ".join(text.split())
    if not published:
        return None
    match = _SHAPE.fullmatch(published)
    if match is None and _TOO_MUCH.fullmatch(published) is not None:
        msg = f"“{published}” is too much: at most {MOST} credits."
        raise errors.InvalidInput(msg)
    if match is None:
        msg = f"“{published}” is not a number of credits. Write 3, 0.5 or 1-4."
        raise errors.InvalidInput(msg)
    low = Decimal(match["low"])
    high = Decimal(match["high"] or match["most"] or match["low"])
    if low > high:
        msg = f"“{published}” has a minimum above its maximum. Write the smaller number first."
        raise errors.InvalidInput(msg)
    plain = match["most"] is None
    return CreditRange(minimum=low, maximum=high, text=None if plain else published)


def displayed(amount: Decimal) -> str:
    """Credits as people read them: two places, rounded half up."""
    return str(amount.quantize(CENT, rounding=ROUND_HALF_UP))


def convert_quarter(amount: Decimal) -> Decimal:
    """Quarter credits as semester credits (× 2/3), unrounded."""
    return amount * QUARTER_TO_SEMESTER
