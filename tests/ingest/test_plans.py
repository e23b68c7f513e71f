"""Plans and transcripts as JSON: names resolved, codes given out once, nothing imported twice."""

import json
from datetime import date

import pytest

from gql_api import database, errors
from gql_api.domain import plan_codes
from gql_api.ingest import contract, courses, files, jobs, plans, programs
from gql_api.reads import imports

SECRET = "a secret of tests"
CATALOG = b"""code,title,credits,institution
ENG 101,Writing,3,North College
ENG 102,Sources,3,North College
"""
NODE = {"key": "a", "name": "A", "options": [{"course": "ENG 101"}], "min_courses": 1}
PROGRAMS = {
    "format": "gql-api/programs",
    "version": 1,
    "programs": [
        {
            "institution": "North College",
            "name": "Logic",
            "degree_type": "B.A.",
            "versions": [
                {"season": "Fall", "year": year, "current": year == 2025, "requirements": [NODE]}
                for year in (2023, 2025)
            ],
        }
    ],
}
TARGET = {"institution": "NC", "name": "logic"}
ENTRY = {"course": {"institution": "NC", "code": "eng101"}, "status": "PLANNED"}


def document(*given):
    return {"format": "gql-api/plans", "version": 1, "plans": list(given)}


@pytest.fixture
def connection(database_url):
    with database.connect(database_url) as opened:
        options = contract.Options(on=date(2025, 9, 1), actor="a test", create_institutions=True)
        jobs.load(opened, courses.Courses(), [files.of_bytes("courses.csv", CATALOG)], options)
        content = json.dumps(PROGRAMS).encode()
        jobs.load(opened, programs.Programs(), [files.of_bytes("programs.json", content)], options)
        yield opened


@pytest.fixture
def load(connection):
    def load(given, **options):
        kind = plans.Plans(SECRET, lambda count: bytes(range(count)))
        wanted = contract.Options(on=date(2025, 9, 1), actor="a test", **options)
        result = jobs.load(connection, kind, [files.of_bytes("plans.json", json.dumps(given).encode())], wanted)
        return result, tuple(plan.code for plan in kind.loaded)

    return load


def rows(connection, query):
    with connection.transaction():
        return connection.execute(query).fetchall()


def test_a_plan_is_stored_with_its_courses_and_opened_by_its_code_only(load, connection):
    entries = [
        {**ENTRY, "status": "COMPLETED", "grade": "B+", "term": {"season": "Fall", "year": 2024, "session": "A"}},
        {**ENTRY, "term": {"season": "Spring", "year": 2026}, "is_repeat": True, "pinned_key": "a", "notes": "again"},
        {
            "unlisted": {"institution": "Mill", "code": "B 1", "title": "Bees", "credits": "1.5"},
            "status": "COMPLETED",
            "taken_on": "2022-06-30",
            "score": 4,
            "credits": 1,
        },
    ]
    given = {
        "name": "Mine",
        "student_name": "Robin",
        "student_email": "r@example.edu",
        "advisor_email": "a@example.edu",
        "status": "DRAFT",
        "target": TARGET,
        "catalog_term": {"season": "Spring", "year": 2026},
        "courses": entries,
    }
    result, codes = load(document(given))
    assert (result.is_committed, result.plan.new) == (True, 1)
    (code,) = codes
    assert len(code) == 10
    query = (
        "SELECT p.code_hmac, p.code_key_id, p.name, p.student_name, p.student_email, p.advisor_email, p.status, "
        "p.catalog_term_key, v.year, p.current_version_id "
        "FROM plans p JOIN program_versions v ON v.id = p.target_version_id"
    )
    assert rows(connection, query) == [
        (
            plan_codes.digest(code, SECRET.encode()),
            plan_codes.key_id(SECRET),
            "Mine",
            "Robin",
            "r@example.edu",
            "a@example.edu",
            "DRAFT",
            20262,
            2025,
            None,
        )
    ]
    query = (
        "SELECT c.code_key, e.unlisted_title, e.unlisted_credits::float, e.year, e.season, e.session, e.taken_on, "
        "e.status, e.grade, e.score, e.credits::float, e.is_repeat, e.pinned_key, e.notes "
        "FROM planned_courses e LEFT JOIN courses c ON c.id = e.course_id ORDER BY e.id"
    )
    assert rows(connection, query) == [
        ("ENG 101", None, None, 2024, "FALL", "A", None, "COMPLETED", "B_PLUS", None, None, False, None, None),
        ("ENG 101", None, None, 2026, "SPRING", None, None, "PLANNED", None, None, None, True, "a", "again"),
        (None, "Bees", 1.5, None, None, None, date(2022, 6, 30), "COMPLETED", None, 4, 1.0, False, None, None),
    ]


