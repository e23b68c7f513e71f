"""Whether a course matches an option, and which conditions on single courses it passes."""

from datetime import date
from decimal import Decimal

import pytest

from gql_api.domain import eligibility, equivalencies, grades, requirements, statuses
from tests.domain.literals import (
    ON,
    THERE,
    applied,
    attributes,
    audit,
    awards,
    constraint,
    course,
    elective,
    found,
    option,
    pattern,
    plans,
    pool,
    program,
    reasons,
    rule,
    standing,
    takes,
    took,
    unlisted,
)


def counts(leaf, *taken, **values):
    """What a program of this one leaf applies of the entries."""
    return applied(audit(program(leaf), *taken, **values), leaf.key)


def test_a_named_course_matches_by_its_id_and_never_by_its_code():
    leaf = pool("A", "MATH 101")
    assert counts(leaf, took("MATH 101")) == ["MATH 101"]
    assert counts(leaf, took("MATH 102")) == []
    assert counts(leaf, took("MATH 101", at=THERE)) == []


def test_another_colleges_course_counts_where_the_program_names_it():
    assert counts(pool("A", option("MATH 101", THERE)), took("MATH 101", at=THERE)) == ["MATH 101"]


def test_an_option_whose_course_is_unknown_matches_nothing():
    lost = requirements.CourseOption(course_id=None, code="MATH 101")
    assert counts(pool("A", lost), took("MATH 101")) == []


def test_courses_of_one_cross_list_group_are_the_same_course():
    both = course("CS 240", same=("MATH 240",))
    assert counts(pool("A", "MATH 240"), took(both)) == ["CS 240"]
    assert counts(pool("A", pattern(subject="MATH")), took(both)) == ["CS 240"]
    assert counts(pool("A", pattern(subject="MATH", level_from=3000)), took(both)) == []


def test_a_cross_listed_catalog_entry_matches_under_each_of_its_subjects():
    assert counts(pool("A", pattern(subject="STAT", number_from="400")), took("MATH/STAT 431")) == ["MATH/STAT 431"]


@pytest.mark.parametrize(
    ("wanted", "matches"),
    [
        ({"subject": "BIOS"}, True),
        ({"subject": "BIO"}, False),
        ({"subject": "BIOS", "number_from": "2000", "number_to": "2999"}, True),
        ({"subject": "BIOS", "number_from": "2015"}, False),
        ({"level_from": 2000}, True),
        ({"level_from": 3000}, False),
        ({"level_to": 2000}, True),
        ({"level_to": 1000}, False),
        ({"attribute": "has_lab"}, True),
        ({"attribute": "course_type", "attribute_value": "research"}, True),
        ({"attribute": "course_type", "attribute_value": "seminar"}, False),
        ({"attribute": "writing"}, True),
        ({"attribute": "arts"}, False),
        ({"subject": "BIOS", "institution_id": THERE}, False),
    ],
)
def test_a_pattern_asks_for_all_that_it_says(wanted, matches):
    kind = statuses.CourseType.INDEPENDENT_STUDY
    taken = took(course("BIOS 2014L", attributes=attributes("writing", has_lab=True, course_type=kind)))
    assert bool(counts(pool("A", pattern(**wanted)), taken)) is matches


def test_a_pattern_speaks_of_the_programs_institution_unless_it_names_another():
    taken = took("BIO 1", at=THERE)
    assert counts(pool("A", pattern(subject="BIO")), taken) == []
    assert counts(pool("A", pattern(subject="BIO", institution_id=THERE)), taken) == ["BIO 1"]


def test_an_excluded_option_takes_a_course_out_of_a_pattern():
    leaf = pool("A", pattern(subject="BIO"), option("BIO 2", is_excluded=True))
    assert counts(leaf, took("BIO 1")) == ["BIO 1"]
    taken = took("BIO 2")
    assert reasons(audit(program(leaf), taken)) == {taken.id: "NOT_ELIGIBLE"}


def test_an_awarded_course_counts_as_that_course_and_says_by_which_rule():
    result = audit(
        program(pool("A", "BIOS 101")), took("BIO 1", at=THERE), rules=[rule(7, "BIO 1", awards("BIOS 101"))]
    )
    [one] = found(result, "A").views[0].applied
    assert (one.counts_as, one.rule_id) == ("BIOS 101", 7)


ELECTIVE = [rule(1, "ART 7", elective("HUM", 1000, tags=["gen-ed"]))]


@pytest.mark.parametrize(
    ("wanted", "matches"),
    [
        ({"subject": "HUM"}, True),
        ({"subject": "ART"}, False),
        ({"subject": "HUM", "level_from": 1000, "level_to": 1000}, True),
        ({"subject": "HUM", "level_from": 2000}, False),
        ({"attribute": "gen-ed"}, True),
        ({"attribute": "has_lab"}, False),
        ({"subject": "HUM", "number_from": "1000"}, False),
        ({"subject": "HUM", "number_to": "9999"}, False),
    ],
)
def test_elective_credit_matches_by_subject_level_and_tags_and_never_a_range_of_numbers(wanted, matches):
    assert bool(counts(pool("A", pattern(**wanted)), took("ART 7", at=THERE), rules=ELECTIVE)) is matches


