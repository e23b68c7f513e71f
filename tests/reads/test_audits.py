"""What an audit reads: eight statements for any number of plans, five when the tree is kept."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from gql_api.domain import audit_exceptions, entries, equivalencies, grades, institutions, requirements, terms
from gql_api.reads import articulation, audits, requirement_trees
from gql_api.tables.courses import CrossListGroup
from gql_api.tables.decisions import PlanException, TransferDecision
from gql_api.tables.equivalencies import Equivalency, EquivalencyAward, EquivalencySource
from gql_api.tables.plans import Plan, PlannedCourse
from gql_api.tables.requirements import (
    Requirement,
    RequirementConstraint,
    RequirementOption,
    RequirementShare,
)
from tests import catalog

pytestmark = pytest.mark.anyio

ON = date(2025, 6, 1)
STATEMENTS = 8
OF_A_KEPT_TREE = 3


class World:
    """Two colleges, a program with a nested tree, rules of several kinds, and plans on demand."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self.plans = 0

    async def add(self, table, **values):
        return await catalog.inserted(self.connection, table, **values)

    async def build(self):
        add, connection = self.add, self.connection
        self.here = await catalog.college(connection, "Here University", credit_repeat="LATEST", pass_proves="B")
        self.there = await catalog.college(
            connection, "There College", calendar="QUARTER", term_calendar={"FALL": "09-20"}
        )
        group = await add(CrossListGroup, institution_id=self.here, name="computing")
        self.bios = await catalog.course(connection, self.here, "BIOS 1083", attributes={"has_lab": True})
        self.chem = await catalog.course(connection, self.here, "CHEM 1017")
        self.comp = await catalog.course(connection, self.here, "CSCI 2000", cross_list_group_id=group)
        self.math = await catalog.course(connection, self.here, "MATH 2000", cross_list_group_id=group)
        self.bio = await catalog.course(connection, self.there, "BIO 101", credits=Decimal("4.5"))
        self.lab = await catalog.course(connection, self.there, "BIO 101L", credits=Decimal("1.5"))
        self.art = await catalog.course(connection, self.there, "ART 7")
        program = await catalog.program(connection, self.here, "Biology")
        self.version = await catalog.version(
            connection, program, total_credits=Decimal(6), residency_credits=Decimal(3), minimum_gpa=Decimal("2.0")
        )
        self.older = await catalog.version(connection, program, 2020)
        await self.tree()
        self.series = await catalog.rule(connection, self.there, self.here, [[self.bio], [self.lab]], [self.bios])
        self.elective = await add(
            Equivalency, sending_institution_id=self.there, receiving_institution_id=self.here, rule_key="art"
        )
        await add(EquivalencySource, equivalency_id=self.elective, course_id=self.art, minimum_grade="C")
        await add(
            EquivalencyAward,
            equivalency_id=self.elective,
            kind="SUBJECT_ELECTIVE",
            subject="ART",
            level=1000,
            tags=["arts"],
            credits=Decimal(3),
        )
        return self

    async def tree(self):
        add, version = self.add, self.version
        core = await add(Requirement, version_id=version, key="core", name="Core", position=0, min_children=2)
        science = await add(
            Requirement, version_id=version, parent_id=core, key="science", name="Science", position=0, min_courses=1
        )
        computing = await add(
            Requirement,
            version_id=version,
            parent_id=core,
            key="computing",
            name="Computing",
            position=1,
            min_credits=Decimal(3),
            min_grade="C",
        )
        arts = await add(
            Requirement,
            version_id=version,
            key="arts",
            name="Arts",
            position=1,
            min_credits=Decimal(3),
            is_optional=True,
        )
        await add(RequirementOption, requirement_id=science, position=0, course_id=self.bios, course_code="BIOS 1083")
        await add(
            RequirementOption, requirement_id=science, position=1, course_code="GONE 1", is_preferred=True, notes="lost"
        )
        await add(RequirementOption, requirement_id=computing, position=0, course_id=self.math, course_code="MATH 2000")
        await add(RequirementOption, requirement_id=arts, position=0, subject="ART", level_from=1000)
        await add(RequirementShare, requirement_id=arts, with_key="core", max_courses=1)
        await add(RequirementShare, requirement_id=arts, with_key="science", max_credits=Decimal(3))
        await add(
            RequirementConstraint,
            version_id=version,
            requirement_id=science,
            kind="MIN_COURSES_WITH_ATTRIBUTE",
            courses=1,
            attribute="has_lab",
            scope_subjects=["BIOS"],
        )
        await add(RequirementConstraint, version_id=version, kind="MAX_PASS_FAIL_CREDITS", credits=Decimal(12))

    async def plan(self, **values):
        self.plans += 1
        return await self.add(
            Plan,
            code_hmac=self.plans.to_bytes(32, "big"),
            code_key_id="k",
            status="ACTIVE",
            **{"target_version_id": self.version, **values},
        )

    async def takes(self, plan, course, status="COMPLETED", **values):
        return await self.add(PlannedCourse, plan_id=plan, course_id=course, status=status, **values)

    async def typical(self):
        """A plan with own, transferred, cross-listed, unlisted and planned courses."""
        plan = await self.plan()
        await self.takes(plan, self.bio, grade="B", year=2024, season="FALL")
        await self.takes(plan, self.lab, grade="A", taken_on=date(2024, 12, 1))
        await self.takes(plan, self.comp, grade="B_PLUS", pinned_key="computing")
        await self.takes(plan, self.art, "PLANNED", year=2026, season="SPRING", session="A", notes="maybe")
        await self.takes(plan, None, unlisted_title="Pottery", unlisted_code="POT 1", unlisted_credits=Decimal(2))
        return plan


