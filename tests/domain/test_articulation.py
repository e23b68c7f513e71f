"""Articulating a list of taken courses by a receiving institution's rules."""

import json
from datetime import date
from decimal import Decimal

import pytest

from gql_api.domain import (
    articulation,
    articulation_answers,
    articulation_rules,
    chains,
    entries,
    equivalencies,
    grades,
    institutions,
    statuses,
    terms,
)
from tests.domain.literals import (
    HERE,
    ON,
    THERE,
    awards,
    course,
    elective,
    entry,
    plans,
    possibilities,
    rule,
    source,
    takes,
    took,
    unlisted,
)

Strength, Outcome = equivalencies.Strength, equivalencies.Outcome


def articulate(taken, *rules, on=ON, until=entries.View.PLANNED, **policies):
    return articulation.articulate(articulation.case(taken, possibilities(*rules, **policies), on, until))


def said(taken, *rules, on=ON, **policies):
    case = articulation.case(taken, possibilities(*rules, **policies), on)
    awarded = articulation.articulate(case)
    return {answer.entry_id: answer for answer in articulation_answers.answers(taken, case, awarded)}


def labels(awarded):
    return [grant.award.label for award in awarded for grant in award.grants]


def test_a_rule_turns_a_course_into_its_target():
    [award] = articulate([took("BIO 1", at=THERE)], rule(1, "BIO 1", awards("BIOS 101")))
    assert (award.rule.id, labels([award]), award.credits) == (1, ["BIOS 101"], Decimal(3))
    assert award.view is entries.View.COMPLETED
    assert award.doubt is None
    assert not award.is_provisional


def test_rules_are_directed():
    assert articulate([took("BIOS 101", at=THERE)], rule(1, "BIO 1", awards("BIOS 101"))) == ()


def test_only_approved_rules_award():
    for status in set(equivalencies.RuleStatus) - {equivalencies.RuleStatus.APPROVED}:
        assert articulate([took("BIO 1", at=THERE)], rule(1, "BIO 1", awards("BIOS 101"), status=status)) == ()


def test_all_groups_are_needed_and_two_courses_of_one_group_fill_it_once():
    series = rule(1, [["BIO 1A", "BIO 1AH"], ["BIO 1B", "BIO 1BH"]], awards("BIOS 101"))
    assert labels(articulate([took("BIO 1A", at=THERE), took("BIO 1BH", at=THERE)], series)) == ["BIOS 101"]
    assert articulate([took("BIO 1A", at=THERE), took("BIO 1AH", at=THERE)], series) == ()


def test_a_course_of_two_groups_fills_the_one_that_needs_it():
    either = rule(1, [["X 1", "X 2"], ["X 1"]], awards("Y 1"))
    assert labels(articulate([took("X 1", at=THERE), took("X 2", at=THERE)], either)) == ["Y 1"]
    assert articulate([took("X 1", at=THERE)], either) == ()


def test_the_rule_with_more_source_groups_goes_first():
    alone = rule(1, "X 1", awards("Y 1"))
    series = rule(2, ["X 1", "X 2"], awards("Y 2"))
    assert labels(articulate([took("X 1", at=THERE), took("X 2", at=THERE)], alone, series)) == ["Y 2"]


def test_then_the_rule_with_more_credit_then_direct_then_the_oldest():
    taken = [took(course("X 1", THERE, credits=5))]
    small, large = rule(1, "X 1", awards("Y 1", credits=2)), rule(2, "X 1", awards("Y 2", credits=4))
    assert labels(articulate(taken, small, large)) == ["Y 2"]
    partial = rule(1, "X 1", elective("ART", credits=3), strength=Strength.PARTIAL)
    direct = rule(2, "X 1", awards("Y 2", credits=3))
    assert labels(articulate(taken, partial, direct)) == ["Y 2"]
    newer = rule(1, "X 1", awards("Y 1", credits=3), effective_from=date(2020, 1, 1))
    older = rule(2, "X 1", awards("Y 2", credits=3), effective_from=date(2010, 1, 1))
    assert labels(articulate(taken, newer, older)) == ["Y 2"]


