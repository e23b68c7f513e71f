"""Course codes: one normaliser for imports, options, search and prerequisites.

A code is a subject and a number. Trimmed, white space collapsed, upper-cased; a hyphen or nothing between the
two becomes one space, so that `bio1004`, `BIO-1004` and `BIO 1004` are one code. The published spelling is kept
beside it by whoever stores it.

Oddities that are real and survive: `C&E SOC 140`, `ACCTG (101) 105`, `MED SC-V 500`, `MATH 2108/2109`, `R1A`,
`ANIMTOON 60-201-409`. Subjects joined by a slash (`STAT/MATH 431`) are a cross-listing: in any order, one course.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from gql_api import errors

LONGEST = 120
"""Characters of the longest code accepted; the longest real one has 75."""

_SPACED = re.compile(r"(?P<subject>.*\S) (?P<number>[0-9][^\s]*)")
_JOINED = re.compile(r"(?P<subject>[^0-9]*[^0-9\s-])[- ]?(?P<number>[0-9][^\s]*)")
_SUBJECT = re.compile(r"[A-Z][^\x00-\x1f\"';\\]*")
_NUMBER = re.compile(r"[0-9][0-9A-Z./&-]*")
_VARIABLE_CREDIT = re.compile(r"(?P<level>[0-9])V[0-9]{2}")
_DIGITS = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True, order=True)
class CourseCode:
    """A normalised code. `subject` holds all subjects of a cross-listing, sorted and joined by a slash."""

    subject: str
    number: str

    @property
    def key(self) -> str:
        """The spelling that identifies the course within its institution: `MATH/STAT 431`."""
        return f"{self.subject} {self.number}"

    @property
    def subjects(self) -> tuple[str, ...]:
        """Each subject under which the course is listed, sorted."""
        return tuple(self.subject.split("/"))

    @property
    def aliases(self) -> tuple[str, ...]:
        """The keys of the members of a cross-listing (`MATH 431`, `STAT 431`); empty for an ordinary code."""
        if "/" not in self.subject:
            return ()
        return tuple(f"{subject} {self.number}" for subject in self.subjects)

    @property
    def level(self) -> int | None:
        """The level that the number's text tells; see `level_of`."""
        return level_of(self.number)


def parse(text: str) -> CourseCode:
    """Normalise a published code.

    Raises:
        InvalidInput: the text cannot be split into subject and number; nothing is guessed.
    """
    collapsed = " ".join(text.upper().split())
    if not collapsed:
        msg = "The course code is empty. Write subject and number, such as MATH 101."
        raise errors.InvalidInput(msg)
    if len(collapsed) > LONGEST:
        msg = f"The course code has {len(collapsed)} characters; at most {LONGEST} are accepted."
        raise errors.InvalidInput(msg)
    match = _SPACED.fullmatch(collapsed) or _JOINED.fullmatch(collapsed)
    if match is None or not _NUMBER.fullmatch(match["number"]):
        msg = f"“{text.strip()}” cannot be split into a subject and a number. Write it as MATH 101."
        raise errors.InvalidInput(msg)
    subjects = _sorted_subjects(match["subject"])
    if subjects is None:
        msg = f"“{text.strip()}” has no subject that begins with a letter. Write it as MATH 101."
        raise errors.InvalidInput(msg)
    return CourseCode(subjects, match["number"])


def subject(text: str) -> str:
    """Normalise a subject alone (a filter, a pattern): `c&e  soc` → `C&E SOC`."""
    return " ".join(text.upper().split())


@lru_cache(maxsize=4_096)
def level_of(number: str) -> int | None:
    """The level, a multiple of 1000, read from a course number *as text*; none where it has no digits.

    A leading zero means developmental (0): `098`, `0099`. Three digits tell it by hundreds, four and five by the
    first digit, one or two digits are the first level. In `4V80` the V stands where other numbers of that
    college have the credits, so the first digit is the level.
    """
    if (variable := _VARIABLE_CREDIT.fullmatch(number)) is not None:
        return int(variable["level"]) * 1000
    digits = _DIGITS.search(number)
    if digits is None:
        return None
    if digits[0].startswith("0"):
        return 0
    return int(digits[0][0]) * 1000 if len(digits[0]) > 2 else 1000  # noqa: PLR2004 - the rule is about two digits


@lru_cache(maxsize=4_096)
def _sorted_subjects(text: str) -> str | None:
    """The subjects of a code, sorted; none where one of them is no subject. A catalog has few, on many rows."""
    subjects = sorted({part.strip() for part in text.rstrip("-").strip().split("/")})
    return "/".join(subjects) if all(_SUBJECT.fullmatch(part) for part in subjects) else None
