"""What articulating says of each course: awarded through which rule, or why not and what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from gql_api.domain import (
    articulation,
    articulation_rules,
    credits,
    entries,
    equivalencies,
    grants,
    rule_matching,
    wording,
)


class AnswerKind(Enum):
    """The answers, each a different one to the student.

    Where several hold, what the grade or score and what is not known decide goes before what other entries earned.
    """

    EARNS_NOTHING = "the course earned no credit"
    DENIED_BY_DECISION = "an advisor denied it for this student"
    AWARDED = "credit is awarded"
    PROVISIONAL = "credit will be awarded by the rule as it is today"
    IN_PROGRESS = "credit will be awarded when the running courses are passed"
    UNDECIDED = "a rule applies, and something about it is not known"
    GRADE_TOO_LOW = "the grade or score is below the rule's minimum"
    REPEATED = "another attempt, or another course of the group, is given the credit"
    INCOMPLETE_SERIES = "a rule needs further courses"
    NO_CREDIT = "evaluated; does not transfer"
    DEPARTMENT_REVIEW = "evaluated; the department decides"
    DENIED = "a proposed rule was refused"
    NO_COURSE_ARTICULATED = "nothing satisfies the target"
    UNLISTED = "not in a catalog, so that no rule can speak of it"
    NOT_EVALUATED = "no rule speaks of the course"


_OUTCOMES = {
    equivalencies.Outcome.NO_CREDIT: (AnswerKind.NO_CREDIT, "was evaluated and does not transfer."),
    equivalencies.Outcome.DEPARTMENT_REVIEW: (
        AnswerKind.DEPARTMENT_REVIEW,
        "was evaluated; the department decides whether it counts.",
    ),
    equivalencies.Outcome.NO_COURSE_ARTICULATED: (
        AnswerKind.NO_COURSE_ARTICULATED,
        "satisfies no course of the receiving institution.",
    ),
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
        sentence = wording.ended(
            f"An advisor denied the transfer of {entry.label}: {decision.reason or 'no reason given'}"
        )
        return _says(entry, AnswerKind.DENIED_BY_DECISION, sentence)
    if isinstance(entry.course, entries.UnlistedCourse):
        return _says(entry, AnswerKind.UNLISTED, f"{entry.label} is in no catalog and has not been evaluated.")
    return _of_rules(entry, problem, awarded)


def _awarded(entry: entries.PlannedEntry, award: articulation.Awarded) -> Answer:
    granted = wording.listed([_granted(grant) for grant in award.grants])
    used = wording.listed([one.label for one in award.used])
    rules = () if award.rule is None else (award.rule.id,)
    if award.doubt is not None:
        return _says(entry, AnswerKind.UNDECIDED, f"{used} may count as {granted}: {award.doubt}.", rules)
    if award.view is entries.View.IN_PROGRESS:
        return _says(entry, AnswerKind.IN_PROGRESS, f"{used} will count as {granted} when passed.", rules)
    if award.is_provisional:
        return _says(entry, AnswerKind.PROVISIONAL, f"{used} will count as {granted} by today's rule.", rules)
    counts = "counts" if len(award.used) == 1 else "count"
    return _says(entry, AnswerKind.AWARDED, f"{used} {counts} as {granted}.", rules)


def _granted(grant: grants.Grant) -> str:
    """`BIOL 1110 (3.00 credits)`, or `3.00 elective credits (HIST)`: elective credit meets no named course."""
    one, noun = grant.award, wording.plural(grant.credits, "credit")
    amount = credits.displayed(grant.credits)
    if one.course is not None:
        return f"{one.label} ({amount} {noun})"
    return f"{amount} elective {noun} ({one.published_code or one.subject or one.area or one.label})"


def _of_rules(
    entry: entries.PlannedEntry, problem: articulation.Case, awarded: Sequence[articulation.Awarded]
) -> Answer:
    speaking = [
        match
        for match in problem.matches
        if entry.id in match.too_low or any(one.id == entry.id for one in match.chosen) or _names(match.rule, entry)
    ]
    awarding = [match for match in speaking if match.rule.awards]
    if awarding:
        return _of_awarding(entry, problem, awarded, awarding)
    for match in speaking:
        if match.rule.outcome in _OUTCOMES:
            kind, text = _OUTCOMES[match.rule.outcome]
            return _says(entry, kind, f"{entry.label} {text}", (match.rule.id,))
    return _refused(entry, problem)


def _of_awarding(
    entry: entries.PlannedEntry,
    problem: articulation.Case,
    awarded: Sequence[articulation.Awarded],
    awarding: Sequence[rule_matching.Match],
) -> Answer:
    """Why rules that award something award nothing for the entry."""
    receiver, ids = problem.possibilities.receiver, tuple(match.rule.id for match in awarding)
    usable = [match for match in awarding if entry.id not in match.too_low]
    whole = [match for match in usable if match.is_whole]
    if not whole and len(usable) < len(awarding):
        low = next(match for match in awarding if match not in usable)
        miss = rule_matching.shortfall(low.rule, entry, receiver) or f"the grade of {entry.label} is too low"
        return _says(entry, AnswerKind.GRADE_TOO_LOW, f"{miss[0].upper()}{miss[1:]}.", ids)
    doubts = [rule_matching.doubt_about(match.rule, entry, receiver) for match in whole]
    if doubts and doubts[0] is not None and None not in doubts:
        targets = wording.listed([award.label for award in whole[0].rule.awards])
        return _says(entry, AnswerKind.UNDECIDED, f"{entry.label} may count as {targets}: {doubts[0]}.", ids)
    other = _given_to(entry, awarded, whole)
    if other is not None:
        return _repeated(entry, *other, ids)
    if whole:
        return _used_up(entry, awarded, whole[0])
    return _series(entry, usable)


def _given_to(
    entry: entries.PlannedEntry, awarded: Sequence[articulation.Awarded], whole: Sequence[rule_matching.Match]
) -> tuple[entries.PlannedEntry, articulation.Awarded] | None:
    """The entry that was given the credit: another attempt, or one whose award has the same target."""
    wanted = {award.course.id for match in whole for award in match.rule.awards if award.course is not None}
    rules = {match.rule.id for match in whole}
    found = [
        (_is_attempt_of(one, entry), one, award)
        for award in awarded
        for one in award.used
        if _is_attempt_of(one, entry)
        or (award.rule is not None and award.rule.id in rules)
        or any(grant.target is not None and grant.target.id in wanted for grant in award.grants)
    ]
    if not found:
        return None
    # What is certain before what is not, what is earned before what is to come, another attempt before other courses.
    _, one, award = min(
        found, key=lambda each: (each[2].doubt is not None, each[2].view.rank, not each[0], each[1].label, each[1].id)
    )
    return one, award


def _repeated(
    entry: entries.PlannedEntry, other: entries.PlannedEntry, award: articulation.Awarded, ids: tuple[int, ...]
) -> Answer:
    if award.doubt is not None:
        sentence = f"{entry.label} earns the same credit as {other.told}, of which it cannot be told: {award.doubt}."
        return _says(entry, AnswerKind.UNDECIDED, sentence, ids)
    earned = "is earned already by" if award.view is entries.View.COMPLETED else "will be earned by"
    return _says(entry, AnswerKind.REPEATED, f"The credit of {entry.label} {earned} {other.told}.", ids)


def _used_up(
    entry: entries.PlannedEntry, awarded: Sequence[articulation.Awarded], match: rule_matching.Match
) -> Answer:
    """The rest of a series is there, and counts as something else that the program needs more."""
    partners = {one.id for one in match.chosen} - {entry.id}
    taken = next((award for award in awarded if not partners.isdisjoint(one.id for one in award.used)), None)
    targets = wording.listed([award.label for award in match.rule.awards])
    sentence = f"{entry.label} would count as {targets}, which is not given here."
    if taken is not None:
        names = wording.listed([one.label for one in match.chosen if one.id in partners])
        now = wording.listed([grant.award.label for grant in taken.grants])
        sentence = f"{entry.label} would count as {targets} together with {names}, which counts as {now} instead."
    return _says(entry, AnswerKind.INCOMPLETE_SERIES, sentence, (match.rule.id,))


def _series(entry: entries.PlannedEntry, awarding: Sequence[rule_matching.Match]) -> Answer:
    """What the shortest way to an award still needs."""
    nearest = min(awarding, key=lambda match: (len(match.missing), match.rule.id))
    needed = wording.listed([wording.listed(group, "or") for group in nearest.missing])
    targets = wording.listed([award.label for award in nearest.rule.awards])
    yours = "is" if len(nearest.rule.awards) == 1 else "are"
    sentence = f"Take {needed} and {targets} {yours} yours; {entry.label} alone does not count."
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
        reason = refused[0].reason or "no reason given"
        sentence = wording.ended(f"The transfer of {entry.label} was proposed and refused: {reason}")
        return _says(entry, AnswerKind.DENIED, sentence, tuple(rule.id for rule in refused))
    return _says(entry, AnswerKind.NOT_EVALUATED, f"The transfer of {entry.label} has not been evaluated.")


def _names(rule: articulation_rules.Rule, entry: entries.PlannedEntry) -> bool:
    course = entry.course
    if isinstance(course, entries.UnlistedCourse):
        return False
    return any(source.course_id in course.same_ids for group in rule.groups for source in group)


def _is_attempt_of(one: entries.PlannedEntry, other: entries.PlannedEntry) -> bool:
    if isinstance(one.course, entries.UnlistedCourse) or isinstance(other.course, entries.UnlistedCourse):
        return False
    return one.course.id in other.course.same_ids


def _says(entry: entries.PlannedEntry, kind: AnswerKind, sentence: str, rules: tuple[int, ...] = ()) -> Answer:
    return Answer(entry_id=entry.id, kind=kind, sentence=sentence, rule_ids=rules)
