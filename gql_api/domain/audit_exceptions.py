"""Exceptions: what an advisor decided for one plan, by requirement key.

Who decided it and why makes no difference to an audit: equal exceptions are equal whoever granted them.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from gql_api.domain import requirements


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Who granted an exception, why, when, and the last day on which it holds, if any."""

    reason: str
    granted_by: str
    granted_at: datetime
    expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """The requirement counts as met, without credit."""

    key: str
    grant: Grant | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitution:
    """The entry may be applied beneath the requirement, whatever its options and grades say."""

    key: str
    entry_id: int
    grant: Grant | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Force:
    """The entry is applied beneath the requirement, needed or not, and nowhere else."""

    key: str
    entry_id: int
    grant: Grant | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forbid:
    """The entry is not applied beneath the requirement."""

    key: str
    entry_id: int
    grant: Grant | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The requirement asks for (or, where it asks for nothing of the kind, allows) another amount."""

    key: str
    credits: Decimal | None = None
    courses: int | None = None
    grant: Grant | None = field(default=None, compare=False, repr=False)


PlanException = Waiver | Substitution | Force | Forbid | Limit


def with_limits(node: requirements.Requirement, limits: tuple[Limit, ...]) -> requirements.Requirement:
    """The node with the amounts that exceptions changed; children are left alone."""
    changed = node
    for limit in limits:
        if limit.key == node.key:
            changed = _limited(changed, limit)
    return changed


def _limited(node: requirements.Requirement, limit: Limit) -> requirements.Requirement:
    if limit.courses is not None:
        field = "min_courses" if node.min_courses is not None else "max_courses"
        node = replace(node, **{field: limit.courses})
    if limit.credits is not None:
        fields = ("min_credits", "min_credits_beneath")
        field = next((name for name in fields if getattr(node, name) is not None), "max_credits")
        node = replace(node, **{field: limit.credits})
    return node
