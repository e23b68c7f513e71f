"""Whether a piece of credit may be applied to a leaf: the checker's own reading of options, limits and decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gql_api.domain import checker_pieces, checker_standing, checker_values, courses, entries, grades, requirements

Kind = checker_values.RulingKind
Piece = checker_pieces.Piece
_YES = frozenset({"true", "yes", "1"})
SLACK = Decimal("0.000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A leaf with what holds there: its options apart, the conditions of every node above it, all their keys."""

    node: requirements.Requirement
    keys: frozenset[str]
    named: frozenset[int | None]
    refused: frozenset[int | None]
    patterns: tuple[requirements.PatternOption, ...]
    refused_patterns: tuple[requirements.PatternOption, ...]
    credits_from: tuple[Decimal, ...]
    credits_to: tuple[Decimal, ...]
    minima: tuple[grades.Grade, ...]
    constraints: tuple[requirements.Constraint, ...]
    """Those of the leaf, of what is above it and of the whole program that speak of grades or age."""


def leaf(chain: Sequence[requirements.Requirement], constraints: Sequence[requirements.Constraint]) -> Leaf:
    """The leaf at the end of a chain of nodes; `constraints` are those of the whole program."""
    node = chain[-1]
    every = (*constraints, *(one for above in chain for one in above.constraints))
    lowest = (above.min_credits_per_course for above in chain)
    highest = (above.max_credits_per_course for above in chain)
    return Leaf(
        node=node,
        keys=frozenset(above.key for above in chain),
        named=_ids(node, is_excluded=False),
        refused=_ids(node, is_excluded=True),
        patterns=_patterns(node, is_excluded=False),
        refused_patterns=_patterns(node, is_excluded=True),
        credits_from=tuple(amount for amount in lowest if amount is not None),
        credits_to=tuple(amount for amount in highest if amount is not None),
        minima=tuple(above.min_grade for above in chain if above.min_grade is not None),
        constraints=tuple(one for one in every if one.grade is not None or one.years is not None),
    )


def _ids(node: requirements.Requirement, *, is_excluded: bool) -> frozenset[int | None]:
    return frozenset(
        option.course_id
        for option in node.options
        if isinstance(option, requirements.CourseOption)
        and option.is_excluded is is_excluded
        and option.course_id is not None
    )


def _patterns(node: requirements.Requirement, *, is_excluded: bool) -> tuple[requirements.PatternOption, ...]:
    return tuple(
        option
        for option in node.options
        if isinstance(option, requirements.PatternOption) and option.is_excluded is is_excluded
    )


def is_eligible(leaf: Leaf, piece: Piece, case: checker_values.Case, keys: frozenset[str]) -> bool:
    """Whether the piece certainly may be applied there. `keys` are all keys of the version."""
    forced = _ruled(case, piece, Kind.FORCE)
    if _ruled(case, piece, Kind.FORBID) & leaf.keys or (forced & keys and not forced & leaf.keys):
        return False
    if (forced | _ruled(case, piece, Kind.SUBSTITUTE)) & leaf.keys:
        return True
    pins = {entry.pinned_key for entry in piece.entries} & keys
    if pins and not pins & leaf.keys:
        return False
    return _matches(leaf, piece, case) and _is_good_enough(leaf, piece, case)


def _ruled(case: checker_values.Case, piece: Piece, kind: Kind) -> frozenset[str]:
    if not case.rulings:
        return frozenset()
    ids = piece.entry_ids
    return frozenset(ruling.key for ruling in case.rulings if ruling.kind is kind and ruling.entry_id in ids)


def _matches(leaf: Leaf, piece: Piece, case: checker_values.Case) -> bool:
    """Whether the leaf's options take the piece."""
    if leaf.node.is_residual:
        return piece.is_accepted and piece.level != courses.DEVELOPMENTAL
    here = case.tree.institution_id
    ids = frozenset[int]() if piece.course is None else piece.course.same_ids
    if not ids & leaf.named and not any(takes(option, piece, here) for option in leaf.patterns):
        return False
    return not ids & leaf.refused and not any(takes(option, piece, here) for option in leaf.refused_patterns)


