"""Prerequisites: what must be behind, or beside, a student before a course may be taken, as a typed tree.

>>> prerequisites_parsing.parse("MATH 101 with a C or better, or consent of instructor")
AnyOf(members=(CourseNeeded(code='MATH 101', minimum_grade=C), Consent(text='consent of instructor')))

Nothing of a published text is dropped: what is not understood is an `Unparsed` leaf, and what asks for nothing (“may
be repeated”) a `Note`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from typing import TypeAlias

from gql_api import errors
from gql_api.domain import codes, grades


class Timing(Enum):
    """When a course that is asked for must be taken, compared with the course that asks."""

    BEFORE = "in an earlier term or session"
    CONCURRENT = "earlier, or in the same term"
    COREQUISITE = "in the same term, if not earlier"


class Standing(Enum):
    """How far a student is, by earned credits; each includes the ones after it."""

    FRESHMAN = "freshman"
    SOPHOMORE = "sophomore"
    JUNIOR = "junior"
    SENIOR = "senior"
    GRADUATE = "graduate"


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseNeeded:
    """A course of the same institution, by its code as it was written, perhaps with a minimum grade."""

    code: str
    minimum_grade: grades.Grade | None = None
    timing: Timing = Timing.BEFORE

    @property
    def keys(self) -> tuple[str, ...]:
        """The codes under which the catalog may have it, the most telling first; empty where it is no code."""
        try:
            parsed = codes.parse(self.code)
        except errors.InvalidInput:
            return ()
        return (parsed.key, *parsed.aliases)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingNeeded:
    """A minimum standing."""

    standing: Standing
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditsNeeded:
    """So many earned credits, of any kind, in the institution's own unit."""

    credits: Decimal
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AverageNeeded:
    """A minimum grade point average at the institution."""

    minimum: Decimal
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreNeeded:
    """A placement, or a score in a test; `minimum` where the text has a number."""

    text: str
    minimum: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """Somebody's leave: an instructor's, a department's."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unparsed:
    """What is not understood; whether it is satisfied cannot be told."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A remark that asks for nothing, such as “may be repeated for credit”."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf:
    """Every member."""

    members: tuple["Prerequisite", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    """At least one member."""

    members: tuple["Prerequisite", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AtLeast:
    """At least `needed` of the members."""

    needed: int
    members: tuple["Prerequisite", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """That the member is not so: “not open to students with credit for MATH 102”."""

    member: "Prerequisite"


Group: TypeAlias = AllOf | AnyOf | AtLeast | Not
Leaf: TypeAlias = (
    CourseNeeded | StandingNeeded | CreditsNeeded | AverageNeeded | ScoreNeeded | Consent | Unparsed | Note
)
Prerequisite: TypeAlias = Group | Leaf


def members(node: Prerequisite) -> tuple[Prerequisite, ...]:
    """What is directly beneath; empty for a leaf."""
    match node:
        case AllOf() | AnyOf() | AtLeast():
            return node.members
        case Not():
            return (node.member,)
        case _:
            return ()


def walk(node: Prerequisite) -> Iterator[Prerequisite]:
    """The node and everything beneath it, each before its members."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        yield here
        waiting.extend(reversed(members(here)))


def courses(node: Prerequisite) -> tuple[CourseNeeded, ...]:
    """Every course that is named, in the order of the text, also beneath a `Not`."""
    return tuple(one for one in walk(node) if isinstance(one, CourseNeeded))


def asked(node: Prerequisite) -> tuple[CourseNeeded, ...]:
    """The courses that help to satisfy it: those that are not beneath a `Not`."""
    if isinstance(node, Not):
        return ()
    if isinstance(node, CourseNeeded):
        return (node,)
    return tuple(found for member in members(node) for found in asked(member))


def asks(node: Prerequisite | None) -> bool:
    """Whether anything is asked for at all: more than notes."""
    return node is not None and any(not isinstance(one, Note) and not members(one) for one in walk(node))


def all_of(given: Iterable[Prerequisite]) -> Prerequisite:
    """Every one of `given` (at least one), without a group in a group; a single one stands for itself."""
    flat = tuple(one for node in given for one in (node.members if isinstance(node, AllOf) else (node,)))
    return flat[0] if len(flat) == 1 else AllOf(members=flat)


def any_of(given: Iterable[Prerequisite]) -> Prerequisite:
    """At least one of `given` (at least one), without a group in a group; a single one stands for itself."""
    flat = tuple(one for node in given for one in (node.members if isinstance(node, AnyOf) else (node,)))
    return flat[0] if len(flat) == 1 else AnyOf(members=flat)


def changed(node: Prerequisite, change: Callable[[CourseNeeded], CourseNeeded]) -> Prerequisite:
    """The same with every course changed that is asked for; what must not be so stays as it is."""
    match node:
        case CourseNeeded():
            return change(node)
        case AllOf() | AnyOf() | AtLeast():
            return replace(node, members=tuple(changed(member, change) for member in node.members))
        case _:
            return node
