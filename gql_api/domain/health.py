"""Program health: a compiler for catalogs, which tells before publishing what a version gets wrong."""

from collections.abc import Iterator, Mapping
from datetime import date

from gql_api.domain import (
    checker_conflicts,
    checker_trees,
    health_catalog,
    health_constraints,
    health_findings,
    health_options,
    health_overlaps,
    health_prerequisites,
    health_satisfiability,
    program_versions,
    requirement_warnings,
    requirements,
)

Catalog = health_catalog.Catalog
Finding = health_findings.Finding
FindingKind = health_findings.FindingKind
Severity = health_findings.Severity
Kind = health_findings.FindingKind
_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


def findings(
    tree: requirements.ProgramTree,
    catalog: health_catalog.Catalog,
    *,
    on: date,
    constraints: tuple[requirements.Constraint, ...] = (),
) -> tuple[health_findings.Finding, ...]:
    """Everything that is wrong with a version as of a day, the worst first, then in the order of its tree.

    `constraints` are those of the whole program; `catalog` holds the courses that the version names or could take.
    """
    work = problem(tree, catalog, on=on, constraints=constraints)
    known = numbers(tree, constraints, catalog)
    found = list(health_satisfiability.findings(work, known))
    said = {key for one in found for key in one.keys if len(one.keys) == 1}
    found += [_number(key, message) for key, messages in known.items() if key not in said for message in messages]
    found += health_options.findings(work, catalog, on)
    found += health_constraints.findings(work)
    found += health_overlaps.findings(work)
    found += health_prerequisites.findings(catalog, health_catalog.named(tree))
    return tuple(sorted(found, key=lambda one: (_RANKS[one.severity], _place(one, work.tree.by_key))))


def _place(finding: health_findings.Finding, by_key: Mapping[str, int]) -> int:
    """Where in the tree a finding is about; what is about none comes last."""
    return min((by_key[key] for key in finding.keys), default=len(by_key))


def problem(
    tree: requirements.ProgramTree,
    catalog: health_catalog.Catalog,
    *,
    on: date,
    constraints: tuple[requirements.Constraint, ...] = (),
) -> checker_conflicts.Problem:
    """The version before a student who may take everything that it could use."""
    case = health_catalog.question(tree, constraints, on)
    return checker_conflicts.Problem(case, checker_trees.Tree(case), health_catalog.everything(case.tree, catalog))


def conflicts(
    tree: requirements.ProgramTree, catalog: health_catalog.Catalog, *, on: date
) -> Iterator[health_findings.Finding]:
    """Only whether anybody can finish: the conflicts, and where it could not be told."""
    found = health_satisfiability.findings(problem(tree, catalog, on=on), {})
    return (one for one in found if one.kind in {Kind.UNSATISFIABLE, Kind.UNDECIDED})


def numbers(
    tree: requirements.ProgramTree, constraints: tuple[requirements.Constraint, ...], catalog: health_catalog.Catalog
) -> dict[str, list[str]]:
    """What the numbers of each requirement alone say, by its key."""
    content = program_versions.VersionContent(
        requirements=tree.requirements,
        constraints=constraints,
        total_credits=tree.total_credits,
        residency_credits=tree.residency_credits,
        minimum_gpa=tree.minimum_gpa,
    )
    found: dict[str, list[str]] = {}
    for warned in requirement_warnings.warnings(
        content, lambda option: health_satisfiability.most_credits(catalog.courses, option)
    ):
        found.setdefault(warned.key, []).append(warned.message)
    return found


def _number(key: str, message: str) -> health_findings.Finding:
    return health_findings.Finding(kind=Kind.NUMBERS, severity=Severity.WARNING, message=message, keys=(key,))
