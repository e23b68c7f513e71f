"""Two requirements that may count the same courses: what patterns say of them is what the solver finds."""

import itertools
from decimal import Decimal

import pytest
from hypothesis import given, strategies

from gql_api.domain import allocation_exact, allocation_groups, allocation_proofs, allocation_search, requirements
from tests.domain.literals import applied, audit, course, group, plans, pool, program, standing, takes, took
from tests.domain.reference_programs import examples

Method = allocation_proofs.Method


class Beside(allocation_search.Search):
    """A search that notes, of each component that it settles, its score and that of what the solver finds."""

    found = ()

    def __init__(self, figures, components, stays=()):
        super().__init__(figures, components, stays)
        self.stays = stays

    def run(self, tops, kept=()):
        mine = super().run(tops, kept)
        if mine is not None:
            exact = allocation_exact.solve(self.scores.figures, tops, kept=kept, stays=self.stays)
            score, solved = (self.scores.judged(tops, pairs)[0] for pairs in (mine.pairs, exact.pairs))
            # Less than a use is about which of two equal courses stays where: the solver does not tell these apart.
            is_equal = 0 <= score - solved < self.scores.uses
            self.found.append((score, score if is_equal else solved))
        return mine


def sharing(first, second, *others, **caps):
    share = requirements.Share(with_key=second.key, **caps)
    values = {name: getattr(first, name) for name in first.__slots__}
    return program(requirements.Requirement(**{**values, "share_with": (share,)}), second, *others)


def named(key, *numbers, **values):
    return pool(key, *(f"BIO {number}" for number in numbers), **values)


leaves = strategies.lists(strategies.integers(1, 9), min_size=1, max_size=6, unique=True)
amounts = strategies.sampled_from([{"min_courses": 1}, {"min_courses": 2}, {"min_credits": 5}, {"min_credits": 8}])
caps = strategies.sampled_from([{}, {"max_courses": 1}, {"max_courses": 2}, {"max_credits": Decimal(4)}])


@strategies.composite
def trees(draw):
    """Two requirements that share, the second perhaps a choice of parts, and others that want the same courses."""
    keys = (f"L{number}" for number in itertools.count(1))
    mine = [named(next(keys), *draw(leaves), **draw(amounts)) for _ in range(draw(strategies.integers(4, 6)))]
    if draw(strategies.booleans()):
        parts = mine[1:4]
        mine[1:4] = [group("G", *parts, min_children=draw(strategies.integers(1, 3)))]
    if draw(strategies.booleans()):
        mine[:2] = mine[1::-1]
    return sharing(*mine, **draw(caps))


def settled(tree, *taken):
    """An audit, and the scores of what was settled without the solver, each beside that of what the solver finds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(allocation_search, "Search", Beside)
        patch.setattr(Beside, "found", [])
        return audit(tree, *taken), Beside.found


def methods(result):
    return {proof.method for proof in result.proof}


@examples(60)
@given(
    trees(),
    strategies.lists(strategies.integers(1, 5), min_size=9, max_size=9),
    strategies.sampled_from([took, takes, plans]),
    strategies.sampled_from([0, 48]),
)
def test_patterns_of_what_is_shared_are_worth_what_the_solver_finds(tree, credits, others, few):
    taken = [
        (others if number % 3 else took)(course(f"BIO {number}", credits=amount))
        for number, amount in enumerate(credits, 1)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(allocation_groups, "FEW_PATTERNS", few)
        patch.setattr(allocation_groups, "MANY_LEAVES", few)
        _, found = settled(tree, *taken)
    # Of courses that are alike the solver does not see which one a narrower view had where.
    assert all(mine >= solved for mine, solved in found)


def test_what_two_requirements_share_is_settled_without_the_solver():
    tree = sharing(named("A", 1, 2, min_courses=2), named("B", 2, 3, min_courses=2), named("C", 1, 2), max_courses=1)
    result, found = settled(tree, *[took(f"BIO {number}") for number in (1, 2, 3)])
    assert [standing(result, key) for key in "ABC"] == ["MET", "MET", "UNMET"]
    assert methods(result) == {Method.ENUMERATION}
    assert found
    assert all(mine == solved for mine, solved in found)


def test_a_course_that_two_requirements_share_saves_another():
    tree = sharing(named("A", 1, 2), named("B", 2, 3), named("C", 1, 4), max_courses=1)
    result, _ = settled(tree, *[took(f"BIO {number}") for number in (1, 2, 3, 4)])
    assert [applied(result, key) for key in "AB"] == [["BIO 2"], ["BIO 2"]]
    assert Method.SOLVER not in methods(result)


def test_nobody_else_counts_what_is_lent():
    tree = sharing(named("A", 1), named("B", 1), named("C", 1))
    result, _ = settled(tree, took("BIO 1"))
    assert [standing(result, key) for key in "ABC"] == ["MET", "MET", "UNMET"]
    assert Method.SOLVER not in methods(result)


def test_what_several_pairs_share_is_left_to_the_solver():
    tree = sharing(named("A", 1, 2), named("B", 1, 2, share_with=(requirements.Share(with_key="C"),)), named("C", 1, 2))
    result, found = settled(tree, took("BIO 1"), took("BIO 2"))
    assert not found
    assert methods(result) == {Method.SOLVER}
