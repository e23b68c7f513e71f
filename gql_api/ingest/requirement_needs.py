"""What the rows of one node ask of it together: minima that must all be reached, maxima that all hold.

Order does not matter: the greatest minimum and the least maximum win, constraints add up. Columns that the legacy
layouts repeat on every row (`credits_required` …) say one number; where they differ the first row wins.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from gql_api.domain import codes, program_versions, requirement_warnings, requirements
from gql_api.ingest import requirement_amounts, requirement_rows

Kind = requirements.ConstraintKind
Warn = Callable[[int, str | None, str], None]
"""Told the place, the column and the message."""
Number = Decimal | int
Value = TypeVar("Value")
_AS_CONSTRAINTS = {"min_courses": Kind.MIN_COURSES, "max_courses": Kind.MAX_COURSES, "max_credits": Kind.MAX_CREDITS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """A node's own amounts by field (of a pool), and its constraints in their canonical order."""

    own: dict[str, Number] = field(default_factory=dict[str, Number])
    constraints: tuple[requirements.Constraint, ...] = ()

    @property
    def says_nothing(self) -> bool:
        """Whether nothing is asked and nothing limited."""
        return not self.own and not self.constraints

    def of_pool(self) -> dict[str, Number]:
        """The fields of a requirement that has options."""
        return dict(self.own)

    def beneath(self) -> tuple[Decimal | None, tuple[requirements.Constraint, ...]]:
        """For a requirement with children: the credits needed beneath it, and everything else as constraints."""
        credits_beneath = self.own.get("min_credits")
        others = tuple(
            requirements.Constraint(
                kind=_AS_CONSTRAINTS[name],
                credits=Decimal(number) if name.endswith("credits") else None,
                courses=None if name.endswith("credits") else int(number),
            )
            for name, number in self.own.items()
            if name in _AS_CONSTRAINTS
        )
        constraints = program_versions.canonical_constraints((*self.constraints, *others))
        return None if credits_beneath is None else Decimal(credits_beneath), constraints


def of_rows(rows: Sequence[requirement_rows.Row], pool: Sequence[requirement_rows.Row], warn: Warn) -> Needs:
    """What the constraint columns of these rows ask of a node whose options stand in the rows `pool`."""
    subjects = frozenset(codes.parse(row.course).subject for row in pool if row.course is not None)
    return of_statements(((row.at, row.stated) for row in rows), subjects, warn)


def of_statements(
    statements: Iterable[tuple[int, requirement_amounts.Stated | None]], subjects: frozenset[str], warn: Warn
) -> Needs:
    """What constraint columns, each with its place, ask of a node whose options have these subjects."""
    own: dict[str, Number] = {}
    constraints: list[requirements.Constraint] = []
    for at, stated in statements:
        if stated is None:
            continue
        asked = requirement_amounts.asked(stated, subjects)
        for column, message in asked.oddities:
            warn(at, column, message)
        for name, number in asked.own:
            if name in own and own[name] != number:
                warn(at, name, _two_numbers(name, own[name], number))
            own[name] = tighter(name, own.get(name), number)
        constraints.extend(asked.constraints)
    return Needs(own=own, constraints=program_versions.canonical_constraints(tuple(constraints)))


def merged(parts: Iterable[Needs]) -> Needs:
    """Several needs on one node."""
    own: dict[str, Number] = {}
    constraints: list[requirements.Constraint] = []
    for part in parts:
        for name, number in part.own.items():
            own[name] = tighter(name, own.get(name), number)
        constraints.extend(part.constraints)
    return Needs(own=own, constraints=program_versions.canonical_constraints(tuple(constraints)))


def legacy(credits: Decimal | None, courses: int | None) -> Needs:
    """The minima that the legacy columns say."""
    own: dict[str, Number] = {}
    if credits is not None:
        own["min_credits"] = credits
    if courses is not None:
        own["min_courses"] = courses
    return Needs(own=own)


def first(
    rows: Sequence[requirement_rows.Row],
    column: str,
    value: Callable[[requirement_rows.Row], Value | None],
    warn: Warn,
) -> Value | None:
    """What a column says that repeats on every row: the first that fills it; those that differ are warned about."""
    found: tuple[Value, str] | None = None
    for row in rows:
        said = value(row)
        if said is None:
            continue
        if found is None:
            found = (said, row.place)
        elif said != found[0]:
            message = f"{_shown(said)} differs from {_shown(found[0])} in {found[1]}; the first one is kept."
            warn(row.at, column, message)
    return None if found is None else found[0]


def _shown(value: object) -> str:
    return requirement_warnings.said(value) if isinstance(value, Decimal) else f"“{value}”"


def tighter(name: str, one: Number | None, other: Number) -> Number:
    """The greater minimum, or the lesser maximum, of the two."""
    if one is None:
        return other
    return max(one, other) if name.startswith("min") else min(one, other)


def _two_numbers(name: str, one: Number, other: Number) -> str:
    kept = requirement_warnings.said(tighter(name, one, other))
    numbers = f"{requirement_warnings.said(one)} and {requirement_warnings.said(other)}"
    return f"Rows of one requirement say {numbers}; both must hold, so {kept} is kept."
