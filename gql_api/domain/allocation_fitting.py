"""Which items fit which leaves, remembered over the plans of a version and over the boards of one plan."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from gql_api.domain import allocation_board, courses, credit_items, eligibility

MOST_COURSES = 1_000
"""Courses of which one version remembers where they fit."""
Key = tuple[str, int, int]
"""An item's key (`credit_items.Item`)."""
Fits = dict[int, eligibility.Fit]
"""The fits of one leaf by item, or of one item by leaf."""


class Alone(NamedTuple):
    """Where a face fits by itself, and the leaves that ask for more than faces tell: for grades, or how recent."""

    face: credit_items.Face
    fits: Mapping[int, eligibility.Fit]
    asking: tuple[allocation_board.Node, ...]


class Leaves:
    """The leaves of a version, and which of them take a course by their options: the same for every plan."""

    def __init__(self, nodes: tuple[allocation_board.Node, ...]) -> None:
        self.leaves = tuple(node for node in nodes if node.is_leaf and not node.is_waived)
        self.residual = tuple(leaf for leaf in self.leaves if leaf.pool.is_residual)
        self.decided = tuple(leaf for leaf in self.leaves if leaf.pool.substituted or leaf.pool.forced)
        """Those that advisors' decisions name entries for."""
        self._patterned = tuple(leaf for leaf in self.leaves if leaf.pool.patterns and not leaf.pool.is_residual)
        self._naming: dict[int, tuple[allocation_board.Node, ...]] = {}
        for leaf in self.leaves:
            alone = (leaf,)  # most courses are named by one leaf, and share this
            for id in () if leaf.pool.is_residual else leaf.pool.named:
                self._naming[id] = (*self._naming[id], leaf) if id in self._naming else alone
        self._known: dict[int, tuple[courses.Course, Mapping[int, bool]]] = {}
        self.faces: dict[credit_items.FaceKey, credit_items.Face] = {}
        """Courses as taken, which are the very same values in all plans."""
        self._alone: dict[int, Alone] = {}

    def alone(self, item: credit_items.Item) -> Alone:
        """Where the only face of an item fits that no doubt, pin or advisor's decision says more of."""
        face = item.main
        if not face.is_as_taken:
            return self._looked_at(item)  # an award of this plan alone
        known = self._alone.get(id(face))
        if known is None or known.face is not face:
            if len(self._alone) >= credit_items.MOST_FACES:
                self._alone.clear()
            known = self._alone[id(face)] = self._looked_at(item)
        return known

    def _looked_at(self, item: credit_items.Item) -> Alone:
        taking = self.taking(item.main)
        leaves = [leaf for leaf in self.leaves if leaf.index in taking or leaf.pool.is_residual]
        fits: Fits = {}
        for leaf in leaves:
            if leaf.pool.is_of_face and isinstance(answer := eligibility.fit(leaf.pool, item), eligibility.Fit):
                fits[leaf.index] = answer
        return Alone(item.main, fits, tuple([leaf for leaf in leaves if not leaf.pool.is_of_face]))

    def taking(self, face: credit_items.Face) -> Mapping[int, bool]:
        """The leaves whose options take the face, none that is residual; true where they prefer it."""
        if face.course is None:
            return self._taking(face, ()) if face.award is not None and self._patterned else {}
        known = self._known.get(face.course.id)
        if known is None or not (known[0] is face.course or known[0] == face.course):
            if len(self._known) >= MOST_COURSES:
                self._known.clear()
            known = self._known[face.course.id] = face.course, self._taking(face, face.course.same_ids)
        return known[1]

    def _taking(self, face: credit_items.Face, ids: Iterable[int]) -> Mapping[int, bool]:
        leaves = {leaf.index: leaf for leaf in self._patterned}
        for id in ids:
            leaves.update((leaf.index, leaf) for leaf in self._naming.get(id, ()))
        answers = ((index, eligibility.option(leaves[index].pool, face)) for index in sorted(leaves))
        return {index: answer for index, answer in answers if not isinstance(answer, eligibility.Refusal)}


class Fitted(NamedTuple):
    """An item with its fits by leaf: what is certain, and what something unknown decides.

    `variant` counts the different items that stand under one number. `is_even` says that the item brings the same
    credit wherever it is applied, and where it is not.
    """

    item: credit_items.Item
    certain: Mapping[int, eligibility.Fit]
    doubtful: Mapping[int, eligibility.Fit]
    variant: int
    is_even: bool


