"""Which requirements of a program one course could be applied to, whatever else the plan has."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gql_api.domain import (
    articulation,
    articulation_rules,
    courses,
    credit_items,
    eligibility,
    entries,
    statuses,
    suggestions_open,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A leaf of the program, by key, and what the course counts as there. `doubt` says what would have to be so."""

    key: str
    counts_as: str
    credits: Decimal
    is_preferred: bool
    rule_id: int | None = None
    doubt: str | None = None


def posted(found: Iterable[courses.Course]) -> tuple[entries.PlannedEntry, ...]:
    """Courses as entries that no plan has."""
    return tuple(
        entries.PlannedEntry(id=-place - 1, course=course, status=statuses.PlannedStatus.PLANNED)
        for place, course in enumerate(found)
    )


def of(
    program: suggestions_open.Program,
    entry: entries.PlannedEntry,
    possibilities: articulation_rules.Possibilities,
    *,
    on: date,
) -> tuple[Match, ...]:
    """The leaves that would take the entry as of a day, in the order of the tree; met or not, needed or not."""
    awarded = articulation.articulate(articulation.case((entry,), possibilities, on))
    items = credit_items.items((entry,), awarded, possibilities.receiver, entries.View.PLANNED)
    found: list[Match] = []
    for node in program.nodes[1:]:
        if node.is_leaf and node.requirement is not None and not node.is_waived:
            fits = (eligibility.fit(node.pool, item) for item in items)
            fit = next((one for one in fits if isinstance(one, eligibility.Fit)), None)
            found += [] if fit is None else [_match(node.requirement.key, fit)]
    return tuple(found)


def _match(key: str, fit: eligibility.Fit) -> Match:
    return Match(
        key=key,
        counts_as=fit.face.label,
        credits=fit.face.credits,
        is_preferred=fit.is_preferred,
        rule_id=fit.face.rule_id,
        doubt=fit.doubt,
    )
