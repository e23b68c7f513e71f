"""The kind `programs`: JSON files of programs with their trees. A finding's row is the number of the program."""

from collections.abc import Sequence
from decimal import Decimal
from typing import LiteralString

from gql_api.domain import requirement_warnings, requirements
from gql_api.ingest import (
    contract,
    documents,
    files,
    program_changes,
    program_documents,
    program_drafts,
    program_plans,
    program_trees,
)
from gql_api.ingest.requirements import TABLES, refuse_replace
from gql_api.reads import catalog_sync


class Programs:
    """See `contract.Kind`."""

    name = "programs"
    tables: tuple[LiteralString, ...] = TABLES

    def __init__(self) -> None:
        self._programs: list[program_trees.Placed] = []
        self._changes: tuple[program_changes.ProgramChange, ...] = ()

    def stage(self, run: contract.Run, tables: Sequence[files.File]) -> None:
        """Read the documents."""
        refuse_replace(run.options)
        for file in tables:
            for index, program in enumerate(documents.read(file, program_documents.Programs).programs):
                at = file.position * files.PLACES + index + 1
                self._programs.append(program_trees.Placed(at=at, index=index, program=program))
                run.progress(len(self._programs))

    def plan(self, run: contract.Run) -> contract.Plan:
        """Compare the programs with the stored ones."""
        found = catalog_sync.institutions(run.cursor, program_trees.names(self._programs))
        known = [placed for placed in self._programs if program_trees.is_known(run, placed, found)]
        courses = catalog_sync.courses(run.cursor, program_trees.courses(known, found))
        builder = program_trees.Builder(found, courses)
        drafts = program_plans.without_unfit(run, [builder.program(placed) for placed in known])
        unknown = _warn(run, drafts, courses)
        self._changes = program_changes.compare(run.cursor, drafts)
        return program_plans.plan(run, self._changes, program_plans.unknown_courses(sorted(unknown)))

    def apply(self, run: contract.Run) -> None:
        """Write the difference."""
        program_plans.apply(run.cursor, self._changes)


def _warn(
    run: contract.Run,
    drafts: Sequence[program_drafts.ProgramDraft],
    courses: dict[tuple[int, str], catalog_sync.NamedCourse],
) -> set[str]:
    """Say what looks wrong; the codes of options that lead to no course."""

    def most_credits(option: requirements.CourseOption) -> Decimal | None:
        course = courses.get((option.institution_id or 0, option.code))
        return None if course is None or course.is_repeatable else course.credits_max

    unknown: set[str] = set()
    for draft in drafts:
        for version in draft.versions:
            place = documents.place(version.path)
            for warned in requirement_warnings.warnings(version.content, most_credits):
                run.findings.warn(version.at, place, f"{draft.label}, {version.term.label}: {warned.message}")
            missing = program_trees.unknown(version.content)
            unknown |= missing
            for code in sorted(missing):
                message = f"{draft.label}, {version.term.label}: {code} is no known course; it is kept with its code."
                run.findings.warn(version.at, place, message)
    return unknown
