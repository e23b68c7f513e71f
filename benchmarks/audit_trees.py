"""From the benchmark's file format to the project's own values: requirement trees, plans, a catalog.

===========  ==========================================================================================
`course`     a pool that names the course and needs one
`range`      a pool with a pattern of subject and numbers that needs one course and takes more; exclusions are options
`all`        a node that needs every child
`any`        a node that needs one child
`choose`     a node that needs `n` children
`credits`    a node that needs no child, and `min` credits of what is applied beneath it
===========  ==========================================================================================

A node without children is a pool without options, so that what needs something is not met, and what needs nothing is.
With `is_folded`, a node of nothing but different courses becomes one pool that names them all, which says the same.
"""

import itertools
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TypeVar

from benchmarks import audit_files
from gql_api import errors
from gql_api.domain import (
    articulation_rules,
    codes,
    courses,
    entries,
    health_catalog,
    institutions,
    requirements,
    statuses,
)

T = TypeVar("T")
HERE = 1
"""The institution of every program."""
ON = date(2025, 6, 1)
USUAL = Decimal(4)
"""The credits of a course that no transcript holds."""
MOST_OF_RANGE = 60
"""Courses that a catalog is given for a range beside those that are named anywhere."""
POSSIBILITIES = articulation_rules.Possibilities(
    receiver=articulation_rules.Receiver(institution_id=HERE, credit_repeat=institutions.RepeatPolicy.ALL)
)
"""No equivalencies; every entry of a transcript counts, whatever its code."""
Status = statuses.PlannedStatus


@dataclass(slots=True, kw_only=True)
class Catalog:
    """An institution's courses by code. One that is asked for and not there is made, with the transcripts' credits."""

    credits: Mapping[str, Decimal] = field(default_factory=dict[str, Decimal])
    institution_id: int = HERE
    first_id: int = 1
    _courses: dict[str, courses.Course] = field(default_factory=dict[str, courses.Course])

    def course(self, code: str) -> courses.Course:
        """The course with that code, as the catalog has it.

        Raises:
            BadFile: the code cannot be split into subject and number.
        """
        if code not in self._courses:
            self.add(code, self.credits.get(code, USUAL))
        return self._courses[code]

    def everything(self) -> list[courses.Course]:
        """Every course that there is so far, in the order in which they came."""
        return list(self._courses.values())

    def add(self, code: str, credits: Decimal, tags: frozenset[str] = frozenset()) -> None:
        """Put a course into the catalog.

        Raises:
            BadFile: the code cannot be split into subject and number.
        """
        try:
            parsed = codes.parse(code)
        except errors.InvalidInput as error:
            raise audit_files.BadFile(str(error)) from error
        id = self.first_id + len(self._courses)
        self._courses[code] = courses.Course(
            id=id,
            institution_id=self.institution_id,
            code=code,
            listings=(courses.Listing(subjects=parsed.subjects, number=parsed.number, level=parsed.level),),
            credits_min=credits,
            credits_max=credits,
            attributes=courses.Attributes(tags=tags),
            same_ids=frozenset({id}),
        )


def catalog(cases: Iterable[audit_files.Case]) -> Catalog:
    """A catalog with the credits that transcripts give; the greatest where they differ."""
    found: dict[str, Decimal] = {}
    for case in cases:
        for code, amount in case.courses:
            found[code] = max(amount, found.get(code, amount))
    return Catalog(credits=found)


def tree(program: audit_files.Program, known: Catalog, *, is_folded: bool = False) -> requirements.ProgramTree:
    """The program as a requirement tree; keys are places in the file, such as `3.1.2`."""
    maker = _Maker(program=program, known=known, is_folded=is_folded)
    return requirements.ProgramTree(
        version_id=1,
        institution_id=HERE,
        requirements=tuple(maker.made(node, (number,)) for number, node in enumerate(program.requirements, 1)),
    )


def plan(case: audit_files.Case, known: Catalog, *, is_mixed: bool = False) -> tuple[entries.PlannedEntry, ...]:
    """The transcript as entries. Everything is completed; a mixed plan has every fourth course running or planned."""
    kinds = [Status.COMPLETED, Status.COMPLETED, Status.IN_PROGRESS, Status.COMPLETED, Status.COMPLETED, Status.PLANNED]
    given = itertools.cycle(kinds if is_mixed else kinds[:1])
    return tuple(
        entries.PlannedEntry(id=number, course=known.course(code), status=status, credits=amount, is_repeat=False)
        for number, ((code, amount), status) in enumerate(zip(sorted(case.courses), given, strict=False), 1)
    )


