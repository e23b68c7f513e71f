"""Old programs read from the staging tables, a few programs at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, LiteralString

import psycopg
from psycopg import rows

MOST_OPTIONS = 40_000
"""Options of the programs that are held at once, as far as whole programs allow."""
Old = dict[str, Any]

_SIZES: LiteralString = """
SELECT program.id, count(*) FROM adoption.programs AS program
LEFT JOIN adoption.program_requirements AS requirement ON requirement.program_id = program.id::text
LEFT JOIN adoption.requirement_groups AS grouped ON grouped.requirement_id = requirement.id::text
LEFT JOIN adoption.group_course_options AS choice ON choice.group_id = grouped.id::text
GROUP BY program.id ORDER BY program.id
"""
_PROGRAMS: LiteralString = "SELECT * FROM adoption.programs WHERE id = ANY (%s) ORDER BY id"
_REQUIREMENTS: LiteralString = """
SELECT * FROM adoption.program_requirements WHERE program_id = ANY (%s::text[])
ORDER BY CASE WHEN priority_order ~ '^-?[0-9]{1,9}(\\.0+)?$' THEN priority_order::numeric END NULLS LAST, id
"""
_GROUPS: LiteralString = "SELECT * FROM adoption.requirement_groups WHERE requirement_id = ANY (%s::text[]) ORDER BY id"
_OPTIONS: LiteralString = "SELECT * FROM adoption.group_course_options WHERE group_id = ANY (%s::text[]) ORDER BY id"
_CONSTRAINTS: LiteralString = """
SELECT * FROM adoption.requirement_constraints WHERE requirement_id = ANY (%s::text[]) ORDER BY id
"""

_REPEATED: LiteralString = """
SELECT id, first_id FROM (
    SELECT id, min(id) OVER (PARTITION BY lower(name), lower(coalesce(degree_type, '')),
        lower(coalesce(institution, ''))) AS first_id
    FROM adoption.programs WHERE name IS NOT NULL
) AS named WHERE first_id <> id AND id = ANY (%s)
"""


@dataclass(slots=True, kw_only=True)
class Group:
    """A group with its options."""

    values: Old
    options: list[Old] = field(default_factory=list[Old])


@dataclass(slots=True, kw_only=True)
class Requirement:
    """A requirement with its groups and constraints."""

    values: Old
    groups: list[Group] = field(default_factory=list[Group])
    constraints: list[Old] = field(default_factory=list[Old])


@dataclass(slots=True, kw_only=True)
class Program:
    """A program with the requirements of all of its versions."""

    values: Old
    requirements: list[Requirement] = field(default_factory=list[Requirement])


def parts(connection: psycopg.Connection) -> Iterator[list[int]]:
    """The ids of all programs, in parts that are small enough to be held."""
    part: list[int] = []
    held = 0
    for id, size in connection.execute(_SIZES).fetchall():
        if part and held + size > MOST_OPTIONS:
            yield part
            part, held = [], 0
        part.append(int(id))
        held += int(size)
    if part:
        yield part


def programs(cursor: psycopg.Cursor, ids: Sequence[int]) -> list[Program]:
    """The programs with these ids, whole."""
    with cursor.connection.cursor(row_factory=rows.dict_row) as reader:
        found = {str(one["id"]): Program(values=one) for one in reader.execute(_PROGRAMS, (list(ids),)).fetchall()}
        requirements: dict[str, Requirement] = {}
        for one in reader.execute(_REQUIREMENTS, (list(found),)).fetchall():
            requirements[str(one["id"])] = requirement = Requirement(values=one)
            found[one["program_id"]].requirements.append(requirement)
        groups: dict[str, Group] = {}
        for one in reader.execute(_GROUPS, (list(requirements),)).fetchall():
            groups[str(one["id"])] = group = Group(values=one)
            requirements[one["requirement_id"]].groups.append(group)
        for one in reader.execute(_OPTIONS, (list(groups),)).fetchall():
            groups[one["group_id"]].options.append(one)
        for one in reader.execute(_CONSTRAINTS, (list(requirements),)).fetchall():
            requirements[one["requirement_id"]].constraints.append(one)
    return list(found.values())


def repeated(cursor: psycopg.Cursor, ids: Sequence[int]) -> dict[int, int]:
    """Which of these programs are an earlier one once more: of the same name, degree and institution in any case."""
    return dict(cursor.execute(_REPEATED, (list(ids),)).fetchall())
