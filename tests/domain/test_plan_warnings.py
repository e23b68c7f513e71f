"""What is odd about entries of a plan: only touched entries are told of, and only what is really odd."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from gql_api.domain import grades, institutions, plan_maxima, plan_warnings, statuses, terms
from tests.domain import literals

TODAY = date(2026, 3, 1)
FALL = terms.Term(year=2026, season=terms.Season.FALL)
PAST = terms.Term(year=2025, season=terms.Season.FALL)
COURSE = plan_warnings.CatalogCourse(
    id=1,
    code="MATH 101",
    title="Algebra",
    credits_min=Decimal(3),
    credits_max=Decimal(3),
    active_from=None,
    active_until=None,
    repeatable_times=None,
    repeatable_credits=None,
    cross_list_group_id=None,
    kind=institutions.InstitutionKind.FOUR_YEAR,
    calendar=institutions.Calendar.SEMESTER,
)


def entry(place: int | None = 0, course=COURSE, **values) -> plan_warnings.Entry:
    plain = {
        "label": course.code if course else "X 1",
        "term": None,
        "taken_on": None,
        "status": statuses.PlannedStatus.PLANNED,
        "grade": None,
        "chosen_credits": None,
    }
    return plan_warnings.Entry(place=place, course=course, **(plain | values))


def kinds(*entries: plan_warnings.Entry) -> list[tuple[str, int]]:
    return [(one.kind.name, one.place) for one in plan_warnings.warnings(entries, TODAY)]


def test_an_ordinary_entry_is_not_odd():
    assert kinds(entry(term=FALL), entry(1, None, chosen_credits=Decimal(3))) == []


@pytest.mark.parametrize(
    ("active", "odd"),
    [
        ({"active_until": date(2026, 8, 14)}, True),
        ({"active_until": date(2026, 8, 15)}, False),
        ({"active_from": date(2026, 12, 31)}, False),
        ({"active_from": date(2027, 1, 1)}, True),
    ],
)
def test_a_course_is_offered_if_it_is_in_the_catalog_on_some_day_of_the_term(active, odd):
    assert kinds(entry(course=replace(COURSE, **active), term=FALL)) == ([("NOT_OFFERED", 0)] if odd else [])


def test_an_unscheduled_entry_is_never_out_of_time():
    assert kinds(entry(course=replace(COURSE, active_until=date(1990, 1, 1)))) == []


@pytest.mark.parametrize(
    ("status", "when", "odd"),
    [
        ("COMPLETED", {"term": FALL}, ["COMPLETED_IN_FUTURE"]),
        ("COMPLETED", {"taken_on": date(2026, 3, 2)}, ["COMPLETED_IN_FUTURE"]),
        ("COMPLETED", {"taken_on": TODAY}, []),
        ("COMPLETED", {"term": PAST}, []),
        ("PLANNED", {"term": PAST}, ["PLANNED_IN_PAST"]),
        ("PLANNED", {"term": terms.Term(year=2026, season=terms.Season.SPRING)}, []),
        ("IN_PROGRESS", {"term": PAST}, ["IN_PROGRESS_IN_PAST"]),
        ("IN_PROGRESS", {"taken_on": TODAY}, []),
    ],
)
def test_status_and_time_go_together(status, when, odd):
    found = kinds(entry(status=statuses.PlannedStatus[status], **when))
    assert [kind for kind, _ in found] == odd


@pytest.mark.parametrize(
    ("low", "high", "chosen", "odd"),
    [
        (3, 3, None, []),
        (3, 3, 3, []),
        (3, 3, 4, ["CREDITS_OUT_OF_RANGE"]),
        (1, 4, None, ["CREDITS_NOT_CHOSEN"]),
        (1, 4, 4, []),
        (1, 4, "4.01", ["CREDITS_OUT_OF_RANGE"]),
        (None, None, 9, []),
    ],
)
def test_credits_are_within_what_the_catalog_says(low, high, chosen, odd):
    course = replace(
        COURSE,
        credits_min=None if low is None else Decimal(low),
        credits_max=None if high is None else Decimal(high),
    )
    found = kinds(entry(course=course, chosen_credits=None if chosen is None else Decimal(chosen)))
    assert [kind for kind, _ in found] == odd


@pytest.mark.parametrize(
    ("status", "grade", "odd"),
    [
        ("COMPLETED", "A", False),
        ("PLANNED", "A", True),
        ("IN_PROGRESS", "A", True),
        ("IN_PROGRESS", "IP", False),
        ("WITHDRAWN", "W", False),
        ("WITHDRAWN", "A", True),
    ],
)
def test_grade_and_status_go_together(status, grade, odd):
    found = kinds(entry(status=statuses.PlannedStatus[status], grade=grades.Grade[grade]))
    assert found == ([("GRADE_NOT_FITTING", 0)] if odd else [])


def test_a_term_is_overloaded_above_twenty_one_semester_credits_and_told_of_once():
    full = [entry(place, None, term=FALL, chosen_credits=Decimal(7)) for place in range(3)]
    assert kinds(*full) == []
    assert kinds(*full, entry(3, None, term=FALL, chosen_credits=Decimal(1))) == [("TERM_OVERLOAD", 3)]
    untouched = [replace(one, place=None) for one in full]
    assert kinds(*untouched, entry(0, None, term=FALL, chosen_credits=Decimal(1))) == [("TERM_OVERLOAD", 0)]
    assert kinds(*untouched, entry(0, None, term=PAST, status=statuses.PlannedStatus.COMPLETED)) == []


def test_quarter_credits_count_two_thirds_in_a_term():
    quarter = replace(COURSE, calendar=institutions.Calendar.QUARTER, credits_min=Decimal(30), credits_max=Decimal(30))
    assert kinds(entry(course=quarter, term=FALL)) == []
    assert kinds(entry(course=quarter, term=FALL), entry(1, None, term=FALL, chosen_credits=Decimal(2))) == [
        ("TERM_OVERLOAD", 1)
    ]


@pytest.mark.parametrize("how", ["withdrawn", "an examination"])
def test_what_is_not_sat_through_is_no_load(how):
    heavy = entry(None, None, term=FALL, chosen_credits=Decimal(20))
    if how == "withdrawn":
        light = entry(0, None, term=FALL, chosen_credits=Decimal(5), status=statuses.PlannedStatus.WITHDRAWN)
    else:
        exam = replace(COURSE, kind=institutions.InstitutionKind.EXAMINING_BODY)
        light = entry(0, exam, term=FALL)
    assert kinds(heavy, light) == []


def test_a_repeated_course_is_told_of_where_it_is_touched():
    assert kinds(entry(None), entry(0)) == [("REPEAT", 0)]
    assert kinds(entry(0), entry(1)) == [("REPEAT", 1)]
    assert kinds(entry(None), entry(None)) == []


def test_a_cross_listed_course_is_the_same_course():
    one = replace(COURSE, cross_list_group_id=9)
    other = replace(one, id=2, code="STAT 101")
    assert kinds(entry(None, one), entry(0, other)) == [("REPEAT", 0)]


@pytest.mark.parametrize(
    ("limits", "odd"),
    [
        ({"repeatable_times": 2}, False),
        ({"repeatable_times": 1}, True),
        ({"repeatable_credits": Decimal(6)}, False),
        ({"repeatable_credits": Decimal(5)}, True),
        ({"repeatable_times": 2, "repeatable_credits": Decimal(5)}, True),
    ],
)
def test_a_course_that_may_be_repeated_is_odd_beyond_its_limits(limits, odd):
    course = replace(COURSE, **limits)
    assert bool(kinds(entry(None, course), entry(0, course))) is odd


def test_an_entry_beyond_a_maximum_of_the_target_is_told_with_the_requirement():
    tree = literals.program(literals.pool("art", literals.pattern(subject="ART"), min_courses=1, max_courses=1))
    held, more = literals.took("ART 1"), literals.plans("ART 2")
    audit = literals.audit(tree, held, more)

    assert plan_maxima.has_maxima(tree, ())
    assert plan_maxima.warnings(audit.unapplied, {held.id: 0}) == ()
    (found,) = plan_maxima.warnings(audit.unapplied, {more.id: 3})
    assert (found.kind.name, found.place, found.requirement_key) == ("EXCEEDS_MAXIMUM", 3, "art")
    assert found.message == "ART 2 fits “art”, where a maximum is reached."


def test_what_limits_anything_is_found_on_nodes_in_constraints_and_on_the_whole():
    plain = literals.program(literals.group("g", literals.pool("art", literals.pattern(subject="ART"))))
    capped = literals.constraint("MAX_CREDITS_AT_LEVEL", credits=3, level=1000)
    aged = literals.constraint("MAX_AGE_YEARS", years=5)
    inner = literals.program(literals.group("g", literals.pool("art", "ART 1", constraints=(capped,))))

    assert not plan_maxima.has_maxima(plain, (aged,))
    assert plan_maxima.has_maxima(plain, (capped,))
    assert plan_maxima.has_maxima(inner, ())
