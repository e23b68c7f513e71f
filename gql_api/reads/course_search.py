"""Finding courses: filters, full text with a trigram fallback for misspellings, facets, suggestions.

A search matches words (stemmed English) or similar spelling; one that is a course code matches that code and those that
begin with it. Each way has its index: GIN on the stored document, GIN trigram on code and title.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from gql_api import errors
from gql_api.domain import codes, statuses
from gql_api.reads import courses, pages, rows
from gql_api.tables.courses import Course
from gql_api.tables.equivalencies import Equivalency, EquivalencySource
from gql_api.tables.plans import PlannedCourse
from gql_api.tables.requirements import RequirementOption

BY_RELEVANCE = "RELEVANCE"
MOST_MATCHES = 1_000
"""By relevance no more than this many are listed: whoever looks further should say more."""
FACET_VALUES = 50
"""Values of one facet, the most frequent first."""
SUGGESTIONS = 5
NEAR_LIKENESS, FAR_LIKENESS = 0.6, 0.3
"""How alike a word must be spelled to be found, and to be suggested. The operator that the index serves reads it."""

_LIKENESS = sa.text("SELECT set_config('pg_trgm.word_similarity_threshold', :threshold, true)")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetRow:
    """A value and how many of the matching courses have it."""

    value: str
    count: int


class Facets(NamedTuple):
    """The distribution of the matching courses (of the first 10,000)."""

    institutions: list[FacetRow]
    subjects: list[FacetRow]
    levels: list[FacetRow]


def listing(wanted: Filter) -> rows.Select:
    """The courses that pass the filter."""
    return sa.select(*courses.COLUMNS).where(*_conditions(wanted))


def relevance(search: str) -> pages.Order:
    """By score, best first, then id."""
    words = sa.func.ts_rank(col(Course.search), _query(search))
    spelling = sa.func.word_similarity(search, col(Course.search_text)) + sa.func.similarity(search, col(Course.title))
    exact = sa.case((col(Course.code_key) == _code(search), 10.0), else_=0.0)
    score = sa.cast(words + spelling + exact, sa.Float)
    return pages.Order(name=BY_RELEVANCE, columns=(score, col(Course.id)), is_descending=True)


async def page(
    connection: AsyncConnection, wanted: Filter, order: pages.Order, window: pages.Window
) -> pages.Page[courses.CourseRow]:
    """A window of `listing`; by relevance, of its best `MOST_MATCHES`."""
    statement = listing(wanted)
    if order.name == BY_RELEVANCE:
        statement, order = _best(wanted, order)
    return await pages.page(connection, statement, courses.CourseRow, order, window)


async def facets(connection: AsyncConnection, wanted: Filter) -> Facets:
    """How the matches spread over institutions (by id), subjects and levels; one statement."""
    base = (
        sa.select(col(Course.institution_id), col(Course.subjects), col(Course.level))
        .where(*_conditions(wanted))
        .limit(pages.COUNTED)
        .cte("matches")
    )
    subject = sa.func.unnest(base.c.subjects).table_valued("value").render_derived(name="subject")
    parts = [
        _facet("institution", sa.cast(base.c.institution_id, sa.Text), sa.select().select_from(base)),
        _facet("subject", subject.c.value, sa.select().select_from(base.join(subject, sa.true()))),
        _facet("level", sa.cast(base.c.level, sa.Text), sa.select().where(base.c.level.is_not(None))),
    ]
    found = rows.grouped(
        (row[0], FacetRow(value=row[1], count=row[2])) for row in await rows.every(connection, sa.union_all(*parts))
    )
    by_count = {key: sorted(values, key=lambda one: (-one.count, one.value)) for key, values in found.items()}
    return Facets(by_count.get("institution", []), by_count.get("subject", []), by_count.get("level", []))


async def similar_titles(connection: AsyncConnection, wanted: Filter) -> list[str]:
    """Titles spelled like the search, best first, for a search that found nothing."""
    if not wanted.search:
        return []
    words = sa.bindparam("search", wanted.search, type_=sa.Text)
    likeness = sa.func.max(sa.func.word_similarity(words, col(Course.search_text)))
    statement = (
        sa.select(col(Course.title))
        .where(words.op("<%", is_comparison=True)(col(Course.search_text)))
        .group_by(col(Course.title))
        .order_by(likeness.desc(), col(Course.title))
        .limit(SUGGESTIONS)
    )
    await connection.execute(_LIKENESS, {"threshold": str(FAR_LIKENESS)})
    found = [row[0] for row in await rows.every(connection, statement)]
    await connection.execute(_LIKENESS, {"threshold": str(NEAR_LIKENESS)})
    return found


def _best(wanted: Filter, order: pages.Order) -> tuple[rows.Select, pages.Order]:
    score, key = order.elements
    best = (
        sa.select(score.label("score"), key.label("id"))
        .where(*_conditions(wanted))
        .order_by(score.desc(), key.desc())
        .limit(MOST_MATCHES)
        .subquery("best")
    )
    statement = sa.select(*courses.COLUMNS).join(best, best.c.id == col(Course.id))
    return statement, pages.Order(name=order.name, columns=(best.c.score, best.c.id), is_descending=True)


def _facet(name: str, value: sa.ColumnElement[Any], source: rows.Select) -> Any:  # noqa: ANN401 - a select in parentheses has no public type
    counted = sa.func.count()
    statement = source.add_columns(sa.literal(name).label("facet"), value.label("value"), counted.label("total"))
    return statement.group_by(value).order_by(counted.desc(), value).limit(FACET_VALUES).subquery().select()


def _query(search: str) -> sa.ColumnElement[Any]:
    english = sa.func.websearch_to_tsquery(sa.cast("english", postgresql.REGCONFIG), search)
    simple = sa.func.websearch_to_tsquery(sa.cast("simple", postgresql.REGCONFIG), search)
    return english.op("||")(simple)


def _conditions(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    conditions = rows.conditions(
        (wanted.search, _matches),
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
    return conditions + [_has_attribute(attribute) for attribute in wanted.attributes]


def _matches(search: str) -> sa.ColumnElement[bool]:
    words = col(Course.search).op("@@", is_comparison=True)(_query(search))
    code = _code(search)
    if code is not None:  # a code is meant to the letter, or as the beginning of one
        return sa.or_(words, col(Course.search_text).ilike(rows.pattern(code, before="")))
    near = sa.bindparam(None, search, type_=sa.Text).op("<%", is_comparison=True)
    return sa.or_(words, near(col(Course.search_text)))


def _code(search: str) -> str | None:
    """The course code that a search is, in any of its spellings; none where it is words."""
    try:
        return codes.parse(search).key
    except errors.InvalidInput:
        return None


def _has_prerequisites(is_wanted: bool) -> sa.ColumnElement[bool]:  # noqa: FBT001 - a filter's value
    text = col(Course.prerequisite_text)
    return text.is_not(None) if is_wanted else text.is_(None)


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
