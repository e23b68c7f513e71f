"""The demo data: complete, fit, loaded once, into an empty database only, and its code found again."""

import json
import os
import stat
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from typer import testing

from gql_api import database, errors, settings
from gql_api.cli import app, demo
from gql_api.domain import courses, grades, plan_codes, requirements
from gql_api.reads import audits, program_trees_sync


@pytest.fixture
def configuration(tmp_path):
    return settings.load({"GQL_API_PROFILE": "development", "GQL_API_HOME": str(tmp_path)})


@pytest.fixture(scope="module")
def loaded(cluster, administration, template, tmp_path_factory):
    """A database with the demo data, for tests that only read; its URL, settings and demo plan."""
    name = f"demo_{tmp_path_factory.getbasetemp().name}_{os.getpid()}".replace("-", "_").lower()
    administration.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    home = str(tmp_path_factory.mktemp("home"))
    configuration = settings.load({"GQL_API_PROFILE": "development", "GQL_API_HOME": home})
    url = cluster.url_of(name)
    yield url, configuration, demo.load_if_empty(url, configuration)
    administration.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def connection(loaded):
    with database.connect(loaded[0], autocommit=True) as opened:
        yield opened


def one(connection, query):
    return connection.execute(query).fetchone()


def test_the_colleges_courses_and_rules_are_as_many_as_promised(connection):
    kinds = dict(connection.execute("SELECT kind, count(*) FROM institutions GROUP BY kind").fetchall())
    assert kinds == {"TWO_YEAR": 1, "FOUR_YEAR": 1, "EXAMINING_BODY": 1}
    by_kind = dict(
        connection.execute(
            "SELECT i.kind, count(*) FROM courses c JOIN institutions i ON i.id = c.institution_id GROUP BY i.kind"
        ).fetchall()
    )
    assert by_kind == {"TWO_YEAR": 43, "FOUR_YEAR": 63, "EXAMINING_BODY": 4}
    assert one(connection, "SELECT count(*) FROM equivalencies") == (55,)


def test_rules_of_every_outcome_strength_and_status_are_there(connection):
    outcomes = dict(connection.execute("SELECT outcome, count(*) FROM equivalencies GROUP BY outcome").fetchall())
    assert outcomes == {"AWARDS": 49, "NO_CREDIT": 3, "DEPARTMENT_REVIEW": 1, "NO_COURSE_ARTICULATED": 2}
    strengths = {row[0] for row in connection.execute("SELECT strength FROM equivalencies")}
    assert strengths == {"DIRECT", "PARTIAL", "CONDITIONAL"}
    statuses = {row[0] for row in connection.execute("SELECT status FROM equivalencies")}
    assert statuses == {"APPROVED", "PROPOSED", "DENIED"}
    kinds = {row[0] for row in connection.execute("SELECT kind FROM equivalency_awards")}
    assert kinds == {"COURSE", "SUBJECT_ELECTIVE", "GENERAL_ELECTIVE"}
    assert one(connection, "SELECT count(*) FROM equivalencies WHERE effective_until IS NOT NULL") == (1,)
    assert one(connection, "SELECT count(DISTINCT minimum_score) FROM equivalency_sources") == (2,)
    assert one(connection, "SELECT count(*) FROM choice_sets") == (1,)


def test_rules_of_every_shape_are_there(connection):
    shapes = connection.execute(
        "SELECT (SELECT count(DISTINCT s.group_position) FROM equivalency_sources s WHERE s.equivalency_id = e.id), "
        "(SELECT count(*) FROM equivalency_sources s WHERE s.equivalency_id = e.id), "
        "(SELECT count(*) FROM equivalency_awards a WHERE a.equivalency_id = e.id) FROM equivalencies e "
        "WHERE outcome = 'AWARDS'"
    ).fetchall()
    assert Counter(shapes) == {
        (1, 1, 1): 41,  # one course for one
        (1, 1, 2): 6,  # one for two
        (2, 2, 1): 1,  # two for one
        (2, 3, 1): 1,  # either of two, and a third
    }


