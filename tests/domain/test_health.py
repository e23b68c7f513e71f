"""Program health: every kind of finding, each with the fewest requirements and courses that show it."""

import gzip
import itertools
import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given

from gql_api.domain import grades, health, health_equivalencies, health_supply, requirements
from gql_api.domain.equivalencies import Outcome
from tests.domain import reference_programs
from tests.domain.literals import (
    ON,
    attributes,
    audit,
    constraint,
    course,
    group,
    id_of,
    option,
    pattern,
    pool,
    program,
    took,
)
from tests.domain.reference_programs import examples

Kind = health.FindingKind
MOST_ITEMS = 5


def catalog(*codes, retired=None, needs=None, more=()):
    """A catalog of these courses; `needs` says by code which courses each one needs."""
    found = {id_of(code): course(code) for code in codes} | {one.id: one for one in more}
    return health.Catalog(
        courses=found,
        retired={id_of(code): last for code, last in (retired or {}).items()},
        prerequisites={id_of(code): frozenset(map(id_of, others)) for code, others in (needs or {}).items()},
    )


def found(tree, known, *kinds, constraints=()):
    """The findings of these kinds (all, where none is given), as (kind, message, keys)."""
    every = health.findings(tree, known, on=ON, constraints=constraints)
    return [(one.kind, one.message, one.keys) for one in every if not kinds or one.kind in kinds]


def test_a_program_that_can_be_finished_has_no_findings():
    tree = program(pool("A", "MATH 1"), pool("B", "MATH 2", "MATH 3", min_courses=2), total=9)
    assert found(tree, catalog("MATH 1", "MATH 2", "MATH 3")) == []


def test_one_course_in_two_exclusive_places_is_a_conflict_of_two():
    tree = program(pool("A", "MATH 1"), group("G", pool("B", "MATH 1"), pool("C", "MATH 2")), pool("D", "ART 1"))
    ((kind, message, keys),) = found(tree, catalog("MATH 1", "MATH 2", "ART 1"), Kind.UNSATISFIABLE)
    assert (kind, keys) == (Kind.UNSATISFIABLE, ("A", "B"))
    assert message == "“A” and “B” both need MATH 1, which counts once."


def test_requirements_that_share_are_no_conflict():
    shared = requirements.Share(with_key="A", max_courses=1)
    tree = program(pool("A", "MATH 1"), pool("B", "MATH 1", share_with=(shared,)))
    assert found(tree, catalog("MATH 1")) == []
    looks = pool("B", "MATH 1", "MATH 2", sharing=requirements.Sharing.SHARED)
    assert found(program(pool("A", "MATH 1"), looks), catalog("MATH 1", "MATH 2"), Kind.UNSATISFIABLE) == []


@pytest.mark.parametrize(
    ("leaf", "message"),
    [
        (pool("A", "MATH 1", "MATH 2", min_courses=3), "“A” needs 3 courses; its pool has 2."),
        (pool("A", "MATH 1", "MATH 2", min_credits=15), "“A” needs 15 credits; its 2 courses carry 6 at most."),
        (pool("A", "MATH 1", "MATH 2", min_credits=6, max_credits=3), "“A” needs 6 credits and takes at most 3."),
        (
            pool("A", "MATH 1", "MATH 2", min_credits=4, max_credits=5),
            "“A” cannot be met by the courses that fit it, within what it allows.",
        ),
        (
            pool("A", "MATH 1", "MATH 2", constraints=(constraint("MIN_CREDITS_AT_LEVEL", credits=3, level=4000),)),
            (
                "“A” cannot be met: even with every course that fits it, it needs 3.00 more credits at level 4000 or "
                "above."
            ),
        ),
    ],
)
def test_one_requirement_that_nothing_meets_says_its_numbers(leaf, message):
    told = found(program(leaf), catalog("MATH 1", "MATH 2"), Kind.UNSATISFIABLE)
    assert told == [(Kind.UNSATISFIABLE, message, ("A",))]


def test_more_conflicts_than_one_are_told_each_with_its_own_requirements():
    tree = program(pool("A", "MATH 1"), pool("B", "MATH 1"), pool("C", "ART 1"), pool("D", "ART 1"), pool("E", "BIO 1"))
    keys = [keys for _, _, keys in found(tree, catalog("MATH 1", "ART 1", "BIO 1"), Kind.UNSATISFIABLE)]
    assert sorted(keys) == [("A", "B"), ("C", "D")]


