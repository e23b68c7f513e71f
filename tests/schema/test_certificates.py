"""Certificates over HTTP where a wider view keeps what a narrower one met."""

import pytest

from gql_api import database
from gql_api.schema import ids
from gql_api.tables.requirements import Requirement
from tests import catalog

pytestmark = pytest.mark.anyio

ASKED = """query ($input: WhatIfInput!) { whatIf(input: $input) {
  completed: certificate(view: COMPLETED) { ...parts }
  planned: certificate { ...parts }
} }
fragment parts on Certificate { view claim kept met isAccepted sentence conflict { nodes { key } } }"""


@pytest.fixture
async def version(stocked_url: str, world) -> str:
    """An optional requirement that one completed course meets, and one for exactly the five credits of all three."""
    opened = database.Database.open(stocked_url, pool_size=1)
    here = world.number("here")
    async with opened.writing() as connection:
        for number, credits in ((1, 1), (3, 3), (2, 1)):
            await catalog.course(connection, here, f"ART {number}", credits=credits)
        program = await catalog.program(connection, here, "Art")
        version = await catalog.version(connection, program, is_current=True)
        common = {"version_id": version, "is_residual": True}
        first = {"key": "one", "name": "One Course", "min_courses": 1, "is_optional": True, "position": 1}
        second = {"key": "five", "name": "Five Credits", "min_credits": 5, "max_credits": 5, "position": 2}
        for values in (first, second):
            await catalog.inserted(connection, Requirement, **common, **values)
    await opened.close()
    return ids.encode("ProgramVersion", version)


async def test_what_a_narrower_view_met_is_named_where_keeping_it_costs_the_version(ask, version) -> None:
    taken = [
        {"course": {"key": {"institution": "HC", "code": code}}, "status": status}
        for code, status in (("ART 1", "COMPLETED"), ("ART 3", "COMPLETED"), ("ART 2", "PLANNED"))
    ]
    answer = await ask(ASKED, {"input": {"versionId": version, "courses": taken}})

    assert answer.get("errors") is None, answer
    completed, planned = answer["data"]["whatIf"]["completed"], answer["data"]["whatIf"]["planned"]
    assert (completed["kept"], completed["isAccepted"]) == ([], True)
    assert planned == {
        "view": "PLANNED",
        "claim": "NOT_MET",
        "kept": ["one"],
        "met": ["one"],
        "isAccepted": True,
        "sentence": (
            "These two requirements need four courses, three of yours fit: “One Course” and “Five Credits”. "
            "“One Course” is optional, and kept because less of the plan meets it already."
        ),
        "conflict": {"nodes": [{"key": "one"}, {"key": "five"}]},
    }