@pytest.mark.parametrize(
    ("fields", "year"),
    [
        ({}, 2025),
        ({"catalog_term": {"season": "Summer", "year": 2025}}, 2023),
        ({"catalog_term": {"season": "Fall", "year": 2025}}, 2025),
        ({"target": {**TARGET, "term": {"season": "Fall", "year": 2023}}}, 2023),
    ],
)
def test_a_plan_follows_the_version_of_its_term_never_a_later_one(load, connection, fields, year):
    load(document({"target": TARGET, "courses": [], **fields}))
    query = "SELECT v.year FROM plans p JOIN program_versions v ON v.id = p.target_version_id"
    assert rows(connection, query) == [(year,)]


def test_a_file_of_plans_is_never_imported_twice(load, connection):
    first, _ = load(document({"courses": [ENTRY]}))
    again, codes = load(document({"courses": [ENTRY]}))
    assert (again.plan.new, again.plan.unchanged, codes) == (0, 1, ())
    assert again.plan.notes == (f"These plans were imported before (job {first.job_id}). They are not imported twice.",)
    assert rows(connection, "SELECT count(*) FROM plans") == [(1,)]


@pytest.mark.parametrize(
    ("plan", "column", "message"),
    [
        (
            {"courses": [{**ENTRY, "course": {"institution": "NC", "code": "ENG 999"}}]},
            "plans[0].courses[0].course.code",
            "“ENG 999” is no known course of North College. Give it as an unlisted course.",
        ),
        (
            {"courses": [{**ENTRY, "course": {"institution": "Nowhere", "code": "ENG 101"}}]},
            "plans[0].courses[0].course.institution",
            "There is no institution “Nowhere”. Import it first, or correct the name.",
        ),
        (
            {"courses": [ENTRY, ENTRY]},
            "plans[0].courses[1]",
            "The course is in the plan already; mark the later attempt with is_repeat.",
        ),
        (
            {"courses": [], "target": {"institution": "NC", "name": "Magic"}},
            "plans[0].target",
            "North College has no program “Magic”.",
        ),
        (
            {"courses": [], "target": {"institution": "Nowhere", "name": "Logic"}},
            "plans[0].target.institution",
            "There is no institution “Nowhere”. Import it first, or correct the name.",
        ),
        (
            {"courses": [], "current": TARGET, "catalog_term": {"season": "Fall", "year": 2020}},
            "plans[0].current",
            "“logic” has no published version for that term.",
        ),
    ],
)
def test_what_a_plan_names_and_does_not_exist_is_told_with_its_place(load, connection, plan, column, message):
    result, codes = load(document(plan))
    with connection.transaction():
        found = [tuple(each) for each in imports.findings(connection, result.job_id)]
    assert found == [(1, column, "ERROR", message)]
    assert (result.is_committed, codes) == (False, ())
    assert rows(connection, "SELECT count(*) FROM plans") == [(0,)]


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        (
            {"courses": [{"status": "PLANNED"}]},
            "plans[0].courses[0]: an entry has either a course or an unlisted course",
        ),
        ({"courses": [{**ENTRY, "grade": "A"}]}, "plans[0].courses[0]: a planned course has no grade yet"),
        (
            {"courses": [{**ENTRY, "status": "DONE"}]},
            "plans[0].courses[0].status: one of PLANNED, IN_PROGRESS, COMPLETED",
        ),
        ({"courses": [ENTRY] * 201}, "plans[0].courses: must have at most 200 members, not 201"),
        ({}, "plans[0].courses: is missing"),
    ],
)
def test_plans_of_another_shape_are_refused_with_the_place(load, plan, message):
    with pytest.raises(errors.InvalidInput) as refusal:
        load(document(plan))
    assert refusal.value.message.startswith(f"plans.json:\n{message}")
