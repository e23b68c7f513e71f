"""How allocations are proved, what exceptions and pins are worth, and that competing rules are part of the choice."""

from decimal import Decimal

import pytest

from gql_api.domain import (
    allocation,
    allocation_proofs,
    allocation_search,
    audit_choices,
    audit_exceptions,
    entries,
    flows,
    solver,
)
from tests.domain.literals import (
    THERE,
    applied,
    audit,
    awards,
    constraint,
    course,
    found,
    group,
    option,
    plans,
    pool,
    program,
    rule,
    source,
    standing,
    took,
)

Method = allocation_proofs.Method
CHOICE = group(
    "G",
    group("PAIR", pool("P", "BIO 1"), pool("Q", "BIO 2")),
    group("OTHER", pool("R", "BIO 1"), pool("S", "BIO 3")),
    group("LAST", pool("T", "BIO 2"), pool("U", "BIO 3")),
    min_children=1,
)


@pytest.fixture(name="without_bounds")
def _without_bounds(monkeypatch):
    """Nothing is settled by bounds: true."""
    monkeypatch.setattr(allocation_search, "is_suited", lambda *_, **__: False)
    return True


def methods(result):
    return [(proof.keys, proof.method) for proof in result.proof if proof.view is entries.View.COMPLETED]


def test_an_audit_says_of_every_part_how_it_was_proved():
    tree = program(
        pool("A", "BIO 1", "BIO 2"), pool("B", "BIO 1"), pool("C", "ART 1"), pool("D", "X 9"), group("E", CHOICE)
    )
    result = audit(tree, took("BIO 1"), took("BIO 2"), took("BIO 3"), took("ART 1"))
    assert methods(result) == [
        (("A", "B", "E"), Method.ENUMERATION),
        (("C",), Method.REDUCTION),
        (("D",), Method.REDUCTION),
    ]
    assert all(proof.is_exact for proof in result.proof)


def test_a_course_that_only_one_requirement_can_be_met_by_is_not_another_s():
    result = audit(program(pool("A", "BIO 1", "BIO 2"), pool("B", "BIO 1")), took("BIO 1"), took("BIO 2"))
    assert methods(result) == [(("A", "B"), Method.REDUCTION)]
    assert (applied(result, "A"), applied(result, "B")) == (["BIO 2"], ["BIO 1"])


def test_a_course_that_another_requirement_gives_up_is_an_augmenting_path(without_bounds):
    result = audit(program(pool("A", "BIO 1", "BIO 2"), pool("B", "BIO 1")), took("BIO 1"), took("BIO 2"))
    assert without_bounds
    assert methods(result) == [(("A", "B"), Method.FLOW)]


def test_slots_that_cannot_all_be_filled_name_the_courses_they_compete_for():
    slots = [flows.Slot(demand=1, room={leaf: 1}) for leaf in (10, 11, 12)]
    filled = flows.fill(slots, {10: {0: 1, 1: 1}, 11: {0: 1, 1: 1}, 12: {0: 1, 1: 1}})
    assert filled.violator == flows.Violator(slots=(0, 1, 2), items=(0, 1))


def test_slots_are_filled_at_the_least_cost():
    slots = [flows.Slot(demand=1, room={10: 1}), flows.Slot(demand=2, room={11: 1, 12: 1})]
    filled = flows.fill(slots, {10: {0: 1, 1: 9}, 11: {0: 1, 1: 5}, 12: {2: 7, 0: 0}})
    assert filled.pairs == ((10, 0), (11, 1), (12, 2))


def test_what_the_solver_could_not_finish_is_unknown_and_names_the_bound(monkeypatch, without_bounds):
    assert without_bounds
    monkeypatch.setattr(solver, "solve", lambda *_, **__: solver.Solution(outcome=solver.Outcome.LIMIT))
    taken = took("BIO 1"), took("BIO 2"), took("BIO 3"), took("ART 1")
    result = audit(program(CHOICE, pool("A", "ART 1")), *taken)
    assert (standing(result, "G"), standing(result, "A"), result.status.name) == ("UNKNOWN", "MET", "UNKNOWN")
    assert "its bound of 20,000 nodes" in found(result, "G").explanation
    assert result.proof[0].bound == allocation.BOUND


def test_an_average_is_part_of_the_choice_of_courses():
    asked = constraint("MIN_GPA", gpa=Decimal("3.5"))
    tree = program(
        pool("A", "BIO 1", "BIO 2", "BIO 3", min_courses=2, constraints=(asked,)), pool("B", "BIO 1", "BIO 2", "BIO 3")
    )
    result = audit(tree, took("BIO 1", "C"), took("BIO 2", "A"), took("BIO 3", "B"))
    assert (applied(result, "A"), applied(result, "B")) == (["BIO 2", "BIO 3"], ["BIO 1"])
    assert result.is_met


def test_planned_courses_are_not_used_where_earned_ones_suffice():
    tree = program(CHOICE, pool("A", "BIO 1", "ART 1"))
    result = audit(tree, took("BIO 2"), took("BIO 3"), plans("BIO 1"), took("ART 1"))
    assert result.is_met
    assert [applied(result, key) for key in ("LAST", "A")] == [["BIO 2", "BIO 3"], ["ART 1"]]


