"""Gap plans: the smallest completion, what it is for, and why there is none."""

import itertools
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gql_api.domain import audits, gap_plans, gap_plans_prerequisites, prerequisites
from gql_api.reads import audits as inputs
from tests.domain import literals as a

Outcome, Purpose = gap_plans.Outcome, gap_plans.Purpose


def found(tree, *taken, catalog=(), exceptions=(), constraints=(), rules=(), asked=None):
    given = inputs.AuditInput(
        plan_id=1,
        tree=tree,
        entries=taken,
        possibilities=a.possibilities(*rules),
        exceptions=exceptions,
        constraints=constraints,
    )
    offered = [a.course(one) if isinstance(one, str) else one for one in catalog]
    asked = asked or gap_plans_prerequisites.NOTHING
    return gap_plans.plan(given, gap_plans.Catalog(courses=offered, asked=asked), on=a.ON)


def codes(plan):
    return [one.course.code for one in plan.additions]


def test_a_plan_that_completes_its_program_needs_nothing():
    plan = found(a.program(a.pool("core", "MATH 101")), a.plans("MATH 101"), catalog=["MATH 102"])

    assert (plan.outcome, plan.additions, plan.credits) == (Outcome.COMPLETE, (), 0)


def test_what_is_missing_is_added_and_nothing_else():
    tree = a.program(a.pool("core", "MATH 101", "MATH 102", min_courses=2), a.pool("art", "ART 101"))

    plan = found(tree, a.took("MATH 101"), catalog=["MATH 101", "MATH 102", "ART 101", "ART 102"])

    assert plan.outcome is Outcome.FOUND
    assert codes(plan) == ["ART 101", "MATH 102"]
    assert [one.requirement_keys for one in plan.additions] == [("art",), ("core",)]
    assert (plan.credits, plan.least_credits, plan.is_proven) == (6, 6, True)


def test_fewer_credits_go_before_fewer_courses_and_fewer_courses_break_the_tie():
    small = [a.course(f"ART {number}", credits=1) for number in (101, 102, 103)]
    large = [a.course("ART 110", credits=3), a.course("ART 120", credits=4)]
    tree = a.program(a.pool("art", a.pattern(subject="ART"), min_credits=3))

    plan = found(tree, catalog=[*small, *large])

    assert codes(plan) == ["ART 110"]


def test_a_course_that_meets_two_requirements_by_sharing_is_taken_once():
    tree = a.program(
        a.pool("core", "MATH 101", "MATH 102"),
        a.pool("writing", "MATH 102", "ENGL 101", sharing=a.requirements.Sharing.SHARED),
    )

    plan = found(tree, catalog=["MATH 101", "MATH 102", "ENGL 101"])

    assert codes(plan) == ["MATH 102"]
    assert plan.additions[0].requirement_keys == ("core", "writing")


def test_what_the_plan_has_changes_places_where_that_saves_a_course():
    tree = a.program(a.pool("either", "MATH 101", "MATH 102"), a.pool("only", "MATH 101"))

    plan = found(tree, a.took("MATH 101"), catalog=["MATH 101", "MATH 102"])

    assert codes(plan) == ["MATH 102"]


def test_of_a_choice_the_part_that_needs_least_is_completed():
    tree = a.program(
        a.group(
            "track",
            a.pool("long", "BIO 101", "BIO 102", "BIO 103", min_courses=3),
            a.pool("short", "CHEM 101", "CHEM 102", min_courses=2),
            min_children=1,
        )
    )

    assert codes(found(tree, catalog=["BIO 101", "BIO 102", "BIO 103", "CHEM 101", "CHEM 102"])) == [
        "CHEM 101",
        "CHEM 102",
    ]
    begun = [a.took("BIO 101"), a.took("BIO 102")]
    assert codes(found(tree, *begun, catalog=["BIO 103", "CHEM 101", "CHEM 102"])) == ["BIO 103"]


