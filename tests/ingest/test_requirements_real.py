"""The two real programs in both layouts: exact numbers, and the second run changes nothing."""

import itertools
import os
from datetime import date
from decimal import Decimal

import pytest

from gql_api import database
from gql_api.domain import requirements
from gql_api.ingest import constraints, contract, courses, files, jobs
from gql_api.ingest import requirements as kind
from gql_api.reads import imports, program_trees_sync

DELGADO = "current_dcc_prog-reqs_associate_92525"
UNO = "target_uno_prog-reqs_bachelors_92525"
UNKNOWN = (*(f"BIOS {number}" for number in range(3491, 3519)), "GEOG 10001")
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def catalogs(cluster, administration, template, real_data):
    """A database with both colleges' courses, to be copied."""
    name = f"{template}_delgado_{os.getpid()}"
    administration.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    options = contract.Options(on=date(2025, 9, 25), actor="a test", create_institutions=True)
    folder = real_data / "delgado-uno"
    with database.connect(cluster.url_of(name)) as connection:
        for file in ("Dcc_courses_92525_updated.csv", "Uno_courses_92525_updated.csv"):
            jobs.load(connection, courses.Courses(), [files.of_path(folder / file)], options)
    yield name
    administration.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def connection(cluster, administration, catalogs):
    name = f"{catalogs}_{next(_numbers)}"
    administration.execute(f"CREATE DATABASE {name} TEMPLATE {catalogs} STRATEGY file_copy")
    with database.connect(cluster.url_of(name)) as opened:
        yield opened
    administration.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def load(connection, real_data):
    def load(file, importer=kind.Requirements, **options):
        given = contract.Options(on=date(2025, 9, 25), actor="a test", **options)
        return jobs.load(connection, importer(), [files.of_path(real_data / "delgado-uno" / file)], given)

    return load


def counts(result):
    return (result.plan.new, result.plan.updated, result.plan.unchanged, result.plan.removed)


def findings(connection, result):
    with connection.transaction():
        return [(each.row_number, each.message) for each in imports.findings(connection, result.job_id)]


def tree(connection, name):
    with connection.cursor() as cursor:
        (program,) = program_trees_sync.programs_named(cursor, [name])
        (current,) = [one for one in program_trees_sync.versions(cursor, [program.id]) if one.is_current]
        return program_trees_sync.contents(cursor, [current])[current.id].requirements


def shape(nodes):
    return {node.name: [child.name for child in node.children] or len(node.options) for node in nodes}


def test_the_associate_program_in_the_new_layout(load, connection):
    result = load(f"{DELGADO}_unified.csv")
    assert result.is_committed
    assert counts(result) == (15, 0, 0, 0)
    assert result.plan.notes == (
        "Transfer Degree A.S - Bio Concentration (A.S.): a new program.",
        (
            "Transfer Degree A.S - Bio Concentration (A.S.), Fall 2025: a new version with 7 top-level requirements, "
            "15 in all, and 119 options. It becomes the current version."
        ),
    )
    nodes = tree(connection, "Transfer Degree A.S - Bio Concentration")
    assert shape(nodes) == {
        "English Composition": ["English Comp Group 1", "English Comp Group 2"],
        "Math/Analytical Reasoning": ["Math Group 1", "Math Group 2"],
        "Fine Arts": 11,
        "Humanities": ["Humanities Group 1", "Humanities Group 2"],
        "Social/Behavioral Sciences": 21,
        "Biological Sciences Major Reqs": ["Bio Required", "Bio Recommended"],
        "Biology Electives": 8,
    }
    by_key = {node.key: node for _, node in requirements.walk(nodes)}
    needed = {key: node.min_credits for key, node in by_key.items() if node.min_credits is not None}
    assert needed == {
        "math-analytical-reasoning/math-group-2": 6,
        "fine-arts": 3,
        "humanities/humanities-group-1": 3,
        "humanities/humanities-group-2": 6,
        "social-behavioral-sciences": 6,
        "biological-sciences-major-reqs/bio-required": 12,
        "biological-sciences-major-reqs/bio-recommended": 18,
        "biology-electives": 9,
    }
    math = by_key["math-analytical-reasoning/math-group-2"]
    assert math.max_credits == 3
    (constraint,) = math.constraints
    assert (constraint.kind, constraint.credits, constraint.level, constraint.scope.subjects) == (
        requirements.ConstraintKind.MIN_CREDITS_AT_LEVEL,
        Decimal(6),
        2000,
        {"MATH"},
    )
    preferred = {option.code for _, node in requirements.walk(nodes) for option in node.options if option.is_preferred}
    assert preferred == {"CHEM 142", "BIOL 143"}


