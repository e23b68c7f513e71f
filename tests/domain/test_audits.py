"""The audit as a whole: statuses, views, totals, percent, explanations, exceptions, and reasons for what is left."""

from decimal import Decimal

import pytest

from gql_api.domain import (
    articulation_rules,
    audit_exceptions,
    audit_results,
    audits,
    entries,
    equivalencies,
    grades,
    requirements,
    terms,
)
from tests.domain.literals import (
    FALL,
    HERE,
    ON,
    THERE,
    applied,
    audit,
    awards,
    constraint,
    course,
    elective,
    found,
    group,
    option,
    pattern,
    plans,
    pool,
    possibilities,
    program,
    reasons,
    rule,
    source,
    standing,
    takes,
    took,
    unlisted,
)

View = entries.View


def percents(result):
    return [None if view.percent is None else str(view.percent) for view in result.views]


def test_one_credit_is_told_as_one():
    result = audit(program(total=1), took(course("BIO 1", credits=1)))
    assert [total.sentence for total in result.totals] == ["1.00 of 1.00 credit is earned."]


def test_the_status_is_the_earliest_view_in_which_a_requirement_is_met():
    tree = program(pool("A", "BIO 1"), pool("B", "BIO 2"), pool("C", "BIO 3"), pool("D", "BIO 4"))
    result = audit(tree, took("BIO 1"), takes("BIO 2"), plans("BIO 3"))
    assert [standing(result, key) for key in "ABCD"] == ["MET", "IN_PROGRESS", "PLANNED", "UNMET"]
    assert [view.requirements_met for view in result.views] == [1, 2, 3]
    assert [view.status.name for view in result.views] == ["PARTIAL"] * 3
    assert [view.status.name for view in found(result, "B").views] == ["UNMET", "MET", "MET"]


def test_credits_and_courses_are_told_by_status():
    result = audit(
        program(pool("A", "BIO 1", "BIO 2", "BIO 3", min_courses=3)), took("BIO 1"), takes("BIO 2"), plans("BIO 3")
    )
    progress = found(result, "A")
    assert [(view.name, str(amount)) for view, amount in progress.credits_by_status] == [
        ("COMPLETED", "3"),
        ("IN_PROGRESS", "3"),
        ("PLANNED", "3"),
    ]
    assert [number for _, number in progress.courses_by_status] == [1, 1, 1]
    assert [view.courses for view in progress.views] == [1, 2, 3]


def test_an_incomplete_grade_is_running_and_a_failure_is_nothing():
    tree = program(pool("A", "BIO 1"))
    assert standing(audit(tree, took("BIO 1", "I")), "A") == "IN_PROGRESS"
    assert standing(audit(tree, took("BIO 1", "IP")), "A") == "IN_PROGRESS"
    for grade in ["F", "W", "NP", "NC", "U", "WF", "AU", "E", "NR"]:
        assert standing(audit(tree, took("BIO 1", grade)), "A") == "UNMET"
    for grade in ["D-", "P", "CR", "S", "TR", None]:
        assert standing(audit(tree, took("BIO 1", grade)), "A") == "MET"


def test_requirements_come_in_tree_order_with_parents_and_depths():
    tree = program(group("G", pool("A", "BIO 1"), group("H", pool("B", "BIO 2"))), pool("C", "BIO 3"))
    result = audit(tree)
    assert [(one.key, one.parent_key, one.depth) for one in result.requirements] == [
        ("G", None, 0),
        ("A", "G", 1),
        ("H", "G", 1),
        ("B", "H", 2),
        ("C", None, 0),
    ]


def test_a_program_is_never_met_with_an_open_mandatory_part():
    tree = program(group("G", pool("A", "BIO 1"), pool("B", "BIO 2")), total=3)
    result = audit(tree, took("BIO 1"))
    assert (standing(result, "G"), result.status.name, result.is_met) == ("PARTIAL", "PARTIAL", False)
    assert audit(tree, took("BIO 1"), took("BIO 2")).is_met


def test_percent_weighs_credits_and_counts_three_for_a_course():
    tree = program(pool("A", "BIO 1"), pool("B", pattern(subject="ART"), min_credits=9))
    assert percents(audit(tree, took("BIO 1"), takes("ART 1"), plans("ART 2"))) == ["25.0", "50.0", "75.0"]


