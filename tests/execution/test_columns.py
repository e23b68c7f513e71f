"""Attributes of many objects at once: as `getattr` says, also where rows are taken apart by position."""

from dataclasses import dataclass
from typing import NamedTuple

import pytest

from gql_api.schema.execution import columns


class Row(NamedTuple):
    id: int
    name: str


class Longer(Row):
    """What a statement answers behind the row's own columns."""

    __slots__ = ()


class Shown(Row):
    """Answers for one of its columns itself."""

    __slots__ = ()

    @property
    def name(self) -> str:
        return f"<{self[1]}>"


class Stored(property):
    """An attribute that is made of what stands in the row."""

    def __init__(self, position: int) -> None:
        super().__init__(lambda row: row[position].upper())
        self.in_rows = position, str.upper


class Made(Row):
    """Has such an attribute."""

    __slots__ = ()
    name = Stored(1)


class Odd(Row):
    """Is no row that can be taken apart."""

    __slots__ = ()

    def __iter__(self):
        return iter(["x", "y"])


@dataclass
class Plain:
    id: int
    name: str


LONGER = [tuple.__new__(Longer, (n, f"n{n}", "more", n)) for n in range(3)]
LEVELS = {
    "rows": [Row(1, "a"), Row(2, "b")],
    "rows with more behind": LONGER,
    "rows of different length": [tuple.__new__(Longer, (9, "n")), *LONGER],
    "rows of a class that answers itself": [Shown(1, "a"), Shown(2, "b")],
    "rows with attributes that are made": [Made(1, "a"), Made(2, "b")],
    "rows that are iterated over otherwise": [Odd(1, "a"), Odd(2, "b")],
    "other objects": [Plain(1, "a"), Plain(2, "b")],
    "rows among others": [Row(1, "a"), Plain(2, "b"), *LONGER],
    "one row": [Row(1, "a")],
}


def level(names, fast=lambda values: values):
    return columns.Leaves(len(names), [columns.Leaf(at, columns.Attribute(one), fast) for at, one in enumerate(names)])


@pytest.mark.parametrize("objects", LEVELS.values(), ids=LEVELS.keys())
@pytest.mark.parametrize("names", [("id",), ("name",), ("name", "id")])
def test_columns_hold_what_each_object_answers(objects, names):
    leaves = level(names)
    for _ in range(2):
        found = leaves.read(objects)
        assert [list(column) for column in found] == [[getattr(one, name) for one in objects] for name in names]
    assert columns.Attribute(names[0]).of(objects) == [getattr(one, names[0]) for one in objects]


@pytest.mark.parametrize("objects", LEVELS.values(), ids=LEVELS.keys())
def test_an_attribute_that_is_not_there_is_asked_of_each_object(objects):
    assert level(("id", "missing")).read(objects) == [None, None]
    with pytest.raises(AttributeError):
        columns.Attribute("missing").of(objects)


def test_what_is_shown_of_the_same_stored_value_is_found_out_once():
    looked_at = []

    def fast(values):
        looked_at.append(values)
        return [value + "!" for value in values]

    leaves = level(["name"], fast)

    assert leaves.read([Made(1, "a"), Made(2, "b"), Made(3, "a")]) == [["A!", "B!", "A!"]]
    assert leaves.read([Made(4, "b")]) == [["B!"]]
    assert looked_at == [["A"], ["B"]]


def test_a_stored_value_that_takes_more_than_one_look_is_left_to_who_looks_at_each():
    assert level(["name"], lambda values: None if "B" in values else values).read([Made(1, "a"), Made(2, "b")]) == [
        None
    ]


def test_leaves_stand_where_the_response_has_them():
    leaves = columns.Leaves(3, [columns.Leaf(1, columns.Attribute("id"), list)])

    assert leaves.read([Row(7, "a")]) == [None, [7], None]


def test_of_no_objects_there_are_no_values():
    assert columns.Attribute("id").of([]) == []


def test_only_rows_have_positions():
    places = [columns.place(class_, "name") for class_ in (Row, Longer, Shown, Odd, Plain)]
    assert places == [(1, None), (1, None), None, None, None]
