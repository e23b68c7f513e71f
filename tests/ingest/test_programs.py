"""Programs as JSON: everything a tree can say survives, what is wrong is told with its place."""

import gzip
import json
from datetime import date
from decimal import Decimal

import pytest

from gql_api import database, errors
from gql_api.domain import grades, requirements
from gql_api.ingest import contract, courses, files, jobs, programs
from gql_api.reads import imports, program_trees_sync

CATALOG = b"""code,title,credits,institution
ENG 101,Writing,3,North College
ENG 102,Sources,3,North College
MATH 201,Calculus,4,North College
LAB 1,Bench,2,South College
"""
WHOLE = {
    "key": "all",
    "name": "Everything",
    "description": "Every field once",
    "min_children": 1,
    "min_credits_beneath": "7.5",
    "constraints": [
        {"kind": "MIN_GPA", "gpa": "2.25", "scope": {"subjects": ["eng"], "institution": "South College"}},
        {"kind": "max_age_years", "years": 8, "description": "recent"},
    ],
    "children": [
        {
            "key": "pool",
            "name": "Pool",
            "options": [
                {"course": "eng101", "is_preferred": True, "notes": "first"},
                {"course": "LAB 1", "institution": "South College"},
                {"pattern": {"subject": "math", "number_from": "200", "number_to": "299", "level_from": 2000}},
                {
                    "pattern": {"institution": "North College", "attribute": "tag", "attribute_value": "x"},
                    "is_excluded": True,
                },
            ],
            "min_courses": 2,
            "min_credits": 6,
            "max_courses": 3,
            "max_credits": 9,
            "min_credits_per_course": 2,
            "max_credits_per_course": 5,
            "min_grade": "C-",
            "is_optional": True,
            "share_with": [{"with_key": "rest", "max_credits": 3}],
            "constraints": [{"kind": "MIN_GRADE", "grade": "B_PLUS", "scope": {"level_from": 2000, "level_to": 4000}}],
        },
        {"key": "shared", "name": "Shared", "sharing": "SHARED", "options": [{"course": "ENG 102"}], "min_courses": 1},
    ],
}
REST = {"key": "rest", "name": "The rest", "is_residual": True, "min_credits": 10}


def version(year=2025, **fields):
    return {"season": "Fall", "year": year, "requirements": [WHOLE, REST], **fields}


def program(*versions, **fields):
    return {
        "institution": "North College",
        "name": "Logic",
        "degree_type": "B.A.",
        "versions": list(versions),
        **fields,
    }


def document(*given):
    return {"format": "gql-api/programs", "version": 1, "programs": list(given)}


@pytest.fixture
def connection(database_url):
    with database.connect(database_url) as opened:
        options = contract.Options(on=date(2025, 9, 1), actor="a test", create_institutions=True)
        jobs.load(opened, courses.Courses(), [files.of_bytes("courses.csv", CATALOG)], options)
        yield opened


@pytest.fixture
def load(connection):
    def load(given, **options):
        content = given if isinstance(given, bytes) else json.dumps(given).encode()
        wanted = contract.Options(on=date(2025, 9, 1), actor="a test", **options)
        return jobs.load(connection, programs.Programs(), [files.of_bytes("programs.json", content)], wanted)

    return load


def counts(result):
    return (result.plan.new, result.plan.updated, result.plan.unchanged, result.plan.removed)


def said(connection, result):
    with connection.transaction():
        return [
            (each.row_number, each.column_name, each.message) for each in imports.findings(connection, result.job_id)
        ]


def stored(connection):
    with connection.transaction():
        return connection.execute(
            "SELECT year, revision, state, is_current FROM program_versions ORDER BY term_key, revision"
        ).fetchall()


def current(connection):
    with connection.transaction(), connection.cursor() as cursor:
        (found,) = program_trees_sync.programs_named(cursor, ["logic"])
        (latest,) = [one for one in program_trees_sync.versions(cursor, [found.id]) if one.is_current]
        return program_trees_sync.contents(cursor, [latest])[latest.id]


