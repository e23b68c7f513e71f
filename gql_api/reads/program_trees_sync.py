"""Programs and whole versions on a plain connection, for the importers: what a file is compared with."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, LiteralString

import psycopg
from psycopg.rows import dict_row

from gql_api.domain import grades, program_versions, requirements, statuses, terms

_PROGRAMS: LiteralString = """
SELECT p.id, p.institution_id, p.name::text AS name, p.degree_type::text AS degree_type, p.kind, p.description
FROM unnest(%s::bigint[], %s::text[]) AS wanted (institution_id, name)
JOIN programs p ON p.institution_id = wanted.institution_id AND p.name = wanted.name::citext
ORDER BY p.id
"""
_NAMED: LiteralString = """
SELECT id, institution_id, name::text AS name, degree_type::text AS degree_type, kind, description
FROM programs WHERE name = ANY(%s::citext[]) ORDER BY id
"""
_VERSIONS: LiteralString = """
SELECT v.id, v.program_id, v.year, v.season, v.state, v.is_current, v.revision, v.total_credits,
       v.residency_credits, v.minimum_gpa, v.notes,
       (SELECT count(*) FROM plans p WHERE p.target_version_id = v.id OR p.current_version_id = v.id) AS plans
FROM program_versions v WHERE v.program_id = ANY(%s) ORDER BY v.program_id, v.term_key, v.revision
"""
_REQUIREMENTS: LiteralString = "SELECT * FROM requirements WHERE version_id = ANY(%s) ORDER BY position, id"
_SHARES: LiteralString = """
SELECT s.* FROM requirement_shares s JOIN requirements r ON r.id = s.requirement_id
WHERE r.version_id = ANY(%s) ORDER BY s.with_key
"""
_OPTIONS: LiteralString = """
SELECT o.* FROM requirement_options o JOIN requirements r ON r.id = o.requirement_id
WHERE r.version_id = ANY(%s) ORDER BY o.position
"""
_CONSTRAINTS: LiteralString = """
SELECT * FROM requirement_constraints WHERE version_id = ANY(%s) ORDER BY position, id
"""
_PINNED: LiteralString = """
WITH followers AS (
    SELECT id, target_version_id AS version_id FROM plans WHERE target_version_id = ANY(%(versions)s)
    UNION
    SELECT id, current_version_id FROM plans WHERE current_version_id = ANY(%(versions)s)
), pinned AS (
    SELECT f.version_id, p.pinned_key AS key FROM followers f JOIN planned_courses p ON p.plan_id = f.id
    UNION ALL
    SELECT f.version_id, e.requirement_key FROM followers f JOIN plan_exceptions e ON e.plan_id = f.id
    WHERE e.revoked_at IS NULL
)
SELECT version_id, key, count(*) FROM pinned WHERE key IS NOT NULL GROUP BY version_id, key ORDER BY version_id, key
"""
_NOT_PLAIN = frozenset(("version_id", "parent_id", "position", "min_grade", "sharing"))
_NOT_OF_A_PATTERN = frozenset(("id", "requirement_id", "position", "course_id", "course_code"))

Row = dict[str, Any]
Groups = dict[tuple[Any, ...], list[Row]]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredProgram:
    """A program as it stands in the database."""

    id: int
    institution_id: int
    name: str
    degree_type: str
    kind: statuses.ProgramKind
    description: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredVersion:
    """A version without its tree; `plans` is how many plans follow it."""

    id: int
    program_id: int
    term: terms.Term
    state: statuses.VersionState
    is_current: bool
    revision: int
    plans: int
    total_credits: Decimal | None
    residency_credits: Decimal | None
    minimum_gpa: Decimal | None
    notes: str | None


def programs(cursor: psycopg.Cursor, names: Iterable[tuple[int, str]]) -> list[StoredProgram]:
    """The programs of these (institution id, name) pairs, whatever their degree type."""
    pairs = sorted(set(names))
    rows = _fetch(cursor, _PROGRAMS, [pair[0] for pair in pairs], [pair[1] for pair in pairs])
    return [_program(row) for row in rows]


def programs_named(cursor: psycopg.Cursor, names: Iterable[str]) -> list[StoredProgram]:
    """The programs of any institution with one of these names."""
    return [_program(row) for row in _fetch(cursor, _NAMED, sorted(set(names)))]


def versions(cursor: psycopg.Cursor, program_ids: Sequence[int]) -> list[StoredVersion]:
    """All versions of these programs, by term and revision."""
    return [_version(row) for row in _fetch(cursor, _VERSIONS, list(program_ids))]


def contents(cursor: psycopg.Cursor, stored: Sequence[StoredVersion]) -> dict[int, program_versions.VersionContent]:
    """The whole content of each version by its id: four statements for any number of versions."""
    ids = [version.id for version in stored]
    reader = _Reader(
        nodes=_grouped(_fetch(cursor, _REQUIREMENTS, ids), "version_id", "parent_id"),
        shares=_grouped(_fetch(cursor, _SHARES, ids), "requirement_id"),
        options=_grouped(_fetch(cursor, _OPTIONS, ids), "requirement_id"),
        constraints=_grouped(_fetch(cursor, _CONSTRAINTS, ids), "version_id", "requirement_id"),
    )
    return {
        version.id: program_versions.VersionContent(
            requirements=reader.children(version.id, None),
            constraints=reader.constraints_of(version.id, None),
            total_credits=version.total_credits,
            residency_credits=version.residency_credits,
            minimum_gpa=version.minimum_gpa,
            notes=version.notes,
        )
        for version in stored
    }


def pinned_keys(cursor: psycopg.Cursor, version_ids: Sequence[int]) -> list[tuple[int, str, int]]:
    """Which requirements the pins and exceptions of plans refer to: version id, key, and how many."""
    if not version_ids:
        return []
    return cursor.execute(_PINNED, {"versions": list(version_ids)}).fetchall()


def _fetch(cursor: psycopg.Cursor, statement: LiteralString, *parameters: object) -> list[Row]:
    with cursor.connection.cursor(row_factory=dict_row) as own:
        return own.execute(statement, parameters).fetchall()


def _grouped(rows: Iterable[Row], *columns: str) -> Groups:
    groups: Groups = defaultdict(list)
    for row in rows:
        groups[tuple(row[column] for column in columns)].append(row)
    return groups


def _program(row: Row) -> StoredProgram:
    others: Row = {name: value for name, value in row.items() if name != "kind"}
    return StoredProgram(**others, kind=statuses.ProgramKind[row["kind"]])


def _version(row: Row) -> StoredVersion:
    others: Row = {name: value for name, value in row.items() if name not in ("year", "season", "state")}
    return StoredVersion(
        **others,
        term=terms.Term(year=row["year"], season=terms.Season[row["season"]]),
        state=statuses.VersionState[row["state"]],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Puts trees together from rows that are grouped by what they belong to."""

    nodes: Groups
    shares: Groups
    options: Groups
    constraints: Groups

    def children(self, version_id: int, parent_id: int | None) -> tuple[requirements.Requirement, ...]:
        rows = self.nodes.get((version_id, parent_id), ())
        return tuple(self._node(row, position) for position, row in enumerate(rows))

    def constraints_of(self, version_id: int, node_id: int | None) -> tuple[requirements.Constraint, ...]:
        return tuple(_constraint(row) for row in self.constraints.get((version_id, node_id), ()))

    def _node(self, row: Row, position: int) -> requirements.Requirement:
        key = (row["id"],)
        plain: Row = {name: value for name, value in row.items() if name not in _NOT_PLAIN}
        return requirements.Requirement(
            **plain,
            position=position,
            min_grade=_grade(row["min_grade"]),
            sharing=requirements.Sharing[row["sharing"]],
            share_with=tuple(_share(share) for share in self.shares.get(key, ())),
            children=self.children(row["version_id"], row["id"]),
            options=tuple(_option(option) for option in self.options.get(key, ())),
            constraints=self.constraints_of(row["version_id"], row["id"]),
        )