def test_of_equal_options_the_preferred_one_is_used_in_a_choice_too():
    tree = program(
        group("G", group("X", pool("P", "BIO 1"), pool("Q", "BIO 2")), pool("Z", "BIO 1"), min_children=2),
        pool("A", "BIO 1", option("ART 1", is_preferred=True)),
    )
    assert applied(audit(tree, took("BIO 1"), took("ART 1")), "A") == ["ART 1"]


def test_exceptions_say_whether_they_are_used_and_still_needed():
    tree = program(pool("A", "BIO 1"), pool("B", "BIO 2"), pool("C", "BIO 3", "BIO 4"))
    one, other = took("BIO 1"), took("BIO 4")
    given = [
        audit_exceptions.Waiver(key="A"),
        audit_exceptions.Waiver(key="B"),
        audit_exceptions.Waiver(key="OF ANOTHER PROGRAM"),
        audit_exceptions.Substitution(key="C", entry_id=other.id),
        audit_exceptions.Forbid(key="B", entry_id=one.id),
    ]
    result = audit(tree, one, other, exceptions=given)
    said = {
        (type(use.exception).__name__, use.exception.key): (use.is_used, use.is_needed) for use in result.exceptions
    }
    assert said == {
        ("Waiver", "A"): (True, False),
        ("Waiver", "B"): (True, True),
        ("Waiver", "OF ANOTHER PROGRAM"): (False, False),
        ("Substitution", "C"): (True, False),
        ("Forbid", "B"): (False, False),
    }


def test_a_pin_that_costs_something_is_named():
    tree = program(pool("A", "BIO 1"), pool("B", "BIO 1", "BIO 2"))
    pinned = took("BIO 1", pinned_key="B")
    [cost] = audit(tree, pinned, took("BIO 2")).pins
    assert (cost.entry_id, cost.key) == (pinned.id, "B")
    assert cost.sentence == f"{pinned.told} is pinned to “B”; without the pin “A” could be met."
    assert audit(tree, took("BIO 1", pinned_key="A"), took("BIO 2")).pins == ()


@pytest.mark.parametrize("most", [2, 3, 1_000])
def test_competing_rules_are_chosen_with_the_places_however_many_ways_there_are(monkeypatch, most):
    monkeypatch.setattr(audit_choices, "MOST_CHOICES", most)
    rules = [
        rule(1, "X 1", awards("BIO 1"), awards("BIO 2")),
        rule(2, "X 1", awards("BIO 3"), awards("BIO 4")),
        rule(3, [[source("X 1")], ["X 2"]], awards("BIO 5")),
        rule(4, "X 2", awards("BIO 1"), awards("BIO 6")),
        rule(5, "X 2", awards("BIO 2"), awards("BIO 3")),
    ]
    tree = program(pool("A", "BIO 3"), pool("B", "BIO 4"), pool("C", "BIO 1"), pool("D", "BIO 6"))
    result = audit(tree, took("X 1", at=THERE), took("X 2", at=THERE), rules=rules)
    assert result.is_met
    assert [found(result, key).views[0].applied[0].rule_id for key in "ABCD"] == [2, 2, 4, 4]
    assert all(proof.is_exact for proof in result.proof)


def test_one_course_is_not_credited_twice_through_what_several_courses_may_count_as():
    rules = [
        rule(1, "X 1", awards("BIO 1"), choice_set_id=1),
        rule(2, "X 1", awards("BIO 9"), choice_set_id=1),
        rule(3, "X 2", awards("BIO 2"), choice_set_id=2),
        rule(4, "X 2", awards("BIO 9"), choice_set_id=2),
    ]
    tree = program(pool("A", "BIO 9"), pool("B", "BIO 9"))
    result = audit(tree, took("X 1", at=THERE), took("X 2", at=THERE), rules=rules)
    assert [standing(result, key) for key in "AB"] == ["MET", "UNMET"]


def test_only_whole_parts_count_for_credits_beneath_a_requirement():
    tree = program(group("G", pool("A", "BIO 1", "BIO 2", min_courses=2), min_children=0, min_credits_beneath=3))
    alone = audit(tree, took("BIO 1"))
    assert (standing(alone, "G"), applied(alone, "G")) == ("UNMET", [])
    assert applied(audit(tree, took("BIO 1"), took("BIO 2")), "G") == ["BIO 1", "BIO 2"]


def test_credits_in_thirds_add_up_exactly():
    quarter = type(course("X 1").calendar).QUARTER
    taken = [took(course(f"X {number}", THERE, credits=5, calendar=quarter)) for number in (1, 2, 3)]
    rules = [rule(number, f"X {number}", awards(f"BIO {number}", most=9, credits=None)) for number in (1, 2, 3)]
    tree = program(
        group(
            "G", *(pool(f"P{number}", f"BIO {number}") for number in (1, 2, 3)), min_children=2, min_credits_beneath=6
        )
    )
    result = audit(tree, *taken, rules=rules)
    assert (standing(result, "G"), len(applied(result, "G"))) == ("MET", 2)
