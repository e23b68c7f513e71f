"""Options that do nothing: courses that do not exist or are no longer offered, patterns without courses."""

from collections.abc import Iterator, Mapping
from datetime import date

from gql_api.domain import (
    checker_conflicts,
    checker_pools,
    checker_trees,
    health_catalog,
    health_findings,
    health_satisfiability,
    requirements,
    wording,
)

Finding = health_findings.Finding
Kind = health_findings.FindingKind
Severity = health_findings.Severity


def findings(work: checker_conflicts.Problem, catalog: health_catalog.Catalog, on: date) -> Iterator[Finding]:
    """What the options of every leaf say that nobody can use, one finding per leaf and kind."""
    places = [place for place in work.tree.places if place.is_leaf and not place.node.is_residual]
    used_up = _used_up(work)
    taken = health_catalog.by_pattern(work.case.tree, catalog)
    for place in places:
        yield from _unknown(place.node, catalog)
        yield from _retired(place.node, catalog, on)
        yield from _patterns(place.node, taken)
        yield from _unusable(place, work, used_up)


def _named(node: requirements.Requirement) -> list[requirements.CourseOption]:
    return [option for option in node.options if isinstance(option, requirements.CourseOption)]


def _unknown(node: requirements.Requirement, catalog: health_catalog.Catalog) -> Iterator[Finding]:
    codes = tuple(option.code for option in _named(node) if option.course_id not in catalog.courses)
    if codes:
        verb = "which does" if len(codes) == 1 else "which do"
        yield Finding(
            kind=Kind.UNKNOWN_COURSE,
            severity=Severity.WARNING,
            message=f"“{node.name}” names {health_satisfiability.listed(codes)}, {verb} not exist.",
            keys=(node.key,),
            courses=codes,
        )


def _retired(node: requirements.Requirement, catalog: health_catalog.Catalog, on: date) -> Iterator[Finding]:
    found = [
        (option.code, last)
        for option in _named(node)
        if not option.is_excluded and (last := catalog.retired.get(option.course_id or 0)) is not None and last < on
    ]
    if found:
        shown = [f"{code} (until {last.isoformat()})" for code, last in found]
        yield Finding(
            kind=Kind.RETIRED_COURSE,
            severity=Severity.WARNING,
            message=f"“{node.name}” names what is no longer offered: {health_satisfiability.listed(shown)}.",
            keys=(node.key,),
            courses=tuple(code for code, _ in found),
        )


def _patterns(
    node: requirements.Requirement, taken: Mapping[requirements.PatternOption, tuple[int, ...]]
) -> Iterator[Finding]:
    for option in node.options:
        if isinstance(option, requirements.CourseOption):
            continue
        if not taken[health_catalog.plain(option)]:
            what = "an exclusion" if option.is_excluded else "a pattern"
            yield Finding(
                kind=Kind.EMPTY_PATTERN,
                severity=Severity.WARNING,
                message=f"“{node.name}” has {what} that matches no course: {described(option)}.",
                keys=(node.key,),
            )


def described(option: requirements.PatternOption) -> str:
    """A pattern in words: `BIOL 3000 to 4999`, `any course at level 3000 or above`."""
    parts = [option.subject or "any course"]
    if option.number_from is not None or option.number_to is not None:
        numbers = [number for number in (option.number_from, option.number_to) if number is not None]
        parts.append(" to ".join(dict.fromkeys(numbers)))
    if option.level_from is not None or option.level_to is not None:
        levels = [str(level) for level in (option.level_from, option.level_to) if level is not None]
        parts.append(
            f"at level {' to '.join(dict.fromkeys(levels))}{'' if option.level_to is not None else ' or above'}"
        )
    if option.attribute is not None:
        parts.append(f"with {option.attribute}{'' if option.attribute_value is None else f' {option.attribute_value}'}")
    return " ".join(parts)


def _used_up(work: checker_conflicts.Problem) -> dict[str, checker_trees.Place]:
    """The courses that a needed leaf must have because it has no others, by code, with that leaf."""
    found: dict[str, checker_trees.Place] = {}
    for index in sorted(work.tree.mandatory()):
        place = work.tree.places[index]
        codes = {work.pieces[unit].label for unit in work.fits.get(index, ())}
        is_exclusive = place.domain < 0 and not any({index} & {pair.one, pair.other} for pair in work.tree.pairs)
        if place.is_leaf and is_exclusive and codes and len(codes) == place.node.min_courses:
            for code in codes:
                found.setdefault(code, place)
    return found


def _unusable(
    place: checker_trees.Place, work: checker_conflicts.Problem, used_up: dict[str, checker_trees.Place]
) -> Iterator[Finding]:
    """Named courses that are there and yet cannot be applied: excluded, out of bounds, or needed elsewhere."""
    node, here = place.node, work.case.tree.institution_id
    eligible = {work.pieces[unit].label for unit in work.fits.get(place.index, ())}
    known = {id: piece.label for piece in work.pieces if piece.course for id in piece.course.same_ids}
    reasons: dict[str, list[str]] = {}
    for option in _named(node):
        code = known.get(option.course_id or 0)
        if option.is_excluded or code is None:
            continue
        other = used_up.get(code)
        if code not in eligible:
            pieces = [piece for piece in work.pieces if piece.label == code]
            is_out = any(
                checker_pools.takes(one, piece, here) for one in node.options if one.is_excluded for piece in pieces
            )
            reasons.setdefault("the pool excludes it" if is_out else "its credits or level are not allowed", []).append(
                code
            )
        elif other is not None and other.index != place.index and place.domain < 0 and _are_apart(place, other, work):
            reasons.setdefault(f"{work.tree.called(other.index)} needs it and uses it up", []).append(code)
    for reason, codes in reasons.items():
        verb = "is" if len(codes) == 1 else "are"
        text = reason if len(codes) == 1 else reason.replace(" it", " them")
        yield Finding(
            kind=Kind.UNUSABLE_OPTION,
            severity=Severity.WARNING,
            message=f"In {work.tree.called(place.index)}, {wording.listed(codes)} {verb} of no use: {text}.",
            keys=(node.key,),
            courses=tuple(codes),
        )


def _are_apart(one: checker_trees.Place, other: checker_trees.Place, work: checker_conflicts.Problem) -> bool:
    return not checker_trees.joined(work.tree.pairs, one, other)