def test_three_programs_stand_there_without_a_warning(connection):
    versions = connection.execute(
        "SELECT p.name, v.year, v.state, v.is_current FROM programs p JOIN program_versions v ON v.program_id = p.id "
        "ORDER BY p.id, v.term_key"
    ).fetchall()
    assert versions == [
        ("Science for Transfer", 2024, "PUBLISHED", True),
        ("Biology", 2023, "PUBLISHED", False),
        ("Biology", 2025, "PUBLISHED", True),
        ("Computer Science", 2025, "PUBLISHED", True),
    ]
    features = one(
        connection,
        "SELECT bool_or(parent_id IS NOT NULL), bool_or(min_children = 1), bool_or(is_optional), bool_or(is_residual), "
        "bool_or(sharing = 'SHARED') FROM requirements",
    )
    assert features == (True, True, True, True, True)
    assert one(connection, "SELECT count(*) FROM requirement_shares") == (2,)
    found = connection.execute(
        "SELECT j.kind, f.severity, f.message FROM import_findings f JOIN import_jobs j ON j.id = f.job_id"
    ).fetchall()
    assert found == [
        (
            "equivalencies",
            "WARNING",
            "2 alternatives for the same courses at the same institution (row 11, row 12): at most one of them counts.",
        )
    ]
    unknown = "SELECT count(*) FROM requirement_options WHERE course_code IS NOT NULL AND course_id IS NULL"
    assert one(connection, unknown) == (0,)


def test_four_plans_are_at_different_stages(connection):
    plans = connection.execute(
        "SELECT p.name, p.status, count(*) FILTER (WHERE c.status = 'COMPLETED'), "
        "count(*) FILTER (WHERE c.status = 'IN_PROGRESS'), count(*) FILTER (WHERE c.status = 'PLANNED') "
        "FROM plans p JOIN planned_courses c ON c.plan_id = p.id GROUP BY p.id ORDER BY p.id"
    ).fetchall()
    assert plans == [
        ("Transferring with credit", "ACTIVE", 33, 4, 5),
        ("Just started", "ACTIVE", 0, 4, 5),
        ("Half-way", "ACTIVE", 10, 5, 3),
        ("Finished", "COMPLETED", 20, 0, 0),
    ]


def catalog(connection):
    rows = connection.execute("SELECT id, institution_id, subject, number, level, credits_max, attributes FROM courses")
    return {row[0]: row[1:] for row in rows.fetchall()}


def fits(option, course_id, course):
    institution_id, subject, number, level, _, stored = course
    if isinstance(option, requirements.CourseOption):
        return option.course_id == course_id
    return (
        option.institution_id in (None, institution_id)
        and option.subject in (None, *subject.split("/"))
        and (option.number_from is None or option.number_from <= number)
        and (option.number_to is None or number <= option.number_to)
        and (option.level_from is None or level >= option.level_from)
        and (option.level_to is None or level <= option.level_to)
        and (option.attribute is None or courses.attributes(stored).have(option.attribute, option.attribute_value))
    )


def eligible(node, taken):
    return [
        course_id
        for course_id, course in taken.items()
        if any(fits(option, course_id, course) for option in node.options if not option.is_excluded)
        and not any(fits(option, course_id, course) for option in node.options if option.is_excluded)
    ]


def finish(nodes, taken):
    """Fill leaf after leaf, narrow pools first, each course once; the keys of leaves that stay unmet."""
    free, unmet, met = dict(taken), set(), set()
    nodes = [node for _, node in requirements.walk(nodes)]
    siblings = {
        child.key: {other.key for other in node.children}
        for node in nodes
        if node.min_children == 1
        for child in node.children
    }
    leaves = [node for node in nodes if not node.children and not node.is_residual]
    for node in sorted(leaves, key=lambda node: len(eligible(node, taken))):
        if met & siblings.get(node.key, set()):
            continue
        is_shared = node.sharing is requirements.Sharing.SHARED
        used = chosen(node, taken if is_shared else free)
        if used is None:
            unmet.add(node.key)
            continue
        met.add(node.key)
        unmet -= siblings.get(node.key, set())
        free = free if is_shared else {key: value for key, value in free.items() if key not in used}
    residual = sum((node.min_credits for node in nodes if node.is_residual), Decimal(0))
    left = sum((course[4] for course in free.values()), Decimal(0))
    unmet |= {"residual"} if left < residual else set()
    return unmet - {node.key for node in nodes if node.is_optional}


