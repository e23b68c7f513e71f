"""What became of a list of courses at an institution: the summary in credits, and the ranking of institutions."""

from decimal import Decimal

from gql_api.domain import equivalencies, institutions, transfers
from tests.domain.literals import HERE, ON, THERE, awards, course, elective, plans, possibilities, rule, took, unlisted

Outcome, Strength = equivalencies.Outcome, equivalencies.Strength


def transfer(taken, *rules, to=HERE, **policies):
    return transfers.transfer(taken, possibilities(*rules, to=to, **policies), on=ON)


def test_every_credit_is_accepted_or_said_to_be_refused_or_open():
    taken = [took(code, at=THERE) for code in ("A 1", "A 2", "A 3", "A 4", "A 5")]
    found = transfer(
        [*taken, unlisted("Pottery"), took("A 6", "F", at=THERE)],
        rule(1, "A 1", awards("B 1")),
        rule(2, "A 2", elective("ART")),
        rule(3, "A 3", outcome=Outcome.NO_CREDIT),
        rule(4, "A 4", outcome=Outcome.DEPARTMENT_REVIEW),
    )
    summary = found.summary
    assert (summary.taken, summary.accepted) == (Decimal(18), Decimal(6))
    assert (summary.as_courses, summary.as_electives) == (Decimal(3), Decimal(3))
    assert (summary.refused, summary.open, summary.lost) == (Decimal(3), Decimal(9), Decimal(3))
    assert len(found.answers) == 7


def test_the_sentence_tells_elective_credit_from_a_course_and_one_course_from_several():
    taken = [took("A 1", at=THERE), took("A 2", at=THERE), took("A 3", at=THERE)]
    series = rule(1, [["A 1"], ["A 2"]], awards("B 1", credits=6))
    found = transfer(taken, series, rule(2, "A 3", elective(area="GHUM")))
    assert [answer.sentence for answer in found.answers] == [
        "A 1 and A 2 count as B 1 (6.00 credits).",
        "A 1 and A 2 count as B 1 (6.00 credits).",
        "A 3 counts as 3.00 elective credits (GHUM).",
    ]


def test_what_a_rule_grants_less_is_lost():
    found = transfer([took(course("A 1", THERE, credits=5))], rule(1, "A 1", awards("B 1", credits=3)))
    assert (found.summary.accepted, found.summary.lost) == (Decimal(3), Decimal(2))


def test_quarter_credits_are_told_in_the_receivers_unit():
    one = took(course("A 1", THERE, credits=4.5, calendar=institutions.Calendar.QUARTER))
    assert transfer([one]).summary.taken == Decimal(3)


def test_what_depends_on_a_condition_is_neither_accepted_nor_lost():
    conditional = rule(1, "A 1", awards("B 1"), strength=Strength.CONDITIONAL, condition="portfolio")
    summary = transfer([took("A 1", at=THERE)], conditional).summary
    assert (summary.accepted, summary.undecided, summary.lost) == (Decimal(0), Decimal(3), Decimal(0))


def test_own_courses_are_left_out():
    found = transfer([took("B 9"), took("A 1", at=THERE)], rule(1, "A 1", awards("B 1")))
    assert (found.summary.taken, len(found.answers), len(found.taken)) == (Decimal(3), 1, 2)


def test_planned_courses_count_as_what_they_would_become():
    [award] = transfer([plans("A 1", at=THERE)], rule(1, "A 1", awards("B 1"))).awarded
    assert award.view.name == "PLANNED"


def test_institutions_are_ranked_by_what_they_accept_then_as_courses_then_by_what_is_lost():
    taken = [took("A 1", at=THERE), took("A 2", at=THERE)]
    both, named, general, none = 21, 22, 23, 24
    found = [
        transfer(taken, rule(1, "A 1", outcome=Outcome.NO_CREDIT, to=none), to=none),
        transfer(taken, rule(2, "A 1", elective("ART"), to=general), to=general),
        transfer(taken, rule(3, "A 1", awards("B 1", named), to=named), to=named),
        transfer(taken, rule(4, "A 1", elective("ART"), to=both), rule(5, "A 2", elective("ART"), to=both), to=both),
    ]
    ranked = [one.institution_id for one in transfers.ranked(found)]
    assert ranked == [both, named, general, none]
    assert [one.institution_id for one in transfers.ranked(found[::-1])] == ranked
