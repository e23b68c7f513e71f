"""The transfer status of a course: the first answer that any rule gives."""

from datetime import date

import pytest

from gql_api.domain import equivalencies, transfer

APPROVED, DENIED = equivalencies.RuleStatus.APPROVED, equivalencies.RuleStatus.DENIED
Outcome = equivalencies.Outcome


def facts(id, status=APPROVED, outcome=Outcome.AWARDS, **values):
    return transfer.RuleFacts(id=id, status=status, outcome=outcome, **values)


COURSE = facts(1, awards_a_course=True)
ELECTIVE = facts(2)
CONDITIONAL = facts(7, awards_a_course=True, strength=equivalencies.Strength.CONDITIONAL)
REVIEW = facts(3, outcome=Outcome.DEPARTMENT_REVIEW)
NOTHING = facts(4, outcome=Outcome.NO_CREDIT)
REFUSED = facts(5, status=DENIED)
NONE_ARTICULATED = facts(6, outcome=Outcome.NO_COURSE_ARTICULATED)
IN_ORDER = [COURSE, ELECTIVE, CONDITIONAL, REVIEW, NOTHING, REFUSED, NONE_ARTICULATED]
ANSWERS = [
    "HAS_EQUIVALENTS",
    "ELECTIVE_CREDIT",
    "CONDITIONAL",
    "DEPARTMENT_REVIEW",
    "NO_CREDIT",
    "DENIED",
    "NO_COURSE_ARTICULATED",
]


@pytest.mark.parametrize(("first", "answer"), list(enumerate(ANSWERS)))
def test_the_first_of_the_answers_decides_and_names_its_rules(first, answer):
    given = transfer.status_of(reversed(IN_ORDER[first:]))
    assert given.status.name == answer
    assert given.rule_ids == (IN_ORDER[first].id,)


def test_no_rule_at_all_is_not_evaluated():
    assert transfer.status_of([]) == transfer.NOT_EVALUATED
    assert transfer.NOT_EVALUATED.rule_ids == ()


@pytest.mark.parametrize("status", [equivalencies.RuleStatus.PROPOSED, equivalencies.RuleStatus.RETIRED])
def test_proposed_and_retired_rules_say_nothing(status):
    assert transfer.status_of([facts(1, status=status)]) == transfer.NOT_EVALUATED


def test_a_partial_rule_grants_elective_credit_whatever_course_it_names():
    partial = facts(1, awards_a_course=True, strength=equivalencies.Strength.PARTIAL)
    assert transfer.status_of([partial]).status is equivalencies.TransferStatus.ELECTIVE_CREDIT


def test_all_rules_with_the_deciding_answer_are_named_in_order():
    assert transfer.status_of([facts(9, awards_a_course=True), COURSE, ELECTIVE]).rule_ids == (1, 9)


def test_with_a_day_only_rules_in_force_speak_and_both_ends_are_included():
    rule = facts(1, effective_from=date(2020, 1, 1), effective_until=date(2020, 12, 31))
    assert transfer.status_of([rule], date(2020, 1, 1)).rule_ids == (1,)
    assert transfer.status_of([rule], date(2020, 12, 31)).rule_ids == (1,)
    assert transfer.status_of([rule], date(2021, 1, 1)) == transfer.NOT_EVALUATED
    assert transfer.status_of([rule], date(2019, 12, 31)) == transfer.NOT_EVALUATED
