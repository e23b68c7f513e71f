"""Which courses prerequisites name: codes of an institution into courses, and back into the texts that name a course.

Three statements in all, each for any number of keys. A code is a course's own before it is an alias; a course is
satisfied by itself, its cross-listed sisters, its successors and its predecessors, however often it was renumbered.
"""

import html
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql
from sqlmodel import col

from gql_api.domain import prerequisite_records, prerequisites, prerequisites_parsing
from gql_api.reads import courses, rows, statements
from gql_api.tables.courses import Course, CourseAlias, CourseSuccessor

Named: TypeAlias = prerequisite_records.Named
Key: TypeAlias = tuple[int, str]
"""An institution's id and a normalised code."""
_DIGITS: tuple[sa.ColumnElement[Any], ...] = tuple(sa.literal_column(one) for one in ("'[^0-9]+'", "' '", "'g'"))
"""As in the index `ix_courses_prerequisite_numbers`."""


class _Mention(NamedTuple):
    """A course whose prerequisites hold the number of a code of the course asked about."""

    asked_id: int
    code_key: str
    id: int
    institution_id: int
    prerequisite_text: str


async def named(connection: rows.Connection, keys: Collection[Key]) -> Mapping[Key, Named]:
    """The courses of these codes, each with all that satisfy it; an unknown code is absent. One statement."""
    if not keys:
        return {}
    wanted = sorted(keys)
    found = await _NAMED.every(
        connection, institution_id=[key[0] for key in wanted], code_key=[key[1] for key in wanted]
    )
    ids: dict[Key, tuple[int, set[int]]] = {}
    for institution_id, code_key, course_id, same_id, sister_id in found:
        held = ids.setdefault((institution_id, code_key), (course_id, {course_id}))[1]
        held |= {same_id} if sister_id is None else {same_id, sister_id}
    return {key: Named(course_id=course_id, ids=frozenset(same)) for key, (course_id, same) in ids.items()}


async def first_named(
    connection: rows.Connection, wanted: Sequence[tuple[int, tuple[str, ...]]]
) -> list[courses.CourseRow | None]:
    """The course of each (institution's id, codes under which it may be found, the most telling first)."""
    keys = sorted({(institution_id, key) for institution_id, found in wanted for key in found})
    known = dict(zip(keys, await courses.by_code(connection, keys), strict=True))
    return [
        next((row for key in found if (row := known[institution_id, key]) is not None), None)
        for institution_id, found in wanted
    ]


async def dependents(connection: rows.Connection, course_ids: Sequence[int]) -> list[list[courses.CourseRow]]:
    """The courses whose prerequisites each course helps to satisfy, by code. Three statements."""
    found = await _MENTIONS.fetch(connection, _Mention, ids=list(course_ids))
    mentions = [one for one in found if _has_subject(one.prerequisite_text, one.code_key)]
    asked = {one.id: _keys(one.institution_id, one.prerequisite_text) for one in mentions}
    meant = await named(connection, {key for keys in asked.values() for key in keys})
    pairs = [
        (one.asked_id, one.id)
        for one in mentions
        if any(one.asked_id in meant[key].ids for key in asked[one.id] if key in meant)
    ]
    rows_found = await courses.by_id(connection, sorted({id for _, id in pairs})) if pairs else []
    known = {row.id: row for row in rows_found if row is not None}
    of_course = rows.grouped((asked_id, known[id]) for asked_id, id in dict.fromkeys(pairs) if id in known)
    return [sorted(of_course[id], key=lambda row: (row.institution_id, row.code, row.id)) for id in course_ids]


def _has_subject(text: str, code_key: str) -> bool:
    """Whether a text holds a subject of the code: cheaper to ask than to parse the many that hold its number."""
    words = " ".join(html.unescape(text).upper().split())
    return any(subject in words for subject in code_key.rsplit(" ", 1)[0].split("/"))


def keys_of(institution_id: int, trees: Iterable[prerequisites.Prerequisite | None]) -> set[Key]:
    """Every code that the trees name, also where it must not have been taken."""
    return {
        (institution_id, key)
        for tree in trees
        if tree is not None
        for course in prerequisites.courses(tree)
        for key in course.keys
    }


def _keys(institution_id: int, text: str) -> list[Key]:
    tree = prerequisites_parsing.parse(text)
    found = () if tree is None else prerequisites.asked(tree)
    return [(institution_id, key) for course in found for key in course.keys]


