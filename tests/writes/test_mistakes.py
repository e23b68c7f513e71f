"""Mistakes of an input, told together."""

import pytest

from gql_api import errors
from gql_api.writes import mistakes


def wrong(*path):
    raise errors.InvalidInput("No.", path=path)


def test_what_several_parts_refuse_is_told_together_in_their_order():
    with pytest.raises(ExceptionGroup) as caught:
        mistakes.both(lambda: wrong("a"), lambda: mistakes.every([lambda: 1, lambda: wrong("b"), lambda: wrong("c")]))
    assert [one.path for one in caught.value.exceptions] == [("a",), ("b",), ("c",)]


def test_one_mistake_is_raised_as_itself_and_none_gives_the_values():
    with pytest.raises(errors.InvalidInput):
        mistakes.both(lambda: 1, lambda: wrong("b"))
    assert mistakes.both(lambda: 1, lambda: mistakes.every([lambda: 2, lambda: 3])) == (1, [2, 3])


def test_of_several_mistakes_about_one_part_the_first_is_told():
    found = mistakes.Mistakes()
    found.add([errors.NotFound("First.", path=("a",)), errors.InvalidInput("Second.", path=("a",))])
    assert [one.message for one in found.found] == ["First."]


@pytest.mark.parametrize("error", [errors.Unauthenticated("Who?"), errors.Forbidden("No."), KeyError("a defect")])
def test_what_is_no_mistake_of_the_input_goes_through(error):
    found = mistakes.Mistakes()

    def refused():
        with found.collected():
            raise error

    with pytest.raises(type(error)):
        refused()
    assert found.found == []


def test_a_defect_among_several_mistakes_is_no_mistake_of_the_input():
    found = mistakes.Mistakes()

    def refused():
        with found.collected():
            raise ExceptionGroup("mixed", [errors.InvalidInput("No."), KeyError("a defect")])

    with pytest.raises(ExceptionGroup):
        refused()
    assert found.found == []
