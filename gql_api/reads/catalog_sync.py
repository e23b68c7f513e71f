"""Institutions and courses by the names that files use, on a plain connection: one statement for any number."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import LiteralString

import psycopg

_INSTITUTIONS: LiteralString = """
SELECT DISTINCT ON (wanted.name) wanted.name, found.id, found.label
FROM unnest(%s::text[]) AS wanted (name)
CROSS JOIN LATERAL (
    SELECT id, name::text AS label, 1 AS rank FROM institutions WHERE name = wanted.name::citext
    UNION ALL
    SELECT i.id, i.name::text, 2 FROM institution_aliases a JOIN institutions i ON i.id = a.institution_id
    WHERE a.alias = wanted.name::citext
    UNION ALL
    SELECT id, name::text, 3 FROM institutions WHERE abbreviation = wanted.name::citext
) AS found
ORDER BY wanted.name, found.rank
"""
_COURSES: LiteralString = """
SELECT DISTINCT ON (wanted.institution_id, wanted.code_key)
       wanted.institution_id, wanted.code_key, found.id, found.credits_max, found.is_repeatable
FROM unnest(%s::bigint[], %s::text[]) AS wanted (institution_id, code_key)
CROSS JOIN LATERAL (
    SELECT c.id, c.credits_max, 1 AS rank,
           c.repeatable_times IS NOT NULL OR c.repeatable_credits IS NOT NULL AS is_repeatable
    FROM courses c WHERE c.institution_id = wanted.institution_id AND c.code_key = wanted.code_key
    UNION ALL
    SELECT c.id, c.credits_max, 2, c.repeatable_times IS NOT NULL OR c.repeatable_credits IS NOT NULL
    FROM course_aliases a JOIN courses c ON c.id = a.course_id
    WHERE a.institution_id = wanted.institution_id AND a.code_key = wanted.code_key
) AS found
ORDER BY wanted.institution_id, wanted.code_key, found.rank
"""


@dataclass(frozen=True, slots=True)
class NamedInstitution:
    """An institution that a name led to; `name` is its own."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class NamedCourse:
    """A course that a code led to. `credits_max` is none where its credits are not published."""

    id: int
    credits_max: Decimal | None
    is_repeatable: bool


def institutions(cursor: psycopg.Cursor, names: Iterable[str]) -> dict[str, NamedInstitution]:
    """The institutions that these names, aliases or abbreviations mean, in any letter case; unknown ones are absent."""
    found = cursor.execute(_INSTITUTIONS, (sorted(set(names)),)).fetchall()
    return {name: NamedInstitution(id, label) for name, id, label in found}


def courses(cursor: psycopg.Cursor, keys: Iterable[tuple[int, str]]) -> dict[tuple[int, str], NamedCourse]:
    """The courses of these (institution id, code key) pairs, also by alias; unknown ones are absent."""
    pairs = sorted(set(keys))
    found = cursor.execute(_COURSES, ([pair[0] for pair in pairs], [pair[1] for pair in pairs])).fetchall()
    return {(row[0], row[1]): NamedCourse(row[2], row[3], row[4]) for row in found}
