"""Choices of one pattern for each group: the best of all that there are."""

import itertools

import pytest
from hypothesis import given, strategies

from gql_api.domain import allocation_packing, allocation_patterns, allocation_tables, allocation_trials, solver_prices
from tests.domain.reference_programs import examples

REWARD = 100
patterns = strategies.builds(
    lambda mask, value, cost, is_met: allocation_patterns.Pattern(
        mask, value + (REWARD if is_met else 0), cost, (), is_met=is_met
    ),
    strategies.integers(0, 63),
    strategies.integers(0, 12),
    strategies.integers(0, 10**12),
    strategies.booleans(),
)
groups = strategies.lists(strategies.lists(patterns, max_size=5), min_size=1, max_size=5)


def is_choice(chosen):
    return all(not one.mask & other.mask for one, other in itertools.combinations(chosen, 2))


def goals(chosen):
    return sum(one.value for one in chosen), -sum(one.cost for one in chosen)


def best_of(given_groups):
    return max((goals(chosen) for chosen in itertools.product(*given_groups) if is_choice(chosen)), default=None)


@examples(150)
@given(groups)
def test_no_choice_is_better_than_the_one_that_is_found(given_groups):
    packed = allocation_packing.packed(given_groups, REWARD)
    assert (None if packed is None else goals(packed.chosen)) == best_of(given_groups)
    assert packed is None or is_choice(packed.chosen)


@examples(60)
@given(groups)
def test_splitting_the_patterns_finds_the_same_as_trying_them(given_groups):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(allocation_trials, "MOST_STEPS", 2)
        try:
            packed = allocation_packing.packed(given_groups, REWARD)
        except allocation_packing.TooManyError:
            return
    assert (None if packed is None else goals(packed.chosen)) == best_of(given_groups)


class WrongPrices(solver_prices.Relaxation):
    """Prices that nobody asked a continuous program for."""

    def aim(self, worths, sums, totals):
        super().aim(worths, sums, totals)
        self.extras = [1.5] * len(totals)

    def prices(self, _numbers):
        items = {1 << bit: 3.5 * bit for bit in range(6)}
        return solver_prices.Prices(items=items, extras=self.extras)


@examples(40)
@given(groups)
def test_prices_that_are_wrong_cost_work_and_not_the_answer(given_groups):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solver_prices, "Relaxation", WrongPrices)
        patch.setattr(allocation_trials, "MOST_STEPS", 1_000_000)
        packed = allocation_packing.packed(given_groups, REWARD)
    assert (None if packed is None else goals(packed.chosen)) == best_of(given_groups)


def test_of_items_that_nobody_else_wants_the_cheaper_one_goes_first():
    want = allocation_tables.Want(dimensions=(0,), needed=1, factor=3)
    items = ((1, 9, (1,)), (2, 2, (1,)))
    table = allocation_tables.Table(items=items, whole=3, bounds=((1, None),), wants=(want,), steps={})
    assert list(allocation_patterns.useful(table, 0)) == [(2, 2, 3, True)]
    assert sorted(allocation_patterns.useful(table, 3)) == [(1, 9, 3, True), (2, 2, 3, True)]