def test_what_is_certain_goes_before_what_depends_on_a_condition():
    taken = [took("X 1", at=THERE), took("X 2", at=THERE)]
    series = rule(1, ["X 1", "X 2"], awards("Y 1"), strength=Strength.CONDITIONAL, condition="portfolio")
    alone = rule(2, "X 1", awards("Y 2"))
    assert labels(articulate(taken, series, alone)) == ["Y 2"]


def test_a_conditional_rule_awards_with_a_doubt_that_names_its_condition():
    [award] = articulate(
        [took("X 1", at=THERE)], rule(1, "X 1", awards("Y 1"), strength=Strength.CONDITIONAL, condition="portfolio")
    )
    assert "portfolio" in award.doubt


def test_the_rules_not_taken_are_named():
    taken = [took("X 1", at=THERE)]
    [award] = articulate(
        taken, rule(1, "X 1", awards("Y 1"), choice_set_id=7), rule(2, "X 1", awards("Y 2"), choice_set_id=7)
    )
    assert award.rule.id == 1
    assert [other.id for other in award.alternatives] == [2]


def test_a_target_is_credited_once_whatever_the_path():
    rules = rule(1, "X 1", awards("Y 1")), rule(2, "X 2", awards("Y 1"))
    assert labels(articulate([took("X 1", at=THERE), took("X 2", at=THERE)], *rules)) == ["Y 1"]


def test_alternatives_give_two_sources_different_targets():
    rules = [
        rule(n, code, awards(to))
        for n, (code, to) in enumerate([("X 1", "Y 1"), ("X 1", "Y 2"), ("X 2", "Y 1"), ("X 2", "Y 2")], 1)
    ]
    assert sorted(labels(articulate([took("X 1", at=THERE), took("X 2", at=THERE)], *rules))) == ["Y 1", "Y 2"]


def test_a_course_taken_twice_awards_once_even_as_an_elective():
    twice = [took("ART 7", at=THERE), took("ART 7", at=THERE, is_repeat=True, on=date(2025, 5, 1))]
    assert labels(articulate(twice, rule(1, "ART 7", elective("ART")))) == ["ART elective"]


def test_a_second_attempt_under_another_rule_counts_where_the_first_one_had_none():
    attempts = [took("X 1", at=THERE, on=date(2014, 1, 1)), took("X 1", at=THERE, on=date(2021, 1, 1), is_repeat=True)]
    assert labels(articulate(attempts, rule(1, "X 1", awards("Y 1"), effective_from=date(2020, 1, 1)))) == ["Y 1"]


def test_a_cross_listed_course_is_a_source_of_its_sisters_rule():
    taken = [took(course("CS 5", THERE, same=("MATH 5",)))]
    assert labels(articulate(taken, rule(1, "MATH 5", awards("Y 1")))) == ["Y 1"]


def test_a_minimum_grade_is_compared_in_order_and_passes_prove_what_the_receiver_says():
    needs_b = rule(1, [[source("X 1", minimum="B")]], awards("Y 1"))
    assert articulate([took("X 1", "B-", at=THERE)], needs_b) == ()
    assert labels(articulate([took("X 1", "B", at=THERE)], needs_b)) == ["Y 1"]
    assert articulate([took("X 1", "P", at=THERE)], needs_b) == ()
    assert labels(articulate([took("X 1", "P", at=THERE)], needs_b, pass_proves=grades.Grade.B)) == ["Y 1"]


def test_no_recorded_grade_is_a_doubt_and_never_an_answer():
    needs_b = rule(1, [[source("X 1", minimum="B")]], awards("Y 1"))
    [award] = articulate([took("X 1", None, at=THERE)], needs_b)
    assert "no grade" in award.doubt
    assert articulate([takes("X 1", at=THERE)], needs_b)[0].doubt is None


def test_the_receivers_minimum_for_transfer_holds_for_every_rule():
    plain = rule(1, "X 1", awards("Y 1"))
    low = took("X 1", "D", at=THERE)
    assert labels(articulate([low], plain)) == ["Y 1"]
    assert articulate([low], plain, minimum_transfer_grade=grades.Grade.C) == ()
    assert said([low], plain, minimum_transfer_grade=grades.Grade.C)[low.id].kind.name == "GRADE_TOO_LOW"


