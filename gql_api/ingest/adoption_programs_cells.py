"""One old program as the rows of a requirement file, each with the old row that it stands for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gql_api import errors
from gql_api.domain import terms
from gql_api.ingest import adoption_constraints, adoption_findings, adoption_programs_rows, adoption_values

Told = Callable[[adoption_findings.Finding], None]
_CORRECT = "Correct the requirement here, if it matters."
_TYPES = ("simple", "grouped")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The cells of a row and the old row: what is wrong with the cells is said of that."""

    table: str
    id: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Reader:
    """Makes rows of one program; `term` is that of requirements without one."""

    told: Told
    term: terms.Term

    def rows(self, program: adoption_programs_rows.Program) -> Iterator[Cells]:
        """Every requirement, group, option and constraint of it."""
        said = self._program(program)
        found = {int(one.values["id"]): self._version(one) for one in program.requirements}
        current = self._current(program, found)
        for requirement in program.requirements:
            term = found[int(requirement.values["id"])]
            if term is None:
                continue
            own = said | {
                "semester": term.season.value,
                "year": str(term.year),
                "is_current": str(term == current).lower(),
                "category": requirement.values["category"] or "",
                "requirement_type": self._type(requirement),
            }
            yield from self._requirement(requirement, own)

    def _program(self, program: adoption_programs_rows.Program) -> dict[str, str]:
        old = program.values
        total = self._number("programs", old, "total_credits_required")
        return {
            "program_name": (old["name"] or "")[:200],
            "program_institution": old["institution"] or "",
            "degree_type": (old["degree_type"] or "")[:40],
            "program_description": (old["description"] or "")[:5_000],
            "program_total_credits": total,
        }

    def _requirement(self, requirement: adoption_programs_rows.Requirement, own: dict[str, str]) -> Iterator[Cells]:
        old = requirement.values
        yield Cells(
            table="program_requirements",
            id=int(old["id"]),
            cells=own
            | {
                "description": (old["description"] or "")[:5_000],
                "credits_required": self._number("program_requirements", old, "credits_required"),
            },
        )
        for group in requirement.groups:
            yield from self._group(group, own)
        for constraint in requirement.constraints:
            yield from self._constraint(constraint, own)

    def _group(self, group: adoption_programs_rows.Group, own: dict[str, str]) -> Iterator[Cells]:
        old = group.values
        of_group = own | {"group_name": old["group_name"] or f"Group {old['id']}"}
        yield Cells(
            table="requirement_groups",
            id=int(old["id"]),
            cells=of_group
            | {
                "group_description": (old["description"] or "")[:5_000],
                "courses_per_group": self._number("requirement_groups", old, "courses_required"),
                "credits_required_group": self._number("requirement_groups", old, "credits_required"),
            },
        )
        for option in group.options:
            if not option["course_code"]:
                self._left_out("group_course_options", option, "course_code", "The option names no course.")
                continue
            yield Cells(
                table="group_course_options",
                id=int(option["id"]),
                cells=of_group
                | {
                    "course_code": option["course_code"] or "",
                    "institution": option["institution"] or "",
                    "is_preferred": self._flag("group_course_options", option, "is_preferred"),
                    "option_notes": (option["notes"] or "")[:2_000],
                },
            )

    def _constraint(self, old: adoption_programs_rows.Old, own: dict[str, str]) -> Iterator[Cells]:
        table = "requirement_constraints"
        read = adoption_constraints.read(old["constraint_type"], old["params"], old["scope_filter"])
        for column, reason in read.oddities:
            self.told(adoption_findings.Finding(table, int(old["id"]), column, "CHANGED", reason, _CORRECT))
        if read.is_empty:
            self._left_out(table, old, "params", "The constraint has no number that means something.")
            return
        yield Cells(table=table, id=int(old["id"]), cells=own | read.cells)

    def _version(self, requirement: adoption_programs_rows.Requirement) -> terms.Term | None:
        """The term of its version; none, and it is left out, where it cannot be read."""
        old = requirement.values
        if old["semester"] is None and old["year"] is None:
            return self.term
        try:
            year = terms.parse_year((old["year"] or "").removesuffix(".0"))
            season = terms.parse_season(old["semester"] or terms.Season.FALL.value)
        except errors.InvalidInput as error:
            self._left_out("program_requirements", old, "semester", f"Of which version it is cannot be told: {error}")
            for group in requirement.groups:
                self._left_out("requirement_groups", group.values, None, "Its requirement is left out.")
                for option in group.options:
                    self._left_out("group_course_options", option, None, "Its requirement is left out.")
            for constraint in requirement.constraints:
                self._left_out("requirement_constraints", constraint, None, "Its requirement is left out.")
            return None
        return terms.Term(year=year, season=season)

    def _current(
        self, program: adoption_programs_rows.Program, found: dict[int, terms.Term | None]
    ) -> terms.Term | None:
        """The one version that is current: the latest that says so, else the latest."""
        said: set[terms.Term] = set()
        for requirement in program.requirements:
            term = found[int(requirement.values["id"])]
            if term is not None and self._flag("program_requirements", requirement.values, "is_current") == "true":
                said.add(term)
        there = {term for term in found.values() if term is not None}
        current = max(said or there, key=lambda term: term.sort_key, default=None)
        if current is not None and len(said) != 1 and len(there) > 1:
            how = "No version says" if not said else f"{len(said)} versions say"
            reason = f"{how} that it is current; the latest, {current.label}, is."
            remedy = "Make another version current, if that is wrong."
            self.told(
                adoption_findings.Finding(
                    "programs", int(program.values["id"]), "is_current", "CHANGED", reason, remedy
                )
            )
        return current

    def _type(self, requirement: adoption_programs_rows.Requirement) -> str:
        said = (requirement.values["requirement_type"] or "").lower()
        if said in _TYPES:
            return said if requirement.groups or said != "grouped" else "simple"
        kind = "grouped" if requirement.groups else "simple"
        if said:
            reason = f"“{said}” is no type of requirement; it is read as {kind}."
            id = int(requirement.values["id"])
            self.told(
                adoption_findings.Finding("program_requirements", id, "requirement_type", "CHANGED", reason, _CORRECT)
            )
        return kind

    def _number(self, table: str, old: adoption_programs_rows.Old, column: str) -> str:
        said = old[column]
        if said is None:
            return ""
        number = adoption_values.amount(said)
        if number is None or (column == "courses_required" and "." in number):
            self.told(
                adoption_findings.Finding(
                    table, int(old["id"]), column, "CHANGED", f"“{said}” is no such number.", _CORRECT
                )
            )
            return ""
        return number

    def _flag(self, table: str, old: adoption_programs_rows.Old, column: str) -> str:
        said = old[column]
        if said is None:
            return ""
        found = adoption_values.flag(said)
        if found is None:
            self.told(
                adoption_findings.Finding(
                    table, int(old["id"]), column, "CHANGED", f"“{said}” is neither true nor false.", _CORRECT
                )
            )
        return found or ""

    def _left_out(self, table: str, old: adoption_programs_rows.Old, column: str | None, reason: str) -> None:
        self.told(
            adoption_findings.Finding(
                table, int(old["id"]), column, "LEFT_OUT", reason, "Enter it by hand, if it matters."
            )
        )
