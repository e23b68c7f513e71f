"""The engine's allocations beside the best of all assignments, which the reference finds by trying every one."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gql_api.domain import entries
from tests.domain import reference, reference_programs
from tests.domain.literals import audit
from tests.domain.reference_programs import examples

View = entries.View
MOST_WAYS = 300


def held_in(result, view, taken):
    """What an audit applies to each leaf, as the reference writes it."""
    by_id = {entry.id: entry for entry in taken}
    return {
        one.key: [by_id[id] for applied in one.in_view(view).applied for id in applied.entry_ids]
        for one in result.requirements
        if one.needed_children is None
    }


def compare(tree, taken, exceptions=(), constraints=()):
    """In every view the engine's assignment is allowed, means what the engine says, and is as good as the best."""
    judge = reference.Judge(tree, taken, exceptions, constraints)
    try:
        next(judge.ways(View.PLANNED, MOST_WAYS), None)
    except reference.TooManyWays:
        assume(False)
    result = audit(tree, *taken, exceptions=exceptions, constraints=constraints)
    kept = []
    for view in View:
        held = held_in(result, view, taken)
        assert all(judge.fits(judge.places[key], one) for key, found in held.items() for one in found)
        assert judge.is_within(held)
        met = [one.key for one in result.requirements if one.in_view(view).status.name in {"MET", "WAIVED"}]
        assert met == [one.key for one in result.requirements if judge.is_met(judge.places[one.key], held)]
        assert judge.goals(held) == judge.best(view, kept, MOST_WAYS)
        kept = [one.key for one in result.requirements if one.depth == 0 and one.key in met]


@examples(30)
@given(reference_programs.trees(), reference_programs.plans())
def test_no_assignment_of_completed_courses_is_better_than_the_engine_s(tree, taken):
    compare(tree, taken)


@examples(30)
@given(reference_programs.trees(), reference_programs.plans(is_completed=False))
def test_no_assignment_in_any_view_is_better_than_the_engine_s(tree, taken):
    compare(tree, taken)


@examples(25)
@given(reference_programs.trees(is_sharing=True), reference_programs.plans(least=2, most=4))
def test_no_assignment_that_shares_courses_is_better_than_the_engine_s(tree, taken):
    compare(tree, taken)


@examples(30)
@given(reference_programs.trees(), reference_programs.plans(most=5), st.data())
def test_no_assignment_that_follows_the_advisors_is_better_than_the_engine_s(tree, taken, data):
    compare(tree, taken, data.draw(reference_programs.exceptions(tree, taken)))


@examples(30)
@given(reference_programs.trees(), reference_programs.plans(most=5), reference_programs.constraints)
def test_no_assignment_within_the_whole_program_s_limits_is_better_than_the_engine_s(tree, taken, constraints):
    compare(tree, taken, constraints=constraints)


def test_the_reference_refuses_what_is_too_much_to_try():
    judge = reference.Judge(reference_programs.program(*[]), ())
    assert list(judge.ways(View.COMPLETED, 1)) == [{}]
    with pytest.raises(reference.TooManyWays):
        list(judge.ways(View.COMPLETED, 0))
