import dataclasses
import json
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import ValidationError

from gql_api import settings
from gql_api.errors import ConfigurationError
from gql_api.settings import wrong_values

SECRET = "kD9vX2mQ7rT4wZ8bN1cF6hJ3pL5sG0yA-key"
TOKEN = "uE8xW1nR6tY3vB7mC2dG5jK9qM4zH0fS-token"
PRODUCTION = {
    "GQL_API_PROFILE": "production",
    "GQL_API_HOME": "/nowhere",
    "DATABASE_URL": "postgresql://app@db/app",
    "SECRET_KEY": SECRET,
    "ADMIN_TOKEN": TOKEN,
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def development(home: Path, **values: str) -> settings.Settings:
    return settings.load({"GQL_API_HOME": str(home)} | values)


def test_development_needs_nothing_to_be_set(home):
    loaded = development(home)
    assert loaded.profile is settings.Profile.DEVELOPMENT
    assert (loaded.host, loaded.port, loaded.database_url) == ("127.0.0.1", 8000, None)
    assert (loaded.graphiql, loaded.introspection, loaded.log_format) == (True, True, "console")


def test_the_secrets_of_development_are_made_once_and_kept_for_their_owner_only(home):
    first, second = development(home), development(home)
    assert first.secret_key == second.secret_key
    assert first.admin_token == second.admin_token
    assert first.secret_key != first.admin_token
    file = settings.secrets_file(home)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [path.name for path in file.parent.iterdir()] == ["development.json"]


def test_two_first_starts_agree_on_the_secrets(home):
    with ThreadPoolExecutor(8) as pool:
        loaded = list(pool.map(lambda _: development(home), range(16)))
    assert len({(each.secret_key.get_secret_value(), each.admin_token.get_secret_value()) for each in loaded}) == 1


def test_a_secret_that_is_set_wins_over_the_kept_one(home):
    kept = development(home)
    loaded = development(home, ADMIN_TOKEN="mine")
    assert loaded.admin_token.get_secret_value() == "mine"
    assert loaded.secret_key == kept.secret_key
    assert settings.made_admin_token(loaded) is None
    assert settings.made_admin_token(kept) == kept.admin_token.get_secret_value()


def test_a_damaged_secrets_file_is_told_with_its_remedy(home):
    development(home)
    settings.secrets_file(home).write_text("{", "utf-8")
    with pytest.raises(ConfigurationError, match=r"development\.json is damaged; delete it"):
        development(home)


def test_a_home_that_cannot_be_made_is_told_with_its_remedy(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="Set GQL_API_HOME to a directory that you can write"):
        development(tmp_path / "file" / "home")


def test_the_test_profile_keeps_nothing(home):
    values = {"GQL_API_HOME": str(home), "GQL_API_PROFILE": "test"}
    assert settings.load(values).secret_key != settings.load(values).secret_key
    assert not home.exists()


def test_settings_cannot_be_changed(home):
    with pytest.raises(ValidationError, match="frozen"):
        development(home).port = 1


def test_secrets_show_neither_in_text_nor_in_errors(home):
    loaded = settings.load(
        PRODUCTION | {"DATABASE_URL": "postgresql://app:hunter2@db/app", "SECRET_KEY_PREVIOUS": SECRET}
    )
    for text in (repr(loaded), str(loaded), loaded.model_dump_json(), json.dumps(loaded.model_dump(), default=str)):
        assert not any(secret in text for secret in (SECRET, TOKEN, "hunter2"))
    with pytest.raises(ConfigurationError) as caught:
        settings.load(PRODUCTION | {"DATABASE_URL": "mysql://app:hunter2@db", "ADMIN_TOKEN": "changeme-" + TOKEN})
    assert not any(secret in str(caught.value) for secret in (SECRET, TOKEN, "hunter2"))


def test_production_hides_what_only_developers_need():
    loaded = settings.load(PRODUCTION)
    assert (loaded.graphiql, loaded.introspection, loaded.log_format) == (False, False, "json")
    asked = settings.load(PRODUCTION | {"GRAPHIQL": "on", "INTROSPECTION": "true"})
    assert (asked.graphiql, asked.introspection) == (True, True)


def test_production_lists_every_problem_with_its_remedy():
    with pytest.raises(ConfigurationError) as caught:
        settings.load(
            {"GQL_API_PROFILE": "production", "GQL_API_HOME": "/nowhere", "PORT": "http", "LOG_LEVEL": "loud"}
        )
    lines = str(caught.value).splitlines()
    assert lines[0] == "These settings are wrong:"
    assert [line.split()[1].rstrip(":") for line in lines[1:]] == [
        "DATABASE_URL",
        "SECRET_KEY",
        "ADMIN_TOKEN",
        "PORT",
        "LOG_LEVEL",
    ]
    assert all("secrets.token_urlsafe(32)" in line for line in lines[2:4])


@pytest.mark.parametrize("name", ["SECRET_KEY", "ADMIN_TOKEN", "SECRET_KEY_PREVIOUS"])
@pytest.mark.parametrize(
    ("value", "weakness"),
    [
        ("developmentAPI", "default or example"),
        ("changeme", "default or example"),
        ("this-is-the-changeme-token-of-our-readme-file", "default or example"),
        ("dev", "shorter than 32"),
        (SECRET[:31], "shorter than 32"),
        ("ab" * 20, "can be guessed"),
    ],
)
def test_production_refuses_a_weak_secret(name, value, weakness):
    with pytest.raises(ConfigurationError, match=f"{name} .*{weakness}"):
        settings.load(PRODUCTION | {name: value})


def test_production_refuses_one_secret_for_two_purposes():
    with pytest.raises(ConfigurationError, match="ADMIN_TOKEN and SECRET_KEY must differ"):
        settings.load(PRODUCTION | {"ADMIN_TOKEN": SECRET})


def test_production_reads_no_dotenv_file(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("PORT=9999\n")
    monkeypatch.chdir(tmp_path)
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("PORT", raising=False)
    assert settings.load().port == 8000


def test_development_reads_a_dotenv_file_beneath_the_environment(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text('PORT=9999\nHOST=::1\nUNRELATED=1\nCORS_ORIGINS="http://a, http://b"\n')
    monkeypatch.chdir(tmp_path)
    for name in settings.names():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GQL_API_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PORT", "7777")
    loaded = settings.load()
    assert (loaded.port, loaded.host, loaded.cors_origins) == (7777, "::1", ("http://a", "http://b"))


def test_the_profile_is_not_read_from_a_dotenv_file(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("GQL_API_PROFILE=production\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GQL_API_PROFILE", raising=False)
    with pytest.raises(ConfigurationError, match="set it in the environment"):
        settings.load()


def test_a_given_environment_is_the_whole_environment(home, tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("PORT=9999\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOST", "0.0.0.0")
    loaded = development(home)
    assert (loaded.host, loaded.port) == ("127.0.0.1", 8000)


def test_an_empty_value_counts_as_unset(home):
    assert development(home, PORT="", DATABASE_URL="").port == 8000


def test_the_home_follows_the_users_data_directory(tmp_path):
    values = {"GQL_API_PROFILE": "test", "XDG_DATA_HOME": str(tmp_path)}
    assert settings.load(values).home == tmp_path / "gql_api"


def test_without_any_directory_named_it_is_the_users_own_or_the_systems_for_root(monkeypatch):
    monkeypatch.setenv("HOME", "/home/ada")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert settings.load({"GQL_API_PROFILE": "test"}).home == Path("/home/ada/.local/share/gql_api")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert settings.load({"GQL_API_PROFILE": "test"}).home == Path("/var/lib/gql_api")


@pytest.mark.parametrize("scheme", ["postgresql+psycopg", "postgresql", "postgres"])
def test_every_spelling_of_a_postgresql_url_is_accepted(home, scheme):
    url = f"{scheme}://app@db/app"
    loaded = development(home, DATABASE_URL=url)
    assert loaded.database_url is not None
    assert loaded.database_url.get_secret_value() == url


WRONG = {
    ("DATABASE_URL", "sqlite:///old.db"): (
        "the value is no address of PostgreSQL: it must begin with postgresql+psycopg:// or postgresql:// or "
        "postgres://; for example DATABASE_URL=postgresql://user:password@host:5432/name"
    ),
    ("DATABASE_REPLICA_URL", "mysql://db"): (
        "the value is no address of PostgreSQL: it must begin with postgresql+psycopg:// or postgresql:// or "
        "postgres://; for example DATABASE_REPLICA_URL=postgresql://user:password@host:5432/name"
    ),
    ("PORT", "65536"): "“65536” is too large: it must be at most 65535; for example PORT=8000",
    ("PORT", "http"): "“http” is not a whole number; for example PORT=8000",
    ("PORT", "80.5"): "“80.5” is not a whole number; for example PORT=8000",
    ("POOL_SIZE", "0"): "“0” is too small: it must be at least 1; for example POOL_SIZE=8",
    ("BODY_LIMIT", "-1"): "“-1” is too small: it must be at least 1024; for example BODY_LIMIT=262144",
    ("GRAPHIQL", "maybe"): "“maybe” is neither on nor off; for example GRAPHIQL=off",
    ("INTROSPECTION", "x" * 100): f"“{'x' * 60}…” is neither on nor off; for example INTROSPECTION=off",
    ("HOST", " "): "“” is empty; for example HOST=127.0.0.1",
    ("LOG_LEVEL", "loud"): "“loud” is not known: it must be debug, info, warning or error; for example LOG_LEVEL=info",
    ("LOG_FORMAT", "xml"): "“xml” is not known: it must be json or console; for example LOG_FORMAT=json",
    ("METRICS_TOKEN", "short"): (
        "the value is too short: it must have at least 16 characters; make one with: "
        "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
    ),
    ("CORS_ORIGINS", "advising.example.edu"): (
        "“advising.example.edu” is no list of web origins: each is http:// or https:// and a host, or all is *; "
        "for example CORS_ORIGINS=https://advising.example.edu"
    ),
    ("CORS_ORIGINS", "https://advising.example.edu/path"): (
        "“https://advising.example.edu/path” is no list of web origins: each is http:// or https:// and a host, or all "
        "is *; for example CORS_ORIGINS=https://advising.example.edu"
    ),
    ("GQL_API_PROFILE", "staging"): (
        "“staging” is not known: it must be development, test or production; for example GQL_API_PROFILE=production"
    ),
}


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_is_told_with_its_name_what_is_wrong_and_an_example(home, name, value):
    with pytest.raises(ConfigurationError) as caught:
        development(home, **{name: value})
    assert str(caught.value).splitlines() == ["These settings are wrong:", f"  - {name}: {WRONG[name, value]}"]


def test_every_example_of_a_value_is_a_right_one(home):
    for name, example in wrong_values.EXAMPLES.items():
        key, _, value = example.partition("=")
        if key == name:
            values = PRODUCTION if value == "production" else {"GQL_API_PROFILE": "test", "GQL_API_HOME": str(home)}
            settings.load(values | {name: value})


NOT_YET = {"database_replica_url"}  # the name is taken for read replicas; docs/settings.md says so


@dataclasses.dataclass
class Row:
    name: str
    default: str
    meaning: str


def documented() -> list[Row]:
    text = Path(__file__, "../../../docs/settings.md").resolve().read_text("utf-8")
    return [Row(*match) for match in re.findall(r"^\| `([A-Z_]+)` \| (.+?) \| (.+) \|$", text, re.MULTILINE)]


def test_every_setting_is_documented_and_every_documented_one_exists():
    assert sorted(row.name for row in documented()) == sorted(settings.names())


def test_every_documented_default_is_the_real_one(home):
    development_settings, production = development(home), settings.load(PRODUCTION)
    defaults = {row.name: row.default for row in documented()}
    for field, info in settings.Settings.model_fields.items():
        default = defaults[info.alias]
        in_production = re.search(r"in production `([^`]+)`", default)
        values = re.findall(r"`([^`]+)`", default)
        if info.alias in ("GQL_API_HOME", "SECRET_KEY", "ADMIN_TOKEN"):
            continue  # made, or a place of the user's
        actual = getattr(development_settings, field)
        if actual is None or actual == ():
            assert values == []
        elif info.alias == "LOG_FORMAT":
            assert values == [production.log_format, actual]
        else:
            assert values[0] == ("on" if actual is True else str(actual))
        if in_production:
            assert in_production[1] == "off"
            assert getattr(production, field) is False


def test_every_setting_is_read_by_something():
    own = Path(settings.__file__).parent
    code = "\n".join(
        path.read_text("utf-8")
        for path in own.parent.rglob("*.py")
        if own not in path.parents and "node_modules" not in path.parts
    )
    unread = {field for field in settings.Settings.model_fields if not re.search(rf"\.{field}\b", code)}
    assert unread == NOT_YET
