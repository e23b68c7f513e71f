"""docker-compose.yml and the Dockerfile, as far as they can be proved without Docker.

The commands of `docker compose up` are those of the Dockerfile, and these are the ones of the Makefile, which run here.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main
import yaml

from gql_api import database, embedded, settings
from gql_api.cli import app, doctor_production, examination

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "gql_api" / "web" / "graphiql"
COMPOSE = ROOT / "docker-compose.yml"
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")


def instructions(name: str) -> list[str]:
    return re.findall(rf"^{name} (.*)$", DOCKERFILE, re.MULTILINE)


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load(COMPOSE.read_text("utf-8"))["services"]


def test_the_compose_file_follows_the_compose_specification():
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_compose_file_holds_no_secret_and_says_what_is_missing(services):
    for service in services.values():
        for name, value in service["environment"].items():
            if any(word in name for word in ("PASSWORD", "TOKEN", "SECRET", "URL")):
                assert re.search(r"\$\{[A-Z_]+:\?set [A-Z_]+ to .+\}", value) or value == f"${{{name}:-}}", name


def test_the_api_waits_for_a_healthy_and_migrated_database(services):
    assert services["db"]["image"] == "postgres:18"
    kind, check = services["db"]["healthcheck"]["test"]
    assert (kind, check.split()[:2]) == ("CMD-SHELL", ["pg_isready", "--host=127.0.0.1"])
    assert services["migrate"]["command"] == ["migrate"]
    assert services["api"]["depends_on"] == {
        "db": {"condition": "service_healthy"},
        "migrate": {"condition": "service_completed_successfully"},
    }


def test_the_data_of_the_database_outlive_its_container(services):
    assert services["db"]["volumes"] == ["database:/var/lib/postgresql"]
    assert "database" in yaml.safe_load(COMPOSE.read_text("utf-8"))["volumes"]


@pytest.fixture(scope="module")
def composed(tmp_path_factory):
    """A server whose first data were made by the script of the compose file, with the passwords of its service."""
    script = yaml.safe_load(COMPOSE.read_text("utf-8"))["configs"]["roles"]["content"].replace("$$", "$")
    with embedded.throwaway(tmp_path_factory.mktemp("composed")) as server:
        host = database.normalised_url(server.url).query["host"]
        programs = embedded.clients_for(18, needs_tls=False).directory
        values = {"DATABASE_PASSWORD": "dQ7-it's", "PGHOST": str(host), "PATH": f"{programs}:/usr/bin:/bin"}
        with database.connect(server.url_of("postgres"), autocommit=True) as connection:
            connection.execute("DROP DATABASE gql_api")  # which the embedded server makes, and the image does not
        done = subprocess.run(["bash", "-euc", script], env=values, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        yield server


def test_the_service_in_the_compose_file_has_a_role_that_is_fit_for_production(composed):
    url = database.normalised_url(composed.url_of("gql_api")).set(username="gql_api")
    database.upgrade(url)
    with database.connect(url) as connection:
        assert doctor_production._role(connection).level is examination.Level.OK
        query = "SELECT rolcreatedb, rolcanlogin FROM pg_roles WHERE rolname = 'gql_api'"
        assert connection.execute(query).fetchone() == (False, True)


@pytest.mark.parametrize(
    ("command", "service"),
    [
        ("docker compose up --detach", None),
        ("docker compose ps", None),
        ("docker compose run --rm api doctor --production", "api"),
        ("docker compose exec db psql --username=gql_api --dbname=gql_api --command='\\dt'", "db"),
        ("docker compose logs --follow api", "api"),
        ("docker compose down", None),
        ("docker compose up --detach --build", None),
        ("docker compose run --rm --volume ./backups:/backups api backup /backups/today.dump", "api"),
    ],
)
def test_the_commands_of_the_guides_name_a_service_and_a_command_that_exist(command, service, services):
    """Without Docker that much can be told: who is meant, and that the image's entry point has the command."""
    text = "".join((ROOT / "docs" / name).read_text("utf-8") for name in ("postgresql.md", "operations.md"))
    assert f"$ {command}\n" in text
    if service is None:
        return
    assert service in services
    after = command.split(f" {service}", 1)[1].split()
    if command.split()[2] == "run":
        assert after[0] in typer.main.get_command(app.app).commands
        known = {name for one in typer.main.get_command(app.app).commands[after[0]].params for name in one.opts}
        assert {word for word in after[1:] if word.startswith("--")} <= known


def test_what_the_compose_file_sets_are_settings_that_production_accepts(services):
    values = {
        name: re.sub(r"\$\{\w+:[?-]([^}]*)\}", lambda match: match[1], str(value))
        for name, value in services["api"]["environment"].items()
    }
    assert set(values) <= set(settings.names())
    secrets = {"SECRET_KEY": "kD9vX2mQ7rT4wZ8bN1cF6hJ3pL5sG0yA", "ADMIN_TOKEN": "uE8xW1nR6tY3vB7mC2dG5jK9qM4zH0fS"}
    assert settings.load(values | secrets).profile is settings.Profile.PRODUCTION


def test_the_image_sets_only_settings_that_exist_and_does_not_run_as_root():
    values = dict(re.findall(r"([A-Z_]+)=(\S+)", " ".join(instructions("ENV"))))
    assert {name for name in values if not name.startswith("PYTHON")} <= set(settings.names())
    assert values["GQL_API_PROFILE"] == "production"
    assert instructions("USER") == ["10001:10001"]
    assert DOCKERFILE.index("\nUSER ") < DOCKERFILE.index("\nENTRYPOINT ")


def test_the_image_has_a_health_check_that_python_understands():
    [check] = re.findall(r"CMD (\[.*urlopen.*\])", DOCKERFILE)
    executable, option, code = json.loads(check)
    assert (executable, option) == ("/src/.venv/bin/python", "-c")
    compile(code, "healthcheck", "exec")
    assert "/readyz" in code


def test_every_step_of_the_image_is_a_command_of_the_makefile():
    made = subprocess.run(
        ["make", "--dry-run", "--always-make", ".venv/.runtime", "graphiql"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    made = made.replace("cd gql_api/web/graphiql && ", "").replace("--editable .", ".")
    known = [line.strip() for line in made.splitlines()]
    steps = instructions("RUN")
    assert len(steps) > 3
    assert [step for step in steps if step not in known] == []


def test_what_the_image_copies_exists_and_reaches_the_build():
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    copied = [source for line in instructions("COPY") if "--from" not in line for source in line.split()[:-1]]
    assert len(copied) > 8
    for source in copied:
        assert (ROOT / source).exists(), source
        assert f"!{source}" in ignored or f"!{source.split('/')[0]}" in ignored, source


def test_the_image_builds_the_page_from_everything_that_the_page_is_made_of():
    sources = re.findall(
        r"import\.meta\.glob\('(?:\.\./)+([^'*]+)/\*", (PAGE / "src" / "examples.js").read_text("utf-8")
    )
    assert sources
    copied = " ".join(instructions("COPY"))
    assert all(f"{source} /src/{source}" in copied for source in sources)
