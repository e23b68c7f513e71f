"""Root lists: every part of every filter finds what it asks for, in texts that filters of one shape share."""

from datetime import date

import pytest

from gql_api.domain import equivalencies as rules
from gql_api.domain import statuses
from gql_api.reads import courses, equivalencies, institutions, pages, programs, rows
from gql_api.reads.course_filters import Filter
from tests import catalog

pytestmark = pytest.mark.anyio
WINDOW = pages.Window(limit=10)


@pytest.fixture
async def here(connection) -> int:
    return await catalog.college(connection, "Listed 100% College", abbreviation="LHC")


@pytest.mark.parametrize(
    ("search", "is_found"), [("listed", True), ("lhc", True), ("100%", True), ("100_", False), ("elsewhere", False)]
)
async def test_institutions_are_found_by_a_part_of_a_name(connection, here, search, is_found):
    wanted = institutions.Filter(search=search)
    page = await institutions.LISTING.page(connection, wanted, institutions.BY_NAME, WINDOW)

    assert [row.id for row in page.rows] == ([here] if is_found else [])
    assert await institutions.LISTING.count(connection, wanted) == len(page.rows)


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        ({}, True),
        ({"search": "BIO"}, True),
        ({"degree_types": ("as", "BS")}, True),
        ({"degree_types": ("BA",)}, False),
        ({"kinds": (statuses.ProgramKind.DEGREE,)}, True),
        ({"kinds": (statuses.ProgramKind.MINOR,)}, False),
        ({"search": "bio", "degree_types": ("AS",), "kinds": (statuses.ProgramKind.DEGREE,)}, True),
    ],
)
async def test_programs_are_narrowed_by_each_part_of_their_filter(connection, here, asked, is_found):
    made = await catalog.program(connection, here, "Biology", degree_type="AS")
    wanted = programs.Filter(institution_ids=(here,), **asked)

    page = await programs.LISTING.page(connection, wanted, programs.BY_NAME, WINDOW)

    assert [row.id for row in page.rows] == ([made] if is_found else [])


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        ({"subjects": ("BIO",)}, True),
        ({"subjects": ("ART", "BIO")}, True),
        ({"subjects": ("ART",)}, False),
        ({"levels": (1000, 2000)}, True),
        ({"levels": (2000,)}, False),
        ({"departments": ("Biology",)}, True),
        ({"departments": ("Arts",)}, False),
        ({"credits_from": 4}, True),
        ({"credits_from": 5}, False),
        ({"credits_to": 4}, True),
        ({"credits_to": 3}, False),
    ],
)
async def test_courses_are_narrowed_by_each_plain_part_of_their_filter(connection, here, asked, is_found):
    made = await catalog.course(connection, here, "BIO 1001", credits=4, department="Biology")
    wanted = Filter(institution_ids=(here,), **asked)

    page = await courses.LISTING.page(connection, wanted, courses.BY_CODE, WINDOW)

    assert courses.LISTING.serves(wanted)
    assert [row.id for row in page.rows] == ([made] if is_found else [])


async def test_a_cross_listed_course_is_listed_under_each_of_its_subjects(connection, here):
    joint = await catalog.course(connection, here, "MATH/STAT 431")
    for subject, found in (("MATH", [joint]), ("STAT", [joint]), ("MATH/STAT", []), ("CHEM", [])):
        page = await courses.LISTING.page(connection, Filter(subjects=(subject,)), courses.BY_CODE, WINDOW)
        assert [row.id for row in page.rows] == found, subject


def test_a_search_is_left_to_the_search():
    assert not courses.LISTING.serves(Filter(search="biology"))


async def test_equivalencies_are_narrowed_by_each_part_of_their_filter(connection, here):
    there = await catalog.college(connection, "Receiving College")
    source = await catalog.course(connection, here, "BIO 1001")
    target = await catalog.course(connection, there, "BIOL 101")
    rule = await catalog.rule(
        connection, here, there, [[source]], [target], effective_from=date(2020, 1, 1), effective_until=date(2024, 1, 1)
    )
    holding = {
        "sending_institution_id": (here, there),
        "receiving_institution_id": (there, here),
        "source_course_id": (source, target),
        "target_course_id": (target, source),
        "outcomes": ((rules.Outcome.AWARDS,), (rules.Outcome.NO_CREDIT,)),
        "statuses": ((rules.RuleStatus.APPROVED,), (rules.RuleStatus.DENIED,)),
        "effective_on": (date(2022, 1, 1), date(2025, 1, 1)),
    }
    for name, (holds, fails) in holding.items():
        for value, expected in ((holds, [rule]), (fails, [])):
            wanted = equivalencies.Filter(**{name: value})
            page = await equivalencies.LISTING.page(connection, wanted, equivalencies.BY_ID, WINDOW)
            assert [row.id for row in page.rows] == expected, (name, value)


async def test_filters_that_ask_the_same_things_share_a_text(connection, here, statements):
    with statements() as executed:
        for subjects in (("BIO", "ZOO"), ("ART", "CHEM", "PHYS")):
            wanted = Filter(institution_ids=(here,), subjects=subjects)
            await courses.LISTING.page(connection, wanted, courses.BY_CODE, WINDOW)

    assert len(executed) == 2
    assert len(set(executed)) == 1


@pytest.mark.parametrize(("step", "turned"), [("after", False), ("before", True)])
async def test_the_courses_of_one_subject_are_paged_in_the_order_of_their_codes_with_those_of_several(
    connection, here, step, turned
):
    codes = ["MATH 101", "MATH 205", "MATH 310", "MATH/STAT 150", "CS/MATH 300", "MATH/STAT 500"]
    made = {code: await catalog.course(connection, here, code) for code in codes}
    await catalog.course(connection, here, "STAT 102")
    wanted, found, keys = Filter(institution_ids=(here,), subjects=("MATH",)), [], None
    while True:
        window = pages.Window(limit=2, is_forward=not turned, **{step: keys})
        page = await courses.LISTING.page(connection, wanted, courses.BY_CODE, window)
        found += [row.id for row in (page.rows[::-1] if turned else page.rows)]
        if not (page.has_previous if turned else page.has_next):
            break
        keys = page.keys[0 if turned else -1]

    in_order = [made[code] for code in sorted(codes)]
    assert found == (in_order[::-1] if turned else in_order)


def test_what_comes_after_a_text_is_the_least_that_does_not_begin_so() -> None:
    assert rows.after("math 10") == "math 11"
    assert rows.after("a\ud7ff") == "a\ue000"
    assert rows.after("a\U0010ffff") == "b"
    assert rows.after("\U0010ffff") > "\U0010ffff"
