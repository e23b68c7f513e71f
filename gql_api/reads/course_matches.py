"""The statement of a search: its matches are found once, and everything that is asked about them is told of these.

======================  ============================================================================================
`words`                 the search as PostgreSQL takes it, made once and not for each row
`matches`               the courses that match, in the order of the index: where the best are listed and nothing is
                        counted at most `MOST_MATCHES`, else one more than `pages.COUNTED`
`titled`                of the first `MOST_READ` whose titles have the words those with the shortest titles
`candidates`            `titled`; where they are few, `matches`; the exact code, or the titles that begin so
`best`                  the candidates with their scores, at most `MOST_MATCHES`
`page`                  the window of `best`
`groups`, `facets`      how the first `pages.COUNTED` matches spread
======================  ============================================================================================

From one part to the next a course goes by its place in the table (`ctid`), which leads to it by one page and not by the
four of an index; within one statement, which sees one snapshot, no course moves. Parts that nobody asked for are left
out. The answer is a row that tells of the whole (the first, with `is_found`), then the rows of the page.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlmodel import col

from gql_api.reads import course_filters, pages, rows
from gql_api.reads.course_filters import Filter
from gql_api.tables.courses import Course

MOST_MATCHES = 1_000
"""By relevance no more than this many are listed: whoever looks further should say more."""
MOST_READ = 4_000
"""Courses with the words in their titles that are read in search of the best `MOST_MATCHES`."""
MOST_BEGINNING = 200
FACET_VALUES = 50
"""Values of one facet, the most frequent first."""
BY_RELEVANCE = pages.Order(
    name="RELEVANCE", columns=(sa.column("score", sa.Float), sa.column("id", sa.BigInteger)), is_descending=True
)
"""By score, best first, then id."""
INSTITUTIONS, SUBJECTS, LEVELS, TOTAL = "institutions", "subjects", "levels", "total"
FACETS = frozenset({INSTITUTIONS, SUBJECTS, LEVELS})
"""What may be asked about all matches, besides their number."""
_PLACE: sa.ColumnElement[Any] = sa.literal_column("courses.ctid")
_TITLE = sa.func.lower(col(Course.title))
_ZERO, _ONE, _TWO, _TEN = (sa.literal_column(number, sa.Float) for number in ("0.0", "1.0", "2.0", "10.0"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The window of the best matches that is wanted, and the columns of its rows."""

    columns: tuple[sa.ColumnElement[Any], ...]
    window: pages.Window


def statement(wanted: Filter, parts: frozenset[str], listed: Listed | None) -> rows.Select:
    """The rows of the page with the keys of `BY_RELEVANCE`, then `is_found`, and the total and facets asked for."""
    words = _words(wanted)
    matches = _matches(wanted, words, parts)
    told: list[sa.ColumnElement[Any]] = [
        sa.exists(sa.select(matches)).label("is_found"),
        *_totals(matches, parts),
        sa.literal(-1, sa.BigInteger).label("nobody"),
    ]
    whole = sa.select(*told).subquery("whole")
    about = [column for column in whole.c if column.name != "nobody"]
    if listed is None:
        return sa.select(*about)
    page = _page(wanted, words, matches, listed).subquery("page")
    score, key = page.c["_key_0"], page.c["_key_1"]
    both = page.join(whole, key == whole.c.nobody, full=True)
    return sa.select(*page.c, *about).select_from(both).order_by(score.desc().nulls_first(), key.desc())


def limits(parts: frozenset[str]) -> dict[str, object]:
    """The parameters that say how much is looked at."""
    return {
        "most": pages.COUNTED + 1 if parts else MOST_MATCHES,
        "most_spread": pages.COUNTED,
        "most_listed": MOST_MATCHES,
        "most_read": MOST_READ,
        "most_beginning": MOST_BEGINNING,
    }


def is_narrowed(wanted: Filter) -> bool:
    """Whether anything but the search is asked: which index serves then, depends on the values."""
    return bool(course_filters.narrowed(wanted))