def test_totals_and_residency_ask_for_courses_that_no_requirement_needs():
    tree = a.program(a.pool("core", "MATH 101"), total=9, residency=6)
    away = a.took(a.course("X 1", at=a.THERE), at=a.THERE)
    rules = [a.rule(1, "X 1", a.awards("MATH 101"))]

    plan = found(tree, away, catalog=["ART 101", "ART 102", "ART 103"], rules=rules)

    assert codes(plan) == ["ART 101", "ART 102"]
    assert {one.purpose for one in plan.additions} == {Purpose.TOTALS}


def test_what_is_credited_through_an_equivalency_is_not_taken_again():
    tree = a.program(a.pool("core", "MATH 101"), total=6)
    rules = [a.rule(1, "X 1", a.awards("MATH 101"))]

    plan = found(tree, a.took("X 1", at=a.THERE), catalog=["MATH 101", "ZOO 301"], rules=rules)

    assert codes(plan) == ["ZOO 301"]


def test_a_failed_course_may_be_taken_again():
    tree = a.program(a.pool("core", "MATH 101"))

    assert codes(found(tree, a.took("MATH 101", "F"), catalog=["MATH 101"])) == ["MATH 101"]


def test_maxima_and_constraints_of_every_kind_are_kept():
    lab = a.course("BIO 110", attributes=a.attributes(has_lab=True))
    tree = a.program(
        a.pool(
            "science",
            a.pattern(subject="BIO"),
            min_courses=2,
            max_courses=2,
            constraints=(a.constraint("MIN_COURSES_WITH_ATTRIBUTE", courses=1, attribute="has_lab"),),
        ),
        a.pool(
            "breadth",
            a.pattern(level_from=1000),
            min_courses=2,
            constraints=(a.constraint("MIN_DISTINCT_SUBJECTS", subjects=2),),
        ),
    )

    plan = found(tree, catalog=["BIO 101", "BIO 102", lab, "ART 101", "ART 102", "HIST 101"])

    assert codes(plan) == ["ART 101", "BIO 101", "BIO 110", "HIST 101"]


def test_a_waived_requirement_asks_for_nothing():
    tree = a.program(a.pool("core", "MATH 101"), a.pool("art", "ART 101"))

    plan = found(tree, catalog=["MATH 101", "ART 101"], exceptions=(audits.audit_exceptions.Waiver(key="art"),))

    assert codes(plan) == ["MATH 101"]


def test_an_average_is_told_and_not_planned():
    tree = a.program(a.pool("core", "MATH 101"), gpa=2)

    plan = found(tree, catalog=["MATH 101"])

    assert codes(plan) == ["MATH 101"]
    assert plan.remarks == (
        "A grade point average of 2.00 is needed in the program; courses to come have no grades yet.",
    )


def test_an_average_is_told_of_a_complete_plan_only_while_it_is_lacking():
    tree = a.program(a.pool("core", "MATH 101"), gpa=3)

    reached, missed = (found(tree, a.took("MATH 101", grade), catalog=["MATH 101"]) for grade in ("A", "C"))

    assert (reached.outcome, reached.remarks) == (Outcome.COMPLETE, ())
    assert (missed.outcome, len(missed.remarks)) == (Outcome.COMPLETE, 1)


def test_what_no_course_can_meet_is_named_as_deep_as_possible():
    tree = a.program(
        a.group("science", a.pool("labs", "BIO 101", "BIO 102", min_courses=3), a.pool("other", "CHEM 101"))
    )

    plan = found(tree, catalog=["BIO 101", "BIO 102", "CHEM 101"])

    assert plan.outcome is Outcome.IMPOSSIBLE
    assert plan.least_credits is None
    assert [one.keys for one in plan.obstacles] == [("labs",)]
    assert plan.obstacles[0].sentence == (
        "“labs” cannot be met. It needs 3 courses. 2 courses of the plan and the catalog fit it and carry 6.00 credits."
    )