def takes(option: requirements.Option, piece: Piece, here: int) -> bool:
    """Whether an option takes the piece; a pattern speaks of the institution `here` unless it names another."""
    if isinstance(option, requirements.CourseOption):
        return piece.course is not None and option.course_id in piece.course.same_ids
    if piece.level == courses.DEVELOPMENTAL or (
        option.attribute is not None and not has_attribute(piece, option.attribute, option.attribute_value)
    ):
        return False
    place = here if option.institution_id is None else option.institution_id
    if piece.course is not None:
        return piece.course.institution_id == place and any(
            (option.subject is None or option.subject in listing.subjects)
            and courses.is_number_between(listing.number, option.number_from, option.number_to)
            and _is_between(listing.level, option.level_from, option.level_to)
            for listing in piece.course.listings
        )
    if piece.award is None or option.number_from is not None or option.number_to is not None or place != here:
        return False
    is_of_subject = option.subject is None or option.subject in piece.subjects
    return is_of_subject and _is_between(piece.level, option.level_from, option.level_to)


def _is_between(level: int | None, lowest: int | None, highest: int | None) -> bool:
    if lowest is None and highest is None:
        return True
    return level is not None and (lowest or 0) <= level and (highest is None or level <= highest)


def has_attribute(piece: Piece, attribute: str, value: str | None) -> bool:
    """Whether the piece carries an attribute; elective credit carries its tags and its area."""
    if piece.course is not None:
        return piece.course.attributes.have(attribute, value)
    if piece.award is None:
        return False
    wanted = value if attribute in {"tag", "tags"} and value is not None else attribute
    return wanted in piece.award.tags or wanted == piece.award.area


def is_in_scope(scope: requirements.Scope, piece: Piece) -> bool:
    """Whether a constraint with that scope looks at the piece."""
    if scope.subjects and scope.subjects.isdisjoint(piece.subjects):
        return False
    if not _is_between(piece.level, scope.level_from, scope.level_to):
        return False
    if scope.attribute is not None and not has_attribute(piece, scope.attribute, scope.attribute_value):
        return False
    return scope.institution_id is None or all(
        not isinstance(entry.course, entries.UnlistedCourse) and entry.course.institution_id == scope.institution_id
        for entry in piece.entries
    )


def _is_good_enough(leaf: Leaf, piece: Piece, case: checker_values.Case) -> bool:
    if any(piece.credits < amount for amount in leaf.credits_from):
        return False
    if any(piece.credits > amount for amount in leaf.credits_to):
        return False
    mine = [one for one in leaf.constraints if is_in_scope(one.scope, piece)]
    minima = [*leaf.minima, *(one.grade for one in mine if one.grade is not None)]
    years = [one.years for one in mine if one.years is not None]
    return all_have_grades([piece], minima, case) and all(is_recent(piece, age, case) for age in years)


def all_have_grades(found: Sequence[Piece], minima: Sequence[grades.Grade], case: checker_values.Case) -> bool:
    """Whether every entry behind the pieces certainly has these grades."""
    proves = case.possibilities.receiver.pass_proves
    return all(
        checker_standing.proves(entry, minimum, proves, case.on)
        for piece in found
        for entry in piece.entries
        for minimum in minima
    )


def is_recent(piece: Piece, years: int, case: checker_values.Case) -> bool:
    """Whether no entry behind the piece is older than so many years."""
    on = case.on
    is_leap_day = (on.month, on.day) == (2, 29)
    limit = date(on.year - years, on.month, 28 if is_leap_day and not _is_leap(on.year - years) else on.day)
    return all(checker_standing.is_since(entry, limit, case.on) for entry in piece.entries)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
