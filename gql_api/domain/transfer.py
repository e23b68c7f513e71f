"""What is known of a course's transfer to an institution, decided from the rules that name it as a source."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gql_api.domain import equivalencies

Status = equivalencies.TransferStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFacts:
    """What of a rule decides: its state, what it says, and whether one of its awards is a course."""

    id: int
    status: equivalencies.RuleStatus
    outcome: equivalencies.Outcome
    strength: equivalencies.Strength = equivalencies.Strength.DIRECT
    awards_a_course: bool = False
    effective_from: date | None = None
    effective_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferStatusAnswer:
    """The status, and the ids of the rules that it rests on; none rest behind NOT_EVALUATED."""

    status: equivalencies.TransferStatus
    rule_ids: tuple[int, ...] = ()


NOT_EVALUATED = TransferStatusAnswer(status=Status.NOT_EVALUATED)
_ORDER = (
    Status.HAS_EQUIVALENTS,
    Status.ELECTIVE_CREDIT,
    Status.CONDITIONAL,
    Status.DEPARTMENT_REVIEW,
    Status.NO_CREDIT,
    Status.DENIED,
    Status.NO_COURSE_ARTICULATED,
)


def status_of(rules: Iterable[RuleFacts], on: date | None = None) -> TransferStatusAnswer:
    """The first answer that any rule gives, in this order: approved (equivalents, electives, a condition, review,
    no credit), denied, no course articulated, not evaluated. With `on` only rules in force on that day speak.

    A partial rule grants elective credit, whatever course it names.
    """
    answers: dict[equivalencies.TransferStatus, list[int]] = {}
    for rule in rules:
        answer = _answer(rule) if on is None or _is_in_force(rule, on) else None
        if answer is not None:
            answers.setdefault(answer, []).append(rule.id)
    for status in _ORDER:
        if status in answers:
            return TransferStatusAnswer(status=status, rule_ids=tuple(sorted(answers[status])))
    return NOT_EVALUATED


def _answer(rule: RuleFacts) -> equivalencies.TransferStatus | None:
    match rule.status:
        case equivalencies.RuleStatus.APPROVED:
            return _approved(rule)
        case equivalencies.RuleStatus.DENIED:
            return Status.DENIED
        case equivalencies.RuleStatus.PROPOSED | equivalencies.RuleStatus.RETIRED:
            return None


def _approved(rule: RuleFacts) -> equivalencies.TransferStatus:
    match rule.outcome:
        case equivalencies.Outcome.AWARDS if rule.strength is equivalencies.Strength.CONDITIONAL:
            return Status.CONDITIONAL
        case equivalencies.Outcome.AWARDS:
            is_partial = rule.strength is equivalencies.Strength.PARTIAL
            return Status.HAS_EQUIVALENTS if rule.awards_a_course and not is_partial else Status.ELECTIVE_CREDIT
        case equivalencies.Outcome.NO_CREDIT:
            return Status.NO_CREDIT
        case equivalencies.Outcome.DEPARTMENT_REVIEW:
            return Status.DEPARTMENT_REVIEW
        case equivalencies.Outcome.NO_COURSE_ARTICULATED:
            return Status.NO_COURSE_ARTICULATED


def _is_in_force(rule: RuleFacts, day: date) -> bool:
    begun = rule.effective_from is None or rule.effective_from <= day
    return begun and (rule.effective_until is None or day <= rule.effective_until)
