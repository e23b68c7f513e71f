"""The benchmark's data: made from a seed, written by COPY into the tables that the migrations built.

At scale 1: 20 institutions with 100,000 courses, 200,000 equivalencies, 200 programs whose trees have 240 options,
5,000 plans of 30 courses. The same scale always makes the same rows; only the digests of plan codes depend on the
secret. Options of a program are distinct courses and every plan takes at most one of a pool, so that plans differ
in what is met and every audit has the same work.
"""

import random
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from benchmarks import words
from gql_api.domain import codes, plan_codes

GROUPS, POOLS, OPTIONS = 6, 5, 8
"""A tree: so many groups, of so many pools, of so many options."""
MATCHED, ELECTIVE = 24, 6
"""Courses of a plan that the target program asks for, and others."""
COMPLETED, IN_PROGRESS = 12, 6
_EQUIVALENCIES = (3, 3, 2, 0)
"""How many rules a course has, by its id modulo 4."""
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CREDITS = (3, 3, 3, 4, 1)
Row = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How many rows there are of each kind, and which ids they have: 1 to the number."""

    institutions: int
    courses_each: int
    programs: int
    plans: int

    @property
    def courses(self) -> int:
        """All courses."""
        return self.institutions * self.courses_each

    @property
    def writes_institution(self) -> int:
        """The institution without courses, to which the benchmark adds some."""
        return self.institutions + 1

    @property
    def subjects(self) -> int:
        """Subjects of an institution; each has at least 100 courses."""
        return min(50, self.courses_each // 100)

    def institution_of(self, course: int) -> int:
        """The institution of a course."""
        return (course - 1) // self.courses_each + 1

    def institution_of_program(self, program: int) -> int:
        """The institution of a program."""
        return (program - 1) % self.institutions + 1


def sizes(scale: float) -> Sizes:
    """The sizes of a scale; 1 is the one that the budgets are about."""
    institutions = max(4, round(20 * scale))
    return Sizes(
        institutions=institutions,
        courses_each=max(250, round(100_000 * scale / institutions)),
        programs=max(2, round(200 * scale)),
        plans=max(10, round(5_000 * scale)),
    )


def subject(number: int) -> str:
    """The name of an institution's nth subject."""
    return f"{_LETTERS[number % 26]}{_LETTERS[number // 26]}SC"


def code_of(size: Sizes, course: int) -> str:
    """The code of a course: its subject, and a number of level 1000 to 4000."""
    place = (course - 1) % size.courses_each
    number = place // size.subjects
    return f"{subject(place % size.subjects)} {number % 4 + 1}{number // 4:03d}"


def title_of(course: int) -> str:
    """The title of a course."""
    return words.some(random.Random(course), 4)  # noqa: S311 - reproducible


def program_name(program: int) -> str:
    """The name of a program."""
    return f"Benchmark Studies {program}"


def plan_code(plan: int) -> str:
    """The code of a plan."""
    return plan_codes.displayed(plan_codes.generate(random.Random(plan).randbytes(plan_codes.RANDOM_BYTES)))  # noqa: S311 - reproducible


def fill(connection: psycopg.Connection, size: Sizes, secret: str) -> None:
    """Write every table; `secret` is the server's SECRET_KEY. The caller commits and analyses."""
    trees = [_tree(size, program) for program in range(1, size.programs + 1)]
    _copy(connection, "institutions", "id name abbreviation", _institutions(size))
    with _unindexed(connection, "courses"):
        _copy(
            connection,
            "courses",
            "id institution_id code subject number code_key subjects level title description credits_min credits_max "
            "department attributes",
            _courses(size),
        )
    _equivalencies(connection, size)
    _copy(connection, "programs", "id institution_id name degree_type", _programs(size))
    _copy(
        connection,
        "program_versions",
        "id program_id year season term_key state is_current total_credits published_at",
        ((n, n, 2024, "FALL", 20243, "PUBLISHED", True, 90, "2024-08-01") for n in range(1, size.programs + 1)),
    )
    _copy(connection, "requirements", "id version_id parent_id key name position min_courses", _requirements(trees))
    _copy(
        connection,
        "requirement_options",
        "requirement_id position course_id course_code",
        _options(size, trees),
    )
    _copy(
        connection,
        "plans",
        "id name student_name status code_hmac code_key_id target_version_id catalog_term_key",
        _plans(size, secret),
    )
    _copy(
        connection,
        "planned_courses",
        "plan_id course_id year season status grade",
        _planned_courses(size, trees),
    )
    _continue_identities(connection)


def _copy(connection: psycopg.Connection, table: str, columns: str, rows: Iterable[Row]) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, columns.split()))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    with connection.cursor().copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


@contextmanager
def _unindexed(connection: psycopg.Connection, table: str) -> Generator[None]:
    """The table without its search indexes, which are built again at the end: three times as fast as row by row."""
    found = connection.execute(
        "SELECT pg_class.relname, pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
        "JOIN pg_am ON pg_am.oid = relam WHERE indrelid = %s::regclass AND amname = 'gin'",
        [table],
    ).fetchall()
    for name, _ in found:
        connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    yield
    for _, definition in found:
        connection.execute(definition)


def _continue_identities(connection: psycopg.Connection) -> None:
    """Let the next row that a server writes have the next id."""
    for table in ("institutions", "courses", "equivalencies", "programs", "program_versions", "requirements", "plans"):
        name = sql.Identifier(table)
        connection.execute(
            sql.SQL("SELECT setval(pg_get_serial_sequence({}, 'id'), (SELECT max(id) FROM {}))").format(table, name)
        )


