import secrets
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gql_api import errors
from gql_api.domain import plan_codes


def test_the_alphabet_has_thirty_two_symbols_and_none_that_look_alike():
    assert len(plan_codes.ALPHABET) == len(set(plan_codes.ALPHABET)) == 32
    assert not set("01IO") & set(plan_codes.ALPHABET)


def test_a_code_follows_from_its_random_bytes():
    assert plan_codes.generate(bytes(7)) == "2222222222"
    assert plan_codes.generate(b"\xff" * 7) == "ZZZZZZZZZZ"
    assert plan_codes.generate((0b00001_00000).to_bytes(7, "big")) == "2322222222"


def test_every_symbol_is_as_likely_at_every_place():
    for place in range(10):
        seen = Counter(plan_codes.generate((number << (5 * place)).to_bytes(7, "big"))[place] for number in range(32))
        assert seen == Counter(plan_codes.ALPHABET)


def test_too_few_random_bytes_are_a_defect():
    with pytest.raises(ValueError, match="made of 7 random bytes, not 6"):
        plan_codes.generate(bytes(6))


@given(st.binary(min_size=7, max_size=32))
def test_a_code_is_recognised_in_any_case_and_grouping(random):
    code = plan_codes.generate(random)
    assert len(code) == 10
    shown = plan_codes.displayed(code)
    assert shown == f"{code[:5]}-{code[5:]}"
    for typed in (code, shown, shown.lower(), f"  {code[:3]} {code[3:6]}.{code[6:]}\n", shown.replace("-", "–")):
        assert plan_codes.normalise(typed) == code
        assert plan_codes.digest(typed, b"secret") == plan_codes.digest(code, b"secret")


@pytest.mark.parametrize(("typed", "code"), [("ab12-cd34", "AB12CD34"), ("O0I1 O0I1", "O0I1O0I1")])
def test_codes_of_the_old_system_keep_working(typed, code):
    assert plan_codes.normalise(typed) == code
    assert plan_codes.displayed(typed) == f"{code[:4]}-{code[4:]}"


@pytest.mark.parametrize(
    "typed", ["", "ABC", "ABCDE-FGHJ0", "ABCDEFGHJ", "ABCDEFGHJKL", "ÄBCDE-FGHJK", "A" * 10_000, "٢" * 10]
)
def test_what_cannot_be_a_code_is_refused_without_repeating_it(typed):
    with pytest.raises(errors.InvalidInput) as refusal:
        plan_codes.normalise(typed)
    assert refusal.value.message == (
        "This is not a plan code. A code has 10 letters and digits, such as ABCDE-FGHJK, and never 0, 1, I or O; "
        "one of the old application has 8, and may have these."
    )


def test_the_digest_is_the_hmac_of_the_code_and_differs_with_the_secret():
    code = "ABCDEFGHJK"
    assert plan_codes.digest(code, b"one").hex() == ("27d0064a7c566678ae6bf2bfbcaff9898184d963836bd333f47552a2804da2b4")
    assert plan_codes.digest(code, b"one") != plan_codes.digest(code, b"two")
    assert len(plan_codes.digest(code, secrets.token_bytes(32))) == 32


def test_the_name_of_a_secret_tells_secrets_apart_and_is_not_part_of_them():
    assert plan_codes.key_id("one") == plan_codes.key_id("one")
    assert plan_codes.key_id("one") != plan_codes.key_id("two")
    assert len(plan_codes.key_id("one")) == 16