def chosen(node, free):
    """Courses that reach the minima of a leaf: high levels and laboratories first, limits of a subject kept."""
    used, amount, subjects = [], Decimal(0), Counter()
    most = next((one.credits for one in node.constraints if one.kind.name == "MAX_CREDITS_PER_SUBJECT"), None)
    pool = eligible(node, free)
    pool.sort(key=lambda one: (-free[one][3], not courses.attributes(free[one][5]).have("has_lab", "true")))
    for course_id in pool:
        if amount >= (node.min_credits or 0) and len(used) >= (node.min_courses or 0):
            break
        subject, amount_of = free[course_id][1], free[course_id][4]
        if most is None or subjects[subject] + amount_of <= most:
            used.append(course_id)
            subjects[subject] += amount_of
            amount += amount_of
    is_met = amount >= (node.min_credits or 0) and len(used) >= (node.min_courses or 0)
    return used if is_met else None


def contents(connection):
    with connection.cursor() as cursor:
        ids = [row[0] for row in cursor.execute("SELECT id FROM programs ORDER BY id").fetchall()]
        versions = program_trees_sync.versions(cursor, ids)
        names = dict(cursor.execute("SELECT id, name FROM programs").fetchall())
        found = program_trees_sync.contents(cursor, versions)
        return {(names[version.program_id], version.term.year): found[version.id] for version in versions}


def test_every_program_can_be_finished_with_the_colleges_own_courses(connection):
    taken = {key: course for key, course in catalog(connection).items() if course[3] != 0}
    homes = dict(connection.execute("SELECT abbreviation, id FROM institutions").fetchall())
    for (name, _), content in contents(connection).items():
        home = homes["HPCC" if name == "Science for Transfer" else "ARSU"]
        own = {key: course for key, course in taken.items() if course[0] == home}
        assert finish(content.requirements, own) == set()
        assert sum(course[4] for course in own.values()) >= (content.total_credits or 0)


def test_the_finished_plan_has_everything_its_program_asks_for(connection):
    rows = connection.execute(
        "SELECT c.course_id, c.grade FROM planned_courses c JOIN plans p ON p.id = c.plan_id WHERE p.name = 'Finished'"
    ).fetchall()
    assert all(grades.earns_credit(grades.Grade[grade]) for _, grade in rows)
    taken = {course_id: catalog(connection)[course_id] for course_id, _ in rows}
    content = contents(connection)["Science for Transfer", 2024]
    assert finish(content.requirements, taken) == set()
    assert sum(course[4] for course in taken.values()) == 62


@pytest.mark.anyio
async def test_the_stages_of_the_plans_are_what_an_audit_says(loaded):
    day, aims = date(2026, 11, 24), audits.Aim
    opened = database.Database.open(loaded[0], pool_size=1)
    async with opened.reading() as connection:
        targets = await audits.inputs(connection, [1, 2, 3, 4], on=day)
        (first,) = await audits.inputs(connection, [1], on=day, aim=aims.CURRENT)
    await opened.close()
    assert [each.audit(day).status.name for each in targets] == ["PLANNED", "PARTIAL", "PARTIAL", "MET"]
    assert first.audit(day).status.name == "MET"


def test_the_demo_plans_open_by_their_codes_and_the_first_is_the_one_with_transferred_credit(loaded, connection):
    _, configuration, plans = loaded
    assert [plan.name for plan in plans] == ["Transferring with credit", "Just started", "Half-way", "Finished"]
    for plan in plans:
        digest = plan_codes.digest(plan.code, configuration.secret_key.get_secret_value().encode())
        found = connection.execute("SELECT name FROM plans WHERE code_hmac = %s", (digest,)).fetchone()
        assert found == (plan.name,)


