"""Checking a conflict: the checker's own model of the requirements, and its own exhaustive search."""

import itertools
from collections.abc import Callable
from decimal import Decimal

from gql_api.domain import (
    checker_constraints,
    checker_model,
    checker_pieces,
    checker_pools,
    checker_search,
    checker_steps,
    checker_trees,
    checker_values,
    courses,
    requirements,
)

Piece = checker_pieces.Piece
Answer = checker_search.Answer
Kind = requirements.ConstraintKind


class Problem:
    """The model of a case in one view: units are pieces of credit, nodes are those of the tree."""

    def __init__(self, case: checker_values.Case, tree: checker_trees.Tree, found: tuple[Piece, ...]) -> None:
        self.case, self.tree, self.pieces = case, tree, found
        paired = {index for pair in tree.pairs for index in (pair.one, pair.other)}
        named: dict[int, list[int]] = {}
        for unit, piece in enumerate(found):
            for id in () if piece.course is None else piece.course.same_ids:
                named.setdefault(id, []).append(unit)
        self.fits = {
            place.index: self._fits(place, named) for place in tree.places if place.is_leaf and not place.is_waived
        }
        self.model = checker_model.Model(
            nodes=tuple(self._node(place, paired) for place in tree.places),
            counts=(1,) * len(found),
            rivals=self._rivals(),
        )

    def eligible(self, index: int) -> frozenset[int]:
        """The units that could be used beneath a node."""
        return frozenset(unit for leaf in self.tree.places[index].leaves for unit in self.fits.get(leaf, ()))

    def counts(self, piece: Piece) -> bool:
        """Whether the credit counts in totals: accepted here, or named by a requirement."""
        unit = self.pieces.index(piece)
        return piece.is_accepted or any(unit in fits for fits in self.fits.values())

    def _rivals(self) -> dict[int, frozenset[int]]:
        """The units that exclude each other; only those with an entry or a course in common are compared."""
        alike: dict[object, list[int]] = {}
        for unit, piece in enumerate(self.pieces):
            for mark in piece.marks:
                alike.setdefault(mark, []).append(unit)
        found: dict[int, set[int]] = {}
        for one, other in {pair for units in alike.values() for pair in itertools.combinations(units, 2)}:
            if checker_pieces.exclude_each_other(self.pieces[one], self.pieces[other], self.case):
                found.setdefault(one, set()).add(other)
                found.setdefault(other, set()).add(one)
        return {unit: frozenset(others) for unit, others in found.items()}

    def _fits(self, place: checker_trees.Place, named: dict[int, list[int]]) -> dict[int, int]:
        """The units that fit a leaf. A leaf of named courses that nobody decided about looks at those alone."""
        node, case = place.node, self.case
        is_plain = not node.is_residual and not case.rulings
        is_plain = is_plain and all(isinstance(option, requirements.CourseOption) for option in node.options)
        units = list(range(len(self.pieces)))
        if is_plain:
            ids = {option.course_id for option in node.options if isinstance(option, requirements.CourseOption)}
            units = sorted({unit for id in ids if id is not None for unit in named.get(id, ())})
        leaf = self.tree.leaf(place.index)
        return {
            unit: checker_model.parts(self.pieces[unit].credits)
            for unit in units
            if checker_pools.is_eligible(leaf, self.pieces[unit], case, self.tree.keys)
        }

    def _node(self, place: checker_trees.Place, paired: set[int]) -> checker_model.ModelNode:
        node, tolerance = place.node, self._tolerance(place)
        # Leaves that share with others are left free of exclusivity: a conflict that still stands is one all the more.
        domain = place.index if paired & set(place.line) else place.domain
        return checker_model.ModelNode(
            key=node.key,
            parent=place.parent,
            choices=place.choices,
            needed=place.needed,
            leaves=place.leaves,
            fits=self.fits.get(place.index, {}),
            min_courses=node.min_courses or 0,
            min_credits=max(checker_model.parts(place.min_credits - tolerance), 0),
            max_courses=node.max_courses,
            max_credits=None if node.max_credits is None else checker_model.parts(node.max_credits),
            floors=tuple(
                self._bound(place, one, self._weight(one), self._asked(one))
                for one in node.constraints
                if checker_constraints.is_floor(one)
            ),
            ceilings=tuple(ceiling for one in node.constraints for ceiling in self._ceilings(place, one)),
            domain=domain,
            is_waived=place.is_waived,
        )

    def _tolerance(self, place: checker_trees.Place) -> Decimal:
        is_converted = any(self.pieces[unit].is_converted for unit in self.eligible(place.index))
        return self.case.possibilities.receiver.credit_tolerance if is_converted else Decimal(0)

    def _bound(
        self,
        place: checker_trees.Place,
        constraint: requirements.Constraint,
        weight: Callable[[Piece], int],
        amount: int,
    ) -> checker_model.Bound:
        weights = {
            (leaf, unit): weight(self.pieces[unit])
            for leaf in place.leaves
            for unit in self.fits.get(leaf, ())
            if checker_constraints.looks_at(constraint, self.pieces[unit])
        }
        kinds = None
        if constraint.kind is Kind.MIN_DISTINCT_SUBJECTS:
            kinds = {unit: checker_constraints.subject(piece) for unit, piece in enumerate(self.pieces)}
        return checker_model.Bound(weights=weights, amount=amount, kinds=kinds)

    @staticmethod
    def _asked(constraint: requirements.Constraint) -> int:
        asked = checker_constraints.amount(constraint)
        return checker_model.parts(asked) if constraint.credits is not None else int(asked)

    @staticmethod
    def _weight(constraint: requirements.Constraint) -> Callable[[Piece], int]:
        if constraint.credits is not None:
            return lambda piece: checker_model.parts(piece.credits)
        if constraint.kind is Kind.MIN_DISTINCT_SUBJECTS:
            return lambda piece: int(bool(checker_constraints.subject(piece)))
        return lambda _: 1

    def _ceilings(self, place: checker_trees.Place, constraint: requirements.Constraint) -> list[checker_model.Bound]:
        if not checker_constraints.is_ceiling(constraint):
            return []
        if constraint.kind is not Kind.MAX_CREDITS_PER_SUBJECT:
            return [self._bound(place, constraint, self._weight(constraint), self._asked(constraint))]
        subjects = {checker_constraints.subject(self.pieces[unit]) for unit in self.eligible(place.index)}
        return [
            self._bound(
                place,
                constraint,
                lambda piece, one=one: checker_model.parts(piece.credits) * (checker_constraints.subject(piece) == one),
                self._asked(constraint),
            )
            for one in sorted(subjects)
        ]


