"""What a catalog offers open requirements: found by indexes, bounded, in a fixed number of statements."""

from datetime import date
from decimal import Decimal

import pytest

from gql_api.domain import suggestions_open
from gql_api.reads import suggestions
from tests import catalog

pytestmark = pytest.mark.anyio

ON = date(2025, 6, 1)
STATEMENTS = 4


class Catalog:
    def __init__(self, connection) -> None:
        self.connection = connection
        self.codes: dict[int, str] = {}

    async def build(self):
        connection = self.connection
        self.here = await catalog.college(connection, "Here University")
        self.there = await catalog.college(connection, "There College")
        self.art = await self.add("ART 101")
        self.lab = await self.add("ART 210L", attributes={"has_lab": True})
        self.tagged = await self.add("MATH/STAT 301", attributes={"tags": ["writing"]})
        self.seminar = await self.add("BIO 401", attributes={"course_type": "seminar"})
        self.remedial = await self.add("ART 098")
        self.gone = await self.add("ART 120", active_until=date(2020, 5, 31))
        self.coming = await self.add("ART 130", active_from=date(2030, 1, 1))
        self.away = await self.add("ART 102", at=self.there)
        return self

    async def add(self, code, at=None, **values):
        course_id = await catalog.course(self.connection, at or self.here, code, **values)
        self.codes[course_id] = code
        return course_id

    async def find(self, *patterns, named=(), sending=()):
        asked = suggestions.Asked(
            named=frozenset(named),
            patterns=tuple(suggestions_open.Pattern(**{"institution_id": self.here, **one}) for one in patterns),
            sending_ids=frozenset(sending),
        )
        return await suggestions.found(self.connection, [asked], on=ON)

    async def found(self, *patterns, **values):
        return [self.codes[id] for id in (await self.find(*patterns, **values)).courses]


@pytest.fixture
async def world(connection):
    return await Catalog(connection).build()


@pytest.mark.parametrize(
    ("pattern", "codes"),
    [
        ({"subject": "ART"}, ["ART 101", "ART 210L"]),
        ({"subject": "STAT"}, ["MATH/STAT 301"]),
        ({"level_from": 2000, "level_to": 3000}, ["ART 210L", "MATH/STAT 301"]),
        ({"subject": "ART", "number_from": "150", "number_to": "210"}, ["ART 210L"]),
        ({"attribute": "has_lab", "attribute_value": "true"}, ["ART 210L"]),
        ({"attribute": "writing"}, ["MATH/STAT 301"]),
        ({"attribute": "tag", "attribute_value": "writing"}, ["MATH/STAT 301"]),
        ({"attribute": "course_type", "attribute_value": "research"}, ["BIO 401"]),
        ({"attribute": "research"}, ["BIO 401"]),
        ({"subject": "NOTHING"}, []),
        ({}, ["ART 101", "ART 210L", "MATH/STAT 301", "BIO 401"]),
    ],
)
async def test_a_pattern_finds_the_active_courses_that_fit_and_no_developmental_one(world, pattern, codes) -> None:
    assert await world.found(pattern) == codes


async def test_a_pattern_of_another_institution_looks_there(world) -> None:
    assert await world.found({"institution_id": world.there, "subject": "ART"}) == ["ART 102"]


async def test_named_courses_are_found_where_they_are_active(world) -> None:
    named = [world.remedial, world.gone, world.coming, world.art]

    assert await world.found(named=named) == ["ART 101", "ART 098"]


async def test_of_a_large_pattern_the_first_of_the_lowest_level_are_found(world) -> None:
    for number in range(400, 400 + suggestions.MOST_OF_PATTERN + 20):
        await world.add(f"ZOO {number}")
    low = await world.add("ZOO 199")

    found = await world.find({"subject": "ZOO"})

    assert len(found.courses) == suggestions.MOST_OF_PATTERN
    assert low in found.courses
    assert "ZOO 500" not in [world.codes[id] for id in found.courses]


async def test_every_pattern_has_its_own_first_courses(world) -> None:
    for subject in ("ZOO", "YAM"):
        for number in range(400, 400 + suggestions.MOST_OF_PATTERN + 5):
            await world.add(f"{subject} {number}")

    found = await world.find({"subject": "ZOO"}, {"subject": "YAM"}, {"institution_id": world.there})

    assert len(found.courses) == 2 * suggestions.MOST_OF_PATTERN + 1


async def test_rules_of_the_students_colleges_bring_the_courses_they_begin_with(world) -> None:
    other = await catalog.college(world.connection, "Other College")
    further = await world.add("ART 9", at=other)
    rule = await catalog.rule(world.connection, world.there, world.here, [[world.away]], [world.art])
    await catalog.rule(world.connection, other, world.here, [[further]], [world.art])

    found = await world.find({"subject": "ART"}, sending=[world.there])

    assert [one.id for one in found.rules] == [rule]
    assert world.away in found.courses
    assert further not in found.courses


async def test_the_statements_do_not_grow_with_plans_patterns_or_courses(world, statements) -> None:
    await world.add("ART 310", prerequisite_text="ART 101")
    patterns = [{"subject": name} for name in ("ART", "MATH", "BIO")]
    few = [suggestions.Asked(named=frozenset(), patterns=(), sending_ids=frozenset({world.there}))]
    many = [
        suggestions.Asked(
            named=frozenset({world.art, world.lab}),
            patterns=tuple(suggestions_open.Pattern(institution_id=world.here, **one) for one in patterns),
            sending_ids=frozenset({world.there}),
        )
        for _ in range(10)
    ]

    with statements() as once:
        await suggestions.found(world.connection, few, on=ON)
    with statements() as often:
        await suggestions.found(world.connection, many, on=ON)

    assert len(often) == STATEMENTS
    assert len(once) <= STATEMENTS


async def test_what_courses_ask_for_is_read_with_them_and_followed_as_far_as_it_leads(world) -> None:
    await world.add("ART 310", prerequisite_text="MATH 220 with a C or better")
    middle = await world.add("MATH 220", prerequisite_text="MATH 110", credits=Decimal(4))
    first = await world.add("MATH 110")

    found = await world.find({"subject": "ART", "level_from": 3000})
    followed = await suggestions.with_prerequisites(world.connection, found)

    assert [world.codes[id] for id in found.courses] == ["ART 310"]
    assert {middle, first} < followed.courses.keys()
    assert followed.demands.trees.keys() == {*found.courses, middle}
