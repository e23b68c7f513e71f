"""Statements that bring along what would otherwise be read next."""

from datetime import date

import pytest
import sqlalchemy as sa

from gql_api.domain import equivalencies as rules
from gql_api.domain import statuses
from gql_api.reads import courses, equivalencies, pages, programs, relations
from gql_api.reads import statements as reads_statements
from gql_api.tables.institutions import InstitutionAlias
from tests.catalog import college, course, inserted, program, rule, version

pytestmark = pytest.mark.anyio
TWO = relations.related(pages.Window(limit=2))
FIELDS = frozenset({"code", "title", "institution", "outcome", "targets", "kind", "course"})


@pytest.fixture
async def colleges(connection) -> dict[str, int]:
    """Three that the text “Lake” could mean: by name, by alias, by abbreviation."""
    alias = await college(connection, "Lakeside Institute")
    await inserted(connection, InstitutionAlias, institution_id=alias, alias="Lake")
    await inserted(connection, InstitutionAlias, institution_id=alias, alias="LI")
    abbreviation = await college(connection, "Lower Lake", abbreviation="LAKE")
    return {"alias": alias, "abbreviation": abbreviation, "name": await college(connection, "lake")}


async def test_a_name_means_an_institution_by_its_name_then_an_alias_then_an_abbreviation(
    connection, colleges, statements
):
    for id in colleges.values():
        await course(connection, id, "BIO 1", title=f"At {id}")
    keys = [("Lake", "BIO 1"), ("li", "BIO 1"), ("LOWER LAKE", "BIO 1"), ("Nowhere", "BIO 1"), ("Lake", "BIO 2")]

    with statements() as executed:
        found = await courses.called(connection, keys)

    of = [row and row.institution_id for row in found.courses]
    assert of == [colleges["name"], colleges["alias"], colleges["abbreviation"], None, None]
    assert sorted(found.institutions) == sorted(colleges.values())
    assert found.institutions[colleges["alias"]].calendar.name == "SEMESTER"
    assert len(executed) == 1


async def test_where_no_name_is_meant_an_alias_wins_over_an_abbreviation(connection, colleges):
    await course(connection, colleges["alias"], "BIO 1")
    await connection.execute(sa.text("UPDATE institutions SET name = 'Other' WHERE name = 'lake'"))

    found = await courses.called(connection, [("lake", "BIO 1")])

    assert [row and row.institution_id for row in found.courses] == [colleges["alias"]]


async def test_of_the_courses_with_a_code_its_own_wins_over_an_alias(connection, colleges):
    there = colleges["name"]
    both = await course(connection, there, "STAT/MATH 431")

    assert [row and row.id for row in (await courses.called(connection, [("lake", "STAT 431")])).courses] == [both]

    own = await course(connection, there, "STAT 431")

    assert [row and row.id for row in (await courses.called(connection, [("lake", "STAT 431")])).courses] == [own]


async def test_courses_come_with_their_rules_and_these_with_their_awards(connection, statements):
    here, there = await college(connection, "Sending College"), await college(connection, "Receiving College")
    many, denied, none = [await course(connection, here, f"BIO {number}") for number in (101, 102, 103)]
    targets = [await course(connection, there, f"BIOL {number}") for number in (1, 2)]
    first = await rule(connection, here, there, [[many]], targets)
    second = await rule(connection, here, there, [[many]], targets[:1])
    await rule(connection, here, there, [[many]], targets[:1], effective_from=date(2020, 1, 1))
    refused = await rule(connection, here, there, [[denied]], [], outcome=rules.Outcome.NO_CREDIT)
    kept, ids = courses.NEEDED.kept(FIELDS), [none, many, 10**9, denied]

    with statements() as executed:
        found, of_courses, brought = await equivalencies.beneath_courses(
            connection, courses.with_ids(kept), TWO, FIELDS, ids=ids
        )

    assert len(executed) == 1
    assert sorted(kept.make(row).code for row in found) == ["BIO 101", "BIO 102", "BIO 103"]
    assert {id: [one.id for one in page.rows] for id, page in of_courses.items()} == {
        many: [first, second],
        denied: [refused],
        none: [],
    }
    assert [of_courses[id].has_next for id in (many, denied, none)] == [True, False, False]
    assert of_courses[many].keys == [(first,), (second,)]
    assert {id: [award.course_id for award in awards] for id, awards in brought.awards.items()} == {
        first: targets,
        second: targets[:1],
        refused: [],
    }
    assert {id: row.code for id, row in brought.courses.items()} == {targets[0]: "BIOL 1", targets[1]: "BIOL 2"}


async def test_a_name_without_such_a_course_has_no_rules_but_its_institution(connection, colleges):
    kept, key = courses.NEEDED.kept(FIELDS), ("lake", "BIO 9")

    found, of_courses, brought = await equivalencies.beneath_courses(
        connection, courses.with_names(kept), TWO, FIELDS, **courses.named([key])
    )

    assert courses.those_called([key], kept, found).courses == [None]
    assert list(courses.those_called([key], kept, found).institutions) == [colleges["name"]]
    assert (of_courses, brought.awards, brought.courses) == ({}, {}, {})


async def test_programs_are_found_by_names_with_what_is_current_in_one_statement(connection, colleges, statements):
    art, other = [await program(connection, colleges["name"], "Art", kind) for kind in ("BA", "BFA")]
    draft = await version(connection, art, 2024, state=statuses.VersionState.DRAFT)
    current = await version(connection, other, 2025, is_current=True)
    keys = [("LAKE", "art", None), ("lake", "ART", "bfa"), ("lake", "Music", None), ("Nowhere", "Art", None)]

    with statements() as executed:
        (every,) = await reads_statements.together(connection, programs.asked_by_name(keys))
    found = programs.named(keys, every)

    assert [[row.id for row in of_key] for of_key in found.programs] == [[art, other], [other], [], []]
    assert {id: row and row.id for id, row in found.current.items()} == {art: None, other: current}
    assert draft != current
    assert list(found.institutions) == [colleges["name"]]
    assert len(executed) == 1
