"""A version's requirement tree as the API shows it: every node knows its parent and depth."""

from dataclasses import dataclass, fields
from functools import cached_property
from operator import attrgetter

from gql_api.domain import requirements
from gql_api.reads import kept


@dataclass(frozen=True, kw_only=True)
class Located:
    """A node with its place in the tree; its own fields are the node's."""

    node: requirements.Requirement
    parent: int | None
    depth: int

    @cached_property
    def beneath(self) -> list["Located"]:
        """The children."""
        return siblings(self.node.children, self.node.id, self.depth + 1)


for _field in fields(requirements.Requirement):
    setattr(Located, _field.name, property(attrgetter(f"node.{_field.name}")))


class Tree:
    """A whole tree; its nodes are located once, when they are first asked for."""

    def __init__(self, tree: requirements.ProgramTree) -> None:
        self.value = tree

    @cached_property
    def top(self) -> list[Located]:
        """The top-level requirements."""
        return siblings(self.value.requirements)

    @cached_property
    def nodes(self) -> list[Located]:
        """Every node, each before its children."""
        found: list[Located] = []
        waiting = self.top[::-1]
        while waiting:
            here = waiting.pop()
            found.append(here)
            waiting.extend(here.beneath[::-1])
        return found

    @cached_property
    def by_id(self) -> dict[int, Located]:
        """The nodes by the id of their requirement."""
        return {located.node.id: located for located in self.nodes}

    @cached_property
    def by_key(self) -> dict[str, Located]:
        """The nodes by the key of their requirement."""
        return {located.node.key: located for located in self.nodes}


def siblings(nodes: tuple[requirements.Requirement, ...], parent: int | None = None, depth: int = 0) -> list[Located]:
    """Nodes of one parent in their places."""
    return [Located(node=node, parent=parent, depth=depth) for node in nodes]


def of(value: requirements.ProgramTree) -> Tree:
    """The tree of a value: the same one for the same value, as long as it is much in use."""
    known = _KNOWN.get(id(value))
    if known is None or known.value is not value:
        known = Tree(value)
        _KNOWN.put(id(value), known)
    return known


_KNOWN: kept.Kept[int, Tree] = kept.Kept(200)
"""By identity: the values are large to compare, and `reads` keeps them."""
