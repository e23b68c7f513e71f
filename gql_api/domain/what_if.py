"""What would be if: a plan's entries with others added and some left out, and a name for that scenario."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from gql_api.domain import entries

_NAME_LENGTH = 16


def place(entry_id: int) -> int | None:
    """Where in the input an added entry stands, from 0; none for an entry of the plan."""
    return -entry_id - 1 if entry_id < 0 else None


def added(posted: Iterable[entries.PlannedEntry]) -> tuple[entries.PlannedEntry, ...]:
    """Posted entries in their order, with ids that no entry of a plan has, from which `place` tells the order."""
    return tuple(replace(entry, id=-index - 1) for index, entry in enumerate(posted))


def changed(
    held: Iterable[entries.PlannedEntry], more: Sequence[entries.PlannedEntry], dropped: Collection[int]
) -> tuple[entries.PlannedEntry, ...]:
    """The entries of the scenario."""
    return (*(entry for entry in held if entry.id not in dropped), *more)


def name(more: Sequence[entries.PlannedEntry], dropped: Collection[int]) -> str:
    """What tells scenarios of one plan and one version apart: the same changes have the same name, in every process."""
    if not more and not dropped:
        return ""
    told = "\n".join([*(_told(entry) for entry in more), f"without {sorted(dropped)}"])
    return hashlib.sha256(told.encode()).hexdigest()[:_NAME_LENGTH]


def _told(entry: entries.PlannedEntry) -> str:
    course = entry.course
    what = repr(course) if isinstance(course, entries.UnlistedCourse) else str(course.id)
    values = (entry.status, entry.grade, entry.score, entry.credits, entry.term, entry.taken_on, entry.pinned_key)
    return f"{what} {values!r}"
