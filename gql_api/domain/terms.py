"""Terms: when a course is taken. Winter < Spring < Summer < Fall within a year; a session refines a term."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from gql_api import errors

EARLIEST, LATEST = 1900, 2200
"""The years a term may name."""


class Season(Enum):
    """The part of the year, in order."""

    WINTER = "Winter"
    SPRING = "Spring"
    SUMMER = "Summer"
    FALL = "Fall"

    __hash__ = object.__hash__  # members are what they are: a hash of the name takes a call in Python

    @property
    def position(self) -> int:
        """1 for Winter to 4 for Fall."""
        return _POSITIONS[self]


_POSITIONS = {season: position for position, season in enumerate(Season, start=1)}
_FIRST_DAYS = {Season.WINTER: (1, 1), Season.SPRING: (1, 15), Season.SUMMER: (6, 1), Season.FALL: (8, 15)}
_BY_NAME = {season.value.upper(): season for season in Season} | {"AUTUMN": Season.FALL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A season of a year, and the session within it where the college has several."""

    year: int
    season: Season
    session: str | None = None

    @property
    def sort_key(self) -> int:
        """`year × 10 + position`: 20254 for Fall 2025. Sessions of one term share it."""
        return sort_key(self.year, self.season)

    @property
    def label(self) -> str:
        """`Fall 2025`, or `Fall 2025 (8 weeks A)` with a session."""
        return f"{self.season.value} {self.year}" + (f" ({self.session})" if self.session else "")

    @property
    def first_day(self) -> date:
        """The day on which rules look at the term, unless the college's calendar says otherwise."""
        month, day = _FIRST_DAYS[self.season]
        return date(self.year, month, day)


def sort_key(year: int, season: Season) -> int:
    """The number by which terms are ordered and stored."""
    return year * 10 + season.position


def from_sort_key(key: int) -> Term:
    """The term that a stored number names."""
    year, position = divmod(key, 10)
    return Term(year=year, season=list(Season)[position - 1])


def parse_season(text: str) -> Season:
    """Read a season's name in any case; Autumn is Fall.

    Raises:
        InvalidInput: it is none of the four.
    """
    season = _BY_NAME.get(text.strip().upper())
    if season is None:
        msg = f"“{text.strip()}” is not a season. Write Winter, Spring, Summer or Fall."
        raise errors.InvalidInput(msg)
    return season


def parse_year(text: str) -> int:
    """Read a year.

    Raises:
        InvalidInput: it is no number from 1900 to 2200.
    """
    stripped = text.strip()
    if not (stripped.isascii() and stripped.isdigit() and EARLIEST <= int(stripped[:9]) <= LATEST):
        msg = f"“{stripped}” is not a year. Write it with four digits, such as 2025."
        raise errors.InvalidInput(msg)
    return int(stripped)
