"""Constraints: what the courses applied beneath a node amount to, against what is asked or allowed."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from gql_api.domain import (
    averages,
    constraint_words,
    credit_items,
    credits,
    eligibility,
    entries,
    grades,
    requirements,
    verdicts,
    wording,
)

Kind = requirements.ConstraintKind
Verdict = verdicts.Verdict
SLACK = Decimal("0.000001")
"""How far a converted credit may miss a number only because a third has no last digit."""

PER_COURSE = frozenset({Kind.MIN_GRADE, Kind.MAX_AGE_YEARS})
"""Kinds that decide which courses are eligible."""
AVERAGES = frozenset({Kind.MIN_GPA})
"""Kinds that are judged after the courses are applied, and do not steer which are."""


class Use(NamedTuple):
    """An item as it is applied: counting as one of its faces."""

    item: credit_items.Item
    face: credit_items.Face


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstraintResult:
    """How a constraint stands: needed and actual in its own unit (none for a grade), and a sentence with both.

    `lacking` is what is still needed, as it goes on after “Needs”; empty where it is met.
    """

    kind: requirements.ConstraintKind
    verdict: verdicts.Verdict
    sentence: str
    needed: Decimal | None = None
    actual: Decimal | None = None
    constraint_id: int = 0
    lacking: str = ""


BY_SUBJECT = frozenset({Kind.MIN_DISTINCT_SUBJECTS, Kind.MAX_CREDITS_PER_SUBJECT})
"""Kinds whose number is no sum over the applied items."""


def is_minimum(kind: requirements.ConstraintKind) -> bool:
    """Whether more courses can help it."""
    return kind.name.startswith("MIN_") and kind not in PER_COURSE | AVERAGES


def is_maximum(kind: requirements.ConstraintKind) -> bool:
    """Whether it limits what is applied."""
    return kind.name.startswith("MAX_") and kind not in PER_COURSE


def amount(constraint: requirements.Constraint) -> Decimal:
    """The number that is asked or allowed, in the constraint's own unit."""
    for given in (constraint.credits, constraint.courses, constraint.subjects, constraint.gpa, constraint.years):
        if given is not None:
            return Decimal(given)
    return credits.ZERO


def contribution(constraint: requirements.Constraint, use: Use) -> Decimal:
    """What one applied item adds to the measured number; for counts of subjects, 1 where it is looked at."""
    if not _is_looked_at(constraint, use):
        return credits.ZERO
    return use.face.credits if constraint.credits is not None else Decimal(1)


def measure(constraint: requirements.Constraint, uses: Sequence[Use]) -> Decimal:
    """The number that the applied items amount to."""
    looked_at = [use for use in uses if _is_looked_at(constraint, use)]
    match constraint.kind:
        case Kind.MIN_DISTINCT_SUBJECTS:
            return Decimal(len({subject(use) for use in looked_at} - {""}))
        case Kind.MAX_CREDITS_PER_SUBJECT:
            sums: dict[str, Decimal] = {}
            for use in looked_at:
                sums[subject(use)] = sums.get(subject(use), credits.ZERO) + use.face.credits
            return max(sums.values(), default=credits.ZERO)
        case _:
            return sum((contribution(constraint, use) for use in looked_at), credits.ZERO)


def judge(
    constraint: requirements.Constraint, uses: Sequence[Use], pool: eligibility.Pool, attempts: averages.Attempts
) -> ConstraintResult:
    """The constraint's standing among the applied items. `attempts` are those that an average is taken of."""
    if constraint.kind is Kind.MIN_GPA:
        return average(constraint.gpa or credits.ZERO, attempts, constraint.id)
    if constraint.kind in PER_COURSE:
        return _per_course(constraint, uses, pool)
    needed, actual = amount(constraint), measure(constraint, uses)
    is_met = actual >= needed - SLACK if is_minimum(constraint.kind) else actual <= needed + SLACK
    return ConstraintResult(
        kind=constraint.kind,
        verdict=Verdict.YES if is_met else Verdict.NO,
        sentence=constraint_words.sentence(constraint, actual, needed, is_minimum=is_minimum(constraint.kind)),
        needed=needed,
        actual=actual,
        constraint_id=constraint.id,
        lacking="" if is_met else constraint_words.lacking(constraint, actual, needed),
    )


