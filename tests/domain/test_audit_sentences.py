"""What an audit says is true, names its view, and reads as a person would write it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from gql_api.domain import equivalencies, grades, requirements, terms
from tests.domain.literals import (
    THERE,
    applied,
    attributes,
    audit,
    awards,
    constraint,
    course,
    elective,
    entry,
    found,
    group,
    pattern,
    plans,
    pool,
    program,
    reasons,
    rule,
    source,
    standing,
    takes,
    took,
)

NOV = date(2026, 11, 24)
LATER = terms.Term(year=2027, season=terms.Season.SPRING)


def sentences(result):
    return {one.entry_id: one.sentence for one in result.unapplied}


def test_a_grade_that_is_too_low_is_said_before_another_running_attempt():
    needs_c = rule(1, [[source("MATH 151", minimum="C")]], awards("MATH 1510"))
    low, again = took("MATH 151", "D", at=THERE), takes("MATH 151", at=THERE, is_repeat=True)
    result = audit(program(pool("A", "MATH 1510")), low, again, rules=[needs_c])
    assert reasons(result) == {low.id: "GRADE_TOO_LOW"}
    assert sentences(result)[low.id] == "The grade of MATH 151 is D; at least C is asked for."
    assert standing(result, "A") == "IN_PROGRESS"


def test_nothing_is_said_to_be_repeated_while_both_are_undecided():
    rules = [
        rule(1, [[source("ENG 101", minimum="C")]], awards("ENGL 1010")),
        rule(2, [[source("ENGLISH 1", score=4)]], awards("ENGL 1010")),
    ]
    words, exam = took("ENG 101", None, at=THERE), took("ENGLISH 1", None, at=THERE)
    result = audit(program(pool("A", "ENGL 1010")), words, exam, rules=rules)
    assert {answer.kind.name for answer in result.articulation} == {"UNDECIDED"}
    assert set(reasons(result).values()) == {"UNDECIDED"}


def test_repeated_credit_names_the_entry_that_earned_it():
    fall = terms.Term(year=2023, season=terms.Season.FALL)
    rules = [rule(1, "HIST 101", awards("HIST 1000")), rule(2, "HISTORY 1", awards("HIST 1000"))]
    first, second = entry("HISTORY 1", grade="A", at=THERE, term=fall), took("HIST 101", at=THERE)
    result = audit(program(pool("A", "HIST 1000")), first, second, rules=rules[::-1])
    left = {one.entry_id: (one.kind.name, one.sentence) for one in result.articulation}
    assert left[second.id] == ("AWARDED", "HIST 101 counts as HIST 1000 (3.00 credits).")
    assert left[first.id] == ("REPEATED", "The credit of HISTORY 1 is earned already by HIST 101 (2024-12-15).")


def test_a_score_that_is_too_low_is_told_as_a_score_with_both_numbers():
    exam = took("CALCULUS 1", None, at=THERE, score=2)
    result = audit(
        program(pool("A", "MATH 1510")), exam, rules=[rule(1, [[source("CALCULUS 1", score=3)]], awards("MATH 1510"))]
    )
    assert sentences(result)[exam.id] == "The score of CALCULUS 1 is 2; at least 3 is asked for."


def test_the_minimum_grade_for_transfer_is_not_about_examinations():
    exam = took(course("CALCULUS 1", THERE, is_examination=True), None, score=4)
    rules = [rule(1, [[source("CALCULUS 1", score=3)]], awards("MATH 1510"))]
    result = audit(program(pool("A", "MATH 1510")), exam, rules=rules, minimum_transfer_grade=grades.Grade.C)
    assert standing(result, "A") == "MET"
    plain = rule(1, "CALCULUS 1", awards("MATH 1510"))
    unscored = replace(exam, score=None)
    result = audit(program(pool("A", "MATH 1510")), unscored, rules=[plain], minimum_transfer_grade=grades.Grade.C)
    assert standing(result, "A") == "MET"


def test_a_course_that_the_totals_need_is_not_called_superfluous():
    spare = took("BIO 2")
    tree = program(pool("A", "BIO 1", "BIO 2"), total=6, residency=3)
    result = audit(tree, took("BIO 1"), spare)
    assert reasons(result) == {spare.id: "NEEDED_FOR_TOTALS"}
    assert sentences(result)[spare.id] == (
        "BIO 2 fits “A”, but is not needed there; it still counts in the total credits (6.00 of 6.00) and the credits "
        "earned here (6.00 of 3.00), and is needed for the total credits (only 3.00 without it)."
    )
    result = audit(program(pool("A", "BIO 1", "BIO 2"), total=3), took("BIO 1"), spare)
    assert reasons(result) == {spare.id: "NOT_NEEDED"}
    assert sentences(result)[spare.id] == (
        "BIO 2 fits “A”, but is not needed there; it still counts in the total credits (6.00 of 3.00)."
    )


def test_what_the_transfer_waits_for_is_told_as_what_it_is():
    review, never, half = took("SPAN 102", at=THERE), took("CIS 220", at=THERE), took("BIO 211", at=THERE)
    result = audit(
        program(pool("A", "BIOL 2110")),
        review, never, half,
        rules=[
            rule(1, "SPAN 102", outcome=equivalencies.Outcome.DEPARTMENT_REVIEW),
            rule(2, ["BIO 211", "BIO 212"], awards("BIOL 2110")),
        ],
    )  # fmt: skip # the entries in one line
    assert reasons(result) == {review.id: "DEPARTMENT_REVIEW", never.id: "NOT_EVALUATED", half.id: "INCOMPLETE_SERIES"}
    assert sentences(result) == {
        review.id: "SPAN 102 was evaluated; the department decides whether it counts.",
        never.id: "The transfer of CIS 220 has not been evaluated.",
        half.id: "Take BIO 212 and BIOL 2110 is yours; BIO 211 alone does not count.",
    }


def test_a_condition_ends_with_one_full_stop():
    condition = "a portfolio of two programs."
    given = rule(1, "CS 1", awards("CS 101"), strength=equivalencies.Strength.CONDITIONAL, condition=condition)
    result = audit(program(pool("A", "CS 101")), took("CS 1", at=THERE), rules=[given])
    said = [found(result, "A").explanation, *(one.sentence for one in (*result.unapplied, *result.articulation))]
    assert len(said) == 3
    assert all(one.endswith("a portfolio of two programs.") for one in said)


def test_a_requirement_names_the_courses_whose_grades_are_too_low():
    result = audit(program(pool("A", "BIOL 2100", min_grade=grades.Grade.C)), took("BIOL 2100", "D"))
    assert found(result, "A").explanation == (
        "Not met: 0 of 1 course; the grade of BIOL 2100 is D; at least C is asked for."
    )


def test_a_course_that_counts_as_two_is_named_once():
    two = rule(1, "BIO 111", awards("BIOL 1110", credits=3), awards("BIOL 1111", credits=1))
    tree = program(pool("A", "BIOL 1110", "BIOL 1111", min_courses=2))
    result = audit(tree, took(course("BIO 111", THERE, credits=4)), rules=[two])
    assert found(result, "A").explanation == "Met: 2 of 2 courses (BIO 111 as BIOL 1110 and BIOL 1111)."


def test_numbers_and_nouns_agree():
    result = audit(program(group("G", pool("A", "BIO 1"))), took("BIO 1"))
    assert found(result, "G").explanation == "Met: its part is met."
    asked = constraint("MIN_DISTINCT_SUBJECTS", subjects=2)
    result = audit(program(pool("H", pattern(level_from=1000), min_credits=9, constraints=(asked,))))
    assert found(result, "H").missing == "Needs 9.00 more credits and courses of 2 more subjects."
    research = constraint("MAX_CREDITS_WITH_ATTRIBUTE", credits=3, attribute="course_type", attribute_value="research")
    result = audit(program(pool("H", pattern(level_from=1000), min_credits=9, constraints=(research,))))
    assert found(result, "H").constraints[0].sentence == "0.00 credits of research courses; 3.00 allowed."


def test_a_completed_course_of_a_term_to_come_is_planned():
    early = entry("BIO 1", grade="A", term=LATER)
    result = audit(program(pool("A", "BIO 1"), total=3, gpa=2), early, on=NOV)
    assert standing(result, "A") == "PLANNED"
    assert [str(view.credits) for view in result.views] == ["0", "0", "3"]
    assert result.totals[1].sentence == (
        "A grade point average of 2.00 is needed; there are no grades at the program's institution yet."
    )
    failed = entry("BIO 1", grade="F", term=LATER)
    result = audit(program(pool("A", "BIO 1"), gpa=2), failed, on=NOV)
    assert (standing(result, "A"), result.totals[0].status.name) == ("UNMET", "UNKNOWN")


def test_a_passed_course_never_costs_credit_because_of_a_rule_that_joins_it_with_another():
    rules = [
        rule(1, "PHIL 110", awards("PHIL 1100")),
        rule(2, "ENG 210", awards("ENGL 2100")),
        rule(3, ["PHIL 110", "ENG 210"], awards("HUM 2100", credits=3)),
        rule(4, "HIST 101", awards("HIST 1010")),
    ]
    tree = program(pool("H", "PHIL 1100", "ENGL 2100", "HUM 2100", "HIST 1010", min_credits=9))
    two = took("PHIL 110", "A", at=THERE), took("HIST 101", "A", at=THERE)
    assert str(found(audit(tree, *two, rules=rules), "H").views[0].credits) == "6"
    result = audit(tree, *two, took("ENG 210", "A", at=THERE), rules=rules)
    assert (standing(result, "H"), applied(result, "H")) == ("MET", ["ENGL 2100", "HIST 1010", "PHIL 1100"])


def test_of_competing_rules_the_series_is_used_where_the_program_needs_it():
    rules = [rule(1, "X 1", awards("Y 1")), rule(2, "X 2", awards("Y 2")), rule(3, ["X 1", "X 2"], awards("Y 3"))]
    taken = took("X 1", at=THERE), took("X 2", at=THERE)
    assert standing(audit(program(pool("A", "Y 3")), *taken, rules=rules), "A") == "MET"
    both = audit(program(pool("A", "Y 1"), pool("B", "Y 2")), *taken, rules=rules)
    assert [standing(both, key) for key in "AB"] == ["MET", "MET"]


def test_an_explanation_names_its_view_and_says_where_its_courses_went():
    series = [rule(1, "X 1", elective("ART")), rule(2, ["X 1", "X 2"], awards("Y 9"))]
    tree = program(pool("A", "Y 1", "Y 2"), pool("B", "Y 1"))
    result = audit(tree, took("Y 1"), plans("Y 2"), rules=series)
    assert [standing(result, key) for key in "AB"] == ["MET", "PLANNED"]
    assert found(result, "A").explanation == (
        "Met by what is earned: 1 of 1 course (Y 1). In the planned view Y 1 counts for “B” instead, and Y 2 counts "
        "here."
    )


def test_wider_views_leave_courses_where_they_were_if_that_costs_nothing():
    tree = program(pool("A", "BIO 1", "BIO 2", "BIO 3"), pool("B", "BIO 1", "BIO 2", "BIO 3", min_courses=2))
    result = audit(tree, took("BIO 1"), takes("BIO 2"), plans("BIO 3"))
    assert [applied(result, "A", view.view) for view in result.views] == [["BIO 1"]] * 3
    assert "In the planned view" not in found(result, "A").explanation


def test_totals_say_only_what_differs():
    tree = program(pool("A", "BIO 1"), total=3, residency=3)
    result = audit(tree, took("BIO 1"))
    assert [one.sentence for one in result.totals] == [
        "3.00 of 3.00 credits are earned.",
        "3.00 of 3.00 credits are earned here.",
    ]
    assert audit(program(gpa=Decimal("2.5")), took("BIO 1", "A")).totals[0].sentence == (
        "The grade point average is 4.00; 2.50 is needed."
    )


def test_a_part_that_only_a_narrower_view_meets_lacks_nothing_and_shows_what_met_it():
    tree = program(
        group("Core", pool("Intro", "BIO 1"), pool("More", "BIO 2")),
        pool("Free", is_residual=True, min_credits=6),
    )
    result = audit(tree, took("BIO 1"), plans("ART 1"))
    assert [standing(result, key) for key in ("Core", "Intro", "Free")] == ["PARTIAL", "MET", "PLANNED"]
    intro, core = found(result, "Intro"), found(result, "Core")
    assert (intro.missing, [one.counts_as for one in intro.applied]) == ("", ["BIO 1"])
    assert [str(amount) for _, amount in intro.credits_by_status] == ["3", "0", "0"]
    assert (intro.told_in.name, core.told_in.name) == ("COMPLETED", "PLANNED")
    assert intro.in_view(intro.views[-1].view).applied == ()
    assert intro.explanation == (
        "Met by what is earned: 1 of 1 course (BIO 1). In the planned view BIO 1 counts for “Free” instead."
    )
    assert core.explanation == ("Not met: none of 2 parts is met. In the planned view BIO 1 counts for “Free” instead.")
    assert core.missing == "Needs all of its 2 parts."


def test_a_requirement_that_some_view_meets_lacks_nothing():
    tree = program(pool("A", "BIO 1"), pool("B", "BIO 2"), pool("C", "BIO 3"))
    result = audit(tree, took("BIO 1"), takes("BIO 2"), plans("BIO 3"))
    assert [(found(result, key).status.name, found(result, key).missing) for key in "ABC"] == [
        ("MET", ""),
        ("IN_PROGRESS", ""),
        ("PLANNED", ""),
    ]


def test_the_other_parts_of_a_choice_that_is_made_are_not_needed():
    sequence = group("Chemistry", pool("First", "CHEM 1"), pool("Second", "CHEM 2"))
    tree = program(group("Science", pool("Biology", "BIO 1"), sequence, pool("Physics", "PHYS 1"), min_children=1))
    result = audit(tree, took("BIO 1"))
    open_ones = [found(result, key) for key in ("Chemistry", "First", "Second", "Physics")]
    assert {(one.status.name, one.is_needed, one.missing) for one in open_ones} == {("UNMET", False, "")}
    assert {one.explanation for one in open_ones} == {"Not needed: “Biology” is met instead."}
    assert all(found(result, key).is_needed for key in ("Science", "Biology"))
    later = found(audit(tree, plans("BIO 1")), "Physics")
    assert later.explanation == "Not needed when all planned courses are passed: “Biology” is met then."
    neither = found(audit(tree), "Physics")
    assert (neither.is_needed, neither.missing, neither.explanation) == (
        True,
        "Needs 1 more course.",
        "Not met: 0 of 1 course.",
    )


def test_an_optional_part_is_no_part_of_a_choice():
    tree = program(group("G", pool("A", "BIO 1"), pool("B", "BIO 2", is_optional=True)))
    result = audit(tree, took("BIO 1"))
    assert (standing(result, "G"), found(result, "B").is_needed) == ("MET", True)
    assert found(result, "B").missing == "It is optional; to be met it needs 1 more course."
    assert found(result, "B").explanation == "Not met (optional): 0 of 1 course."
    chosen = program(group("G", pool("A", "BIO 1"), pool("B", "BIO 2", is_optional=True), min_children=1))
    assert found(audit(chosen), "B").missing == "Needs 1 more course."


def test_an_optional_requirement_of_the_program_says_that_it_is_optional():
    result = audit(program(pool("A", "BIO 1"), pool("B", "BIO 2", min_courses=None, min_credits=1, is_optional=True)))
    assert found(result, "A").missing == "Needs 1 more course."
    assert found(result, "B").missing == "It is optional; to be met it needs 1.00 more credit."
    assert found(result, "B").explanation == "Not met (optional): 0.00 of 1.00 credit."
    assert (found(result, "A").is_asked_for, found(result, "B").is_asked_for) == (True, False)
    met = found(audit(program(pool("B", "BIO 2", is_optional=True)), took("BIO 2")), "B")
    assert (met.missing, met.explanation) == ("", "Met: 1 of 1 course (BIO 2).")


def test_a_choice_says_how_many_of_its_parts_are_needed():
    parts = [pool(f"P{number}", f"BIO {number}") for number in range(1, 6)]
    result = audit(program(group("G", *parts, min_children=2)), took("BIO 1"))
    assert found(result, "G").explanation == "Not met: 1 of 5 parts is met; 2 are needed."
    assert found(result, "G").missing == "Needs 1 more of its 5 parts."
    result = audit(program(group("G", *parts[:3], min_children=2)), took("BIO 1"))
    assert found(result, "G").missing == "Needs “P2” or “P3”."
    result = audit(program(group("G", *parts)), took("BIO 1"))
    assert found(result, "G").missing == "Needs 4 more of its 5 parts."


def test_a_course_that_became_two_is_named_once_where_it_went():
    two = rule(1, "HISTORY 1", awards("HIST 1500"), awards("HIST 1510"))
    tree = program(
        pool("H", "HIST 1500", "HIST 1510", "ENGL 1", min_courses=3),
        pool("Free", is_residual=True, min_credits=6),
    )
    exam = took(course("HISTORY 1", THERE, credits=6))
    result = audit(tree, exam, plans("ENGL 1"), plans("ART 1"), plans("ART 2"), rules=[two])
    assert [standing(result, key) for key in ("H", "Free")] == ["PLANNED", "MET"]
    assert "In the planned view HISTORY 1 counts for “H” instead" in found(result, "Free").explanation


def test_what_a_wider_view_no_longer_needs_is_said_to_be_not_needed():
    tree = program(
        pool("A", "BIO 1", "BIO 2", "BIO 3", min_credits=8),
        pool("B", "BIO 3"),
    )
    big = course("BIO 3", credits=8)
    result = audit(tree, took("BIO 1"), took("BIO 2"), plans(big), plans("CHEM 1"))
    assert all("counts for no requirement" not in one.explanation for one in result.requirements)


def test_credits_that_a_constraint_asks_for_are_told_among_the_others():
    asked = constraint("MIN_CREDITS_AT_LEVEL", credits=4, level=4000)
    result = audit(program(pool("A", pattern(level_from=3000), min_credits=12, constraints=(asked,))))
    assert found(result, "A").missing == "Needs 12.00 more credits (4.00 of them at level 4000 or above)."
    assert found(result, "A").explanation == (
        "Not met: 0.00 of 12.00 credits; 0.00 of 4.00 credits at level 4000 or above."
    )
    asked = constraint("MIN_CREDITS_AT_LEVEL", credits=9, level=2000)
    result = audit(program(pool("A", pattern(level_from=1000), min_credits=9, constraints=(asked,))))
    assert found(result, "A").missing == "Needs 9.00 more credits at level 2000 or above."
    assert found(result, "A").explanation == "Not met: 0.00 of 9.00 credits at level 2000 or above."


def test_elective_credit_that_no_requirement_takes_is_told_as_what_it_is():
    rules = [
        rule(1, "HIST 101", replace(elective(area="GHUM"), published_code="GHUM 1000")),
        rule(2, "ENG 101", awards("ENGL 1010")),
    ]
    general, named, own = took("HIST 101", at=THERE), took("ENG 101", at=THERE), took("ART 1")
    result = audit(program(pool("A", "BIO 1"), total=9), general, named, own, rules=rules)
    assert reasons(result) == {general.id: "NO_OPTION", named.id: "NO_OPTION", own.id: "NO_OPTION"}
    assert sentences(result) == {
        general.id: (
            "HIST 101 counts as 3.00 elective credits (GHUM 1000), which no requirement takes; it still counts in the "
            "total credits (9.00 of 9.00), and is needed for the total credits (only 6.00 without it)."
        ),
        named.id: (
            "ENG 101 counts as ENGL 1010, which no requirement takes; it still counts in the total credits (9.00 of "
            "9.00), and is needed for the total credits (only 6.00 without it)."
        ),
        own.id: (
            "No option of any requirement matches ART 1; it still counts in the total credits (9.00 of 9.00), and is "
            "needed for the total credits (only 6.00 without it)."
        ),
    }


def test_an_open_requirement_names_the_courses_that_fit_it_and_count_elsewhere():
    tree = program(
        group("Core", pool("Speaking", "COMM 1", "COMM 2"), pool("Writing", "ENGL 1")),
        pool("Free", is_residual=True, min_credits=3),
    )
    result = audit(tree, took("COMM 1"))
    assert [standing(result, key) for key in ("Speaking", "Free")] == ["UNMET", "MET"]
    assert found(result, "Speaking").explanation == (
        "Not met: 0 of 1 course. COMM 1 fits here too and counts for “Free”, which is met with it."
    )
    tree = program(pool("Speaking", "COMM 1", "COMM 2", min_courses=2), pool("Free", is_residual=True, min_credits=30))
    assert found(audit(tree, took(course("COMM 1", credits=4))), "Speaking").explanation == (
        "Not met: 0 of 2 courses. COMM 1 fits here too and counts for “Free”."
    )
    many = [course(f"ART {number}") for number in range(1, 8)]
    tree = program(
        group("Core", pool("Art", pattern(subject="ART"), min_courses=9), pool("Writing", "ENGL 1")),
        pool("Free", is_residual=True, min_credits=21),
    )
    result = audit(tree, *map(took, many))
    assert found(result, "Art").explanation == (
        "Not met: 0 of 9 courses. 7 courses of the plan that fit here count elsewhere."
    )


def test_a_course_pinned_to_what_it_does_not_fit_is_told_with_the_pin():
    tree = program(pool("English", "ENGL 1"), pool("Science", "BIO 1"))
    pinned = took("ENGL 1", pinned_key="Science")
    assert {one.entry_id: one.sentence for one in audit(tree, pinned).unapplied} == {
        pinned.id: "ENGL 1 is not applied to “English”: it is pinned to “Science”, which it does not fit."
    }


def test_an_open_requirement_names_only_courses_that_bring_something_of_what_it_lacks():
    lab = course("BIO 1", attributes=attributes(has_lab=True))
    with_lab = constraint("MIN_CREDITS", credits=6, scope=requirements.Scope(attribute="has_lab"))
    labs = pool("Labs", pattern(subject="BIO"), min_credits=6, constraints=(with_lab,))
    tree = program(group("Core", labs, pool("Writing", "ENGL 1")), pool("Free", is_residual=True, min_credits=6))

    result = audit(tree, took(lab), took("BIO 2"))

    assert found(result, "Labs").explanation == (
        "Not met: 0.00 of 6.00 credits with a laboratory. "
        "BIO 1 fits here too and counts for “Free”, which is met with it."
    )
