"""What a plan's progress says of exceptions and pins, over HTTP."""

import psycopg
import pytest

from gql_api.schema import ids
from tests.queries.test_outlook import course, new_plan, of_plan

pytestmark = pytest.mark.anyio

USES = """progress { exceptions { kind requirementKey requirement { status requirement { name } }
    plannedCourse { course { code } } limitCredits limitCourses isUsed isNeeded } }"""
GRANTED = """INSERT INTO plan_exceptions (plan_id, kind, requirement_key, planned_course_id, limit_courses, reason,
    granted_by) VALUES (%s, %s, %s, (SELECT min(id) FROM planned_courses WHERE plan_id = %s), %s, 'why', 'somebody')"""


def grant(url, plan, kind, key, *, courses=None):
    number = ids.key_of("Plan", plan)
    of_course = number if kind in {"SUBSTITUTION", "FORCE", "FORBID"} else None
    with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
        connection.execute(GRANTED, [number, kind, key, of_course, courses])


async def test_progress_says_of_every_exception_whether_it_is_used_and_needed(ask, demo_url) -> None:
    code, plan = await new_plan(
        ask, course("COMM 110", status="COMPLETED", grade="A"), course("ENG 101", status="COMPLETED", grade="A")
    )
    grant(demo_url, plan, "WAIVER", "speaking")
    grant(demo_url, plan, "LIMIT", "composition", courses=1)
    grant(demo_url, plan, "SUBSTITUTION", "organic-chemistry")
    grant(demo_url, plan, "WAIVER", "a-requirement-of-another-program")

    found = (await of_plan(ask, code, USES))["progress"]["exceptions"]

    told = {(one["kind"], one["requirementKey"]): one for one in found}
    limit = told["LIMIT", "composition"]
    assert (limit["limitCourses"], limit["limitCredits"], limit["isUsed"], limit["isNeeded"]) == (1, None, True, True)
    assert limit["requirement"] == {"status": "MET", "requirement": {"name": "Composition"}}
    assert told["SUBSTITUTION", "organic-chemistry"]["plannedCourse"] == {"course": {"code": "COMM 110"}}
    stray = told["WAIVER", "a-requirement-of-another-program"]
    assert (stray["requirement"], stray["isUsed"], stray["isNeeded"]) == (None, False, False)
    assert told["WAIVER", "speaking"]["plannedCourse"] is None


async def test_progress_says_who_granted_an_exception_when_why_and_until_when(ask, demo_url) -> None:
    code, plan = await new_plan(ask, course("ENG 101", status="COMPLETED", grade="A"))
    with psycopg.connect(demo_url.replace("+psycopg", "", 1)) as connection:
        connection.execute(
            """INSERT INTO plan_exceptions (plan_id, kind, requirement_key, reason, granted_by, granted_at, expires_on)
            VALUES (%s, 'WAIVER', 'speaking', 'Spoke for years on the radio.', 'advisor Lovelace',
                '2026-03-01T12:00:00Z', '2199-12-31'), (%s, 'LIMIT', 'composition', 'One is enough.', 'advisor Byron',
                '2026-03-02T12:00:00Z', NULL)""",
            [ids.key_of("Plan", plan)] * 2,
        )

    fields = "progress { exceptions { kind reason grantedBy grantedAt expiresOn } }"
    found = (await of_plan(ask, code, fields))["progress"]["exceptions"]

    assert {tuple(one.values()) for one in found} == {
        (
            "WAIVER",
            "Spoke for years on the radio.",
            "advisor Lovelace",
            "2026-03-01T12:00:00+00:00",
            "2199-12-31",
        ),
        ("LIMIT", "One is enough.", "advisor Byron", "2026-03-02T12:00:00+00:00", None),
    }


async def test_exceptions_and_pins_take_no_statement_of_their_own(ask, statements) -> None:
    code, _ = await new_plan(ask, course("ENG 101", pinnedRequirement="speaking"))
    plain = "progress { status requirements { requirement { name } } }"
    more = plain.replace("status", "status exceptions { kind requirementKey } pinCosts { sentence requirement { id } }")
    await of_plan(ask, code, more)
    counts = []
    for fields in (plain, more):
        with statements() as executed:
            await of_plan(ask, code, fields)
        counts.append(len(executed))

    assert counts[0] == counts[1]


async def test_progress_names_the_pins_that_cost_something(ask) -> None:
    code, _ = await new_plan(
        ask,
        course("ENG 101", status="COMPLETED", grade="A", pinnedRequirement="speaking"),
        course("ENG 102", status="COMPLETED", grade="A", pinnedRequirement="composition"),
    )
    fields = "progress { pinCosts { sentence plannedCourse { course { code } } requirement { requirement { key } } } }"

    [cost] = (await of_plan(ask, code, fields))["progress"]["pinCosts"]

    assert cost["plannedCourse"] == {"course": {"code": "ENG 101"}}
    assert cost["requirement"] == {"requirement": {"key": "speaking"}}
    assert "ENG 101" in cost["sentence"]
    assert "Composition" in cost["sentence"]
