"""How far two spellings are apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gql_api.domain import spellings

WORDS = st.text(alphabet="abc", max_size=6)


@pytest.mark.parametrize(
    ("word", "other", "expected"),
    [
        ("physics", "physics", 0),
        ("phsyics", "physics", 1),
        ("acounting", "accounting", 1),
        ("biologgy", "biology", 1),
        ("calkulus", "calculus", 1),
        ("prinicples", "principles", 1),
        ("managment", "marketing", None),
        ("", "ab", 2),
    ],
)
def test_mistakes_are_letters_too_many_missing_wrong_or_changed_with_their_neighbour(word, other, expected):
    assert spellings.mistakes(word, other, most=2) == expected


def test_a_short_word_is_forgiven_nothing_and_a_long_one_two_mistakes():
    assert [spellings.forgiven(word) for word in ("art", "math", "physics", "calculus")] == [0, 1, 1, 2]


@given(WORDS, WORDS)
def test_mistakes_are_the_same_both_ways_and_none_only_for_the_same_word(word, other):
    there = spellings.mistakes(word, other, most=6)
    assert there == spellings.mistakes(other, word, most=6)
    assert (there == 0) == (word == other)


@given(WORDS, WORDS, st.integers(min_value=0, max_value=6))
def test_more_mistakes_than_asked_for_are_not_counted(word, other, most):
    there = spellings.mistakes(word, other, most=6)
    assert there is not None
    assert spellings.mistakes(word, other, most=most) == (there if there <= most else None)
