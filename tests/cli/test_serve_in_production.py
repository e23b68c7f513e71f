"""What the README shows for production: export the settings, `gql-api migrate`, `gql-api serve`."""

import re
import subprocess
import sys

import pytest

from gql_api import embedded
from tests import live, waiting

SECRETS = {"SECRET_KEY": "kD9vX2mQ7rT4wZ8bN1cF6hJ3pL5sG0yA", "ADMIN_TOKEN": "uE8xW1nR6tY3vB7mC2dG5jK9qM4zH0fS"}


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    with embedded.throwaway(tmp_path_factory.mktemp("production")) as server:
        yield server.url


@pytest.fixture
def production(url):
    return {"GQL_API_PROFILE": "production", "DATABASE_URL": url} | SECRETS


def gql_api(home, *arguments, **values):
    return subprocess.run(
        [sys.executable, "-m", "gql_api", *arguments],
        cwd=home,
        env=live.environment(home, **values),
        capture_output=True,
        text=True,
        timeout=waiting.LIMIT,
        check=False,
    )


def test_it_refuses_a_database_that_is_not_migrated_then_migrates_then_serves(tmp_path, production):
    refused = gql_api(tmp_path, "serve", **production)
    assert refused.returncode == 2
    assert "Run: gql-api migrate" in refused.stderr

    migrated = gql_api(tmp_path, "migrate", **production)
    assert migrated.returncode == 0, migrated.stderr
    assert re.fullmatch(r"The database is at revision \w+, from nothing\.\n", migrated.stdout)
    again = gql_api(tmp_path, "migrate", **production)
    assert again.stdout.endswith(" already.\n")

    with live.serving(tmp_path, **production) as running:
        assert live.graphql(running, "{ __typename }") == {"data": {"__typename": "Query"}}
        assert "GraphiQL" not in running.banner
        assert not any(secret in running.banner for secret in SECRETS.values())
    assert not list(tmp_path.iterdir())


def test_it_refuses_to_start_without_its_secrets(tmp_path, url):
    done = gql_api(tmp_path, "serve", GQL_API_PROFILE="production", DATABASE_URL=url)
    assert done.returncode == 2
    assert "SECRET_KEY is not set; make one with" in done.stderr
    assert "ADMIN_TOKEN is not set; make one with" in done.stderr


def test_migrate_prints_the_sql_for_those_who_run_it_by_hand(tmp_path):
    done = gql_api(tmp_path, "migrate", "--sql")
    assert done.returncode == 0, done.stderr
    assert "CREATE TABLE alembic_version" in done.stdout