def test_an_examination_needs_its_score():
    exam = rule(1, [[source("AP 1", score=4)]], awards("Y 1"))
    assert labels(articulate([took("AP 1", None, at=THERE, score=4)], exam)) == ["Y 1"]
    assert articulate([took("AP 1", None, at=THERE, score=3)], exam) == ()
    assert articulate([took("AP 1", None, at=THERE)], exam)[0].doubt is not None


def test_the_day_of_the_course_decides_and_both_ends_of_a_rule_are_included():
    first = rule(1, "X 1", awards("Y 1"), effective_from=date(2015, 8, 1), effective_until=date(2020, 7, 31))
    second = rule(2, "X 1", awards("Y 2"), effective_from=date(2020, 8, 1))
    for day, target in [(date(2015, 8, 1), "Y 1"), (date(2020, 7, 31), "Y 1"), (date(2020, 8, 1), "Y 2")]:
        assert labels(articulate([took("X 1", at=THERE, on=day)], first, second)) == [target]
    assert articulate([took("X 1", at=THERE, on=date(2015, 7, 31))], first, second) == ()


def test_a_receiver_may_decide_by_the_day_of_the_evaluation_or_by_the_better_of_both():
    old = rule(1, "X 1", awards("Y 1"), effective_until=date(2020, 12, 31))
    taken = [took("X 1", at=THERE, on=date(2020, 1, 1))]
    dates = institutions.EquivalencyDate
    assert articulate(taken, old, equivalency_date=dates.WHEN_EVALUATED) == ()
    assert labels(articulate(taken, old, equivalency_date=dates.MOST_FAVOURABLE)) == ["Y 1"]


def test_a_term_stands_for_its_first_day():
    old = rule(1, "X 1", awards("Y 1"), effective_until=date(2024, 8, 20))
    fall = terms.Term(year=2024, season=terms.Season.FALL)
    assert labels(articulate([entry("X 1", grade="B", at=THERE, term=fall)], old)) == ["Y 1"]
    late = entry("X 1", grade="B", at=THERE, term=fall, term_begins=date(2024, 8, 25))
    assert articulate([late], old) == ()


def test_future_and_undated_courses_follow_the_latest_rule_and_are_provisional():
    old = rule(1, "X 1", awards("Y 1"), effective_until=date(2026, 1, 31))
    new = rule(2, "X 1", awards("Y 2"), effective_from=date(2026, 2, 1))
    [undated] = articulate([plans("X 1", at=THERE)], old, new)
    assert (labels([undated]), undated.is_provisional) == (["Y 2"], True)
    [future] = articulate([plans("X 1", at=THERE, term=terms.Term(year=2026, season=terms.Season.FALL))], old, new)
    assert (labels([future]), future.is_provisional) == (["Y 2"], True)


def test_a_failed_or_withdrawn_course_awards_nothing():
    plain = rule(1, "X 1", awards("Y 1"))
    for grade in ["F", "W", "NP", "NC", "U", "WF", "AU", "E", "NR"]:
        assert articulate([took("X 1", grade, at=THERE)], plain) == ()
    assert articulate([entry("X 1", status=statuses.PlannedStatus.WITHDRAWN, at=THERE)], plain) == ()


def test_an_award_is_as_far_as_the_last_of_its_sources():
    series = rule(1, ["X 1", "X 2"], awards("Y 1"))
    taken = [took("X 1", at=THERE), takes("X 2", at=THERE)]
    assert articulate(taken, series, until=entries.View.COMPLETED) == ()
    [award] = articulate(taken, series)
    assert award.view is entries.View.IN_PROGRESS
    assert {answer.kind.name for answer in said(taken, series).values()} == {"IN_PROGRESS"}