def test_every_field_of_a_tree_survives(load, connection):
    facts = {"total_credits": "120", "residency_credits": 30, "minimum_gpa": "2.0", "notes": "n", "current": True}
    result = load(document(program(version(**facts, constraints=[{"kind": "MAX_TRANSFER_CREDITS", "credits": 60}]))))
    assert result.is_committed
    assert counts(result) == (4, 0, 0, 0)
    content = current(connection)
    assert (content.total_credits, content.residency_credits, content.minimum_gpa, content.notes) == (120, 30, 2, "n")
    assert [(one.kind.name, one.credits) for one in content.constraints] == [("MAX_TRANSFER_CREDITS", 60)]
    whole, rest = content.requirements
    assert (whole.key, whole.name, whole.description, whole.min_children, whole.min_credits_beneath) == (
        "all",
        "Everything",
        "Every field once",
        1,
        Decimal("7.5"),
    )
    gpa, age = whole.constraints
    assert (gpa.kind.name, gpa.gpa, gpa.scope.subjects, gpa.scope.institution_id is None) == (
        "MIN_GPA",
        Decimal("2.25"),
        {"ENG"},
        False,
    )
    assert (age.kind.name, age.years, age.description) == ("MAX_AGE_YEARS", 8, "recent")
    pool, shared = whole.children
    first, lab, pattern, excluded = pool.options
    assert (first.code, first.course_id is None, first.is_preferred, first.notes) == ("ENG 101", False, True, "first")
    assert (lab.code, lab.institution_id) == ("LAB 1", gpa.scope.institution_id)
    assert (pattern.subject, pattern.number_from, pattern.number_to, pattern.level_from) == ("MATH", "200", "299", 2000)
    assert (excluded.attribute, excluded.attribute_value, excluded.is_excluded) == ("tag", "x", True)
    assert (pool.min_courses, pool.min_credits, pool.max_courses, pool.max_credits) == (2, 6, 3, 9)
    assert (pool.min_credits_per_course, pool.max_credits_per_course, pool.min_grade) == (2, 5, grades.Grade.C_MINUS)
    assert pool.is_optional
    assert pool.share_with == (requirements.Share(with_key="rest", max_credits=Decimal(3)),)
    (least,) = pool.constraints
    assert (least.grade, least.scope.level_from, least.scope.level_to) == (grades.Grade.B_PLUS, 2000, 4000)
    assert shared.sharing is requirements.Sharing.SHARED
    assert (rest.is_residual, rest.min_credits) == (True, 10)


def test_the_same_document_again_changes_nothing_compressed_or_not(load, connection):
    given = document(program(version(2024, current=False), version(2025, current=True)))
    assert counts(load(given)) == (8, 0, 0, 0)
    before = stored(connection)
    assert counts(load(gzip.compress(json.dumps(given).encode()))) == (0, 0, 8, 0)
    assert stored(connection) == before == [(2024, 1, "PUBLISHED", False), (2025, 1, "PUBLISHED", True)]


def test_a_change_is_a_new_revision_and_only_what_changed_is_counted(load, connection):
    load(document(program(version())))
    result = load(document(program(version(requirements=[WHOLE, {**REST, "min_credits": 12}]))))
    assert counts(result) == (0, 1, 3, 0)
    assert stored(connection) == [(2025, 1, "ARCHIVED", False), (2025, 2, "PUBLISHED", True)]
    facts = load(document(program(version(requirements=[WHOLE, {**REST, "min_credits": 12}], total_credits=60))))
    assert counts(facts) == (0, 1, 3, 0)
    assert stored(connection)[-1] == (2025, 3, "PUBLISHED", True)


