"""Checking an assignment: every use of credit on its own, all of them together, and what they meet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from gql_api.domain import (
    checker_constraints,
    checker_model,
    checker_pieces,
    checker_pools,
    checker_trees,
    checker_values,
    courses,
    institutions,
    wording,
)

Piece = checker_pieces.Piece
Placed = tuple[int, Piece]
SLACK = checker_pools.SLACK
ROOT = checker_trees.ROOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """The uses of a certificate as pieces in leaves; `beside` only counts in the version's totals."""

    tree: checker_trees.Tree
    placed: tuple[Placed, ...]
    beside: tuple[Piece, ...]

    def beneath(self, index: int) -> list[Piece]:
        """The pieces beneath a node, each once."""
        return self.within(set(self.tree.places[index].leaves))

    def within(self, leaves: set[int]) -> list[Piece]:
        """The pieces in some leaves, each once."""
        found: dict[tuple[object, int], Piece] = {}
        for leaf, piece in self.placed:
            if leaf in leaves:
                found.setdefault((piece.source, piece.slot), piece)
        return list(found.values())


def read(tree: checker_trees.Tree, possible: Sequence[Piece], uses: Sequence[checker_values.Use]) -> Assignment | str:
    """The assignment that the uses state of what is possible, or what in it does not exist."""
    known: dict[tuple[object, ...], list[Piece]] = {}
    for piece in possible:
        known.setdefault(_identity(piece), []).append(piece)
    placed: list[Placed] = []
    beside: list[Piece] = []
    seen: dict[tuple[object, ...], int] = {}
    for use in uses:
        if use.key not in tree.by_key:
            return f"There is no requirement “{use.key}”."
        wanted = (tuple(use.entry_ids), use.rule_id, use.course_id, use.counts_as, checker_model.parts(use.credits))
        found = known.get(wanted, [])
        turn = seen.get((use.key, *wanted), 0)
        seen[use.key, *wanted] = turn + 1
        if turn >= len(found):
            amount = f"{use.credits:f} {wording.plural(use.credits, 'credit')}"
            return f"Nothing that was taken counts as {use.counts_as} with {amount} (“{use.key}”)."
        if not use.key:
            beside.append(found[turn])
        else:
            placed.append((tree.by_key[use.key], found[turn]))
    return Assignment(tree=tree, placed=tuple(placed), beside=tuple(beside))


def _identity(piece: Piece) -> tuple[object, ...]:
    course_id = None if piece.course is None else piece.course.id
    return piece.entry_ids, piece.rule_id, course_id, piece.label, checker_model.parts(piece.credits)


def problem(assignment: Assignment, case: checker_values.Case) -> str | None:
    """The first rule that the assignment breaks; none where it keeps all of them."""
    return next(
        (found for check in (_each, _together, _attempts, _maxima) for found in check(assignment, case)),
        None,
    )


def _each(assignment: Assignment, case: checker_values.Case) -> Iterator[str]:
    tree = assignment.tree
    for leaf, piece in assignment.placed:
        place = tree.places[leaf]
        if not place.is_leaf or place.is_waived:
            yield f"“{place.node.key}” takes no courses."
        elif not checker_pools.is_eligible(tree.leaf(leaf), piece, case, tree.keys):
            yield f"{piece.label} may not be applied to “{place.node.key}”."
    for piece in assignment.beside:
        is_named = piece.is_accepted or any(
            checker_pools.is_eligible(tree.leaf(place.index), piece, case, tree.keys)
            for place in tree.places
            if place.is_leaf and not place.is_waived
        )
        if not is_named or piece.level == courses.DEVELOPMENTAL:
            yield f"{piece.label} does not count in the version's totals."


def _together(assignment: Assignment, case: checker_values.Case) -> Iterator[str]:
    """No credit twice, but where leaves share it; no two pieces that exclude each other."""
    pieces = [piece for _, piece in assignment.placed] + list(assignment.beside)
    once = {(piece.source, piece.slot): piece for piece in pieces}
    distinct = list(once.values())
    for place, one in enumerate(distinct):
        for other in distinct[place + 1 :]:
            if checker_pieces.exclude_each_other(one, other, case):
                yield f"{one.label} and {other.label} cannot both be used."
    beside = [(piece.source, piece.slot) for piece in assignment.beside]
    applied = {(piece.source, piece.slot) for _, piece in assignment.placed}
    if len(set(beside)) < len(beside) or applied & set(beside):
        yield "Credit is counted twice in the totals."
    yield from _shared(assignment)


def _shared(assignment: Assignment) -> Iterator[str]:
    tree = assignment.tree
    where: dict[tuple[int, object, int], list[Placed]] = {}
    for leaf, piece in assignment.placed:
        where.setdefault((tree.places[leaf].domain, piece.source, piece.slot), []).append((leaf, piece))
    lent: dict[checker_trees.Pair, list[Piece]] = {}
    for placed in where.values():
        for place, (leaf, piece) in enumerate(placed):
            for other, _ in placed[place + 1 :]:
                pairs = checker_trees.joined(tree.pairs, tree.places[leaf], tree.places[other])
                if leaf == other or not pairs:
                    yield f"{piece.label} is used twice."
                for pair in pairs[:1]:
                    lent.setdefault(pair, []).append(piece)
    for pair, pieces in lent.items():
        amount = sum((piece.credits for piece in pieces), Decimal(0))
        is_over = pair.courses is not None and len(pieces) > pair.courses
        if is_over or (pair.credits is not None and amount > pair.credits + SLACK):
            one, other = tree.places[pair.one].node.key, tree.places[pair.other].node.key
            yield f"“{one}” and “{other}” share more than they may."


