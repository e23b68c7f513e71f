"""Finding courses: pages, the best matches first where something is searched, facets, suggestions.

It stays quick at a million courses because no step looks at more than a bounded number of them. The best matches are
chosen among candidates, at most `MOST_MATCHES` of each kind, and only those are ranked. In the order of their scores:

1. the code is the search (b-tree);
2. the title begins with it, the shortest first (b-tree);
3. the title has its words: of the first `MOST_READ` the shortest titles (GIN);
4. title or description has them, or the code begins with it (GIN, b-tree), where the third kind is not enough.

The third and the fourth are found in the table's order, so that the pages of a list that nobody changes fit together.
A search that matches nothing is corrected by the words of all titles (`title_words`) first, and asked again in those
words: `understood` does that, and is to be called before anything else here. The statements are planned for their
values, since for a rare word another index serves than for a frequent one; but never is the whole table read for
candidates, which a planner that knows little of a rare word is tempted to.
"""

import contextlib
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from gql_api.reads import course_filters, courses, needed, pages, rows, title_words
from gql_api.reads.course_filters import Filter
from gql_api.tables.courses import Course

BY_RELEVANCE = "RELEVANCE"
MOST_MATCHES = 1_000
"""By relevance no more than this many are listed: whoever looks further should say more."""
FACET_VALUES = 50
"""Values of one facet, the most frequent first."""
MOST_READ = 4_000
"""Courses with the words in their titles that are read in search of the best `MOST_MATCHES`."""
SUGGESTIONS = 5
MOST_BEGINNING = 200
_PLANNED_ANEW = sa.text(
    "SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('synchronize_seqscans', 'off', true), "
    "set_config('max_parallel_workers_per_gather', '0', true)"
)
"""For the rest of the transaction: plans for the values, and candidates in the same order each time."""
_BY_INDEX = sa.text("SELECT set_config('enable_seqscan', 'off', true)")
_BY_ANY = sa.text("SELECT set_config('enable_seqscan', 'on', true)")


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


async def understood(connection: rows.Connection, wanted: Filter) -> Filter:
    """The filter with its search corrected, where as it is written it matches nothing."""
    if not wanted.search:
        return wanted
    await connection.execute(_PLANNED_ANEW)
    asked = title_words.of(wanted.search)
    if course_filters.code_of(wanted.search) is not None or await _is_found(connection, wanted, asked):
        return wanted
    found = await title_words.alike(connection, asked, title_words.LIKELY)
    return replace(wanted, corrected=title_words.every(asked, found))


def listing(wanted: Filter) -> rows.Select:
    """The courses that pass the filter."""
    return sa.select(*courses.COLUMNS).where(*course_filters.conditions(wanted))


def relevance(wanted: Filter) -> pages.Order:
    """By score, best first, then id."""
    search = (wanted.search or "").lower()
    words = sa.func.ts_rank(col(Course.search), course_filters.query(wanted))
    title = sa.func.lower(col(Course.title))
    begins = sa.case((title == search, 2.0), (title.like(rows.pattern(search, before="")), 1.0), else_=0.0)
    exact = sa.case((col(Course.code_key) == course_filters.code_of(search), 10.0), else_=0.0)
    short = 1.0 / (10 + sa.func.length(col(Course.title)))
    score = sa.cast(words + begins + exact + short, sa.Float)
    return pages.Order(name=BY_RELEVANCE, columns=(score, col(Course.id)), is_descending=True)


async def page(
    connection: rows.Connection,
    wanted: Filter,
    order: pages.Order,
    window: pages.Window,
    fields: needed.Fields | None = None,
) -> pages.Page[courses.CourseRow]:
    """A window of `listing`; by relevance, of its best `MOST_MATCHES`. `fields` are those that look at its rows."""
    if order.name != BY_RELEVANCE and courses.LISTING.serves(wanted):
        return await courses.LISTING.page(connection, wanted, order, window, fields)
    if order.name != BY_RELEVANCE:
        return await pages.page(connection, listing(wanted), courses.CourseRow, order, window)
    statement, order = best(wanted, order)
    async with _by_index(connection):
        return await pages.page(connection, statement, courses.CourseRow, order, window)


