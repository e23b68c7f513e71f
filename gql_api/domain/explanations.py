"""Explanations: for every requirement why it stands where it does and what is missing, in one sentence with numbers.

Nothing is worded before somebody asks for it: most of what an audit finds is never read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from gql_api.domain import (
    accepted_credit,
    allocation_board,
    allocation_state,
    audit_constraints,
    audit_results,
    audit_views,
    eligibility,
    entries,
    explained_amounts,
    explained_moves,
    verdicts,
    wording,
)

Status = audit_results.RequirementStatus
View = entries.View
_LEADS = {
    Status.MET: "Met",
    Status.IN_PROGRESS: "Met when the running courses are passed",
    Status.PLANNED: "Met when all planned courses are passed",
    Status.PARTIAL: "Not met",
    Status.UNMET: "Not met",
    Status.UNKNOWN: "Cannot be decided yet",
}
_OPEN = frozenset({Status.PARTIAL, Status.UNMET})
_NAMED = 6
"""Courses named in a sentence; more are counted."""
_FEW = 3
"""Parts named in a sentence; more are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """What the sentences of one audit have in common.

    `statuses` are the nodes' by number; `made` the open parts that nothing needs, each with the choice above it that
    other parts have made.
    """

    views: tuple[audit_views.Solved, ...]
    hopeful: audit_views.Solved | None
    statuses: tuple[audit_results.RequirementStatus, ...]
    made: Mapping[int, int]

    @property
    def planned(self) -> audit_views.Solved:
        """The widest view."""
        return self.views[-1]

    def earliest(self, index: int) -> audit_views.Solved | None:
        """The narrowest view that meets a node; none where none does."""
        return next((one for one in self.views if one.verdicts[index].verdict is verdicts.Verdict.YES), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is told of one requirement. `bound` says why an allocation of it is not proven to be the best."""

    whole: Whole
    node: allocation_board.Node
    bound: str | None

    @property
    def status(self) -> audit_results.RequirementStatus:
        """How the requirement stands."""
        return self.whole.statuses[self.node.index]

    @property
    def shown(self) -> audit_views.Solved:
        """PLANNED; but where only a narrower view meets the requirement, that one."""
        planned = self.whole.planned
        is_met = planned.verdicts[self.node.index].verdict is verdicts.Verdict.YES
        return planned if is_met else self.whole.earliest(self.node.index) or planned

    def credits(self) -> tuple[tuple[entries.View, Decimal], ...]:
        """The credits applied, by how far the courses are."""
        uses = self.shown.state.uses(self.node.index)
        return tuple((view, accepted_credit.credits_of(use for use in uses if use.item.view is view)) for view in View)

    def courses(self) -> tuple[tuple[entries.View, int], ...]:
        """The courses applied, by how far they are."""
        uses = self.shown.state.uses(self.node.index)
        return tuple((view, sum(use.item.view is view for use in uses)) for view in View)

    def missing(self) -> str:
        """What is needed beyond everything planned; empty where it is met, waived or not needed."""
        if self.status.is_settled or self.node.index in self.whole.made:
            return ""
        planned = self.whole.planned
        parts = explained_amounts.lacking(self.node, planned.state, self._constraints(planned))
        if (lacking := self._lacking_parts(planned.state)) is not None:
            parts.append(lacking)
        parts += [one.lacking for _, one in self._constraints(planned) if one.lacking and one.kind not in _SUMMED]
        needs = "It is optional; to be met it needs" if self._is_optional() else "Needs"
        return f"{needs} {wording.listed(parts)}." if parts else f"{needs} what its parts still miss."

    def explanation(self) -> str:
        """Why the requirement stands where it does, judged in the view that its status speaks of.

        Where the PLANNED view has other courses there, it says so, and where those of the narrower view went.
        """
        node, status, planned = self.node, self.status, self.whole.planned
        if status is Status.WAIVED:
            return "Waived by an advisor."
        if node.index in self.whole.made:
            return self._not_needed(self.whole.made[node.index])
        earliest = self.whole.earliest(node.index)
        shown = earliest or planned
        moved = explained_moves.sentence(node, self.whole.views if earliest is None else (shown,), planned)
        lead = "Met by what is earned" if moved and status is Status.MET else _LEADS[status]
        if self._is_optional() and not status.is_settled:
            lead = f"{lead} (optional)"
        facts = self._facts(shown)
        said = "; ".join(facts) if facts else "nothing is asked for"
        rivals = explained_moves.rivals(node, self.whole.views, planned) if status in _OPEN else ""
        return f"{lead}: {said}{_names(node, shown.state)}.{moved}{rivals}"

    def _is_optional(self) -> bool:
        """Whether nothing asks for it: optional at the top, or an optional part that no choice counts."""
        node, nodes = self.node, self.whole.planned.board.nodes
        is_counted = node.parent != allocation_board.ROOT and node.index in nodes[node.parent].choices
        return node.is_optional and not is_counted

    def _facts(self, shown: audit_views.Solved) -> list[str]:
        node, state = self.node, shown.state
        facts = [self._parts(state)] if node.needed_children else []
        facts += explained_amounts.facts(node, state, self._constraints(shown))
        if self.status in _OPEN:
            facts += _too_low(node, state)
        if self.status is Status.UNKNOWN and (doubt := self._doubt() or self.bound) is not None:
            facts.append(wording.open_ended(doubt))
        return facts

    def _constraints(self, solved: audit_views.Solved) -> explained_amounts.Constraints:
        given = self.node.requirement.constraints if self.node.requirement is not None else ()
        return list(zip(given, solved.verdicts[self.node.index].constraints, strict=True))

    def _parts(self, state: allocation_state.State) -> str:
        """How many of the parts are met, and how many a choice asks for."""
        node = self.node
        met, count = sum(map(state.is_met, node.choices)), len(node.choices)
        if count == 1:
            return "its part is met" if met else "its part is not met"
        said = f"{met or 'none'} of {count} parts {'is' if met <= 1 else 'are'} met"
        if node.needed_children == count:
            return said
        return f"{said}; {node.needed_children} {'is' if node.needed_children == 1 else 'are'} needed"

    def _lacking_parts(self, state: allocation_state.State) -> str | None:
        """The parts that are still needed, by name where they are few."""
        node = self.node
        left = [part for part in node.choices if not state.is_met(part)]
        lacking = node.needed_children - (len(node.choices) - len(left))
        if lacking <= 0:
            return None
        is_all = lacking == len(left)
        is_plain = len(left) <= _FEW and not any(self.whole.statuses[part].is_settled for part in left)
        if is_plain and (is_all or lacking == 1):
            return wording.listed([self._name(part) for part in left], "and" if is_all else "or")
        if lacking == len(node.choices):
            return f"all of its {lacking} parts"
        return f"{lacking} more of its {len(node.choices)} parts"

    def _not_needed(self, choice: int) -> str:
        """That other parts have made the choice, and which."""
        statuses = self.whole.statuses
        met = [part for part in self.whole.planned.board.nodes[choice].choices if statuses[part].is_settled]
        when = {
            Status.IN_PROGRESS: " when the running courses are passed",
            Status.PLANNED: " when all planned courses are passed",
        }.get(statuses[choice], "")
        if not met:
            return f"Not needed: {self._name(choice)} asks for none of its parts."
        names = wording.listed([self._name(part) for part in met]) if len(met) <= _FEW else f"{len(met)} other parts"
        return f"Not needed{when}: {names} {'is' if len(met) == 1 else 'are'} met {'then' if when else 'instead'}."

    def _name(self, index: int) -> str:
        requirement = self.whole.planned.board.nodes[index].requirement
        return "the program" if requirement is None else f"“{requirement.name}”"

    def _doubt(self) -> str | None:
        """The first doubt among what the hopeful view applies beneath the requirement."""
        hopeful = self.whole.hopeful
        if hopeful is None:
            return None
        board = hopeful.board
        uses = ((leaf, item) for leaf in self.node.leaves for item in hopeful.state.applied[leaf])
        doubts = (board.fits[leaf][item].doubt for leaf, item in uses)
        return next((doubt for doubt in doubts if doubt is not None), None)


_SUMMED = frozenset(kind for kind in audit_constraints.Kind if explained_amounts.is_credits(kind))
"""Kinds whose lacking credits are told together with the requirement's own."""


def _too_low(node: allocation_board.Node, state: allocation_state.State) -> list[str]:
    """The courses that the pool of a leaf would take if their grades were better."""
    if not node.is_leaf or not node.pool.grades_asked:
        return []
    board = state.board
    low = [
        eligibility.low_grade(node.pool, board.items[number])
        for number in board.numbers
        if board.refusal(node.index, number) is eligibility.Refusal.GRADE_TOO_LOW
    ]
    found = [one for one in low if one is not None]
    more = [f"the grades of {len(found) - _NAMED} more courses are too low"] if len(found) > _NAMED else []
    return found[:_NAMED] + more


def _names(node: allocation_board.Node, state: allocation_state.State) -> str:
    """The applied courses; one that counts as several is named once, with what it counts as."""
    if not node.is_leaf:
        return ""
    faces: dict[str, list[str]] = {}
    for use in state.uses(node.index):
        faces.setdefault(use.item.label, []).append(use.face.label)
    if not faces:
        return ""
    names = [label if len(found) == 1 else f"{label} as {wording.listed(found)}" for label, found in faces.items()]
    more = len(names) - _NAMED
    return f" ({', '.join(names[:_NAMED])} and {more} more)" if more > 0 else f" ({', '.join(names)})"