def test_percent_is_rounded_down_and_100_only_when_all_is_met():
    tree = program(*(pool(f"R{number}", f"BIO {number}") for number in range(1, 4)))
    assert percents(audit(tree, took("BIO 1"), plans("BIO 2")))[0] == "33.3"
    assert percents(audit(tree, took("BIO 1"), took("BIO 2")))[0] == "66.6"
    asked = constraint("MIN_GPA", gpa=Decimal("3.5"))
    almost = program(pool("A", "BIO 1", constraints=(asked,)))
    assert percents(audit(almost, took("BIO 1", "C")))[0] == "99.9"
    assert percents(audit(almost, took("BIO 1", "A")))[0] == "100"


def test_percent_is_none_where_nothing_is_needed():
    assert percents(audit(program(), took("BIO 1"))) == [None, None, None]
    assert audit(program()).status.name == "MET"


def test_of_a_choice_only_the_fullest_children_count():
    tree = program(
        group(
            "G",
            pool("A", "BIO 1", "BIO 2", min_courses=2),
            pool("B", "ART 1", "ART 2", "ART 3", min_courses=3),
            min_children=1,
        )
    )
    assert percents(audit(tree, took("BIO 1"), took("ART 1"), took("ART 2")))[0] == "66.6"


def test_totals_look_at_all_accepted_credit_applied_or_not():
    tree = program(pool("A", "BIO 1"), total=12, residency=6)
    result = audit(
        tree,
        took("BIO 1"),
        took("ART 1"),
        took("X 1", at=THERE),
        took("X 2", at=THERE),
        took("MATH 098"),
        unlisted("Pottery"),
        plans("BIO 9"),
        rules=[rule(1, "X 1", elective("HUM"))],
    )
    total, residency = result.totals
    assert [str(amount) for _, amount in total.actual] == ["9", "9", "12"]
    assert total.status is audit_results.RequirementStatus.PLANNED
    assert total.sentence == "9.00 of 12.00 credits are earned, 12.00 with planned ones."
    assert [str(amount) for _, amount in residency.actual] == ["6", "6", "9"]
    assert (result.status.name, result.is_met) == ("PLANNED", False)


def test_an_average_without_grades_is_unknown_and_so_is_the_version():
    tree = program(pool("A", "BIO 1"), gpa=2)
    result = audit(tree, took("BIO 1", "P"))
    assert (result.totals[0].status.name, result.status.name) == ("UNKNOWN", "UNKNOWN")
    assert audit(tree, took("BIO 1", "C")).is_met
    assert audit(tree, took("BIO 1", "D")).status.name == "PARTIAL"


def test_explanations_have_numbers():
    tree = program(
        pool("A", "BIO 1", "BIO 2", min_courses=2),
        pool("B", pattern(subject="ART"), min_credits=6),
        group("G", pool("C", "CHEM 1"), pool("D", "CHEM 2")),
    )
    result = audit(tree, took("BIO 1"), took("BIO 2"), took("ART 1"), plans("CHEM 1"))
    assert found(result, "A").explanation == "Met: 2 of 2 courses (BIO 1, BIO 2)."
    assert (found(result, "B").explanation, found(result, "B").missing) == (
        "Not met: 3.00 of 6.00 credits (ART 1).",
        "Needs 3.00 more credits.",
    )
    assert found(result, "C").explanation == "Met when all planned courses are passed: 1 of 1 course (CHEM 1)."
    assert (found(result, "G").explanation, found(result, "G").missing) == (
        "Not met: 1 of 2 parts is met.",
        "Needs “D”.",
    )
    assert (found(result, "D").explanation, found(result, "D").missing) == (
        "Not met: 0 of 1 course.",
        "Needs 1 more course.",
    )
    assert found(result, "A").missing == ""


