"""Words of the old application, and what they mean here."""

import json
import sqlite3
from contextlib import closing

import pytest

from gql_api.ingest import adoption_codes, adoption_constraints, adoption_shapes, adoption_values, adoption_words
from tests import old_databases


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("3", "3"),
        ("3.0", "3"),
        ("2.5", "2.5"),
        ("2.9999999999", "3"),
        ("2.5d0", "2.5"),
        ("0", "0"),
        ("-3", None),
        ("1000", None),
        ("nan", None),
        ("Infinity", None),
        ("many", None),
        ("", None),
    ],
)
def test_numbers_of_credits(said, number):
    assert adoption_values.amount(said) == number


@pytest.mark.parametrize(
    ("domain", "said", "meant"),
    [
        ("courses.code", "math-101", "MATH 101"),
        ("courses.code", "???", None),
        ("courses.credits", "1-4", "1-4"),
        ("courses.credits", "3.0", "3"),
        ("courses.has_lab", "1", "true"),
        ("courses.has_lab", "perhaps", None),
        ("courses.course_type", "Lecture Lab", "lecture_lab"),
        ("equivalencies.equivalency_type", "No-Credit", "no_credit"),
        ("equivalencies.equivalency_type", "sort of", None),
        ("equivalencies.approved_date", "2024-02-03 04:05:06.789012", "2024-02-03"),
        ("equivalencies.approved_date", "2024-02-31", None),
        ("plans.status", "Draft", "DRAFT"),
        ("plans.time", "2024-02-03 04:05:06", "2024-02-03T04:05:06+00:00"),
        ("plans.time", "2024-02-03T04:05:06+02:00", "2024-02-03T04:05:06+02:00"),
        ("plans.time", "some day", None),
        ("plan_courses.status", "In-Progress", "IN_PROGRESS"),
        ("plan_courses.status", "enrolled", "IN_PROGRESS"),
        ("plan_courses.status", "almost", None),
        ("plan_courses.grade", "a-", "A_MINUS"),
        ("plan_courses.grade", "Pass", "P"),
        ("plan_courses.grade", "B\u2212", "B_MINUS"),
        ("plan_courses.grade", "97%", None),
        ("plan_courses.term", "autumn|2024", "FALL 2024"),
        ("plan_courses.term", "Fall 2024", "FALL 2024"),
        ("plan_courses.term", "Fall|2024.0", "FALL 2024"),
        ("plan_courses.term", "2024", None),
    ],
)
def test_what_words_mean(domain, said, meant):
    words = next(one for one in (adoption_words.COURSE_CODE, *adoption_words.WORDS) if one.domain == domain)
    assert adoption_words.meaning(words, said) == meant


@pytest.mark.parametrize(
    ("kind", "params", "cells"),
    [
        ("min_level_credits", {"credits": 6, "level": 3000}, {"min_credits": "6", "min_level": "3000"}),
        ("min_level_credits", {"min_credits": 6, "min_level": "300"}, {"min_credits": "6", "min_level": "3000"}),
        ("min_level_credits", {"credits_min": 6, "level_min": "3000+"}, {"min_credits": "6", "min_level": "3000"}),
        ("max_tag_credits", {"credits": 4, "tag": "Research"}, {"max_credits": "4", "tag": "research"}),
        ("min_tag_courses", {"courses": 1, "tag": "lab"}, {"min_courses": "1", "tag": "has_lab"}),
        ("min_tag_courses", {"courses_min": 1, "tag": "has_lab", "value": True},
         {"min_courses": "1", "tag": "has_lab", "tag_value": "true"}),
    ],
)  # fmt: skip
def test_parameters_of_constraints_under_every_name(kind, params, cells):
    read = adoption_constraints.read(kind, json.dumps(params), None)
    assert read.cells == {"constraint_type": kind, **cells}
    assert (read.oddities, read.is_empty) == ([], False)


def test_scopes_are_lists_or_objects():
    for scope in (["BIOL", "CHEM"], {"subject_codes": ["BIOL", "CHEM"]}, {"subjects": "BIOL;CHEM"}):
        read = adoption_constraints.read("credits", '{"credits": 3}', json.dumps(scope))
        assert read.cells["scope_subject_codes"] == "BIOL;CHEM"


def test_what_has_no_meaning_is_said():
    read = adoption_constraints.read("unheard of", '{"moon": 1, "credits": "x"}', "{broken")
    assert read.is_empty
    assert read.oddities == [
        ("constraint_type", "“unheard of” is no known type; its numbers are kept."),
        ("params", "“moon” has no meaning and was not kept."),
        ("params", "“credits” is “x”, which is no number."),
        ("scope_filter", "“{broken” is no JSON."),
    ]


def test_a_code_is_sealed_and_a_sealed_one_stays():
    keys = adoption_codes.Keys(("new" * 10, "old" * 10))
    sealed = keys.seal("abcd-ef01")
    assert sealed == keys.seal("ABCDEF01")
    assert "ABCDEF01" not in sealed
    assert keys.seal(sealed) == sealed
    assert [keys.seal(text) for text in ("ABC", "ABCDE-FGHJK", "!")] == ["sealed:-"] * 3


def test_a_new_code_follows_from_the_secret_and_the_plan_alone():
    keys = adoption_codes.Keys(("s" * 40,))
    codes = {keys.new_code((str(id), name)) for id in range(50) for name in ("one", None)}
    assert len(codes) == 100
    assert keys.new_code(("1", "one")) == keys.new_code(("1", "one"))
    assert adoption_codes.Keys(("t" * 40,)).new_code(("1", "one")) not in codes


def test_the_generator_makes_every_column_that_is_read(tmp_path):

    path = old_databases.write(tmp_path / "old.db", 100)
    with closing(sqlite3.connect(path)) as connection:
        for table in adoption_shapes.TABLES:
            found = {row[1] for row in connection.execute(f"PRAGMA table_info({table.name})")}
            assert found == {"id", *table.columns, *table.unread}, table.name
