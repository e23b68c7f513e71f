"""A catalog course as the rules see it: its codes, level, credits and attributes, frozen."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import cast

from gql_api.domain import institutions, statuses

DEVELOPMENTAL = 0
"""The level of courses that prepare for college work: they count only where a program names them."""

_NUMBER = re.compile(r"(?P<digits>[0-9]+)(?P<suffix>.*)")
_TRUE = frozenset({"true", "yes", "1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributes:
    """What a catalog says of how a course is taught; `has_lab` none means that it says nothing."""

    has_lab: bool | None = None
    course_type: statuses.CourseType | None = None
    tags: frozenset[str] = frozenset()

    def have(self, attribute: str, value: str | None = None) -> bool:
        """Whether the course has an attribute: `has_lab`, `course_type` with its value, a type's name, or a tag.

        Research includes seminars and independent study. A tag is asked for by its name alone, as `tag` with
        the name as value, or as `name:value`.
        """
        if attribute == "has_lab":
            return self.has_lab is (value is None or value.strip().lower() in _TRUE)
        if attribute == "course_type":
            return value is not None and self._is_of_type(value.strip().lower())
        if attribute in {"tag", "tags"} and value is not None:
            return value in self.tags
        if value is not None and value.strip().lower() not in _TRUE:
            return f"{attribute}:{value}" in self.tags
        return attribute in self.tags or self._is_of_type(attribute)

    def _is_of_type(self, name: str) -> bool:
        if self.course_type is None:
            return False
        is_research = name == statuses.CourseType.RESEARCH.value and self.course_type in statuses.RESEARCH_TYPES
        return is_research or self.course_type.value == name


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One code under which a course is catalogued: subjects (several when one entry is cross-listed) and number."""

    subjects: tuple[str, ...]
    number: str
    level: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A catalog entry with the cross-listed entries that are the same course.

    `same_ids` and `listings` hold the course itself first, then the other members of its cross-list group. Credits
    are in the unit of `calendar`.
    """

    id: int
    institution_id: int
    code: str
    title: str = ""
    listings: tuple[Listing, ...]
    credits_min: Decimal | None = None
    credits_max: Decimal | None = None
    attributes: Attributes = field(default_factory=Attributes)
    calendar: institutions.Calendar = institutions.Calendar.SEMESTER
    same_ids: frozenset[int]
    exclusion_group_id: int | None = None
    repeatable_times: int | None = None
    repeatable_credits: Decimal | None = None
    is_examination: bool = False
    """Whether it is an examination, which has a score and no grade."""
    level: int | None = field(init=False, repr=False, compare=False)
    """The level of its own listing, a multiple of 1000."""
    subjects: frozenset[str] = field(init=False, repr=False, compare=False)
    """Every subject under which the course is listed."""

    def __post_init__(self) -> None:
        """What every rule asks for again and again."""
        object.__setattr__(self, "level", self.listings[0].level)
        if len(self.listings) == 1:
            object.__setattr__(self, "subjects", _subjects(self.listings[0].subjects))
        else:
            found = (subject for listing in self.listings for subject in listing.subjects)
            object.__setattr__(self, "subjects", frozenset(found))

    @property
    def is_developmental(self) -> bool:
        """Whether the course prepares for college work."""
        return self.level == DEVELOPMENTAL


_NO_TAGS: frozenset[str] = frozenset()
_NONE = Attributes()
_TYPES = {kind.value: kind for kind in statuses.CourseType}


@lru_cache(maxsize=4_096)
def _subjects(listed: tuple[str, ...]) -> frozenset[str]:
    """The subjects of one listing as a set, the same one for all courses that have them: they are many, and stay."""
    return frozenset(listed)


def attributes(stored: Mapping[str, object]) -> Attributes:
    """The attributes in a catalog's JSON object; what is unknown to the rules is left out."""
    if not stored:
        return _NONE
    has_lab, course_type, tags = stored.get("has_lab"), stored.get("course_type"), stored.get("tags")
    return Attributes(
        has_lab=has_lab if isinstance(has_lab, bool) else None,
        course_type=_TYPES.get(course_type) if isinstance(course_type, str) else None,
        tags=frozenset(map(str, cast("list[object]", tags))) if isinstance(tags, list) and tags else _NO_TAGS,
    )


def is_number_between(number: str, lowest: str | None, highest: str | None) -> bool:
    """Whether a course number lies in an inclusive range, compared as numbers.

    A suffix matters only against a bound that has one: 125L lies between 100 and 125, and not between 125M and 130.
    """
    return _is_from(number, lowest) and _is_to(number, highest)


def _is_from(number: str, bound: str | None) -> bool:
    if bound is None:
        return True
    given, least = _NUMBER.search(number), _NUMBER.search(bound)
    if given is None or least is None:
        return number >= bound
    if not least["suffix"] or int(given["digits"]) != int(least["digits"]):
        return int(given["digits"]) >= int(least["digits"])
    return given["suffix"].upper() >= least["suffix"].upper()


def _is_to(number: str, bound: str | None) -> bool:
    if bound is None:
        return True
    given, most = _NUMBER.search(number), _NUMBER.search(bound)
    if given is None or most is None:
        return number <= bound
    if not most["suffix"] or int(given["digits"]) != int(most["digits"]):
        return int(given["digits"]) <= int(most["digits"])
    return given["suffix"].upper() <= most["suffix"].upper()
