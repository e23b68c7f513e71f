"""Certificates: an audit's verdict with a proof that can be checked without trusting the engine."""

from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

import strawberry

from gql_api.domain import certificate_words, certificates, checker, checker_values
from gql_api.schema import edges, enums, ids, refs
from gql_api.schema.audited import Audited
from gql_api.schema.types.assignments import View

Claim: TypeAlias = checker_values.Claim
enums.described(
    Claim,
    name="CertificateClaim",
    description="What a certificate says of the version.",
    values={
        "MET": "The whole version is met; `uses` shows how.",
        "NOT_MET": "The version is not met; `conflict` shows that nothing could meet it.",
        "UNPROVED": "The version is not met, and no proof small enough was found; `reason` says why.",
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certified:
    """A certificate, what the checker says of it, and where it stands."""

    certificate: checker_values.Certificate
    verdict: checker_values.Verdict
    version_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictPart:
    """A node of a conflict within its version."""

    node: checker_values.ConflictNode
    version_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictShown:
    """A conflict within its version."""

    conflict: checker_values.Conflict
    version_id: int


@strawberry.type(description="One use of credit in an assignment: which planned courses count as what, and where.")
class CertifiedUse:
    """Shows `domain.checker_values.Use`."""

    counts_as: str = strawberry.field(description="What it counts as at the program's institution.")
    credits: Decimal = strawberry.field(description="The credits that it brings.")

    is_type_of = refs.shows(checker_values.Use)

    @strawberry.field(
        description="The key of the requirement that it is applied to; null where it counts in the totals only."
    )
    def requirement_key(self, root: strawberry.Parent[checker_values.Use]) -> str | None:
        """The requirement's key."""
        return root.key or None

    @strawberry.field(description="The equivalency that gave it; null for a course as taken or as an advisor decided.")
    def equivalency_id(self, root: strawberry.Parent[checker_values.Use]) -> strawberry.ID | None:
        """The rule's global id."""
        return None if root.rule_id is None else ids.encode("Equivalency", root.rule_id)

    planned_courses = edges.edge(
        "planned_course",
        key="entry_ids",
        is_plural=True,
        shown=lambda _, found: [one for one in found if one is not None],
        description="The planned courses behind it; none where they were posted for a scenario.",
        graphql_type=refs.many("plans", "PlannedCourse"),
    )


@strawberry.type(description="A requirement (or a total of the version) that takes part in a conflict.")
class ConflictNode:
    """Shows `ConflictPart`."""

    is_type_of = refs.shows(ConflictPart)

    @strawberry.field(description="The requirement's key; of a total its name, such as TOTAL_CREDITS.")
    def key(self, root: strawberry.Parent[ConflictPart]) -> str:
        """The key."""
        return root.node.key

    @strawberry.field(description="Its name, for people.")
    def name(self, root: strawberry.Parent[ConflictPart]) -> str:
        """The name."""
        return root.node.name

    @strawberry.field(
        description="How many courses it needs at least; null for a total, and where no number of them is enough."
    )
    def needs(self, root: strawberry.Parent[ConflictPart]) -> int | None:
        """The least number of courses."""
        return root.node.needs

    requirement = edges.edge(
        "tree",
        key="version_id",
        shown=lambda part, tree: None if tree is None else tree.by_key.get(part.node.key),
        description="The requirement; null for a total and for the program as a whole.",
        graphql_type=refs.maybe("requirements", "Requirement"),
    )


@strawberry.type(
    description="Why a version cannot be met: a few requirements that compete, none of which could be left out."
)
class CertificateConflict:
    """Shows `ConflictShown`."""

    is_type_of = refs.shows(ConflictShown)

    @strawberry.field(
        description="The requirements, at most 12: together they cannot be met, without any one of them they can.",
        graphql_type=list[ConflictNode],
    )
    def nodes(self, root: strawberry.Parent[ConflictShown]) -> list[ConflictPart]:
        """The nodes with their version."""
        return [ConflictPart(node=node, version_id=root.version_id) for node in root.conflict.nodes]

    @strawberry.field(
        description="What they need: a number of courses; credits where `isInCredits`; of a total its own unit."
    )
    def needed(self, root: strawberry.Parent[ConflictShown]) -> float:
        """The needed number."""
        return float(root.conflict.needed)

    @strawberry.field(description="What there is of it among the courses of the plan.")
    def available(self, root: strawberry.Parent[ConflictShown]) -> float:
        """The number that fits."""
        return float(root.conflict.available)

    @strawberry.field(description="Whether the two numbers are credits of one requirement, not numbers of courses.")
    def is_in_credits(self, root: strawberry.Parent[ConflictShown]) -> bool:
        """The unit."""
        return root.conflict.is_in_credits

    planned_courses = edges.edge(
        "planned_course",
        key=lambda root: tuple(dict.fromkeys(id for used in root.conflict.courses for id in used)),
        is_plural=True,
        shown=lambda _, found: [one for one in found if one is not None],
        description="The planned courses that could be used there.",
        graphql_type=refs.many("plans", "PlannedCourse"),
    )


@strawberry.type(description="The verdict on a version in one view, with a proof that a separate checker has checked.")
class Certificate:
    """Shows `Certified`."""

    is_type_of = refs.shows(Certified)

    @strawberry.field(description="Names this certificate (audit and view) in a client's cache.")
    def id(self, root: strawberry.Parent[Certified]) -> strawberry.ID:
        """The certificate's id."""
        return ids.encode("Certificate", f"{root.name}-{root.certificate.view.name}")

    @strawberry.field(description="The view that it is about.")
    def view(self, root: strawberry.Parent[Certified]) -> View:
        """The view."""
        return root.certificate.view

    @strawberry.field(description="What it says of the version.")
    def claim(self, root: strawberry.Parent[Certified]) -> Claim:
        """The claim."""
        return root.certificate.claim

    @strawberry.field(description="The claim and its reason in one sentence, for people.")
    def sentence(self, root: strawberry.Parent[Certified]) -> str:
        """The sentence."""
        return certificate_words.sentence(root.certificate)

    @strawberry.field(
        description="Whether the checker, which shares no code with the engine, found the certificate to be right."
    )
    def is_accepted(self, root: strawberry.Parent[Certified]) -> bool:
        """The checker's verdict."""
        return root.verdict.is_accepted

    @strawberry.field(description="Why a claim is unproved, or what the checker found wrong; null where all is well.")
    def reason(self, root: strawberry.Parent[Certified]) -> str | None:
        """The reason."""
        return root.verdict.reason or root.certificate.reason or None

    @strawberry.field(description="The whole assignment: every use of credit.", graphql_type=list[CertifiedUse])
    def uses(self, root: strawberry.Parent[Certified]) -> list[checker_values.Use]:
        """The uses."""
        return list(root.certificate.uses)

    @strawberry.field(description="The keys of all requirements that the assignment meets, waived ones included.")
    def met(self, root: strawberry.Parent[Certified]) -> list[str]:
        """The keys of what is met."""
        return list(root.certificate.met)

    @strawberry.field(
        description="The keys of optional requirements that take part in the conflict: the next narrower view meets "
        "them, and a wider view keeps what a narrower one met. Empty where needed requirements alone are in conflict."
    )
    def kept(self, root: strawberry.Parent[Certified]) -> list[str]:
        """The keys of what is kept."""
        return [] if root.certificate.kept is None else list(root.certificate.kept.keys)

    @strawberry.field(
        description="Why it cannot be met; null where it is met or unproved.",
        graphql_type=CertificateConflict | None,
    )
    def conflict(self, root: strawberry.Parent[Certified]) -> ConflictShown | None:
        """The conflict with its version."""
        found = root.certificate.conflict
        return None if found is None else ConflictShown(conflict=found, version_id=root.version_id)


def of(audited: Audited, view: View) -> Certified:
    """The checked certificate of an audit; its work is bounded by counts, and does not belong on the event loop."""
    given = audited.given
    case = certificates.case(
        given.tree,
        given.entries,
        given.possibilities,
        given.exceptions,
        on=audited.audit.on,
        constraints=given.constraints,
    )
    question = checker.Question(case)
    certificate = certificates.issued(audited.audit, question, view)
    return Certified(
        certificate=certificate,
        verdict=checker.verdict(certificate, question),
        version_id=audited.audit.version_id,
        name=audited.name(),
    )