@pytest.fixture
async def world(connection):
    return await World(connection).build()


async def one(world, plan, **values):
    [given] = await audits.inputs(world.connection, [plan], on=ON, **values)
    return given


async def test_an_audit_of_stored_rows_says_what_is_met(world):
    result = (await one(world, await world.typical())).audit(ON)
    assert [(progress.key, progress.status.name, progress.depth) for progress in result.requirements] == [
        ("core", "MET", 0),
        ("science", "MET", 1),
        ("computing", "MET", 1),
        ("arts", "PLANNED", 0),
    ]
    science = result.requirements[1].views[0].applied[0]
    assert (science.counts_as, science.rule_id, science.credits) == ("BIOS 1083", world.series, Decimal(3))
    assert len(science.entry_ids) == 2
    assert [total.status.name for total in result.totals] == ["MET", "MET", "MET"]
    assert [unapplied.reason.name for unapplied in result.unapplied] == ["UNLISTED"]
    assert (result.status.name, str(result.views[0].percent)) == ("MET", "100")


async def test_one_plan_and_twenty_take_the_same_number_of_statements(world, statements):
    plans = [await world.typical() for _ in range(20)]
    with statements() as executed:
        await audits.inputs(world.connection, plans[:1], on=ON)
    assert len(executed) == STATEMENTS
    with statements() as executed:
        found = await audits.inputs(world.connection, plans, on=ON)
    assert len(executed) == STATEMENTS - OF_A_KEPT_TREE
    assert [given.plan_id for given in found] == plans
    assert len({repr(given.audit(ON).views) for given in found}) == 1


async def test_inputs_come_in_the_order_of_the_keys_and_none_where_there_is_nothing(world):
    first, second = await world.plan(), await world.plan()
    aimless = await world.plan(target_version_id=None)
    found = await audits.inputs(world.connection, [second, aimless, -1, first, second], on=ON)
    assert [given and given.plan_id for given in found] == [second, None, None, first, second]
    assert await audits.inputs(world.connection, [], on=ON) == []


async def test_the_current_program_is_audited_on_demand(world):
    plan = await world.plan(target_version_id=None, current_version_id=world.older)
    assert await one(world, plan) is None
    assert (await one(world, plan, aim=audits.Aim.CURRENT)).tree.version_id == world.older


