"""The worked cases of the specification, each as a registrar would tell it."""

import pytest

from gql_api.domain import codes, entries, equivalencies
from tests.domain.literals import (
    THERE,
    applied,
    audit,
    awards,
    course,
    elective,
    entry,
    found,
    group,
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
)

View = entries.View
VIEWS = ("MET", "IN_PROGRESS", "PLANNED")


def test_one_course_in_two_groups_counts_once():
    tree = program(group("SCIENCE", pool("LIFE", "BIO 101"), pool("LAB", "BIO 101", "CHEM 101")))
    result = audit(tree, took("BIO 101"))
    assert sorted((standing(result, "LIFE"), standing(result, "LAB"))) == ["MET", "UNMET"]
    assert len(applied(result, "LIFE") + applied(result, "LAB")) == 1
    assert found(result, "SCIENCE").in_view(View.PLANNED).courses == 1
    assert standing(audit(tree, took("BIO 101"), took("CHEM 101")), "SCIENCE") == "MET"


def test_one_course_in_two_top_level_requirements_counts_once():
    result = audit(program(pool("A", "BIO 101"), pool("B", "BIO 101")), took("BIO 101"))
    assert (result.views[0].requirements_met, result.status.name) == (1, "PARTIAL")


def test_nothing_is_met_while_a_mandatory_group_is_open():
    tree = program(group("MAJOR", pool("CORE", "BIO 101"), pool("CAPSTONE", "BIO 499")), pool("MATH", "MATH 101"))
    result = audit(tree, took("BIO 101"), took("MATH 101"))
    assert [standing(result, key) for key in ("CORE", "CAPSTONE", "MAJOR", "MATH")] == [
        "MET",
        "UNMET",
        "PARTIAL",
        "MET",
    ]
    assert [view.status.name for view in result.views] == ["PARTIAL"] * 3
    assert all(view.percent < 100 for view in result.views)


def test_credits_that_are_enough_do_not_close_a_group_that_lacks_a_course():
    tree = program(group("MAJOR", pool("CORE", "BIO 101"), pool("LAB", "BIO 102"), min_credits_beneath=3))
    assert standing(audit(tree, took("BIO 101")), "MAJOR") == "PARTIAL"


@pytest.mark.parametrize("grade", ["F", "W", "NP", "NC", "U", "WF", "AU", "E", "NR"])
def test_a_grade_that_earns_nothing_meets_nothing(grade):
    tree = program(pool("A", "BIO 101"), pool("FREE", is_residual=True, min_credits=3), total=3)
    given = took("BIO 101", grade, id=1)
    result = audit(tree, given)
    assert [standing(result, key) for key in ("A", "FREE")] == ["UNMET", "UNMET"]
    assert [view.credits for view in result.views] == [0, 0, 0]
    assert reasons(result) == {1: "EARNS_NOTHING"}


@pytest.mark.parametrize("grade", ["D-", "P", "CR", "S", "TR", None])
def test_a_grade_that_earns_credit_meets_what_asks_for_no_more(grade):
    assert standing(audit(program(pool("A", "BIO 101")), took("BIO 101", grade)), "A") == "MET"


def test_a_repeated_course_earns_once():
    tree = program(pool("A", "BIO 101", "BIO 102", min_credits=6), total=6)
    result = audit(tree, took("BIO 101", "C", id=1), took("BIO 101", "A", id=2, is_repeat=True))
    assert result.views[0].credits == 3
    assert standing(result, "A") == "PARTIAL"
    assert reasons(result) == {1: "REPEATED"}


def test_another_college_s_math_101_does_not_satisfy_ours():
    tree = program(pool("A", "MATH 101"))
    theirs = took("MATH 101", at=THERE, id=1)
    assert standing(audit(tree, theirs), "A") == "UNMET"
    assert reasons(audit(tree, theirs)) == {1: "NOT_EVALUATED"}
    result = audit(tree, theirs, rules=[rule(1, "MATH 101", awards("MATH 101"))])
    assert (standing(result, "A"), found(result, "A").views[0].applied[0].rule_id) == ("MET", 1)


def test_a_common_elective_never_makes_two_courses_equivalent():
    """Two courses that transfer as the same elective are not each other, nor the course that a program names."""
    tree = program(pool("A", "HIST 101"), pool("B", "HIST 102"))
    rules = [rule(1, "HIST 1", elective("HIST", level=1000)), rule(2, "HIST 2", elective("HIST", level=1000))]
    result = audit(tree, took("HIST 1", at=THERE), took("HIST 2", at=THERE), rules=rules)
    assert [standing(result, key) for key in "AB"] == ["UNMET", "UNMET"]
    theirs = program(pool("A", option("HIST 2", at=THERE)))
    assert standing(audit(theirs, took("HIST 1", at=THERE), rules=rules), "A") == "UNMET"