def test_an_incomplete_series_says_what_is_missing():
    one = took("MATH 1C", at=THERE)
    series = rule(1, ["MATH 1C", ["MATH 1D", "MATH 1DH"]], awards("MATH 20C"))
    answer = said([one], series)[one.id]
    assert answer.kind.name == "INCOMPLETE_SERIES"
    assert answer.sentence == "Take MATH 1D or MATH 1DH and MATH 20C is yours; MATH 1C alone does not count."
    assert answer.rule_ids == (1,)


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [(Outcome.NO_CREDIT, "NO_CREDIT"), (Outcome.DEPARTMENT_REVIEW, "DEPARTMENT_REVIEW")],
)
def test_outcomes_without_awards_are_answers_of_their_own(outcome, kind):
    one = took("X 1", at=THERE)
    assert said([one], rule(1, "X 1", outcome=outcome))[one.id].kind.name == kind


def test_denied_and_not_evaluated_and_unlisted_are_different_answers():
    one = took("X 1", at=THERE)
    refused = rule(1, "X 1", status=equivalencies.RuleStatus.DENIED, reason="no lab")
    assert said([one], refused)[one.id].kind.name == "DENIED"
    assert "no lab" in said([one], refused)[one.id].sentence
    assert said([one])[one.id].kind.name == "NOT_EVALUATED"
    words = unlisted("Pottery")
    assert said([words])[words.id].kind.name == "UNLISTED"


def test_a_decision_for_the_student_goes_before_every_rule():
    one = took("X 1", at=THERE)
    plain = rule(1, "X 1", awards("Y 1"))
    counts_as = articulation_rules.Decision(entry_id=one.id, course=course("Z 1"), credits=Decimal(4))
    [award] = articulate([one], plain, decisions=(counts_as,))
    assert (award.rule, labels([award]), award.credits) == (None, ["Z 1"], Decimal(4))
    denied = articulation_rules.Decision(entry_id=one.id, is_denied=True, reason="too old")
    assert articulate([one], plain, decisions=(denied,)) == ()
    assert said([one], plain, decisions=(denied,))[one.id].kind.name == "DENIED_BY_DECISION"


@pytest.mark.parametrize(
    ("policy", "credits"),
    [
        (institutions.CreditsGranted.MINIMUM, Decimal(3)),
        (institutions.CreditsGranted.TARGET, Decimal(4)),
        (institutions.CreditsGranted.SOURCE, Decimal(3)),
    ],
)
def test_credits_are_granted_by_the_receivers_policy(policy, credits):
    taken = [took("X 1", at=THERE)]
    given = rule(1, "X 1", awards("Y 1", HERE, None))
    target = articulation_rules.Award(kind=equivalencies.AwardKind.COURSE, course=course("Y 1", credits=4))
    given = rule(1, "X 1", target)
    assert articulate(taken, given, credits_granted=policy)[0].credits == credits


def test_quarter_credits_are_two_thirds_of_semester_credits_and_a_split_adds_up():
    quarter = institutions.Calendar.QUARTER
    taken = [took(course("X 1", THERE, credits=4.5, calendar=quarter))]
    assert articulate(taken, rule(1, "X 1", elective("ART")))[0].credits == Decimal(3)
    [award] = articulate(taken, rule(1, "X 1", elective("ART"), elective("MUS")))
    assert award.credits == Decimal(3)
    assert {grant.credits for grant in award.grants} == {Decimal("1.5")}


def test_a_partial_rule_gives_its_credit_as_elective_in_the_targets_subject():
    [award] = articulate([took("X 1", at=THERE)], rule(1, "X 1", awards("BIOS 2014"), strength=Strength.PARTIAL))
    [grant] = award.grants
    assert (grant.award.kind, grant.award.subject, grant.award.level) == (
        equivalencies.AwardKind.SUBJECT_ELECTIVE,
        "BIOS",
        2000,
    )


def test_the_order_of_the_input_does_not_matter():
    taken = [took("X 1", at=THERE, id=11), took("X 2", at=THERE, id=12), took("X 3", at=THERE, id=13)]
    rules = [rule(1, ["X 1", "X 2"], awards("Y 1")), rule(2, "X 3", awards("Y 1")), rule(3, "X 1", awards("Y 3"))]
    assert repr(articulate(taken, *rules)) == repr(articulate(taken[::-1], *rules[::-1]))


# --- the published cases ---


@pytest.fixture(scope="module")
def published(real_data):
    document = json.loads((real_data / "articulation-cases.json").read_text("utf-8"))
    return document, {name: number for number, name in enumerate(sorted(sides(document)), 1)}