def test_an_impossible_choice_is_a_warning_and_the_program_can_be_finished():
    choice = group("G", pool("A", "MATH 1", min_courses=2), pool("B", "MATH 1"), min_children=1)
    (one,) = health.findings(program(choice), catalog("MATH 1"), on=ON)
    assert (one.kind, one.severity, one.keys) == (Kind.NEVER_MET, health.Severity.WARNING, ("A",))


def test_courses_with_a_range_of_credits_are_taken_with_what_is_needed():
    tree = program(pool("A", option("MATH 1"), min_credits=4, max_credits=4))
    known = catalog(more=[course("MATH 1", credits=1, most=6)])
    assert found(tree, known, Kind.UNSATISFIABLE) == []


def test_options_that_nobody_can_use_are_named_with_the_reason():
    missing = requirements.CourseOption(course_id=None, code="MATH 999", institution_id=1)
    tree = program(
        pool("A", "MATH 1", missing, option("MATH 2"), option("MATH 2", is_excluded=True), min_courses=1),
        pool("B", "ART 1"),
        pool("C", "ART 1", "ART 2"),
        pool("D", pattern(subject="LAW", number_from="100", number_to="200"), "BIO 1"),
    )
    known = catalog("MATH 1", "MATH 2", "ART 1", "ART 2", "BIO 1", retired={"BIO 1": date(2024, 5, 31)})
    assert found(tree, known, Kind.UNKNOWN_COURSE, Kind.UNUSABLE_OPTION, Kind.EMPTY_PATTERN, Kind.RETIRED_COURSE) == [
        (Kind.UNKNOWN_COURSE, "“A” names MATH 999, which does not exist.", ("A",)),
        (Kind.UNUSABLE_OPTION, "In “A”, MATH 2 is of no use: the pool excludes it.", ("A",)),
        (Kind.UNUSABLE_OPTION, "In “C”, ART 1 is of no use: “B” needs it and uses it up.", ("C",)),
        (Kind.RETIRED_COURSE, "“D” names what is no longer offered: BIO 1 (until 2024-05-31).", ("D",)),
        (Kind.EMPTY_PATTERN, "“D” has a pattern that matches no course: LAW 100 to 200.", ("D",)),
    ]


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        (constraint("MAX_CREDITS", credits=6), "all courses that it looks at are within it"),
        (
            constraint("MAX_COURSES", courses=1, scope=requirements.Scope(subjects=frozenset({"ART"}))),
            "it limits courses of which none fits",
        ),
        (
            constraint(
                "MIN_GRADE",
                grade=grades.Grade.C,
                scope=requirements.Scope(subjects=frozenset({"ART"})),
            ),
            "its scope holds of no course that fits",
        ),
    ],
)
def test_a_constraint_that_never_applies_is_told(limit, reason):
    tree = program(pool("A", "MATH 1", "MATH 2", constraints=(limit,)))
    ((_, message, keys),) = found(tree, catalog("MATH 1", "MATH 2"))
    assert keys == ("A",)
    assert message == f"A constraint of “A” ({limit.kind.value}) never applies: {reason}."


def test_a_limit_that_can_bite_is_left_alone():
    tree = program(pool("A", "MATH 1", "MATH 2", constraints=(constraint("MAX_CREDITS", credits=5),)))
    assert found(tree, catalog("MATH 1", "MATH 2")) == []


def test_what_another_requirement_implies_is_told():
    looks = pool("B", "MATH 1", "MATH 2", sharing=requirements.Sharing.SHARED)
    below = group("G", pool("C", "ART 1", min_credits=3), pool("D", "ART 2", min_credits=3), min_credits_beneath=6)
    single = group("S", pool("E", "ART 3", min_credits=1), min_credits_beneath=1)
    tree = program(pool("A", "MATH 1"), looks, below, single)
    assert found(tree, catalog("MATH 1", "MATH 2", "ART 1", "ART 2", "ART 3"), Kind.IMPLIED) == [
        (Kind.IMPLIED, "“B” asks for nothing more: whatever meets “A” meets it.", ("B", "A")),
        (Kind.IMPLIED, "“G” asks for nothing more: the requirements beneath it need 6 credits already.", ("G",)),
        (Kind.IMPLIED, "“S” asks for nothing more: the requirements beneath it need 1 credit already.", ("S",)),
    ]


def test_an_overlap_without_a_word_about_sharing_is_a_note():
    tree = program(pool("A", "MATH 1", "MATH 2"), pool("B", "MATH 2", "MATH 3"))
    ((kind, message, keys),) = found(tree, catalog("MATH 1", "MATH 2", "MATH 3"))
    assert (kind, keys) == (Kind.UNDEFINED_SHARING, ("A", "B"))
    assert message == "1 course fits both “A” and “B” (MATH 2); nothing says that they share, so each counts once."


