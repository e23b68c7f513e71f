"""Institutions: their kinds, their policies, and the abbreviation that people use for them."""

import re
from enum import Enum

_SMALL_WORDS = frozenset(
    "a an and at by de del des du el for from in la las los of on or the to with".split()  # noqa: SIM905 - one line
)
_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+")


class InstitutionKind(Enum):
    """What an institution is. An examining body publishes examinations, which are catalogued like courses."""

    TWO_YEAR = "two-year"
    FOUR_YEAR = "four-year"
    EXAMINING_BODY = "examining body"


class Calendar(Enum):
    """How the year is divided; quarter credits count two thirds of a semester's."""

    SEMESTER = "semester"
    QUARTER = "quarter"

    __hash__ = object.__hash__  # members are what they are: a hash of the name takes a call in Python


class CreditsGranted(Enum):
    """How many credits an award carries where its rule does not say."""

    MINIMUM = "the lesser of target and converted source credits"
    TARGET = "the target course's credits"
    SOURCE = "the converted source credits"


class EquivalencyDate(Enum):
    """Which day decides whether an equivalency applies."""

    WHEN_TAKEN = "the day the course was taken"
    WHEN_EVALUATED = "the day of the evaluation"
    MOST_FAVOURABLE = "the better of the two for the student"


class RepeatPolicy(Enum):
    """Which attempt of a repeated course counts."""

    BEST = "the best"
    LATEST = "the latest"
    ALL = "all"


def normalised_name(text: str) -> str:
    """The name without surplus white space; letter case is compared by the database."""
    return " ".join(text.split())


def abbreviation_of(name: str) -> str:
    """Initials of the words that are not articles or prepositions: University of New Orleans → UNO."""
    words = [word for word in _WORD.findall(name) if word.lower() not in _SMALL_WORDS]
    return "".join(word[0].upper() for word in words)
