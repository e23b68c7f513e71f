"""What courses may be asked for: one condition of SQL for each part of a filter.

A search is a course code, or words. A code matches that code and those that begin with it; words match stemmed words of
title and description. A misspelled search was corrected before; what is left of it here is a query of right words.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlmodel import col

from gql_api import errors
from gql_api.domain import codes, prerequisites_parsing, statuses
from gql_api.reads import listings, rows
from gql_api.tables import columns, courses
from gql_api.tables.courses import Course
from gql_api.tables.equivalencies import Equivalency, EquivalencySource
from gql_api.tables.plans import PlannedCourse
from gql_api.tables.requirements import RequirementOption

ENGLISH: sa.ColumnElement[Any] = sa.literal_column("'english'::regconfig")
_SIMPLE: sa.ColumnElement[Any] = sa.literal_column("'simple'::regconfig")
TITLE_WORDS = sa.literal_column(courses.TITLE_WORDS, postgresql.TSVECTOR)
"""As the index has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a course must be; an empty field asks nothing, several must all hold."""

    search: str | None = None
    institution_ids: tuple[int, ...] = ()
    subjects: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    levels: tuple[int, ...] = ()
    credits_from: Decimal | None = None
    credits_to: Decimal | None = None
    attributes: tuple[str, ...] = ()
    has_prerequisites: bool | None = None
    fits_requirement_id: int | None = None
    articulates_to_institution_id: int | None = None
    not_in_plan_id: int | None = None
    corrected: str | None = None
    """What the search is taken to mean where its words match nothing: a text search query, made by `course_search`."""
    respelled: str | None = None
    """The same in words, to show."""


Shape = tuple[Hashable, ...]


def conditions(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    """What must hold, the search included."""
    return [*([matches(wanted)] if wanted.search else []), *narrowed(wanted)]


def narrowed(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    """What must hold besides the search, over the parameters that `given` names."""
    values = given(wanted)
    parts = [
        condition.of(sa.bindparam(name, values[name], type_=condition.kind))
        for name, condition in _NARROWING.items()
        if name in values
    ]
    parts += [] if wanted.has_prerequisites is None else [_has_prerequisites(wanted.has_prerequisites)]
    for place, attribute in enumerate(wanted.attributes):
        ways = [sa.bindparam(name, values[name], type_=postgresql.JSONB) for name in _attribute_names(place, attribute)]
        parts.append(sa.or_(*[col(Course.attributes).op("@>", is_comparison=True)(way) for way in ways]))
    return parts


def given(wanted: Filter) -> dict[str, Any]:
    """The parameters of the conditions by name. Filters of one `shape` have the same names."""
    asked = {name: getattr(wanted, name) for name in _NARROWING}
    found = {name: _sent(value) for name, value in asked.items() if value is not None and value != ()}
    for place, attribute in enumerate(wanted.attributes):
        found.update(zip(_attribute_names(place, attribute), _ways(attribute), strict=True))
    if wanted.search:
        code = code_of(wanted.search)
        found |= {"search": wanted.search} if wanted.corrected is None else {"corrected": wanted.corrected}
        found |= {} if code is None else {"code": code, "code_end": rows.after(code)}
    return found


def shape(wanted: Filter) -> Shape:
    """What of a filter the text of its conditions depends on."""
    return (wanted.has_prerequisites, *given(wanted))


def matches(wanted: Filter, words: sa.ColumnElement[Any] | None = None) -> sa.ColumnElement[bool]:
    """Whether title or description has the words (`query`, unless given), or the code begins with the search."""
    found = col(Course.search).op("@@", is_comparison=True)(query(wanted) if words is None else words)
    code = code_of(wanted.search or "")
    return found if code is None else sa.or_(found, _begins(code))


def query(wanted: Filter) -> sa.ColumnElement[Any]:
    """The words as PostgreSQL looks for them: stemmed, and as they are written."""
    stemmed = title_query(wanted)
    if wanted.corrected is not None:
        return stemmed
    return stemmed.op("||")(sa.func.websearch_to_tsquery(_SIMPLE, _search(wanted)))


def title_query(wanted: Filter) -> sa.ColumnElement[Any]:
    """The stemmed words alone, as titles are indexed."""
    if wanted.corrected is not None:
        corrected = sa.bindparam("corrected", wanted.corrected, type_=sa.Text)
        return sa.func.to_tsquery(ENGLISH, corrected)
    return sa.func.websearch_to_tsquery(ENGLISH, _search(wanted))


def _search(wanted: Filter) -> sa.BindParameter[str | None]:
    return sa.bindparam("search", wanted.search, type_=sa.Text)


def _begins(code: str) -> sa.ColumnElement[bool]:
    """Whether the code begins so, by bounds, which an index serves also where the value is not known yet."""
    key = rows.element(col(Course.code_key))
    least, end = sa.bindparam("code", code, type_=sa.Text), sa.bindparam("code_end", rows.after(code), type_=sa.Text)
    return rows.between(key, least, end)


def code_of(search: str) -> str | None:
    """The course code that a search is, in any of its spellings; none where it is words."""
    try:
        return codes.parse(search).key
    except errors.InvalidInput:
        return None


def _has_prerequisites(is_wanted: bool) -> sa.ColumnElement[bool]:  # noqa: FBT001 - a filter's value
    text = rows.element(col(Course.prerequisite_text))
    asks_nothing = sa.func.coalesce(text.regexp_match(prerequisites_parsing.NOTHING, flags="i"), sa.true())
    return sa.not_(asks_nothing) if is_wanted else asks_nothing


def _ways(attribute: str) -> list[dict[str, Any]]:
    """What a course's attributes may hold to have it: one of these."""
    if attribute == "has_lab":
        return [{"has_lab": True}]
    if attribute == statuses.CourseType.RESEARCH.value:
        return [{"course_type": kind.value} for kind in sorted(statuses.RESEARCH_TYPES, key=lambda one: one.value)]
    if attribute in {kind.value for kind in statuses.CourseType}:
        return [{"course_type": attribute}]
    return [{"tags": [attribute]}]


