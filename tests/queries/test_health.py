"""Certificates and program health over the demo data, as a client asks for them."""

import pytest

pytestmark = pytest.mark.anyio

HEALTH = """
query { programs(first: 20) { edges { node {
  name
  health { isSatisfiable findings { kind severity message courses requirements { key name } } version { isCurrent } }
} } } }
"""
CERTIFICATE = """
query ($code: String!) { plan(code: $code) { progress {
  views { view status }
  completed: certificate(view: COMPLETED) { ...parts }
  certificate { ...parts }
} } }
fragment parts on Certificate {
  view claim sentence isAccepted reason met kept
  uses { requirementKey countsAs credits plannedCourses { id } }
  conflict { nodes { key name needs requirement { key } } needed available plannedCourses { id } }
}
"""


async def test_every_program_of_the_demo_can_be_finished(ask) -> None:
    answer = await ask(HEALTH)

    assert answer.get("errors", []) == []
    found = [edge["node"] for edge in answer["data"]["programs"]["edges"]]
    assert found
    assert [one["name"] for one in found if one["health"] is not None and not one["health"]["isSatisfiable"]] == []
    assert all(one["health"]["version"]["isCurrent"] for one in found if one["health"] is not None)


async def test_health_takes_as_many_statements_for_many_programs_as_for_one(ask, statements) -> None:
    one = HEALTH.replace("first: 20", "first: 1")
    await ask(HEALTH)
    with statements() as of_one:
        await ask(one)
    with statements() as of_all:
        await ask(HEALTH)

    assert len(of_all) == len(of_one)


async def test_the_demo_plan_carries_a_proof_that_the_checker_accepts(ask, demo_code) -> None:
    answer = await ask(CERTIFICATE, {"code": demo_code})

    assert answer.get("errors", []) == []
    progress = answer["data"]["plan"]["progress"]
    standing = {view["view"]: view["status"] for view in progress["views"]}
    for certificate in (progress["completed"], progress["certificate"]):
        assert certificate["isAccepted"], certificate["reason"]
        assert certificate["claim"] != "UNPROVED", certificate["reason"]
        assert (certificate["claim"] == "MET") == (standing[certificate["view"]] == "MET")
        assert certificate["sentence"]
        assert certificate["kept"] == []
        assert all(use["plannedCourses"] for use in certificate["uses"])
    conflict = progress["completed"]["conflict"]
    assert conflict is not None
    assert [node["requirement"]["key"] for node in conflict["nodes"]] == [node["key"] for node in conflict["nodes"]]
