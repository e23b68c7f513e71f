"""Requirement files of our own: every rule of the mapping, wrong rows, revisions, and order that does not matter."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gql_api import database, errors
from gql_api.domain import program_versions, requirement_checks, requirements
from gql_api.ingest import constraints, contract, courses, files, jobs, requirement_rows, requirement_trees
from gql_api.ingest import requirements as kind
from gql_api.reads import imports, program_trees_sync

COLLEGE, OTHER = "North College", "South College"
CATALOG = f"""code,title,credits,institution
ENG 101,Writing,3,{COLLEGE}
ENG 102,Sources,3,{COLLEGE}
MATH 201,Calculus,4,{COLLEGE}
MATH 202,More calculus,4,{COLLEGE}
ART 100,Art,3,{COLLEGE}
ENG 901,Writing,3,{OTHER}
"""
BASE = {
    "program_name": "Logic B.A.",
    "category": "English",
    "requirement_type": "simple",
    "semester": "Fall",
    "year": "2025",
    "is_current": "TRUE",
    "institution": COLLEGE,
}


def text_of(*rows):
    columns = list(dict.fromkeys(column for row in rows for column in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def row(course=None, **cells):
    return {**BASE, **({} if course is None else {"course_code": course}), **cells}


@pytest.fixture
def connection(database_url):
    with database.connect(database_url) as opened:
        options = contract.Options(on=date(2025, 9, 1), actor="a test", create_institutions=True)
        jobs.load(opened, courses.Courses(), [files.of_bytes("courses.csv", CATALOG.encode())], options)
        yield opened


@pytest.fixture
def load(connection):
    def load(*rows, importer=kind.Requirements, **options):
        given = contract.Options(on=date(2025, 9, 1), actor="a test", **options)
        return jobs.load(connection, importer(), [files.of_bytes("file.csv", text_of(*rows))], given)

    return load


def counts(result):
    return (result.plan.new, result.plan.updated, result.plan.unchanged, result.plan.removed)


def said(connection, result):
    with connection.transaction():
        return [
            (each.row_number, each.column_name, each.message) for each in imports.findings(connection, result.job_id)
        ]


def current(connection, name="Logic B.A."):
    with connection.transaction(), connection.cursor() as cursor:
        (program,) = program_trees_sync.programs_named(cursor, [name])
        (version,) = [one for one in program_trees_sync.versions(cursor, [program.id]) if one.is_current]
        return program_trees_sync.contents(cursor, [version])[version.id]


def stored(connection):
    with connection.transaction():
        return connection.execute(
            "SELECT year, season, revision, state, is_current FROM program_versions ORDER BY term_key, revision"
        ).fetchall()


def test_a_simple_category_is_one_pool(load, connection):
    load(
        row("ENG 101", group_name="A", constraint_type="credits", min_credits="3", description="Write well"),
        row("ENG 102", group_name="B"),
    )
    (node,) = current(connection).requirements
    assert (node.key, node.name, node.description, node.min_credits) == ("english", "English", "Write well", 3)
    assert [option.code for option in node.options] == ["ENG 101", "ENG 102"]
    assert node.children == ()


def test_a_simple_category_has_children_only_where_its_groups_state_different_minima(load, connection):
    load(
        row("ENG 101", group_name="A", min_credits="3"),
        row("ENG 102", group_name="A"),
        row("MATH 201", group_name="B", min_credits="4"),
        row("ART 100"),
    )
    (node,) = current(connection).requirements
    assert [(child.key, child.name, child.min_credits) for child in node.children] == [
        ("english/a", "A", 3),
        ("english/b", "B", 4),
        ("english/other-courses", "English: other courses", None),
    ]
    assert [[option.code for option in child.options] for child in node.children] == [
        ["ENG 101", "ENG 102"],
        ["MATH 201"],
        ["ART 100"],
    ]


def test_a_grouped_category_needs_every_group_and_its_own_numbers_count_beneath(load, connection):
    load(
        row("ENG 101", requirement_type="grouped", group_name="A", min_courses="1", description="of the group"),
        row("MATH 201", requirement_type="grouped", group_name="B", min_courses="1"),
        row(requirement_type="grouped", min_credits="7", max_courses="3", description="of the category"),
    )
    (node,) = current(connection).requirements
    assert node.min_children is None
    assert [(child.name, child.min_courses, child.description) for child in node.children] == [
        ("A", 1, "of the group"),
        ("B", 1, None),
    ]
    assert (node.min_credits_beneath, node.description) == (7, "of the category")
    assert [(one.kind.name, one.courses) for one in node.constraints] == [("MAX_COURSES", 3)]


def test_the_legacy_columns_say_the_same_in_other_words(load, connection):
    legacy = {
        "category": "English",
        "credits_required": "6",
        "requirement_type": "grouped",
        "group_name": "A",
        "courses_per_group": "2",
        "total_credits_per_group": "6",
        "description": "of the category",
        "group_description": "of the group",
        "option_notes": "first",
    }
    load({**BASE, **legacy, "course_option": "eng101"}, {**BASE, **legacy, "course_option": "ENG-102"})
    (node,) = current(connection).requirements
    (child,) = node.children
    assert (node.min_credits_beneath, node.description) == (6, "of the category")
    assert (child.min_courses, child.min_credits, child.description) == (2, 6, "of the group")
    assert [(option.code, option.notes) for option in child.options] == [("ENG 101", "first"), ("ENG 102", "first")]


def test_courses_required_is_the_groups_where_there_is_one_and_else_the_categorys(load, connection):
    load(
        row("ENG 101", category="A", courses_required="1"),
        row("ENG 102", category="B", group_name="only", courses_required="1", credits_required_group="0"),
        row(
            "MATH 201",
            category="C",
            group_name="only",
            courses_required="2",
            courses_per_group="1",
            requirement_type="grouped",
        ),
    )
    first, second, third = current(connection).requirements
    assert (first.min_courses, second.min_courses, second.min_credits) == (1, 1, None)
    assert third.children[0].min_courses == 1
    assert [(one.kind.name, one.courses) for one in third.constraints] == [("MIN_COURSES", 2)]


def test_program_facts_are_taken_from_the_first_row_that_has_them(load, connection):
    result = load(
        row("ENG 101", degree_type="B.A.", program_description="Thinking", program_total_credits="120"),
        row("ENG 102", degree_type="B.A.", program_total_credits="124", is_current="false"),
    )
    assert current(connection).total_credits == 120
    with connection.transaction():
        assert connection.execute("SELECT name, degree_type, kind, description FROM programs").fetchall() == [
            ("Logic B.A.", "B.A.", "DEGREE", "Thinking")
        ]
    assert (3, "program_total_credits", "124 differs from 120 in row 2; the first one is kept.") in said(
        connection, result
    )
    assert (3, "is_current", "“False” differs from “True” in row 2; the first one is kept.") in said(connection, result)


@pytest.mark.parametrize(
    ("name", "degree_type", "of_kind"),
    [
        ("Logic B.A", "B.A.", "DEGREE"),
        ("Logic Minor", "Minor", "MINOR"),
        ("Web Certificate", "Certificate", "CERTIFICATE"),
    ],
)
def test_the_degree_type_is_guessed_from_the_name_with_a_warning(load, connection, name, degree_type, of_kind):
    result = load(row("ENG 101", program_name=name))
    with connection.transaction():
        assert connection.execute("SELECT degree_type, kind FROM programs").fetchall() == [(degree_type, of_kind)]
    expected = f"“{name}” has no degree type; “{degree_type}” is taken from its name."
    assert (2, "degree_type", expected) in said(connection, result)


def test_a_name_that_tells_no_degree_leaves_it_empty(load, connection):
    result = load(row("ENG 101", program_name="Logic"))
    assert (2, "degree_type", "“Logic” has no degree type; none can be told from its name.") in said(connection, result)


def test_the_institution_is_the_rows_or_the_commands_or_the_only_one_of_the_options(load, connection):
    load(row("ENG 101", program_name="One", program_institution=OTHER))
    load(row("ENG 101", program_name="Two"), institution="SC")
    load(row("ENG 101", program_name="Three"))
    with connection.transaction():
        found = connection.execute(
            "SELECT p.name, i.name FROM programs p JOIN institutions i ON i.id = p.institution_id ORDER BY p.id"
        ).fetchall()
    assert found == [("One", OTHER), ("Two", OTHER), ("Three", COLLEGE)]


def test_a_program_of_two_institutions_is_refused_until_it_is_told_whose_it_is(load, connection):
    result = load(row("ENG 101"), row("ENG 901", institution=OTHER))
    assert not result.is_committed
    message = (
        "It cannot be told whose program “Logic B.A.” is: its options are of North College, South College. Fill the "
        "column program_institution, or name it with --institution."
    )
    assert said(connection, result) == [(2, "program_name", message), (3, "program_name", message)]
    assert stored(connection) == []


def test_categories_that_differ_in_case_are_one_and_similar_ones_get_keys_of_their_own(load, connection):
    load(
        row("ENG 101", category="A & B"),
        row("ENG 102", category="a & b"),
        row("MATH 201", category="A B"),
    )
    assert [(node.key, node.name) for node in current(connection).requirements] == [("a-b", "A & B"), ("a-b-2", "A B")]


def test_an_option_that_does_not_exist_is_kept_with_its_code_and_led_to_its_course_later(load, connection):
    rows = [row("ENG 101"), row("ENG 777")]
    result = load(*rows)
    assert result.plan.notes[-1] == "1 course code of options does not exist and is kept as a code: ENG 777."
    message = "ENG 777 is no known course of North College; the option is kept with its code."
    assert (3, "course_code", message) in said(connection, result)
    (node,) = current(connection).requirements
    assert [option.code for option in node.options if option.course_id is None] == ["ENG 777"]

    late = f"code,title,credits,institution\nENG 777,Late,3,{COLLEGE}\n".encode()
    options = contract.Options(on=date(2025, 9, 2), actor="a test", create_institutions=True)
    jobs.load(connection, courses.Courses(), [files.of_bytes("late.csv", late)], options)
    again = load(*rows)
    assert counts(again) == (0, 1, 0, 0)
    (node,) = current(connection).requirements
    assert all(option.course_id for option in node.options)
    assert stored(connection) == [(2025, "FALL", 1, "PUBLISHED", True)]
    assert counts(load(*rows)) == (0, 0, 1, 0)


def test_a_repeated_option_and_a_repeated_row_are_warned_about_and_kept_once(load, connection):
    result = load(row("ENG 101"), row("ENG 101"), row("ENG 101", is_preferred="TRUE"), row("ENG101", option_notes="x"))
    found = said(connection, result)
    assert (3, None, "The row repeats row 2 and is not needed.") in found
    kept = "ENG 101 is in this pool already (row 2); what the first row says of it is kept."
    assert (4, "course_code", kept) in found
    assert (5, "course_code", kept) in found
    (node,) = current(connection).requirements
    assert [(option.code, option.is_preferred) for option in node.options] == [("ENG 101", False)]


def test_free_electives_without_courses_take_what_is_left_over(load, connection):
    result = load(row(category="Free Electives", credits_required="12", course_option="NAN"))
    (node,) = current(connection).requirements
    assert (node.is_residual, node.min_credits, node.options) == (True, 12, ())
    message = "“Free Electives” names no courses; by its name it takes every course that is left over."
    assert (2, "category", message) in said(connection, result)


def test_rows_that_say_two_numbers_keep_the_one_under_which_both_hold(load, connection):
    result = load(row("ENG 101", min_credits="3", max_credits="9"), row("ENG 102", min_credits="6", max_credits="8"))
    (node,) = current(connection).requirements
    assert (node.min_credits, node.max_credits) == (6, 8)
    message = "Rows of one requirement say 3 and 6; both must hold, so 6 is kept."
    assert (3, "min_credits", message) in said(connection, result)


@pytest.mark.parametrize(
    ("cells", "column", "message"),
    [
        ({"category": " "}, "category", "The category is blank. Every row names the requirement that it belongs to."),
        ({"program_name": ""}, "program_name", "The program has no name."),
        ({"requirement_type": "any"}, "requirement_type", "“any” is not a requirement type. Write simple or grouped."),
        ({"semester": "Sommer"}, "semester", "“Sommer” is not a season. Write Winter, Spring, Summer or Fall."),
        ({"semester": ""}, "semester", "The semester is blank: say of which term the catalog is, such as Fall 2025."),
        ({"year": "25"}, "year", "“25” is not a year. Write it with four digits, such as 2025."),
        ({"is_current": "maybe"}, "is_current", "“maybe” is neither true nor false. Write true, false, yes or no."),
        (
            {"course_code": "ENGLISH"},
            "course_code",
            "“ENGLISH” cannot be split into a subject and a number. Write it as MATH 101.",
        ),
        (
            {"institution": "Nowhere"},
            "institution",
            "There is no institution “Nowhere”. Import it first, or correct the name.",
        ),
    ],
)
def test_a_wrong_row_is_told_and_nothing_is_loaded_unless_it_is_skipped(load, connection, cells, column, message):
    rows = [row("ENG 102", min_credits="3"), {**row("ENG 101"), **cells}]
    result = load(*rows)
    assert [each for each in said(connection, result) if each[1] != "degree_type"] == [(3, column, message)]
    assert (result.is_committed, result.invalid_rows) == (False, 1)
    assert stored(connection) == []
    assert load(*rows, skip_invalid=True).is_committed
    (node,) = current(connection).requirements
    assert [option.code for option in node.options] == ["ENG 102"]


def test_a_pool_of_more_than_two_thousand_options_is_refused(load, connection):
    result = load(*(row(f"ENG {number}") for number in range(3000, 5001)))
    assert not result.is_committed
    assert (
        2,
        None,
        (
            "Logic B.A. (B.A.), Fall 2025: Requirement “english” has 2,001 options; at most 2,000 are accepted. Use a "
            "pattern instead."
        ),
    ) in said(connection, result)
    assert stored(connection) == []


def test_a_version_of_more_than_two_thousand_requirements_is_refused(load, connection):
    result = load(*(row("ENG 101", category=f"Category {number}") for number in range(2001)))
    message = "Logic B.A. (B.A.), Fall 2025: The version has more than 2,000 requirements; split the program."
    assert (2, None, message) in said(connection, result)
    assert stored(connection) == []


def test_replacing_is_refused_since_versions_are_whole(load):
    with pytest.raises(errors.InvalidInput, match="A version is always replaced as a whole"):
        load(row("ENG 101"), mode=contract.Mode.REPLACE)


def plan_on(connection, pinned=None):
    with connection.transaction():
        (plan_id,) = connection.execute(
            "INSERT INTO plans (code_hmac, code_key_id, status, target_version_id) "
            "SELECT sha256(random()::text::bytea), 'k', 'ACTIVE', id FROM program_versions WHERE is_current "
            "RETURNING id"
        ).fetchone()
        connection.execute(
            "INSERT INTO planned_courses (plan_id, unlisted_title, unlisted_credits, status, pinned_key) "
            "VALUES (%s, 'Bees', 2, 'PLANNED', %s)",
            (plan_id, pinned),
        )
    return plan_id


def test_a_changed_version_is_a_new_revision_that_takes_its_plans_with_it(load, connection):
    load(row("ENG 101", min_credits="3"), row("MATH 201", category="Mathematics", min_credits="4"))
    plan_id = plan_on(connection, pinned="mathematics")
    result = load(row("ENG 101", min_credits="6"), row("ART 100", category="Arts", min_credits="3"))
    assert counts(result) == (1, 1, 0, 1)
    assert result.plan.notes == (
        (
            "Logic B.A. (B.A.), Fall 2025: published and changed: it becomes revision 2. 1 plan moves to it. "
            "It becomes the current version."
        ),
    )
    message = "The new revision has no requirement “mathematics”, to which 1 pins or exceptions of plans refer."
    assert (2, None, message) in said(connection, result)
    assert stored(connection) == [(2025, "FALL", 1, "ARCHIVED", False), (2025, "FALL", 2, "PUBLISHED", True)]
    with connection.transaction():
        moved = connection.execute(
            "SELECT v.revision, p.revision FROM plans p JOIN program_versions v ON v.id = p.target_version_id "
            "WHERE p.id = %s",
            (plan_id,),
        ).fetchone()
    assert moved == (2, 2)


def test_a_preview_counts_what_a_commit_would_do_and_does_nothing(load, connection):
    load(row("ENG 101", min_credits="3"))
    plan_on(connection)
    options = contract.Options(on=date(2025, 9, 1), actor="a test", create_institutions=True)
    source = [files.of_bytes("file.csv", text_of(row("ENG 101", min_credits="6")))]
    seen = jobs.preview(connection, kind.Requirements(), source, options)
    assert counts(seen) == (0, 1, 0, 0)
    assert stored(connection) == [(2025, "FALL", 1, "PUBLISHED", True)]
    plan_on(connection)
    with pytest.raises(errors.Conflict, match="What is stored has changed since the preview"):
        jobs.commit(connection, kind.Requirements(), source, options, seen.job_id)
    assert stored(connection) == [(2025, "FALL", 1, "PUBLISHED", True)]
    seen = jobs.preview(connection, kind.Requirements(), source, options)
    assert jobs.commit(connection, kind.Requirements(), source, options, seen.job_id).is_committed
    assert stored(connection) == [(2025, "FALL", 1, "ARCHIVED", False), (2025, "FALL", 2, "PUBLISHED", True)]


def test_exactly_one_version_is_current(load, connection):
    load(row("ENG 101", year="2024", is_current="TRUE"))
    assert counts(load(row("ENG 101", year="2025", is_current="TRUE"))) == (1, 0, 0, 0)
    assert stored(connection) == [(2024, "FALL", 1, "PUBLISHED", False), (2025, "FALL", 1, "PUBLISHED", True)]
    back = load(row("ENG 101", year="2024", is_current="TRUE"))
    assert counts(back) == (0, 1, 0, 0)
    assert stored(connection) == [(2024, "FALL", 1, "PUBLISHED", True), (2025, "FALL", 1, "PUBLISHED", False)]
    load(row("ENG 101", year="2026", is_current="FALSE"))
    assert stored(connection)[-1] == (2026, "FALL", 1, "PUBLISHED", False)


def test_a_current_version_that_says_it_is_not_stays_current_with_a_warning(load, connection):
    load(row("ENG 101"))
    result = load(row("ENG 101", is_current="FALSE"))
    assert counts(result) == (0, 0, 1, 0)
    assert stored(connection) == [(2025, "FALL", 1, "PUBLISHED", True)]
    message = (
        "Logic B.A. (B.A.), Fall 2025 says that it is not current, but it is, and no other version is named: it stays "
        "current."
    )
    assert (2, "is_current", message) in said(connection, result)


def test_without_a_word_about_it_the_latest_version_of_a_new_program_is_current(load, connection):
    load(row("ENG 101", year="2024", is_current=""), row("ENG 101", year="2025", is_current=""))
    assert stored(connection) == [(2024, "FALL", 1, "PUBLISHED", False), (2025, "FALL", 1, "PUBLISHED", True)]


def test_two_versions_that_say_they_are_current_are_refused(load, connection):
    result = load(row("ENG 101", year="2024"), row("ENG 101", year="2025"))
    both = "Logic B.A. (B.A.): both Fall 2024 and Fall 2025 say that they are current."
    message = f"{both} Exactly one version of a program is."
    assert (3, "is_current", message) in said(connection, result)
    assert stored(connection) == []


def constraint(**cells):
    return {"program_name": "Logic B.A.", "requirement_category": "English", **cells}


def test_constraints_are_added_to_the_current_version_as_a_new_revision(load, connection):
    load(
        row("ENG 101", min_credits="3"),
        row("MATH 201", category="Mathematics", requirement_type="grouped", group_name="A", min_credits="4"),
    )
    rows = [
        constraint(
            constraint_type="min_tag_courses", min_courses="1", tag="has_lab", tag_value="true", description="d"
        ),
        constraint(requirement_category="Mathematics", constraint_type="credits", min_credits="8"),
        constraint(requirement_category="Mathematics", group_name="A", constraint_type="credits", min_credits="4"),
    ]
    result = load(*rows, importer=constraints.Constraints)
    assert counts(result) == (0, 2, 1, 0)
    english, mathematics = current(connection).requirements
    (added,) = english.constraints
    assert (added.kind.name, added.courses, added.attribute, added.description) == (
        "MIN_COURSES_WITH_ATTRIBUTE",
        1,
        "has_lab",
        "d",
    )
    assert (mathematics.min_credits_beneath, mathematics.children[0].min_credits) == (8, 4)
    assert stored(connection) == [(2025, "FALL", 1, "ARCHIVED", False), (2025, "FALL", 2, "PUBLISHED", True)]
    assert counts(load(*rows, importer=constraints.Constraints)) == (0, 0, 3, 0)


@pytest.mark.parametrize(
    ("cells", "column", "message"),
    [
        (
            {"program_name": "Magic"},
            "program_name",
            "There is no program “Magic”. Import its requirements first, or correct the name.",
        ),
        (
            {"requirement_category": "Latin"},
            "category",
            "“Logic B.A.” has no requirement “Latin”. It has: English.",
        ),
        ({"group_name": "Z"}, "group_name", "“English” has no group “Z”. It has: no groups."),
        (
            {"program_institution": "Nowhere"},
            "program_institution",
            "There is no institution “Nowhere”. Import it first, or correct the name.",
        ),
    ],
)
def test_a_constraint_on_what_does_not_exist_is_refused(load, connection, cells, column, message):
    load(row("ENG 101", min_credits="3"))
    given = {**constraint(group_name="", program_institution="", min_credits="6"), **cells}
    result = load(given, importer=constraints.Constraints)
    assert said(connection, result) == [(2, column, message)]
    assert stored(connection) == [(2025, "FALL", 1, "PUBLISHED", True)]


def test_a_name_that_two_programs_have_needs_its_institution(load, connection):
    load(row("ENG 101"))
    load(row("ENG 901", institution=OTHER))
    result = load(constraint(min_credits="6"), importer=constraints.Constraints)
    message = (
        "2 programs are named “Logic B.A.”. Fill program_institution or degree_type, or name the institution with "
        "--institution."
    )
    assert said(connection, result) == [(2, "program_name", message)]
    assert load(constraint(min_credits="6"), importer=constraints.Constraints, institution=OTHER).is_committed


CELLS = st.fixed_dictionaries(
    {
        "category": st.sampled_from(["English", "Science"]),
        "group_name": st.sampled_from(["", "A", "B"]),
        "course_code": st.sampled_from(["ENG 101", "ENG 102", "MATH 201", "BIO 1", ""]),
        "min_credits": st.sampled_from(["", "3", "6"]),
        "max_courses": st.sampled_from(["", "2", "4"]),
        "min_level": st.sampled_from(["", "2000"]),
        "scope_subject_codes": st.sampled_from(["", "ENG"]),
    }
)


def tree_of(rows, type_of):
    parsed = [
        requirement_rows.parse(
            files.Row(number, {**BASE, **cells, "requirement_type": type_of[cells["category"]]}), None, pytest.fail
        )
        for number, cells in enumerate(rows, start=2)
    ]

    def option(parsed_row):
        code = parsed_row.course
        return None if code is None else requirements.CourseOption(course_id=None, code=code, institution_id=1)

    return requirement_trees.tree(parsed, option, lambda *_: None)


def without_order(nodes):
    """The tree as sets: what is left when the order of rows is taken away."""
    content = program_versions.VersionContent(requirements=nodes)
    return {
        (
            here.node.key,
            here.node.name,
            here.parent_key,
            here.node.min_credits,
            here.node.max_courses,
            here.node.min_credits_beneath,
            frozenset(option.code for option in here.node.options),
            program_versions.canonical_constraints(here.node.constraints),
        )
        for here in program_versions.located(content)
    }


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), rows=st.lists(CELLS, min_size=1, max_size=9))
def test_the_order_of_rows_decides_nothing_but_positions(data, rows):
    type_of = {name: data.draw(st.sampled_from(["simple", "grouped"])) for name in ("English", "Science")}
    shuffled = data.draw(st.permutations(rows))
    assert without_order(tree_of(rows, type_of)) == without_order(tree_of(shuffled, type_of))


@settings(max_examples=100, deadline=None)
@given(data=st.data(), rows=st.lists(CELLS, min_size=1, max_size=9))
def test_whatever_rows_say_their_tree_can_be_stored(data, rows):
    type_of = {name: data.draw(st.sampled_from(["simple", "grouped"])) for name in ("English", "Science")}
    content = program_versions.VersionContent(requirements=tree_of(rows, type_of), total_credits=Decimal(60))
    assert requirement_checks.problems(content) == ()
