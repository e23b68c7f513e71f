"""Allocations that bounds settle: the same as the solver's, and left to it where they would be too much work."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies

from gql_api.domain import (
    allocation_groups,
    allocation_packing,
    allocation_patterns,
    allocation_proofs,
    allocation_relaxed,
    allocation_search,
    allocation_tables,
    entries,
    requirements,
)
from tests.domain import reference, reference_programs
from tests.domain.literals import applied, audit, constraint, group, plans, pool, program, standing, took
from tests.domain.reference_programs import examples

Method = allocation_proofs.Method
View = entries.View


def methods(result, view=View.COMPLETED):
    return {proof.method for proof in result.proof if proof.view is view}


def held_in(result, view, taken):
    """What an audit applies to each leaf, as the reference writes it."""
    by_id = {entry.id: entry for entry in taken}
    return {
        one.key: [by_id[id] for applied in one.in_view(view).applied for id in applied.entry_ids]
        for one in result.requirements
        if one.needed_children is None
    }


def both_ways(tree, *taken, constraints=()):
    """An audit by bounds wherever they suffice, and one in which nothing is settled by them."""
    with pytest.MonkeyPatch.context() as patch:
        by_bounds = audit(tree, *taken, constraints=constraints)
        patch.setattr(allocation_search, "is_suited", lambda *_, **__: False)
        return by_bounds, audit(tree, *taken, constraints=constraints)


@examples(40)
@given(reference_programs.trees(), reference_programs.plans(least=4, most=12))
def test_what_bounds_settle_is_worth_what_the_solver_finds(tree, taken):
    by_bounds, by_solver = both_ways(tree, *taken)
    judge = reference.Judge(tree, taken)
    goals = [judge.goals(held_in(result, View.COMPLETED, taken)) for result in (by_bounds, by_solver)]
    assert goals[0] == goals[1]
    assert judge.is_within(held_in(by_bounds, View.COMPLETED, taken))


@examples(25)
@given(reference_programs.trees(), reference_programs.plans(least=4, most=10), reference_programs.constraints)
def test_what_bounds_settle_within_the_whole_program_s_limits_is_worth_what_the_solver_finds(tree, taken, constraints):
    by_bounds, by_solver = both_ways(tree, *taken, constraints=constraints)
    judge = reference.Judge(tree, taken, constraints=constraints)
    goals = [judge.goals(held_in(result, View.COMPLETED, taken)) for result in (by_bounds, by_solver)]
    assert goals[0] == goals[1]


@examples(30)
@given(reference_programs.trees(), reference_programs.plans(least=4, most=12), strategies.sampled_from([0, 48]))
def test_patterns_alone_are_worth_what_the_solver_finds_split_or_not(tree, taken, few):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(allocation_search, "MOST_CASES", 0)
        patch.setattr(allocation_groups, "FEW_PATTERNS", few)
        patch.setattr(allocation_groups, "MANY_LEAVES", few)
        by_patterns, by_solver = both_ways(tree, *taken)
    judge = reference.Judge(tree, taken)
    goals = [judge.goals(held_in(result, View.COMPLETED, taken)) for result in (by_patterns, by_solver)]
    assert goals[0] == goals[1]


def test_a_part_that_may_have_more_than_it_needs_counts_all_of_it_for_credits_beneath(monkeypatch):
    monkeypatch.setattr(allocation_search, "MOST_CASES", 0)
    wide = group("G", pool("W", "BIO 1", "BIO 2", "BIO 3"), min_children=0, min_credits_beneath=Decimal(9))
    tree = program(wide, pool("A", "BIO 4", "BIO 3"))
    result = audit(tree, *[took(f"BIO {number}", credits=3) for number in (1, 2, 3, 4)])
    assert (standing(result, "G"), standing(result, "A")) == ("MET", "MET")


def searches_of(tree, taken):
    """The searches of an audit, each with the requirements that it is asked about."""
    found = []
    run = allocation_search.Search.run

    def noted(search, tops, kept=()):
        found.append((search, tops))
        return run(search, tops, kept)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(allocation_search.Search, "run", noted)
        audit(tree, *taken)
    return found


def looks_at(search, tops, chance):
    """A requirement with some of its items left, some of them at a price, again and again."""
    masks = {leaf: sum(1 << item for item in search.scores.costs[leaf]) for leaf in search.scores.places}
    for _ in range(12):
        leaf = chance.choice(search.scores.places)
        masks[leaf] &= ~(1 << chance.choice(sorted(search.scores.costs[leaf])))
        items = chance.sample(sorted(search.scores.course), chance.randint(0, min(2, len(search.scores.course))))
        prices = {item: chance.randint(1, 3) * search.scores.value for item in sorted(items)}
        yield chance.choice(tops), dict(masks), prices


@examples(40)
@given(
    reference_programs.trees(), reference_programs.plans(least=4, most=12), strategies.randoms(use_true_random=False)
)
def test_what_is_kept_of_a_look_is_what_working_all_of_it_out_again_finds(tree, taken, chance):
    for search, tops in searches_of(tree, taken):
        if not all(map(search.relaxed.is_suited, tops)):
            continue
        search.relaxed.left = 1_000
        for top, masks, prices in looks_at(search, tops, chance):
            afresh = allocation_relaxed.Relaxed(search.scores)
            afresh.left = 1_000
            try:
                expected = afresh.top(top, masks, prices)
            except allocation_tables.Unsuited:
                continue
            assert search.relaxed.top(top, masks, prices) == expected


def test_requirements_that_want_the_same_courses_are_settled_by_prices():
    tree = program(*(pool(key, "BIO 1", "BIO 2", min_courses=2) for key in "ABC"))
    result = audit(tree, took("BIO 1"), took("BIO 2"))
    assert [standing(result, key) for key in "ABC"] == ["MET", "UNMET", "UNMET"]
    assert Method.SOLVER not in methods(result)


def test_the_early_requirement_has_the_course_that_two_want():
    result = audit(program(pool("A", "BIO 1"), pool("B", "BIO 1")), took("BIO 1"))
    assert (applied(result, "A"), applied(result, "B")) == (["BIO 1"], [])


def test_an_earned_course_goes_where_a_planned_one_would_be_needed():
    tree = program(pool("A", "BIO 1", "BIO 2"), pool("B", "BIO 1", "BIO 3"))
    result = audit(tree, took("BIO 1"), plans("BIO 2"), took("BIO 3"))
    assert (applied(result, "A"), applied(result, "B")) == (["BIO 1"], ["BIO 3"])
    assert Method.SOLVER not in methods(result, View.PLANNED)


def test_few_courses_make_up_the_credits_within_what_one_subject_may_count():
    most = constraint("MAX_CREDITS_PER_SUBJECT", credits=Decimal(4))
    tree = program(pool("A", "BIO 1", "BIO 2", "ART 1", "ART 2", min_courses=None, min_credits=7, constraints=(most,)))
    taken = took("BIO 1", credits=4), took("BIO 2", credits=3), took("ART 1", credits=1), took("ART 2", credits=3)
    result = audit(tree, *taken)
    assert applied(result, "A") == ["ART 2", "BIO 1"]
    assert methods(result) == {Method.REDUCTION}


def test_a_part_that_is_more_than_one_course_counts_whole_for_credits_beneath():
    tree = program(
        group(
            "G",
            group("PAIR", pool("P", "BIO 1"), pool("Q", "BIO 2")),
            pool("R", "BIO 3"),
            pool("S", "BIO 4"),
            min_children=0,
            min_credits_beneath=7,
        )
    )
    taken = [took(f"BIO {number}", credits=credits) for number, credits in ((1, 4), (2, 3), (3, 3), (4, 3))]
    result = audit(tree, *taken)
    assert (standing(result, "G"), applied(result, "G")) == ("MET", ["BIO 1", "BIO 2"])
    assert methods(result) == {Method.REDUCTION}


@pytest.mark.parametrize("bound", ["LEAST_WORK", "MOST_CASES"])
def test_what_would_be_too_much_work_is_left_to_the_solver(monkeypatch, bound):
    choice = group(
        "G",
        group("PAIR", pool("P", "BIO 1"), pool("Q", "BIO 2")),
        group("OTHER", pool("R", "BIO 1"), pool("S", "BIO 3")),
        group("LAST", pool("T", "BIO 2"), pool("U", "BIO 3")),
        min_children=1,
    )
    tree = program(pool("A", "BIO 1", "BIO 2"), pool("B", "BIO 1"), choice)
    taken = took("BIO 1"), took("BIO 2"), took("BIO 3")
    alone = audit(tree, *taken)
    monkeypatch.setattr(allocation_search, "WORK_EACH", 0)
    monkeypatch.setattr(allocation_search, bound, 0)
    assert methods(audit(tree, *taken)) == {Method.ENUMERATION}
    monkeypatch.setattr(allocation_packing, "MOST_BOUNDS", 0)
    result = audit(tree, *taken)
    assert methods(alone) == {Method.ENUMERATION}
    assert methods(result) == {Method.SOLVER}
    assert [standing(result, key) for key in "ABG"] == [standing(alone, key) for key in "ABG"]


def test_a_table_that_would_tell_too_much_apart_is_left_to_the_solver(monkeypatch):
    tree = program(pool("A", "BIO 1", "BIO 2", "BIO 3", min_courses=None, min_credits=6))
    taken = [took(f"BIO {number}", credits=number + 1) for number in (1, 2, 3)]
    assert methods(audit(tree, *taken)) == {Method.REDUCTION}
    monkeypatch.setattr(allocation_tables, "MOST_STATES", 2)
    assert methods(audit(tree, *taken)) == {Method.ENUMERATION}
    monkeypatch.setattr(allocation_patterns, "MOST_STEPS", 2)
    assert methods(audit(tree, *taken)) == {Method.SOLVER}


def test_a_course_that_a_shared_requirement_looks_at_is_used_elsewhere_where_that_saves_one():
    look = pool("W", "BIO 1", "BIO 2", "ART 1", sharing=requirements.Sharing.SHARED)
    tree = program(pool("A", "BIO 2", "ART 2"), look)
    result = audit(tree, took("BIO 1"), took("BIO 2"), took("ART 2"))
    assert (applied(result, "A"), applied(result, "W")) == (["BIO 2"], ["BIO 2"])
    assert methods(result) == {Method.REDUCTION}


def test_parts_of_a_shared_requirement_do_not_both_count_what_is_used_elsewhere():
    look = group(
        "W",
        pool("X", "BIO 1", "BIO 2", "BIO 3", "BIO 4", "BIO 5"),
        pool("Y", "BIO 1", "BIO 4", min_courses=2, min_credits=6),
        sharing=requirements.Sharing.SHARED,
    )
    tree = program(
        look,
        pool("A", "BIO 1", "BIO 3", "BIO 5", min_courses=None, min_credits=1, is_optional=True),
        pool("B", "BIO 4", min_courses=None, min_credits=4),
    )
    taken = [took(f"BIO {number}", credits=credits) for number, credits in enumerate((1, 3, 3, 3, 4), 1)]
    result = audit(tree, *taken)
    looked_at = [*applied(result, "X"), *applied(result, "Y")]
    assert len(looked_at) == len(set(looked_at))
    assert standing(result, "X") == "MET"


def test_an_allocation_that_uses_a_course_twice_is_worth_nothing(monkeypatch):
    seen = []
    run = allocation_search.Search.run
    monkeypatch.setattr(allocation_search.Search, "run", lambda self, *given: seen.append(self) or run(self, *given))
    audit(program(pool("A", "BIO 1"), pool("B", "BIO 1", "BIO 2")), took("BIO 1"), took("BIO 2"))
    scores = seen[0].scores
    first, second = scores.places
    assert scores.judged((first, second), [(first, 0), (second, 0)])[0] is None
    assert scores.judged((first, second), [(first, 0), (second, 1)])[0] is not None