def _institutions(size: Sizes) -> Iterator[Row]:
    for number in range(1, size.institutions + 1):
        yield number, f"Benchmark College {number}", f"BC{number}"
    yield size.writes_institution, "Benchmark College of Writes", "BCW"


def _courses(size: Sizes) -> Iterator[Row]:
    chance = random.Random(1)  # noqa: S311 - reproducible
    for course in range(1, size.courses + 1):
        code = code_of(size, course)
        parsed = codes.parse(code)
        credit = _CREDITS[course % len(_CREDITS)]
        names = (parsed.subject, parsed.number, parsed.key, list(parsed.subjects), parsed.level)
        text = (title_of(course), words.some(chance, 30) + ".")
        yield (course, size.institution_of(course), code, *names, *text, credit, credit, parsed.subject, Jsonb({}))


def _equivalencies(connection: psycopg.Connection, size: Sizes) -> None:
    """Each rule: one source course, one or two target courses at another institution."""
    rules = [
        (course, hop)
        for course in range(1, size.courses + 1)
        for hop in range(1, _EQUIVALENCIES[course % len(_EQUIVALENCIES)] + 1)
    ]

    said = ("AWARDS", "DIRECT", "APPROVED")

    def target(course: int, hop: int) -> int:
        return (course + hop * size.courses_each - 1) % size.courses + 1

    _copy(
        connection,
        "equivalencies",
        "id sending_institution_id receiving_institution_id rule_key outcome strength status",
        (
            (
                number,
                size.institution_of(course),
                size.institution_of(target(course, hop)),
                f"benchmark {number}",
                *said,
            )
            for number, (course, hop) in enumerate(rules, start=1)
        ),
    )
    sources = ((number, 0, course) for number, (course, _) in enumerate(rules, start=1))
    _copy(connection, "equivalency_sources", "equivalency_id group_position course_id", sources)
    awards = (
        (number, position, "COURSE", (target(course, hop) - 1 + position) % size.courses + 1)
        for number, (course, hop) in enumerate(rules, start=1)
        for position in range(2 if number % 10 == 0 else 1)
    )
    _copy(connection, "equivalency_awards", "equivalency_id position kind course_id", awards)


def _programs(size: Sizes) -> Iterator[Row]:
    for number in range(1, size.programs + 1):
        yield number, size.institution_of_program(number), program_name(number), "BS"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tree:
    """A program's options by pool, and the courses of its institution that are none."""

    pools: tuple[tuple[int, ...], ...]
    electives: tuple[int, ...]


def _tree(size: Sizes, program: int) -> _Tree:
    first = (size.institution_of_program(program) - 1) * size.courses_each + 1
    chance = random.Random(program)  # noqa: S311 - reproducible
    drawn = chance.sample(range(first, first + size.courses_each), GROUPS * POOLS * OPTIONS + ELECTIVE)
    pools = tuple(tuple(drawn[n * OPTIONS : (n + 1) * OPTIONS]) for n in range(GROUPS * POOLS))
    return _Tree(pools=pools, electives=tuple(drawn[-ELECTIVE:]))


def _requirement_id(program: int, group: int, pool: int | None = None) -> int:
    first = (program - 1) * GROUPS * (POOLS + 1) + group * (POOLS + 1) + 1
    return first if pool is None else first + pool + 1


def _requirements(trees: list[_Tree]) -> Iterator[Row]:
    for program in range(1, len(trees) + 1):
        for group in range(GROUPS):
            parent = _requirement_id(program, group)
            yield parent, program, None, f"g{group}", f"Group {group + 1}", group, None
            for pool in range(POOLS):
                name = f"Pool {group + 1}.{pool + 1}"
                yield _requirement_id(program, group, pool), program, parent, f"g{group}p{pool}", name, pool, 1


def _options(size: Sizes, trees: list[_Tree]) -> Iterator[Row]:
    for program, tree in enumerate(trees, start=1):
        for number, pool in enumerate(tree.pools):
            requirement = _requirement_id(program, *divmod(number, POOLS))
            for position, course in enumerate(pool):
                yield requirement, position, course, code_of(size, course)


def _plans(size: Sizes, secret: str) -> Iterator[Row]:
    key = plan_codes.key_id(secret)
    for plan in range(1, size.plans + 1):
        digest = plan_codes.digest(plan_code(plan), secret.encode())
        target = (plan - 1) % size.programs + 1
        yield plan, f"Plan {plan}", f"Student {plan}", "ACTIVE", digest, key, target, 20243


def _planned_courses(size: Sizes, trees: list[_Tree]) -> Iterator[Row]:
    """Whole groups first, beginning with another one from plan to plan, so that views differ in what is met."""
    for plan in range(1, size.plans + 1):
        tree = trees[(plan - 1) % size.programs]
        pools = [tree.pools[(plan * POOLS + n) % len(tree.pools)] for n in range(MATCHED)]
        taken = [pool[plan % OPTIONS] for pool in pools] + list(tree.electives)
        for number, course in enumerate(taken):
            if number < COMPLETED:
                yield plan, course, 2024 + number // 8, "FALL", "COMPLETED", "ABC"[number % 3]
            elif number < COMPLETED + IN_PROGRESS:
                yield plan, course, 2026, "SPRING", "IN_PROGRESS", None
            else:
                yield plan, course, 2027 + number // 24, "FALL", "PLANNED", None