def test_a_draft_is_rewritten_in_place_and_never_current(load, connection):
    draft = version(state="DRAFT")
    load(document(program(draft)))
    assert stored(connection) == [(2025, 1, "DRAFT", False)]
    result = load(document(program({**draft, "requirements": [REST]})))
    assert counts(result) == (0, 0, 1, 3)
    assert stored(connection) == [(2025, 1, "DRAFT", False)]
    with connection.transaction():
        assert connection.execute("SELECT key FROM requirements").fetchall() == [("rest",)]
    load(document(program(version())))
    assert stored(connection) == [(2025, 1, "DRAFT", False), (2025, 2, "PUBLISHED", True)]


def test_kind_and_description_of_a_program_can_change_alone(load, connection):
    load(document(program(version(), description="old")))
    result = load(document(program(version(), description="new", kind="MAJOR")))
    assert counts(result) == (0, 1, 3, 0)
    assert result.plan.notes[0] == "Logic (B.A.): its kind or description changes."
    with connection.transaction():
        assert connection.execute("SELECT kind, description, revision FROM programs").fetchall() == [
            ("MAJOR", "new", 2)
        ]


def test_an_option_that_does_not_exist_is_kept_and_reported(load, connection):
    node = {"key": "a", "name": "A", "options": [{"course": "ENG 999"}, {"course": "ENG 101"}], "min_credits": 6}
    result = load(document(program(version(requirements=[node]))))
    assert result.is_committed
    assert said(connection, result) == [
        (
            1,
            "programs[0].versions[0]",
            "Logic (B.A.), Fall 2025: ENG 999 is no known course; it is kept with its code.",
        ),
        (
            1,
            "programs[0].versions[0]",
            "Logic (B.A.), Fall 2025: “A” needs 6 credits; its 1 course carries 3 at most, 1 more does not exist.",
        ),
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"nmae": "A"},
            "programs[0].versions[0].requirements[0].nmae: is no field that is known here; correct its name, ",
        ),
        (
            {"min_courses": "2"},
            "programs[0].versions[0].requirements[0].min_courses: must be a whole number without quotes",
        ),
        (
            {"min_credits": -1},
            "programs[0].versions[0].requirements[0].min_credits: must be at least 0",
        ),
        (
            {"options": [{"notes": "nothing"}]},
            "programs[0].versions[0].requirements[0].options[0]: an option has either a course or a pattern",
        ),
        (
            {"constraints": [{"kind": "MOST"}]},
            "programs[0].versions[0].requirements[0].constraints[0].kind: one of MIN_CREDITS, MAX_CREDITS,",
        ),
        (
            {"min_grade": "Z"},
            "programs[0].versions[0].requirements[0].min_grade: “Z” is not a grade.",
        ),
    ],
)
def test_a_document_of_another_shape_is_refused_with_the_place(load, connection, change, message):
    node = {"key": "a", "name": "A", **change}
    with pytest.raises(errors.InvalidInput) as refusal:
        load(document(program(version(requirements=[node]))))
    assert refusal.value.message.startswith("programs.json:\n" + message)
    assert stored(connection) == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "programs.json is no JSON file: EOF while parsing an object at line 1 column 1."),
        (b"[]", "programs.json:\nThe document must be an object. The guide to imports shows one."),
        (b"\xff\xfe{}", "programs.json is no JSON file: "),
        (
            b'{"format": "x", "version": 1, "programs": []}',
            "programs.json:\nformat: must be 'gql-api/programs'",
        ),
        (b'{"a":' * 5000, "programs.json is no JSON file: recursion limit exceeded"),
    ],
)
def test_what_is_no_such_document_is_refused(load, content, message):
    with pytest.raises(errors.InvalidInput) as refusal:
        load(content)
    assert refusal.value.message.startswith(message)


