"""A prerequisite tree as the API shows it: every node knows its institution and its place."""

from dataclasses import dataclass

from gql_api.domain import prerequisites


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A node in its place: `path` holds the places of the members that lead to it, none for the root."""

    node: prerequisites.Prerequisite
    institution_id: int
    path: tuple[int, ...] = ()

    def __getattr__(self, name: str) -> object:
        """A field of the node."""
        return getattr(self.node, name)

    @property
    def beneath(self) -> list["Placed"]:
        """The members."""
        return [
            Placed(node=member, institution_id=self.institution_id, path=(*self.path, place))
            for place, member in enumerate(prerequisites.members(self.node))
        ]

    @property
    def whole(self) -> list["Placed"]:
        """The node and everything beneath it, each before its members."""
        found: list[Placed] = []
        waiting: list[Placed] = [self]
        while waiting:
            here = waiting.pop()
            found.append(here)
            waiting.extend(reversed(here.beneath))
        return found


def root(tree: prerequisites.Prerequisite | None, institution_id: int) -> Placed | None:
    """The tree of an institution's course; none where nothing is asked for."""
    return None if tree is None else Placed(node=tree, institution_id=institution_id)
