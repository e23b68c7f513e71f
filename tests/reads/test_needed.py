"""Columns that no field looks at are not read; rows without them say so."""

from decimal import Decimal

import psycopg
import pytest
import sqlalchemy as sa

from gql_api.reads import courses, equivalencies, needed, parameters
from gql_api.reads import statements as prepared
from tests import catalog

pytestmark = pytest.mark.anyio


@pytest.fixture
async def course_id(connection) -> int:
    here = await catalog.college(connection, "Narrow College")
    return await catalog.course(connection, here, "BIO 101")


async def test_a_row_has_the_columns_that_the_operation_asks_for_and_those_that_are_always_there(
    connection, course_id, statements
):
    with statements() as executed:
        (row,) = await courses.by_id(connection, [course_id], frozenset({"code", "description"}))

    assert isinstance(row, courses.CourseRow)
    assert (row.id, row.code, row.description) == (course_id, "BIO 101", None)
    assert "courses.description" in executed[0]
    assert "courses.prerequisite_text" not in executed[0]


async def test_a_column_that_was_not_read_is_an_error_and_never_a_null(connection, course_id):
    (row,) = await courses.by_id(connection, [course_id], frozenset({"title"}))

    with pytest.raises(AttributeError, match=r"^description was not read"):
        _ = row.description


async def test_without_a_word_of_the_fields_everything_is_read(connection, course_id):
    (row,) = await courses.by_id(connection, [course_id])

    assert type(row)._fields == courses.CourseRow._fields
    assert row.prerequisite_text is None


async def test_exact_numbers_are_read_as_digits_and_are_numbers_to_who_looks(connection, course_id):
    (row,) = await courses.by_id(connection, [course_id], frozenset({"credits_min", "credits_max"}))

    place, make = vars(type(row))["credits_min"].in_rows
    assert row[place] == "3.000"
    assert make(row[place]) == row.credits_min == Decimal(3)
    assert row.credits_min is make(row[place])
    assert needed.number(None) is None


def test_a_field_that_looks_at_another_column_keeps_it():
    kept = courses.NEEDED.kept(frozenset({"can_take"}))

    assert "prerequisite_text" in kept.row._fields


def test_operations_that_need_the_same_columns_share_them():
    one, other = (
        equivalencies.COLUMNS.kept(frozenset(fields)) for fields in ({"code", "outcome"}, {"title", "outcome"})
    )

    assert one is other


def test_optional_columns_are_columns_of_the_row():
    for columns in (courses.NEEDED, equivalencies.COLUMNS, equivalencies.AWARD_COLUMNS):
        assert columns._optional.keys() < set(columns.row._fields)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        (12, b"12"),
        (True, b"t"),
        ("a'b", b"a'b"),
        (Decimal("1.50"), b"1.50"),
        ([1, 2, 3], b"{1, 2, 3}"),
        ([], b"{}"),
        (['say "x"', "back\\slash", "a,b", None, ""], b'{"say \\"x\\"","back\\\\slash","a,b",NULL,""}'),
        ([b"\x00\xff"], b'{"\\\\x00ff"}'),
        ((True, False), b'{"t","f"}'),
    ],
)
def test_parameters_are_written_as_postgresql_reads_them(value, text):
    assert parameters.encoded(value) == text


def test_a_text_with_nul_is_refused_since_the_protocol_would_cut_it():
    with pytest.raises(psycopg.DataError, match="cannot contain NUL"):
        parameters.encoded("a\x00b")


def test_a_value_of_an_unknown_type_is_refused():
    with pytest.raises(TypeError, match="object cannot be sent"):
        parameters.encoded(object())


async def test_texts_of_every_kind_come_back_as_they_were_sent(connection):
    echo = prepared.Prepared(sa.select(sa.bindparam("texts", type_=sa.ARRAY(sa.Text))))
    texts = ['"', "\\", "{}", ",", "NULL", "", " ", "é😀", "a\nb", "'; --", "%s %(x)s $1"]
    assert await echo.every(connection, texts=texts) == [(texts,)]


def test_every_column_but_the_id_is_looked_at_by_the_field_of_its_name_unless_others_are_named():
    found = needed.by_name(equivalencies.SourceRow, minimum_grade=("c",))

    assert found == {"course_id": ("course_id",), "minimum_grade": ("c",), "minimum_score": ("minimum_score",)}
