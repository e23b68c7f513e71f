"""What a kind of import is: the protocol that `jobs` drives, and what it hands to a kind.

A kind is made anew for every job and may keep state of its own between its three steps::

    class Courses:
        name = "courses"
        tables = ("courses", "course_aliases")

        def stage(self, run, tables): ...   # read the files once: rows → temporary tables, row errors → run.findings
        def plan(self, run): ...            # compare with the database; for the preview, and again in the commit
        def apply(self, run): ...           # write what the plan said, set-based

`stage` and `plan` write temporary tables only (or nothing). `apply` runs in the transaction of the commit, straight
after a `plan` whose digest equals the preview's, with `tables` locked against other writers. None of them commits.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import LiteralString, Protocol

import psycopg

from gql_api.ingest import files, findings


class Mode(Enum):
    """UPSERT removes nothing. REPLACE also ends what its scope has and the file has not."""

    UPSERT = "upsert"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to import. `on` is the day that counts as today; `extra` holds what only one kind understands."""

    on: date
    actor: str
    institution: str | None = None
    """For rows that name none; in mode REPLACE also the scope."""
    mode: Mode = Mode.UPSERT
    skip_invalid: bool = False
    """Commit the valid rows of a file that has row errors."""
    create_institutions: bool = False
    """Courses: create the institutions that do not exist; otherwise their rows are wrong."""
    placeholders: frozenset[str] = frozenset()
    """Codes, besides those recognised, that are no courses."""
    confirm_removal: bool = False
    """In mode REPLACE: also archive what plans, programs or equivalencies refer to."""
    extra: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a commit would do now, in rows of the kind (courses, rules, requirements …).

    `digest` is a text that differs whenever what would be done, or the stored rows it would touch, differ. `notes` are
    sentences for the preview's summary.
    """

    new: int
    updated: int
    unchanged: int
    removed: int
    digest: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a kind works with. `progress` is told how many rows were read in all."""

    cursor: psycopg.Cursor
    options: Options
    findings: findings.Findings
    progress: Callable[[int], None]


class Kind(Protocol):
    """One kind of import; see the module's docstring."""

    @property
    def name(self) -> str:
        """courses, equivalencies …: what `import_jobs.kind` says."""
        ...

    @property
    def tables(self) -> tuple[LiteralString, ...]:
        """The tables it writes: locked against other writers during the commit, analysed after it."""
        ...

    def stage(self, run: Run, tables: Sequence[files.File]) -> None:
        """Read the files.

        Raises:
            InvalidInput: a file as a whole cannot be read (no header, a cell too long …).
        """
        ...

    def plan(self, run: Run) -> Plan:
        """Compare what was staged with what is stored."""
        ...

    def apply(self, run: Run) -> None:
        """Write the plan just made."""
        ...
