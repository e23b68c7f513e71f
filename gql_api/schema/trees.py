"""A version's requirement tree as the API shows it: every node knows its parent and depth."""

from dataclasses import dataclass
from functools import cached_property

from gql_api.domain import requirements


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A node with its place in the tree; its own fields are the node's."""

    node: requirements.Requirement
    parent: int | None
    depth: int

    def __getattr__(self, name: str) -> object:
        """A field of the node."""
        return getattr(self.node, name)

    def beneath(self) -> list["Located"]:
        """The children."""
        return siblings(self.node.children, self.node.id, self.depth + 1)


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
            waiting.extend(here.beneath()[::-1])
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