def test_every_part_that_cannot_be_met_is_named():
    labs, art = a.pool("labs", "BIO 101", min_credits=6), a.pool("art", "ART 999")
    tree = a.program(a.group("science", labs, art, a.pool("other", "CHEM 101")))

    plan = found(tree, catalog=["BIO 101", "CHEM 101"])

    assert [one.sentence for one in plan.obstacles] == [
        (
            "“labs” cannot be met. It needs 6.00 credits. "
            "1 course of the plan and the catalog fits it and carries 3.00 credits."
        ),
        "“art” cannot be met. It needs 1 course. No course of the plan or the catalog fits it.",
    ]


def test_a_condition_that_no_courses_keep_is_told_apart_from_too_few_of_them():
    high = a.constraint("MIN_CREDITS_AT_LEVEL", credits=3, level=4000)
    tree = a.program(a.pool("labs", "BIO 101", "BIO 102", constraints=(high,)))

    [obstacle] = found(tree, catalog=["BIO 101", "BIO 102"]).obstacles

    assert obstacle.sentence.endswith(
        "fit it and carry 6.00 credits; it asks for at least 3.00 credits at level 4000 or above, and they reach 0.00."
    )


def test_conditions_that_no_courses_keep_together_are_named():
    lab = a.course("BIO 110", attributes=a.attributes(has_lab=True))
    conditions = (
        a.constraint("MIN_COURSES_WITH_ATTRIBUTE", courses=1, attribute="has_lab"),
        a.constraint("MAX_CREDITS_AT_LEVEL", credits=0, level=1000),
    )
    tree = a.program(a.pool("labs", a.pattern(subject="BIO"), min_courses=1, constraints=conditions))

    [obstacle] = found(tree, catalog=["BIO 201", lab]).obstacles

    assert obstacle.sentence == (
        "“labs” cannot be met. It needs 1 course. 2 courses of the plan and the catalog fit it and carry 6.00 credits; "
        "they cannot keep all that it asks for: at least 1 course with a laboratory and at most 0.00 credits at level "
        "1000."
    )


def test_conditions_of_parts_and_of_what_stands_above_are_named_with_their_place():
    most = a.constraint("MAX_CREDITS", credits=3)
    parts = a.pool("one", "BIO 101", "BIO 102", max_credits=3), a.pool("two", "ART 101"), a.pool("three", "ART 999")
    tree = a.program(a.group("science", a.group("choice", *parts, min_children=2), constraints=(most,)))

    [obstacle] = found(tree, catalog=["BIO 101", "BIO 102", "ART 101"]).obstacles

    assert obstacle.keys == ("choice",)
    assert obstacle.sentence == (
        "“choice” cannot be met. 3 courses of the plan and the catalog fit it and carry 9.00 credits; they cannot keep "
        "all that it asks for: 2 of its 3 parts, at most 3.00 credits in “one” and at most 3.00 credits in “science”."
    )


def test_a_condition_of_the_whole_program_is_named():
    high = a.constraint("MIN_CREDITS_AT_LEVEL", credits=3, level=4000)

    [obstacle] = found(a.program(a.pool("core", "BIO 101")), catalog=["BIO 101"], constraints=(high,)).obstacles

    assert obstacle.sentence == (
        "The courses of the catalog do not suffice for at least 3.00 credits at level 4000 or above."
    )


def test_requirements_that_compete_for_one_course_are_named_together_without_the_others():
    tree = a.program(a.pool("one", "MATH 101"), a.pool("two", "MATH 101"), a.pool("art", "ART 101"))

    plan = found(tree, catalog=["MATH 101", "ART 101"])

    assert plan.outcome is Outcome.IMPOSSIBLE
    assert [one.keys for one in plan.obstacles] == [("one", "two")]


def test_totals_that_no_catalog_fills_are_named():
    plan = found(a.program(a.pool("core", "MATH 101"), total=60), catalog=["MATH 101", "MATH 102"])

    assert plan.outcome is Outcome.IMPOSSIBLE
    assert [one.keys for one in plan.obstacles] == [()]
    assert "60.00 more credits in total" in plan.obstacles[0].sentence


