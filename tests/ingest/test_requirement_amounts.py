"""The documented table: what each constraint type and column becomes."""

from decimal import Decimal

import pytest

from gql_api.domain import requirements
from gql_api.ingest import files, requirement_amounts, requirement_rows

Kind = requirements.ConstraintKind
Constraint = requirements.Constraint
Scope = requirements.Scope
ANY = frozenset()


def stated(**cells):
    wrong = []
    reader = requirement_rows.Reader(cells, lambda column, message: wrong.append((column, message)))
    values = requirement_amounts.read(reader)
    assert wrong == []
    return values


def asked(pool=ANY, **cells):
    return requirement_amounts.asked(stated(**cells), pool)


@pytest.mark.parametrize("kind", ["", "credits", "courses"])
def test_plain_numbers_are_the_nodes_own(kind):
    found = asked(constraint_type=kind, min_credits="6", max_credits="9", min_courses="2", max_courses="3")
    assert dict(found.own) == {"min_credits": 6, "max_credits": 9, "min_courses": 2, "max_courses": 3}
    assert found.constraints == ()
    assert found.oddities == ()


@pytest.mark.parametrize("kind", ["", "credits", "level"])
def test_credits_at_a_level_are_a_minimum_of_the_whole_and_a_constraint(kind):
    found = asked(constraint_type=kind, min_credits="9", min_level="2000", description="sophomore work")
    assert dict(found.own) == {"min_credits": 9}
    assert found.constraints == (
        Constraint(kind=Kind.MIN_CREDITS_AT_LEVEL, credits=Decimal(9), level=2000, description="sophomore work"),
    )


@pytest.mark.parametrize("kind", ["", "courses", "level"])
def test_courses_at_a_level_are_a_minimum_of_the_whole_and_a_constraint(kind):
    found = asked(constraint_type=kind, min_courses="2", min_level="3000+")
    assert dict(found.own) == {"min_courses": 2}
    assert found.constraints == (Constraint(kind=Kind.MIN_COURSES_AT_LEVEL, courses=2, level=3000),)


@pytest.mark.parametrize("kind", ["", "tag"])
def test_courses_with_a_tag_are_a_minimum_of_the_whole_and_a_constraint(kind):
    found = asked(constraint_type=kind, min_courses="2", tag="has_lab", tag_value="TRUE")
    assert dict(found.own) == {"min_courses": 2}
    assert found.constraints == (
        Constraint(kind=Kind.MIN_COURSES_WITH_ATTRIBUTE, courses=2, attribute="has_lab", attribute_value="true"),
    )


@pytest.mark.parametrize("kind", ["", "credits", "tag"])
def test_credits_with_a_tag_are_a_minimum_within_the_scope_of_the_tag(kind):
    found = asked(
        constraint_type=kind, min_credits="15", tag="has_lab", tag_value="TRUE", scope_subject_codes="bios, CHEM"
    )
    assert dict(found.own) == {"min_credits": 15}
    scope = Scope(subjects=frozenset({"BIOS", "CHEM"}), attribute="has_lab", attribute_value="true")
    assert found.constraints == (Constraint(kind=Kind.MIN_CREDITS, credits=Decimal(15), scope=scope),)


@pytest.mark.parametrize("kind", ["", "max_tag_credits", "tag"])
def test_a_maximum_with_a_tag_limits_the_tagged_courses_only(kind):
    found = asked(constraint_type=kind, max_credits="7", tag="course_type", tag_value="research")
    assert found.own == ()
    assert found.constraints == (
        Constraint(
            kind=Kind.MAX_CREDITS_WITH_ATTRIBUTE,
            credits=Decimal(7),
            attribute="course_type",
            attribute_value="research",
        ),
    )


def test_a_number_of_a_part_is_a_constraint_only():
    scope = Scope(subjects=frozenset({"BIOS"}))
    credit = asked(constraint_type="min_level_credits", min_credits="10", min_level="3000", scope_subject_codes="BIOS")
    assert credit.own == ()
    assert credit.constraints == (
        Constraint(kind=Kind.MIN_CREDITS_AT_LEVEL, credits=Decimal(10), level=3000, scope=scope),
    )
    courses = asked(constraint_type="min_courses_at_level", min_courses="2", min_level="4000")
    assert courses.own == ()
    assert courses.constraints == (Constraint(kind=Kind.MIN_COURSES_AT_LEVEL, courses=2, level=4000),)
    tagged = asked(constraint_type="Min Tag-Courses", min_courses="2", tag="has_lab", tag_value="true")
    assert tagged.own == ()
    assert tagged.constraints == (
        Constraint(kind=Kind.MIN_COURSES_WITH_ATTRIBUTE, courses=2, attribute="has_lab", attribute_value="true"),
    )


def test_one_row_may_ask_for_credits_at_a_level_and_courses_with_a_tag():
    found = asked(
        constraint_type="min_level_credits",
        min_credits="10",
        min_level="3000",
        min_courses="2",
        tag="has_lab",
        tag_value="true",
    )
    assert found.own == ()
    assert found.constraints == (
        Constraint(kind=Kind.MIN_CREDITS_AT_LEVEL, credits=Decimal(10), level=3000),
        Constraint(kind=Kind.MIN_COURSES_WITH_ATTRIBUTE, courses=2, attribute="has_lab", attribute_value="true"),
    )


