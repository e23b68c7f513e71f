"""What is wrong with equivalencies: targets gone or changed, rules that ended, contradict, or do not add up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gql_api.domain import equivalencies, health_findings, wording

Finding = health_findings.Finding
Kind = health_findings.FindingKind
Outcome = equivalencies.Outcome
Severity = health_findings.Severity
_TOLERANCE = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a rule awards: a course with what its catalog says today, or elective credit (`code` its label)."""

    code: str
    course_id: int | None = None
    credits: Decimal | None = None
    credits_min: Decimal | None = None
    credits_max: Decimal | None = None
    active_until: date | None = None
    former_title: str | None = None
    """The title that the course had when the rule was recorded, where it has another one now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFacts:
    """An approved rule: its source side in words (with whose courses) and as a key, what they carry here, its awards.

    `credits` are the sources' credits in the receiver's unit, from the least to the most; none where not known.
    """

    id: int
    sources: str
    sources_key: tuple[tuple[int, ...], ...]
    outcome: equivalencies.Outcome
    targets: tuple[Target, ...] = ()
    credits: tuple[Decimal, Decimal] | None = None
    effective_from: date | None = None
    effective_until: date | None = None
    choice_set_id: int | None = None


def findings(rules: Sequence[RuleFacts], on: date) -> Iterator[Finding]:
    """What is wrong with the approved rules of one receiving institution as of a day."""
    for rule in rules:
        yield from _ended(rule, on)
        for target in rule.targets:
            yield from _retired(rule, target, on)
            yield from _changed(rule, target)
        yield from _split(rule)
    yield from _contradictions(rules)


def _ended(rule: RuleFacts, on: date) -> Iterator[Finding]:
    if rule.effective_until is not None and rule.effective_until < on:
        message = f"The rule for {rule.sources} ended on {rule.effective_until.isoformat()} and is still approved."
        yield _about(Kind.RULE_EXPIRED, Severity.NOTE, message, rule)


def _retired(rule: RuleFacts, target: Target, on: date) -> Iterator[Finding]:
    last = target.active_until
    if last is not None and last < on and (rule.effective_until is None or rule.effective_until > last):
        message = f"{rule.sources} awards {target.code}, which is no longer offered (until {last.isoformat()})."
        yield _about(Kind.TARGET_RETIRED, Severity.WARNING, message, rule, target.code)


def _changed(rule: RuleFacts, target: Target) -> Iterator[Finding]:
    given, lowest, highest = target.credits, target.credits_min, target.credits_max
    if given is not None and lowest is not None and highest is not None and not lowest <= given <= highest:
        carries = _plain(lowest) if lowest == highest else f"{_plain(lowest)} to {_plain(highest)}"
        amount = f"{_plain(given)} {wording.plural(given, 'credit')}"
        message = f"{rule.sources} awards {target.code} with {amount}; the course carries {carries}."
        yield _about(Kind.TARGET_CHANGED, Severity.WARNING, message, rule, target.code)
    if target.former_title is not None:
        message = f"{rule.sources} awards {target.code}, which was called “{target.former_title}” when it was decided."
        yield _about(Kind.TARGET_CHANGED, Severity.NOTE, message, rule, target.code)


def _split(rule: RuleFacts) -> Iterator[Finding]:
    """Stated credits of several awards must be what the sources bring; what is not stated is shared out anyway."""
    stated = [target.credits for target in rule.targets if target.credits is not None]
    if len(rule.targets) < 2 or len(stated) < len(rule.targets) or rule.credits is None:  # noqa: PLR2004 - a split
        return
    total, (lowest, highest) = sum(stated, Decimal(0)), rule.credits
    if not lowest - _TOLERANCE <= total <= highest + _TOLERANCE:
        parts = wording.listed([f"{target.code} ({_plain(target.credits or Decimal(0))})" for target in rule.targets])
        brings = _plain(lowest) if lowest == highest else f"{_plain(lowest)} to {_plain(highest)}"
        together = f"together {_plain(total)} {wording.plural(total, 'credit')}"
        message = f"{rule.sources} awards {parts}, {together}; the sources bring {brings}."
        severity = Severity.WARNING if total > highest else Severity.NOTE  # less credit is lost, more is invented
        yield _about(Kind.SPLIT_DIFFERS, severity, message, rule, *(target.code for target in rule.targets))


def _contradictions(rules: Sequence[RuleFacts]) -> Iterator[Finding]:
    """Rules with the same sources, in force at one time, that say different things.

    An error where one gives credit and the other says that there is none, which an import refuses; else a warning.
    """
    alike: dict[tuple[tuple[int, ...], ...], list[RuleFacts]] = {}
    for rule in rules:
        if rule.sources_key:
            alike.setdefault(rule.sources_key, []).append(rule)
    for found in alike.values():
        for place, one in enumerate(found):
            for other in found[place + 1 :]:
                if _overlap(one, other) and (reason := _difference(one, other)) is not None:
                    is_wrong = {one.outcome, other.outcome} == {Outcome.AWARDS, Outcome.NO_CREDIT}
                    severity = Severity.ERROR if is_wrong else Severity.WARNING
                    message = f"Two rules for {one.sources} are in force at one time: {reason}."
                    yield Finding(
                        kind=Kind.RULES_CONTRADICT, severity=severity, message=message, rule_ids=(one.id, other.id)
                    )


def _difference(one: RuleFacts, other: RuleFacts) -> str | None:
    if one.outcome is not other.outcome:
        return f"one says “{one.outcome.value}”, the other “{other.outcome.value}”"
    is_choice = one.choice_set_id is not None and one.choice_set_id == other.choice_set_id
    if one.outcome is not Outcome.AWARDS or is_choice:
        return None
    sides = [wording.listed([target.code for target in rule.targets]) for rule in (one, other)]
    return f"one awards {sides[0]}, the other {sides[1]}, and they are no choice set"


def _overlap(one: RuleFacts, other: RuleFacts) -> bool:
    begins = max(one.effective_from or date.min, other.effective_from or date.min)
    return begins <= min(one.effective_until or date.max, other.effective_until or date.max)


def _about(kind: Kind, severity: Severity, message: str, rule: RuleFacts, *courses: str) -> Finding:
    return Finding(kind=kind, severity=severity, message=message, courses=courses, rule_ids=(rule.id,))


def _plain(amount: Decimal) -> str:
    return format(amount.normalize(), "f")