def needs(**trees):
    """What courses ask for, with codes that mean the courses of these tests; nothing is held."""
    return gap_plans_prerequisites.Asked(
        trees={a.id_of(code.replace("_", " ")): tree for code, tree in trees.items()},
        meant=lambda needed: frozenset({a.id_of(needed.code)}),
    )


def course(code):
    return prerequisites.CourseNeeded(code=code)


def test_prerequisites_are_taken_along_and_stand_before_what_asks_for_them():
    tree = a.program(a.pool("core", "MATH 301"))
    asked = needs(MATH_301=course("MATH 201"), MATH_201=course("MATH 101"))

    plan = found(tree, catalog=["MATH 301", "MATH 201", "MATH 101", "ART 101"], asked=asked)

    assert codes(plan) == ["MATH 101", "MATH 201", "MATH 301"]
    assert [one.purpose for one in plan.additions] == [Purpose.PREREQUISITE, Purpose.PREREQUISITE, Purpose.REQUIREMENT]
    assert [[other.code for other in one.needed_for] for one in plan.additions] == [["MATH 201"], ["MATH 301"], []]


def test_a_course_that_meets_a_requirement_says_too_which_others_ask_for_it():
    tree = a.program(a.pool("core", "MATH 301"), a.pool("base", "MATH 101"), a.pool("more", "ART 301"))
    asked = needs(MATH_301=course("MATH 101"), ART_301=course("MATH 101"))

    plan = found(tree, catalog=["MATH 301", "MATH 101", "ART 301"], asked=asked)

    [base] = [one for one in plan.additions if one.course.code == "MATH 101"]
    assert (base.purpose, [other.code for other in base.needed_for]) == (Purpose.REQUIREMENT, ["ART 301", "MATH 301"])


def test_the_option_whose_prerequisites_cost_least_is_chosen():
    tree = a.program(a.pool("core", "MATH 101", "ZOO 400"))
    asked = needs(MATH_101=prerequisites.AllOf(members=(course("ART 101"), course("ART 102"))))

    assert codes(found(tree, catalog=["MATH 101", "ZOO 400", "ART 101", "ART 102"], asked=asked)) == ["ZOO 400"]


def test_any_of_several_prerequisites_suffices_and_a_consent_is_told():
    tree = a.program(a.pool("core", "MATH 301"), a.pool("art", "ART 102"))
    consent = prerequisites.Consent(text="consent of instructor")
    asked = needs(
        MATH_301=prerequisites.AllOf(
            members=(prerequisites.AnyOf(members=(course("ART 101"), course("ART 102"))), consent)
        )
    )

    plan = found(tree, catalog=["MATH 301", "ART 101", "ART 102"], asked=asked)

    assert codes(plan) == ["ART 102", "MATH 301"]
    assert plan.additions[1].to_settle == ("consent of instructor",)


def test_a_prerequisite_that_nobody_offers_makes_its_course_useless():
    tree = a.program(a.pool("core", "MATH 301"))

    plan = found(tree, catalog=["MATH 301"], asked=needs(MATH_301=course("MATH 999")))

    assert plan.outcome is Outcome.IMPOSSIBLE
    assert [one.sentence for one in plan.obstacles] == [
        "Only prerequisites that the catalog cannot fulfil are in the way: MATH 301 needs MATH 999."
    ]


CATALOG = [
    a.course("AA 101"),
    a.course("AA 201", credits=4),
    a.course("BB 101", credits=2),
    a.course("BB 201"),
    a.course("CC 101", credits=1),
    a.course("CC 301", credits=3),
]
OPTIONS = [one.code for one in CATALOG]


@st.composite
def leaves(draw, key):
    options = draw(st.lists(st.sampled_from(OPTIONS), min_size=1, max_size=4, unique=True))
    if draw(st.booleans()):
        return a.pool(key, *options, min_courses=draw(st.integers(1, 2)))
    return a.pool(key, *options, min_credits=draw(st.integers(1, 6)))


