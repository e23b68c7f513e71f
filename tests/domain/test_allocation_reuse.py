"""What is not solved again: a narrower view's allocation that stands, relaxed programs whose solution is whole."""

from decimal import Decimal

import pytest

from gql_api.domain import allocation_proofs, allocation_search, entries, grades, solver, solver_programs
from tests.domain.literals import applied, audit, found, group, plans, pool, program, standing, takes, took

Method = allocation_proofs.Method
CHOICE = group(
    "G",
    group("PAIR", pool("P", "BIO 1"), pool("Q", "BIO 2")),
    group("OTHER", pool("R", "BIO 1"), pool("S", "BIO 3")),
    group("LAST", pool("T", "BIO 2"), pool("U", "BIO 3")),
    min_children=1,
)
TREE = program(pool("A", "BIO 1", "BIO 2", "BIO 4"), CHOICE, pool("B", "ART 1"))
EARNED = took("BIO 1"), took("BIO 2"), took("BIO 3")


@pytest.fixture(name="solved")
def _solved(monkeypatch):
    """How many programs were solved, where nothing is settled by bounds."""
    monkeypatch.setattr(allocation_search, "is_suited", lambda *_, **__: False)
    count = []
    solve = solver.solve

    def counting(*given, **named):
        count.append(given)
        return solve(*given, **named)

    monkeypatch.setattr(solver, "solve", counting)
    return count


def test_later_courses_are_not_looked_into_where_earlier_ones_meet_everything(solved):
    alone = audit(TREE, *EARNED)
    once = len(solved)
    both = audit(TREE, *EARNED, takes("BIO 4"), plans("ART 1"))
    assert once > 0
    assert len(solved) == 2 * once
    assert [proof.method for proof in both.proof if proof.keys == ("A", "G")] == [Method.SOLVER] * 3
    assert [applied(both, key) for key in "AG"] == [applied(alone, key) for key in "AG"]
    assert [standing(both, key) for key in "AGB"] == ["MET", "MET", "PLANNED"]


def test_what_bounds_settled_stands_in_wider_views_too():
    alone = audit(TREE, *EARNED)
    both = audit(TREE, *EARNED, takes("BIO 4"), plans("ART 1"))
    assert [proof.method for proof in both.proof if proof.keys == ("A", "G")] == [Method.ENUMERATION] * 3
    assert [applied(both, key) for key in "AG"] == [applied(alone, key) for key in "AG"]


def test_later_courses_are_looked_into_where_more_is_met_with_them():
    result = audit(TREE, *EARNED[:2], plans("BIO 4"))
    assert [standing(result, key) for key in "AG"] == ["MET", "PLANNED"]
    assert applied(result, "A", entries.View.COMPLETED) in (["BIO 1"], ["BIO 2"])
    assert (applied(result, "A"), applied(result, "PAIR")) == (["BIO 4"], ["BIO 1", "BIO 2"])


def test_a_met_choice_is_looked_into_again_where_another_part_of_it_weighs_more():
    tree = program(group("G", pool("ONE", "BIO 1"), pool("TWO", "BIO 2", "BIO 3", min_courses=2), min_children=1))
    result = audit(tree, took("BIO 1"), plans("BIO 2"), plans("BIO 3"))
    assert (standing(result, "G"), standing(result, "ONE")) == ("MET", "MET")
    assert applied(result, "ONE", entries.View.COMPLETED) == ["BIO 1"]


def test_the_better_part_of_what_cannot_be_met_counts_though_another_part_can_be_met():
    tree = program(
        group(
            "G9",
            group(
                "G7",
                pool("L5", is_residual=True, min_courses=3, min_credits_per_course=3),
                pool("L6", "CHEM 101", "BIO 101", min_credits=1, max_credits_per_course=3, is_optional=True),
                pool("L4", "BIO 99", min_courses=2),
                min_children=1,
                min_credits_beneath=2,
                max_credits=6,
            ),
        )
    )
    result = audit(tree, plans("BIO 101", credits=1), takes("BIO 201", credits=3))
    assert (applied(result, "L5"), applied(result, "L6")) == (["BIO 201"], [])


def test_a_relaxed_solution_that_is_whole_is_the_best():
    program_ = solver_programs.Program()
    one, other = program_.column(), program_.column()
    program_.at_most({one: 1, other: 1}, 1)
    relaxed = solver.solve(program_, {one: 2, other: 3}, is_likely_whole=True)
    assert (relaxed.outcome, relaxed.values) == (solver.Outcome.OPTIMAL, (0.0, 1.0))


def test_a_relaxed_solution_that_is_not_whole_is_solved_in_whole_numbers():
    program_ = solver_programs.Program()
    three = [program_.column() for _ in range(3)]
    for left in three:
        program_.at_most({column: 1 for column in three if column != left}, 1)
    answer = solver.solve(program_, dict.fromkeys(three, 1), is_likely_whole=True)
    assert (answer.outcome, sum(answer.values)) == (solver.Outcome.OPTIMAL, 1.0)


def test_a_relaxed_program_without_a_solution_is_said_to_have_none():
    program_ = solver_programs.Program()
    column = program_.column()
    program_.at_least({column: 1}, 2)
    answer = solver.solve(program_, {column: 1}, is_likely_whole=True)
    assert answer.outcome is solver.Outcome.INFEASIBLE


def test_verdicts_of_what_is_unchanged_are_those_of_the_narrower_view():
    tree = program(pool("A", "BIO 1", "BIO 2", min_courses=2, min_grade=grades.Grade.C), pool("B", "ART 1"))
    result = audit(tree, took("BIO 1"), plans("ART 1"))
    fractions = [one.fraction for one in found(result, "A").views]
    assert fractions == [Decimal("0.5")] * 3
    assert [one.fraction for one in found(result, "B").views] == [0, 0, 1]
