"""Numbers in a request's variables arrive as they were sent, or the request is refused."""

import pytest

from gql_api.web import refusals, requests


def sent(number: str) -> object:
    return requests.from_body(b'{"query": "{a}", "variables": {"n": [%s]}}' % number.encode()).variables["n"][0]


@pytest.mark.parametrize(
    "number", ["0", "-1", "9007199254740993", "18446744073709551615", "18446744073709551616", "-9223372036854775809"]
)
def test_an_integer_of_at_most_twenty_digits_is_exact(number):
    value = sent(number)
    assert type(value) is int
    assert str(value) == number


def test_a_longer_integer_is_refused_and_not_rounded():
    with pytest.raises(refusals.Refusal, match="more than 20 digits"):
        sent("1" * 21)


def test_a_fraction_is_a_float():
    assert sent("0.5") == 0.5


def test_a_key_that_is_repeated_beside_a_number_is_refused():
    with pytest.raises(refusals.Refusal, match="repeats a key"):
        requests.from_body(b'{"query": "{a}", "variables": {"n": 1, "n": 0.5}}')
