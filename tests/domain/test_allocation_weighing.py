"""Credits beneath parts that may hold more than they need: every allocation is the best, whoever finds it."""

import pytest
from hypothesis import given, strategies

from gql_api.domain import (
    allocation_exact,
    allocation_groups,
    allocation_packing,
    allocation_proofs,
    allocation_search,
    solver,
)
from tests.domain import test_optimality, weighing_programs
from tests.domain.literals import applied, audit, group, pattern, pool, program, standing, took
from tests.domain.reference_programs import examples


class Beside(allocation_search.Search):
    """A search that notes, of each component that it settles, how much better it is than what the solver finds.

    That is in units of one use: what is less is only about which of two equal courses stays where, which the solver
    does not tell apart.
    """

    def __init__(self, figures, components, stays, found):
        super().__init__(figures, components, stays)
        self.stays, self.found = stays, found

    def run(self, tops, kept=()):
        mine = super().run(tops, kept)
        if mine is not None:
            exact = allocation_exact.solve(self.scores.figures, tops, kept=kept, stays=self.stays)
            assert exact.outcome is solver.Outcome.OPTIMAL
            mine_score, solved = (self.scores.judged(tops, pairs)[0] for pairs in (mine.pairs, exact.pairs))
            self.found.append((mine_score - solved) // self.scores.uses)
        return mine


def gains(tree, taken, rules=(), *, few=None):
    """How much better than the solver's is what is settled without it; by patterns alone where `few` is given."""
    with pytest.MonkeyPatch.context() as patch:
        found = []
        patch.setattr(allocation_search, "Search", lambda *given: Beside(*given, found))
        if few is not None:
            patch.setattr(allocation_search, "MOST_CASES", 0)
            patch.setattr(allocation_groups, "FEW_PATTERNS", few)
            patch.setattr(allocation_groups, "MANY_LEAVES", few)
        audit(tree, *taken, rules=rules)
        return found


@examples(25)
@given(weighing_programs.trees(), weighing_programs.plans(), strategies.sampled_from([0, 4, 48]))
def test_patterns_beneath_credits_are_worth_what_the_solver_finds(tree, taken, few):
    assert not any(gains(tree, taken, few=few))


@examples(12)
@given(weighing_programs.trees(), weighing_programs.plans())
def test_bounds_beneath_credits_are_worth_what_the_solver_finds(tree, taken):
    assert not any(gains(tree, taken))


@examples(12)
@given(weighing_programs.trees(), weighing_programs.plans(most=6), weighing_programs.competing())
def test_patterns_beneath_credits_are_the_best_of_every_way_to_award(tree, taken, competing):
    others, rules = competing
    assert not any(gains(tree, (*taken, *others), rules, few=48))


def test_a_range_beneath_credits_has_more_than_its_minimum_without_the_solver(monkeypatch):
    monkeypatch.setattr(allocation_search, "MOST_CASES", 0)
    wide = group("G", pool("W", pattern(subject="BIO")), min_children=0, min_credits_beneath=9)
    choice = group("H", pool("P", "ART 1"), pool("Q", "ART 2"), pool("R", "BIO 1"), min_children=1)
    tree = program(wide, pool("A", "BIO 3", "BIO 4"), group("K", choice, min_children=0, min_credits_beneath=6))
    result = audit(tree, *[took(code) for code in ("BIO 1", "BIO 2", "BIO 3", "BIO 4", "ART 1", "ART 2")])
    assert [standing(result, key) for key in "GAK"] == ["MET"] * 3
    assert applied(result, "K") == ["ART 1", "ART 2"]
    assert {proof.method for proof in result.proof} == {allocation_proofs.Method.ENUMERATION}


def test_what_wants_many_courses_twice_is_settled_by_bounds_after_all_where_patterns_are_too_many(monkeypatch):
    tree = program(*(pool(key, "BIO 1", "BIO 2", min_courses=2) for key in "ABC"))
    alone = audit(tree, took("BIO 1"), took("BIO 2"))
    monkeypatch.setattr(allocation_search, "MOST_CONFLICTS", 0)
    monkeypatch.setattr(allocation_packing, "MOST_BOUNDS", 0)
    result = audit(tree, took("BIO 1"), took("BIO 2"))
    assert (
        [standing(result, key) for key in "ABC"] == [standing(alone, key) for key in "ABC"] == ["MET", *["UNMET"] * 2]
    )
    assert allocation_proofs.Method.SOLVER not in {proof.method for proof in result.proof}


@pytest.mark.parametrize("bound", ["MOST_CASES", "is_suited"])
def test_no_assignment_beneath_credits_is_better_than_the_engine_s(bound):
    @examples(10)
    @given(weighing_programs.trees(most=3, depth=1), weighing_programs.plans(least=3, most=5))
    def compared(tree, taken):
        test_optimality.compare(tree, taken)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(allocation_search, bound, 0 if bound == "MOST_CASES" else lambda *_, **__: False)
        compared()
