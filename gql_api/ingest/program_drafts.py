"""Programs as a file describes them, before they are compared with what is stored."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from gql_api.domain import program_versions, statuses, terms

_LONGEST_SLUG = 90
_DEGREES = {
    "associate of arts": "A.A.",
    "associate of science": "A.S.",
    "associate of applied science": "A.A.S.",
    "bachelor of arts": "B.A.",
    "bachelor of science": "B.S.",
    "bachelor of fine arts": "B.F.A.",
    "bachelor of business administration": "B.B.A.",
    "master of arts": "M.A.",
    "master of science": "M.S.",
}
_LETTERS = ("AA", "AS", "AAS", "AFA", "BA", "BS", "BFA", "BBA", "BSN", "BSW", "BM", "MA", "MS", "MBA", "MFA", "MSW")
_BY_LETTERS = {letters: ".".join(letters) + "." for letters in _LETTERS}
_TOKEN = re.compile(r"(?<![A-Za-z.])(?:[A-Z]\.){1,3}[A-Z]?\.?(?![A-Za-z])|(?<![A-Za-z.])[A-Z]{2,3}(?![A-Za-z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionDraft:
    """A version as a file describes it; `is_current` none where the file does not say. `at` is where it begins."""

    at: int
    term: terms.Term
    content: program_versions.VersionContent
    state: statuses.VersionState = statuses.VersionState.PUBLISHED
    is_current: bool | None = None
    path: tuple[str, ...] = ()
    """Where a document has it; empty for rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramDraft:
    """A program with the versions that a file has of it. `description` none leaves the stored one."""

    at: int
    institution_id: int
    name: str
    degree_type: str
    kind: statuses.ProgramKind
    description: str | None
    versions: tuple[VersionDraft, ...]

    @property
    def identity(self) -> tuple[int, str, str]:
        """What tells programs apart: institution, name and degree type in any letter case."""
        return (self.institution_id, self.name.casefold(), self.degree_type.casefold())

    @property
    def label(self) -> str:
        """The program as messages name it: `Biology B.S (B.S.)`."""
        return f"{self.name} ({self.degree_type})" if self.degree_type else self.name


def guessed_degree_type(name: str) -> str:
    """The degree that a program's name tells: `Biology B.S` → B.S., `Welding Certificate` → Certificate; else empty."""
    lower = name.casefold()
    for words, degree in _DEGREES.items():
        if words in lower:
            return degree
    for token in _TOKEN.findall(name):
        degree = _BY_LETTERS.get(token.replace(".", ""))
        if degree is not None:
            return degree
    for kind in ("certificate", "minor", "diploma"):
        if re.search(rf"\b{kind}\b", lower):
            return kind.capitalize()
    return ""


def kind_of(degree_type: str) -> statuses.ProgramKind:
    """What a program of this degree type leads to."""
    match degree_type.casefold():
        case "certificate" | "diploma":
            return statuses.ProgramKind.CERTIFICATE
        case "minor":
            return statuses.ProgramKind.MINOR
        case "major":
            return statuses.ProgramKind.MAJOR
        case _:
            return statuses.ProgramKind.DEGREE


def slugs(names: Iterable[str]) -> dict[str, str]:
    """A key for each name, whatever their order: lower case, words joined by hyphens.

    Names that differ and give one slug are numbered in alphabetical order (`a-b`, `a-b-2`).
    """
    by_slug: dict[str, list[str]] = {}
    for name in sorted(set(names)):
        by_slug.setdefault(_slug(name), []).append(name)
    taken = set(by_slug)
    keys: dict[str, str] = {}
    for slug, same in sorted(by_slug.items()):
        keys[same[0]] = slug
        number = 1
        for name in same[1:]:
            number += 1
            while f"{slug}-{number}" in taken:
                number += 1
            keys[name] = f"{slug}-{number}"
    return keys


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_SLUG].strip("-") or "requirement"
