"""Repeated credit: the same course, a cross-listed one, or one of an exclusion group earns once, by policy."""

import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from gql_api.domain import articulation_rules, courses, credit_items, entries, institutions, rule_matching

_ONCE = 1
_ATTEMPTED = ("F", "NP", "NC", "U", "WF", "E")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The items that earn credit, and those that repeat what another one earned."""

    items: tuple[credit_items.Item, ...]
    repeated: tuple[credit_items.Item, ...] = ()
    by: tuple[credit_items.Item | None, ...] = ()
    """For each of `repeated` the item that earned its credit; none where a later failed attempt took it."""


def counted(
    found: Sequence[credit_items.Item],
    taken: Iterable[entries.PlannedEntry],
    receiver: articulation_rules.Receiver,
) -> Counted:
    """Which items earn credit. The better or the later attempt of a course counts, as the receiver's policy says.

    What is earned goes before what is running or planned; where the latest attempt counts, a later failed one
    takes the credit of the earlier ones.
    """
    if receiver.credit_repeat is institutions.RepeatPolicy.ALL:
        return Counted(items=tuple(found))
    if not _has_repeats(found) and receiver.credit_repeat is not institutions.RepeatPolicy.LATEST:
        return Counted(items=tuple(found))
    failed = _failed_days(taken) if receiver.credit_repeat is institutions.RepeatPolicy.LATEST else {}
    groups: dict[tuple[str, int], list[credit_items.Item]] = {}
    kept: list[credit_items.Item] = []
    for item in found:
        course = item.main.course
        if course is None:
            kept.append(item)
        else:
            groups.setdefault(credit_of(course), []).append(item)
    repeated: list[tuple[credit_items.Item, credit_items.Item | None]] = []
    for same in groups.values():
        before: list[credit_items.Item] = []
        # Most courses were taken once: there is nothing to prefer.
        for item in same if len(same) == 1 else sorted(same, key=lambda item: _preference(item, receiver)):
            if failed and _is_superseded(item, failed):
                repeated.append((item, None))
            elif _may_follow(item, before):
                before.append(item)
            else:
                repeated.append((item, before[0]))
        kept += before
    repeated.sort(key=lambda pair: pair[0].key)
    return Counted(
        items=tuple(sorted(kept, key=_KEY)),
        repeated=tuple(item for item, _ in repeated),
        by=tuple(other for _, other in repeated),
    )


_KEY = operator.attrgetter("key")


def _has_repeats(found: Sequence[credit_items.Item]) -> bool:
    """Whether any credit is there more than once. Most plans have none."""
    taken = [course for item in found if (course := item.main.course) is not None]
    ids = {min(course.same_ids) for course in taken if course.exclusion_group_id is None}
    groups = [course.exclusion_group_id for course in taken if course.exclusion_group_id is not None]
    return len(ids) + len(set(groups)) < len(taken)


def group(item: credit_items.Item) -> tuple[str, int]:
    """What earns once: an exclusion group, a course with its cross-listings, or (for electives) the item itself."""
    course = item.main.course
    return (repr(item.key), 0) if course is None else credit_of(course)


def credit_of(course: courses.Course) -> tuple[str, int]:
    """What the credit of a course is: its own with that of its cross-listings, or its exclusion group's."""
    if course.exclusion_group_id is not None:
        return "exclusion", course.exclusion_group_id
    return "course", min(course.same_ids)


def _preference(
    item: credit_items.Item, receiver: articulation_rules.Receiver
) -> tuple[bool, bool, list[tuple[int, int, int, str, int]], tuple[str, int, int]]:
    attempts = sorted(rule_matching.attempt_order(entry, receiver) for entry in item.used)
    return item.doubt is not None, not item.main.is_own and not item.is_accepted, attempts, item.key


def _may_follow(item: credit_items.Item, before: list[credit_items.Item]) -> bool:
    course = item.main.course
    if course is None or not before:
        return True
    if course.repeatable_times is None and course.repeatable_credits is None:
        return False
    within_times = course.repeatable_times is None or len(before) < max(course.repeatable_times, _ONCE)
    earned = credit_items.total(before) + item.main.credits
    return within_times and (course.repeatable_credits is None or earned <= course.repeatable_credits)


def _failed_days(taken: Iterable[entries.PlannedEntry]) -> dict[int, date]:
    """The day of the latest failed attempt of each course."""
    days: dict[int, date] = {}
    for entry in taken:
        is_failed = entry.is_completed and entry.grade is not None and entry.grade.value in _ATTEMPTED
        if is_failed and entry.day is not None and not isinstance(entry.course, entries.UnlistedCourse):
            for id in entry.course.same_ids:
                days[id] = max(days.get(id, date.min), entry.day)
    return days


def _is_superseded(item: credit_items.Item, failed: dict[int, date]) -> bool:
    course = item.main.course
    if course is None or course.repeatable_times is not None or item.view is not entries.View.COMPLETED:
        return False
    days = [entry.day for entry in item.used if entry.day is not None]
    return course.id in failed and bool(days) and max(days) < failed[course.id]
