"""Courses by id, code, filter and search."""

from decimal import Decimal

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from gql_api.reads import course_filters, course_search, courses, pages, title_words
from tests.catalog import college, course, rule

pytestmark = pytest.mark.anyio

FIRST_TEN = pages.Window(limit=10)


async def found(connection: AsyncConnection, **wanted: object) -> list[str]:
    filter_ = await course_search.understood(connection, course_filters.Filter(**wanted))
    order = course_search.relevance(filter_) if filter_.search else courses.BY_CODE
    page = await course_search.page(connection, filter_, order, FIRST_TEN)
    return [row.code for row in page.rows]


@pytest.fixture
async def catalog(connection: AsyncConnection) -> dict[str, int]:
    here = await college(connection, "Here College", abbreviation="HC")
    there = await college(connection, "There University", abbreviation="TU")
    return {
        "here": here,
        "there": there,
        "algebra": await course(connection, here, "MATH 101", "College Algebra", attributes={"tags": ["quantitative"]}),
        "biology": await course(
            connection,
            here,
            "BIO-104",
            "General Biology",
            attributes={"has_lab": True, "course_type": "lecture_lab"},
            description="Cells, genes and evolution.",
            credits=4,
        ),
        "thesis": await course(
            connection,
            there,
            "BIOS 4990",
            "Thesis",
            attributes={"course_type": "independent_study"},
            prerequisite_text="BIOS 1083",
        ),
        "statistics": await course(connection, there, "STAT/MATH 431", "Probability and Statistics"),
        "remedial": await course(connection, here, "MATH 098", "Pre-Algebra"),
    }


async def test_ids_are_answered_in_their_order_with_none_for_an_unknown_one(connection, catalog) -> None:
    rows = await courses.by_id(connection, [catalog["biology"], 10**9, catalog["algebra"]])

    assert [row and row.code for row in rows] == ["BIO-104", None, "MATH 101"]


async def test_codes_find_courses_by_their_own_code_and_by_an_alias(connection, catalog, statements) -> None:
    keys = [
        (catalog["there"], "MATH/STAT 431"),
        (catalog["there"], "STAT 431"),
        (catalog["here"], "BIO 104"),
        (catalog["here"], "STAT 431"),
    ]
    with statements() as executed:
        rows = await courses.by_code(connection, keys)

    assert [row and row.id for row in rows] == [catalog["statistics"], catalog["statistics"], catalog["biology"], None]
    assert len(executed) == 1


async def test_a_course_of_its_own_wins_over_an_alias(connection, catalog) -> None:
    own = await course(connection, catalog["there"], "STAT 431", "Applied Statistics")

    rows = await courses.by_code(connection, [(catalog["there"], "STAT 431")])

    assert [row and row.id for row in rows] == [own]


async def test_a_search_finds_stemmed_words_of_title_and_description(connection, catalog) -> None:
    assert await found(connection, search="gene cell") == ["BIO-104"]
    assert await found(connection, search="statistic") == ["STAT/MATH 431"]


async def test_a_search_finds_a_code_and_puts_the_exact_one_first(connection, catalog) -> None:
    assert (await found(connection, search="math 101"))[0] == "MATH 101"


async def test_a_search_forgives_a_misspelled_word(connection, catalog) -> None:
    assert await found(connection, search="statistcs") == ["STAT/MATH 431"]


async def test_a_search_that_is_too_far_off_finds_nothing_but_suggests(connection, catalog) -> None:
    assert await found(connection, search="algbera") == []
    assert await course_search.similar_titles(connection, course_filters.Filter(search="algbera")) == [
        "College Algebra",
        "Pre-Algebra",
    ]


async def test_filters_narrow_and_combine(connection, catalog) -> None:
    assert await found(connection, subjects=("MATH",)) == ["MATH 098", "MATH 101", "STAT/MATH 431"]
    assert await found(connection, subjects=("MATH",), institution_ids=(catalog["here"],), levels=(1000,)) == [
        "MATH 101"
    ]
    assert await found(connection, credits_from=Decimal(4)) == ["BIO-104"]
    assert await found(connection, has_prerequisites=True) == ["BIOS 4990"]
    assert await found(connection, attributes=("has_lab",)) == ["BIO-104"]
    assert await found(connection, attributes=("quantitative",)) == ["MATH 101"]


async def test_research_includes_independent_study(connection, catalog) -> None:
    assert await found(connection, attributes=("research",)) == ["BIOS 4990"]