def test_its_numbers_that_cannot_be_are_warned_about(load, connection):
    found = findings(connection, load(f"{DELGADO}_unified.csv"))
    nothing = "needs nothing: it has a maximum and no minimum. Was max_credits meant as the minimum?"
    assert found == [
        (2, "“Transfer Degree A.S - Bio Concentration” has no degree type; “A.S.” is taken from its name."),
        (2, "“English Comp Group 1” " + nothing),
        (4, "“English Comp Group 2” " + nothing),
        (5, "“Math Group 1” " + nothing),
        (6, "“Math Group 2” needs 6 credits and takes at most 3."),
        (8, "MATH 203 is in this pool already (row 7)."),
        (23, "The row repeats row 22 and is not needed."),
        (32, "The row repeats row 31 and is not needed."),
        (69, "The row repeats row 68 and is not needed."),
        (84, "The row repeats row 83 and is not needed."),
    ]


def test_the_bachelor_program_in_the_new_layout(load, connection):
    result = load(f"{UNO}_unified.csv")
    assert counts(result) == (15, 0, 0, 0)
    nodes = tree(connection, "Biology B.S")
    assert shape(nodes) == {
        "English": 3,
        "Mathematics": 2,
        "Science": 3,
        "Humanities": 34,
        "Other Major Requirements": 6,
        "Physics": 4,
        "Social Sciences": 11,
        "Arts": 1,
        "Core Major Requirements": [
            "Major Required Courses",
            "Biology Electives",
            "Biology Lab",
            "Biology 2000",
            "Biology Research/Apprectice",
            "Biology 4000",
        ],
    }
    unknown = {
        option.code
        for _, node in requirements.walk(nodes)
        for option in node.options
        if isinstance(option, requirements.CourseOption) and option.course_id is None
    }
    assert unknown == set(UNKNOWN)
    assert result.plan.notes[-1] == (
        "29 course codes of options do not exist and are kept as codes: " + ", ".join(UNKNOWN) + "."
    )
    found = findings(connection, result)
    assert sum("is no known course of University Of New Orleans" in message for _, message in found) == 29
    assert (66, "“Major Required Courses” needs 15 credits; its 5 courses carry 12 at most.") in found
    assert (
        71,
        "“Biology Electives” needs 25 credits; its 6 courses carry 18 at most, 28 more do not exist.",
    ) in found
    lab = next(node for _, node in requirements.walk(nodes) if node.name == "Biology Lab")
    assert lab.min_credits == 15
    (constraint,) = lab.constraints
    assert (constraint.kind, constraint.credits) == (requirements.ConstraintKind.MIN_CREDITS, 15)
    assert constraint.scope == requirements.Scope(
        subjects=frozenset({"BIOS"}), attribute="has_lab", attribute_value="true"
    )


@pytest.mark.parametrize("file", [f"{DELGADO}_unified.csv", f"{UNO}_unified.csv"])
def test_a_second_run_changes_nothing(load, connection, file):
    load(file)
    before = connection.execute("SELECT * FROM program_versions").fetchall()
    result = load(file)
    assert counts(result) == (0, 0, 15, 0)
    assert result.changes_nothing
    assert connection.execute("SELECT * FROM program_versions").fetchall() == before
    assert connection.execute("SELECT count(*) FROM requirements").fetchone() == (15,)


def test_the_bachelor_program_in_the_legacy_layout(load, connection):
    result = load(f"legacy/{UNO}.csv")
    assert counts(result) == (15, 0, 0, 0)
    nodes = tree(connection, "Biology B.S")
    assert [node.min_credits for node in nodes] == [6, 6, 9, 9, 11, 8, 6, 3, None]
    core = nodes[-1]
    assert core.min_credits_beneath == 34
    assert [(child.name, child.min_courses, child.min_credits) for child in core.children] == [
        ("Major Required Courses", 5, 10),
        ("Biology Electives", 10, 17),
        ("Biology Lab", 3, 6),
        ("Biology 2000", 3, 4),
        ("Biology Research/Apprectice", 3, None),
        ("Biology 4000", 2, 6),
    ]
    found = findings(connection, result)
    assert (71, "35 differs from 34 in row 66; the first one is kept.") in found
    lost = [
        row for row, message in found if message == "Characters that an earlier conversion lost (\ufffd) were left out."
    ]
    assert lost == [42, *range(76, 105), 110, 142, 156]
    assert counts(load(f"legacy/{UNO}.csv")) == (0, 0, 15, 0)


