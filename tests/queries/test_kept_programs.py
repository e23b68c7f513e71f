"""What is kept of published programs, and read ahead because of that, is what the very next request would read.

Every change is made on a connection of its own, as another worker or a command makes it: the application that has kept
trees is told nothing.
"""

import csv
import io
from datetime import date

import httpx
import pytest

from gql_api import database
from gql_api.ingest import contract, courses, files, jobs
from gql_api.ingest import requirements as kind
from gql_api.web import app
from gql_api.writes import program_versions

pytestmark = pytest.mark.anyio
COLLEGE = "Kept College"
CATALOG = """code,title,credits
ENG 101,Writing,3
ENG 102,Sources,3
MATH 201,Calculus,4
"""
COLUMNS = ("is_current", "course_code", "institution")
OPTIONS = "key options { ... on CourseOption { code course { title creditsMin } } }"
BY_ID = f"""query ($id: ID!) {{ program(id: $id) {{ name currentVersion {{
  state revision term {{ label }} requirements {{ {OPTIONS} }} }} }} }}"""
BY_NAME = f"""query ($college: String!) {{ program(institution: $college, name: "Logic B.A.") {{ id currentVersion {{
  state revision term {{ label }} allRequirements {{ {OPTIONS} }} }} }} }}"""


@pytest.fixture
def connection(demo_database_url):
    with database.connect(demo_database_url) as opened:
        yield opened


@pytest.fixture
def load(connection):
    def load(importer, content, **options):
        given = contract.Options(on=date(2025, 9, 1), actor="a test", institution=COLLEGE, **options)
        result = jobs.load(connection, importer, [files.of_bytes("file.csv", content)], given)
        connection.commit()
        return result

    return load


@pytest.fixture
def requirements(load):
    """`requirements("ENG 101", …, year=2025)` loads a program that asks for these courses."""

    def loaded(*codes, year=2025):
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(["program_name", "category", "requirement_type", "semester", "year", *COLUMNS])
        writer.writerows(("Logic B.A.", "Core", "simple", "Fall", year, "TRUE", code, COLLEGE) for code in codes)
        return load(kind.Requirements(), out.getvalue().encode())

    return loaded


@pytest.fixture
async def ask(demo_database_url, configuration, load, requirements):
    load(courses.Courses(), CATALOG.encode(), create_institutions=True)
    requirements("ENG 101", "ENG 102")
    application = app.create(configuration, demo_database_url)
    transport = httpx.ASGITransport(app=application)
    async with (
        application.router.lifespan_context(application),
        httpx.AsyncClient(transport=transport, base_url="http://server") as http,
    ):

        async def send(query, **variables):
            answer = (await http.post("/graphql", json={"query": query, "variables": variables})).json()
            assert "errors" not in answer, answer
            return answer["data"]["program"]

        yield send


def shown(program):
    """What the current version says: its revision, and of each named course the title."""
    version = program["currentVersion"]
    (node,) = version.get("requirements") or version["allRequirements"]
    named = {one["code"]: one["course"] and one["course"]["title"] for one in node["options"]}
    return version["term"]["label"], version["revision"], named


@pytest.fixture
async def both(ask):
    """`await both()`: what the program says by its id and by its name, which is the same."""
    found = await ask(BY_NAME, college=COLLEGE)
    for _ in range(3):  # keeps the tree, notes its courses, reads ahead
        await ask(BY_NAME, college=COLLEGE)
        await ask(BY_ID, id=found["id"])

    async def answered():
        by_id, by_name = await ask(BY_ID, id=found["id"]), await ask(BY_NAME, college=COLLEGE)
        assert shown(by_id) == shown(by_name)
        return shown(by_id)

    return answered


async def test_a_program_whose_tree_is_kept_comes_with_its_courses_in_one_message(ask, both, messages):
    with messages() as sent:
        assert await both() == ("Fall 2025", 1, {"ENG 101": "Writing", "ENG 102": "Sources"})

    assert sent == [2, 2]


