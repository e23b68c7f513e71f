"""What checks of prerequisites read: five statements for any number of plans and courses."""

from datetime import date

import pytest

from gql_api.domain import prerequisite_findings, prerequisite_records, verdicts
from gql_api.reads import plan_facts, prerequisite_names, prerequisites
from gql_api.tables.courses import CourseSuccessor, CrossListGroup
from gql_api.tables.decisions import TransferDecision
from gql_api.tables.plans import Plan, PlannedCourse
from tests import catalog

pytestmark = pytest.mark.anyio

ON = date(2026, 6, 1)
FALL = prerequisite_records.When(term_key=20264)
Problem, Verdict = prerequisite_findings.Problem, verdicts.Verdict


class World:
    """Two colleges with courses that need others, and plans on demand."""

    def __init__(self, connection):
        self.connection = connection
        self.plans = 0

    async def build(self):
        self.here = await catalog.college(self.connection, "Here University")
        self.there = await catalog.college(self.connection, "There College")
        self.calculus = await self.course("MATH 1010")
        self.statistics = await self.course("STAT 2000")
        self.advanced = await self.course("MATH 2010", "MATH 1010 with a C or better")
        self.either = await self.course("ECON 3000", "MATH 2010 or STAT 2000. May be repeated for credit")
        self.lab = await self.course("PHYS 1001", "PHYS 1000 (may be taken concurrently) and consent of instructor")
        self.physics = await self.course("PHYS 1000")
        return self

    async def course(self, code, text=None, at=None, **values):
        return await catalog.course(self.connection, at or self.here, code, prerequisite_text=text, **values)

    async def plan(self, *entries):
        self.plans += 1
        plan_id = await catalog.inserted(
            self.connection, Plan, code_hmac=self.plans.to_bytes(32, "big"), code_key_id="test"
        )
        for course_id, values in entries:
            await catalog.inserted(
                self.connection, PlannedCourse, plan_id=plan_id, course_id=course_id, **{"status": "PLANNED", **values}
            )
        return plan_id

    async def answer(self, course_id, plan_id, when=FALL):
        (answer,) = await prerequisites.answers(
            self.connection, [prerequisites.Question(course_id, plan_id, when)], plan_facts.Held(), on=ON
        )
        return answer


@pytest.fixture
async def world(connection):
    return await World(connection).build()


def term(year, season="FALL", session=None):
    return {"year": year, "season": season, "session": session}


def done(grade=None, year=2025, season="FALL"):
    return {"status": "COMPLETED", "grade": grade, **term(year, season)}


async def test_a_plan_tells_what_is_missing_too_late_too_low_and_to_be_reviewed(world):
    plan_id = await world.plan(
        (world.calculus, done("D")),
        (world.advanced, term(2026)),
        (world.either, term(2026)),
        (world.lab, term(2026)),
        (world.physics, term(2027)),
    )
    (issues,) = await prerequisites.issues(world.connection, [plan_id], plan_facts.Held(), on=ON)
    assert [(one.course_id, one.problem) for one in issues] == [
        (world.advanced, Problem.GRADE_TOO_LOW),
        (world.either, Problem.TOO_LATE),
        (world.lab, Problem.TOO_LATE),
        (world.lab, Problem.NEEDS_REVIEW),
    ]
    assert issues[0].message == (
        "MATH 2010 (Fall 2026) needs MATH 1010 (at least C). The grade of MATH 1010 is D; at least C is asked for."
    )
    assert issues[1].missing == (world.advanced, world.statistics)


async def test_what_is_missing_is_named_with_its_ids(world):
    plan_id = await world.plan((world.either, term(2026)))
    (issues,) = await prerequisites.issues(world.connection, [plan_id], plan_facts.Held(), on=ON)
    assert [one.problem for one in issues] == [Problem.MISSING]
    assert issues[0].missing == (world.advanced, world.statistics)
    assert issues[0].message == (
        "ECON 3000 (Fall 2026) needs MATH 2010 or STAT 2000. The plan has none of MATH 2010 and STAT 2000."
    )


async def test_many_plans_and_many_questions_cost_five_statements(world, statements):
    plan_ids = [
        await world.plan((world.calculus, done("B")), (world.advanced, term(2026)), (world.either, term(2027)))
        for _ in range(3)
    ]
    with statements() as executed:
        await prerequisites.issues(world.connection, plan_ids, plan_facts.Held(), on=ON)
    assert len(executed) == 5
    asked = [
        prerequisites.Question(course_id, plan_id, FALL)
        for course_id in (world.advanced, world.either, world.lab, world.physics)
        for plan_id in plan_ids
    ]
    with statements() as executed:
        answers = await prerequisites.answers(world.connection, asked, plan_facts.Held(), on=ON)
    assert len(executed) == 5
    assert [one.verdict for one in answers[::3]] == [Verdict.YES, Verdict.NO, Verdict.NO, Verdict.YES]


