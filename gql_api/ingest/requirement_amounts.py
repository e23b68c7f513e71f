"""What the constraint columns of a row ask for: the node's own minima and maxima, and constraints.

`constraint_type` is `credits`, `courses`, `level`, `tag` or blank where the numbers are about the whole node, and
`min_level_credits`, `min_courses_at_level`, `min_tag_courses` or `max_tag_credits` where they are about a part of it.
A number is narrowed by what stands beside it, in this order::

    min_credits           min_level, else tag, else scope     MIN_CREDITS_AT_LEVEL, else MIN_CREDITS with a scope
    min_courses           tag, else min_level, else scope     MIN_COURSES_WITH_ATTRIBUTE, else MIN_COURSES_AT_LEVEL …
    min_courses_at_level  min_level                           MIN_COURSES_AT_LEVEL
    max_credits           tag, else min_level (alone), scope  MAX_CREDITS_WITH_ATTRIBUTE, else MAX_CREDITS_AT_LEVEL …
    max_courses           tag, else min_level (alone), scope  MAX_COURSES with a scope

A narrowed minimum of the whole node is its own minimum as well, since the part is all that is asked; a narrowed
minimum of a part, and any narrowed maximum, is a constraint only. What is not narrowed is the node's own.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeVar

from gql_api.domain import codes, requirements
from gql_api.ingest import requirement_cells

Kind = requirements.ConstraintKind
Value = TypeVar("Value")
Number = Decimal | int

WHOLE = ("credits", "courses", "level", "tag")
PARTS = {
    "min_level_credits": ("min_credits", "min_level"),
    "min_courses_at_level": ("min_courses", "min_level"),
    "min_tag_courses": ("min_courses", "tag"),
    "max_tag_credits": ("max_credits", "tag"),
}
"""The types about a part, each with the columns it needs."""
_NEEDED = {
    "credits": ("min_credits", "max_credits"),
    "courses": ("min_courses", "max_courses"),
    "level": ("min_level",),
    "tag": ("tag",),
}
TYPES = (*WHOLE, *PARTS)


class Cells(ABC):
    """Cells of one row by column; what is wrong with one is told, and it reads as none."""

    @abstractmethod
    def wrong(self, column: str, message: str) -> None:
        """This cell keeps the row out."""

    @abstractmethod
    def text(self, column: str) -> str | None:
        """The cell's text, none where blank."""

    @abstractmethod
    def read(self, column: str, parse: Callable[[str], Value]) -> Value | None:
        """The cell's value, none where blank or wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """The constraint columns of one row. `subjects` is the scope."""

    type: str | None
    min_credits: Decimal | None
    max_credits: Decimal | None
    min_courses: int | None
    max_courses: int | None
    min_level: int | None
    min_courses_at_level: int | None
    tag: str | None
    tag_value: str | None
    subjects: frozenset[str]
    description: str | None

    @property
    def is_part(self) -> bool:
        """Whether the numbers are about a part of the node only."""
        return self.type in PARTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a row asks of a node: its own amounts by field, constraints, and what is odd about it."""

    own: tuple[tuple[str, Number], ...]
    constraints: tuple[requirements.Constraint, ...]
    oddities: tuple[tuple[str, str], ...]
    """(column, message)"""


def read(cells: Cells) -> Stated | None:
    """The row's constraint columns, none where all are blank."""
    kind = cells.text("constraint_type")
    kind = None if kind is None else "_".join(kind.lower().replace("-", " ").split())
    if kind is not None and kind not in TYPES:
        cells.wrong("constraint_type", f"“{kind}” is not a constraint type. Known types: {', '.join(TYPES)}.")
    tag = cells.text("tag")
    tag_value = cells.text("tag_value")
    if tag is None and tag_value is not None:
        cells.wrong("tag_value", "The value belongs to no tag; fill the column tag.")
    stated = Stated(
        type=kind,
        min_credits=cells.read("min_credits", requirement_cells.amount) or None,
        max_credits=cells.read("max_credits", requirement_cells.amount),
        min_courses=cells.read("min_courses", requirement_cells.whole) or None,
        max_courses=cells.read("max_courses", requirement_cells.whole),
        min_level=cells.read("min_level", requirement_cells.level),
        min_courses_at_level=cells.read("min_courses_at_level", requirement_cells.whole) or None,
        tag=None if tag is None else tag.lower(),
        tag_value=_value(tag_value),
        subjects=_subjects(cells.text("scope_subject_codes")),
        description=cells.text("description"),
    )
    is_blank = replace(stated, description=None) == _NOTHING
    return None if is_blank else stated


_NOTHING = Stated(
    type=None,
    min_credits=None,
    max_credits=None,
    min_courses=None,
    max_courses=None,
    min_level=None,
    min_courses_at_level=None,
    tag=None,
    tag_value=None,
    subjects=frozenset(),
    description=None,
)


def _subjects(cell: str | None) -> frozenset[str]:
    parts = (cell or "").replace(";", ",").replace("|", ",").split(",")
    return frozenset(codes.subject(part) for part in parts if part.strip())


def _value(text: str | None) -> str | None:
    """TRUE and FALSE in one spelling, anything else as it stands."""
    return text.lower() if text is not None and text.lower() in ("true", "false") else text


