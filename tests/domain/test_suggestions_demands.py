"""What prerequisites ask of a plan, for suggestions and gap plans."""

from gql_api.domain import (
    gap_plans,
    prerequisite_records,
    prerequisites_parsing,
    suggestions_demands,
    verdicts,
)
from gql_api.reads import audits as inputs
from tests.domain import literals as a

Verdict = verdicts.Verdict
KNOWN = ("MATH 101", "MATH 201", "MATH 301", "ART 101")


def demands(at=a.HERE, **texts):
    """What courses ask for: `MATH_201="MATH 101"`; every course of `KNOWN` is in the catalog."""
    trees = {a.id_of(code.replace("_", " "), at): prerequisites_parsing.parse(text) for code, text in texts.items()}
    named = {
        code: prerequisite_records.Named(course_id=a.id_of(code, at), ids=frozenset({a.id_of(code, at)}))
        for code in KNOWN
    }
    return suggestions_demands.Demands(trees=trees, named={at: named})


def given(tree, *taken, rules=()):
    return inputs.AuditInput(plan_id=1, tree=tree, entries=taken, possibilities=a.possibilities(*rules))


TREE = a.program(a.pool("core", "MATH 301"))


def verdict(code, plan, at=a.HERE, **texts):
    return suggestions_demands.may_take(demands(at, **texts), plan, a.ON)(a.course(code, at))


def test_what_asks_for_nothing_may_be_taken():
    assert verdict("ART 101", given(TREE)) is Verdict.YES


def test_what_the_plan_has_or_will_have_satisfies_what_comes_after_it():
    assert verdict("MATH 201", given(TREE), MATH_201="MATH 101") is Verdict.NO
    assert verdict("MATH 201", given(TREE, a.took("MATH 101")), MATH_201="MATH 101") is Verdict.YES
    planned = a.plans("MATH 101", term=a.FALL)
    assert verdict("MATH 201", given(TREE, planned), MATH_201="MATH 101") is Verdict.YES


def test_a_consent_leaves_it_unknown():
    assert verdict("MATH 201", given(TREE), MATH_201="consent of instructor") is Verdict.UNKNOWN


def test_equivalencies_satisfy_prerequisites_of_the_program_s_institution_and_courses_themselves_elsewhere():
    rules = [a.rule(1, "X 1", a.awards("MATH 101"))]
    plan = given(TREE, a.took("X 1", at=a.THERE), a.took("MATH 101", at=a.THERE), rules=rules)

    assert verdict("MATH 201", plan, MATH_201="MATH 101") is Verdict.YES
    assert verdict("MATH 201", plan, at=a.THERE, MATH_201="MATH 101") is Verdict.YES
    assert verdict("MATH 201", given(TREE, a.took("X 1", at=a.THERE)), MATH_201="MATH 101") is Verdict.NO


def gap(plan, **texts):
    asked = suggestions_demands.asked(demands(**texts), plan, a.ON)
    offered = [a.course(code) for code in KNOWN]
    return gap_plans.plan(plan, gap_plans.Catalog(courses=offered, asked=asked), on=a.ON)


def codes(found):
    return [one.course.code for one in found.additions]


def test_a_gap_plan_follows_texts_as_far_as_the_plan_does_not_satisfy_them():
    texts = {"MATH_301": "MATH 201 and consent of instructor", "MATH_201": "MATH 101 or ART 101"}

    assert codes(gap(given(TREE), **texts)) == ["ART 101", "MATH 201", "MATH 301"]
    assert codes(gap(given(TREE, a.took("ART 101")), **texts)) == ["MATH 201", "MATH 301"]
    last = gap(given(TREE, a.took("MATH 201")), **texts)
    assert codes(last) == ["MATH 301"]
    assert last.additions[0].to_settle == ("consent of instructor",)


def test_a_course_that_no_catalog_has_stands_in_nobody_s_way():
    assert codes(gap(given(TREE), MATH_301="LATIN 99")) == ["MATH 301"]


def test_courses_that_are_named_and_not_known_yet_are_missing():
    found = demands(MATH_301="MATH 201", MATH_201="MATH 101 or LATIN 99")

    missing = suggestions_demands.missing(found, [a.id_of("MATH 301"), a.id_of("MATH 201")])

    assert missing == {a.id_of("MATH 101")}


def test_readings_are_joined():
    first, second = demands(MATH_301="MATH 201"), demands(MATH_201="MATH 101")

    joined = suggestions_demands.joined([first, second])

    assert joined.trees == {**first.trees, **second.trees}
    assert joined.named == first.named