async def test_courses_that_articulate_are_those_an_approved_rule_awards_credit_for(connection, catalog) -> None:
    await rule(connection, catalog["here"], catalog["there"], [[catalog["biology"]]], [catalog["thesis"]])
    await rule(
        connection,
        catalog["here"],
        catalog["there"],
        [[catalog["algebra"]]],
        [catalog["statistics"]],
        status="PROPOSED",
    )

    assert await found(connection, articulates_to_institution_id=catalog["there"]) == ["BIO-104"]


async def test_facets_count_the_matches_most_frequent_first(connection, catalog) -> None:
    facets = await course_search.facets(connection, course_filters.Filter())

    assert [(facet.value, facet.count) for facet in facets.subjects] == [
        ("MATH", 3),
        ("BIO", 1),
        ("BIOS", 1),
        ("STAT", 1),
    ]
    assert [(facet.value, facet.count) for facet in facets.levels] == [("1000", 2), ("4000", 2), ("0", 1)]
    assert {facet.count for facet in facets.institutions} == {3, 2}


async def test_titles_like_a_misspelled_search_are_suggested(connection, catalog) -> None:
    assert "General Biology" in await course_search.similar_titles(
        connection, course_filters.Filter(search="genral biolgy")
    )


async def test_by_relevance_only_the_best_matches_are_listed(connection, catalog, monkeypatch) -> None:
    monkeypatch.setattr(course_search, "MOST_MATCHES", 1)

    assert await found(connection, search="math 101") == ["MATH 101"]


@pytest.mark.parametrize("spelling", ["math 101", "MATH101", "math-101", " Math  101 "])
async def test_a_code_is_found_in_any_spelling_and_nothing_that_only_looks_like_it(
    connection, catalog, spelling
) -> None:
    await course(connection, catalog["here"], "MATH 1011", "Beyond Algebra")
    await course(connection, catalog["here"], "MATE 101", "Brewing")

    assert await found(connection, search=spelling) == ["MATH 101", "MATH 1011"]


async def test_a_title_that_is_the_search_comes_before_one_that_holds_it(connection, catalog) -> None:
    await course(
        connection, catalog["here"], "PSYC 205", "Statistics for the Behavioral and Social Sciences: Statistics"
    )
    await course(connection, catalog["here"], "STAT 200", "Statistics")

    assert (await found(connection, search="statistics"))[0] == "STAT 200"


async def test_the_exact_code_is_among_the_best_however_many_codes_begin_with_it(
    connection, catalog, monkeypatch
) -> None:
    for number in range(1010, 1020):
        await course(connection, catalog["here"], f"HIST {number}", "Early History")
    await course(connection, catalog["here"], "HIST 101", "Late History")
    monkeypatch.setattr(course_search, "MOST_MATCHES", 3)

    assert (await found(connection, search="hist 101"))[0] == "HIST 101"


async def test_of_many_titles_with_the_words_the_shortest_are_candidates_and_not_the_oldest(
    connection, catalog, monkeypatch
) -> None:
    for number in range(1010, 1020):
        await course(connection, catalog["here"], f"HIST {number}", "An Introduction to the Empires of Antiquity")
    await course(connection, catalog["here"], "HIST 2000", "Antiquity")
    await course(connection, catalog["here"], "HIST 2001", "Late Antiquity")
    monkeypatch.setattr(course_search, "MOST_MATCHES", 2)

    assert await found(connection, search="antiquity") == ["HIST 2000", "HIST 2001"]


async def test_of_many_titles_that_begin_with_the_search_the_title_itself_is_a_candidate(
    connection, catalog, monkeypatch
) -> None:
    for number in range(1010, 1020):
        await course(connection, catalog["here"], f"HIST {number}", "Antiquity and Us")
    await course(connection, catalog["here"], "HIST 2000", "Antiquity")
    monkeypatch.setattr(course_search, "MOST_MATCHES", 1)
    monkeypatch.setattr(course_search, "MOST_READ", 1)
    monkeypatch.setattr(course_search, "MOST_BEGINNING", 1)

    assert await found(connection, search="antiquity") == ["HIST 2000"]


async def test_a_search_of_words_that_titles_have_is_not_corrected(connection, catalog) -> None:
    assert await title_words.are_known(connection, ["college", "algebra", "of"])
    assert not await title_words.are_known(connection, ["college", "algbra"])
    assert not await title_words.are_known(connection, ["of"])
