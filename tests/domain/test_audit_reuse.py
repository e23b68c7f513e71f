"""What audits take over from others of the same version, and from other boards of the same plan: nothing that shows."""

import copy
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from gql_api.domain import allocation_tables, audit_tree, credit_items, grades
from tests.domain import reference_programs
from tests.domain.literals import (
    HERE,
    ON,
    THERE,
    applied,
    attributes,
    audit,
    awards,
    constraint,
    course,
    pattern,
    plans,
    pool,
    program,
    rule,
    standing,
    takes,
    took,
)
from tests.domain.reference_programs import examples


@examples(40)
@given(
    reference_programs.trees(),
    reference_programs.plans(is_completed=False),
    reference_programs.plans(is_completed=False),
)
def test_an_audit_is_the_same_after_one_of_another_plan(tree, before, taken):
    afresh = audit(copy.deepcopy(tree), *taken)
    audit(tree, *before)
    assert audit(tree, *taken) == afresh


def test_a_grade_counts_for_its_own_plan_alone():
    tree = program(pool("A", "BIO 101", min_grade=grades.Grade.C), pool("B", "BIO 101", "BIO 201"))
    found = [applied(audit(tree, took("BIO 101", grade=grade)), "A") for grade in ("A", "D", None, "C-", "B")]
    assert found == [["BIO 101"], [], [], [], ["BIO 101"]]


def test_a_course_that_is_too_old_in_one_plan_counts_in_another():
    tree = program(pool("A", "BIO 101", constraints=(constraint("MAX_AGE_YEARS", years=5),)))
    days = date(2024, 1, 1), date(2001, 1, 1), date(2023, 1, 1)
    assert [applied(audit(tree, took("BIO 101", on=day)), "A") for day in days] == [["BIO 101"], [], ["BIO 101"]]


def test_a_pin_keeps_a_course_away_in_its_own_plan_alone():
    tree = program(pool("A", "BIO 101"), pool("B", "BIO 101"))
    pins = None, "B", None
    found = [audit(tree, took("BIO 101", pinned_key=pin)) for pin in pins]
    assert [(applied(one, "A"), applied(one, "B")) for one in found] == [
        (["BIO 101"], []),
        ([], ["BIO 101"]),
        (["BIO 101"], []),
    ]


def test_a_course_counts_by_the_attributes_that_it_has_now():
    tree = program(pool("A", pattern(attribute="tag", attribute_value="lab")))
    known = [attributes("lab"), attributes(), attributes("lab")]
    found = [applied(audit(tree, took(course("BIO 101", attributes=tags))), "A") for tags in known]
    assert found == [["BIO 101"], [], ["BIO 101"]]


def test_the_credits_that_a_plan_has_for_a_course_are_its_own():
    tree = program(pool("A", "BIO 101", "BIO 201", min_credits=6))
    found = [audit(tree, took("BIO 101", credits=Decimal(amount)), took("BIO 201", id=2)) for amount in (3, 1, 3)]
    assert [applied(one, "A") for one in found] == [["BIO 101", "BIO 201"]] * 3
    assert [standing(one, "A") for one in found] == ["MET", "PARTIAL", "MET"]


def test_a_course_from_elsewhere_counts_by_the_rules_of_the_plan_that_has_it():
    tree = program(pool("A", "BIO 101"))
    taken = took("XX 1", at=THERE)
    rules = [(), (rule(1, [["XX 1"]], awards("BIO 101")),), ()]
    assert [applied(audit(tree, taken, rules=one), "A") for one in rules] == [[], ["BIO 101"], []]


def test_no_more_courses_are_remembered_than_a_bound(monkeypatch):
    monkeypatch.setattr(credit_items, "MOST_FACES", 2)
    tree = program(pool("A", "BIO 101", "BIO 102", "BIO 103", "BIO 104", min_courses=4))
    frame = audit_tree.Frame(institution_id=HERE, on=ON, pass_proves=grades.Grade.C)
    for _ in range(2):
        result = audit(tree, took("BIO 101"), takes("BIO 102", id=2), plans("BIO 103", id=3), took("BIO 104", id=4))
        assert len(applied(result, "A")) == 4
        assert len(audit_tree.prepared(tree, (), frame).leaves.faces) <= 2


@examples(60)
@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(1, 9)), max_size=9),
    st.integers(1, 12),
    st.integers(0, 511),
)
def test_a_table_of_one_amount_finds_what_any_table_finds(given_items, needed, mask):
    order = sorted(enumerate(given_items), key=lambda one: one[1][1])
    items = [(1 << number, 100 * cost, (amount,)) for number, (amount, cost) in order]
    want = allocation_tables.Want(dimensions=(0,), needed=needed, factor=10)
    table = allocation_tables.Table(items=items, whole=10 * needed, bounds=((needed, None),), wants=(want,), steps={})
    assert table.is_plain
    plain = table.plain_states(items, mask)
    assert {(amount,): found for amount, found in plain.items()} == table.states(items, mask)