async def test_a_cross_listed_course_a_successor_and_a_predecessor_satisfy(world):
    group = await catalog.inserted(world.connection, CrossListGroup, institution_id=world.here, name="old")
    named = await world.course("CHEM 1000", cross_list_group_id=group)
    sister = await world.course("BIOC 1000", cross_list_group_id=group)
    after, before, cousin = (
        await world.course("CHEM 1100"),
        await world.course("CHEM 900"),
        await world.course("CHEM 2"),
    )
    await catalog.inserted(world.connection, CourseSuccessor, course_id=named, successor_id=after)
    await catalog.inserted(world.connection, CourseSuccessor, course_id=before, successor_id=named)
    await catalog.inserted(world.connection, CourseSuccessor, course_id=before, successor_id=cousin)
    asking = await world.course("CHEM 3000", "CHEM 1000")
    verdicts_of = {}
    for course_id in (named, sister, after, before, cousin):
        plan_id = await world.plan((course_id, done("C")))
        verdicts_of[course_id] = (await world.answer(asking, plan_id)).verdict
    assert verdicts_of == {
        named: Verdict.YES, sister: Verdict.YES, after: Verdict.YES, before: Verdict.YES, cousin: Verdict.NO
    }  # fmt: skip
    dependents = await prerequisite_names.dependents(world.connection, [named, sister, after, before, cousin])
    assert [[row.id for row in found] for found in dependents] == [[asking], [asking], [asking], [asking], []]


async def test_a_direct_rule_counts_with_all_its_sources_and_others_do_not(world):
    first = await world.course("MTH 1", at=world.there)
    second = await world.course("MTH 2", at=world.there)
    await catalog.rule(world.connection, world.there, world.here, [[first], [second]], [world.calculus])
    partial = await world.course("MTH 9", at=world.there)
    await catalog.rule(world.connection, world.there, world.here, [[partial]], [world.statistics], strength="PARTIAL")
    half = await world.plan((first, done("B")))
    whole = await world.plan((first, done("B")), (second, done("C", 2026, "SPRING")))
    low = await world.plan((first, done("B")), (second, done("C_MINUS")))
    other = await world.plan((partial, done("A")))
    assert (await world.answer(world.advanced, half)).verdict is Verdict.NO
    assert (await world.answer(world.advanced, whole)).verdict is Verdict.YES
    assert (await world.answer(world.advanced, low)).verdict is Verdict.NO
    assert (await world.answer(world.either, other)).verdict is Verdict.NO
    too_early = await world.answer(world.advanced, whole, prerequisite_records.When(term_key=20262))
    assert too_early.decided_by.problem is Problem.TOO_LATE


async def test_a_course_with_the_same_code_elsewhere_satisfies_nothing(world):
    elsewhere = await world.course("MATH 1010", at=world.there)
    plan_id = await world.plan((elsewhere, done("A")))
    answer = await world.answer(world.advanced, plan_id)
    assert (answer.verdict, answer.decided_by.sentence) == (Verdict.NO, "MATH 1010 is not in the plan.")


async def test_an_advisors_decision_counts_before_any_rule(world):
    foreign = await world.course("MTH 1", at=world.there)
    await catalog.rule(world.connection, world.there, world.here, [[foreign]], [world.calculus])
    denied, granted = await world.plan((foreign, done("A"))), await world.plan((foreign, done("A")))
    for plan_id, values in ((denied, {"is_denied": True}), (granted, {"course_id": world.statistics})):
        entry_id = (await prerequisites.audit_plans.taken(world.connection, [plan_id])).entries[plan_id][0].id
        await catalog.inserted(
            world.connection,
            TransferDecision,
            planned_course_id=entry_id,
            receiving_institution_id=world.here,
            reason="looked at",
            decided_by="advisor",
            **values,
        )
    assert (await world.answer(world.advanced, denied)).verdict is Verdict.NO
    assert (await world.answer(world.either, granted)).verdict is Verdict.YES


async def test_a_code_in_no_catalog_is_unknown_and_says_so(world):
    asking = await world.course("ART 2", "ART 1")
    answer = await world.answer(asking, await world.plan())
    assert answer.verdict is Verdict.UNKNOWN
    assert answer.decided_by.sentence.startswith("ART 1 is in no catalog of this institution")


async def test_the_courses_that_need_one_are_found_by_exact_code_in_three_statements(world, statements):
    bare = await world.course("MATH 3000", "STAT 1000/2000 or MATH 999 and 1010")
    joined = await world.course("MATH 4000", "math1010")
    await world.course("MATH 5000", "not open to students with credit for MATH 1010")
    await world.course("MATH 6000", "STAT 1010 and 12 credits")
    await world.course("MATH 7000", "MATH 1010", at=world.there)
    with statements() as executed:
        found = await prerequisite_names.dependents(world.connection, [world.calculus, world.statistics])
    assert len(executed) == 3
    assert [[row.id for row in one] for one in found] == [[world.advanced, bare, joined], [world.either, bare]]


async def test_what_courses_require_is_told_for_cycles_in_two_statements(world, statements):
    first = await world.course("HIST 1", "HIST 2")
    second = await world.course("HIST 2", "HIST 1 and (HIST 3 or ART 999) and HIST 4 (may be taken concurrently)")
    third, _ = await world.course("HIST 3"), await world.course("HIST 4")
    with statements() as executed:
        found = await prerequisites.required(world.connection, [first, second, third])
    assert len(executed) == 2
    assert found == {first: {second}, second: {first, third}, third: frozenset()}


async def test_only_entries_still_to_be_taken_have_issues(world):
    plan_id = await world.plan((world.advanced, done("B")), (world.either, {"status": "WITHDRAWN", **term(2025)}))
    assert await prerequisites.issues(world.connection, [plan_id], plan_facts.Held(), on=ON) == [()]
