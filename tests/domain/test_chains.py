"""Articulating over several institutions, hop by hop."""

from datetime import date
from decimal import Decimal

import pytest

from gql_api.domain import articulation, articulation_rules, chains, equivalencies, grades, statuses
from tests.domain.literals import ON, awards, course, elective, entry, possibilities, rule, took

A, B, C, D = 11, 12, 13, 14
RECEIVERS = {id: articulation_rules.Receiver(institution_id=id) for id in (A, B, C, D)}
CHEM = rule(1, "CHEM 1", awards("CHEM 100", B, 3), awards("CHEM 101", B, 1), at=A, to=B)
BOTH = rule(2, ["CHEM 100", "CHEM 101"], awards("CHM 1", C), at=B, to=C)


def derive(taken, *rules, hops=2, to=C):
    own = [one for one in rules if one.receiving_institution_id == to]
    problem = articulation.case(taken, possibilities(*own, to=to), ON)
    return chains.derived(problem, articulation.articulate(problem), rules, RECEIVERS, hops=hops)


def targets(found):
    return [[grant.award.label for grant in one.award.grants] for one in found]


def paths(found):
    return [[rule.id for rule in one.path] for one in found]


def test_one_course_becomes_two_and_the_two_become_one():
    one = took("CHEM 1", at=A)
    [found] = derive([one], CHEM, BOTH)
    assert targets([found]) == [["CHM 1"]]
    assert paths([found]) == [[1, 2]]
    assert found.origins == (one,)


def test_nothing_is_derived_within_one_hop_or_where_the_way_is_longer():
    assert derive([took("CHEM 1", at=A)], CHEM, BOTH, hops=1) == ()
    last = rule(3, "CHM 1", awards("CH 9", D), at=C, to=D)
    assert derive([took("CHEM 1", at=A)], CHEM, BOTH, last, to=D) == ()
    assert paths(derive([took("CHEM 1", at=A)], CHEM, BOTH, last, to=D, hops=3)) == [[1, 2, 3]]


def test_the_shortest_way_wins_and_the_course_is_used_up_by_it():
    direct = rule(3, "CHEM 1", awards("CHM 9", C), at=A, to=C)
    assert derive([took("CHEM 1", at=A)], CHEM, BOTH, direct) == ()


def test_circles_end():
    there, back = rule(1, "X 1", awards("Y 1", B), at=A, to=B), rule(2, "Y 1", awards("X 1", A), at=B, to=A)
    assert derive([took("X 1", at=A)], there, back, hops=4) == ()


def test_a_course_goes_one_way_only():
    """X 1 may become Y 1 at one college or Z 1 at another, which two rules of the receiver would both take."""
    rules = [
        rule(1, "X 1", awards("Y 1", B), at=A, to=B),
        rule(2, "X 1", awards("Z 1", D), at=A, to=D),
        rule(3, "Y 1", awards("W 1", C), at=B, to=C),
        rule(4, "Z 1", awards("W 2", C), at=D, to=C),
    ]
    assert len(derive([took("X 1", at=A)], *rules)) == 1


def test_the_parts_of_a_split_may_go_on_apart():
    rules = [
        CHEM,
        rule(3, "CHEM 100", awards("CHM 1", C), at=B, to=C),
        rule(4, "CHEM 101", awards("CHM 2", C), at=B, to=C),
    ]
    assert targets(derive([took("CHEM 1", at=A)], *rules)) == [["CHM 1"], ["CHM 2"]]


def test_own_courses_of_a_college_on_the_way_join_the_derived_ones():
    rules = [
        rule(1, "X 1", awards("Y 1", B), at=A, to=B),
        rule(2, ["Y 1", "Y 2"], awards("W 1", C), at=B, to=C),
    ]
    taken = [took("X 1", at=A), took("Y 2", at=B)]
    [found] = derive(taken, *rules)
    assert {one.label for one in found.origins} == {"X 1", "Y 2"}


@pytest.mark.parametrize(
    ("first", "taken"),
    [
        (rule(1, "X 1", awards("Y 1", B), at=A, to=B, strength=equivalencies.Strength.PARTIAL), took("X 1", at=A)),
        (
            rule(1, "X 1", awards("Y 1", B), at=A, to=B, strength=equivalencies.Strength.CONDITIONAL, condition="?"),
            took("X 1", at=A),
        ),
        (rule(1, "X 1", elective("ART"), at=A, to=B), took("X 1", at=A)),
        (rule(1, "X 1", awards("Y 1", B), at=A, to=B), took("X 1", "F", at=A)),
    ],
)
def test_what_is_partial_uncertain_an_elective_or_failed_leads_nowhere(first, taken):
    assert derive([taken], first, rule(2, "Y 1", awards("W 1", C), at=B, to=C)) == ()


def test_the_grade_the_credits_and_the_day_travel_along():
    first = rule(1, ["X 1", "X 2"], awards("Y 1", B, 2), at=A, to=B)
    last = rule(2, "Y 1", awards("W 1", C, credits=None, most=5), at=B, to=C)
    taken = [took(course("X 1", A), "A", on=date(2024, 1, 5)), took(course("X 2", A), "C+", on=date(2023, 1, 5))]
    [found] = derive(taken, first, last)
    [used] = found.award.used
    assert (used.grade, used.taken_on, used.credits) == (grades.Grade.C_PLUS, date(2024, 1, 5), Decimal(2))
    assert found.award.credits == Decimal(2)


def test_a_running_course_gives_running_credit():
    running = entry("CHEM 1", status=statuses.PlannedStatus.IN_PROGRESS, at=A)
    [found] = derive([running], CHEM, BOTH)
    assert found.award.view.name == "IN_PROGRESS"


def test_the_order_of_the_input_does_not_matter():
    taken = [took("CHEM 1", at=A, id=1), took("X 1", at=A, id=2)]
    rules = [CHEM, BOTH, rule(3, "X 1", awards("Y 1", B), at=A, to=B), rule(4, "Y 1", awards("W 1", C), at=B, to=C)]
    assert repr(derive(taken, *rules)) == repr(derive(taken[::-1], *rules[::-1]))
