"""Whether a plan satisfies prerequisites: in time, with the grade, and what decides where it cannot be told."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gql_api.domain import (
    articulation_rules,
    entries,
    prerequisite_checks,
    prerequisite_findings,
    prerequisite_issues,
    prerequisite_records,
    prerequisites,
    prerequisites_parsing,
    statuses,
    terms,
    verdicts,
)
from tests.domain import literals

ON = date(2026, 6, 1)
Problem, Verdict, When = prerequisite_findings.Problem, verdicts.Verdict, prerequisite_records.When
FALL = When(term_key=20264)
CODES = ("MATH 1", "MATH 2", "STAT 1", "ENGL 1")


def at(year, season="FALL", session=None):
    return terms.Term(year=year, season=terms.Season[season], session=session)


def done(code, grade=None, term=None, **values):
    return literals.entry(code, statuses.PlannedStatus.COMPLETED, grade, term=term, **values)


def planned(code, term=None, **values):
    return literals.entry(code, statuses.PlannedStatus.PLANNED, None, term=term, **values)


def record(*taken, **values):
    named = {
        code: prerequisite_records.Named(course_id=literals.id_of(code), ids=frozenset({literals.id_of(code)}))
        for code in CODES
    }
    possibilities = articulation_rules.Possibilities(
        receiver=articulation_rules.Receiver(institution_id=literals.HERE), **values
    )
    return prerequisite_records.record(taken, possibilities, named, on=ON)


def ask(text, *taken, when=FALL, **values):
    return prerequisite_checks.satisfied(prerequisites_parsing.parse(text), record(*taken, **values), when)


def test_a_completed_course_satisfies_and_says_which():
    answer = ask("MATH 1", done("MATH 1", "D"))
    assert answer.verdict is Verdict.YES
    assert answer.decided_by.sentence == "MATH 1 satisfies it."


@pytest.mark.parametrize(
    ("grade", "minimum", "verdict", "problem"),
    [
        ("C", "C", Verdict.YES, None),
        ("C-", "C", Verdict.NO, Problem.GRADE_TOO_LOW),
        ("P", "C", Verdict.YES, None),
        ("P", "B", Verdict.NO, Problem.GRADE_TOO_LOW),
        ("TR", "C", Verdict.UNKNOWN, Problem.NEEDS_REVIEW),
        (None, "C", Verdict.UNKNOWN, Problem.NEEDS_REVIEW),
        ("F", "D", Verdict.NO, Problem.GRADE_TOO_LOW),
    ],
)
def test_a_minimum_grade_is_compared_as_everywhere(grade, minimum, verdict, problem):
    answer = ask(f"MATH 1 ({minimum})", done("MATH 1", grade))
    assert (answer.verdict, answer.decided_by.problem) == (verdict, problem)


def test_a_failed_course_satisfies_nothing_even_without_a_minimum():
    answer = ask("MATH 1", done("MATH 1", "F"))
    assert (answer.verdict, answer.decided_by.sentence) == (
        Verdict.NO,
        "MATH 1 earned no credit, with the grade F.",
    )


@pytest.mark.parametrize(
    ("term", "when", "before", "concurrent"),
    [
        (at(2026, "SUMMER"), FALL, Verdict.YES, Verdict.YES),
        (at(2026), FALL, Verdict.NO, Verdict.YES),
        (at(2027, "WINTER"), FALL, Verdict.NO, Verdict.NO),
        (at(2026, session="A"), When(term_key=20264, session="B"), Verdict.YES, Verdict.YES),
        (at(2026, session="8 weeks 10"), When(term_key=20264, session="8 weeks 9"), Verdict.NO, Verdict.YES),
        (at(2026, session="A"), FALL, Verdict.NO, Verdict.YES),
        (None, FALL, Verdict.UNKNOWN, Verdict.UNKNOWN),
        (None, None, Verdict.YES, Verdict.YES),
    ],
)
def test_an_earlier_term_or_session_is_needed_unless_the_same_term_will_do(term, when, before, concurrent):
    taken = planned("MATH 1", term)
    assert ask("MATH 1", taken, when=when).verdict is before
    assert ask("MATH 1 or concurrent enrollment", taken, when=when).verdict is concurrent
    assert ask("Corequisite: MATH 1", taken, when=when).verdict is concurrent


def test_a_course_planned_too_late_says_when_it_must_be_taken():
    answer = ask("MATH 1", planned("MATH 1", at(2027)))
    assert answer.decided_by.problem is Problem.TOO_LATE
    assert answer.decided_by.sentence == (
        "MATH 1 (Fall 2027) is too late: it must be taken in an earlier term or session than Fall 2026."
    )


def test_completed_courses_without_a_time_precede_everything():
    assert ask("MATH 1", done("MATH 1"), when=When(term_key=19001)).verdict is Verdict.YES


def test_a_running_course_without_a_time_is_of_today():
    running = literals.entry("MATH 1", statuses.PlannedStatus.IN_PROGRESS)
    assert ask("MATH 1", running, when=When(term_key=20264)).verdict is Verdict.YES
    assert ask("MATH 1", running, when=When(term_key=20263)).verdict is Verdict.NO


def test_a_repeat_that_is_still_to_come_is_told_before_the_low_grade():
    answer = ask("MATH 1 (C)", done("MATH 1", "D", at(2025)), planned("MATH 1", at(2026)))
    assert answer.decided_by.problem is Problem.TOO_LATE


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("MATH 1 or consent of instructor", Verdict.YES),
        ("STAT 1 or consent of instructor", Verdict.UNKNOWN),
        ("MATH 1 and consent of instructor", Verdict.UNKNOWN),
        ("STAT 1 and consent of instructor", Verdict.NO),
        ("two of MATH 1, STAT 1, ENGL 1", Verdict.NO),
        ("two of MATH 1, MATH 2, ENGL 1", Verdict.YES),
        ("Not open to students with credit for MATH 1", Verdict.NO),
        ("Not open to students with credit for STAT 1", Verdict.YES),
        ("Not open to students with credit for ART 9", Verdict.YES),
        ("ART 9", Verdict.UNKNOWN),
        ("some words", Verdict.UNKNOWN),
        ("MATH 1. May be repeated for credit", Verdict.YES),
        ("Graduate standing", Verdict.UNKNOWN),
        (None, Verdict.YES),
    ],
)
def test_groups_join_three_values(text, verdict):
    assert ask(text, done("MATH 1"), done("MATH 2")).verdict is verdict


def test_the_leaf_nearest_to_being_solved_decides():
    answer = ask("STAT 1 or MATH 1 or ENGL 1", planned("MATH 1", at(2027)))
    assert [one.problem for one in answer.deciding] == [Problem.MISSING, Problem.TOO_LATE, Problem.MISSING]
    assert answer.decided_by.leaf.code == "MATH 1"


@pytest.mark.parametrize(
    ("own", "other", "verdict"),
    [(30, 0, Verdict.YES), (29, 0, Verdict.NO), (20, 9, Verdict.NO), (20, 10, Verdict.UNKNOWN)],
)
def test_standing_counts_own_credits_and_leaves_those_from_elsewhere_open(own, other, verdict):
    taken = [done("HIST 1", credits=Decimal(own)), done("HIST 2", at=literals.THERE, credits=Decimal(other))]
    assert ask("Sophomore standing", *taken).verdict is verdict
    assert ask("30 credits", *taken).verdict is verdict


def test_credits_after_the_term_or_counted_twice_make_no_standing():
    late = planned("HIST 1", at(2027), credits=Decimal(30))
    twice = [done("HIST 2", "D", credits=Decimal(15)), done("HIST 2", "A", credits=Decimal(15))]
    assert ask("Sophomore standing", late).verdict is Verdict.NO
    assert ask("Sophomore standing", *twice).decided_by.sentence == (
        "Sophomore standing needs 30 credits before; the plan has 15."
    )


def test_an_average_is_told_while_nothing_is_still_to_be_graded():
    graded = done("HIST 1", "B", at(2025))
    assert ask("Minimum GPA of 3.0", graded).verdict is Verdict.YES
    assert ask("Minimum GPA of 3.1", graded).decided_by.problem is Problem.GRADE_TOO_LOW
    assert ask("Minimum GPA of 3.0", graded, planned("HIST 2", at(2026, "SUMMER"))).verdict is Verdict.UNKNOWN
    assert ask("Minimum GPA of 3.0").verdict is Verdict.UNKNOWN


def test_an_examination_that_counts_as_the_course_meets_its_minimum_grade():
    exam = literals.entry(replace(literals.course("MATH 1"), is_examination=True), score=5)
    assert ask("MATH 1 (B)", exam).verdict is Verdict.YES


def test_a_plan_has_an_issue_for_each_part_that_is_not_satisfied():
    texts = {literals.id_of("MATH 2"): "MATH 1 and STAT 1 and consent of instructor", literals.id_of("STAT 1"): None}
    taken = [planned("MATH 2", at(2026)), planned("STAT 1", at(2026))]
    held = record(*taken)
    found = prerequisite_issues.issues(taken, lambda id: (prerequisites_parsing.parse(texts.get(id)), held))
    assert [(one.problem, one.missing, one.message) for one in found] == [
        (
            Problem.MISSING,
            (literals.id_of("MATH 1"),),
            "MATH 2 (Fall 2026) needs MATH 1. MATH 1 is not in the plan.",
        ),
        (
            Problem.TOO_LATE,
            (literals.id_of("STAT 1"),),
            (
                "MATH 2 (Fall 2026) needs STAT 1. STAT 1 (Fall 2026) is too late: it must be taken in an earlier term "
                "or session than Fall 2026."
            ),
        ),
        (
            Problem.NEEDS_REVIEW,
            (),
            "MATH 2 (Fall 2026) needs “consent of instructor”. Ask for it: “consent of instructor”.",
        ),
    ]


LEAVES = st.sampled_from(
    [prerequisites.CourseNeeded(code=code) for code in CODES]
    + [prerequisites.Consent(text="consent"), prerequisites.Unparsed(text="words"), prerequisites.Note(text="note")]
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(prerequisites.AllOf, members=st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(prerequisites.AnyOf, members=st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.lists(inner, min_size=1, max_size=3).flatmap(
            lambda found: st.builds(
                prerequisites.AtLeast, needed=st.integers(1, len(found)), members=st.just(tuple(found))
            )
        ),
        st.builds(prerequisites.Not, member=inner),
    ),
    max_leaves=8,
)


def decided(tree, taken, unknown):
    """The tree in plain two values, what is not known taken as `unknown`."""
    match tree:
        case prerequisites.AllOf():
            return all(decided(one, taken, unknown) for one in tree.members)
        case prerequisites.AnyOf():
            return any(decided(one, taken, unknown) for one in tree.members)
        case prerequisites.AtLeast():
            return sum(decided(one, taken, unknown) for one in tree.members) >= tree.needed
        case prerequisites.Not():
            return not decided(tree.member, taken, not unknown)
        case prerequisites.CourseNeeded():
            return tree.code in taken
        case prerequisites.Note():
            return True
        case _:
            return unknown


@given(TREES, st.sets(st.sampled_from(CODES)))
def test_three_values_are_what_both_guesses_agree_on(tree, taken):
    answer = prerequisite_checks.satisfied(tree, record(*[done(code) for code in sorted(taken)]), FALL)
    guesses = {decided(tree, taken, True), decided(tree, taken, False)}
    expected = {True: Verdict.YES, False: Verdict.NO}[guesses.pop()] if len(guesses) == 1 else Verdict.UNKNOWN
    assert answer.verdict is expected
    assert answer.deciding
    assert all(one.verdict is answer.verdict for one in answer.deciding)


def test_what_an_entry_is_in_time_uses_the_status_as_of_the_day():
    ahead = done("MATH 1", "A", at(2027))
    assert entries.as_of(ahead, ON).status is statuses.PlannedStatus.PLANNED
    assert ask("MATH 1", ahead, when=When(term_key=20284)).verdict is Verdict.YES


def test_the_course_that_would_settle_an_open_alternative_is_told():
    course = literals.id_of("MATH 2")
    taken = [planned("MATH 2", at(2026))]
    held = record(*taken)
    found = prerequisite_issues.issues(
        taken, lambda id: (prerequisites_parsing.parse("ENGL 1 or placement" if id == course else None), held)
    )
    assert [(one.problem, one.missing) for one in found] == [(Problem.NEEDS_REVIEW, (literals.id_of("ENGL 1"),))]


@pytest.mark.parametrize("when", [None, FALL])
def test_the_course_that_asks_counts_nothing_before_itself(when):
    asking = planned("ENGL 1", credits=Decimal(1))
    given = replace(record(done("HIST 1", credits=Decimal(89)), asking), asking_id=literals.id_of("ENGL 1"))
    answer = prerequisite_checks.satisfied(prerequisites_parsing.parse("Senior standing"), given, when)
    assert answer.verdict is Verdict.NO
    assert answer.decided_by.sentence == "Senior standing needs 90 credits before; the plan has 89."


@pytest.mark.parametrize("when", [None, FALL])
@pytest.mark.parametrize(("amount", "verdict"), [(1, Verdict.UNKNOWN), (Decimal("0.5"), Verdict.NO)])
def test_credits_planned_for_no_term_leave_a_standing_open_where_they_would_decide(when, amount, verdict):
    taken = [done("HIST 1", credits=Decimal(89)), planned("HIST 2", credits=Decimal(amount))]
    assert ask("Senior standing", *taken, when=when).verdict is verdict


def test_scheduled_credits_count_where_the_course_comes_after_everything():
    taken = [done("HIST 1", credits=Decimal(89)), planned("HIST 2", at(2027), credits=Decimal(1))]
    assert ask("Senior standing", *taken, when=None).decided_by.sentence == "90 credits are enough for senior standing."


def test_an_issue_of_standing_does_not_count_the_course_that_asks():
    taken = [done("HIST 1", credits=Decimal(89)), planned("ENGL 1", credits=Decimal(1))]
    tree = prerequisites_parsing.parse("Senior standing")
    (one,) = prerequisite_issues.issues(
        taken, lambda id: (tree if id == literals.id_of("ENGL 1") else None, record(*taken))
    )
    assert one.problem is Problem.MISSING
