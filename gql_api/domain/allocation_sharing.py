"""Two requirements that may count the same items up to the cap of their pair, said in patterns.

One of the two lends, the other borrows. An item that both could use has two bits beside its own: *lent*, which the
lender uses in place of its own bit where it lets the borrower count the item too, and *kept*, which every pattern of
the lender uses that does not. The borrower may use the item as any other, or as one that is lent: then it uses *kept*
too, so that only a lender who lends leaves it that, and pays for a use but for no course. Everybody else who uses the
item uses *lent* with it. So patterns that want nothing twice are allocations in which only the pair shares.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from gql_api.domain import (
    allocation_board,
    allocation_pairs,
    allocation_patterns,
    allocation_relaxed,
    allocation_tables,
    bit_sets,
)

MOST_WAYS = 24
"""Ways in which one pattern may share its items."""
Group = list[allocation_patterns.Pattern]


def whole(board: allocation_board.Board, tops: Collection[int]) -> frozenset[int]:
    """The requirements whose patterns have to be in one group: of two that share and have parts, the lesser one."""
    found: list[int] = []
    for pair in allocation_pairs.of(board, tops):
        ends = sorted((len(board.nodes[end].leaves), end) for end in (pair.one, pair.other))
        found.append(ends[0][1])
    return frozenset(found)


def with_sharing(
    relaxed: allocation_relaxed.Relaxed,
    tops: Collection[int],
    beneath: Sequence[Collection[int]],
    groups: list[Group],
    first: int,
) -> list[Group]:
    """Groups of patterns (`beneath`: the leaves of each) with what a pair of requirements may share.

    `first` is the first bit that no pattern uses. Raises `Unsuited` where several pairs share, where both of the pair
    are beneath one top-level requirement or in parts of their own, or where one is in a group with something else.
    """
    figures = relaxed.figures
    found = allocation_pairs.of(figures.board, tops)
    if not found:
        return groups
    nodes = figures.board.nodes
    if len(found) > 1 or nodes[found[0].one].line[1] == nodes[found[0].other].line[1]:
        raise allocation_tables.Unsuited
    pair = found[0]
    ends = [_places(figures.board, end, beneath) for end in (pair.one, pair.other)]
    # Who lends has one way to share for a pattern, mostly, and who borrows has more: the larger one lends.
    ends.sort(key=lambda end: (len(end) > 1, -sum([len(groups[place]) for place in end])))
    lender, borrower = ends
    if len(lender) != 1 or not borrower:
        raise allocation_tables.Unsuited
    sharing = _Sharing(relaxed, pair, first)
    given: list[Group] = []
    for place, group in enumerate(groups):
        if place in lender:
            given.append([another for one in group for another in sharing.lent(one)])
        elif place in borrower:
            given.append([another for one in group for another in sharing.borrowed(one)])
        else:
            given.append([sharing.unshared(one) for one in group])
    return given


@dataclass(frozen=True, slots=True)
class _Loan:
    """The bits of one item that may be lent, what it costs as a course, and its credits."""

    lent: int
    kept: int
    course: int
    credits: int


class _Sharing:
    def __init__(self, relaxed: allocation_relaxed.Relaxed, pair: allocation_board.Pair, first: int) -> None:
        self._figures, self._pair = relaxed.figures, pair
        board = relaxed.figures.board
        common = bit_sets.places(allocation_pairs.items(board, pair.one) & allocation_pairs.items(board, pair.other))
        self._loans: Mapping[int, _Loan] = {
            1 << item: _Loan(
                first << 2 * place, first << 2 * place + 1, relaxed.scores.course[item], self._credits(item)
            )
            for place, item in enumerate(common)
        }
        self._common = sum(self._loans)
        self._kept = sum([loan.kept for loan in self._loans.values()])

    def lent(self, pattern: allocation_patterns.Pattern) -> Iterable[allocation_patterns.Pattern]:
        """The pattern of the lender with as much lent as may be: more than that leaves more to others."""
        ways = self._ways(pattern.mask & self._common)
        for way in ways:
            if not any(way & other == way for other in ways if other != way):
                loans = [self._loans[bit] for bit in bit_sets.bits(way)]
                kept = self._kept - sum([loan.kept for loan in loans])
                yield pattern._replace(mask=pattern.mask & ~way | kept | sum([loan.lent for loan in loans]))

    def borrowed(self, pattern: allocation_patterns.Pattern) -> Iterable[allocation_patterns.Pattern]:
        """The pattern of the borrower with everything that it could have borrowed."""
        for way in self._ways(pattern.mask & self._common):
            loans = [self._loans[bit] for bit in bit_sets.bits(way)]
            mask = pattern.mask | sum([loan.kept for loan in loans])
            yield pattern._replace(mask=mask, cost=pattern.cost - sum([loan.course for loan in loans]))

    def unshared(self, pattern: allocation_patterns.Pattern) -> allocation_patterns.Pattern:
        """The pattern of somebody else."""
        mine = bit_sets.bits(pattern.mask & self._common)
        return pattern._replace(mask=pattern.mask | sum([self._loans[bit].lent for bit in mine]))

    def _ways(self, mask: int) -> list[int]:
        """The sets of these items that the cap lets both count, the empty one too."""
        ways = [0]
        for bit in bit_sets.bits(mask):
            ways += [way | bit for way in ways if self._is_within(way | bit)]
            if len(ways) > MOST_WAYS:
                raise allocation_tables.Unsuited
        return ways

    def _is_within(self, way: int) -> bool:
        amounts = [self._loans[bit].credits for bit in bit_sets.bits(way)]
        return allocation_pairs.is_within(self._figures, self._pair, amounts)

    def _credits(self, item: int) -> int:
        """What sharing an item adds to the credits of the pair; it has to be the same wherever the item is used."""
        nodes, credits = self._figures.board.nodes, self._figures.credits
        leaves = (*nodes[self._pair.one].leaves, *nodes[self._pair.other].leaves)
        amounts = {credits[leaf][item] for leaf in leaves if item in credits.get(leaf, ())}
        if len(amounts) > 1 and self._pair.max_credits is not None:
            raise allocation_tables.Unsuited
        return max(amounts)


def _places(board: allocation_board.Board, end: int, beneath: Sequence[Collection[int]]) -> list[int]:
    """The groups of a requirement. Raises `Unsuited` where one of them has leaves of something else too."""
    mine = frozenset(board.nodes[end].leaves)
    found = [place for place, leaves in enumerate(beneath) if mine.intersection(leaves)]
    if not all(mine.issuperset(beneath[place]) for place in found):
        raise allocation_tables.Unsuited
    return found