def test_a_common_marker_never_makes_two_courses_equivalent():
    """Placeholders such as `1000NE` are outcomes of rules: what has the same one is still two courses."""
    rules = [rule(number, f"ART {number}", outcome=equivalencies.Outcome.NO_CREDIT) for number in (1, 2)]
    tree = program(pool("A", option("ART 2", at=THERE)))
    assert standing(audit(tree, took("ART 1", at=THERE), rules=rules), "A") == "UNMET"


def test_planned_and_running_courses_never_count_as_completed():
    tree = program(pool("A", "BIO 101"), pool("B", "BIO 102"), pool("C", "BIO 103"), total=9)
    result = audit(tree, took("BIO 101"), takes("BIO 102"), plans("BIO 103"))
    assert [standing(result, key) for key in "ABC"] == list(VIEWS)
    assert [view.credits for view in result.views] == [3, 6, 9]
    assert [view.requirements_met for view in result.views] == [1, 2, 3]
    assert [view.status.name for view in result.views] == ["PARTIAL", "PARTIAL", "MET"]
    assert not result.is_met
    assert result.status.name == "PLANNED"


def test_only_the_version_that_is_asked_about_counts():
    """The same plan against two versions: neither knows of the other's requirements."""
    old, new = program(pool("A", "BIO 101")), program(pool("A", "BIO 101"), pool("STATISTICS", "MATH 201"))
    taken = took("BIO 101")
    assert audit(old, taken).is_met
    assert not audit(new, taken).is_met
    assert [one.key for one in audit(old, taken).requirements] == ["A"]


@pytest.mark.parametrize("number", ["098", "0099", "01"])
def test_developmental_courses_are_level_0_and_count_for_nothing_general(number):
    assert codes.parse(f"MATH {number}").level == 0
    taken = took(course(f"MATH {number}"))
    tree = program(pool("FREE", is_residual=True, min_credits=3), pool("ANY", pattern(subject="MATH")), total=3)
    result = audit(tree, taken)
    assert [standing(result, key) for key in ("FREE", "ANY")] == ["UNMET", "UNMET"]
    assert result.views[0].credits == 0


def test_the_level_of_a_number_is_read_from_its_text():
    assert [codes.parse(f"MATH {number}").level for number in ("250", "6500G", "0250", "12")] == [2000, 6000, 0, 1000]


def test_groups_that_ask_for_nothing_are_met_and_use_nothing():
    nothing = [pool("NONE", "BIO 101", min_courses=0), group("CHOICE", pool("X", "BIO 101"), min_children=0)]
    result = audit(program(*nothing, pool("A", "BIO 101")), took("BIO 101"))
    assert [standing(result, key) for key in ("NONE", "CHOICE", "A")] == ["MET", "MET", "MET"]
    assert (applied(result, "NONE"), applied(result, "X"), applied(result, "A")) == ([], [], ["BIO 101"])
    assert audit(program(*nothing)).is_met


@pytest.mark.parametrize("kind", [took, takes, plans])
def test_a_group_reached_through_equivalencies_shows_the_same_in_every_view(kind):
    """What is earned, running or planned elsewhere meets the groups as the courses themselves would, from then on."""
    tree = program(group("SCIENCE", pool("LIFE", "BIO 101"), pool("MATTER", "CHEM 101")), total=6)
    rules = [rule(1, "BIOL 1", awards("BIO 101")), rule(2, "CHM 1", awards("CHEM 101"))]
    through = audit(tree, kind("BIOL 1", at=THERE), kind("CHM 1", at=THERE), rules=rules)
    own = audit(tree, kind("BIO 101"), kind("CHEM 101"))
    for key in ("SCIENCE", "LIFE", "MATTER"):
        here, there = found(own, key), found(through, key)
        assert (there.status, there.missing) == (here.status, here.missing)
        for view in View:
            mine, theirs = here.in_view(view), there.in_view(view)
            assert (theirs.status, theirs.credits, theirs.courses) == (mine.status, mine.credits, mine.courses)
            assert [one.counts_as for one in theirs.applied] == [one.counts_as for one in mine.applied]
    assert [view.percent for view in through.views] == [view.percent for view in own.views]
    assert applied(through, "SCIENCE") == ["BIO 101", "CHEM 101"]


def test_a_pattern_leaves_out_what_it_excludes():
    tree = program(pool("UPPER", pattern(subject="BIO", level_from=3000), option("BIO 399", is_excluded=True)))
    assert standing(audit(tree, took("BIO 399")), "UPPER") == "UNMET"
    assert applied(audit(tree, took("BIO 399"), took("BIO 301")), "UPPER") == ["BIO 301"]


def test_a_course_that_waits_for_its_grade_is_running():
    result = audit(program(pool("A", "BIO 101")), entry("BIO 101", grade="I"))
    assert standing(result, "A") == "IN_PROGRESS"
