"""What is known of requirements before any bound is: which parts anything fits, and which of them add value."""

from gql_api.domain import allocation_scores


class Outline:
    """What follows from where anything fits at all, whatever it is: the same for all boards on which that is alike.

    `live` are the nodes beneath which something fits, `below` such leaves by top-level requirement, `choices` how many
    parts a node needs and which may be among them, `gains` the nodes that add value; `is_suited` says by top-level
    requirement whether all that it is worth are sums over its parts.
    """

    def __init__(self, scores: allocation_scores.Scores) -> None:
        self._frame = scores.figures.frame
        self._nodes = self._frame.nodes
        self.choices: dict[int, tuple[int, tuple[int, ...]]] = {}
        self.live = frozenset([above for leaf in scores.places for above in self._nodes[leaf].line])
        self.below = {
            top: tuple([leaf for leaf in self._nodes[top].leaves if leaf in scores.costs]) for top in scores.rewards
        }
        gains: set[int] = set()
        self.is_suited = {
            top: self._begin(top, gains, is_gaining=not self._nodes[top].is_optional) for top in scores.rewards
        }
        self.gains = frozenset(gains)

    def _begin(self, index: int, gains: set[int], *, is_gaining: bool) -> bool:
        """Find the nodes that add value: those whose parts count, as deep as parts are asked for and not credits.

        False where a node asks for parts without a weight and weighs by its credits. Nothing fits what is not live.
        """
        node, frame = self._nodes[index], self._frame
        if frame.is_free[index] or index not in self.live:
            return True
        if is_gaining:
            gains.add(index)
        if not node.children:
            return True
        needed, choices = frame.choices[index]
        self.choices[index] = needed, tuple([child for child in choices if child in self.live])
        if needed and node.min_credits and not any(frame.has_weight[child] for child in choices):
            return False
        is_gaining = is_gaining and bool(needed)
        return all(self._begin(child, gains, is_gaining=is_gaining and child in choices) for child in node.children)


def of(scores: allocation_scores.Scores) -> Outline:
    """The outline of the components that are looked into, remembered for all boards of a plan."""
    known = scores.figures.board.memo.outlines
    key = tuple(scores.rewards), scores.places
    found: Outline | None = known.get(key)
    if found is None:
        found = known[key] = Outline(scores)
    return found