def test_sharing_without_an_overlap_is_idle():
    shared = requirements.Share(with_key="A", max_courses=1)
    tree = program(pool("A", "MATH 1"), pool("B", "MATH 2", share_with=(shared,)))
    assert [kind for kind, _, _ in found(tree, catalog("MATH 1", "MATH 2"))] == [Kind.IDLE_SHARING]


def test_courses_that_need_each_other_are_a_cycle_of_the_fewest():
    tree = program(pool("A", "MATH 1"))
    needs = {"MATH 1": ["MATH 2"], "MATH 2": ["MATH 3", "MATH 4"], "MATH 3": ["MATH 2"], "MATH 4": ["MATH 1"]}
    ((kind, message, _),) = found(tree, catalog("MATH 1", "MATH 2", "MATH 3", "MATH 4", needs=needs))
    assert kind is Kind.PREREQUISITE_CYCLE
    assert message == "Nobody can take these courses first: MATH 2 needs MATH 3 and MATH 3 needs MATH 2."


def test_a_chain_of_prerequisites_is_no_cycle():
    needs = {"MATH 1": ["MATH 2"], "MATH 2": ["MATH 3"]}
    assert found(program(pool("A", "MATH 1")), catalog("MATH 1", "MATH 2", "MATH 3", needs=needs)) == []


def rule(id=1, *targets, sources=((1,),), **values):
    facts = {"sources": "BIO 1A", "sources_key": sources, "outcome": Outcome.AWARDS, "targets": targets}
    return health_equivalencies.RuleFacts(id=id, **{**facts, **values})


def target(code="MATH 1", credits=None, lowest=3, highest=3, **values):
    return health_equivalencies.Target(
        code=code,
        course_id=1,
        credits=None if credits is None else Decimal(credits),
        credits_min=Decimal(lowest),
        credits_max=Decimal(highest),
        **values,
    )


@pytest.mark.parametrize(
    ("rules", "kind", "message"),
    [
        (
            [rule(1, target(active_until=date(2024, 1, 1)))],
            Kind.TARGET_RETIRED,
            "BIO 1A awards MATH 1, which is no longer offered (until 2024-01-01).",
        ),
        (
            [rule(1, target(credits=4))],
            Kind.TARGET_CHANGED,
            "BIO 1A awards MATH 1 with 4 credits; the course carries 3.",
        ),
        (
            [rule(1, target(former_title="Algebra"))],
            Kind.TARGET_CHANGED,
            "BIO 1A awards MATH 1, which was called “Algebra” when it was decided.",
        ),
        (
            [rule(1, target(), effective_until=date(2024, 1, 1))],
            Kind.RULE_EXPIRED,
            "The rule for BIO 1A ended on 2024-01-01 and is still approved.",
        ),
        (
            [rule(1, target(credits=3), target("ART 1", credits=3), credits=(Decimal(4), Decimal(4)))],
            Kind.SPLIT_DIFFERS,
            "BIO 1A awards MATH 1 (3) and ART 1 (3), together 6 credits; the sources bring 4.",
        ),
        (
            [rule(1, target()), rule(2, outcome=Outcome.NO_CREDIT)],
            Kind.RULES_CONTRADICT,
            (
                "Two rules for BIO 1A are in force at one time: one says “credit is awarded”, "
                "the other “evaluated; does not transfer”."
            ),
        ),
        (
            [rule(1, target()), rule(2, target("ART 1"))],
            Kind.RULES_CONTRADICT,
            (
                "Two rules for BIO 1A are in force at one time: one awards MATH 1, the other ART 1, "
                "and they are no choice set."
            ),
        ),
    ],
)
def test_equivalencies_that_are_off_are_told(rules, kind, message):
    ((one),) = health_equivalencies.findings(rules, ON)
    assert (one.kind, one.message) == (kind, message)


@pytest.mark.parametrize(
    "rules",
    [
        [rule(1, target(), choice_set_id=7), rule(2, target("ART 1"), choice_set_id=7)],
        [
            rule(1, target(), effective_from=date(2026, 1, 1)),
            rule(2, outcome=Outcome.NO_CREDIT, effective_until=date(2025, 12, 31)),
        ],
        [rule(1, target()), rule(2, target("ART 1"), sources=((2,),))],
        [rule(1, target(credits=3), target("ART 1", credits=1, lowest=1), credits=(Decimal(4), Decimal(4)))],
    ],
)
def test_choices_successive_rules_and_whole_splits_are_all_right(rules):
    assert list(health_equivalencies.findings(rules, ON)) == []