async def facets(connection: rows.Connection, wanted: Filter) -> Facets:
    """How the matches spread over institutions (by id), subjects and levels; one statement."""
    base = (
        sa.select(col(Course.institution_id), col(Course.subjects), col(Course.level))
        .where(*course_filters.conditions(wanted))
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


async def similar_titles(connection: rows.Connection, wanted: Filter) -> list[str]:
    """Titles with words spelled like those of the search, best first, for a search that found nothing."""
    asked = title_words.of(wanted.search or "")
    found = await title_words.alike(connection, asked, title_words.FAR)
    words = title_words.any_of(dict.fromkeys(word for near in found.values() for word in near))
    if not words:
        return []
    meant = Filter(search=wanted.search, corrected=words)
    some = _some(_in_title(meant), (), col(Course.title)).subquery("some")
    likeness = sa.func.word_similarity(wanted.search, some.c.title)
    statement = sa.select(some.c.title).group_by(some.c.title).order_by(sa.func.max(likeness).desc(), some.c.title)
    return [row[0] for row in await rows.every(connection, statement.limit(SUGGESTIONS))]


def best(wanted: Filter, order: pages.Order) -> tuple[rows.Select, pages.Order]:
    """The best matches as a SELECT with the columns of courses, and the same order over it."""
    narrowed = tuple(course_filters.narrowed(wanted))
    search = wanted.search or ""
    titled = _shortest(_in_title(wanted), narrowed).cte("titled")
    are_few = sa.select(sa.func.count()).select_from(titled).scalar_subquery() < MOST_MATCHES
    kinds = [sa.select(titled.c.id), _some(sa.and_(course_filters.matches(wanted), are_few), narrowed)]
    code = course_filters.code_of(search)
    if code is not None:
        kinds.append(_some(col(Course.code_key) == code, narrowed).order_by(col(Course.id)))
    elif wanted.corrected is None:
        kinds.append(_beginning(search, narrowed))
    candidates = sa.union(*[kind.subquery().select() for kind in kinds]).subquery("candidates")
    score, key = order.elements
    ranked = (
        sa.select(score.label("score"), key.label("id"))
        .join(candidates, candidates.c.id == key)
        .order_by(score.desc(), key.desc())
        .limit(MOST_MATCHES)
        .subquery("best")
    )
    statement = sa.select(*courses.COLUMNS).join(ranked, ranked.c.id == col(Course.id))
    return statement, pages.Order(name=order.name, columns=(ranked.c.score, ranked.c.id), is_descending=True)


def _some(
    condition: sa.ColumnElement[Any], narrowed: tuple[sa.ColumnElement[bool], ...] = (), *more: rows.Column
) -> rows.Select:
    """The first courses that an index has of those of which the condition holds, at most `MOST_MATCHES`."""
    return sa.select(col(Course.id), *more).where(condition, *narrowed).limit(MOST_MATCHES)


def _shortest(condition: sa.ColumnElement[Any], narrowed: tuple[sa.ColumnElement[bool], ...]) -> rows.Select:
    """Of the first `MOST_READ` of which the condition holds those with the shortest titles."""
    read = _some(condition, narrowed, sa.func.length(col(Course.title)).label("size")).limit(MOST_READ).subquery("read")
    return sa.select(read.c.id).order_by(read.c.size, read.c.id).limit(MOST_MATCHES)


def _beginning(search: str, narrowed: tuple[sa.ColumnElement[bool], ...]) -> rows.Select:
    """The courses whose titles begin with the search, in the order of the index: the search itself first."""
    title = sa.func.lower(col(Course.title))
    in_order = title.op("USING")(sa.literal_column("~<~")), col(Course.id)
    begins = title.like(rows.pattern(search.lower(), before=""))
    return _some(begins, narrowed).order_by(*in_order).limit(MOST_BEGINNING)


def _in_title(wanted: Filter) -> sa.ColumnElement[Any]:
    return course_filters.TITLE_WORDS.op("@@")(course_filters.title_query(wanted))


@contextlib.asynccontextmanager
async def _by_index(connection: rows.Connection) -> AsyncGenerator[None]:
    await connection.execute(_BY_INDEX)
    yield
    await connection.execute(_BY_ANY)


async def _is_found(connection: rows.Connection, wanted: Filter, asked: Sequence[str]) -> bool:
    """Whether anything matches.

    Of words that titles have the planner knows how frequent they are; the limit within has it planned as the look at
    candidates that it may become. What no title has is rare: by index.
    """
    some = sa.select(col(Course.id)).where(*course_filters.conditions(wanted)).limit(MOST_MATCHES).subquery()
    found = sa.select(sa.exists(some.select()))
    if await title_words.are_known(connection, asked):
        return bool((await connection.execute(found)).scalar_one())
    async with _by_index(connection):
        return bool((await connection.execute(found)).scalar_one())


def _facet(name: str, value: sa.ColumnElement[Any], source: rows.Select) -> Any:  # noqa: ANN401 - a select in parentheses has no public type
    counted = sa.func.count()
    statement = source.add_columns(sa.literal(name).label("facet"), value.label("value"), counted.label("total"))
    return statement.group_by(value).order_by(counted.desc(), value).limit(FACET_VALUES).subquery().select()
