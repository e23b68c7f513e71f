"""Keyset pages: every row once, in order, both ways, stable under inserts."""

from datetime import date

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from gql_api.domain import equivalencies as rules
from gql_api.domain import statuses
from gql_api.reads import course_filters, course_search, courses, equivalencies, pages, programs, relations
from tests.catalog import college, course, program, rule, version

pytestmark = pytest.mark.anyio

ALL = course_filters.Filter()


@pytest.fixture
async def seven(connection: AsyncConnection) -> int:
    """A college with seven courses, three of which share a title."""
    here = await college(connection, "Paged College")
    for number, title in enumerate(["Delta", "Alpha", "Same", "Same", "Same", "Zeta", "beta"], start=101):
        await course(connection, here, f"ART {number}", title)
    return here


async def read(connection: AsyncConnection, order: pages.Order, **window: object) -> pages.Page[courses.CourseRow]:
    return await course_search.page(connection, ALL, order, pages.Window(**window))


@pytest.mark.parametrize("order", [courses.BY_CODE, courses.BY_TITLE], ids=lambda order: order.name)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
async def test_pages_forward_give_every_row_once_in_order(connection, seven, order, size) -> None:
    whole = await read(connection, order, limit=100)
    gathered, after = [], None
    while True:
        page = await read(connection, order, limit=size, after=after)
        gathered += page.rows
        if not page.has_next:
            break
        after = page.keys[-1]

    assert gathered == list(whole.rows)
    assert len(gathered) == 7


@pytest.mark.parametrize("size", [1, 3])
async def test_pages_backward_give_the_same_list(connection, seven, size) -> None:
    whole = await read(connection, courses.BY_TITLE, limit=100)
    gathered, before = [], None
    while True:
        page = await read(connection, courses.BY_TITLE, limit=size, is_forward=False, before=before)
        gathered = list(page.rows) + gathered
        if not page.has_previous:
            break
        before = page.keys[0]

    assert gathered == list(whole.rows)


async def test_a_window_between_two_cursors_excludes_both(connection, seven) -> None:
    whole = await read(connection, courses.BY_CODE, limit=100)

    page = await read(connection, courses.BY_CODE, limit=100, after=whole.keys[1], before=whole.keys[5])

    assert page.rows == whole.rows[2:5]
    assert page.has_previous


async def test_an_insert_before_the_cursor_moves_nothing(connection, seven) -> None:
    first = await read(connection, courses.BY_CODE, limit=3)
    await course(connection, seven, "AAA 100")

    second = await read(connection, courses.BY_CODE, limit=3, after=first.keys[-1])

    assert [row.code for row in second.rows] == ["ART 104", "ART 105", "ART 106"]


async def test_pages_of_many_parents_take_one_statement_and_are_each_in_order(connection, statements) -> None:
    here = await college(connection, "Versioned College")
    parents = [await program(connection, here, f"Program {number}") for number in range(5)]
    for parent in parents:
        for year in (2023, 2025, 2024):
            await version(connection, parent, year)
    two = relations.Related(window=pages.Window(limit=2))

    with statements() as executed:
        found = await programs.VERSIONS_OF.pages(connection, [(parent, two) for parent in parents])
        totals = await programs.VERSIONS_OF.counts(connection, [(parent, None) for parent in parents])

    assert [[row.year for row in page.rows] for page in found] == [[2025, 2024]] * 5
    assert [page.has_next for page in found] == [True] * 5
    assert totals == [3] * 5
    assert len(executed) == 2


async def test_pages_of_a_parent_go_on_after_a_cursor_and_back_before_one(connection) -> None:
    here = await college(connection, "Versioned College")
    parent = await program(connection, here, "Program")
    for year in (2023, 2025, 2024, 2022):
        await version(connection, parent, year)

    async def years(**window: object) -> tuple[list[int], tuple[tuple[object, ...], ...]]:
        [page] = await programs.VERSIONS_OF.pages(
            connection, [(parent, relations.Related(window=pages.Window(**window)))]
        )
        return [row.year for row in page.rows], page.keys

    first, keys = await years(limit=2)
    second, _ = await years(limit=2, after=keys[-1])
    last, last_keys = await years(limit=1, is_forward=False)
    before, _ = await years(limit=2, is_forward=False, before=last_keys[0])

    assert (first, second) == ([2025, 2024], [2023, 2022])
    assert (last, before) == ([2022], [2024, 2023])


async def test_a_filter_of_a_relation_narrows_each_parent(connection) -> None:
    here = await college(connection, "Versioned College")
    parent = await program(connection, here, "Program")
    await version(connection, parent, 2024)
    await version(connection, parent, 2025, state="DRAFT")
    drafts = (statuses.VersionState.DRAFT,)

    [page] = await programs.VERSIONS_OF.pages(
        connection, [(parent, relations.Related(window=pages.Window(limit=5), filter=drafts))]
    )

    assert [row.year for row in page.rows] == [2025]
    assert await programs.VERSIONS_OF.counts(connection, [(parent, drafts), (parent, None)]) == [1, 2]


async def test_a_parent_without_children_has_an_empty_page(connection) -> None:
    related = relations.Related(window=pages.Window(limit=5))

    found = await equivalencies.FROM_COURSE.pages(connection, [(1, related), (2, related)])

    assert [page.rows for page in found] == [[], []]


async def test_a_count_stops_one_beyond_what_is_counted(connection, seven, monkeypatch) -> None:
    monkeypatch.setattr(pages, "COUNTED", 5)

    assert await pages.count(connection, course_search.listing(ALL)) == 6


async def test_rules_that_bring_their_awards_are_the_same_as_without(connection):
    here, there = await college(connection, "Sending College"), await college(connection, "Receiving College")
    both, alone, none = [await course(connection, here, f"BIO {number}") for number in (101, 102, 103)]
    targets = [await course(connection, there, f"BIOL {number}") for number in (1, 2)]
    shared = await rule(connection, here, there, [[both], [alone]], targets)
    denied = await rule(connection, here, there, [[alone]], [], outcome=rules.Outcome.NO_CREDIT)
    one = await rule(connection, here, there, [[alone]], targets[:1], effective_from=date(2020, 1, 1))
    related = relations.related(pages.Window(limit=2))
    keys = [(parent, related) for parent in (both, alone, none)]
    fields = frozenset({"targets", "kind", "course", "title", "outcome"})

    plain = await equivalencies.FROM_COURSE.pages(connection, keys, fields)
    ids = sorted({row.id for page in plain for row in page.rows})
    awards, known = await equivalencies.awards_with_courses(connection, ids, fields)
    found, (brought, courses_of_them) = await equivalencies.from_courses_with_awards(connection, keys, fields)

    assert [[row.id for row in page.rows] for page in found] == [[shared], [shared, denied], []]
    assert [page.has_next for page in found] == [False, True, False]
    assert [page.keys for page in found] == [page.keys for page in plain] == [[(shared,)], [(shared,), (denied,)], []]
    assert sorted(brought) == ids
    assert one not in brought
    said = [[(award.kind, award.course_id) for award in brought[id]] for id in ids]
    assert said == [[(award.kind, award.course_id) for award in found] for found in awards]
    assert {id: row.title for id, row in courses_of_them.items()} == {id: row.title for id, row in known.items()}
    assert set(targets) == set(courses_of_them)