def test_every_entry_that_is_not_applied_has_a_reason():
    low = took("BIO 5", "D")
    failed, unknown, words = took("BIO 1", "F"), took("X 9", at=THERE), unlisted("Pottery")
    surplus, full, other = took("BIO 3"), took("ART 2"), took("ZOO 1")
    nothing, refused = took("X 1", at=THERE), took("X 2", at=THERE)
    tree = program(
        pool("A", "BIO 2", "BIO 3"),
        pool("B", "ART 1", "ART 2", min_courses=2, max_courses=1),
        pool("C", "BIO 5", min_grade=grades.Grade.C),
    )
    result = audit(
        tree,
        took("BIO 2"), took("ART 1"), low, failed, unknown, words, surplus, full, other, nothing, refused,
        rules=[
            rule(1, "X 1", outcome=equivalencies.Outcome.NO_CREDIT),
            rule(2, "X 2", status=equivalencies.RuleStatus.DENIED, reason="no lab"),
        ],
    )  # fmt: skip # the entries in one line
    assert reasons(result) == {
        low.id: "GRADE_TOO_LOW",
        failed.id: "EARNS_NOTHING",
        unknown.id: "NOT_EVALUATED",
        words.id: "UNLISTED",
        surplus.id: "NOT_NEEDED",
        full.id: "MAXIMUM_REACHED",
        other.id: "NO_OPTION",
        nothing.id: "DOES_NOT_TRANSFER",
        refused.id: "DOES_NOT_TRANSFER",
    }
    said = {one.entry_id: one.sentence for one in result.unapplied}
    assert said[surplus.id] == "BIO 3 fits “A”, but is not needed there."
    assert "no lab" in said[refused.id]
    assert said[unknown.id] == "The transfer of X 9 has not been evaluated."


def test_every_entry_is_either_applied_or_explained():
    taken = took("BIO 1"), took("BIO 2"), took("X 1", at=THERE), plans("BIO 3"), unlisted("Pottery")
    result = audit(program(pool("A", "BIO 1", "BIO 3", min_courses=2)), *taken)
    used = {id for one in result.requirements for given in one.views[-1].applied for id in given.entry_ids}
    assert sorted(used | {one.entry_id for one in result.unapplied}) == sorted(entry.id for entry in taken)
    assert used.isdisjoint(one.entry_id for one in result.unapplied)


def test_a_pin_decides_where_a_course_counts():
    tree = program(pool("A", "BIO 1"), group("G", pool("B", "BIO 1", "BIO 2")))
    result = audit(tree, took("BIO 1", pinned_key="G"), took("BIO 2"))
    assert (applied(result, "A"), applied(result, "B")) == ([], ["BIO 1"])
    elsewhere = took("BIO 1", pinned_key="OF ANOTHER PROGRAM")
    assert applied(audit(tree, elsewhere), "A") == ["BIO 1"]


def test_a_pin_to_a_requirement_that_does_not_take_the_course_leaves_it_unapplied():
    tree = program(pool("A", "BIO 1"), pool("B", "BIO 2"))
    pinned = took("BIO 1", pinned_key="B")
    result = audit(tree, pinned)
    assert (applied(result, "A"), reasons(result)) == ([], {pinned.id: "NOT_ELIGIBLE"})


def test_a_waiver_meets_a_requirement_without_credit_and_leaves_the_percentage():
    tree = program(pool("A", "BIO 1"), group("G", pool("B", "BIO 2")))
    result = audit(tree, took("BIO 2"), exceptions=[audit_exceptions.Waiver(key="G")])
    assert [standing(result, key) for key in "AGB"] == ["UNMET", "WAIVED", "WAIVED"]
    assert percents(result)[0] == "0.0"
    assert found(result, "G").explanation == "Waived by an advisor."
    assert audit(tree, took("BIO 1"), exceptions=[audit_exceptions.Waiver(key="G")]).is_met


def test_substitution_force_and_forbid_move_single_courses():
    tree = program(pool("A", "BIO 1"), pool("B", "BIO 1", "BIO 2"))
    other = took("ZOO 1", "D")
    assert applied(audit(tree, other, exceptions=[audit_exceptions.Substitution(key="A", entry_id=other.id)]), "A") == [
        "ZOO 1"
    ]
    one = took("BIO 1")
    forced = audit(tree, one, exceptions=[audit_exceptions.Force(key="B", entry_id=one.id)])
    assert (applied(forced, "A"), applied(forced, "B")) == ([], ["BIO 1"])
    forbidden = audit(tree, one, exceptions=[audit_exceptions.Forbid(key="A", entry_id=one.id)])
    assert (applied(forbidden, "A"), applied(forbidden, "B")) == ([], ["BIO 1"])


def test_a_forced_course_stays_even_where_it_is_not_needed():
    tree = program(pool("A", "BIO 1", "BIO 2"))
    extra = took("BIO 2")
    result = audit(tree, took("BIO 1"), extra, exceptions=[audit_exceptions.Force(key="A", entry_id=extra.id)])
    assert applied(result, "A") == ["BIO 2"]


def test_a_changed_limit_replaces_the_requirements_own():
    tree = program(pool("A", pattern(subject="BIO"), min_credits=9))
    limit = audit_exceptions.Limit(key="A", credits=Decimal(6))
    assert standing(audit(tree, took("BIO 1"), took("BIO 2")), "A") == "PARTIAL"
    assert standing(audit(tree, took("BIO 1"), took("BIO 2"), exceptions=[limit]), "A") == "MET"


