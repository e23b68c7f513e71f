"""Courses that need each other: nobody can take the first of them."""

from collections.abc import Iterator, Mapping

from gql_api.domain import health_catalog, health_findings, wording

Finding = health_findings.Finding


def findings(catalog: health_catalog.Catalog, named: frozenset[int]) -> Iterator[Finding]:
    """The shortest cycle through each group of courses that need each other, among the named and what they need."""
    told: set[int] = set()
    for start in sorted(named):
        cycle = _cycle(catalog.prerequisites, start)
        if cycle is None or told & set(cycle):
            continue
        told |= set(cycle)
        codes = tuple(_code(catalog, id) for id in cycle)
        chain = [f"{code} needs {following}" for code, following in zip(codes, (*codes[1:], codes[0]), strict=True)]
        yield Finding(
            kind=health_findings.FindingKind.PREREQUISITE_CYCLE,
            severity=health_findings.Severity.ERROR,
            message=f"Nobody can take these courses first: {wording.listed(chain)}.",
            courses=codes,
        )


def _code(catalog: health_catalog.Catalog, id: int) -> str:
    course = catalog.courses.get(id)
    return f"course {id}" if course is None else course.code


def _cycle(needs: Mapping[int, frozenset[int]], start: int) -> tuple[int, ...] | None:
    """The shortest cycle that what a course needs leads into; none where there is none."""
    reached = _reached(needs, start)
    best: tuple[int, ...] | None = None
    for one in sorted(reached):
        found = _way_back(needs, one)
        if found is not None and (best is None or len(found) < len(best)):
            best = found
    return best


def _reached(needs: Mapping[int, frozenset[int]], start: int) -> set[int]:
    found, waiting = {start}, [start]
    while waiting:
        for further in needs.get(waiting.pop(), frozenset()):
            if further not in found:
                found.add(further)
                waiting.append(further)
    return found


def _way_back(needs: Mapping[int, frozenset[int]], start: int) -> tuple[int, ...] | None:
    """The shortest way from a course back to itself."""
    came: dict[int, int] = {}
    waiting = [start]
    for here in waiting:
        for further in sorted(needs.get(here, frozenset())):
            if further == start:
                way = [here]
                while way[-1] != start:
                    way.append(came[way[-1]])
                return tuple(reversed(way))
            if further not in came:
                came[further] = here
                waiting.append(further)
    return None
