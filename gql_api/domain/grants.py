"""What an award is worth: the credits a rule grants, by itself or by the receiving institution's policy."""

from dataclasses import dataclass, replace
from decimal import Decimal

from gql_api.domain import articulation_rules, courses, credits, entries, equivalencies, institutions


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """An award with its credits in the receiver's unit. `is_converted` says that they come from another calendar."""

    award: articulation_rules.Award
    credits: Decimal
    is_converted: bool = False
    target: courses.Course | None = None
    """The course that is credited, also where only its credit is granted and not the course itself."""


def of(
    awards: tuple[articulation_rules.Award, ...],
    used: tuple[entries.PlannedEntry, ...],
    receiver: articulation_rules.Receiver,
) -> tuple[Grant, ...]:
    """The awards with credits: those the rule states, the others by policy out of what the sources leave.

    Target courses come before electives, so that the sum of a split stays the converted source credits.
    """
    if len(awards) == 1:
        return (_alone(awards[0], used, receiver),)
    available = source_credits(used, receiver)
    is_converted = any(_calendar(entry, receiver) is not receiver.calendar for entry in used)
    left = available - sum((award.credits for award in awards if award.credits is not None), Decimal(0))
    amounts: dict[int, Decimal] = {}
    open_courses = [index for index, award in enumerate(awards) if award.credits is None and award.course is not None]
    open_electives = [index for index, award in enumerate(awards) if award.credits is None and award.course is None]
    for place, index in enumerate(open_courses):
        is_last = place == len(open_courses) - 1 and not open_electives
        amounts[index] = _for_course(awards[index].course, max(left, credits.ZERO), receiver, is_last=is_last)
        left -= amounts[index]
    for place, index in enumerate(open_electives):
        amounts[index] = max(left, credits.ZERO) / (len(open_electives) - place)
        left -= amounts[index]
    return tuple(
        Grant(
            award=award,
            credits=amounts[index] if award.credits is None else award.credits,
            is_converted=is_converted and award.credits is None,
            target=award.course,
        )
        for index, award in enumerate(awards)
    )


def _alone(
    award: articulation_rules.Award, used: tuple[entries.PlannedEntry, ...], receiver: articulation_rules.Receiver
) -> Grant:
    """The only award of a rule."""
    amount, course, is_converted = award.credits, award.course, False
    if amount is None:
        left = max(source_credits(used, receiver), credits.ZERO)
        amount = left if course is None else _for_course(course, left, receiver, is_last=True)
        is_converted = any(_calendar(entry, receiver) is not receiver.calendar for entry in used)
    return Grant(award=award, credits=amount, is_converted=is_converted, target=course)


def source_credits(used: tuple[entries.PlannedEntry, ...], receiver: articulation_rules.Receiver) -> Decimal:
    """The credits of the entries in the receiver's unit, unrounded."""
    return sum(
        (entries.converted(entry.amount, _calendar(entry, receiver), receiver.calendar) for entry in used), Decimal(0)
    )


def weakened(grant: Grant, rule: articulation_rules.Rule) -> Grant:
    """The grant as the rule's strength leaves it: a partial rule gives elective credit in the target's subject."""
    course = grant.award.course
    if rule.strength is not equivalencies.Strength.PARTIAL or course is None:
        return grant
    elective = articulation_rules.Award(
        kind=equivalencies.AwardKind.SUBJECT_ELECTIVE,
        subject=course.listings[0].subjects[0],
        level=course.level,
        credits=grant.award.credits,
        published_code=f"{course.code} (partial)",
    )
    return replace(grant, award=elective)


def _for_course(
    course: courses.Course | None, left: Decimal, receiver: articulation_rules.Receiver, *, is_last: bool
) -> Decimal:
    least = left if course is None or course.credits_min is None else course.credits_min
    most = least if course is None or course.credits_max is None else course.credits_max
    fitting = min(max(left, least), most)
    match receiver.credits_granted:
        case institutions.CreditsGranted.TARGET:
            return fitting
        case institutions.CreditsGranted.SOURCE:
            return left if is_last else min(fitting, left)
        case institutions.CreditsGranted.MINIMUM:
            return min(fitting, left)


def _calendar(entry: entries.PlannedEntry, receiver: articulation_rules.Receiver) -> institutions.Calendar:
    return receiver.calendar if isinstance(entry.course, entries.UnlistedCourse) else entry.course.calendar