def test_a_conditional_rule_leaves_its_requirement_unknown():
    conditional = rule(1, "X 1", awards("BIO 1"), strength=equivalencies.Strength.CONDITIONAL, condition="portfolio")
    result = audit(program(pool("A", "BIO 1"), pool("B", "BIO 2")), took("X 1", at=THERE), rules=[conditional])
    assert (standing(result, "A"), standing(result, "B"), result.status.name) == ("UNKNOWN", "UNMET", "UNMET")
    assert "portfolio" in found(result, "A").explanation
    assert result.views[0].credits == 0


def test_of_alternative_rules_the_one_that_the_program_needs_is_used():
    rules = [rule(1, "X 1", awards("BIO 1"), choice_set_id=3), rule(2, "X 1", awards("BIO 2"), choice_set_id=3)]
    result = audit(program(pool("A", "BIO 2")), took("X 1", at=THERE), rules=rules)
    assert [(one.counts_as, one.rule_id) for one in found(result, "A").views[0].applied] == [("BIO 2", 2)]
    both = audit(program(pool("A", "BIO 2"), pool("B", "BIO 1")), took("X 1", at=THERE), rules=rules)
    assert both.views[0].requirements_met == 1


def test_a_rule_of_two_awards_fills_two_requirements_with_one_course():
    two = rule(1, "X 1", awards("CHEM 100", credits=3), awards("CHEM 101", credits=1))
    taken = took(course("X 1", THERE, credits=5))
    result = audit(program(pool("A", "CHEM 100"), pool("B", "CHEM 101"), total=4), taken, rules=[two])
    assert result.is_met
    assert [str(found(result, key).views[0].credits) for key in "AB"] == ["3", "1"]


def test_a_series_that_is_only_planned_takes_nothing_away_from_what_is_met():
    alone = rule(1, "X 1", awards("BIO 1"))
    series = rule(2, ["X 1", "X 2"], awards("BIO 9"))
    result = audit(program(pool("A", "BIO 1")), took("X 1", at=THERE), plans("X 2", at=THERE), rules=[alone, series])
    assert standing(result, "A") == "MET"
    assert [view.status.name for view in found(result, "A").views] == ["MET"] * 3
    result = audit(program(pool("A", "BIO 9")), took("X 1", at=THERE), plans("X 2", at=THERE), rules=[alone, series])
    assert standing(result, "A") == "PLANNED"


def test_credit_that_depends_on_the_future_is_provisional():
    result = audit(
        program(pool("A", "BIO 1")), plans("X 1", at=THERE, term=FALL), rules=[rule(1, "X 1", awards("BIO 1"))]
    )
    assert found(result, "A").views[-1].applied[0].is_provisional
    [answer] = result.articulation
    assert answer.kind.name == "PROVISIONAL"


@pytest.mark.parametrize(("tolerance", "status"), [("0", "PARTIAL"), ("0.5", "MET")])
def test_a_shortfall_by_conversion_is_tolerated_as_far_as_the_policy_says(tolerance, status):
    from_quarter = course("X 1", THERE, credits=5, calendar=terms_quarter())
    tree = program(pool("A", "BIO 1", min_credits=Decimal("3.5")))
    result = audit(
        tree,
        took(from_quarter),
        rules=[rule(1, "X 1", awards("BIO 1", credits=None, most=4))],
        credit_tolerance=Decimal(tolerance),
    )
    assert standing(result, "A") == status


def terms_quarter():
    return type(course("X 1").calendar).QUARTER


def test_the_same_input_in_any_order_gives_the_same_bytes():
    tree = program(pool("A", "BIO 1", "BIO 2"), pool("B", "BIO 2", option("BIO 3", is_preferred=True)), total=9)
    taken = [
        took("BIO 1", id=1),
        took("BIO 2", id=2),
        took("BIO 3", id=3),
        took("X 1", at=THERE, id=4),
        plans("X 2", at=THERE, id=5),
    ]
    rules = [
        rule(1, "X 1", awards("BIO 1")),
        rule(2, "X 2", elective("ART")),
        rule(3, [[source("X 1")], ["X 2"]], awards("BIO 7")),
    ]
    first = audits.audit(tree, taken, possibilities(*rules), on=ON)
    second = audits.audit(tree, reversed(taken), possibilities(*reversed(rules)), on=ON)
    assert repr(first) == repr(second)


