"""A Biology B.S. that can be finished, of our own design, and a plan of forty courses from two colleges for it."""

from datetime import date
from decimal import Decimal

from benchmarks import audit_trees
from gql_api.domain import (
    articulation_rules,
    courses,
    entries,
    equivalencies,
    grades,
    institutions,
    requirements,
    statuses,
)

HERE, THERE = audit_trees.HERE, 2
ON = date(2025, 6, 1)
Kind = requirements.ConstraintKind
Status = statuses.PlannedStatus
Node = requirements.Requirement
FOUR = frozenset({"BIO 101", "BIO 102", "BIO 201", "BIO 202", "CHEM 101", "CHEM 102", "PHYS 101", "MATH 201"})
LABS = frozenset({"BIO 310", "BIO 330", "BIO 350", "BIO 410", "BIO 430", *FOUR})
WRITING = frozenset({"BIO 320", "BIO 420", "HIST 210", "PHIL 220"})
ALSO_AT = {
    "BIOL 11": "BIO 101",
    "BIOL 12": "BIO 102",
    "CHM 11": "CHEM 101",
    "ENG 1": "ENGL 101",
    "ENG 2": "ENGL 102",
    "PSY 1": "PSYC 101",
    "HIS 5": "HIST 101",
    "ART 9": "ART 101",
    "MTH 20": "MATH 150",
}
"""Courses of the two-year college, and what each counts as."""
TAKEN = (
    "BIO 201",
    "BIO 202",
    "BIO 301",
    "BIO 302",
    "BIO 310",
    "BIO 320",
    "BIO 330",
    "BIO 410",
    "CHEM 102",
    "CHEM 201",
    "CHEM 202",
    "PHYS 101",
    "STAT 201",
    "HIST 210",
    "PHIL 220",
    "LIT 110",
    "SOC 101",
    "MUS 101",
    "MUS 102",
    "ECON 101",
    "GEOG 101",
    "SPAN 101",
    "SPAN 102",
    "PHIL 101",
    "BIO 399",
    "ANTH 101",
)
RUNNING, PLANNED = ("BIO 420", "SOC 210"), ("BIO 430", "BIO 499")


def _catalog(at: int, first: int, codes: tuple[str, ...]) -> dict[str, courses.Course]:
    known = audit_trees.Catalog(institution_id=at, first_id=first)
    for code in codes:
        tags = [name for name, those in (("lab", LABS), ("writing", WRITING)) if code in those]
        amount = Decimal(4) if code in FOUR or ALSO_AT.get(code) in FOUR else Decimal(3)
        known.add(code, amount, frozenset(tags))
    return {code: known.course(code) for code in codes}


_AWARDED = ("PHIL 102", "LIT 120")
_NAMED = ("BIO 101", "BIO 102", "CHEM 101", "ENGL 101", "ENGL 102", "PSYC 101", "HIST 101", "ART 101", "MATH 150")
_ASKED = ("MATH 201", "MATH 202", "BIOCH 301", "PHYS 102")
OURS = _catalog(HERE, 1, (*_NAMED, *_AWARDED, *TAKEN, *RUNNING, *PLANNED, *_ASKED))
THEIRS = _catalog(THERE, 1_001, (*ALSO_AT, "HUM 7"))


def tree() -> requirements.ProgramTree:
    """The program: a core, electives with laboratories, sciences, general education, free electives; 120 credits."""
    return requirements.ProgramTree(
        version_id=1,
        institution_id=HERE,
        requirements=tuple(_placed(number, node) for number, node in enumerate(_requirements(), 1)),
        total_credits=Decimal(120),
        residency_credits=Decimal(45),
        minimum_gpa=Decimal(2),
    )


def _placed(number: int, node: Node) -> Node:
    return Node(**{**{name: getattr(node, name) for name in node.__slots__}, "position": number})


def _requirements() -> list[Node]:
    return [
        _all("core", *(_one(code, min_grade=grades.Grade.C) for code in _CORE)),
        _electives(),
        _pool("chemistry", "CHEM 101", "CHEM 102", "CHEM 201", "CHEM 202", min_courses=4),
        _any("physical", _one("PHYS 101"), _one("BIOCH 301")),
        _any(
            "mathematics", _all("calculus", _one("MATH 201"), _one("MATH 202")), _all("data", *map(_one, _STATISTICS))
        ),
        _pool("composition", "ENGL 101", "ENGL 102", min_courses=2, min_grade=grades.Grade.C),
        _of("humanities", "HIST", "PHIL", "LIT", amount=9, constraint=(Kind.MIN_DISTINCT_SUBJECTS, {"subjects": 2})),
        _of("society", "PSYC", "SOC", "ECON", amount=6, constraint=(Kind.MAX_CREDITS_PER_SUBJECT, {"credits": 3})),
        _of("arts", "ART", "MUS", amount=3),
        Node(
            key="writing",
            name="Writing intensive",
            options=(requirements.PatternOption(attribute="writing"),),
            min_courses=2,
            sharing=requirements.Sharing.SHARED,
        ),
        Node(key="free", name="Free electives", is_residual=True, min_credits=Decimal(18)),
    ]


