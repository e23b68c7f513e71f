"""What courses may be asked for: one condition of SQL for each part of a filter.

A search is a course code, or words. A code matches that code and those that begin with it; words match stemmed words of
title and description. A misspelled search was corrected before; what is left of it here is a query of right words.
"""

from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlmodel import col

from gql_api import errors
from gql_api.domain import codes, prerequisites_parsing, statuses
from gql_api.reads import rows
from gql_api.tables import courses
from gql_api.tables.courses import Course
from gql_api.tables.equivalencies import Equivalency, EquivalencySource
from gql_api.tables.plans import PlannedCourse
from gql_api.tables.requirements import RequirementOption

ENGLISH = sa.cast("english", postgresql.REGCONFIG)
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


def conditions(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    """What must hold, the search included."""
    return [*([matches(wanted)] if wanted.search else []), *narrowed(wanted)]


def narrowed(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    """What must hold besides the search."""
    parts = rows.conditions(
        (wanted.institution_ids, col(Course.institution_id).in_),
        (wanted.subjects, lambda subjects: col(Course.subjects).op("&&")(sa.cast(list(subjects), sa.ARRAY(sa.Text)))),
        (wanted.departments, col(Course.department).in_),
        (wanted.levels, col(Course.level).in_),
        (wanted.credits_from, lambda least: col(Course.credits_max) >= least),
        (wanted.credits_to, lambda most: col(Course.credits_min) <= most),
        (wanted.has_prerequisites, _has_prerequisites),
        (wanted.fits_requirement_id, _fits),
        (wanted.articulates_to_institution_id, _articulates),
        (wanted.not_in_plan_id, _not_in_plan),
    )
    return parts + [_has_attribute(attribute) for attribute in wanted.attributes]


def matches(wanted: Filter) -> sa.ColumnElement[bool]:
    """Whether title or description has the words, or the code begins with the search."""
    words = col(Course.search).op("@@", is_comparison=True)(query(wanted))
    code = code_of(wanted.search or "")
    return words if code is None else sa.or_(words, begins(code))


def begins(code: str) -> sa.ColumnElement[bool]:
    """Whether the code begins so."""
    return col(Course.code_key).like(rows.pattern(code, before=""))


def query(wanted: Filter) -> sa.ColumnElement[postgresql.TSQUERY]:
    """The words as PostgreSQL looks for them: stemmed, and as they are written."""
    if wanted.corrected is not None:
        return sa.func.to_tsquery(ENGLISH, wanted.corrected)
    simple = sa.cast("simple", postgresql.REGCONFIG)
    return title_query(wanted).op("||")(sa.func.websearch_to_tsquery(simple, wanted.search))


def title_query(wanted: Filter) -> sa.ColumnElement[postgresql.TSQUERY]:
    """The stemmed words alone, as titles are indexed."""
    if wanted.corrected is not None:
        return sa.func.to_tsquery(ENGLISH, wanted.corrected)
    return sa.func.websearch_to_tsquery(ENGLISH, wanted.search)


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


def _has_attribute(attribute: str) -> sa.ColumnElement[bool]:
    held = col(Course.attributes)
    if attribute == "has_lab":
        return held.op("@>")(sa.cast({"has_lab": True}, postgresql.JSONB))
    if attribute == statuses.CourseType.RESEARCH.value:
        kinds = [{"course_type": kind.value} for kind in sorted(statuses.RESEARCH_TYPES, key=lambda one: one.value)]
        return sa.or_(*[held.op("@>")(sa.cast(kind, postgresql.JSONB)) for kind in kinds])
    if attribute in {kind.value for kind in statuses.CourseType}:
        return held.op("@>")(sa.cast({"course_type": attribute}, postgresql.JSONB))
    return held.op("@>")(sa.cast({"tags": [attribute]}, postgresql.JSONB))


def _fits(requirement_id: int) -> sa.ColumnElement[bool]:
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


def _articulates(institution_id: int) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        col(EquivalencySource.course_id) == col(Course.id),
        col(Equivalency.id) == col(EquivalencySource.equivalency_id),
        col(Equivalency.receiving_institution_id) == institution_id,
        col(Equivalency.status) == "APPROVED",
        col(Equivalency.outcome) == "AWARDS",
        col(Equivalency.recorded_until).is_(None),
    )


def _not_in_plan(plan_id: int) -> sa.ColumnElement[bool]:
    return ~sa.exists().where(col(PlannedCourse.plan_id) == plan_id, col(PlannedCourse.course_id) == col(Course.id))