def asked(stated: Stated, pool_subjects: frozenset[str]) -> Asked:
    """What the row asks of a node whose options have these subjects (none known: any).

    A scope that holds every subject of the pool narrows nothing.
    """
    narrows = bool(stated.subjects) and not (pool_subjects and pool_subjects <= stated.subjects)
    translation = _Translation(stated, narrows)
    for field in ("min_credits", "min_courses", "max_credits", "max_courses"):
        number: Number | None = getattr(stated, field)
        if number is not None:
            translation.add(field, number)
    if stated.min_courses_at_level is not None:
        translation.add_courses_at_level(stated.min_courses_at_level)
    return Asked(
        own=tuple(translation.own),
        constraints=tuple(translation.constraints),
        oddities=(*_oddities(stated), *translation.oddities),
    )


class _Translation:
    """Collects what the numbers of one row mean."""

    def __init__(self, stated: Stated, narrows: bool) -> None:  # noqa: FBT001 - private, called once
        self.own: list[tuple[str, Number]] = []
        self.constraints: list[requirements.Constraint] = []
        self.oddities: list[tuple[str, str]] = []
        self._stated = stated
        self._narrows = narrows
        self._has_minimum = any((stated.min_credits, stated.min_courses, stated.min_courses_at_level))

    def add(self, field: str, number: Number) -> None:
        """One number: a constraint where something narrows it, the node's own where nothing does, or both."""
        by_level, by_tag = self._narrowed_by(field)
        if by_level or by_tag or self._narrows:
            self.constraints.append(self._constraint(field, number, by_level=by_level, by_tag=by_tag))
            if self._stated.is_part or field.startswith("max"):
                return
        self.own.append((field, number))

    def add_courses_at_level(self, number: int) -> None:
        """The column `min_courses_at_level`, which needs a level beside it."""
        if self._stated.min_level is None:
            self.oddities.append(
                ("min_courses_at_level", "There is no min_level beside it: it is read as min_courses.")
            )
            self.own.append(("min_courses", number))
        else:
            self.constraints.append(self._constraint("min_courses", number, by_level=True, by_tag=False))

    def _narrowed_by(self, field: str) -> tuple[bool, bool]:
        """Whether the level and the tag are about this number."""
        stated = self._stated
        has_level, has_tag = stated.min_level is not None, stated.tag is not None
        if field.startswith("max"):
            return has_level and not self._has_minimum, has_tag
        others_level = field == "min_courses" and stated.min_credits is not None
        others_tag = field == "min_credits" and stated.min_courses is not None
        return (
            has_level and not (has_tag and others_level),
            has_tag and not (has_level and others_tag),
        )

    def _constraint(self, field: str, number: Number, *, by_level: bool, by_tag: bool) -> requirements.Constraint:
        stated = self._stated
        is_credits = field.endswith("credits")
        plain = {
            "min_credits": Kind.MIN_CREDITS,
            "min_courses": Kind.MIN_COURSES,
            "max_credits": Kind.MAX_CREDITS,
            "max_courses": Kind.MAX_COURSES,
        }[field]
        levelled = {
            "min_credits": Kind.MIN_CREDITS_AT_LEVEL,
            "min_courses": Kind.MIN_COURSES_AT_LEVEL,
            "max_credits": Kind.MAX_CREDITS_AT_LEVEL,
        }.get(field)
        tagged = {"min_courses": Kind.MIN_COURSES_WITH_ATTRIBUTE, "max_credits": Kind.MAX_CREDITS_WITH_ATTRIBUTE}.get(
            field
        )
        use_tag = by_tag and tagged is not None
        use_level = by_level and not use_tag and levelled is not None
        kind = tagged if use_tag and tagged is not None else levelled if use_level and levelled is not None else plain
        return requirements.Constraint(
            kind=kind,
            credits=Decimal(number) if is_credits else None,
            courses=None if is_credits else int(number),
            level=stated.min_level if use_level else None,
            attribute=stated.tag if use_tag else None,
            attribute_value=stated.tag_value if use_tag else None,
            scope=requirements.Scope(
                subjects=stated.subjects,
                level_from=stated.min_level if by_level and not use_level else None,
                attribute=stated.tag if by_tag and not use_tag else None,
                attribute_value=stated.tag_value if by_tag and not use_tag else None,
            ),
            description=stated.description,
        )


def _oddities(stated: Stated) -> list[tuple[str, str]]:
    """Where a type asks for columns that are blank."""
    if stated.type is None:
        return _unused(stated)
    needed = PARTS.get(stated.type)
    if needed is None:
        columns = _NEEDED[stated.type]
        is_odd = all(getattr(stated, column) is None for column in columns)
        missing = " and ".join(columns)
    else:
        absent = [column for column in needed if getattr(stated, column) is None]
        is_odd = bool(absent)
        missing = " and ".join(absent)
    found = _unused(stated)
    if is_odd:
        message = f"The type is {stated.type}, but {missing} is blank: the row is loaded as its numbers stand."
        found.append(("constraint_type", message.replace(" is blank", " are blank") if " and " in missing else message))
    return found


def _unused(stated: Stated) -> list[tuple[str, str]]:
    numbers = (stated.min_credits, stated.max_credits, stated.min_courses, stated.max_courses)
    if stated.min_courses_at_level is None and all(number is None for number in numbers):
        return [("constraint_type", "The row names a constraint without any number: it asks for nothing.")]
    return []
