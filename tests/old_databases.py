"""Databases of the old application, made with the sqlite3 module: every shape it had, every kind of dirt, any size.

`write(path, rows=1_000)` makes about so many rows, mostly courses of plans and equivalencies. The same arguments make
the same file.
"""

import json
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

OLDEST, NEWEST = (
    frozenset(),
    frozenset(
        {"numbers", "course_type", "constraints", "versions", "advisors", "plan_code", "current_program", "violations"}
    ),
)
"""What a database has beyond the first one."""
MANY = 500
"""Courses from which on there are several universities."""
SUBJECTS = ("BIOL", "CHEM", "MATH", "ENGL", "HIST", "PHYS", "ART", "C&E SOC", "A A E", "CS")
COLLEGES = ("Delgado Community College", "Nunez Community College", "River Parishes Community College")
UNIVERSITY = "University of New Orleans"
UNIVERSITIES = (UNIVERSITY, *(f"University of {name}" for name in ("Lafayette", "Monroe", "Houma", "Ruston")))
DIRTS = frozenset(
    {
        "blank texts",
        "naive times",
        "unknown words",
        "orphans",
        "duplicate codes",
        "fake courses",
        "unknown options",
        "broken json",
        "mixed versions",
        "odd numbers",
        "plan codes",
    }
)
"""Each can be switched on alone."""
STATUSES = ("planned", "in_progress", "completed", "completed", "completed")
GRADES = ("A", "B+", "C", "B", None, "A-")
SEMESTERS = ("Fall", "Spring", "Summer")


@dataclass(frozen=True)
class Sizes:
    courses: int
    equivalencies: int
    programs: int
    plans: int
    entries: int