async def test_the_tree_comes_with_all_that_is_stored(world):
    [rules, missing] = await requirement_trees.rules_by_version(world.connection, [world.version, -1])
    assert missing is None
    tree = rules.tree
    assert (tree.version_id, tree.institution_id) == (world.version, world.here)
    assert (tree.total_credits, tree.residency_credits, tree.minimum_gpa) == (6, 3, Decimal("2.0"))
    core, arts = tree.requirements
    science, computing = core.children
    assert (core.key, core.min_children, core.options) == ("core", 2, ())
    assert science.options == (
        requirements.CourseOption(course_id=world.bios, code="BIOS 1083"),
        requirements.CourseOption(course_id=None, code="GONE 1", is_preferred=True, notes="lost"),
    )
    assert science.constraints[0].scope == requirements.Scope(subjects=frozenset({"BIOS"}))
    assert (science.constraints[0].kind.name, science.constraints[0].courses) == ("MIN_COURSES_WITH_ATTRIBUTE", 1)
    assert (computing.min_credits, computing.min_grade) == (3, grades.Grade.C)
    assert arts.options == (requirements.PatternOption(subject="ART", level_from=1000),)
    assert arts.share_with == (
        requirements.Share(with_key="core", max_courses=1),
        requirements.Share(with_key="science", max_credits=Decimal(3)),
    )
    assert arts.is_optional


async def test_trees_take_four_statements_whatever_their_number(world, statements):
    for versions in ([world.version], [world.version, world.older, -1]):
        with statements() as executed:
            found = await requirement_trees.rules_by_version(world.connection, versions)
        assert len(executed) == 4
    assert [given and len(given.constraints) for given in found] == [1, 0, None]
    assert found[0].constraints[0].kind is requirements.ConstraintKind.MAX_PASS_FAIL_CREDITS


async def test_entries_keep_what_was_recorded(world):
    given = await one(world, await world.typical())
    biology, lab, computing, art, pottery = given.entries
    assert biology.term == terms.Term(year=2024, season=terms.Season.FALL)
    assert biology.day == date(2024, 9, 20)  # by the calendar of There College
    assert lab.day == date(2024, 12, 1)
    assert (computing.grade, computing.pinned_key) == (grades.Grade.B_PLUS, "computing")
    assert computing.course.same_ids == {world.comp, world.math}
    assert [listing.subjects for listing in computing.course.listings] == [("CSCI",), ("MATH",)]
    assert biology.course.calendar is institutions.Calendar.QUARTER
    assert (art.view, art.term.session, art.day) == (entries.View.PLANNED, "A", date(2026, 1, 15))
    assert pottery.course == entries.UnlistedCourse(title="Pottery", code="POT 1", credits=Decimal(2))


async def test_the_receivers_policies_and_the_rules_that_could_apply_come_along(world):
    given = await one(world, await world.typical())
    receiver = given.possibilities.receiver
    assert (receiver.institution_id, receiver.credit_repeat, receiver.pass_proves) == (
        world.here,
        institutions.RepeatPolicy.LATEST,
        grades.Grade.B,
    )
    series, elective = given.possibilities.rules
    assert [[source.code for source in group] for group in series.groups] == [["BIO 101"], ["BIO 101L"]]
    assert series.awards[0].course.attributes.has_lab
    assert elective.groups[0][0].minimum_grade is grades.Grade.C
    assert (elective.awards[0].subject, elective.awards[0].level, elective.awards[0].tags) == (
        "ART",
        1000,
        frozenset({"arts"}),
    )


async def test_closed_proposed_and_foreign_rules_stay_behind_and_refused_ones_come_along(world):
    connection = world.connection
    targets = [world.chem]
    await catalog.rule(
        connection, world.there, world.here, [[world.art]], targets, recorded_until=datetime(2025, 1, 1, tzinfo=UTC)
    )
    await catalog.rule(
        connection, world.there, world.here, [[world.art]], targets, status="PROPOSED", effective_from=ON
    )
    await catalog.rule(connection, world.there, world.there, [[world.art]], [world.bio])
    refused = await catalog.rule(
        connection,
        world.there,
        world.here,
        [[world.art]],
        targets,
        status="DENIED",
        reason="no",
        effective_from=date(2020, 1, 1),
    )
    plan = await world.plan()
    await world.takes(plan, world.art, grade="B")
    given = await one(world, plan)
    assert [rule.id for rule in given.possibilities.rules] == [world.elective, refused]


