"""What program health looks at, for any number of versions in seven statements at most: rows end here.

=====  ==========================================================================================
1–4    the trees of the versions (`requirement_trees`); one where they are kept from before
5      the courses that they name or whose subject (or institution) a pattern speaks of
6      these courses as values, with their cross-listed sisters (`course_values`)
7      the courses that the prerequisites of named ones ask for (`prerequisite_names`)
=====  ==========================================================================================
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlmodel import col

from gql_api.domain import (
    courses,
    health,
    health_catalog,
    prerequisites,
    prerequisites_parsing,
    requirements,
    statuses,
    terms,
)
from gql_api.reads import course_values, prerequisite_names, requirement_trees, rows, statements
from gql_api.tables.courses import Course
from gql_api.tables.institutions import Institution
from gql_api.tables.programs import Program, ProgramVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthInput:
    """Everything about one version that program health looks at."""

    version: requirement_trees.VersionRules
    catalog: health.Catalog

    def findings(self, on: date) -> tuple[health.Finding, ...]:
        """What is wrong with the version as of a day."""
        return health.findings(self.version.tree, self.catalog, on=on, constraints=self.version.constraints)


class _CourseRow(NamedTuple):
    """What the catalog says of a course beside what the rules look at."""

    id: int
    institution_id: int
    subjects: list[str]
    active_until: date | None
    prerequisite_text: str | None


class Wanted(NamedTuple):
    """What one version could use: courses by id, pairs of institution and subject, and whole institutions."""

    ids: frozenset[int]
    subjects: frozenset[tuple[int, str]]
    institutions: frozenset[int]

    def has(self, row: _CourseRow) -> bool:
        """Whether the version could use the course."""
        if row.id in self.ids or row.institution_id in self.institutions:
            return True
        return any((row.institution_id, subject) in self.subjects for subject in row.subjects)


class VersionInUse(NamedTuple):
    """A version that is followed or prepared, with what people call it."""

    id: int
    institution: str
    program: str
    degree_type: str
    year: int
    season: terms.Season

    @property
    def name(self) -> str:
        """The program with its institution and catalog term: `Lake College, Biology (B.S.), Fall 2025`."""
        degree = f" ({self.degree_type})" if self.degree_type else ""
        return f"{self.institution}, {self.program}{degree}, {terms.Term(year=self.year, season=self.season).label}"


async def in_use(connection: rows.Connection) -> list[VersionInUse]:
    """Drafts and current versions, by institution and program. One statement."""
    return await _IN_USE.fetch(connection, VersionInUse)


async def of_versions(connection: rows.Connection, version_ids: Sequence[int]) -> list[HealthInput | None]:
    """What health looks at, per version; none for an unknown one."""
    versions = await requirement_trees.rules_by_version(connection, version_ids)
    asked = [None if one is None else wanted(one.tree) for one in versions]
    found, known = await _catalog(connection, [one for one in asked if one is not None])
    named = frozenset(id for one in asked if one is not None for id in one.ids)
    needs = await _needs(connection, [row for row in found if row.id in named])
    return [
        None
        if version is None or want is None
        else HealthInput(version=version, catalog=_of_version(want, found, known, needs))
        for version, want in zip(versions, asked, strict=True)
    ]


async def catalogs(
    connection: rows.Connection, versions: Sequence[requirement_trees.VersionRules]
) -> list[health.Catalog]:
    """The courses that each version could use, without their prerequisites. Three statements at most."""
    asked = [wanted(one.tree) for one in versions]
    found, known = await _catalog(connection, asked)
    return [_of_version(one, found, known, {}) for one in asked]


async def _catalog(
    connection: rows.Connection, asked: Sequence[Wanted]
) -> tuple[list[_CourseRow], Mapping[int, courses.Course]]:
    """The courses that any of the versions could use, as rows and as values by id."""
    found = await _courses(connection, asked)
    values = await course_values.by_id(connection, [row.id for row in found])
    return found, {id: value.course for id, value in values.items()}


def _of_version(
    asked: Wanted,
    found: Iterable[_CourseRow],
    known: Mapping[int, courses.Course],
    needs: Mapping[int, frozenset[int]],
) -> health.Catalog:
    mine = [row for row in found if asked.has(row)]
    return health.Catalog(
        courses={row.id: known[row.id] for row in mine if row.id in known},
        retired={row.id: row.active_until for row in mine if row.active_until is not None},
        prerequisites=needs,
    )


def wanted(tree: requirements.ProgramTree) -> Wanted:
    """What a version could use: the courses that it names, and the subjects or institutions of its patterns."""
    patterns = health_catalog.patterns(tree)
    places = [(one.institution_id or tree.institution_id, one.subject) for one in patterns]
    return Wanted(
        ids=health_catalog.named(tree),
        subjects=frozenset((place, subject) for place, subject in places if subject is not None),
        institutions=frozenset(place for place, subject in places if subject is None),
    )


async def _courses(connection: rows.Connection, wanted: Sequence[Wanted]) -> list[_CourseRow]:
    """Every course that one of the versions could use, by id. One statement."""
    pairs = sorted({pair for one in wanted for pair in one.subjects})
    found = await _COURSES.fetch(
        connection,
        _CourseRow,
        ids=sorted({id for one in wanted for id in one.ids}),
        institution_id=[institution for institution, _ in pairs],
        subject=[subject for _, subject in pairs],
        institutions=sorted({id for one in wanted for id in one.institutions}),
    )
    by_id = {row.id: row for row in found}
    return [by_id[id] for id in sorted(by_id)]


def _selected() -> sa.CompoundSelect[Any]:
    """The courses of each way, as often as a way leads to them: PostgreSQL would read the whole table to find them once
    more by their ids, of which it expects as many as an institution has.
    """
    asked = statements.listed("asked", institution_id=sa.BigInteger(), subject=sa.Text())
    course = sa.select(*rows.columns(Course, _CourseRow))
    by_subject = course.join(
        asked,
        sa.and_(
            asked.c.institution_id == col(Course.institution_id),
            rows.element(col(Course.subjects)).contains(postgresql.array([asked.c.subject])),
        ),
    )
    by_id = course.where(statements.among(col(Course.id), "ids"))
    by_place = course.where(statements.among(col(Course.institution_id), "institutions"))
    return sa.union_all(by_id, by_subject, by_place)


_COURSES = statements.Prepared(_selected())


_IN_USE = statements.Prepared(
    sa.select(
        col(ProgramVersion.id),
        col(Institution.name),
        col(Program.name),
        col(Program.degree_type),
        col(ProgramVersion.year),
        col(ProgramVersion.season),
    )
    .join(Program, col(Program.id) == col(ProgramVersion.program_id))
    .join(Institution, col(Institution.id) == col(Program.institution_id))
    .where(sa.or_(col(ProgramVersion.is_current), col(ProgramVersion.state) == statuses.VersionState.DRAFT))
    .order_by(
        col(Institution.name),
        col(Program.name),
        col(Program.id),
        col(ProgramVersion.term_key),
        col(ProgramVersion.id),
    )
)


async def _needs(connection: rows.Connection, named: Sequence[_CourseRow]) -> Mapping[int, frozenset[int]]:
    """Which courses each named course certainly needs before it. One statement."""
    asked: dict[int, list[prerequisite_names.Key]] = {}
    for row in named:
        tree = None if row.prerequisite_text is None else prerequisites_parsing.parse(row.prerequisite_text)
        asked[row.id] = [(row.institution_id, needed.keys[0]) for needed in _certain(tree) if needed.keys]
    known = await prerequisite_names.named(connection, {key for keys in asked.values() for key in keys})
    return {id: frozenset(known[key].course_id for key in keys if key in known) for id, keys in asked.items() if keys}


def _certain(tree: prerequisites.Prerequisite | None) -> list[prerequisites.CourseNeeded]:
    """The courses that must be taken earlier, whatever else is chosen."""
    match tree:
        case prerequisites.CourseNeeded():
            return [tree] if tree.timing is prerequisites.Timing.BEFORE else []
        case prerequisites.AllOf():
            return [needed for member in tree.members for needed in _certain(member)]
        case _:
            return []