def test_an_audit_names_its_version_and_its_day():
    result = audit(program())
    assert (result.version_id, result.on) == (1, ON)
    assert result.in_view(View.PLANNED).view is View.PLANNED


def test_everything_an_advisor_decided_about_transfer_is_followed():
    one = took("X 1", at=THERE)
    decision = articulation_rules.Decision(entry_id=one.id, course=course("BIO 1", HERE))
    result = audit(program(pool("A", "BIO 1")), one, decisions=(decision,))
    assert standing(result, "A") == "MET"
    assert found(result, "A").views[0].applied[0].rule_id is None


def test_a_term_has_a_first_day_and_a_college_may_have_another():
    term = terms.Term(year=2025, season=terms.Season.FALL)
    assert entries.first_day(term, {"FALL": "08-25"}).isoformat() == "2025-08-25"
    assert entries.first_day(term, {"SPRING": "01-10"}) is None
    assert entries.first_day(term, {"FALL": "sometime"}) is None


def test_constraints_with_a_scope_are_judged_within_it():
    asked = constraint("MIN_COURSES", courses=1, scope=requirements.Scope(institution_id=THERE))
    tree = program(pool("A", "BIO 1", "BIO 2", min_courses=1, constraints=(asked,)))
    unhelpful = took("BIO 1")  # a course from here is none from there, so that it brings the requirement no nearer
    alone = audit(tree, unhelpful)
    assert (standing(alone, "A"), reasons(alone)) == ("UNMET", {unhelpful.id: "NOT_NEEDED"})
    assert alone.unapplied[0].sentence == "BIO 1 fits “A”, but brings it no nearer to what it lacks."
    result = audit(tree, took("BIO 1"), took("X 1", at=THERE), rules=[rule(1, "X 1", awards("BIO 2"))])
    assert (standing(result, "A"), applied(result, "A")) == ("MET", ["BIO 2"])


def test_a_rule_that_can_be_filled_in_more_ways_than_are_looked_at_leaves_what_is_open_unknown():
    many = [took(f"X {number}", at=THERE) for number in range(1, 19)]
    first, second = [[source(f"X {number}") for number in numbers] for numbers in (range(1, 10), range(10, 19))]
    rules = [rule(1, [first, second], awards("Y 1"))]
    rules += [rule(number + 1, f"X {number}", elective("ART")) for number in range(1, 19)]
    tree = program(pool("met", "Y 1"), pool("open", "Z 1"))
    result = audit(tree, *many, rules=rules)
    assert (standing(result, "met"), standing(result, "open")) == ("MET", "UNKNOWN")
    assert {one.bound is not None for one in result.proof} == {True}
    assert "more ways to follow competing equivalencies" in found(result, "open").explanation
    fewer = [rule(1, [first[:7], second[:7]], awards("Y 1")), *rules[1:]]
    assert standing(audit(tree, *many, rules=fewer), "open") == "UNMET"


def test_a_rule_takes_the_course_that_another_rule_does_not_need():
    either = [[source("X 1"), source("X 2")]]
    rules = [rule(1, either, awards("Y 1")), rule(2, "X 1", awards("Z 1"))]
    tree = program(pool("A", "Y 1"), pool("B", "Z 1"))
    both = took("X 1", at=THERE), took("X 2", at=THERE)
    assert [standing(audit(tree, *both, rules=rules), key) for key in "AB"] == ["MET", "MET"]
    series = [rule(1, [*either, "W 1"], awards("Y 1")), rules[1]]
    assert [standing(audit(tree, *both, took("W 1", at=THERE), rules=series), key) for key in "AB"] == ["MET", "MET"]
    one = audit(tree, both[0], rules=rules)
    assert sorted(standing(one, key) for key in "AB") == ["MET", "UNMET"]


def test_of_which_course_a_rule_takes_what_it_names_stays_the_whole_rule():
    whole = rule(1, [[source("X 1"), source("X 2")]], awards("Y 1"))
    tree = program(pool("A", "Y 1"), pool("B", "Z 1"))
    taken = took("X 1", at=THERE), took("X 2", at=THERE)
    result = audit(tree, *taken, rules=[whole, rule(2, "X 1", awards("Z 1"))])
    assert {one.rule_id for key in "AB" for one in found(result, key).applied} == {1, 2}
    assert {one.kind.name for one in result.articulation} == {"AWARDED"}