async def test_each_plan_gets_its_own_rules(world):
    empty, typical = await world.plan(), await world.typical()
    found = await audits.inputs(world.connection, [empty, typical], on=ON)
    assert [len(given.possibilities.rules) for given in found] == [0, 2]


async def test_exceptions_that_stand_are_read_and_others_are_not(world):
    plan = await world.plan()
    entry = await world.takes(plan, world.chem, grade="B")
    common = {"plan_id": plan, "reason": "as agreed", "granted_by": "advisor"}
    add = world.add
    await add(PlanException, kind="WAIVER", requirement_key="arts", **common)
    await add(PlanException, kind="SUBSTITUTION", requirement_key="science", planned_course_id=entry, **common)
    await add(PlanException, kind="FORCE", requirement_key="science", planned_course_id=entry, **common)
    await add(PlanException, kind="FORBID", requirement_key="arts", planned_course_id=entry, **common)
    await add(PlanException, kind="LIMIT", requirement_key="arts", limit_credits=Decimal(2), expires_on=ON, **common)
    await add(PlanException, kind="WAIVER", requirement_key="core", expires_on=date(2025, 5, 31), **common)
    await add(
        PlanException, kind="WAIVER", requirement_key="core", revoked_at=datetime(2025, 1, 1, tzinfo=UTC), **common
    )
    given = await one(world, plan)
    assert given.exceptions == (
        audit_exceptions.Waiver(key="arts"),
        audit_exceptions.Substitution(key="science", entry_id=entry),
        audit_exceptions.Force(key="science", entry_id=entry),
        audit_exceptions.Forbid(key="arts", entry_id=entry),
        audit_exceptions.Limit(key="arts", credits=Decimal(2)),
    )


async def test_a_change_of_catalog_replaces_the_version(world):
    plan = await world.plan()
    await world.add(
        PlanException,
        plan_id=plan,
        kind="CATALOG",
        version_id=world.older,
        reason="left and returned",
        granted_by="advisor",
    )
    assert (await one(world, plan)).tree.version_id == world.older


async def test_the_latest_decision_on_a_transfer_counts(world):
    plan = await world.plan()
    entry = await world.takes(plan, world.art, grade="B")
    common = {"planned_course_id": entry, "receiving_institution_id": world.here, "decided_by": "advisor"}
    await world.add(TransferDecision, is_denied=True, reason="no", **common)
    await world.add(TransferDecision, course_id=world.chem, credits=Decimal(4), reason="yes", **common)
    await world.add(
        TransferDecision, is_denied=True, reason="no", revoked_at=datetime(2025, 1, 1, tzinfo=UTC), **common
    )
    [decision] = (await one(world, plan)).possibilities.decisions
    assert (decision.course.code, decision.credits, decision.is_denied) == ("CHEM 1017", 4, False)


async def test_the_transfer_status_of_many_courses_takes_one_statement(world, statements):
    await catalog.rule(
        world.connection, world.there, world.here, [[world.lab]], [], outcome=equivalencies.Outcome.NO_CREDIT
    )
    keys = [
        (world.art, world.here),
        (world.bio, world.here),
        (world.lab, world.here),
        (world.art, world.there),
        (world.bios, world.there),
    ]
    with statements() as executed:
        found = await articulation.transfer_status(world.connection, keys, on=date(2026, 1, 1))
    assert len(executed) == 1
    assert [answer.status.name for answer in found] == [
        "ELECTIVE_CREDIT",
        "HAS_EQUIVALENTS",
        "HAS_EQUIVALENTS",
        "NOT_EVALUATED",
        "NOT_EVALUATED",
    ]
    assert found[1].rule_ids == (world.series,)
