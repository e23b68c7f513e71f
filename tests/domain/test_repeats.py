"""Repeated credit earns once, and averages follow the policy for repeats."""

from datetime import date
from decimal import Decimal

import pytest

from gql_api.domain import articulation_rules, averages, institutions
from tests.domain.literals import (
    HERE,
    THERE,
    applied,
    audit,
    awards,
    course,
    pattern,
    pool,
    program,
    reasons,
    rule,
    takes,
    took,
)

Policy = institutions.RepeatPolicy
ANY = pool("A", pattern(subject="BIO"), min_credits=6)


def total(result):
    return result.views[-1].credits


def test_a_repeated_course_earns_once():
    first, second = took("BIO 1", "C", on=date(2020, 1, 1)), took("BIO 1", "A", on=date(2021, 1, 1), is_repeat=True)
    result = audit(program(ANY), first, second)
    assert (applied(result, "A"), total(result)) == (["BIO 1"], Decimal(3))
    assert reasons(result) == {first.id: "REPEATED"}


def test_the_latest_attempt_counts_where_the_policy_says_so():
    first, second = took("BIO 1", "A", on=date(2020, 1, 1)), took("BIO 1", "C", on=date(2021, 1, 1), is_repeat=True)
    assert reasons(audit(program(ANY), first, second)) == {second.id: "REPEATED"}
    assert reasons(audit(program(ANY), first, second, credit_repeat=Policy.LATEST)) == {first.id: "REPEATED"}


def test_a_later_failure_takes_the_credit_only_where_the_latest_attempt_counts():
    first, second = took("BIO 1", "C", on=date(2020, 1, 1)), took("BIO 1", "F", on=date(2021, 1, 1), is_repeat=True)
    assert total(audit(program(ANY), first, second)) == 3
    assert total(audit(program(ANY), first, second, credit_repeat=Policy.LATEST)) == 0
    assert total(audit(program(ANY), first, took("BIO 1", "W", on=date(2021, 1, 1)), credit_repeat=Policy.LATEST)) == 3


def test_every_attempt_counts_where_the_policy_says_so():
    attempts = took("BIO 1"), took("BIO 1", is_repeat=True)
    assert total(audit(program(ANY), *attempts, credit_repeat=Policy.ALL)) == 6


def test_a_failed_course_that_is_repeated_earns_when_it_is_passed():
    failed, again = took("BIO 1", "F"), takes("BIO 1", is_repeat=True)
    result = audit(program(pool("A", "BIO 1")), failed, again)
    assert reasons(result) == {failed.id: "EARNS_NOTHING"}
    assert [view.status.name for view in result.requirements[0].views] == ["UNMET", "MET", "MET"]


def test_repeats_are_found_after_articulation():
    own, other = took("BIO 1", "C"), took("BIOL 9", "A", at=THERE)
    result = audit(program(ANY), own, other, rules=[rule(1, "BIOL 9", awards("BIO 1"))])
    assert total(result) == 3
    assert reasons(result) == {own.id: "REPEATED"}


def test_cross_listed_courses_and_exclusion_groups_earn_once():
    sisters = took(course("CS 1", same=("MATH 1",))), took(course("MATH 1", same=("CS 1",)))
    assert total(audit(program(ANY), *sisters)) == 3
    excluding = took(course("BIO 1", exclusion_group_id=5)), took(course("BIO 2", exclusion_group_id=5))
    assert total(audit(program(ANY), *excluding)) == 3


def test_a_repeatable_course_earns_as_often_as_the_catalog_says():
    twice = course("MUS 1", credits=1, repeatable_times=2)
    assert total(audit(program(ANY), *[took(twice) for _ in range(3)])) == 2
    by_credits = course("MUS 2", credits=2, repeatable_credits=Decimal(5))
    assert total(audit(program(ANY), *[took(by_credits) for _ in range(3)])) == 4


def average(*taken, policy=Policy.BEST):
    receiver = articulation_rules.Receiver(institution_id=HERE, gpa_repeat=policy)
    return averages.of(averages.attempts(taken, receiver))


def test_an_average_weighs_points_by_credits_and_knows_when_there_is_none():
    assert average() is None
    assert average(took("BIO 1", "P"), takes("BIO 2"), took("BIO 3", "W"), took("BIO 4", "A", at=THERE)) is None
    assert average(took("BIO 1", "A"), took(course("BIO 2", credits=1), "F")) == Decimal(3)
    assert average(took("BIO 1", "B-"), took("MATH 098", "A")) == Decimal("2.7")


@pytest.mark.parametrize(("policy", "points"), [(Policy.BEST, "4.0"), (Policy.LATEST, "1.0"), (Policy.ALL, "2.5")])
def test_an_average_counts_repeats_by_policy(policy, points):
    attempts = took("BIO 1", "A", on=date(2020, 1, 1)), took("BIO 1", "D", on=date(2021, 1, 1), is_repeat=True)
    assert average(*attempts, policy=policy) == Decimal(points)


def test_an_average_is_never_rounded_up():
    taken = [took(f"BIO {number}", "C" if number > 1 else "C-") for number in range(1, 100)]
    exact = average(*taken)
    assert exact < 2
    assert averages.displayed(exact) == "1.99"
    assert audit(program(ANY, gpa=2), *taken).totals[0].status.name == "PARTIAL"
