"""Keyset pages: every row once, in order, both ways, stable under inserts."""

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from gql_api.reads import course_search, courses, equivalencies, pages, programs
from tests.catalog import college, course, program, version

pytestmark = pytest.mark.anyio

ALL = course_search.Filter()


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

    def children(parent):
        return programs.versions_of(parent, ())

    with statements() as executed:
        found = await pages.pages_by_parent(
            connection, parents, children, programs.VersionRow, programs.NEWEST_VERSION, pages.Window(limit=2)
        )
        totals = await pages.counts_by_parent(connection, parents, children)

    assert [[row.year for row in page.rows] for page in found] == [[2025, 2024]] * 5
    assert [page.has_next for page in found] == [True] * 5
    assert totals == [3] * 5
    assert len(executed) == 2


async def test_a_parent_without_children_has_an_empty_page(connection) -> None:
    found = await pages.pages_by_parent(
        connection,
        [1, 2],
        lambda course_id: equivalencies.from_course(course_id, None),
        equivalencies.EquivalencyRow,
        equivalencies.BY_ID,
        pages.Window(limit=5),
    )

    assert [page.rows for page in found] == [(), ()]


async def test_a_count_stops_one_beyond_what_is_counted(connection, seven, monkeypatch) -> None:
    monkeypatch.setattr(pages, "COUNTED", 5)

    assert await pages.count(connection, course_search.listing(ALL)) == 6
