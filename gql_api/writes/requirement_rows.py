"""A version's content as rows of the four requirement tables, and the statements that insert them.

Pure: the importers run the statements on a plain connection, the mutations on an asynchronous one. Every statement
takes one parameter, a JSON array, so that a whole tree costs five statements whatever its size::

    ids = allocate as many ids as `node_count(content)` says        # ALLOCATE
    for statement, parameter in inserts(version_id, content, ids):  # requirements, shares, options, constraints
        execute(statement, parameter)
"""

import json
from collections.abc import Sequence
from decimal import Decimal
from enum import Enum
from typing import LiteralString

from gql_api.domain import program_versions, requirements

Row = dict[str, object]

ALLOCATE: LiteralString = """
SELECT nextval(pg_get_serial_sequence('requirements', 'id')) FROM generate_series(1, %s) ORDER BY 1
"""
_REQUIREMENTS: LiteralString = """
INSERT INTO requirements (
    id, version_id, parent_id, key, name, description, position, min_children, min_credits_beneath, min_courses,
    min_credits, max_courses, max_credits, min_credits_per_course, max_credits_per_course, min_grade, is_optional,
    is_residual, sharing
)
SELECT * FROM jsonb_to_recordset(%s::jsonb) AS given (
    id bigint, version_id bigint, parent_id bigint, key text, name text, description text, position integer,
    min_children integer, min_credits_beneath numeric, min_courses integer, min_credits numeric, max_courses integer,
    max_credits numeric, min_credits_per_course numeric, max_credits_per_course numeric, min_grade text,
    is_optional boolean, is_residual boolean, sharing text
)
"""
_SHARES: LiteralString = """
INSERT INTO requirement_shares (requirement_id, with_key, max_credits, max_courses)
SELECT * FROM jsonb_to_recordset(%s::jsonb) AS given (
    requirement_id bigint, with_key text, max_credits numeric, max_courses integer
)
"""
_OPTIONS: LiteralString = """
INSERT INTO requirement_options (
    requirement_id, position, course_id, course_code, institution_id, subject, number_from, number_to, level_from,
    level_to, attribute, attribute_value, is_preferred, is_excluded, notes
)
SELECT * FROM jsonb_to_recordset(%s::jsonb) AS given (
    requirement_id bigint, position integer, course_id bigint, course_code text, institution_id bigint, subject text,
    number_from text, number_to text, level_from integer, level_to integer, attribute text, attribute_value text,
    is_preferred boolean, is_excluded boolean, notes text
)
"""
_CONSTRAINTS: LiteralString = """
INSERT INTO requirement_constraints (
    version_id, requirement_id, position, kind, credits, courses, level, attribute, attribute_value, grade, gpa, years,
    subjects, scope_subjects, scope_level_from, scope_level_to, scope_institution_id, scope_attribute,
    scope_attribute_value, description
)
SELECT * FROM jsonb_to_recordset(%s::jsonb) AS given (
    version_id bigint, requirement_id bigint, position integer, kind text, credits numeric, courses integer,
    level integer, attribute text, attribute_value text, grade text, gpa numeric, years integer, subjects integer,
    scope_subjects text[], scope_level_from integer, scope_level_to integer, scope_institution_id bigint,
    scope_attribute text, scope_attribute_value text, description text
)
"""


def node_count(content: program_versions.VersionContent) -> int:
    """How many requirements the version has."""
    return sum(1 for _ in program_versions.located(content))


def inserts(
    version_id: int, content: program_versions.VersionContent, ids: Sequence[int]
) -> tuple[tuple[LiteralString, str], ...]:
    """The statements to run, each with its JSON parameter; those without rows are left out.

    `ids` are as many as the version has requirements; they are given out in the order of the tree, parents first.
    """
    nodes = tuple(program_versions.located(content))
    by_key = dict(zip((here.node.key for here in nodes), ids, strict=True))
    tables: tuple[tuple[LiteralString, list[Row]], ...] = (
        (_REQUIREMENTS, [_requirement(here, version_id, by_key) for here in nodes]),
        (_SHARES, [row for here in nodes for row in _shares(here.node, by_key)]),
        (_OPTIONS, [row for here in nodes for row in _options(here.node, by_key)]),
        (_CONSTRAINTS, _constraints(version_id, content, by_key, nodes)),
    )
    return tuple((statement, as_json(rows)) for statement, rows in tables if rows)