def average(needed: Decimal, attempts: averages.Attempts, constraint_id: int = 0) -> ConstraintResult:
    """How a grade point average stands; no attempts is UNKNOWN, and nothing is rounded up."""
    actual, asked = averages.of(attempts), averages.exactly(needed)
    if actual is None:
        verdict = Verdict.UNKNOWN
        sentence = f"A grade point average of {asked} is needed; there are no grades at the program's institution yet."
        lacking = f"grades at the program's institution with an average of {asked}"
    else:
        verdict = verdicts.of(actual >= needed)
        sentence = f"The grade point average is {averages.displayed(actual)}; {asked} is needed."
        lacking = (
            "" if verdict is Verdict.YES else f"a grade point average of {asked}, not {averages.displayed(actual)}"
        )
    return ConstraintResult(
        kind=Kind.MIN_GPA,
        verdict=verdict,
        sentence=sentence,
        needed=needed,
        actual=actual,
        constraint_id=constraint_id,
        lacking=lacking,
    )


def _per_course(constraint: requirements.Constraint, uses: Sequence[Use], pool: eligibility.Pool) -> ConstraintResult:
    looked_at = [use for use in uses if eligibility.in_scope(constraint.scope, use.item, use.face)]
    if constraint.kind is Kind.MIN_GRADE:
        minimum = constraint.grade or grades.Grade.D_MINUS
        found = [eligibility.has_grade(use.item, minimum, pass_proves=pool.pass_proves) for use in looked_at]
        asked = f"at least {minimum.value}"
    else:
        years = constraint.years or 0
        found = [eligibility.is_recent(use.item, years, pool.on) for use in looked_at]
        asked = f"at most {years} {wording.plural(years, 'year')} old"
    good, verdict = found.count(Verdict.YES), verdicts.all_of(found)
    how = f"with {asked}" if constraint.kind is Kind.MIN_GRADE else asked
    noun = wording.plural(len(found), "applied course")
    return ConstraintResult(
        kind=constraint.kind,
        verdict=verdict,
        sentence=f"{good} of {len(found)} {noun} {'is' if 1 in {good, len(found)} else 'are'} {asked}.",
        needed=None if constraint.years is None else Decimal(constraint.years),
        constraint_id=constraint.id,
        lacking="" if verdict is Verdict.YES else f"every applied course {how}",
    )


def _is_looked_at(constraint: requirements.Constraint, use: Use) -> bool:
    if not (constraint.scope.is_everything or eligibility.in_scope(constraint.scope, use.item, use.face)):
        return False
    match constraint.kind:
        case Kind.MIN_CREDITS_AT_LEVEL | Kind.MIN_COURSES_AT_LEVEL:
            return use.face.level is not None and use.face.level >= (constraint.level or 0)
        case Kind.MAX_CREDITS_AT_LEVEL:
            return use.face.level == constraint.level
        case Kind.MIN_COURSES_WITH_ATTRIBUTE | Kind.MAX_CREDITS_WITH_ATTRIBUTE:
            return use.face.has(constraint.attribute or "", constraint.attribute_value)
        case Kind.MIN_RESIDENCY_CREDITS:
            return use.face.is_own
        case Kind.MAX_TRANSFER_CREDITS:
            return not use.face.is_own
        case Kind.MAX_PASS_FAIL_CREDITS:
            return use.item.is_pass_fail
        case _:
            return True


def subject(use: Use) -> str:
    """The subject that the item counts as one of; the first of a course that has several."""
    return min(use.face.subjects, default="")


def own_attempts(uses: Sequence[Use]) -> tuple[entries.PlannedEntry, ...]:
    """The entries behind applied courses of the program's institution, which a node's average is taken of."""
    return tuple(entry for use in uses if use.face.is_own for entry in use.item.used)
