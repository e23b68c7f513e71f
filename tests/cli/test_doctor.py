"""`gql-api doctor --data` over the demo data, and over data with a fault of every kind that it looks for."""

import pytest
from typer.testing import CliRunner

from gql_api import database
from gql_api.cli import app
from tests import conftest


@pytest.fixture(scope="module")
def url(cluster, administration, demo_template):
    name = f"doctor_{conftest.WORKER or 'only'}"
    with conftest.copied(administration, demo_template, name):
        yield cluster.url_of(name)


@pytest.fixture
def examined(url, monkeypatch):
    def run(*options):
        for name, value in {
            "DATABASE_URL": url,
            "GQL_API_PROFILE": "test",
            "ADMIN_TOKEN": "a" * 40,
            "SECRET_KEY": "b" * 40,
        }.items():
            monkeypatch.setenv(name, value)
        return CliRunner().invoke(app.app, ["doctor", "--data", *options])

    return run


def test_the_demo_data_have_no_errors(examined):
    result = examined()

    assert result.exit_code == 0, result.output
    assert "program versions were examined" in result.output
    assert "equivalencies were examined" in result.output
    assert "0 errors" in result.output


def test_what_is_wrong_is_told_with_the_place_and_the_status_says_so(examined, url):
    with database.connect(url, autocommit=True) as connection:
        wrong = """
            UPDATE requirements SET min_courses = 30
            WHERE id = (SELECT min(r.id) FROM requirements r JOIN requirement_options o ON o.requirement_id = r.id
                        WHERE r.min_courses IS NOT NULL AND o.course_id IS NOT NULL)
            RETURNING name
        """
        (name,) = connection.execute(wrong).fetchone()
        connection.execute("UPDATE program_versions SET updated_at = now()")  # as every write of a tree does
        awarded = "SELECT min(course_id) FROM equivalency_awards WHERE course_id IS NOT NULL"
        (course,) = connection.execute(awarded).fetchone()
        changed = (
            "UPDATE courses SET active_until = '2020-01-01', title = title || ' (new)' WHERE id = %s RETURNING code"
        )
        (code,) = connection.execute(changed, [course]).fetchone()
        connection.execute(
            "INSERT INTO audit_log (at, actor, action, entity, entity_id, details) "
            "VALUES (now() + interval '1 hour', 'a test', 'updateCourse', 'courses', %s, "
            '\'{"before": {"title": "Old Title"}, "after": {"title": "New"}}\'::jsonb)',
            [course],
        )

    result = examined("--notes")

    assert result.exit_code == 1, result.output
    assert f"“{name}” needs 30 courses" in result.output
    assert (
        f" of Alder Ridge State University awards {code}, which is no longer offered (until 2020-01-01)"
        in result.output
    )
    assert f"awards {code}, which was called “Old Title” when it was decided" in result.output