def _grade(name: str | None) -> grades.Grade | None:
    return None if name is None else grades.Grade[name]


def _share(row: Row) -> requirements.Share:
    return requirements.Share(with_key=row["with_key"], max_credits=row["max_credits"], max_courses=row["max_courses"])


def _option(row: Row) -> requirements.Option:
    if row["course_code"] is not None:
        return requirements.CourseOption(
            course_id=row["course_id"],
            code=row["course_code"],
            institution_id=row["institution_id"],
            is_preferred=row["is_preferred"],
            is_excluded=row["is_excluded"],
            notes=row["notes"],
        )
    return requirements.PatternOption(
        **{name: value for name, value in row.items() if name not in _NOT_OF_A_PATTERN},
    )


def _constraint(row: Row) -> requirements.Constraint:
    return requirements.Constraint(
        id=row["id"],
        kind=requirements.ConstraintKind[row["kind"]],
        credits=row["credits"],
        courses=row["courses"],
        level=row["level"],
        attribute=row["attribute"],
        attribute_value=row["attribute_value"],
        grade=_grade(row["grade"]),
        gpa=row["gpa"],
        years=row["years"],
        subjects=row["subjects"],
        scope=requirements.Scope(
            subjects=frozenset(row["scope_subjects"]),
            level_from=row["scope_level_from"],
            level_to=row["scope_level_to"],
            institution_id=row["scope_institution_id"],
            attribute=row["scope_attribute"],
            attribute_value=row["scope_attribute_value"],
        ),
        description=row["description"],
    )