def test_many_problems_are_told_at_once_but_not_endlessly(load):
    nodes = [{"key": f"k{number}", "name": "A", "min_courses": -1} for number in range(30)]
    with pytest.raises(errors.InvalidInput) as refusal:
        load(document(program(version(requirements=nodes))))
    lines = refusal.value.message.splitlines()
    assert len(lines) == 22
    assert lines[-1] == "… and 10 more"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([program(version(), version())], "programs[0]: two versions are of the same term"),
        ([program(version()), program(version())], "a program is given twice; give its versions together"),
        (
            [program(version(state="DRAFT", current=True))],
            "programs[0].versions[0]: only a published version can be current",
        ),
    ],
)
def test_documents_that_contradict_themselves_are_refused(load, given, message):
    with pytest.raises(errors.InvalidInput) as refusal:
        load(document(*given))
    assert refusal.value.message == f"programs.json:\n{message}"


PLACE = "programs[0].versions[0].requirements[0]"
SAYS = "Logic (B.A.), Fall 2025: Requirement “a”: "


@pytest.mark.parametrize(
    ("change", "column", "message"),
    [
        (
            {"options": [{"course": "ENGLISH"}]},
            f"{PLACE}.options[0].course",
            "“ENGLISH” cannot be split into a subject and a number. Write it as MATH 101.",
        ),
        (
            {"options": [{"course": "ENG 1", "institution": "Nowhere"}]},
            f"{PLACE}.options[0].institution",
            "There is no institution “Nowhere”. Import it first, or correct the name.",
        ),
        (
            {"options": [{"pattern": {"institution": "Nowhere"}}]},
            f"{PLACE}.options[0].pattern.institution",
            "There is no institution “Nowhere”. Import it first, or correct the name.",
        ),
        (
            {"constraints": [{"kind": "MIN_GPA", "gpa": 2, "scope": {"institution": "Nowhere"}}]},
            f"{PLACE}.constraints[0].scope.institution",
            "There is no institution “Nowhere”. Import it first, or correct the name.",
        ),
        (
            {"constraints": [{"kind": "MIN_GPA"}]},
            f"{PLACE}.constraints[0].gpa",
            SAYS + "a constraint MIN_GPA needs gpa.",
        ),
        (
            {"options": [{"course": "ENG 101"}], "children": [{"key": "b", "name": "B"}]},
            f"{PLACE}.options",
            SAYS + "it has children and options; make one of the children hold the options.",
        ),
        (
            {"options": [{"course": "ENG 101"}, {"course": "eng-101"}]},
            f"{PLACE}.options[1]",
            SAYS + "ENG 101 is in the pool twice.",
        ),
        (
            {"children": [{"key": "a", "name": "B"}]},
            f"{PLACE}.children[0].key",
            "Logic (B.A.), Fall 2025: The key “a” is used twice; keys are unique within a version.",
        ),
        (
            {"share_with": [{"with_key": "zz", "max_courses": 1}]},
            f"{PLACE}.share_with[0]",
            SAYS + "it shares with “zz”, which is no requirement of this version.",
        ),
    ],
)
def test_a_program_that_cannot_be_stored_is_told_with_the_place_and_nothing_is(
    load, connection, change, column, message
):
    good = program(version(), name="Good")
    bad = program(version(requirements=[{"key": "a", "name": "A", **change}]))
    result = load(document(bad, good))
    assert [each for each in said(connection, result) if each[1] == column] == [(1, column, message)]
    assert (result.is_committed, result.invalid_rows) == (False, 1)
    assert stored(connection) == []
    assert load(document(bad, good), skip_invalid=True).is_committed
    assert stored(connection) == [(2025, 1, "PUBLISHED", True)]


def test_a_deep_tree_is_refused_in_words(load, connection):
    node = {"key": "k0", "name": "A"}
    for number in range(1, 21):
        node = {"key": f"k{number}", "name": "A", "children": [node]}
    result = load(document(program(version(requirements=[node]))))
    assert said(connection, result)[0][2] == "Logic (B.A.), Fall 2025: The tree is more than 20 levels deep."
    assert stored(connection) == []


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_document_that_would_fill_the_memory_is_refused(load, pack):
    with pytest.raises(errors.InvalidInput, match=r"^programs\.json is larger than 32 MB"):
        load(pack(b" " * (32 * 1024 * 1024 + 1)))