def _attribute_names(place: int, attribute: str) -> list[str]:
    return [f"attribute_{place}_{way}" for way in range(len(_ways(attribute)))]


def _sent(value: object) -> object:
    return list(cast("tuple[object, ...]", value)) if isinstance(value, tuple) else value


def _fits(requirement_id: listings.Parameter) -> sa.ColumnElement[bool]:
    option = RequirementOption
    number = sa.cast(sa.func.substring(col(Course.number), "^[0-9]{1,9}"), sa.Integer)
    bounds = [
        sa.cast(sa.func.substring(col(bound), "^[0-9]{1,9}"), sa.Integer)
        for bound in (option.number_from, option.number_to)
    ]
    of_pattern = sa.and_(
        col(option.course_code).is_(None),
        sa.or_(col(option.institution_id).is_(None), col(option.institution_id) == col(Course.institution_id)),
        sa.or_(col(option.subject).is_(None), col(option.subject) == sa.any_(col(Course.subjects))),
        sa.or_(col(option.number_from).is_(None), number >= bounds[0]),
        sa.or_(col(option.number_to).is_(None), number <= bounds[1]),
        sa.or_(col(option.level_from).is_(None), col(Course.level) >= col(option.level_from)),
        sa.or_(col(option.level_to).is_(None), col(Course.level) <= col(option.level_to)),
        sa.or_(col(option.attribute).is_(None), _carries_option_attribute()),
    )
    mine = col(option.requirement_id) == requirement_id
    matching = sa.or_(col(option.course_id) == col(Course.id), of_pattern)
    included = sa.exists().where(mine, ~col(option.is_excluded), matching)
    excluded = sa.exists().where(mine, col(option.is_excluded), matching)
    return sa.and_(included, ~excluded)


def _carries_option_attribute() -> sa.ColumnElement[bool]:
    """Whether the course has the option's attribute: a key with that value, or a tag of that name."""
    option = RequirementOption
    held = col(Course.attributes).op("->>")(col(option.attribute))
    tagged = sa.func.jsonb_exists(
        sa.func.coalesce(col(Course.attributes)["tags"], sa.cast([], postgresql.JSONB)), col(option.attribute)
    )
    return sa.or_(held == sa.func.coalesce(col(option.attribute_value), "true"), tagged)


def _articulates(institution_id: listings.Parameter) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        col(EquivalencySource.course_id) == col(Course.id),
        col(Equivalency.id) == col(EquivalencySource.equivalency_id),
        col(Equivalency.receiving_institution_id) == institution_id,
        col(Equivalency.status) == "APPROVED",
        col(Equivalency.outcome) == "AWARDS",
        col(Equivalency.recorded_until).is_(None),
    )


def _not_in_plan(plan_id: listings.Parameter) -> sa.ColumnElement[bool]:
    return ~sa.exists().where(col(PlannedCourse.plan_id) == plan_id, col(PlannedCourse.course_id) == col(Course.id))


_NARROWING = {
    "institution_ids": listings.among(col(Course.institution_id)),
    "subjects": listings.Condition(columns.TEXT_ARRAY, col(Course.subjects).op("&&")),
    "departments": listings.among(col(Course.department)),
    "levels": listings.among(col(Course.level)),
    "credits_from": listings.Condition(columns.CREDITS, lambda least: col(Course.credits_max) >= least),
    "credits_to": listings.Condition(columns.CREDITS, lambda most: col(Course.credits_min) <= most),
    "fits_requirement_id": listings.Condition(sa.BigInteger(), _fits),
    "articulates_to_institution_id": listings.Condition(sa.BigInteger(), _articulates),
    "not_in_plan_id": listings.Condition(sa.BigInteger(), _not_in_plan),
}
"""Those fields of a filter of which each is one condition over one parameter."""
