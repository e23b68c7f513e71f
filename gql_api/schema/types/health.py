"""Program health: what is wrong with a version, found before anybody follows it."""

from dataclasses import dataclass
from typing import Annotated, TypeAlias

import strawberry

from gql_api.domain import health
from gql_api.schema import edges, enums, ids, refs

Severity: TypeAlias = health.Severity
enums.described(
    Severity,
    name="HealthSeverity",
    description="How much a finding matters.",
    values={
        "ERROR": "Nobody can finish, or credit is given wrongly.",
        "WARNING": "A part is useless, or says what was hardly meant.",
        "NOTE": "Worth a look; it may be meant so.",
    },
)
FindingKind: TypeAlias = health.FindingKind
enums.described(FindingKind, name="HealthFindingKind", description="What program health finds.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """The findings about a version."""

    version_id: int
    findings: tuple[health.Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A finding within its version."""

    version_id: int
    finding: health.Finding


@strawberry.type(description="Something wrong with a program version, with the fewest requirements that show it.")
class HealthFinding:
    """Shows `Shown`."""

    is_type_of = refs.shows(Shown)

    @strawberry.field(description="What is wrong.")
    def kind(self, root: strawberry.Parent[Shown]) -> FindingKind:
        """The kind."""
        return root.finding.kind

    @strawberry.field(description="How much it matters.")
    def severity(self, root: strawberry.Parent[Shown]) -> Severity:
        """The severity."""
        return root.finding.severity

    @strawberry.field(description="The finding in a sentence, for people.")
    def message(self, root: strawberry.Parent[Shown]) -> str:
        """The message."""
        return root.finding.message

    @strawberry.field(description="The codes of the courses that it is about.")
    def courses(self, root: strawberry.Parent[Shown]) -> list[str]:
        """The codes."""
        return list(root.finding.courses)

    requirements = edges.edge(
        "tree",
        key="version_id",
        shown=lambda one, tree: (
            [] if tree is None else [tree.by_key[key] for key in one.finding.keys if key in tree.by_key]
        ),
        description="The requirements that show it: a conflict's cannot be met together, and each of them is needed.",
        graphql_type=refs.many("requirements", "Requirement"),
    )


@strawberry.type(description="Whether anybody can finish a program version, and what else is wrong with it.")
class ProgramHealth:
    """Shows `Examined`."""

    is_type_of = refs.shows(Examined)

    @strawberry.field(description="Names this examination in a client's cache.")
    def id(self, root: strawberry.Parent[Examined]) -> strawberry.ID:
        """The examination's id."""
        return ids.encode("ProgramHealth", str(root.version_id))

    version = edges.edge(
        "version",
        key="version_id",
        description="The version that was examined.",
        graphql_type=refs.maybe("programs", "ProgramVersion"),
    )

    @strawberry.field(
        description="Whether some set of courses meets every requirement; null where that was not found out."
    )
    def is_satisfiable(self, root: strawberry.Parent[Examined]) -> bool | None:
        """The verdict on the whole version."""
        kinds = {one.kind for one in root.findings}
        if FindingKind.UNSATISFIABLE in kinds:
            return False
        return None if FindingKind.UNDECIDED in kinds else True

    @strawberry.field(
        description="What is wrong, the worst first, then in the order of the tree.", graphql_type=list[HealthFinding]
    )
    def findings(
        self,
        root: strawberry.Parent[Examined],
        severity: Annotated[
            list[Severity] | None, strawberry.argument(description="Only findings of these severities.")
        ] = None,
    ) -> list[Shown]:
        """The findings of a severity, or all."""
        wanted = None if severity is None else set(severity)
        return [
            Shown(version_id=root.version_id, finding=one)
            for one in root.findings
            if wanted is None or one.severity in wanted
        ]
