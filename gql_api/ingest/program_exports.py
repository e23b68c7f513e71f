"""Programs as the JSON documents that imports read: an import of an export finds everything unchanged.

A program is written with one version for each term: the published one, else the latest revision. Versions without
requirements, of which a document has none, are left out, and programs that have no other.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, LiteralString

import psycopg

from gql_api.domain import program_versions, requirements, statuses
from gql_api.reads import program_trees_sync

HELD = 50
"""Programs whose trees are in memory at once."""
_PROGRAMS: LiteralString = """
SELECT program.institution_id, program.name::text FROM programs AS program
JOIN institutions AS owner ON owner.id = program.institution_id
WHERE %(institution)s::citext IS NULL OR owner.name = %(institution)s OR owner.abbreviation = %(institution)s
GROUP BY owner.name, program.institution_id, program.name ORDER BY owner.name, program.name
"""
_HEAD = '{"format": "gql-api/programs", "version": 1, "programs": [\n'
Document = dict[str, Any]


def write(connection: psycopg.Connection[Any], file: Path, institution: str | None) -> int:
    """Write the programs of one institution (a name or an abbreviation) or of all; how many they are."""
    cursor = connection.cursor()
    wanted = cursor.execute(_PROGRAMS, {"institution": institution}).fetchall()
    writer = _Writer(dict(cursor.execute("SELECT id, name::text FROM institutions").fetchall()))
    count = 0
    with file.open("w", encoding="utf-8") as written:
        written.write(_HEAD)
        for start in range(0, len(wanted), HELD):
            for document in _documents(cursor, writer, wanted[start : start + HELD]):
                written.write((",\n" if count else "") + json.dumps(document, ensure_ascii=False))
                count += 1
        written.write("\n]}\n")
    return count


def _documents(cursor: psycopg.Cursor, writer: "_Writer", wanted: Sequence[tuple[int, str]]) -> Iterator[Document]:
    programs = program_trees_sync.programs(cursor, wanted)
    versions = _chosen(program_trees_sync.versions(cursor, [program.id for program in programs]))
    contents = program_trees_sync.contents(cursor, versions)
    for program in programs:
        own = [one for one in versions if one.program_id == program.id and contents[one.id].requirements]
        if own:
            yield {
                "institution": writer.names[program.institution_id],
                "name": program.name,
                "degree_type": program.degree_type,
                "kind": program.kind.name,
                **_told({"description": program.description}),
                "versions": [writer.version(one, contents[one.id]) for one in own],
            }


def _chosen(versions: Sequence[program_trees_sync.StoredVersion]) -> list[program_trees_sync.StoredVersion]:
    """One version of each program and term; they come by term and revision."""
    found: dict[tuple[int, int], program_trees_sync.StoredVersion] = {}
    for version in versions:
        key = (version.program_id, version.term.sort_key)
        known = found.get(key)
        if known is None or known.state is not statuses.VersionState.PUBLISHED or version.state is known.state:
            found[key] = version
    return list(found.values())


def _told(values: Document) -> Document:
    """What is said at all, with amounts and members of enumerations in words."""
    said = {name: _word(value) for name, value in values.items() if value is not None and value is not False}
    return {name: value for name, value in said.items() if value not in ([], {})}


def _word(value: object) -> object:
    if isinstance(value, Enum):
        return value.name
    return f"{value:f}" if isinstance(value, Decimal) else value


@dataclass(frozen=True, slots=True)
class _Writer:
    """Domain values as parts of documents. `names` has the name of every institution by its id."""

    names: dict[int, str]

    def version(self, stored: program_trees_sync.StoredVersion, content: program_versions.VersionContent) -> Document:
        return {
            "season": stored.term.season.name,
            "year": stored.term.year,
            "state": stored.state.name,
            "current": stored.is_current,
            **_told(
                {
                    "total_credits": content.total_credits,
                    "residency_credits": content.residency_credits,
                    "minimum_gpa": content.minimum_gpa,
                    "notes": content.notes,
                    "constraints": self._constraints(content.constraints),
                }
            ),
            "requirements": [self._node(node) for node in content.requirements],
        }

    def _node(self, node: requirements.Requirement) -> Document:
        plain = (
            *("key", "name", "description", "min_children", "min_credits_beneath", "min_courses", "min_credits"),
            *("max_courses", "max_credits", "min_credits_per_course", "max_credits_per_course", "min_grade"),
            *("is_optional", "is_residual"),
        )
        shares = [
            {"with_key": share.with_key, **_told({"max_credits": share.max_credits, "max_courses": share.max_courses})}
            for share in node.share_with
        ]
        return _told(
            {
                **{name: getattr(node, name) for name in plain},
                "sharing": None if node.sharing is requirements.Sharing.EXCLUSIVE else node.sharing,
                "share_with": shares,
                "constraints": self._constraints(node.constraints),
                "options": [self._option(option) for option in node.options],
                "children": [self._node(child) for child in node.children],
            }
        )

    def _option(self, option: requirements.Option) -> Document:
        marks = {
            "is_preferred": option.is_preferred,
            "is_excluded": option.is_excluded,
            "notes": option.notes,
        }
        if isinstance(option, requirements.CourseOption):
            return _told({"course": option.code, "institution": self._name(option.institution_id), **marks})
        names = ("subject", "number_from", "number_to", "level_from", "level_to", "attribute", "attribute_value")
        pattern = {name: getattr(option, name) for name in names}
        return {"pattern": _told({"institution": self._name(option.institution_id), **pattern}), **_told(marks)}

    def _constraints(self, constraints: Sequence[requirements.Constraint]) -> list[Document]:
        names = ("kind", "credits", "courses", "level", "attribute", "attribute_value", "grade", "gpa", "years")
        return [
            _told(
                {
                    **{name: getattr(constraint, name) for name in (*names, "subjects", "description")},
                    "scope": self._scope(constraint.scope),
                }
            )
            for constraint in constraints
        ]

    def _scope(self, scope: requirements.Scope) -> Document:
        plain = {name: getattr(scope, name) for name in ("level_from", "level_to", "attribute", "attribute_value")}
        return _told({"subjects": sorted(scope.subjects), "institution": self._name(scope.institution_id), **plain})

    def _name(self, institution_id: int | None) -> str | None:
        return None if institution_id is None else self.names[institution_id]
