"""What articulating says of each course: awarded through which rule, or why not and what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from gql_api.domain import articulation, articulation_rules, credits, entries, equivalencies, rule_matching


class AnswerKind(Enum):
    """The answers, each a different one to the student. Several can hold; the first of this list is given."""

    EARNS_NOTHING = "the course earned no credit"
    DENIED_BY_DECISION = "an advisor denied it for this student"
    AWARDED = "credit is awarded"
    PROVISIONAL = "credit will be awarded by the rule as it is today"
    IN_PROGRESS = "credit will be awarded when the running courses are passed"
    UNDECIDED = "a rule applies, and something about it is not known"
    REPEATED = "another attempt, or another course of the group, earned the credit"
    INCOMPLETE_SERIES = "a rule needs further courses"
    GRADE_TOO_LOW = "the grade or score is below the rule's minimum"
    NO_CREDIT = "evaluated; does not transfer"
    DEPARTMENT_REVIEW = "evaluated; the department decides"
    DENIED = "a proposed rule was refused"
    NO_COURSE_ARTICULATED = "nothing satisfies the target"
    UNLISTED = "not in a catalog, so that no rule can speak of it"
    NOT_EVALUATED = "no rule speaks of the course"


_OUTCOMES = {
    equivalencies.Outcome.NO_CREDIT: AnswerKind.NO_CREDIT,
    equivalencies.Outcome.DEPARTMENT_REVIEW: AnswerKind.DEPARTMENT_REVIEW,
    equivalencies.Outcome.NO_COURSE_ARTICULATED: AnswerKind.NO_COURSE_ARTICULATED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is said of one entry, by which rules, and in one sentence."""

    entry_id: int
    kind: AnswerKind
    sentence: str
    rule_ids: tuple[int, ...] = ()


def answers(
    taken: Sequence[entries.PlannedEntry], problem: articulation.Case, awarded: Sequence[articulation.Awarded]
) -> tuple[Answer, ...]:
    """One answer per entry, by entry id."""
    return tuple(_answer(entry, problem, awarded) for entry in sorted(taken, key=lambda entry: entry.id))


def _answer(entry: entries.PlannedEntry, problem: articulation.Case, awarded: Sequence[articulation.Awarded]) -> Answer:
    if entry.view is None:
        grade = f"the grade is {entry.grade.value}" if entry.grade is not None else "it was withdrawn from"
        return _says(entry, AnswerKind.EARNS_NOTHING, f"{entry.label} earned no credit: {grade}.")
    for award in awarded:
        if any(one.id == entry.id for one in award.used):
            return _awarded(entry, award)
    decision = next((one for one in problem.possibilities.decisions if one.entry_id == entry.id), None)
    if decision is not None and decision.is_denied:
        sentence = f"An advisor denied the transfer of {entry.label}: {decision.reason}"
        return _says(entry, AnswerKind.DENIED_BY_DECISION, sentence)
    if isinstance(entry.course, entries.UnlistedCourse):
        return _says(entry, AnswerKind.UNLISTED, f"{entry.label} is in no catalog and has not been evaluated.")
    return _of_rules(entry, problem, awarded)


def _awarded(entry: entries.PlannedEntry, award: articulation.Awarded) -> Answer:
    granted = ", ".join(f"{grant.award.label} ({credits.displayed(grant.credits)} credits)" for grant in award.grants)
    used = " and ".join(one.label for one in award.used)
    rules = () if award.rule is None else (award.rule.id,)
    if award.doubt is not None:
        return _says(entry, AnswerKind.UNDECIDED, f"{used} may count as {granted}: {award.doubt}.", rules)
    if award.view is entries.View.IN_PROGRESS:
        return _says(entry, AnswerKind.IN_PROGRESS, f"{used} will count as {granted} when passed.", rules)
    if award.is_provisional:
        return _says(entry, AnswerKind.PROVISIONAL, f"{used} will count as {granted} by today's rule.", rules)
    return _says(entry, AnswerKind.AWARDED, f"{used} counts as {granted}.", rules)


def _of_rules(
    entry: entries.PlannedEntry, problem: articulation.Case, awarded: Sequence[articulation.Awarded]
) -> Answer:
    speaking = [
        match
        for match in problem.matches
        if entry.id in match.too_low or any(one.id == entry.id for one in match.chosen) or _names(match.rule, entry)
    ]
    awarding = [match for match in speaking if match.rule.awards]
    ids = tuple(match.rule.id for match in awarding)
    if any(match.is_whole for match in awarding) or _is_repeated(entry, awarded):
        sentence = f"The credit of {entry.label} is earned already by another course."
        return _says(entry, AnswerKind.REPEATED, sentence, ids)
    if any(entry.id in match.too_low for match in awarding):
        sentence = f"The grade of {entry.label} is below what the receiving institution asks for."
        return _says(entry, AnswerKind.GRADE_TOO_LOW, sentence, ids)
    if awarding:
        return _series(entry, awarding)
    for match in speaking:
        kind = _OUTCOMES.get(match.rule.outcome)
        if kind is not None:
            return _says(entry, kind, f"{entry.label}: {kind.value}.", (match.rule.id,))
    return _refused(entry, problem)


def _series(entry: entries.PlannedEntry, awarding: Sequence[rule_matching.Match]) -> Answer:
    """What the shortest way to an award still needs."""
    nearest = min(awarding, key=lambda match: (len(match.missing), match.rule.id))
    needed = " and ".join(" or ".join(group) for group in nearest.missing)
    targets = " and ".join(award.label for award in nearest.rule.awards)
    sentence = f"Take {needed} and {targets} is yours; {entry.label} alone does not count."
    return _says(entry, AnswerKind.INCOMPLETE_SERIES, sentence, (nearest.rule.id,))


def _refused(entry: entries.PlannedEntry, problem: articulation.Case) -> Answer:
    refused = sorted(
        (
            rule
            for rule in problem.possibilities.rules
            if rule.status is equivalencies.RuleStatus.DENIED and _names(rule, entry)
        ),
        key=lambda rule: rule.id,
    )
    if refused:
        sentence = f"The transfer of {entry.label} was proposed and refused: {refused[0].reason or 'no reason given'}"
        return _says(entry, AnswerKind.DENIED, sentence, tuple(rule.id for rule in refused))
    return _says(entry, AnswerKind.NOT_EVALUATED, f"The transfer of {entry.label} has not been evaluated.")


def _names(rule: articulation_rules.Rule, entry: entries.PlannedEntry) -> bool:
    course = entry.course
    if isinstance(course, entries.UnlistedCourse):
        return False
    return any(source.course_id in course.same_ids for group in rule.groups for source in group)


def _is_repeated(entry: entries.PlannedEntry, awarded: Sequence[articulation.Awarded]) -> bool:
    course = entry.course
    if isinstance(course, entries.UnlistedCourse):
        return False
    used = [one.course for award in awarded for one in award.used]
    return any(not isinstance(one, entries.UnlistedCourse) and one.id in course.same_ids for one in used)


def _says(entry: entries.PlannedEntry, kind: AnswerKind, sentence: str, rules: tuple[int, ...] = ()) -> Answer:
    return Answer(entry_id=entry.id, kind=kind, sentence=sentence, rule_ids=rules)
