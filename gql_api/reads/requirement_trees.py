"""Requirement trees: whole versions as domain values, any number of them in four statements."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from gql_api.domain import grades, requirements, statuses
from gql_api.reads import kept, programs, requirement_values, rows, statements
from gql_api.tables.programs import Program, ProgramVersion
from gql_api.tables.requirements import Requirement, RequirementConstraint, RequirementOption, RequirementShare


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRules:
    """A version's tree, and the constraints that hold for the whole program."""

    tree: requirements.ProgramTree
    constraints: tuple[requirements.Constraint, ...] = ()


class _Version(NamedTuple):
    id: int
    institution_id: int
    total_credits: Decimal | None
    residency_credits: Decimal | None
    minimum_gpa: Decimal | None
    state: statuses.VersionState
    updated_at: datetime


class _Node(NamedTuple):
    version_id: int
    parent_id: int | None
    id: int
    key: str
    name: str
    description: str | None
    position: int
    min_children: int | None
    min_credits_beneath: Decimal | None
    min_courses: int | None
    min_credits: Decimal | None
    max_courses: int | None
    max_credits: Decimal | None
    min_credits_per_course: Decimal | None
    max_credits_per_course: Decimal | None
    min_grade: grades.Grade | None
    is_optional: bool
    is_residual: bool
    sharing: requirements.Sharing


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """The rows of all versions, by what they belong to. Constraints of whole versions stand under no node."""

    children: Mapping[tuple[int, int | None], list[_Node]]
    shares: Mapping[int, list[requirements.Share]]
    options: Mapping[int, list[requirements.Option]]
    constraints: Mapping[tuple[int, int | None], list[requirements.Constraint]]


class _Read(NamedTuple):
    """The rows of all versions: nodes with their shares, options, constraints."""

    nodes: tuple[list[_Node], Mapping[int, list[requirements.Share]]]
    options: list[requirement_values.OptionRow]
    constraints: list[requirement_values.ConstraintRow]


async def rules_by_version(
    connection: rows.Connection, version_ids: Sequence[int], seen: Iterable[programs.VersionRow] = ()
) -> list[VersionRules | None]:
    """The tree and the program-wide constraints of each version, none for an unknown one.

    What is published does not change: such a tree is kept, under the moment of its version's last change, and a version
    that is kept costs one statement instead of four; none where its row is among those `seen` in the same snapshot.
    """
    found = {one.id: tree for one in seen if (tree := _KEPT.get(_stamp(one))) is not None}
    asked = sorted(set(version_ids).difference(found))
    versions = await _VERSIONS.fetch(connection, _Version, ids=asked) if asked else []
    missing: list[_Version] = []
    for one in versions:
        tree = _KEPT.get(_stamp(one))
        if tree is None:
            missing.append(one)
        else:
            found[one.id] = tree
    if missing:
        read = await _read(connection, [one.id for one in missing])
        # Many trees are built in a thread: they must not hold up the loop.
        is_much = len(missing) > _FEW
        built = await asyncio.to_thread(_built, missing, read) if is_much else _built(missing, read)
        for one in missing:
            found[one.id] = built[one.id]
            if one.state is not statuses.VersionState.DRAFT:
                _KEPT.put(_stamp(one), built[one.id])
    return rows.in_order(version_ids, found)


def known(version: programs.VersionRow) -> VersionRules | None:
    """The same of a version whose row was read, where it is kept."""
    return _KEPT.get(_stamp(version))


_FEW = 20
_Stamp = tuple[int, statuses.VersionState, datetime, Decimal | None, Decimal | None, Decimal | None]


def _size(version: VersionRules) -> int:
    """How many requirements and options a version has; each takes about 200 bytes."""
    return sum(1 + len(node.options) for _, node in requirements.walk(version.tree.requirements))


MOST_HELD = 300_000
"""Requirements and options of the trees that are kept: a thousand programs of 240 options, about 60 MB."""
_KEPT: kept.Kept[_Stamp, VersionRules] = kept.Kept(MOST_HELD, size=_size)


def _stamp(version: _Version | programs.VersionRow) -> _Stamp:
    """What the tree of a published version depends on; the institution of a program never changes."""
    credit = version.total_credits, version.residency_credits, version.minimum_gpa
    return version.id, version.state, version.updated_at, *credit


async def _read(connection: rows.Connection, ids: list[int]) -> _Read:
    return _Read(
        await _nodes(connection, ids),
        await _OPTIONS.fetch(connection, requirement_values.OptionRow, ids=ids),
        await _CONSTRAINTS.fetch(connection, requirement_values.ConstraintRow, ids=ids),
    )


def _built(versions: Sequence[_Version], read: _Read) -> Mapping[int, VersionRules]:
    parts = _parts(read)
    return {one.id: _rules(one, parts) for one in versions}


