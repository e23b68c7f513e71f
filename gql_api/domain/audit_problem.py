"""What every view of one audit has in common, and what is remembered between them."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from gql_api.domain import (
    allocation_board,
    allocation_fitting,
    articulation,
    articulation_rules,
    audit_choices,
    audit_needs,
    audit_tree,
    averages,
    credit_items,
    entries,
)

_Ways = tuple[articulation.Case, audit_choices.Awards, tuple[audit_choices.Awards, ...]]
"""The ways to award a case's credit with what is kept; both are held, so that their identities stay their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What every view has in common."""

    version: audit_tree.Prepared
    taken: tuple[entries.PlannedEntry, ...]
    possibilities: articulation_rules.Possibilities
    on: date
    fitting: allocation_fitting.Fitting = field(init=False, repr=False, compare=False)
    graded: averages.Attempts = field(init=False, repr=False, compare=False)
    ways: dict[tuple[int, int], _Ways] = field(
        init=False, default_factory=dict[tuple[int, int], _Ways], repr=False, compare=False
    )
    needs: dict[tuple[int, tuple[int, ...]], tuple[audit_needs.Need, ...]] = field(
        init=False,
        default_factory=dict[tuple[int, tuple[int, ...]], tuple[audit_needs.Need, ...]],
        repr=False,
        compare=False,
    )
    """By a node's number and the identities of what fits beneath it, which `fitting` holds."""
    seen: articulation.Seen = field(init=False, default_factory=articulation.Seen, repr=False, compare=False)
    items: credit_items.Known = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """What is the same in every view, and with all ways to award."""
        fitting = allocation_fitting.Fitting(self.nodes, self.version.leaves, self._keys())
        object.__setattr__(self, "fitting", fitting)
        object.__setattr__(self, "items", credit_items.Known(faces=self.version.leaves.faces))
        object.__setattr__(self, "graded", averages.attempts(self.taken, self.receiver))

    @property
    def nodes(self) -> tuple[allocation_board.Node, ...]:
        """The requirements as numbered nodes."""
        return self.version.nodes

    @property
    def total_credits(self) -> Decimal | None:
        """The credits in total that the version asks for."""
        return self.version.tree.total_credits

    @property
    def residency_credits(self) -> Decimal | None:
        """The credits earned here that the version asks for."""
        return self.version.tree.residency_credits

    @property
    def receiver(self) -> articulation_rules.Receiver:
        """The program's institution."""
        return self.possibilities.receiver

    def case(self, view: entries.View, narrower: articulation.Case | None) -> articulation.Case:
        """What is articulated in a view: the narrower view's case where nothing from elsewhere comes in addition."""
        if narrower is not None and all(entry.view is not view or self._is_own(entry) for entry in self.taken):
            return narrower
        return articulation.case(self.taken, self.possibilities, self.on, view, self.seen)

    def awards(self, case: articulation.Case, kept: audit_choices.Awards = ()) -> tuple[audit_choices.Awards, ...]:
        """The ways to award a case's credit around what is kept, the stand-alone order first."""
        key = id(case), id(kept)
        if key not in self.ways:
            by_faces = not self.version.tells_apart
            self.ways[key] = case, kept, tuple(audit_choices.choices(case, kept, by_faces=by_faces))
        return self.ways[key][2]

    def _keys(self) -> list[allocation_fitting.Key]:
        """The keys that items of these entries may have: an award has as many as it has grants, of its first entry."""
        most = max([len(rule.awards) for rule in self.possibilities.rules], default=1)
        found: list[allocation_fitting.Key] = []
        for entry in self.taken:
            if entry.view is not None:
                places = 1 if self._is_own(entry) else max(most, 1)
                found += [(entry.label, entry.id, place) for place in range(places)]
        return sorted(found)

    def _is_own(self, entry: entries.PlannedEntry) -> bool:
        if isinstance(entry.course, entries.UnlistedCourse):
            return False
        return entry.course.institution_id == self.receiver.institution_id