def _words(wanted: Filter) -> "_Words":
    query, titled = course_filters.query(wanted), course_filters.title_query(wanted)
    if is_narrowed(wanted):  # planned for its values, of which the planner then knows how frequent they are
        return _Words(query=query, titled=titled)
    made = sa.select(query.label("query"), titled.label("titled")).cte("words").prefix_with("MATERIALIZED")
    return _Words(
        query=sa.select(made.c.query).scalar_subquery(),
        titled=sa.select(made.c.titled).scalar_subquery(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """The search as a text search query, and its stemmed words alone."""

    query: sa.ColumnElement[Any]
    titled: sa.ColumnElement[Any]


def _matches(wanted: Filter, words: _Words, parts: frozenset[str]) -> sa.CTE:
    counted = {INSTITUTIONS: col(Course.institution_id), SUBJECTS: col(Course.subjects), LEVELS: col(Course.level)}
    own = [column for part, column in counted.items() if part in parts]
    conditions = [course_filters.matches(wanted, words.query)] if wanted.search else []
    found: rows.Select = sa.select(_PLACE.label("place"), *own).select_from(Course)
    return (
        found.where(*conditions, *course_filters.narrowed(wanted))
        .limit(_most("most"))
        .cte("matches")
        .prefix_with("MATERIALIZED")
    )


def _page(wanted: Filter, words: _Words, matches: sa.CTE, listed: Listed) -> rows.Select:
    candidates = _candidates(wanted, words, matches)
    best = (
        sa.select(_score(wanted, words).label("score"), rows.element(col(Course.id)).label("id"), candidates.c.place)
        .select_from(candidates.join(Course, candidates.c.place == _PLACE))
        .order_by(sa.desc("score"), sa.desc("id"))
        .limit(_most("most_listed"))
        .subquery("best")
    )
    found: rows.Select = sa.select(*listed.columns).select_from(best.join(Course, best.c.place == _PLACE))
    order = pages.Order(name=BY_RELEVANCE.name, columns=(best.c.score, best.c.id), is_descending=True)
    return pages.windowed(found, order, listed.window)


def _candidates(wanted: Filter, words: _Words, matches: sa.CTE) -> sa.Subquery:
    narrowed = course_filters.narrowed(wanted)
    titled = _titled(words, narrowed)
    are_few = sa.select(sa.func.count()).select_from(titled).scalar_subquery() < _most("most_listed")
    kinds: list[rows.Select] = [
        sa.select(titled.c.place),
        sa.select(matches.c.place).where(are_few).limit(_most("most_listed")),
    ]
    if course_filters.code_of(wanted.search or "") is not None:
        is_code = col(Course.code_key) == sa.bindparam("code", type_=sa.Text)
        kinds.append(_some(is_code, *narrowed).order_by(col(Course.id)).limit(_most("most_listed")))
    else:
        kinds.append(_beginning(narrowed))
    return sa.union(*[kind.subquery().select() for kind in kinds]).subquery("candidates")


def _titled(words: _Words, narrowed: list[sa.ColumnElement[bool]]) -> sa.CTE:
    """Of the first whose titles have the words those with the shortest titles."""
    has_words = course_filters.TITLE_WORDS.op("@@", is_comparison=True)(words.titled)
    size = sa.func.length(col(Course.title)).label("size")
    read = _some(has_words, *narrowed).add_columns(size, col(Course.id)).limit(_most("most_read")).subquery("read")
    shortest = sa.select(read.c.place).order_by(read.c.size, read.c.id).limit(_most("most_listed"))
    return shortest.cte("titled").prefix_with("MATERIALIZED")


def _beginning(narrowed: list[sa.ColumnElement[bool]]) -> rows.Select:
    """The courses whose titles begin with the search, in the order of the index: the search itself first."""
    begins = rows.between(_TITLE, sa.bindparam("begins", type_=sa.Text), sa.bindparam("begins_end", type_=sa.Text))
    in_order = _TITLE.op("USING")(sa.literal_column("~<~")), col(Course.id)
    return _some(begins, *narrowed).order_by(*in_order).limit(_most("most_beginning"))


def _some(*conditions: sa.ColumnElement[Any]) -> rows.Select:
    return sa.select(_PLACE.label("place")).select_from(Course).where(*conditions)


def _score(wanted: Filter, words: _Words) -> sa.ColumnElement[float]:
    """The exact code before everything, then titles that are the search or begin with it, then words; short titles."""
    begins = sa.bindparam("begins", type_=sa.Text)
    is_it, starts = _TITLE.op("=", is_comparison=True)(begins), sa.func.starts_with(_TITLE, begins)
    score = sa.func.ts_rank(col(Course.search), words.query) + sa.case((is_it, _TWO), (starts, _ONE), else_=_ZERO)
    if course_filters.code_of(wanted.search or "") is not None:
        is_code = col(Course.code_key) == sa.bindparam("code", type_=sa.Text)
        score += sa.case((is_code, _TEN), else_=_ZERO)
    return sa.cast(score + _ONE / (_TEN + sa.func.length(col(Course.title))), sa.Float)


def _totals(matches: sa.CTE, parts: frozenset[str]) -> list[sa.ColumnElement[Any]]:
    """`total`, one more than `pages.COUNTED` where there are more; `facets` as lists of part, value and count."""
    found: list[sa.ColumnElement[Any]] = []
    if TOTAL in parts:
        found.append(sa.select(sa.func.count()).select_from(matches).scalar_subquery().label("total"))
    facets = [part for part in (INSTITUTIONS, SUBJECTS, LEVELS) if part in parts]
    if facets:
        found.append(_facets(matches, facets).label("facets"))
    return found


def _facets(matches: sa.CTE, parts: list[str]) -> sa.ScalarSelect[Any]:
    """The matches are grouped once, by one pass for all facets; of each the most frequent values are told."""
    keys = {INSTITUTIONS: "institution_id", SUBJECTS: "subjects", LEVELS: "level"}
    names = [keys[part] for part in parts]
    first = sa.select(*[matches.c[name] for name in names]).limit(_most("most_spread")).subquery("first")
    columns = [first.c[name] for name in names]
    sets = sa.func.grouping_sets(*[sa.tuple_(column) for column in columns])
    is_of = sa.func.grouping(*columns).label("is_of")
    groups = sa.select(*columns, is_of, sa.func.count().label("total")).group_by(sets).cte("groups")
    every = 2 ** len(parts) - 1
    each = [
        _values(part, groups, groups.c[name], every - 2 ** (len(parts) - 1 - place))
        for place, (part, name) in enumerate(zip(parts, names, strict=True))
    ]
    values = sa.union_all(*each).subquery("each_value")
    rank = sa.func.row_number().over(partition_by=values.c.part, order_by=(values.c.total.desc(), values.c.value))
    ranked = sa.select(values, rank.label("rank")).subquery("ranked")
    told = postgresql.aggregate_order_by(
        sa.func.json_build_array(ranked.c.part, ranked.c.value, ranked.c.total), ranked.c.rank
    )
    return sa.select(sa.func.json_agg(told)).where(ranked.c.rank <= FACET_VALUES).scalar_subquery()


def _values(part: str, groups: sa.CTE, value: sa.ColumnElement[Any], is_of: int) -> rows.Select:
    mine = groups.c.is_of == is_of
    name = sa.literal(part, sa.Text).label("part")
    if part != SUBJECTS:
        text = sa.cast(value, sa.Text).label("value")
        return sa.select(name, text, groups.c.total).where(mine, value.is_not(None))
    one = sa.func.unnest(value).table_valued("value").render_derived(name="one")
    total = sa.func.sum(groups.c.total).label("total")
    joined = groups.join(one, sa.true())
    return sa.select(name, one.c.value, total).select_from(joined).where(mine).group_by(one.c.value)


def _most(name: str) -> sa.BindParameter[int]:
    return sa.bindparam(name, type_=sa.Integer)