def _parts(read: _Read) -> _Parts:
    (nodes, shares), options, constraints = read
    return _Parts(
        children=rows.grouped(((node.version_id, node.parent_id), node) for node in nodes),
        shares=shares,
        options=rows.grouped((row.requirement_id, requirement_values.option(row)) for row in options),
        constraints=rows.grouped(
            ((row.version_id, row.requirement_id), requirement_values.constraint(row)) for row in constraints
        ),
    )


async def _nodes(
    connection: rows.Connection, ids: list[int]
) -> tuple[list[_Node], Mapping[int, list[requirements.Share]]]:
    """The nodes in order, each once, and the shares of those that have some."""
    nodes: dict[int, _Node] = {}
    shares: list[tuple[int, requirements.Share]] = []
    for found, given in await _NODES.fetch(connection, _split, ids=ids):
        nodes.setdefault(found.id, found)
        shares += [] if given is None else [(found.id, given)]
    return list(nodes.values()), rows.grouped(shares)


def _split(*row: Any) -> tuple[_Node, requirements.Share | None]:  # noqa: ANN401 - a row's columns are of many types
    width = len(_Node._fields)
    with_key, max_credits, max_courses = row[width:]
    share = requirements.Share(with_key=with_key, max_credits=max_credits, max_courses=max_courses)
    return _Node(*row[:width]), None if with_key is None else share


_VERSIONS = statements.Prepared(
    sa.select(
        col(ProgramVersion.id),
        col(Program.institution_id),
        col(ProgramVersion.total_credits),
        col(ProgramVersion.residency_credits),
        col(ProgramVersion.minimum_gpa),
        col(ProgramVersion.state),
        col(ProgramVersion.updated_at),
    )
    .join(Program, col(Program.id) == col(ProgramVersion.program_id))
    .where(statements.among(col(ProgramVersion.id), "ids"))
)
_NODES = statements.Prepared(
    sa.select(
        *rows.columns(Requirement, _Node),
        col(RequirementShare.with_key),
        col(RequirementShare.max_credits),
        col(RequirementShare.max_courses),
    )
    .outerjoin(RequirementShare, col(RequirementShare.requirement_id) == col(Requirement.id))
    .where(statements.among(col(Requirement.version_id), "ids"))
    .order_by(col(Requirement.position), col(Requirement.id), col(RequirementShare.with_key))
)
_OPTIONS = statements.Prepared(
    sa.select(*rows.columns(RequirementOption, requirement_values.OptionRow))
    .join(Requirement, col(Requirement.id) == col(RequirementOption.requirement_id))
    .where(statements.among(col(Requirement.version_id), "ids"))
    .order_by(col(RequirementOption.requirement_id), col(RequirementOption.position))
)
_CONSTRAINTS = statements.Prepared(
    sa.select(*rows.columns(RequirementConstraint, requirement_values.ConstraintRow))
    .where(statements.among(col(RequirementConstraint.version_id), "ids"))
    .order_by(col(RequirementConstraint.position), col(RequirementConstraint.id))
)


def _rules(version: _Version, parts: _Parts) -> VersionRules:
    tree = requirements.ProgramTree(
        version_id=version.id,
        institution_id=version.institution_id,
        requirements=_beneath(version.id, None, parts),
        total_credits=version.total_credits,
        residency_credits=version.residency_credits,
        minimum_gpa=version.minimum_gpa,
    )
    return VersionRules(tree=tree, constraints=tuple(parts.constraints[version.id, None]))


def _beneath(version_id: int, parent_id: int | None, parts: _Parts) -> tuple[requirements.Requirement, ...]:
    """The children of a node; a version is a tree, since a node's parent belongs to the same version."""
    return tuple(_requirement(node, parts) for node in parts.children[version_id, parent_id])


def _requirement(node: _Node, parts: _Parts) -> requirements.Requirement:
    return requirements.Requirement(
        id=node.id,
        key=node.key,
        name=node.name,
        description=node.description,
        position=node.position,
        children=_beneath(node.version_id, node.id, parts),
        min_children=node.min_children,
        min_credits_beneath=node.min_credits_beneath,
        options=tuple(parts.options[node.id]),
        min_courses=node.min_courses,
        min_credits=node.min_credits,
        max_courses=node.max_courses,
        max_credits=node.max_credits,
        min_credits_per_course=node.min_credits_per_course,
        max_credits_per_course=node.max_credits_per_course,
        min_grade=node.min_grade,
        is_optional=node.is_optional,
        is_residual=node.is_residual,
        sharing=node.sharing,
        share_with=tuple(parts.shares[node.id]),
        constraints=tuple(parts.constraints[node.version_id, node.id]),
    )