def sizes(rows: int) -> Sizes:
    """How about so many rows are spread over the tables."""
    plans = max(rows // 40, 1)
    return Sizes(
        courses=max(rows // (10 if rows > 5_000 else 25), 4),
        equivalencies=max(rows * 35 // 100, 2),
        programs=max(min(rows // 2_000, 200), 1),
        plans=plans,
        entries=max(rows * (50 if rows > 5_000 else 55) // 100, 2),
    )


def write(path: Path, rows: int = 1_000, shape: frozenset[str] = NEWEST, dirt: frozenset[str] = frozenset()) -> Path:
    """Make the file."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript("PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF;")
        Writer(connection, sizes(rows), shape, dirt).write()
    return path


def plan_code(id: int) -> str:
    """The old code of a plan: eight letters and digits, of which the old application also used 0, 1, I and O."""
    return f"P{id:06d}X"


class Writer:
    def __init__(
        self, connection: sqlite3.Connection, sizes: Sizes, shape: frozenset[str], dirt: frozenset[str]
    ) -> None:
        self.connection = connection
        self.sizes = sizes
        self.shape = shape
        self.dirt = dirt
        self.random = random.Random(7)  # noqa: S311 - the same file every time

    def write(self) -> None:
        self.table("courses", self.course_columns(), self.courses())
        columns = (
            "from_course_id INTEGER, to_course_id INTEGER, equivalency_type TEXT, notes TEXT, approved_by TEXT, "
            "approved_date DATETIME, created_at DATETIME"
        )
        self.table("equivalencies", columns, self.equivalencies())
        self.programs()
        self.plans()
        if "advisors" in self.shape:
            self.table("advisor_auth", "email TEXT, code TEXT", [(1, "advisor@example.edu", "123456")])

    def table(self, name: str, columns: str, rows) -> None:
        self.connection.execute(f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, {columns})")
        marks = ", ".join("?" for _ in range(columns.count(",") + 2))
        self.connection.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)  # noqa: S608 - names of this module

    def course_columns(self) -> str:
        columns = (
            "code TEXT, title TEXT, description TEXT, credits INTEGER, institution TEXT, department TEXT, "
            "prerequisites TEXT, created_at DATETIME, updated_at DATETIME"
        )
        if "numbers" in self.shape:
            columns += ", subject_code TEXT, course_number TEXT, course_number_numeric INTEGER, course_level INTEGER"
        if "course_type" in self.shape:
            columns += ", has_lab BOOLEAN, course_type TEXT"
        return columns

    def course(self, id, code, title, credits, institution, department="Department", prerequisites=None):
        row = [
            id,
            code,
            title,
            f"About {title}",
            credits,
            institution,
            department,
            prerequisites,
            self.time(),
            self.time(),
        ]
        if "numbers" in self.shape:
            row += [code.rpartition(" ")[0], code.rpartition(" ")[2], None, None]
        if "course_type" in self.shape:
            row += [id % 3 == 0, ("lecture", "lecture_lab", "seminar", None)[id % 4]]
        return row

    def time(self) -> str:
        return "2024-02-03 04:05:06.789012" + ("" if "naive times" in self.dirt else "+00:00")

    def code(self, number: int) -> str:
        """The code of the course with this number among those of its institution."""
        return f"{SUBJECTS[number % len(SUBJECTS)]} {1000 + number // len(SUBJECTS)}"

    def institution(self, id: int) -> str:
        if id % 4:
            return COLLEGES[id % 4 - 1]
        return UNIVERSITIES[id // 4 % len(UNIVERSITIES)] if self.sizes.courses > MANY else UNIVERSITY

    def courses(self) -> Iterator[list[object]]:
        for id in range(1, self.sizes.courses + 1):
            yield self.course(id, self.code(id // 4), f"Course {id}", 3 + id % 2, self.institution(id))
        if not self.dirt:
            return
        base = self.sizes.courses
        if "duplicate codes" in self.dirt:
            yield self.course(base + 1, self.code(1).lower(), "Another title", 3, UNIVERSITY)
            yield self.course(
                base + 2,
                self.code(1).replace(" ", "-"),
                "Course 4",
                3,
                UNIVERSITY.upper(),
            )
        if "fake courses" in self.dirt:
            yield self.course(base + 3, "1000NE", "No equivalent", 0, UNIVERSITY, "PLACEHOLDER")
            yield self.course(base + 4, "BIOS 2000NE", "Elective", 3, UNIVERSITY, "PLACEHOLDER")
            yield self.course(base + 5, "GHUM 1000", "Humanities elective", 3, UNIVERSITY, "PLACEHOLDER")
        if "blank texts" in self.dirt:
            yield self.course(base + 6, "MATH 9001", "", 3, UNIVERSITY)
            yield self.course(base + 7, "MATH 9002", "Nowhere", 3, "")
            yield self.course(base + 8, "", "Without a code", 3, UNIVERSITY)
        if "odd numbers" in self.dirt:
            yield self.course(base + 9, "MATH 9003", "Odd credits", "many", UNIVERSITY)
            yield self.course(base + 10, "MATH 9004", "Negative credits", -3, UNIVERSITY)
            yield self.course(base + 11, "MATH 9005", "Float credits", 2.5, UNIVERSITY)
        if "unknown words" in self.dirt:
            yield self.course(base + 12, "no code at all", "Unreadable", 3, UNIVERSITY)

    def equivalencies(self) -> Iterator[tuple[object, ...]]:
        pairs = self.sizes.courses // 4
        for id in range(1, self.sizes.equivalencies + 1):
            source = 1 + 4 * ((id - 1) % max(pairs, 1)) + (id // max(pairs, 1)) % 3
            target = 4 * (1 + (id * 7 + id // max(pairs, 1)) % max(pairs, 1))
            if self.sizes.courses > MANY:
                source, target = self.pair(id)
            kind = ("direct", "direct", "partial", "conditional", "elective")[id % 5]
            yield (
                id,
                min(source, self.sizes.courses),
                min(target, self.sizes.courses // 4 * 4),
                kind,
                f"Note {id % 9}",
                "Registrar",
                self.time(),
                self.time(),
            )
        base, courses = self.sizes.equivalencies, self.sizes.courses
        if "orphans" in self.dirt:
            yield (base + 1, 99_999_999, 4, "direct", None, None, None, None)
            yield (base + 2, 1, 99_999_998, "direct", None, None, None, None)
            yield (base + 3, None, 4, "direct", None, None, None, None)
        if "fake courses" in self.dirt:
            yield (base + 4, 1, courses + 5, "elective", None, None, None, None)
            yield (base + 5, 2, courses + 4, "direct", None, None, None, None)
            yield (base + 6, 3, courses + 3, "no_credit", None, None, None, None)
        if "duplicate codes" in self.dirt:
            yield (base + 7, 1, courses + 1, "direct", "to the duplicate", None, None, None)
        if "unknown words" in self.dirt:
            yield (base + 8, 2, 4, "sort of", None, None, "last week", None)
        if "blank texts" in self.dirt:
            yield (base + 9, 3, 4, "", "", "", "", "")

    def pair(self, id: int) -> tuple[int, int]:
        """A course of a college, and one of the next university for it; one in twenty is an alternative."""
        quarter, several = self.sizes.courses // 4, len(UNIVERSITIES)
        number = (id - 1 if id % 20 else id - 2) % (3 * quarter * several)
        source = number % (3 * quarter)
        target = (id * 7 % (quarter // several)) * several + number // (3 * quarter)
        return source // 3 * 4 + source % 3 + 1, 4 * (target or several)

    def programs(self) -> None:
        columns = (
            "name TEXT, degree_type TEXT, institution TEXT, total_credits_required INTEGER, description TEXT, "
            "created_at DATETIME, updated_at DATETIME"
        )
        self.table("programs", columns, self.program_rows())
        columns = "program_id INTEGER, category TEXT, credits_required INTEGER, description TEXT"
        if "constraints" in self.shape:
            columns += ", requirement_type TEXT, is_flexible BOOLEAN, priority_order INTEGER"
        if "versions" in self.shape:
            columns += ", semester TEXT, year INTEGER, is_current BOOLEAN"
        requirements = list(self.requirement_rows())
        self.table("program_requirements", columns, requirements)
        columns = "requirement_id INTEGER, group_name TEXT, courses_required INTEGER, credits_required INTEGER"
        if "constraints" in self.shape:
            columns += ", min_credits_per_course INTEGER, max_credits_per_course INTEGER, description TEXT"
            columns += ", is_required BOOLEAN"
        groups = list(self.group_rows(requirements))
        self.table("requirement_groups", columns, groups)
        columns = "group_id INTEGER, course_code TEXT, institution TEXT, is_preferred BOOLEAN, notes TEXT"
        self.table("group_course_options", columns, self.option_rows(groups))
        if "constraints" in self.shape:
            columns = "requirement_id INTEGER, constraint_type TEXT, params TEXT, scope_filter TEXT"
            columns += ", description TEXT, priority INTEGER"
            self.table("requirement_constraints", columns, self.constraint_rows(requirements))

    def program_rows(self) -> Iterator[tuple[object, ...]]:
        for id in range(1, self.sizes.programs + 1):
            yield (id, f"Program {id}", "B.S.", UNIVERSITY, 120, "A program", self.time(), self.time())
        base = self.sizes.programs
        if "duplicate codes" in self.dirt:
            yield (base + 1, "PROGRAM 1", "b.s.", UNIVERSITY, 120, "The same", self.time(), self.time())
        if "blank texts" in self.dirt:
            yield (base + 2, "", "B.S.", UNIVERSITY, 120, "", "", "")
            yield (base + 3, "Bare program", "", UNIVERSITY, None, "", "", "")

    def requirement_rows(self) -> Iterator[tuple[object, ...]]:
        id = 0
        terms = [("Fall", 2023, False), ("Fall", 2024, True)] if "versions" in self.shape else [None]
        for program in range(1, self.sizes.programs + 1):
            for term in terms:
                for category in ("Core", "General Education", "Free Electives"):
                    id += 1
                    row = [id, program, category, 12, f"{category} courses"]
                    if "constraints" in self.shape:
                        row += ["grouped" if category == "Core" else "simple", False, id]
                    yield tuple(row + list(term or ()))
        if "orphans" in self.dirt:
            yield self.requirement(id + 1, 99_999, "Orphan", "Fall", 2024, True)
        if "mixed versions" in self.dirt:
            yield self.requirement(id + 2, 1, "Newest", "Spring", 2025, True)
            yield self.requirement(id + 3, 1, "No term", None, None, None)
            yield self.requirement(id + 4, 1, "Bad term", "Mud", 2025, None)
        if "blank texts" in self.dirt:
            yield self.requirement(id + 5, 1, "", "Fall", 2024, True)

    def requirement(self, id, program, category, season, year, is_current):
        row = [id, program, category, 3, None]
        if "constraints" in self.shape:
            row += ["unheard of" if "unknown words" in self.dirt else "simple", True, None]
        return tuple(row + ([season, year, is_current] if "versions" in self.shape else []))

    def group_rows(self, requirements) -> Iterator[tuple[object, ...]]:
        id = 0
        for requirement in requirements:
            if requirement[2] == "Free Electives":
                continue
            for name in ("Required", "Choice") if requirement[2] == "Core" else ("Any",):
                id += 1
                row = [id, requirement[0], name, 2, 6]
                yield tuple(row + ([1, 5, f"{name} group", name == "Required"] if "constraints" in self.shape else []))
        if "orphans" in self.dirt:
            row = [id + 1, 99_999, "Orphan", 1, 3]
            yield tuple(row + ([None, None, None, None] if "constraints" in self.shape else []))

    def option_rows(self, groups) -> Iterator[tuple[object, ...]]:
        id = 0
        most = max(self.sizes.courses // 4, 1)
        for group in groups:
            for number in range(min(6, most)):
                id += 1
                yield (id, group[0], self.code(1 + (group[0] * 5 + number) % most), UNIVERSITY, number == 0, None)
        if "unknown options" in self.dirt:
            yield (id + 1, 1, "MATH 8888", UNIVERSITY, False, "gone")
            yield (id + 2, 1, "chem8889", "", None, None)
            yield (id + 3, 1, "???", UNIVERSITY, None, None)
            yield (id + 4, 1, "MATH 8887", "Nowhere University", None, None)
            yield (id + 5, 1, "", UNIVERSITY, None, None)
        if "orphans" in self.dirt:
            yield (id + 6, 99_999, "MATH 1000", UNIVERSITY, None, None)

    def constraint_rows(self, requirements) -> Iterator[tuple[object, ...]]:
        id = 0
        asked = (
            ("min_level_credits", {"credits": 6, "level": 3000}),
            ("min_courses_at_level", {"courses_min": 1, "level_min": 2000}),
            ("min_tag_courses", {"min_courses": 1, "tag": "lab"}),
            ("max_tag_credits", {"credits": 4, "tag": "research"}),
            ("credits", {"credits_min": 12}),
        )
        for requirement in requirements:
            if requirement[2] != "Core":
                continue
            kind, params = asked[id % len(asked)]
            id += 1
            scope = json.dumps({"subject_codes": ["BIOL"]}) if id % 2 else None
            yield (id, requirement[0], kind, json.dumps(params), scope, None, 1)
        if "broken json" in self.dirt:
            yield (id + 1, 1, "credits", "{broken", None, None, None)
            yield (id + 2, 1, "unheard of", json.dumps({"min_credits": 1, "moon": 1}), json.dumps(["BIOL"]), None, None)
            yield (id + 3, 1, "tag", json.dumps({"tag": "lab"}), None, None, None)
        if "orphans" in self.dirt:
            yield (id + 4, 99_999, "credits", json.dumps({"credits": 3}), None, None, None)

    def plans(self) -> None:
        columns = (
            "student_name TEXT, student_email TEXT, program_id INTEGER, plan_name TEXT, status TEXT, "
            "created_at DATETIME, updated_at DATETIME"
        )
        for name, kind in (
            ("advisors", "advisor_email TEXT"),
            ("current_program", "current_program_id INTEGER"),
            ("plan_code", "plan_code TEXT"),
        ):
            columns += f", {kind}" if name in self.shape else ""
        self.table("plans", columns, self.plan_rows())
        columns = (
            "plan_id INTEGER, course_id INTEGER, semester TEXT, year INTEGER, status TEXT, grade TEXT, "
            "credits INTEGER, requirement_category TEXT, notes TEXT"
        )
        if "constraints" in self.shape:
            columns += ", requirement_group_id INTEGER"
        if "violations" in self.shape:
            columns += ", constraint_violation BOOLEAN, constraint_violation_reason TEXT"
        self.table("plan_courses", columns, self.entry_rows())

    def plan_rows(self) -> Iterator[tuple[object, ...]]:
        for id in range(1, self.sizes.plans + 1):
            yield self.plan(id, f"Student {id}", 1 + id % self.sizes.programs, plan_code(id))
        base = self.sizes.plans
        if "plan codes" in self.dirt:
            yield self.plan(base + 1, "No code", 1, None)
            yield self.plan(base + 2, "Same code", 1, plan_code(1).lower())
            yield self.plan(base + 3, "Short code", 1, "ABC")
        if "orphans" in self.dirt:
            yield self.plan(base + 4, "No program", 99_999, plan_code(base + 4))
        if "unknown words" in self.dirt:
            yield self.plan(base + 5, "Odd status", 1, plan_code(base + 5), status="dreaming", created_at="some day")

    def plan(self, id, name, program, code, status="active", created_at=None):
        row = [
            id,
            name,
            f"student{id}@example.edu",
            program,
            f"Plan {id}",
            status,
            created_at or self.time(),
            self.time(),
        ]
        for shape, value in (("advisors", "advisor@example.edu"), ("current_program", 1), ("plan_code", code)):
            row += [value] if shape in self.shape else []
        return row

    def entry_rows(self) -> Iterator[tuple[object, ...]]:
        per_plan = max(self.sizes.entries // self.sizes.plans, 1)
        id = 0
        for plan in range(1, self.sizes.plans + 1):
            for number in range(per_plan):
                id += 1
                course = 1 + (plan * 31 + number * 17) % self.sizes.courses
                status = STATUSES[id % len(STATUSES)]
                grade = GRADES[id % len(GRADES)] if status == "completed" else None
                yield self.entry(id, plan, course, SEMESTERS[id % 3], 2022 + id % 4, status, grade, 3)
        courses = self.sizes.courses
        if "orphans" in self.dirt:
            yield self.entry(id + 1, 99_999, 1, "Fall", 2024, "planned", None, 3)
            yield self.entry(id + 2, 1, 99_999, "Fall", 2024, "planned", None, 3)
        if "unknown words" in self.dirt:
            yield self.entry(id + 3, 1, 2, "Fall", 2024, "Almost Done", "A", 3)
            yield self.entry(id + 4, 1, 3, "Never", 2024, "completed", "Z+", 3)
            yield self.entry(id + 5, 1, 4, None, None, "FAILED", None, "lots")
        if "fake courses" in self.dirt:
            yield self.entry(id + 6, 1, courses + 4, "Fall", 2024, "completed", "B", 3)
        if "duplicate codes" in self.dirt:
            yield self.entry(id + 7, 1, courses + 1, "Fall", 2024, "completed", "B", 3)
            yield self.entry(id + 8, 1, 4, "Spring", 2025, "completed", "A", 3)
        if "blank texts" in self.dirt:
            yield self.entry(id + 9, 1, 4, "", "", "", "", "")

    def entry(self, id, plan, course, season, year, status, grade, credits):
        row = [id, plan, course, season, year, status, grade, credits, "Core" if id % 2 else None, None]
        row += [1] if "constraints" in self.shape else []
        row += [False, None] if "violations" in self.shape else []
        return row
