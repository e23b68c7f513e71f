"""Chains of equivalencies: which courses a course becomes over several colleges."""

from datetime import date

import pytest

from gql_api.reads import derived_equivalents
from tests import catalog

ON = date(2026, 6, 1)
Wanted = derived_equivalents.Wanted


async def colleges(connection, *names):
    return [await catalog.college(connection, name) for name in names]


async def chain_of(connection, length):
    """A course at each of `length` + 1 colleges, each with a rule to the next; the courses, the rules, the colleges."""
    places = await colleges(connection, *[f"College {number}" for number in range(length + 1)])
    courses = [await catalog.course(connection, place, "MATH 101") for place in places]
    rules = [
        await catalog.rule(connection, places[number], places[number + 1], [[courses[number]]], [courses[number + 1]])
        for number in range(length)
    ]
    return courses, rules, places


async def told(connection, course, **wanted):
    [found] = await derived_equivalents.of_courses(connection, [(course, Wanted(**wanted))], on=ON)
    return [(one.course_id, one.path) for one in found]


async def test_a_chain_is_followed_as_far_as_asked(connection):
    courses, rules, _ = await chain_of(connection, 4)
    assert await told(connection, courses[0], hops=1) == []
    assert await told(connection, courses[0]) == [(courses[2], rules[:2])]
    assert await told(connection, courses[0], hops=4) == [(courses[n], rules[:n]) for n in (2, 3, 4)]


async def test_chains_are_directed_and_end_where_asked(connection):
    courses, rules, places = await chain_of(connection, 3)
    assert await told(connection, courses[3], hops=4) == []
    assert await told(connection, courses[0], hops=4, to=places[3]) == [(courses[3], rules)]


async def test_a_circle_ends_and_does_not_come_back(connection):
    courses, _, places = await chain_of(connection, 2)
    await catalog.rule(connection, places[2], places[0], [[courses[2]]], [courses[0]])
    assert [one for one, _ in await told(connection, courses[0], hops=4)] == [courses[2]]


async def test_the_shortest_chain_is_told_and_none_beside_a_direct_rule(connection):
    courses, rules, places = await chain_of(connection, 3)
    short = await catalog.rule(connection, places[1], places[3], [[courses[1]]], [courses[3]])
    assert await told(connection, courses[0], hops=4, to=places[3]) == [(courses[3], [rules[0], short])]
    await catalog.rule(connection, places[0], places[3], [[courses[0]]], [courses[3]])
    assert await told(connection, courses[0], hops=4, to=places[3]) == []


@pytest.mark.parametrize(
    "values",
    [
        {"strength": "PARTIAL"},
        {"strength": "CONDITIONAL", "condition": "portfolio"},
        {"status": "PROPOSED"},
        {"status": "DENIED", "reason": "no"},
        {"effective_until": date(2020, 1, 1)},
        {"effective_from": date(2030, 1, 1)},
    ],
)
async def test_only_direct_approved_rules_in_force_lead_on(connection, values):
    first, second, third = await colleges(connection, "A", "B", "C")
    one, two, three = [await catalog.course(connection, place, "X 1") for place in (first, second, third)]
    await catalog.rule(connection, first, second, [[one]], [two])
    await catalog.rule(connection, second, third, [[two]], [three], **values)
    assert await told(connection, one) == []


async def test_rules_with_several_groups_or_targets_do_not_lead_on_and_alternatives_do(connection):
    first, second, third = await colleges(connection, "A", "B", "C")
    one, other, two, lab = [
        await catalog.course(connection, place, code)
        for place, code in ((first, "X 1"), (first, "X 2"), (second, "Y 1"), (second, "Y 1L"))
    ]
    three = await catalog.course(connection, third, "Z 1")
    split = await catalog.rule(connection, first, second, [[one]], [two, lab])
    series = await catalog.rule(connection, first, second, [[one], [other]], [two])
    last = await catalog.rule(connection, second, third, [[two]], [three])
    assert await told(connection, one) == []
    either = await catalog.rule(connection, first, second, [[one, other]], [two])
    assert await told(connection, other) == [(three, [either, last])]
    assert split != series


async def test_many_courses_take_one_statement(connection, statements):
    courses, rules, _ = await chain_of(connection, 3)
    keys = [(course, Wanted(hops=3)) for course in courses]
    with statements() as seen:
        found = await derived_equivalents.of_courses(connection, keys, on=ON)
    assert len(seen) == 1
    assert [[one.path for one in each] for each in found] == [[rules[:2], rules], [rules[1:]], [], []]