def _attempts(assignment: Assignment, case: checker_values.Case) -> Iterator[str]:
    """Courses that may be repeated are not used more often than that."""
    if case.possibilities.receiver.credit_repeat is institutions.RepeatPolicy.ALL:
        return
    pieces = [piece for _, piece in assignment.placed] + list(assignment.beside)
    by_course: dict[int, dict[tuple[object, int], Piece]] = {}
    for piece in pieces:
        if piece.course is not None and piece.once is None:
            by_course.setdefault(min(piece.course.same_ids), {})[piece.source, piece.slot] = piece
    for attempts in by_course.values():
        found = list(attempts.values())
        course = found[0].course
        total = sum((piece.credits for piece in found), Decimal(0))
        if course is None:
            continue
        times, most = course.repeatable_times, course.repeatable_credits
        is_often = times is not None and len(found) > max(times, 1)
        if is_often or (len(found) > 1 and most is not None and total > most + SLACK):
            yield f"{course.code} is used more often than it may be repeated."


def _maxima(assignment: Assignment, case: checker_values.Case) -> Iterator[str]:
    for place in assignment.tree.places:
        used = assignment.beneath(place.index)
        amount = sum((piece.credits for piece in used), Decimal(0))
        is_many = place.node.max_courses is not None and len(used) > place.node.max_courses
        if is_many or (place.node.max_credits is not None and amount > place.node.max_credits + SLACK):
            yield f"More is applied to “{place.node.key}” than it takes."
        if place.index == ROOT:
            used = [*used, *assignment.beside]
        for constraint in place.node.constraints:
            if checker_constraints.is_ceiling(constraint) and not checker_constraints.is_kept(constraint, used, case):
                yield f"A maximum of “{place.node.key or 'the program'}” is passed ({constraint.kind.value})."


def met(assignment: Assignment, case: checker_values.Case) -> frozenset[int]:
    """The nodes that the assignment meets, the root included where all requirements and constraints are."""
    found: set[int] = set()
    for place in reversed(assignment.tree.places):
        if place.is_waived or _is_met(place, assignment, found, case):
            found.add(place.index)
    return frozenset(found)


def amounts(assignment: Assignment) -> list[tuple[str, int, int]]:
    """Of every requirement its key, and the courses and parts of credit beneath it."""
    found: list[tuple[str, int, int]] = []
    for place in assignment.tree.places[1:]:
        used = assignment.beneath(place.index)
        amount = checker_model.parts(sum((piece.credits for piece in used), Decimal(0)))
        found.append((place.node.key, len(used), amount))
    return found


def _counted(place: checker_trees.Place, tree: checker_trees.Tree, found: set[int]) -> set[int]:
    """The leaves that count for what a node itself asks for: its own, and those of the parts that are met."""
    if place.is_leaf:
        return {place.index}
    return {leaf for child in place.children if child in found for leaf in _counted(tree.places[child], tree, found)}


def _is_met(place: checker_trees.Place, assignment: Assignment, found: set[int], case: checker_values.Case) -> bool:
    used = assignment.within(_counted(place, assignment.tree, found))
    amount = sum((piece.credits for piece in used), Decimal(0))
    if any(piece.is_converted for piece in used):
        amount += case.possibilities.receiver.credit_tolerance
    if len(used) < (place.node.min_courses or 0) or amount < place.min_credits - SLACK:
        return False
    if sum(child in found for child in place.choices) < place.needed:
        return False
    return all(_keeps(constraint, place, used, case) for constraint in place.node.constraints)


def _keeps(
    constraint: checker_constraints.Constraint, place: checker_trees.Place, used: list[Piece], case: checker_values.Case
) -> bool:
    if constraint.kind is checker_constraints.Kind.MIN_GPA and place.index == ROOT:
        found = checker_constraints.average(case.entries, case)
        return found is not None and found >= (constraint.gpa or Decimal(0))
    return checker_constraints.is_kept(constraint, used, case)


def missing_total(assignment: Assignment, case: checker_values.Case) -> checker_values.TotalKey | None:
    """The first of the version's totals that the assignment does not reach."""
    counted = [piece for piece in _distinct(assignment) if piece.level != courses.DEVELOPMENTAL]
    total = sum((piece.credits for piece in counted), Decimal(0))
    own = sum((piece.credits for piece in counted if piece.is_own), Decimal(0))
    tree = case.tree
    if tree.total_credits is not None and total < tree.total_credits - SLACK:
        return checker_values.TotalKey.TOTAL_CREDITS
    if tree.residency_credits is not None and own < tree.residency_credits - SLACK:
        return checker_values.TotalKey.RESIDENCY_CREDITS
    if tree.minimum_gpa is not None:
        found = checker_constraints.average(case.entries, case)
        if found is None or found < tree.minimum_gpa:
            return checker_values.TotalKey.MINIMUM_GPA
    return None


def _distinct(assignment: Assignment) -> Sequence[Piece]:
    found = {(piece.source, piece.slot): piece for piece in (*assignment.beneath(ROOT), *assignment.beside)}
    return list(found.values())