def as_json(rows: object) -> str:
    """JSON in which decimals are exact strings, enumerations names and sets sorted: equal values, equal text."""
    return json.dumps(rows, default=_plain, ensure_ascii=False, sort_keys=True)


def _plain(value: object) -> object:
    match value:
        case Decimal():
            return format(value.normalize(), "f")
        case Enum():
            return value.name
        case _:
            raise TypeError(type(value).__name__)


def _requirement(here: program_versions.Located, version_id: int, ids: dict[str, int]) -> Row:
    node = here.node
    return {
        "id": ids[node.key],
        "version_id": version_id,
        "parent_id": None if here.parent_key is None else ids[here.parent_key],
        "key": node.key,
        "name": node.name,
        "description": node.description,
        "position": int(here.path[-1]),
        "min_children": node.min_children,
        "min_credits_beneath": node.min_credits_beneath,
        "min_courses": node.min_courses,
        "min_credits": node.min_credits,
        "max_courses": node.max_courses,
        "max_credits": node.max_credits,
        "min_credits_per_course": node.min_credits_per_course,
        "max_credits_per_course": node.max_credits_per_course,
        "min_grade": node.min_grade,
        "is_optional": node.is_optional,
        "is_residual": node.is_residual,
        "sharing": node.sharing,
    }


def _shares(node: requirements.Requirement, ids: dict[str, int]) -> list[Row]:
    return [
        {
            "requirement_id": ids[node.key],
            "with_key": share.with_key,
            "max_credits": share.max_credits,
            "max_courses": share.max_courses,
        }
        for share in node.share_with
    ]


def _options(node: requirements.Requirement, ids: dict[str, int]) -> list[Row]:
    return [
        {
            "requirement_id": ids[node.key],
            "position": position,
            "institution_id": option.institution_id,
            "is_preferred": option.is_preferred,
            "is_excluded": option.is_excluded,
            "notes": option.notes,
            **_what(option),
        }
        for position, option in enumerate(node.options)
    ]


def _what(option: requirements.Option) -> Row:
    match option:
        case requirements.CourseOption():
            return {"course_id": option.course_id, "course_code": option.code}
        case requirements.PatternOption():
            return {
                "subject": option.subject,
                "number_from": option.number_from,
                "number_to": option.number_to,
                "level_from": option.level_from,
                "level_to": option.level_to,
                "attribute": option.attribute,
                "attribute_value": option.attribute_value,
            }


def _constraints(
    version_id: int,
    content: program_versions.VersionContent,
    ids: dict[str, int],
    nodes: tuple[program_versions.Located, ...],
) -> list[Row]:
    owned = [(None, content.constraints), *((ids[here.node.key], here.node.constraints) for here in nodes)]
    return [
        {"version_id": version_id, "requirement_id": owner, "position": position, **_constraint(constraint)}
        for owner, constraints in owned
        for position, constraint in enumerate(constraints)
    ]


def _constraint(constraint: requirements.Constraint) -> Row:
    scope = constraint.scope
    return {
        "kind": constraint.kind,
        "credits": constraint.credits,
        "courses": constraint.courses,
        "level": constraint.level,
        "attribute": constraint.attribute,
        "attribute_value": constraint.attribute_value,
        "grade": constraint.grade,
        "gpa": constraint.gpa,
        "years": constraint.years,
        "subjects": constraint.subjects,
        "scope_subjects": sorted(scope.subjects),
        "scope_level_from": scope.level_from,
        "scope_level_to": scope.level_to,
        "scope_institution_id": scope.institution_id,
        "scope_attribute": scope.attribute,
        "scope_attribute_value": scope.attribute_value,
        "description": constraint.description,
    }