_CORE = ("BIO 101", "BIO 102", "BIO 201", "BIO 202", "BIO 301", "BIO 302")
_STATISTICS = ("MATH 150", "STAT 201")


def _electives() -> Node:
    return Node(
        key="electives",
        name="Biology electives",
        options=(
            requirements.PatternOption(subject="BIO", number_from="300", number_to="499"),
            requirements.CourseOption(course_id=OURS["BIO 399"].id, code="BIO 399", is_excluded=True),
        ),
        min_credits=Decimal(18),
        constraints=(
            requirements.Constraint(kind=Kind.MIN_COURSES_WITH_ATTRIBUTE, courses=2, attribute="lab"),
            requirements.Constraint(kind=Kind.MIN_CREDITS_AT_LEVEL, credits=Decimal(6), level=4000),
        ),
    )


def _option(code: str) -> requirements.CourseOption:
    return requirements.CourseOption(course_id=OURS[code].id, code=code, institution_id=HERE)


def _pool(key: str, *codes: str, min_courses: int, min_grade: grades.Grade | None = None) -> Node:
    options = tuple(map(_option, codes))
    return Node(key=key, name=key.capitalize(), options=options, min_courses=min_courses, min_grade=min_grade)


def _one(code: str, min_grade: grades.Grade | None = None) -> Node:
    return _pool(code.lower().replace(" ", "-"), code, min_courses=1, min_grade=min_grade)


def _all(key: str, *children: Node) -> Node:
    placed = tuple(_placed(number, child) for number, child in enumerate(children, 1))
    return Node(key=key, name=key.capitalize(), children=placed)


def _any(key: str, *children: Node) -> Node:
    placed = tuple(_placed(number, child) for number, child in enumerate(children, 1))
    return Node(key=key, name=key.capitalize(), children=placed, min_children=1)


def _of(key: str, *subjects: str, amount: int, constraint: tuple[Kind, dict[str, int]] | None = None) -> Node:
    """Credits in some subjects."""
    found = ()
    if constraint is not None:
        kind, values = constraint
        credits = Decimal(values["credits"]) if "credits" in values else None
        found = (requirements.Constraint(kind=kind, subjects=values.get("subjects"), credits=credits),)
    return Node(
        key=key,
        name=key.capitalize(),
        options=tuple(requirements.PatternOption(subject=subject) for subject in subjects),
        min_credits=Decimal(amount),
        constraints=found,
    )


def possibilities() -> articulation_rules.Possibilities:
    """The two-year college's courses as ours; one of them as either of two, which compete."""
    pairs = [*ALSO_AT.items(), ("HUM 7", "PHIL 102"), ("HUM 7", "LIT 120")]
    rules = tuple(
        articulation_rules.Rule(
            id=number,
            sending_institution_id=THERE,
            receiving_institution_id=HERE,
            groups=((articulation_rules.Source(course_id=THEIRS[given].id, code=given),),),
            awards=(articulation_rules.Award(kind=equivalencies.AwardKind.COURSE, course=OURS[target]),),
            choice_set_id=1 if given == "HUM 7" else None,
        )
        for number, (given, target) in enumerate(pairs, 1)
    )
    receiver = articulation_rules.Receiver(institution_id=HERE, credit_repeat=institutions.RepeatPolicy.BEST)
    return articulation_rules.Possibilities(receiver=receiver, rules=rules)


def plan() -> tuple[entries.PlannedEntry, ...]:
    """Forty courses: ten from elsewhere, twenty-six earned here, two running and two planned."""
    found = [(course, Status.COMPLETED) for course in THEIRS.values()]
    found += [(OURS[code], Status.COMPLETED) for code in TAKEN]
    found += [(OURS[code], Status.IN_PROGRESS) for code in RUNNING]
    found += [(OURS[code], Status.PLANNED) for code in PLANNED]
    letters = (grades.Grade.A, grades.Grade.B, grades.Grade.C, grades.Grade.B_PLUS)
    return tuple(
        entries.PlannedEntry(
            id=number,
            course=course,
            status=status,
            grade=letters[number % len(letters)] if status is Status.COMPLETED else None,
            taken_on=date(2023, 12, 15) if status is Status.COMPLETED else None,
        )
        for number, (course, status) in enumerate(found, 1)
    )