def sides(document):
    return {side for one in document["rules"] for side in (one["send"], one["recv"])}


def groups_of(expression, minimum, at):
    """The source expression as groups: an all-of of any-ofs, or an any-of of series that share all but one course."""
    if expression is None:
        return []
    if "all" in expression:
        parts = expression["all"]
        return [
            [source(code, at, minimum) for code in (part["any"] if isinstance(part, dict) else [part])]
            for part in parts
        ]
    parts = expression["any"]
    if isinstance(parts[0], str):
        return [[source(code, at, minimum) for code in parts]]
    shared = [code for code in parts[0]["all"] if all(code in part["all"] for part in parts)]
    others = [code for part in parts for code in part["all"] if code not in shared]
    return [[source(code, at, minimum)] for code in shared] + [[source(code, at, minimum) for code in others]]


def award_of(published_rule, code, at):
    credits = published_rule.get("award_credits", {}).get(code)
    if published_rule.get("kind") == "elective":
        return elective("HUM", 1000, credits=credits)
    return awards(code, at, credits)


def rules_of(document, places):
    for number, one in enumerate(document["rules"], 1):
        at, to = places[one["send"]], places[one["recv"]]
        begins, ends = one.get("effective", [None, None])
        status = one.get("status")
        yield articulation_rules.Rule(
            id=number,
            sending_institution_id=at,
            receiving_institution_id=to,
            groups=tuple(map(tuple, groups_of(one["from"], one.get("min_grade"), at))),
            awards=tuple(award_of(one, code, to) for code in one["to"]),
            outcome={"no_equivalent": Outcome.NO_CREDIT, "no_course_articulated": Outcome.NO_COURSE_ARTICULATED}.get(
                status, Outcome.AWARDS
            ),
            status=equivalencies.RuleStatus.DENIED if status == "denied" else equivalencies.RuleStatus.APPROVED,
            reason="refused" if status == "denied" else None,
            effective_from=begins and date.fromisoformat(begins),
            effective_until=ends and date.fromisoformat(ends),
        )


def entries_of(case, places):
    for number, (at, code, grade, day, credits) in enumerate(case["taken"], 1):
        yield took(course(code, places[at], credits=credits), grade, on=date.fromisoformat(day), id=number)


@pytest.mark.parametrize("number", range(20))
def test_the_published_cases_are_answered_as_expected(published, number):
    document, places = published
    case = document["cases"][number]
    to = places[case["recv"]]
    every = list(rules_of(document, places))
    taken = list(entries_of(case, places))
    rules = [one for one in every if one.receiving_institution_id == to]
    problem = articulation.case(taken, possibilities(*rules, to=to), date(2025, 1, 1))
    awarded = articulation.articulate(problem)
    receivers = {place: articulation_rules.Receiver(institution_id=place) for place in places.values()}
    hops = case.get("options", {}).get("max_hops", 1)
    derived = chains.derived(problem, awarded, every, receivers, hops=hops)
    awarded = (*awarded, *(one.award for one in derived))
    earned = [grant for award in awarded if award.view is entries.View.COMPLETED for grant in award.grants]
    running = [grant for award in awarded if award.view is entries.View.IN_PROGRESS for grant in award.grants]
    answers = articulation_answers.answers(taken, problem, awarded)
    for what, expected in case["expect"].items():
        match what:
            case "any_award":
                assert bool(earned) is expected
            case "credits_awarded":
                assert sum(grant.credits for grant in earned) == expected
            case "times_awarded":
                assert len(earned) == expected
            case "status":
                assert [answer.kind.name.lower() for answer in answers] == [expected]
            case "counts_for_named_course":
                assert any(grant.target is not None for grant in earned) is expected
            case "counts_for_total_credits":
                assert (sum(grant.credits for grant in earned) > 0) is expected
            case "path":
                assert [[document["rules"][rule.id - 1]["id"] for rule in one.path] for one in derived] == [expected]
            case "HUM 1XX":
                assert bool(earned) is expected
            case _:
                codes = [grant.award.label for grant in (running if expected == "in_progress" else earned)]
                assert (what in codes) is bool(expected)