def problem(conflict: checker_values.Conflict, work: Problem, kept: frozenset[int] = frozenset()) -> str | None:
    """What is wrong with a conflict; none where it proves that the version cannot be met beside what is `kept`."""
    tree = work.tree
    if conflict.total is not None:
        return _total_problem(conflict, conflict.total, work)
    nodes = [tree.by_key.get(node.key, -1) for node in conflict.nodes]
    if not nodes or len(nodes) > checker_values.MOST_CONFLICT_NODES or len(set(nodes)) < len(nodes):
        return f"A conflict has 1 to {checker_values.MOST_CONFLICT_NODES} different nodes."
    if not set(nodes) <= tree.mandatory(kept):
        return "The conflict names a requirement that the program can be met without."
    if (stated := described(work, sorted(nodes))) != conflict:
        return _difference(stated, conflict)
    if checker_search.solve(work.model, frozenset(nodes)).answer is not Answer.IMPOSSIBLE:
        return "The requirements of the conflict can be met together, or that cannot be told."
    for node in nodes:
        rest = frozenset(nodes) - {node}
        if rest and checker_search.solve(work.model, rest).answer is not Answer.POSSIBLE:
            return f"The conflict stands without “{tree.places[node].node.key}”, or that cannot be told."
    return None


def described(work: Problem, nodes: list[int]) -> checker_values.Conflict:
    """A conflict of these nodes in full: their names, the courses they compete for, the numbers."""
    least = checker_steps.least(work.model, frozenset(nodes))
    units = frozenset(unit for node in nodes for unit in work.eligible(node))
    behind = sorted({work.pieces[unit].entry_ids for unit in units})
    counts = [None if least[node] >= checker_steps.NEVER else least[node] for node in nodes]
    needed = Decimal(sum(count or 0 for count in counts))
    available = Decimal(len(behind))
    is_in_credits = None in counts and len(nodes) == 1
    if is_in_credits:
        needed, available = _single(work, nodes[0])
    return checker_values.Conflict(
        nodes=tuple(
            checker_values.ConflictNode(
                key=work.tree.places[node].node.key, name=work.tree.places[node].node.name, needs=count
            )
            for node, count in zip(nodes, counts, strict=True)
        ),
        courses=tuple(behind),
        needed=needed,
        available=available,
        is_in_credits=is_in_credits,
    )