def test_elective_credit_never_counts_for_a_named_course():
    partial = rule(1, "X 1", awards("HUM 101"), strength=equivalencies.Strength.PARTIAL)
    assert counts(pool("A", "HUM 101"), took("X 1", at=THERE), rules=[partial]) == []
    assert counts(pool("A", pattern(subject="HUM")), took("X 1", at=THERE), rules=[partial]) == ["HUM 101 (partial)"]


def test_elective_credit_counts_as_free_elective_and_unevaluated_credit_does_not():
    leaf = pool("A", is_residual=True, min_credits=3)
    assert counts(leaf, took("ART 7", at=THERE), rules=ELECTIVE) == ["HUM elective"]
    assert counts(leaf, took("ART 8", at=THERE)) == []
    assert counts(leaf, unlisted("Pottery")) == []


def test_developmental_courses_count_only_where_they_are_named():
    assert counts(pool("A", pattern(subject="MATH")), took("MATH 098")) == []
    assert counts(pool("A", is_residual=True, min_credits=3), took("MATH 098")) == []
    assert counts(pool("A", "MATH 098"), took("MATH 098")) == ["MATH 098"]


def test_a_minimum_grade_is_yes_no_or_unknown():
    leaf = pool("A", "BIO 1", min_grade=grades.Grade.C)
    assert standing(audit(program(leaf), took("BIO 1", "C")), "A") == "MET"
    low = took("BIO 1", "C-")
    result = audit(program(leaf), low)
    assert standing(result, "A") == "UNMET"
    assert reasons(result) == {low.id: "GRADE_TOO_LOW"}
    ungraded = took("BIO 1", None)
    result = audit(program(leaf), ungraded)
    assert standing(result, "A") == "UNKNOWN"
    assert reasons(result) == {ungraded.id: "UNDECIDED"}
    assert "no grade of BIO 1 is recorded" in found(result, "A").explanation
    assert standing(audit(program(leaf), takes("BIO 1")), "A") == "IN_PROGRESS"
    assert standing(audit(program(leaf), plans("BIO 1")), "A") == "PLANNED"


def test_a_minimum_grade_set_above_holds_below_and_only_within_its_scope():
    asked = constraint("MIN_GRADE", grade=grades.Grade.B, scope=requirements.Scope(subjects=frozenset({"BIO"})))
    leaf = pool("A", "BIO 1", "CHEM 1")
    assert counts(leaf, took("BIO 1", "C"), constraints=(asked,)) == []
    assert counts(leaf, took("CHEM 1", "C"), constraints=(asked,)) == ["CHEM 1"]


def test_credits_of_a_single_course_have_bounds():
    leaf = pool("A", pattern(subject="BIO"), min_credits_per_course=2, max_credits_per_course=4)
    for credits, is_eligible in [(1, False), (2, True), (4, True), (5, False)]:
        assert bool(counts(leaf, took(course("BIO 1", credits=credits)))) is is_eligible


def test_a_course_may_be_too_old_and_without_a_date_that_cannot_be_told():
    recent = constraint("MAX_AGE_YEARS", years=10)
    leaf = pool("A", "BIO 1", constraints=(recent,))
    assert standing(audit(program(leaf), took("BIO 1", on=date(2015, 6, 1))), "A") == "MET"
    assert standing(audit(program(leaf), took("BIO 1", on=date(2015, 5, 31))), "A") == "UNMET"
    assert standing(audit(program(leaf), took("BIO 1", on=None)), "A") == "UNKNOWN"
    assert date(2025, 6, 1) == ON


def test_preferred_options_are_chosen_among_equals():
    leaf = pool("A", "BIO 1", option("BIO 2", is_preferred=True), "BIO 3")
    assert counts(leaf, took("BIO 1"), took("BIO 2"), took("BIO 3")) == ["BIO 2"]


def test_the_nearest_miss_is_the_one_that_is_explained():
    order = [eligibility.Refusal.NO_OPTION, eligibility.Refusal.EXCLUDED, eligibility.Refusal.GRADE_TOO_LOW]
    assert sorted(order, key=lambda refusal: refusal.nearness) == order
    low = took("BIO 1", "D")
    tree = program(pool("A", "CHEM 1"), pool("B", "BIO 1", min_grade=grades.Grade.C), pool("C", "ART 1"))
    [one] = audit(tree, low).unapplied
    assert (one.reason.name, one.sentence) == (
        "GRADE_TOO_LOW",
        "BIO 1 is not applied to “B”: the grade of BIO 1 is D; at least C is asked for.",
    )


def test_credits_of_a_variable_course_are_those_that_were_taken():
    leaf = pool("A", pattern(subject="BIO"), min_credits=4)
    variable = course("BIO 499", credits=1, most=6)
    assert standing(audit(program(leaf), took(variable)), "A") == "PARTIAL"
    assert standing(audit(program(leaf), took(variable, credits=Decimal(4))), "A") == "MET"
