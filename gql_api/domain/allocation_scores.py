"""One number for all goals of a component: of two allocations the better one has the greater score.

The goals stand in a mixed radix, each weighing more than everything that comes after it, in whole numbers without a
bound. A score is made of two parts: rewards for what is met and how full it is, and the costs of the uses. The costs
are sums over uses but for one thing: an item that several domains of exclusivity count is one course. Its cost as a
course is charged in the first of them; elsewhere it seems free, so that a sum of costs is never too high.
"""

from collections.abc import Collection, Mapping, Sequence

from gql_api.domain import allocation_goals, allocation_pairs, bit_sets, model_figures, model_value


class Scores:
    """The weights of the goals on a board, and what each use costs, for components of top-level requirements.

    `places` are all leaves there that something fits; `costs[leaf][item]` is what a use costs on its own, and
    `masks[leaf]` has the same items as bits.
    """

    def __init__(
        self,
        figures: model_figures.Figures,
        components: Sequence[Sequence[int]],
        stays: Collection[tuple[int, int]] = (),
    ) -> None:
        self.figures = figures
        board = figures.board
        tops = [top for component in components for top in component]
        self._place = {top: number for component in components for number, top in enumerate(component)}
        self.places = tuple([leaf for top in tops for leaf in board.nodes[top].leaves if board.fits.get(leaf)])
        self.unit = model_value.unit(figures, board.tops)
        self._weigh(tops, 1 + sum([len(board.fits[leaf]) for leaf in self.places]))
        nodes, fits = board.nodes, board.fits
        self.masks = {leaf: board.memo.mask(fits[leaf]) for leaf in self.places}
        beneath: dict[int, int] = {}
        for leaf, mask in self.masks.items():
            domain = nodes[leaf].domain
            beneath[domain] = beneath.get(domain, 0) | mask
        self._main: dict[int, int] = {}
        self.shared: set[int] = set()
        seen = 0
        for domain, mask in sorted(beneath.items()):
            self._main.update(dict.fromkeys(bit_sets.places(mask & ~seen), domain))
            self.shared.update(bit_sets.places(mask & seen))
            seen |= mask
        later = (self.courses, self.courses + self.running, self.courses + self.planned)
        items = board.items
        self.course = {item: later[items[item].view.rank] for item in self._main}
        stayed: dict[int, list[int]] = {}
        for leaf, item in stays:
            stayed.setdefault(leaf, []).append(item)
        self.costs = {leaf: self._charged(leaf, stayed.get(leaf, ())) for leaf in self.places}

    def _weigh(self, tops: Sequence[int], uses: int) -> None:
        """The goals from the last to the first: each weighs one more than all that come after could amount to."""
        nodes = self.figures.board.nodes
        self.kept = uses * len(tops) + 1
        self.uses = self.kept * (uses + 1)
        self.courses = self.uses * (uses + 1)
        self.other = self.courses * (uses + 1)
        self.running = self.other * (uses + 1)
        self.planned = self.running * (uses + 1)
        self.value = self.planned * (uses + 1)
        most = sum(self.figures.weights) * (self.unit // self.figures.scale)
        self.most_value = self.value * most
        optional = self.value * (most + 1)
        required = optional * (len(tops) + 1)
        self.rewards = {top: optional if nodes[top].is_optional else required for top in tops}

    def _charged(self, leaf: int, stayed: Sequence[int]) -> Mapping[int, int]:
        """What the uses of a leaf cost, in which `stayed` items were before."""
        node, fits = self.figures.board.nodes[leaf], self.figures.board.fits[leaf]
        plain, other, course = self.uses + self._place[node.line[1]], self.other, self.course
        found = {item: plain + course[item] + (0 if fit.is_preferred else other) for item, fit in fits.items()}
        for item in self.shared and self.shared & fits.keys():
            if self._main[item] != node.domain:
                found[item] -= course[item]
        for item in stayed:
            if item in found:
                found[item] -= self.kept
        return found

    def judged(
        self, tops: Sequence[int], pairs: Sequence[tuple[int, int]]
    ) -> tuple[int | None, allocation_goals.Standing]:
        """The score of an allocation of some requirements, judged afresh, with what they amount to.

        There is none where it uses an item twice that no pair shares, breaks a maximum or credits a course twice.
        """
        figures = self.figures
        standing = allocation_goals.Standing(figures, pairs)
        shared = allocation_pairs.shared(figures, pairs) if figures.board.pairs else _single(figures, pairs)
        if shared is None or not standing.is_within(tops) or not _is_once(figures, pairs):
            return None, standing
        factor = self.unit // figures.scale * self.value
        score = 0
        for top in tops:
            if standing.is_met(top):
                score += self.rewards[top]
            if not figures.board.nodes[top].is_optional:
                score += int(standing.worth(top)[2] * factor)
        score -= sum([self.costs[leaf][item] for leaf, item in pairs]) - sum([self.course[item] for item in shared])
        if self.shared:
            # The cost of a course is in those of its uses in one domain; where it has none there it is still a course.
            charged = {item for leaf, item in pairs if self._main[item] == figures.board.nodes[leaf].domain}
            score -= sum([self.course[item] for item in {item for _, item in pairs} - charged])
        return score, standing


def _single(figures: model_figures.Figures, pairs: Sequence[tuple[int, int]]) -> list[int] | None:
    """Nothing is shared where every use of an item is in a domain of its own; none where one is not."""
    nodes = figures.board.nodes
    return [] if len({(nodes[leaf].domain, item) for leaf, item in pairs}) == len(pairs) else None


def _is_once(figures: model_figures.Figures, pairs: Sequence[tuple[int, int]]) -> bool:
    """Whether no course is credited by more than one item."""
    if not figures.once:
        return True
    placed = set(pairs)
    return all(len({item for leaf, item in group if (leaf, item) in placed}) <= 1 for group in figures.once)