def offered(program: audit_files.Program, known: Catalog) -> health_catalog.Catalog:
    """Everything that could be taken for a program: what it names, and for each range some of what lies in it."""
    nodes = list(audit_files.walk(program.requirements))
    named = {node.course for node in nodes if node.kind == "course"}
    found = set(named)
    for node in nodes:
        if node.kind == "range":
            refused = {*node.exclude, *program.range_excludes}
            numbers = range(max(node.lowest, 1000), node.highest + 1) or range(node.lowest, node.highest + 1)
            inside = (f"{node.course} {number}" for number in numbers)
            found |= set(itertools.islice((code for code in inside if code not in refused | named), MOST_OF_RANGE))
    made = [known.course(code) for code in sorted(found)]
    return health_catalog.Catalog(courses={course.id: course for course in made})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Maker:
    program: audit_files.Program
    known: Catalog
    is_folded: bool

    def made(self, node: audit_files.Node, place: tuple[int, ...]) -> requirements.Requirement:
        """One node with everything beneath it."""
        asked = self._asked(node)
        bare = requirements.Requirement(
            key=".".join(map(str, place)), name=node.title or node.course or node.kind, position=place[-1]
        )
        if node.kind == "course":
            return replace(bare, options=(self._option(node.course),), min_courses=1)
        if node.kind == "range":
            return replace(bare, options=self._range(node), min_courses=1)
        if not node.children or (self.is_folded and _is_plain(node)):
            options = tuple(self._option(child.course) for child in node.children)
            if node.kind == "credits":
                return replace(bare, options=options, min_credits=node.amount)
            return replace(bare, options=options, min_courses=asked)
        children = tuple(self.made(child, (*place, number)) for number, child in enumerate(node.children, 1))
        beneath = node.amount if node.kind == "credits" else None
        return replace(bare, children=children, min_children=asked, min_credits_beneath=beneath)

    def _asked(self, node: audit_files.Node) -> int:
        match node.kind:
            case "all":
                return len(node.children)
            case "any":
                return 1
            case "choose":
                return int(node.amount)
            case _:
                return 0

    def _option(self, code: str) -> requirements.CourseOption:
        return requirements.CourseOption(course_id=self.known.course(code).id, code=code, institution_id=HERE)

    def _range(self, node: audit_files.Node) -> tuple[requirements.Option, ...]:
        """The pattern, and what of the exclusions lies within it."""
        lies_within = requirements.PatternOption(
            subject=codes.subject(node.course), number_from=str(node.lowest), number_to=str(node.highest)
        )
        refused = sorted({*node.exclude, *self.program.range_excludes})
        inside = [code for code in sorted(refused) if _is_in(node, code)]
        return (lies_within, *(replace(self._option(code), is_excluded=True) for code in inside))


def _is_plain(node: audit_files.Node) -> bool:
    """Whether a node has nothing but different courses beneath it."""
    named = [child.course for child in node.children]
    return all(child.kind == "course" for child in node.children) and len(set(named)) == len(named)


def _is_in(node: audit_files.Node, code: str) -> bool:
    parsed = codes.parse(code)
    is_between = courses.is_number_between(parsed.number, str(node.lowest), str(node.highest))
    return codes.subject(node.course) in parsed.subjects and is_between


def shuffled(given: requirements.ProgramTree, chance: random.Random) -> requirements.ProgramTree:
    """The same program handed over in another order, options too; the positions that requirements have stay."""
    return replace(given, requirements=_mixed(tuple(_shuffled(node, chance) for node in given.requirements), chance))


def _shuffled(node: requirements.Requirement, chance: random.Random) -> requirements.Requirement:
    children = tuple(_shuffled(child, chance) for child in node.children)
    return replace(node, children=_mixed(children, chance), options=_mixed(node.options, chance))


def _mixed(parts: Sequence[T], chance: random.Random) -> tuple[T, ...]:
    return tuple(chance.sample(parts, len(parts)))