@pytest.mark.parametrize(
    ("outcomes", "severity"),
    [
        ((Outcome.AWARDS, Outcome.NO_CREDIT), "ERROR"),
        ((Outcome.NO_CREDIT, Outcome.AWARDS), "ERROR"),
        ((Outcome.AWARDS, Outcome.NO_COURSE_ARTICULATED), "WARNING"),
        ((Outcome.NO_CREDIT, Outcome.NO_COURSE_ARTICULATED), "WARNING"),
    ],
)
def test_only_credit_beside_no_credit_is_an_error_as_in_an_import(outcomes, severity):
    rules = [
        rule(place, *([target()] if one is Outcome.AWARDS else []), outcome=one) for place, one in enumerate(outcomes)
    ]
    ((one),) = health_equivalencies.findings(rules, ON)
    assert (one.kind, one.severity.name) == (Kind.RULES_CONTRADICT, severity)


def test_one_credit_is_no_credits():
    ((one),) = health_equivalencies.findings([rule(1, target(credits=1))], ON)
    assert one.message == "BIO 1A awards MATH 1 with 1 credit; the course carries 3."


@examples(40)
@given(reference_programs.trees())
def test_nobody_can_finish_exactly_what_a_plan_of_everything_does_not_meet(tree):
    """The engine, which shares no code with the search behind health, audits a student who has taken everything."""
    assume(not any(node.is_residual for _, node in requirements.walk(tree.requirements)))  # anything would fill it
    tags = reference_programs.TAGS
    offered = [course(code, attributes=attributes(*tags.get(code, ()))) for code in reference_programs.CODES]
    known = catalog(more=offered)
    conflicts = [one for one in health.conflicts(tree, known, on=ON) if one.kind is Kind.UNSATISFIABLE]
    everything = audit(tree, *(took(one, "A") for one in offered))
    assert (everything.status.name == "MET") == (not conflicts)


REAL = "programs-2024"


@pytest.fixture(scope="module")
def programs(real_data):
    with gzip.open(real_data / REAL / "programs.jsonl.gz") as lines:
        return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def credits_by_code(real_data):
    with gzip.open(real_data / REAL / "cases.jsonl.gz") as lines:
        cases = [json.loads(line) for line in lines]
    return {one["code"]: Decimal(one["credits"]) for case in cases for one in case["courses"]}


class Tree:
    """One of the real programs as a requirement tree: each kind of node in our own terms."""

    def __init__(self, given):
        self.given, self.ids, self.count = given, {}, 0

    def whole(self):
        return program(*(self.node(one) for one in self.given["requirements"]))

    def option(self, code, **values):
        id = self.ids.setdefault(code, len(self.ids) + 1)
        return requirements.CourseOption(course_id=id, code=code, institution_id=1, **values)

    def node(self, given):
        self.count += 1
        key, kind = f"{self.count}", given["kind"]
        if kind == "course":
            return pool(key, self.option(given["course"]))
        if kind == "range":
            refused = sorted({*given["exclude"], *self.given["range_excludes"]})
            numbers = {"number_from": str(given["lo"]), "number_to": str(given["hi"])}
            excluded = (self.option(code, is_excluded=True) for code in refused)
            return pool(key, pattern(subject=given["subject"], **numbers), *excluded)
        children = [self.node(one) for one in given["of"]]
        if not children:
            return pool(key, min_courses=given["n"])
        needed = {"all": None, "any": 1, "choose": given.get("n"), "credits": 0}[kind]
        return group(key, *children, min_children=needed, min_credits_beneath=given.get("min"))


def test_exactly_the_real_programs_that_nobody_can_finish_are_named_each_with_a_small_conflict(
    programs, credits_by_code
):
    impossible = set()
    for one_program in programs:
        tree = Tree(one_program).whole()
        known = health_supply.unlimited(tree, credits_by_code)
        for one in itertools.islice(health.conflicts(tree, known, on=ON), 3):
            assert one.kind is Kind.UNSATISFIABLE, one_program["id"]
            assert 1 <= len(one.keys) <= MOST_ITEMS, one_program["id"]
            impossible.add(one_program["id"])
    assert impossible == {one["id"] for one in programs if not one["satisfiable_without_reuse"]}
    assert len(impossible) == 129
