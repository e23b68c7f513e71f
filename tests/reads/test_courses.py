"""Courses by id, code, filter and search."""

from decimal import Decimal

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from gql_api.reads import course_filters, course_matches, course_search, course_suggestions, courses, pages
from tests.catalog import college, course, rule

pytestmark = pytest.mark.anyio

FIRST_TEN = pages.Window(limit=10)


async def found(connection: AsyncConnection, **wanted: object) -> list[str]:
    filter_ = course_filters.Filter(**wanted)
    if filter_.search:
        page = (await course_search.searched(connection, filter_, FIRST_TEN)).page
    else:
        page = await course_search.page(connection, filter_, courses.BY_CODE, FIRST_TEN)
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
    assert await found(connection, search="algobru") == []
    assert await course_suggestions.of(connection, course_filters.Filter(search="algobru"), 0) == [
        "Pre-Algebra",
        "College Algebra",
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
    wanted = course_filters.Filter(search="genral xylophone")
    assert await course_suggestions.of(connection, wanted, 0) == ["General Biology"]


async def test_by_relevance_only_the_best_matches_are_listed(connection, catalog, monkeypatch) -> None:
    monkeypatch.setattr(course_matches, "MOST_MATCHES", 1)

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
    monkeypatch.setattr(course_matches, "MOST_MATCHES", 3)

    assert (await found(connection, search="hist 101"))[0] == "HIST 101"


async def test_of_many_titles_with_the_words_the_shortest_are_candidates_and_not_the_oldest(
    connection, catalog, monkeypatch
) -> None:
    for number in range(1010, 1020):
        await course(connection, catalog["here"], f"HIST {number}", "An Introduction to the Empires of Antiquity")
    await course(connection, catalog["here"], "HIST 2000", "Antiquity")
    await course(connection, catalog["here"], "HIST 2001", "Late Antiquity")
    monkeypatch.setattr(course_matches, "MOST_MATCHES", 2)

    assert await found(connection, search="antiquity") == ["HIST 2000", "HIST 2001"]


async def test_of_many_titles_that_begin_with_the_search_the_title_itself_is_a_candidate(
    connection, catalog, monkeypatch
) -> None:
    for number in range(1010, 1020):
        await course(connection, catalog["here"], f"HIST {number}", "Antiquity and Us")
    await course(connection, catalog["here"], "HIST 2000", "Antiquity")
    monkeypatch.setattr(course_matches, "MOST_MATCHES", 1)
    monkeypatch.setattr(course_matches, "MOST_READ", 1)
    monkeypatch.setattr(course_matches, "MOST_BEGINNING", 1)

    assert await found(connection, search="antiquity") == ["HIST 2000"]


async def test_a_search_that_matches_is_not_corrected(connection, catalog) -> None:
    await course(connection, catalog["here"], "MATH 110", "Algebras of College")
    filter_ = course_filters.Filter(search="college algebra")

    assert await course_search.understood(connection, filter_) is filter_
    assert (await course_search.searched(connection, filter_, FIRST_TEN)).wanted is filter_


async def test_a_misspelled_search_is_understood_in_the_words_of_titles(connection, catalog) -> None:
    found = await course_search.searched(connection, course_filters.Filter(search="statistcs"), FIRST_TEN)

    assert found.wanted.corrected == "(statistics)"
    assert found.told.is_found


async def test_a_title_that_begins_with_half_a_word_is_found_though_no_word_matches(connection, catalog) -> None:
    assert await found(connection, search="general bi") == ["BIO-104"]


EVERYTHING = frozenset({"total_count", "facets", "institutions", "subjects", "levels"})


async def test_one_statement_tells_the_best_and_how_many_there_are_and_how_they_spread(
    connection, catalog, statements
) -> None:
    with statements() as executed:
        found = await course_search.searched(
            connection, course_filters.Filter(search="algebra"), pages.Window(limit=1), EVERYTHING
        )

    assert len(executed) == 1
    assert len(found.page.rows) == 1
    assert found.page.has_next
    assert found.told.total == 2
    assert found.told.facets is not None
    assert found.told.facets == await course_search.facets(connection, course_filters.Filter(search="algebra"))
    assert found.told.facets.subjects == [course_search.FacetRow(value="MATH", count=2)]
    assert [(row.value, row.count) for row in found.told.facets.levels] == [("0", 1), ("1000", 1)]


async def test_what_nobody_asks_for_is_not_looked_up(connection, catalog) -> None:
    fields = frozenset({"code", "facets", "levels"})
    found = await course_search.searched(connection, course_filters.Filter(search="algebra"), FIRST_TEN, fields)

    assert found.told.total is None
    assert found.told.facets is not None
    assert found.told.facets.subjects == found.told.facets.institutions == []
    with pytest.raises(AttributeError):
        found.page.rows[0].description  # noqa: B018 - asking is the test


async def test_a_page_of_the_best_goes_on_where_the_one_before_ended(connection, catalog) -> None:
    filter_ = course_filters.Filter(search="math")
    for number in range(200, 205):
        await course(connection, catalog["here"], f"MATH {number}", f"Mathematics {'I' * (number - 199)}")
    whole = (await course_search.searched(connection, filter_, pages.Window(limit=20))).page
    first = (await course_search.searched(connection, filter_, pages.Window(limit=3))).page
    rest = (await course_search.searched(connection, filter_, pages.Window(limit=20, after=first.keys[-1]))).page

    assert [row.code for row in (*first.rows, *rest.rows)] == [row.code for row in whole.rows]
    assert (first.has_next, rest.has_next) == (True, False)


async def test_more_than_ten_thousand_are_not_counted_and_spread_over_the_first(
    connection, catalog, monkeypatch
) -> None:
    monkeypatch.setattr(pages, "COUNTED", 2)

    assert await course_search.count(connection, course_filters.Filter()) == 3
    spread = await course_search.facets(connection, course_filters.Filter())
    assert sum(row.count for row in spread.institutions) == 2


async def test_every_filter_narrows_a_search_over_parameters_of_its_own(connection, catalog) -> None:
    """Two filters of one shape share a statement: each must answer for its own values."""
    for attribute, codes in (("has_lab", ["BIO-104"]), ("quantitative", [])):
        assert await found(connection, search="biology", attributes=(attribute,)) == codes
    for asked, codes in (((Decimal(4), "here"), ["BIO-104"]), ((Decimal(1), "here"), []), ((Decimal(4), "there"), [])):
        narrow = {"credits_to": asked[0], "institution_ids": (catalog[asked[1]],)}
        assert await found(connection, search="biology", **narrow) == codes
    for is_wanted, codes in ((True, ["BIOS 4990"]), (False, [])):
        assert await found(connection, search="thesis", has_prerequisites=is_wanted) == codes
    for plan in (1, 2):
        assert await found(connection, search="thesis", not_in_plan_id=plan, levels=(4000,)) == ["BIOS 4990"]
