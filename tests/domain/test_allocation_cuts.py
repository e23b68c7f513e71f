"""Cuts: what no choice of patterns breaks, and parts of patterns do."""

import itertools

from hypothesis import given, strategies

from gql_api.domain import allocation_cuts
from tests.domain.reference_programs import examples

masks = strategies.lists(strategies.lists(strategies.integers(0, 63), min_size=1, max_size=4), min_size=1, max_size=4)


def shares_of(given_masks, chance):
    """Some parts of patterns, of each group one in all."""
    found = []
    for mine in given_masks:
        weights = [chance.choice([0, 1, 1, 2]) for _ in mine]
        total = sum(weights) or 1
        found.append({one: weight / total for one, weight in enumerate(weights) if weight})
    return found


def choices(given_masks):
    for chosen in itertools.product(*(range(len(mine)) for mine in given_masks)):
        used = [given_masks[group][one] for group, one in enumerate(chosen)]
        if all(not one & other for one, other in itertools.combinations(used, 2)):
            yield set(enumerate(chosen))


@examples(100)
@given(masks, strategies.randoms(use_true_random=False))
def test_no_choice_takes_two_patterns_of_a_cut(given_masks, chance):
    for cut in allocation_cuts.cuts(given_masks, shares_of(given_masks, chance)):
        assert all(len(choice.intersection(cut)) <= 1 for choice in choices(given_masks))


@examples(100)
@given(masks, strategies.randoms(use_true_random=False))
def test_the_parts_that_asked_for_a_cut_exceed_it(given_masks, chance):
    shares = shares_of(given_masks, chance)
    for cut in allocation_cuts.cuts(given_masks, shares):
        assert sum(shares[group].get(one, 0) for group, one in cut) > 1


def test_three_that_want_each_other_s_items_cannot_have_half_of_them_each():
    pairs = [[0b011, 0], [0b110, 0], [0b101, 0]]
    cuts = allocation_cuts.cuts(pairs, [{0: 0.5, 1: 0.5}] * 3)
    assert [(0, 0), (1, 0), (2, 0)] in cuts


def test_parts_that_a_choice_could_be_made_of_are_not_cut():
    assert allocation_cuts.cuts([[0b01, 0b10], [0b10, 0b01]], [{0: 0.5, 1: 0.5}] * 2) == []
    assert allocation_cuts.cuts([[0b01], [0b10]], [{0: 1.0}] * 2) == []
