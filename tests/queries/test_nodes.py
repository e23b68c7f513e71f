"""`node` and `nodes`: anything again by its id, under the same rules as everywhere."""

import base64

import pytest

pytestmark = pytest.mark.anyio

ONE = "query ($id: ID!) { node(id: $id) { __typename id } }"
SEVERAL = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"


async def sample_ids(ask, demo_code: str) -> dict[str, str]:
    answer = await ask(
        """query ($code: String!) {
          institution(abbreviation: "ARSU") { id }
          course(institution: "ARSU", code: "ENGL 1010") { id equivalentFrom(first: 1) { nodes { id } } }
          program(institution: "ARSU", name: "Biology") { id currentVersion { id requirements { id children { id } } } }
          plan(code: $code) { id courses { id } }
        }""",
        {"code": demo_code},
    )
    found = answer["data"]
    version = found["program"]["currentVersion"]
    return {
        "Institution": found["institution"]["id"],
        "Course": found["course"]["id"],
        "Equivalency": found["course"]["equivalentFrom"]["nodes"][0]["id"],
        "Program": found["program"]["id"],
        "ProgramVersion": version["id"],
        "Requirement": next(one["children"][0]["id"] for one in version["requirements"] if one["children"]),
        "Plan": found["plan"]["id"],
        "PlannedCourse": found["plan"]["courses"][0]["id"],
    }


async def test_every_node_type_is_fetched_again_by_its_id(ask, demo_code) -> None:
    samples = await sample_ids(ask, demo_code)

    for type_name, id_ in samples.items():
        answer = await ask(ONE, {"id": id_}, code=demo_code)
        assert answer == {"data": {"node": {"__typename": type_name, "id": id_}}}


async def test_several_nodes_come_in_their_order_with_null_for_an_unknown_one(ask, demo_code) -> None:
    samples = await sample_ids(ask, demo_code)
    unknown = base64.urlsafe_b64encode(b"Course:999999999").rstrip(b"=").decode()

    answer = await ask(SEVERAL, {"ids": [samples["Program"], unknown, samples["Course"]]})

    assert [one and one["id"] for one in answer["data"]["nodes"]] == [samples["Program"], None, samples["Course"]]


@pytest.mark.parametrize("type_name", ["Plan", "PlannedCourse"])
async def test_a_plan_is_nobody_elses_by_its_id(ask, demo_code, type_name) -> None:
    samples = await sample_ids(ask, demo_code)

    assert (await ask(ONE, {"id": samples[type_name]}))["data"] == {"node": None}
    assert (await ask(ONE, {"id": samples[type_name]}, admin=True))["data"]["node"]["id"] == samples[type_name]


@pytest.mark.parametrize(
    "id_", ["", "nonsense", "Q291cnNlOng", "====", "Q291cnNlOjk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "ünï", "a" * 5000]
)
async def test_what_is_no_id_is_invalid_input_with_its_path(ask, id_) -> None:
    answer = await ask(ONE, {"id": id_})

    assert answer["data"] == {"node": None}
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["INVALID_INPUT"]
    assert "Traceback" not in str(answer)


async def test_an_id_of_another_type_is_refused_by_name(ask, demo_code) -> None:
    samples = await sample_ids(ask, demo_code)

    answer = await ask("query ($id: ID) { course(id: $id) { id } }", {"id": samples["Program"]})

    assert "is the id of a program, not of a course" in answer["errors"][0]["message"]
    assert answer["errors"][0]["extensions"]["code"] == "INVALID_INPUT"


async def test_more_than_a_hundred_ids_are_refused(ask) -> None:
    answer = await ask(SEVERAL, {"ids": ["Q291cnNlOjE"] * 101})

    assert answer["errors"][0]["extensions"]["code"] == "INVALID_INPUT"
