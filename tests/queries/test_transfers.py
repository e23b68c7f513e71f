"""Articulating posted courses, and a plan's, as clients ask for it."""

import pytest

pytestmark = pytest.mark.anyio


async def institution(ask, abbreviation):
    found = await ask("query ($of: String!) { institution(abbreviation: $of) { id } }", {"of": abbreviation})
    return found["data"]["institution"]["id"]


def key(code, at="HPCC", **values):
    return {"course": {"key": {"institution": at, "code": code}}, **values}


async def articulated(ask, document, courses=None, **values):
    query, variables = document("articulate")
    to = await institution(ask, values.pop("to", "ARSU"))
    return await ask(query, {**variables, **({} if courses is None else {"courses": courses}), "to": to, **values})


async def test_posted_courses_become_courses_electives_and_answers(ask, document):
    answer = await articulated(ask, document)
    result = answer["data"]["articulate"]

    granted = [[grant["countsAs"] for grant in award["grants"]] for award in result["awards"]]
    kinds = {one["course"]["label"]: one["kind"] for one in result["answers"]}
    assert granted == [["BIOL 1110", "BIOL 1111"], ["ENGL 1010"]]
    assert [one["ref"] for award in result["awards"] for one in award["courses"]] == ["biology", "english"]
    assert kinds == {"ENG 101": "AWARDED", "BIO 111": "AWARDED", "Pottery": "UNLISTED"}
    summary = result["summary"]
    assert (summary["taken"], summary["accepted"], summary["open"]) == ("10.00", "7.00", "3.00")
    assert summary["lost"] == "0.00"


async def test_a_grade_that_is_too_low_is_said_and_its_credits_are_refused(ask, document):
    answer = await articulated(ask, document, [key("ENG 101", grade="D")])
    result = answer["data"]["articulate"]

    assert result["awards"] == []
    assert [one["kind"] for one in result["answers"]] == ["GRADE_TOO_LOW"]
    assert (result["summary"]["refused"], result["summary"]["lost"]) == ("3.00", "3.00")


async def test_a_transcript_may_hold_a_course_twice_and_it_is_credited_once(ask, document):
    answer = await articulated(ask, document, [key("ENG 101", grade="D"), key("ENG 101", grade="A")])
    result = answer["data"]["articulate"]

    assert [[one["inputIndex"] for one in award["courses"]] for award in result["awards"]] == [[1]]


async def test_own_courses_are_not_articulated(ask, document):
    answer = await articulated(ask, document, [key("ENG 101", grade="A")], to="HPCC")
    result = answer["data"]["articulate"]

    assert (result["awards"], result["answers"], result["summary"]["taken"]) == ([], [], "0.00")


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"courses": []}, "INVALID_INPUT", ["courses"]),
        ({"courses": [key("NOPE 1")]}, "NOT_FOUND", ["courses", "0", "course", "key", "code"]),
        ({"courses": [key("NOPE 1"), key("X 1", at="Nowhere")]}, "INVALID_INPUT", ["courses", "0", "course"]),
        ({"maxHops": 5}, "INVALID_INPUT", ["maxHops"]),
    ],
)
async def test_mistakes_are_told_with_their_place(ask, document, change, code, path):
    answer = await articulated(ask, document, **change)

    [error] = answer["errors"]
    assert error["extensions"]["code"] == code
    assert error["extensions"]["inputPath"][: len(path)] == path


async def test_an_unknown_institution_is_not_found(ask, document):
    query, variables = document("articulate")
    course = await ask('{ course(institution: "HPCC", code: "ENG 101") { id } }')
    answer = await ask(query, {**variables, "to": course["data"]["course"]["id"]})

    assert answer["errors"][0]["extensions"]["code"] == "INVALID_INPUT"


async def test_options_are_ranked_by_the_credit_that_is_accepted(ask, document):
    query, variables = document("transfer_options")
    answer = await ask(query, variables)
    found = answer["data"]["transferOptions"]

    accepted = [float(one["summary"]["accepted"]) for one in found]
    assert found[0]["institution"]["abbreviation"] == "ARSU"
    assert accepted == sorted(accepted, reverse=True)


async def test_the_statements_do_not_grow_with_the_courses(ask, document, statements):
    codes = ["ENG 101", "ENG 102", "ENG 210", "COMM 110", "MATH 105", "BIO 111", "BIO 112", "STAT 120"]
    counts = []
    for size in (2, 8):
        query, variables = document("articulate")
        to = await institution(ask, "ARSU")
        courses = [key(code, grade="A") for code in codes[:size]]
        with statements() as executed:
            await ask(query, {**variables, "courses": courses, "to": to, "maxHops": 2})
        counts.append(len(executed))

    assert counts[0] == counts[1]


async def test_a_plan_tells_what_its_courses_become(ask, demo_code):
    query = """
    query ($code: String!) { plan(code: $code) { articulation {
      institution { abbreviation }
      awards { courses { label plannedCourse { status } } grants { countsAs } isDerived }
      summary { taken accepted }
    } } }
    """
    answer = await ask(query, {"code": demo_code})
    result = answer["data"]["plan"]["articulation"]

    assert result["institution"]["abbreviation"] == "ARSU"
    assert all(one["plannedCourse"] for award in result["awards"] for one in award["courses"])
    assert float(result["summary"]["accepted"]) > 0


async def test_a_course_tells_what_it_becomes_over_several_institutions(ask):
    query = """
    { course(institution: "HPCC", code: "ENG 101") {
      derivedEquivalents(maxHops: 4) { course { code } path { id } }
    } }
    """
    answer = await ask(query)

    assert "errors" not in answer
    assert all(len(one["path"]) > 1 for one in answer["data"]["course"]["derivedEquivalents"])
