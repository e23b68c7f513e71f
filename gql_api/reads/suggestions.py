"""The catalog courses that open requirements could use, for any number of plans, in five statements at most.

=====  ====================================================================================
1      active courses: those that requirements name, and the first of each pattern
2      the rules by which courses of the students' present colleges become one of these
3      the courses of these rules, as far as they are not known
4–5    what those ask for that have prerequisites (`suggestions_demands`)
=====  ====================================================================================

Of a pattern the courses of the lowest level come first, then by code: at most `MOST_OF_PATTERN`, however many a catalog
has. What a look-up cannot tell exactly (letters in numbers, attributes) is found generously; the rules decide.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlmodel import col

from gql_api.domain import articulation_rules, courses, statuses, suggestions_demands, suggestions_open
from gql_api.reads import course_values, plan_facts, rows, rule_values, statements
from gql_api.reads import suggestions_demands as demands
from gql_api.tables.courses import Course

Pattern = suggestions_open.Pattern
MOST_OF_PATTERN = 100
"""Courses that are looked at for one pattern."""
MOST_STEPS = 5
"""How far prerequisites of prerequisites are followed."""

_DIGITS = re.compile(r"[0-9]{1,9}")


class _Row(NamedTuple):
    """A course, whether it was looked for itself, and whether it has prerequisites."""

    course: course_values.Row
    is_found: bool
    is_asking: bool


def _split(*row: Any) -> _Row:  # noqa: ANN401 - a row's columns are of many types
    return _Row(course_values.row(*row[:-2]), *row[-2:])


def _find() -> rows.Select:
    """What is looked for, with its cross-listed sisters. It is a part of its own, and so found once."""
    found = _found().cte("found")
    ids = sa.func.array(sa.select(found.c.id).scalar_subquery())
    return course_values.selecting(ids).add_columns(
        rows.element(col(Course.id) == sa.any_(ids)), col(Course.prerequisite_text).is_not(None)
    )


def _found() -> sa.CompoundSelect[Any]:
    """The ids of the active courses among `named`, and of the first of each pattern."""
    wanted = statements.listed(
        "wanted",
        institution_id=sa.BigInteger(),
        subject=sa.Text(),
        level_from=sa.Integer(),
        level_to=sa.Integer(),
        number_from=sa.Integer(),
        number_to=sa.Integer(),
        held=sa.Text(),
    )
    # Each way has an index of its own; a pattern goes one way, or two where it names a subject: a course of several
    # subjects (`MATH/STAT 431`) is listed under all of them together.
    asks_subject, subject = wanted.c.subject.is_not(None), rows.element(col(Course.subject))
    is_listed = wanted.c.subject == sa.any_(rows.element(col(Course.subjects)))
    ways = [
        _fitting(wanted, asks_subject, subject == wanted.c.subject),
        _fitting(wanted, asks_subject, subject.contains("/"), is_listed),
        _fitting(wanted, wanted.c.subject.is_(None)),
    ]
    first = (
        sa.union_all(*[sa.select(way) for way in ways])
        .order_by("level", "code_key")
        .limit(MOST_OF_PATTERN)
        .lateral("first_ones")
    )
    named = sa.select(col(Course.id)).where(statements.among(col(Course.id), "named"), *_is_active())
    return sa.union(named, sa.select(first.c.id).select_from(wanted.join(first, sa.true())))


def _fitting(wanted: sa.TableValuedAlias, *conditions: sa.ColumnElement[bool]) -> sa.FromClause:
    """The first courses that fit a pattern and the conditions, in the order of an index as far as possible."""
    number = sa.cast(sa.func.substring(col(Course.number), "[0-9]{1,9}"), sa.Integer)
    held = sa.func.jsonb_array_elements(sa.cast(wanted.c.held, postgresql.JSONB)).table_valued("value")
    carries = (
        sa.exists()
        .select_from(held)
        .where(col(Course.attributes).op("@>", is_comparison=True)(sa.cast(held.c.value, postgresql.JSONB)))
    )
    fitting = sa.select(col(Course.id), col(Course.level), col(Course.code_key)).where(
        *conditions,
        col(Course.institution_id) == wanted.c.institution_id,
        *_is_active(),
        col(Course.level).is_distinct_from(courses.DEVELOPMENTAL),
        *[
            sa.or_(wanted.c[bound].is_(None), holds)
            for bound, holds in (
                ("level_from", col(Course.level) >= wanted.c.level_from),
                ("level_to", col(Course.level) <= wanted.c.level_to),
                ("number_from", number >= wanted.c.number_from),
                ("number_to", number <= wanted.c.number_to),
                ("held", carries),
            )
        ],
    )
    return fitting.order_by(col(Course.level), col(Course.code_key)).limit(MOST_OF_PATTERN).correlate(wanted).lateral()


def _is_active() -> list[sa.ColumnElement[bool]]:
    day = sa.bindparam("day", type_=sa.Date)
    return [
        sa.or_(col(Course.active_from).is_(None), col(Course.active_from) <= day),
        sa.or_(col(Course.active_until).is_(None), col(Course.active_until) >= day),
    ]


_FIND = statements.Prepared(_find())


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What one plan's open requirements look for, and the colleges whose courses may count through a rule."""

    named: frozenset[int]
    patterns: tuple[suggestions_open.Pattern, ...]
    sending_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Active courses by id, the rules that lead from other colleges to some of them, and what they ask for."""

    courses: Mapping[int, courses.Course]
    rules: tuple[articulation_rules.Rule, ...]
    demands: suggestions_demands.Demands


async def found(connection: rows.Connection, asked: Sequence[Asked], *, on: date) -> Found:
    """The courses for all plans together, as of a day."""
    named = {id for one in asked for id in one.named}
    patterns = tuple(dict.fromkeys(pattern for one in asked for pattern in one.patterns))
    if not named and not patterns:
        return Found(courses={}, rules=(), demands=suggestions_demands.Demands())
    looked = await _rows(connection, named, patterns, on)
    known = dict(course_values.values([one.course for one in looked]))
    sending = {id for one in asked for id in one.sending_ids}
    ids = [one.course.facts.id for one in looked if one.is_found]
    leading = await rule_values.to_courses(connection, ids, sending) if sending and ids else []
    sources = {source.course_id for row in leading for source, _ in row.sources}
    missing = (sources | plan_facts.awarded(leading)).difference(known)
    known |= await course_values.by_id(connection, missing) if missing else {}
    return Found(
        courses={id: one.course for id, one in known.items()},
        rules=tuple(rule_values.value(row, known) for row in leading),
        demands=await demands.of_courses(
            connection, known.keys() - {one.course.facts.id for one in looked if not one.is_asking}
        ),
    )


async def with_prerequisites(connection: rows.Connection, found: Found) -> Found:
    """The same with the courses that prerequisites lead to, as far as `MOST_STEPS` steps; three statements each."""
    known, demanded = dict(found.courses), found.demands
    for _ in range(MOST_STEPS):
        missing = suggestions_demands.missing(demanded, known)
        if not missing:
            break
        more = await course_values.by_id(connection, missing)
        known.update((id, one.course) for id, one in more.items())
        demanded = suggestions_demands.joined((demanded, await demands.of_courses(connection, missing)))
    return Found(courses=known, rules=found.rules, demands=demanded)


async def _rows(
    connection: rows.Connection, named: Collection[int], patterns: Sequence[Pattern], on: date
) -> list[_Row]:
    return await _FIND.fetch(
        connection,
        _split,
        named=sorted(named),
        day=on,
        institution_id=[one.institution_id for one in patterns],
        subject=[one.subject for one in patterns],
        level_from=[one.level_from for one in patterns],
        level_to=[one.level_to for one in patterns],
        number_from=[_number(one.number_from) for one in patterns],
        number_to=[_number(one.number_to) for one in patterns],
        held=[_held(one) for one in patterns],
    )


def _number(bound: str | None) -> int | None:
    """The digits of a bound; none where it has none, and the look-up asks nothing."""
    digits = _DIGITS.search(bound or "")
    return None if digits is None else int(digits[0])


def _held(pattern: Pattern) -> str | None:
    """What a catalog may say of a course that has the attribute, as a JSON list of which one suffices."""
    name, value = pattern.attribute, pattern.attribute_value
    if name is None:
        return None
    kinds = {kind.value: kind for kind in statuses.CourseType}
    kind = kinds.get((value or "").strip().lower() if name == "course_type" else name)
    found: list[dict[str, Any]] = [{"tags": [tag]} for tag in (name, value, f"{name}:{value}") if tag]
    if name == "has_lab":
        found = [{"has_lab": True}, {"has_lab": False}]
    elif kind is not None:
        alike = statuses.RESEARCH_TYPES if kind is statuses.CourseType.RESEARCH else {kind}
        found += [{"course_type": one.value} for one in sorted(alike, key=lambda one: one.value)]
    return json.dumps(found)
