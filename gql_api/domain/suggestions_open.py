"""Open requirements: what a plan still needs, as leaves that further courses could be applied to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from gql_api.domain import (
    allocation_board,
    articulation_rules,
    audit_constraints,
    audit_exceptions,
    audit_results,
    audit_tree,
    entries,
    requirements,
)

Node = allocation_board.Node
Result = audit_results.RequirementResult
Status = audit_results.RequirementStatus
Judged = tuple[requirements.Constraint, audit_constraints.ConstraintResult]
_OPEN = frozenset({Status.UNMET, Status.PARTIAL, Status.UNKNOWN})


@dataclass(frozen=True, kw_only=True)
class Program:
    """A plan against one version: what the audit looked at, and what it said."""

    tree: requirements.ProgramTree
    constraints: tuple[requirements.Constraint, ...]
    exceptions: tuple[audit_exceptions.PlanException, ...]
    receiver: articulation_rules.Receiver
    taken: tuple[entries.PlannedEntry, ...]
    audit: audit_results.Audit

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """The requirements as numbered nodes with every condition that holds there; the first is the whole."""
        frame = audit_tree.Frame(
            institution_id=self.tree.institution_id,
            on=self.audit.on,
            pass_proves=self.receiver.pass_proves,
            exceptions=self.exceptions,
        )
        return audit_tree.nodes(self.tree, self.constraints, frame)

    @cached_property
    def results(self) -> Mapping[int, Result]:
        """What the audit says of each node, by its number; nothing of the whole program."""
        by_key = {result.key: result for result in self.audit.requirements}
        return {node.index: by_key[node.requirement.key] for node in self.nodes[1:] if node.requirement is not None}

    @cached_property
    def open_leaves(self) -> tuple[Node, ...]:
        """The leaves that are not met by everything planned, in order."""
        return tuple(node for node in self.nodes[1:] if node.is_leaf and self.is_open(node))

    @cached_property
    def needed_leaves(self) -> tuple[Node, ...]:
        """The open leaves that something open above still needs: none optional, none in a choice that is made."""
        return tuple(
            leaf
            for leaf in self.open_leaves
            if all(self.is_open(self.nodes[above]) and not self.nodes[above].is_optional for above in leaf.line[1:])
        )

    @cached_property
    def planned(self) -> Mapping[int, audit_results.ViewResult]:
        """Each node with everything planned, by its number; nothing of the whole program."""
        return {index: result.in_view(entries.View.PLANNED) for index, result in self.results.items()}

    @cached_property
    def judged(self) -> Mapping[int, tuple[Judged, ...]]:
        """The constraints of each node that has some, each with what everything planned makes of it."""
        return {
            node.index: tuple(zip(node.requirement.constraints, self.planned[node.index].constraints, strict=True))
            for node in self.nodes[1:]
            if node.requirement is not None and node.requirement.constraints
        }

    @cached_property
    def open_indices(self) -> frozenset[int]:
        """The numbers of the nodes that everything planned does not meet and that nobody waived."""
        planned = self.planned
        return frozenset(
            [node.index for node in self.nodes[1:] if not node.is_waived and planned[node.index].status in _OPEN]
        )

    def is_open(self, node: Node) -> bool:
        """Whether everything planned does not meet the node, and nobody waived it."""
        return node.index in self.open_indices

    def is_asked(self, node: Node) -> bool:
        """Whether an open node lacks something: no view meets it, and it is no left-over part of a choice."""
        result = self.results[node.index]
        return self.is_open(node) and result.is_needed and not result.status.is_settled

    def leaves_of(self, node: Node) -> tuple[Node, ...]:
        """Where courses could help an open node: its open leaves, or all where only the node itself lacks something."""
        beneath = tuple(self.nodes[leaf] for leaf in node.leaves if not self.nodes[leaf].is_waived)
        return tuple(leaf for leaf in beneath if self.is_open(leaf)) or beneath

    @cached_property
    def leaves(self) -> tuple[Node, ...]:
        """Every leaf that suggestions for some open node look at."""
        wanted = {leaf.index: leaf for node in self.nodes[1:] if self.is_asked(node) for leaf in self.leaves_of(node)}
        return tuple(wanted[index] for index in sorted(wanted))


class Given(Protocol):
    """What an audit looked at."""

    @property
    def tree(self) -> requirements.ProgramTree:
        """The requirements."""
        ...

    @property
    def constraints(self) -> tuple[requirements.Constraint, ...]:
        """Those of the whole program."""
        ...

    @property
    def exceptions(self) -> tuple[audit_exceptions.PlanException, ...]:
        """What advisors decided."""
        ...

    @property
    def possibilities(self) -> articulation_rules.Possibilities:
        """What may turn the entries into credit."""
        ...

    @property
    def entries(self) -> tuple[entries.PlannedEntry, ...]:
        """The plan's entries."""
        ...


def of(given: Given, audit: audit_results.Audit) -> Program:
    """What was audited together with what was found."""
    return Program(
        tree=given.tree,
        constraints=given.constraints,
        exceptions=given.exceptions,
        receiver=given.possibilities.receiver,
        taken=given.entries,
        audit=audit,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """What to look for in the catalog of one institution, as far as a look-up can tell; bounds are inclusive."""

    institution_id: int
    subject: str | None = None
    level_from: int | None = None
    level_to: int | None = None
    number_from: str | None = None
    number_to: str | None = None
    attribute: str | None = None
    attribute_value: str | None = None


def named(leaves: Iterable[Node]) -> frozenset[int]:
    """The courses that these leaves name."""
    return frozenset(id for leaf in leaves for id in leaf.pool.named)


def patterns(leaves: Sequence[Node]) -> tuple[Pattern, ...]:
    """What these leaves describe without naming it; free electives take anything of the program's institution."""
    found: dict[Pattern, None] = {}
    for leaf in leaves:
        home = leaf.pool.institution_id
        if leaf.pool.is_residual:
            found[Pattern(institution_id=home)] = None
        for option in leaf.pool.patterns:
            pattern = Pattern(
                institution_id=home if option.institution_id is None else option.institution_id,
                subject=option.subject,
                level_from=option.level_from,
                level_to=option.level_to,
                number_from=option.number_from,
                number_to=option.number_to,
                attribute=option.attribute,
                attribute_value=option.attribute_value,
            )
            found[pattern] = None
    return tuple(found)