@st.composite
def programs(draw):
    tops = [draw(leaves(f"top{place}")) for place in range(draw(st.integers(1, 3)))]
    if draw(st.booleans()):
        parts = [draw(leaves(f"part{place}")) for place in range(2)]
        tops.append(a.group("choice", *parts, min_children=1))
    return a.program(*tops, total=draw(st.sampled_from([None, 6, 12])))


def smallest(tree, taken, catalog):
    """By trying every set: the fewest credits, and with these the fewest courses; none where no set suffices."""
    best = None
    for size in range(len(catalog) + 1):
        for chosen in itertools.combinations(catalog, size):
            audit = a.audit(tree, *taken, *[a.plans(one) for one in chosen])
            if audit.status in gap_plans.DONE:
                key = sum((one.credits_min for one in chosen), Decimal(0)), size
                best = key if best is None else min(best, key)
    return best


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tree=programs(), held=st.sets(st.sampled_from(range(len(CATALOG))), max_size=2), order=st.randoms())
def test_no_set_of_courses_is_smaller_than_a_proven_gap_plan(tree, held, order):
    taken = [a.took(CATALOG[place]) for place in sorted(held)]
    catalog = [one for place, one in enumerate(CATALOG) if place not in held]

    plan = found(tree, *taken, catalog=catalog)
    shuffled = list(catalog)
    order.shuffle(shuffled)

    expected = smallest(tree, taken, catalog)
    if expected is None:
        assert plan.outcome is Outcome.IMPOSSIBLE
    else:
        assert plan.is_proven
        assert (plan.credits, len(plan.additions)) == expected
    assert found(tree, *taken, catalog=shuffled) == plan


@pytest.mark.parametrize("size", [30])
def test_many_courses_that_are_alike_are_no_harder_than_few(size):
    catalog = [f"ART {number}" for number in range(101, 101 + size)]
    tree = a.program(*[a.pool(f"part{place}", a.pattern(subject="ART"), min_courses=2) for place in range(5)], total=60)

    plan = found(tree, catalog=catalog)

    assert plan.is_proven
    assert plan.credits == 60


def test_competing_equivalencies_are_followed_in_every_way_so_that_the_least_is_proven():
    rules = [
        a.rule(1, "X 1", a.awards("Y 1")),
        a.rule(2, "X 2", a.awards("Y 2")),
        a.rule(3, ["X 1", "X 2"], a.awards("Y 3", credits=6)),
    ]
    tree = a.program(a.pool("one", "Y 1"), a.pool("two", "Y 2"), a.pool("three", "Y 3"))
    held = a.took("X 1", at=a.THERE), a.took("X 2", at=a.THERE)
    offered = [*[a.course(code) for code in ("Y 1", "Y 2")], a.course("Y 3", credits=6)]

    plan = found(tree, *held, catalog=offered, rules=rules)

    assert (plan.outcome, plan.credits, plan.least_credits, plan.is_proven) == (Outcome.FOUND, 6, 6, True)
    assert plan.remarks == ()


def test_where_equivalencies_compete_in_too_many_ways_a_remark_says_why_nothing_is_proven():
    pairs = [(f"X {place}", f"Z {place}") for place in range(1, 6)]
    rules = [
        one
        for place, (first, second) in enumerate(pairs)
        for one in (
            a.rule(3 * place + 1, first, a.elective("ART")),
            a.rule(3 * place + 2, second, a.elective("ART")),
            a.rule(3 * place + 3, [first, second], a.awards(f"Y {place}", credits=6)),
        )
    ]
    held = [a.took(code, at=a.THERE) for pair in pairs for code in pair]

    plan = found(a.program(a.pool("core", "BIO 1")), *held, catalog=["BIO 1"], rules=rules)

    assert (plan.outcome, codes(plan), plan.is_proven) == (Outcome.FOUND, ["BIO 1"], False)
    (remark,) = plan.remarks
    assert remark == (
        "Equivalencies compete for courses of the plan in more ways than were compared; followed otherwise, fewer "
        "courses may be needed."
    )
