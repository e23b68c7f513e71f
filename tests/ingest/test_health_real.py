"""The two real Biology programs, as their files have them: nobody can finish either, and health says why."""

import os
from datetime import date

import pytest

from gql_api import database
from gql_api.domain import health
from gql_api.ingest import contract, courses, files, jobs, requirements
from gql_api.reads import health as health_inputs

pytestmark = pytest.mark.anyio

ON = date(2025, 9, 25)
FOLDER = "delgado-uno"
COURSES = ("Dcc_courses_92525_updated.csv", "Uno_courses_92525_updated.csv")
PROGRAMS = (
    "current_dcc_prog-reqs_associate_92525_unified.csv",
    "target_uno_prog-reqs_bachelors_92525_unified.csv",
)


@pytest.fixture(scope="module")
def loaded(cluster, administration, template, real_data):
    name = f"{template}_biology_{os.getpid()}"
    administration.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    with database.connect(cluster.url_of(name)) as connection:
        for importer, file in [
            *((courses.Courses, file) for file in COURSES),
            *((requirements.Requirements, file) for file in PROGRAMS),
        ]:
            options = contract.Options(on=ON, actor="a test", create_institutions=True)
            jobs.load(connection, importer(), [files.of_path(real_data / FOLDER / file)], options)
    yield cluster.url_of(name)
    administration.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def examined(loaded):
    """The findings by program."""
    opened = database.Database.open(loaded, pool_size=1)
    async with opened.reading() as session:
        versions = await health_inputs.in_use(session)
        found = await health_inputs.of_versions(session, [version.id for version in versions])
    await opened.close()
    return {version.program: one.findings(ON) for version, one in zip(versions, found, strict=True)}


def messages(findings, kind):
    return [one.message for one in findings if one.kind is kind]


async def test_the_bachelor_s_program_asks_for_more_credits_than_its_courses_carry(examined):
    assert messages(examined["Biology B.S"], health.FindingKind.UNSATISFIABLE) == [
        "“Major Required Courses” needs 15 credits; its 5 courses carry 12 at most.",
        "“Biology Electives” needs 25 credits; its 6 courses carry 18 at most, 28 more do not exist.",
        (
            "“Biology Lab” cannot be met: even with every course that fits it, it needs 15.00 more credits in BIOS "
            "with a laboratory."
        ),
    ]


async def test_the_associate_program_has_a_group_that_needs_six_credits_and_takes_three(examined):
    told = messages(examined["Transfer Degree A.S - Bio Concentration"], health.FindingKind.UNSATISFIABLE)
    assert "“Math Group 2” needs 6 credits and takes at most 3." in told


async def test_courses_that_do_not_exist_are_named(examined):
    (told,) = [
        one
        for one in examined["Biology B.S"]
        if one.kind is health.FindingKind.UNKNOWN_COURSE and "Biology Electives" in one.message
    ]
    assert len(told.courses) == 28


async def test_each_conflict_is_as_small_as_it_can_be(examined):
    for findings in examined.values():
        assert all(1 <= len(one.keys) <= 5 for one in findings if one.kind is health.FindingKind.UNSATISFIABLE)