def _named() -> rows.Select:
    wanted = statements.listed("wanted", institution_id=sa.BigInteger(), code_key=sa.Text())
    own: rows.Select = sa.select(
        rows.element(col(Course.id)).label("course_id"),
        rows.element(col(Course.institution_id)).label("institution_id"),
        rows.element(col(Course.code_key)).label("code_key"),
        sa.literal(0).label("rank"),
    )
    alias = CourseAlias
    aliased: rows.Select = sa.select(
        col(alias.course_id), col(alias.institution_id), col(alias.code_key), sa.literal(1)
    )
    known = own.union_all(aliased).subquery("known")
    meant = (
        sa.select(wanted.c.institution_id, wanted.c.code_key, known.c.course_id)
        .ext(postgresql.distinct_on(wanted.c.institution_id, wanted.c.code_key))
        .select_from(wanted)
        .join(known, sa.and_(known.c.institution_id == wanted.c.institution_id, known.c.code_key == wanted.c.code_key))
        .order_by(wanted.c.institution_id, wanted.c.code_key, known.c.rank)
        .cte("meant")
    )
    same, sister, itself = _renumbered(meant), orm.aliased(Course), orm.aliased(Course)
    return (
        sa.select(
            meant.c.institution_id,
            meant.c.code_key,
            meant.c.course_id,
            same.c.id,
            rows.element(col(sister.id)).label("sister_id"),
        )
        .join(same, same.c.begun == meant.c.course_id)
        .join(itself, col(itself.id) == same.c.id)
        .outerjoin(sister, col(sister.cross_list_group_id) == col(itself.cross_list_group_id))
    )


def _renumbered(meant: sa.CTE) -> sa.Subquery:
    """Each course with itself, all its successors and all its predecessors; never the successors of a predecessor."""
    ways = [
        _chain(meant, "later", col(CourseSuccessor.course_id), col(CourseSuccessor.successor_id)),
        _chain(meant, "earlier", col(CourseSuccessor.successor_id), col(CourseSuccessor.course_id)),
    ]
    return sa.union(*[sa.select(way.c.begun, way.c.id) for way in ways]).subquery("same")


def _chain(meant: sa.CTE, name: str, leaves: rows.Column, arrives: rows.Column) -> sa.CTE:
    first: Any = sa.select(meant.c.course_id.label("begun"), meant.c.course_id.label("id"))
    reached = first.cte(name, recursive=True)
    further = sa.select(reached.c.begun, rows.element(arrives)).join(
        CourseSuccessor, rows.element(leaves) == reached.c.id
    )
    return reached.union(further)


def _mentions() -> rows.Select:
    """Courses of the same institution in whose text the number of a course, or of what is the same, stands."""
    other = orm.aliased(Course)
    codes = _codes()
    simple: sa.ColumnElement[Any] = sa.literal_column("'simple'::regconfig")
    number = sa.func.regexp_replace(sa.func.split_part(codes.c.code_key, " ", -1), *_DIGITS)
    numbers = sa.func.to_tsvector(simple, sa.func.regexp_replace(col(other.prerequisite_text), *_DIGITS))
    return (
        sa.select(
            codes.c.begun,
            codes.c.code_key,
            col(other.id),
            col(other.institution_id),
            col(other.prerequisite_text),
        )
        .distinct()
        .join(other, col(other.institution_id) == codes.c.institution_id)
        .where(
            col(other.prerequisite_text).is_not(None),
            numbers.op("@@")(sa.func.plainto_tsquery(simple, number)),
        )
    )


def _codes() -> sa.Subquery:
    """Every code by which a text could name the courses of the parameter `ids`."""
    chosen: rows.Select = sa.select(rows.element(col(Course.id)).label("course_id"))
    asked = chosen.where(statements.among(col(Course.id), "ids")).cte("asked")
    same, itself, sister, alias = _renumbered(asked), orm.aliased(Course), orm.aliased(Course), CourseAlias
    parts: list[rows.Select] = [
        sa.select(
            same.c.begun,
            rows.element(col(itself.institution_id)).label("institution_id"),
            rows.element(col(itself.code_key)).label("code_key"),
        ).join(itself, col(itself.id) == same.c.id),
        sa.select(same.c.begun, col(alias.institution_id), col(alias.code_key)).join(
            alias, col(alias.course_id) == same.c.id
        ),
        sa.select(same.c.begun, col(sister.institution_id), col(sister.code_key))
        .join(itself, col(itself.id) == same.c.id)
        .join(sister, col(sister.cross_list_group_id) == col(itself.cross_list_group_id)),
    ]
    return sa.union(*parts).subquery("codes")


_NAMED = statements.Prepared(_named())
_MENTIONS = statements.Prepared(_mentions())
