"""What a search that finds little was perhaps meant to be."""

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from gql_api.reads import course_filters, course_search, course_suggestions, pages
from tests.catalog import college, course

pytestmark = pytest.mark.anyio


@pytest.fixture
async def catalog(connection: AsyncConnection) -> None:
    """Titles as catalogs have them, a misspelled one among them."""
    here = await college(connection, "Here College")
    titles = ["Philosophy", "Ancient Philosophy", "Modern Philosophy", "Philosophy of Mind", "Moral Philosophy"]
    for number, title in enumerate([*titles, "Philosophy and Film", "Philosphy of Art"], start=101):
        await course(connection, here, f"PHIL {number}", title)
    await course(connection, here, "PHYS 201", "Modern Physics")
    await course(connection, here, "PHYS 202", "Physics of Music")
    await course(connection, here, "MGMT 301", "Principles of Management")
    await course(connection, here, "CS 110", "Computing", description="Of Descartes and others.")
    await course(connection, here, "BIOS 1083", "Biology")


async def searched(connection: AsyncConnection, search: str) -> tuple[list[str], list[str]]:
    """The titles found, and what is suggested beside them."""
    found = await course_search.searched(connection, course_filters.Filter(search=search), pages.Window(limit=10))
    titles = [row.title for row in found.page.rows]
    return titles, await course_suggestions.of(connection, found.wanted, len(titles))


@pytest.mark.parametrize(
    ("search", "first", "suggested"),
    [
        ("Phsyics", "Physics of Music", "physics"),
        ("Modern phsyics", "Modern Physics", "Modern physics"),
        ("Prinicples of Managment", "Principles of Management", "principles of management"),
        ("Computng", "Computing", "computing"),
    ],
)
async def test_a_corrected_search_finds_and_tells_how_it_was_understood(connection, catalog, search, first, suggested):
    titles, suggestions = await searched(connection, search)
    assert titles[0] == first
    assert suggestions == [suggested]


async def test_a_word_that_only_a_misspelled_title_has_suggests_the_frequent_one(connection, catalog):
    assert await searched(connection, "Philosphy") == (["Philosphy of Art"], ["philosophy"])


async def test_where_nothing_else_is_found_a_misspelled_title_does_not_stand_in_the_way_of_a_correction(
    connection, catalog
):
    assert await searched(connection, "Modrn Philosphy") == (["Modern Philosophy"], ["modern philosophy"])


async def test_a_misspelled_form_of_a_frequent_word_is_taken_for_it_though_both_have_one_stem(connection, catalog):
    here = await college(connection, "There College")
    for number, kind in enumerate(["Time", "Waste", "Water", "Risk", "Project", "Stress"], start=101):
        await course(connection, here, f"MGMT {number}", f"{kind} Management")
    await course(connection, here, "MGMT 200", "Managment of Forests")

    titles, suggestions = await searched(connection, "Prinicples of Managment")
    assert titles[0] == "Principles of Management"
    assert suggestions == ["principles of management"]


async def test_a_rare_word_that_is_spelled_right_suggests_nothing(connection, catalog):
    assert await searched(connection, "Computing") == (["Computing"], [])
    assert await searched(connection, "Descartes") == (["Computing"], [])


async def test_a_frequent_word_suggests_nothing(connection, catalog):
    titles, suggestions = await searched(connection, "Philosophy")
    assert len(titles) == 6
    assert suggestions == []


async def test_a_code_that_no_course_has_suggests_those_with_its_number(connection, catalog):
    assert await searched(connection, "biol 1083") == ([], ["BIOS 1083"])
    assert await searched(connection, "bio1083") == ([], ["BIOS 1083"])


async def test_a_word_with_a_number_is_no_code_where_a_word_is_spelled_like_it(connection, catalog):
    assert await searched(connection, "phsyics 3") == ([], ["physics 3"])


async def test_titles_with_a_word_like_one_of_the_search_are_suggested_where_the_other_is_like_none(
    connection, catalog
):
    titles, suggestions = await searched(connection, "xylophone phsyics")
    assert titles == []
    assert suggestions == ["Modern Physics", "Physics of Music"]


async def test_titles_that_differ_by_capitals_are_suggested_once_and_by_the_spelling_of_fewest(connection, catalog):
    here = await college(connection, "There College")
    await course(connection, here, "PHYS 201", "MODERN PHYSICS")
    assert (await searched(connection, "xylophone phsyics"))[1] == ["Modern Physics", "Physics of Music"]


async def test_what_is_like_nothing_suggests_nothing(connection, catalog):
    assert await searched(connection, "zzzzqqq") == ([], [])
    assert await searched(connection, "!!!") == ([], [])