class Fitting:
    """What fits where, remembered over the boards of one audit: views and ways to award share most of their items.

    An item that equals one seen before is that one, with the very same fits. `keys` are those of all items that may
    come, in order: where they are given every board numbers its items by them, and leaves that the same fits are the
    very same on all boards.
    """

    def __init__(
        self,
        nodes: tuple[allocation_board.Node, ...],
        leaves: Leaves | None = None,
        keys: Sequence[Key] = (),
    ) -> None:
        self._nodes = nodes
        self._leaves = Leaves(nodes) if leaves is None else leaves
        self.leaves = self._leaves.leaves
        self.memo = allocation_board.Memo()
        self.numbers = {key: number for number, key in enumerate(keys)}
        self._known: dict[int, Fitted] = {}
        self._seen: dict[Key, list[Fitted]] = {}
        self._firsts: dict[int, Fitted] = {}
        self._taking: dict[int, int] = {}
        """By leaf the numbers, as bits, whose first variants certainly fit there."""
        self._interned: dict[tuple[int, int, tuple[tuple[int, int], ...]], Fits] = {}

    def of(self, item: credit_items.Item) -> Fitted:
        """The item's fits."""
        known = self._known.get(id(item))
        if known is None or known.item is not item:
            known = self._known[id(item)] = self._of(item)
        return known

    def board(
        self, pairs: tuple[allocation_board.Pair, ...], items: Sequence[credit_items.Item], tolerance: Decimal
    ) -> allocation_board.Board:
        """The board of these items, numbered by the keys."""
        fitted = [self.of(item) for item in items]
        numbers = tuple([self.numbers[one.item.key] for one in fitted])
        placed = [one.item for one in fitted[:1]] * len(self.numbers)
        others: list[tuple[int, Fitted]] = []
        doubtful: dict[int, Fits] = {}
        first = 0
        for number, one in zip(numbers, fitted, strict=True):
            placed[number] = one.item
            if one.variant:
                others.append((number, one))
            else:
                first |= 1 << number
            for leaf, fit in one.doubtful.items():
                doubtful.setdefault(leaf, {})[number] = fit
        return allocation_board.Board(
            nodes=self._nodes,
            pairs=pairs,
            items=tuple(placed),
            numbers=numbers,
            fits={leaf.index: self._fits_of(leaf.index, first, others) for leaf in self.leaves},
            tolerance=tolerance,
            doubtful=doubtful,
            memo=self.memo,
        )

    def _fits_of(self, leaf: int, first: int, others: Sequence[tuple[int, Fitted]]) -> Fits:
        """The certain fits of a leaf: the same for the same items, given as bits of first variants and as others."""
        mask = first & self._taking.get(leaf, 0)
        more = tuple([(number, one.variant) for number, one in others if leaf in one.certain]) if others else ()
        known = self._interned.get((leaf, mask, more))
        if known is None:
            found = {number: one.certain[leaf] for number, one in others if leaf in one.certain}
            left = mask
            while left:
                bit = left & -left
                left ^= bit
                number = bit.bit_length() - 1
                found[number] = self._firsts[number].certain[leaf]
            known = self._interned[leaf, mask, more] = dict(sorted(found.items())) if more else found
        return known

    def _of(self, item: credit_items.Item) -> Fitted:
        seen = self._seen.setdefault(item.key, [])
        for known in seen:
            if known.item == item:
                return known
        fits = self._fits(item)
        doubts = [leaf for leaf, fit in fits.items() if fit.doubt is not None]
        certain = {leaf: fit for leaf, fit in fits.items() if fit.doubt is None} if doubts else fits
        doubtful = {leaf: fits[leaf] for leaf in doubts}
        is_even = len(item.faces) == 1 or all(_is_worth(fit.face, item.main) for fit in fits.values())
        found = Fitted(item, certain, doubtful, len(seen), is_even)
        seen.append(found)
        number = self.numbers.get(item.key)
        if number is not None and not found.variant:
            self._firsts[number] = found
            for leaf in certain:
                self._taking[leaf] = self._taking.get(leaf, 0) | 1 << number
        return found

    def _fits(self, item: credit_items.Item) -> Mapping[int, eligibility.Fit]:
        if len(item.faces) == 1 and item.doubt is None and not (item.pinned_keys or self._leaves.decided):
            alone = self._leaves.alone(item)
            asked = [(leaf.index, eligibility.fit(leaf.pool, item)) for leaf in alone.asking]
            more = {index: answer for index, answer in asked if isinstance(answer, eligibility.Fit)}
            return {**alone.fits, **more} if more else alone.fits
        found: Fits = {}
        takings = [(face, self._leaves.taking(face)) for face in item.faces]
        for leaf in {leaf for _, taking in takings for leaf in taking}:
            pool = self._nodes[leaf].pool
            if pool.is_plain and not item.pinned_keys:
                face, is_preferred = next((face, taking[leaf]) for face, taking in takings if leaf in taking)
                found[leaf] = eligibility.Fit(face=face, is_preferred=is_preferred, doubt=item.doubt)
            elif isinstance(answer := eligibility.fit(pool, item), eligibility.Fit):
                found[leaf] = answer
        for node in (*self._leaves.residual, *self._leaves.decided):
            if isinstance(answer := eligibility.fit(node.pool, item), eligibility.Fit):
                found[node.index] = answer
        return found


def board(
    nodes: tuple[allocation_board.Node, ...],
    pairs: tuple[allocation_board.Pair, ...],
    items: Sequence[credit_items.Item],
    tolerance: Decimal,
    *,
    fitting: Fitting | None = None,
) -> allocation_board.Board:
    """The board of these items, numbered as they come. `fitting` is that of the same nodes, where it is at hand."""
    known = Fitting(nodes) if fitting is None else fitting
    fits: dict[int, Fits] = {leaf.index: {} for leaf in known.leaves}
    doubtful: dict[int, Fits] = {}
    fitted = [known.of(item) for item in items]
    for number, one in enumerate(fitted):
        for leaf, fit in one.certain.items():
            fits[leaf][number] = fit
        for leaf, fit in one.doubtful.items():
            doubtful.setdefault(leaf, {})[number] = fit
    return allocation_board.Board(
        nodes=nodes,
        pairs=pairs,
        items=tuple([one.item for one in fitted]),
        numbers=tuple(range(len(fitted))),
        fits=fits,
        tolerance=tolerance,
        doubtful=doubtful,
        memo=allocation_board.Memo(parts=known.memo.parts),
    )


def _is_worth(one: credit_items.Face, other: credit_items.Face) -> bool:
    is_developmental = courses.DEVELOPMENTAL in {one.level, other.level}
    is_same = one.credits == other.credits and one.is_own == other.is_own
    return is_same and (not is_developmental or one.level == other.level)
