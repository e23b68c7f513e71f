"""What every view of one audit has in common, and what is remembered between them."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from gql_api.domain import (
    allocation_board,
    articulation,
    articulation_rules,
    audit_choices,
    averages,
    credit_items,
    entries,
)

_Ways = tuple[articulation.Case, audit_choices.Awards, tuple[audit_choices.Awards, ...]]
"""The ways to award a case's credit with what is kept; both are held, so that their identities stay their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What every view has in common."""

    nodes: tuple[allocation_board.Node, ...]
    pairs: tuple[allocation_board.Pair, ...]
    taken: tuple[entries.PlannedEntry, ...]
    possibilities: articulation_rules.Possibilities
    on: date
    total_credits: Decimal | None = None
    residency_credits: Decimal | None = None
    fitting: allocation_board.Fitting = field(init=False, repr=False, compare=False)
    graded: averages.Attempts = field(init=False, repr=False, compare=False)
    ways: dict[tuple[int, int], _Ways] = field(
        init=False, default_factory=dict[tuple[int, int], _Ways], repr=False, compare=False
    )
    plain: dict[int, credit_items.Item] = field(
        init=False, default_factory=dict[int, credit_items.Item], repr=False, compare=False
    )

    def __post_init__(self) -> None:
        """What is the same in every view, and with all ways to award."""
        object.__setattr__(self, "fitting", allocation_board.Fitting(self.nodes))
        object.__setattr__(self, "graded", averages.attempts(self.taken, self.receiver))

    @property
    def receiver(self) -> articulation_rules.Receiver:
        """The program's institution."""
        return self.possibilities.receiver

    def case(self, view: entries.View, narrower: articulation.Case | None) -> articulation.Case:
        """What is articulated in a view: the narrower view's case where nothing from elsewhere comes in addition."""
        if narrower is not None and all(entry.view is not view or self._is_own(entry) for entry in self.taken):
            return narrower
        return articulation.case(self.taken, self.possibilities, self.on, view)

    def awards(self, case: articulation.Case, kept: audit_choices.Awards = ()) -> tuple[audit_choices.Awards, ...]:
        """The ways to award a case's credit around what is kept, the stand-alone order first."""
        key = id(case), id(kept)
        if key not in self.ways:
            by_faces = not any(_tells_apart(node) for node in self.nodes)
            self.ways[key] = case, kept, tuple(audit_choices.choices(case, kept, by_faces=by_faces))
        return self.ways[key][2]

    def _is_own(self, entry: entries.PlannedEntry) -> bool:
        if isinstance(entry.course, entries.UnlistedCourse):
            return False
        return entry.course.institution_id == self.receiver.institution_id


def _tells_apart(node: allocation_board.Node) -> bool:
    """Whether a requirement distinguishes among what an item may count as by more than its options."""
    requirement = node.requirement
    is_choosy = requirement is not None and any(option.is_preferred for option in requirement.options)
    return is_choosy or (requirement is not None and bool(requirement.constraints))
