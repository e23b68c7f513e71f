"""What nobody can meet in a version as it is published, by requirement: the part of its health that students need."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from gql_api.domain import health, health_catalog, health_findings, health_satisfiability, requirements, wording

Kind = health_findings.FindingKind
_CANNOT = "cannot be met"
_IMPOSSIBLE = frozenset({Kind.UNSATISFIABLE, Kind.NEVER_MET})


@dataclass(frozen=True, slots=True, kw_only=True)
class Impasses:
    """Whether anybody can finish a version (none: that was not found out), and why not, by the requirements' keys."""

    can_be_finished: bool | None = True
    by_key: Mapping[str, str] = field(default_factory=dict[str, str])


def of(
    tree: requirements.ProgramTree,
    catalog: health_catalog.Catalog,
    *,
    on: date,
    constraints: tuple[requirements.Constraint, ...] = (),
) -> Impasses:
    """The impasses of a version as of a day, for a student who may take every course of the catalog."""
    work = health.problem(tree, catalog, on=on, constraints=constraints)
    found = list(health_satisfiability.findings(work, health.numbers(tree, constraints, catalog)))
    kinds = {one.kind for one in found}
    can_be_finished = None if Kind.UNDECIDED in kinds else True
    return Impasses(
        can_be_finished=False if Kind.UNSATISFIABLE in kinds else can_be_finished,
        by_key=_sentences(tree, [one for one in found if one.kind in _IMPOSSIBLE]),
    )


def _sentences(tree: requirements.ProgramTree, found: Iterable[health_findings.Finding]) -> Mapping[str, str]:
    """A sentence for every requirement of a conflict, and for those above that contain the whole of one."""
    told: dict[str, str] = {}
    for one in found:
        keys = set(one.keys)
        for key in one.keys:
            told.setdefault(key, _sentence(one))
        if one.kind is Kind.UNSATISFIABLE:
            for key in _above(tree.requirements, keys):
                told.setdefault(key, _sentence(one))
    return told


def _sentence(one: health_findings.Finding) -> str:
    message = wording.ended(one.message)
    if _CANNOT in message:
        return f"As published, {message}"
    lead = _CANNOT if len(one.keys) == 1 else f"{_CANNOT} beside others"
    return f"As published it {lead}: {message}"


def _above(nodes: Iterable[requirements.Requirement], keys: set[str]) -> list[str]:
    """The requirements that have all of the keys beneath them."""
    return [node.key for _, node in requirements.walk(tuple(nodes)) if keys <= _beneath(node)]


def _beneath(node: requirements.Requirement) -> set[str]:
    return {one.key for _, one in requirements.walk(node.children)}