async def test_a_correction_of_a_published_version_is_seen_at_once(both, requirements):
    requirements("ENG 101", "MATH 201")

    assert await both() == ("Fall 2025", 2, {"ENG 101": "Writing", "MATH 201": "Calculus"})
    assert await both() == ("Fall 2025", 2, {"ENG 101": "Writing", "MATH 201": "Calculus"})


async def test_another_version_that_is_published_is_seen_at_once(both, requirements):
    requirements("MATH 201", year=2026)

    assert await both() == ("Fall 2026", 1, {"MATH 201": "Calculus"})


async def test_a_version_that_is_made_current_again_is_seen_at_once(both, requirements, connection):
    requirements("MATH 201", year=2026)
    assert (await both())[0] == "Fall 2026"
    found = connection.execute(
        "SELECT program_id, v.id FROM program_versions v JOIN programs p ON p.id = program_id "
        "WHERE p.name = 'Logic B.A.' AND year = 2025"
    ).fetchone()
    with connection.cursor() as cursor:
        program_versions.make_current(cursor, *found)
    connection.commit()

    assert await both() == ("Fall 2025", 1, {"ENG 101": "Writing", "ENG 102": "Sources"})


async def test_a_version_that_is_archived_is_gone_at_once(ask, both, connection):
    assert (await both())[1] == 1
    found = connection.execute(
        "SELECT v.id FROM program_versions v JOIN programs p ON p.id = program_id "
        "WHERE p.name = 'Logic B.A.' AND is_current"
    ).fetchone()
    with connection.cursor() as cursor:
        program_versions.archive(cursor, *found)
    connection.commit()

    assert (await ask(BY_NAME, college=COLLEGE))["currentVersion"] is None


async def test_courses_that_an_import_replaces_are_seen_at_once(both, load):
    load(
        courses.Courses(),
        b"code,title,credits\nENG 101,Rhetoric,3\nMATH 201,Analysis,4\nENG 102,Sources,2\n",
        mode=contract.Mode.REPLACE,
        confirm_removal=True,
    )

    assert (await both())[2] == {"ENG 101": "Rhetoric", "ENG 102": "Sources"}


async def test_an_option_whose_course_comes_later_shows_it_at_once(both, requirements, load, connection):
    requirements("ENG 101", "ENG 999", year=2026)
    assert (await both())[2] == {"ENG 101": "Writing", "ENG 999": None}
    load(courses.Courses(), b"code,title,credits\nENG 999,At last,3\n")
    (version_id,) = connection.execute(
        "SELECT v.id FROM program_versions v JOIN programs p ON p.id = program_id "
        "WHERE p.name = 'Logic B.A.' AND year = 2026"
    ).fetchone()
    with connection.cursor() as cursor:
        program_versions.link_options(cursor, version_id)
    connection.commit()

    assert (await both())[2] == {"ENG 101": "Writing", "ENG 999": "At last"}


async def test_a_draft_is_read_anew_by_every_request(ask, both, connection):
    """Whatever its state was when somebody read it: a draft that is written anew shows what it says now."""
    (version_id,) = connection.execute(
        "SELECT v.id FROM program_versions v JOIN programs p ON p.id = program_id WHERE p.name = 'Logic B.A.'"
    ).fetchone()
    connection.execute("UPDATE program_versions SET state = 'DRAFT', is_current = false WHERE id = %s", (version_id,))
    connection.commit()
    document = f"""query ($college: String!) {{ program(institution: $college, name: "Logic B.A.") {{
      versions {{ nodes {{ state requirements {{ {OPTIONS} }} }} }} }} }}"""
    (before,) = (await ask(document, college=COLLEGE))["versions"]["nodes"]
    connection.execute("DELETE FROM requirements WHERE version_id = %s", (version_id,))
    connection.commit()
    (after,) = (await ask(document, college=COLLEGE))["versions"]["nodes"]

    assert (before["state"], len(before["requirements"])) == ("DRAFT", 1)
    assert after["requirements"] == []
