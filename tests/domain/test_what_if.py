"""Scenarios: their entries, and names that tell them apart."""

from gql_api.domain import what_if
from tests.domain import literals as a


def test_added_entries_know_their_place_in_the_input_and_those_of_a_plan_have_none():
    more = what_if.added([a.took("AA 101"), a.took("BB 101")])

    assert [what_if.place(entry.id) for entry in more] == [0, 1]
    assert what_if.place(17) is None


def test_what_is_dropped_is_gone_and_what_is_added_stands_after_the_rest():
    held = [a.took("AA 101", id=1), a.took("BB 101", id=2)]
    more = what_if.added([a.took("CC 101")])

    assert [entry.label for entry in what_if.changed(held, more, {1})] == ["BB 101", "CC 101"]


def test_the_same_changes_have_the_same_name_and_others_another():
    more = what_if.added([a.took("AA 101", "B")])
    again = what_if.added([a.took("AA 101", "B")])
    better = what_if.added([a.took("AA 101", "A")])

    assert what_if.name(more, {1, 2}) == what_if.name(again, {2, 1})
    assert len({what_if.name(*one) for one in ((more, ()), (better, ()), (more, {1}), ((), {1}))}) == 4
    assert what_if.name((), ()) == ""