def _single(work: Problem, node: int) -> tuple[Decimal, Decimal]:
    """The credits that one node needs and those of the courses that fit it."""
    place, units = work.tree.places[node], work.eligible(node)
    return place.min_credits, _most([work.pieces[unit] for unit in units])


def of_total(total: checker_values.TotalKey, work: Problem) -> checker_values.Conflict | None:
    """The proof that a total is out of reach; none where that much could be reached, or nothing can be said."""
    tree = work.case.tree
    if total is checker_values.TotalKey.MINIMUM_GPA:
        asked = [one.gpa for one in work.case.constraints if one.gpa is not None]
        needed = max((*asked, *(() if tree.minimum_gpa is None else (tree.minimum_gpa,))), default=None)
        available = checker_constraints.average(work.case.entries, work.case)
        mine = [piece for piece in work.pieces if piece.is_own and piece.is_as_taken]
    else:
        is_residency = total is checker_values.TotalKey.RESIDENCY_CREDITS
        needed = tree.residency_credits if is_residency else tree.total_credits
        counted = [piece for piece in work.pieces if piece.level != courses.DEVELOPMENTAL]
        mine = [piece for piece in counted if piece.is_own or (not is_residency and work.counts(piece))]
        available = _most(mine)
    if needed is None or available is None or available >= needed - checker_pools.SLACK:
        return None
    node = checker_values.ConflictNode(key=total.name, name=total.value, needs=None)
    entries = tuple(sorted({piece.entry_ids for piece in mine}))
    return checker_values.Conflict(nodes=(node,), courses=entries, needed=needed, available=available, total=total)


def _most(found: list[Piece]) -> Decimal:
    """More credit than any choice among the pieces gives: every entry with its largest share, every course once."""
    shares: dict[int, Decimal] = {}
    sources: dict[object, list[Piece]] = {}
    for piece in found:
        sources.setdefault(piece.source, []).append(piece)
    for pieces in sources.values():
        behind = pieces[0].entry_ids
        share = sum((piece.credits for piece in pieces), Decimal(0)) / len(behind)
        for entry in behind:
            shares[entry] = max(shares.get(entry, Decimal(0)), share)
    best: dict[object, Decimal] = {}
    for piece in found:
        if len(piece.entries) == 1 and piece.is_as_taken and piece.once is not None:
            best[piece.once] = max(best.get(piece.once, Decimal(0)), shares.pop(piece.entry_ids[0], Decimal(0)))
    return sum(shares.values(), Decimal(0)) + sum(best.values(), Decimal(0))


def _total_problem(conflict: checker_values.Conflict, total: checker_values.TotalKey, work: Problem) -> str | None:
    stated = of_total(total, work)
    if stated is None:
        return f"The {total.value} could be reached, or that cannot be told."
    return None if stated == conflict else _difference(stated, conflict)


def _difference(stated: checker_values.Conflict, conflict: checker_values.Conflict) -> str:
    if stated.nodes != conflict.nodes:
        return "The nodes of the conflict are not those of the program, with what they need."
    if stated.courses != conflict.courses:
        return "The courses of the conflict are not those that could be used there."
    return "The numbers of the conflict are wrong."