def test_a_later_start_finds_the_same_codes_and_loads_nothing(database_url, configuration):
    first = demo.load_if_empty(database_url, configuration)
    with database.connect(database_url, autocommit=True) as connection:
        before = one(connection, "SELECT max(id) FROM import_jobs")
        assert demo.load_if_empty(database_url, configuration) == first
        assert one(connection, "SELECT max(id) FROM import_jobs") == before
    file = demo.codes_file(configuration.home)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert json.loads(file.read_text("utf-8")) == {"codes": [plan_codes.normalise(plan.code) for plan in first]}


def test_a_plan_that_was_deleted_or_belongs_to_another_secret_is_not_shown(database_url, configuration):
    demo.load_if_empty(database_url, configuration)
    stranger = configuration.model_copy(update={"secret_key": configuration.admin_token})
    assert demo.load_if_empty(database_url, stranger) == ()
    with database.connect(database_url, autocommit=True) as connection:
        connection.execute("UPDATE plans SET deleted_at = now()")
    assert demo.load_if_empty(database_url, configuration) == ()


def test_a_damaged_file_of_codes_is_as_good_as_none(database_url, configuration):
    demo.load_if_empty(database_url, configuration)
    demo.codes_file(configuration.home).write_text("{", encoding="utf-8")
    assert demo.load_if_empty(database_url, configuration) == ()


def test_a_database_with_anything_in_it_is_left_alone(database_url, configuration):
    with database.connect(database_url, autocommit=True) as connection:
        connection.execute("INSERT INTO institutions (name) VALUES ('Somewhere')")
        assert demo.load_if_empty(database_url, configuration) == ()
        assert one(connection, "SELECT count(*) FROM institutions") == (1,)
        assert one(connection, "SELECT count(*) FROM import_jobs") == (0,)


def test_a_failure_in_the_middle_leaves_nothing_behind(database_url, configuration, monkeypatch):
    content = demo._content
    monkeypatch.setattr(demo, "_content", lambda name: b"{}" if name == "plans.json" else content(name))
    with pytest.raises(errors.InvalidInput, match=r"plans\.json"):
        demo.load_if_empty(database_url, configuration)
    with database.connect(database_url, autocommit=True) as connection:
        tables = "institutions", "courses", "equivalencies", "programs", "plans", "import_jobs"
        assert [one(connection, f"SELECT count(*) FROM {table}") for table in tables] == [(0,)] * 6  # noqa: S608 - the names stand above


@pytest.fixture
def run(monkeypatch, database_url, tmp_path):
    def run(**environment):
        given = {"GQL_API_PROFILE": "development", "GQL_API_HOME": str(tmp_path), "DATABASE_URL": database_url}
        for name, value in (given | environment).items():
            monkeypatch.setenv(name, value)
        return testing.CliRunner().invoke(app.app, ["demo"])

    return run


def test_the_command_loads_and_prints_the_codes_and_refuses_a_second_time(run):
    first = run()
    assert first.exit_code == 0
    said, *plans = first.stdout.splitlines()
    assert said == "The demo data is loaded. Its plans:"
    assert [plan[15:] for plan in plans] == ["Transferring with credit", "Just started", "Half-way", "Finished"]
    assert all(plan_codes.displayed(plan[2:13]) == plan[2:13] for plan in plans)
    second = run()
    assert isinstance(second.exception, errors.Conflict)
    assert second.exception.message == (
        "The database is not empty. The demo data is loaded into an empty database only."
    )


def test_the_command_is_not_for_production(run):
    secrets = {"SECRET_KEY": "0123456789abcdefghijklmnopqrstuv", "ADMIN_TOKEN": "vutsrqponmlkjihgfedcba9876543210"}
    result = run(GQL_API_PROFILE="production", **secrets)
    assert isinstance(result.exception, errors.ConfigurationError)
    assert str(result.exception).startswith("The demo data is not for production.")