def test_the_associate_program_in_the_legacy_layout(load, connection):
    result = load(f"legacy/{DELGADO}.csv")
    assert counts(result) == (15, 0, 0, 0)
    nodes = tree(connection, "Transfer Degree A.S - Bio Concentration")
    assert [(node.name, node.min_credits_beneath or node.min_credits, node.min_courses) for node in nodes] == [
        ("English Composition", 6, None),
        ("Math/Analytical Reasoning", 6, None),
        ("Fine Arts", 3, 1),
        ("Humanities", 9, None),
        ("Social/Behavioral Sciences", 6, 2),
        ("Biological Sciences Major Reqs", 30, None),
        ("Biology Electives", 1, 1),
    ]
    assert [(child.name, child.min_credits, child.min_courses, len(child.options)) for child in nodes[5].children] == [
        ("Bio Required", 12, 12, 6),
        ("Bio Recommended", 18, 18, 9),
    ]
    assert counts(load(f"legacy/{DELGADO}.csv")) == (0, 0, 15, 0)


def test_the_other_layout_of_a_published_version_is_a_new_revision(load, connection):
    load(f"{UNO}_unified.csv")
    result = load(f"legacy/{UNO}.csv")
    assert result.plan.new == 0
    assert result.plan.updated + result.plan.unchanged == 15
    assert result.plan.notes[0] == (
        "Biology B.S (B.S.), Fall 2025: published and changed: it becomes revision 2. It becomes the current version."
    )
    versions = connection.execute(
        "SELECT revision, state, is_current FROM program_versions ORDER BY revision"
    ).fetchall()
    assert versions == [(1, "ARCHIVED", False), (2, "PUBLISHED", True)]


def test_the_constraints_that_are_there_already_change_nothing(load):
    load(f"{UNO}_unified.csv")
    result = load("legacy/sample_requirement_constraints.csv", constraints.Constraints)
    assert result.is_committed
    assert counts(result) == (0, 0, 15, 0)
    assert result.warnings == 9


def test_a_template_with_two_institutions_needs_to_be_told_whose_program_it_is(load, connection):
    result = load("legacy/sample-template_unified_program_requirements.csv")
    assert not result.is_committed
    assert findings(connection, result)[0] == (
        2,
        "There is no institution “State University”. Import it first, or correct the name.",
    )
    assert connection.execute("SELECT count(*) FROM programs").fetchone() == (0,)


def test_the_template_without_terms_takes_the_term_of_the_command(load, connection):
    file = "legacy/sample-template_program_requirements_formatted.csv"
    refused = load(file)
    assert not refused.is_committed
    assert refused.invalid_rows == 63
    assert findings(connection, refused)[0] == (
        2,
        "The semester is blank: say of which term the catalog is, such as Fall 2025.",
    )
    result = load(file, extra={"term": "Fall 2025"})
    assert result.is_committed
    assert counts(result) == (37, 0, 0, 0)
    free = tree(connection, "BS Biological Sciences")[-2]
    assert (free.name, free.is_residual, free.min_credits) == ("Free Electives", True, 12)


def test_the_template_of_constraints_makes_a_new_revision(load, connection):
    load("legacy/sample-template_program_requirements_formatted.csv", extra={"term": "Fall 2025"})
    file = "legacy/sample-template_requirement_constraints_formatted.csv"
    result = load(file, constraints.Constraints, skip_invalid=True)
    assert result.is_committed
    assert result.invalid_rows == 1
    assert counts(result) == (0, 1, 21, 0)
    electives = tree(connection, "BS Biological Sciences")[-1]
    scope = requirements.Scope(subjects=frozenset({"BIOS"}))
    assert [(one.kind.name, one.credits, one.courses, one.level, one.scope) for one in electives.constraints] == [
        (
            "MAX_COURSES",
            None,
            2,
            None,
            requirements.Scope(subjects=frozenset({"BIOS"}), attribute="has_lab", attribute_value="true"),
        ),
        ("MIN_CREDITS_AT_LEVEL", 10, None, 3000, scope),
    ]
    assert counts(load(file, constraints.Constraints, skip_invalid=True)) == (0, 0, 22, 0)