def test_the_column_of_courses_at_a_level_needs_the_level():
    found = asked(min_courses_at_level="2", min_level="3000")
    assert found.constraints == (Constraint(kind=Kind.MIN_COURSES_AT_LEVEL, courses=2, level=3000),)
    without = asked(min_courses_at_level="2")
    assert dict(without.own) == {"min_courses": 2}
    assert without.oddities == (
        ("min_courses_at_level", "There is no min_level beside it: it is read as min_courses."),
    )


def test_maxima_beside_a_level_alone_limit_that_level():
    assert asked(max_credits="6", min_level="1000").constraints == (
        Constraint(kind=Kind.MAX_CREDITS_AT_LEVEL, credits=Decimal(6), level=1000),
    )
    assert asked(max_courses="2", min_level="3000").constraints == (
        Constraint(kind=Kind.MAX_COURSES, courses=2, scope=Scope(level_from=3000)),
    )
    both = asked(min_credits="9", max_credits="12", min_level="2000")
    assert dict(both.own) == {"min_credits": 9, "max_credits": 12}


def test_a_maximum_of_courses_with_a_tag_is_scoped():
    assert asked(constraint_type="min_tag_courses", max_courses="2", tag="has_lab").constraints == (
        Constraint(kind=Kind.MAX_COURSES, courses=2, scope=Scope(attribute="has_lab")),
    )


def test_a_scope_that_holds_the_whole_pool_narrows_nothing():
    whole = asked(frozenset({"MATH"}), min_credits="3", max_credits="6", scope_subject_codes="MATH")
    assert dict(whole.own) == {"min_credits": 3, "max_credits": 6}
    assert whole.constraints == ()
    part = asked(frozenset({"MATH", "STAT"}), min_credits="3", max_credits="6", scope_subject_codes="MATH")
    scope = Scope(subjects=frozenset({"MATH"}))
    assert dict(part.own) == {"min_credits": 3}
    assert part.constraints == (
        Constraint(kind=Kind.MIN_CREDITS, credits=Decimal(3), scope=scope),
        Constraint(kind=Kind.MAX_CREDITS, credits=Decimal(6), scope=scope),
    )


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (
            {"constraint_type": "min_level_credits", "min_credits": "6"},
            "The type is min_level_credits, but min_level is blank: the row is loaded as its numbers stand.",
        ),
        (
            {"constraint_type": "min_tag_courses", "max_courses": "2", "tag": "has_lab"},
            "The type is min_tag_courses, but min_courses is blank: the row is loaded as its numbers stand.",
        ),
        (
            {"constraint_type": "courses", "min_credits": "6"},
            "The type is courses, but min_courses and max_courses are blank: the row is loaded as its numbers stand.",
        ),
        ({"min_level": "3000"}, "The row names a constraint without any number: it asks for nothing."),
    ],
)
def test_what_a_type_misses_is_told_and_the_numbers_are_loaded(cells, message):
    assert ("constraint_type", message) in asked(**cells).oddities


def test_numbers_without_their_level_are_the_nodes_own():
    assert dict(asked(constraint_type="min_level_credits", min_credits="6").own) == {"min_credits": 6}


def test_blank_columns_state_nothing_and_zero_minima_ask_for_nothing():
    assert stated(description="only words", min_credits="NAN") is None
    assert stated(min_credits="0", min_courses="0") is None


@pytest.mark.parametrize(
    ("cells", "column", "message"),
    [
        (
            {"constraint_type": "most"},
            "constraint_type",
            (
                "“most” is not a constraint type. Known types: credits, courses, level, tag, min_level_credits, "
                "min_courses_at_level, min_tag_courses, max_tag_credits."
            ),
        ),
        ({"min_credits": "six"}, "min_credits", "“six” is not a number of credits. Write 3 or 1.5."),
        ({"min_courses": "1.5"}, "min_courses", "“1.5” is not a number of courses from 0 to 1,000."),
        ({"min_courses": "1001"}, "min_courses", "“1001” is not a number of courses from 0 to 1,000."),
        ({"min_level": "2500"}, "min_level", "“2500” is not a level. Write 1000, 2000, 3000 …"),
        ({"tag_value": "TRUE"}, "tag_value", "The value belongs to no tag; fill the column tag."),
    ],
)
def test_a_wrong_cell_is_told_with_its_column(cells, column, message):
    wrong = []
    requirement_amounts.read(requirement_rows.Reader(cells, lambda *told: wrong.append(told)))
    assert wrong == [(column, message)]


@pytest.mark.parametrize(("text", "level"), [("300", 3000), ("3000+", 3000), ("0", 0), ("4000.0", 4000)])
def test_a_level_is_read_in_hundreds_and_thousands(text, level):
    assert stated(min_level=text, min_credits="3").min_level == level


def test_rows_of_files_are_numbered_for_people():
    assert files.Row(3 * files.PLACES + 17, {}).number == 17
