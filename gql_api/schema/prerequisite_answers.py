"""Answers about prerequisites on their way to the client: with the institution whose courses they name."""

from dataclasses import dataclass

from gql_api.domain import prerequisite_findings, prerequisite_issues, prerequisite_words, prerequisites, wording
from gql_api.schema.prerequisite_trees import Placed


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The answer about one leaf."""

    finding: prerequisite_findings.Finding
    institution_id: int

    def __getattr__(self, name: str) -> object:
        """A field of the finding."""
        return getattr(self.finding, name)

    @property
    def prerequisite(self) -> Placed:
        """The leaf."""
        return Placed(node=self.finding.leaf, institution_id=self.institution_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """Whether a course may be taken, with its tree. `is_stated` says that the catalog has a text at all."""

    answer: prerequisite_findings.Answer
    tree: prerequisites.Prerequisite | None
    institution_id: int
    is_stated: bool = True

    @property
    def sentence(self) -> str:
        """The answer in a sentence or two."""
        if self.tree is None:
            return "It asks for nothing." if self.is_stated else "The catalog states no prerequisites of this course."
        decided_by = self.answer.decided_by
        asked = f"It needs {prerequisite_words.told(self.tree)}."
        return asked if decided_by is None else f"{asked} {wording.ended(decided_by.sentence)}"

    @property
    def findings(self) -> list[Found]:
        """The leaves that decide."""
        return [Found(finding=one, institution_id=self.institution_id) for one in self.answer.deciding]

    @property
    def decided_by(self) -> Found | None:
        """The leaf that decides."""
        one = self.answer.decided_by
        return None if one is None else Found(finding=one, institution_id=self.institution_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """An issue of a plan."""

    issue: prerequisite_issues.Issue

    def __getattr__(self, name: str) -> object:
        """A field of the issue."""
        return getattr(self.issue, name)

    @property
    def prerequisite(self) -> Placed:
        """The part that is not satisfied."""
        return Placed(node=self.issue.part, institution_id=self.issue.institution_id)

    @property
    def found(self) -> list[Found]:
        """The leaves that decide."""
        return [Found(finding=one, institution_id=self.issue.institution_id) for one in self.issue.findings]
