"""Finding courses: pages, the best matches first where something is searched, facets.

It stays quick at a million courses because no step looks at more than a bounded number of them. The best matches are
chosen among candidates, at most `course_matches.MOST_MATCHES` of each kind, and only those are ranked. In the order of
their scores:

1. the code is the search (b-tree);
2. the title begins with it, the shortest first (b-tree);
3. the title has its words: of the first `course_matches.MOST_READ` the shortest titles (GIN);
4. title or description has them, or the code begins with it (GIN, b-tree), where the third kind is not enough.

The third and the fourth are found in the table's order, so that the pages of a list that nobody changes fit together.
One statement (`course_matches`) answers all of it, and tells whether anything matches. A search that matches nothing is
corrected by the words of all titles (`title_words`), and asked again in those words.

A search for nothing but words has one plan, in which the indexes of words serve. Where a filter narrows it, another
index may serve better for some values than for others, so that it is planned for its values; but never is the whole
table read for candidates, which a planner that knows little of a rare word is tempted to.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

import sqlalchemy as sa

from gql_api.reads import (
    course_filters,
    course_matches,
    courses,
    indexed,
    kept,
    needed,
    pages,
    rows,
    statements,
    title_words,
)
from gql_api.reads.course_filters import Filter

BY_RELEVANCE = course_matches.BY_RELEVANCE

_STATEMENTS: kept.Kept[Hashable, statements.Prepared] = kept.Kept(300)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is told of all matches: whether there are any; how many and how they spread, where that was asked."""

    is_found: bool
    total: int | None = None
    facets: Facets | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """The filter as it was understood, the page of its best matches, and what was asked about all of them."""

    wanted: Filter
    page: pages.Page[courses.CourseRow]
    told: Told


async def searched(
    connection: rows.Connection, wanted: Filter, window: pages.Window, fields: needed.Fields | None = None
) -> Searched:
    """The best matches, and of all of them what `fields` look at. The search is corrected where it matches nothing."""
    chosen = _Chosen(courses.NEEDED.kept(fields), window)
    page, told = await _asked(connection, wanted, parts(fields), chosen)
    if not told.is_found:
        meant = await _corrected(connection, wanted)
        if meant is not wanted:
            wanted = meant
            page, told = await _asked(connection, wanted, parts(fields), chosen)
    return Searched(wanted=wanted, page=page, told=told)


async def understood(connection: rows.Connection, wanted: Filter) -> Filter:
    """The filter with its search corrected, where as it is written it matches nothing."""
    if not wanted.search:
        return wanted
    _, told = await _asked(connection, wanted, frozenset(), None)
    return wanted if told.is_found else await _corrected(connection, wanted)


def listing(wanted: Filter) -> rows.Select:
    """The courses that pass the filter."""
    return sa.select(*courses.COLUMNS).where(*course_filters.conditions(wanted))


async def page(
    connection: rows.Connection,
    wanted: Filter,
    order: pages.Order,
    window: pages.Window,
    fields: needed.Fields | None = None,
) -> pages.Page[courses.CourseRow]:
    """A window of `listing` in an order of `courses.ORDERS`. `fields` are those that look at its rows."""
    if courses.LISTING.serves(wanted):
        return await courses.LISTING.page(connection, wanted, order, window, fields)
    return await pages.page(connection, listing(wanted), courses.CourseRow, order, window)


async def count(connection: rows.Connection, wanted: Filter) -> int:
    """How many match, counted no further than one beyond `pages.COUNTED`."""
    _, told = await _asked(connection, wanted, frozenset({course_matches.TOTAL}), None)
    return told.total or 0


async def facets(connection: rows.Connection, wanted: Filter) -> Facets:
    """How the matches spread over institutions (by id), subjects and levels; one statement."""
    _, told = await _asked(connection, wanted, course_matches.FACETS, None)
    return told.facets or Facets([], [], [])


def parts(fields: needed.Fields | None) -> frozenset[str]:
    """What fields of an operation ask about all matches; nothing where they are not known."""
    asked = fields or frozenset()
    facets = course_matches.FACETS & asked if "facets" in asked else frozenset[str]()
    return facets if asked.isdisjoint({"total_count", "total_count_is_exact"}) else facets | {course_matches.TOTAL}


class _Chosen(NamedTuple):
    """The columns and the window of a page."""

    kept: needed.Kept[courses.CourseRow]
    window: pages.Window


async def _asked(
    connection: rows.Connection, wanted: Filter, parts: frozenset[str], chosen: _Chosen | None
) -> tuple[pages.Page[courses.CourseRow], Told]:
    """The page that was chosen, or an empty one, and what the parts tell."""
    listed = None if chosen is None else course_matches.Listed(columns=tuple(chosen.kept.columns), window=chosen.window)
    shape = (course_filters.shape(wanted), parts, chosen and (chosen.kept, *pages.shape(chosen.window)))
    is_narrowed = course_matches.is_narrowed(wanted)
    statement = _STATEMENTS.get(shape)
    if statement is None:
        made = course_matches.statement(wanted, parts, listed)
        statement = statements.Prepared(made, is_planned_each_time=is_narrowed)
        _STATEMENTS.put(shape, statement)
    make: Callable[[tuple[Any, ...]], Any] = tuple if chosen is None else chosen.kept.make
    asking = partial(statement.made, connection, make, **_values(wanted, parts, chosen))
    whole, *found = await (indexed.asked(connection, asking) if wanted.search and is_narrowed else asking())
    if chosen is None:
        return pages.NOTHING, _told(whole, parts)
    width = len(chosen.kept.columns)
    page = pages.page_of(found, width, BY_RELEVANCE, chosen.window)
    return page, _told(whole[width + len(BY_RELEVANCE.columns) :], parts)


def _values(wanted: Filter, parts: frozenset[str], chosen: _Chosen | None) -> dict[str, object]:
    values = course_filters.given(wanted) | course_matches.limits(parts)
    if chosen is not None:
        begins = (wanted.respelled or wanted.search or "").lower()
        values |= {"begins": begins, "begins_end": rows.after(begins)} | pages.parameters(chosen.window)
    return values


async def _corrected(connection: rows.Connection, wanted: Filter) -> Filter:
    """The same filter, searching for words of titles that are spelled like those of the search, where there are any."""
    if not wanted.search or wanted.corrected is not None or course_filters.code_of(wanted.search) is not None:
        return wanted
    meant = await title_words.understood(connection, wanted.search)
    words = title_words.every(meant)
    if words is None:
        return wanted
    return replace(wanted, corrected=words, respelled=title_words.respelled(wanted.search, meant))


def _told(about: Sequence[Any], parts: frozenset[str]) -> Told:
    is_found, *more = about
    total = more.pop(0) if course_matches.TOTAL in parts else None
    if not more:
        return Told(is_found=is_found, total=total)
    found = rows.grouped((part, FacetRow(value=value, count=count)) for part, value, count in more[0] or ())
    each = (course_matches.INSTITUTIONS, course_matches.SUBJECTS, course_matches.LEVELS)
    by_count = [sorted(found[part], key=lambda one: (-one.count, one.value)) for part in each]
    return Told(is_found=is_found, total=total, facets=Facets(*by_count))
