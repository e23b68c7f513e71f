"""From the environment to the settings object."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import DotEnvSettingsSource, EnvSettingsSource

from gql_api.errors import ConfigurationError
from gql_api.settings import made_secrets, production, wrong_values
from gql_api.settings.values import Profile, Settings, names

SYSTEM_HOME = "/var/lib/gql_api"


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process.

    Given `environ`, exactly that is read; otherwise os.environ and, in the development profile, the file `.env`
    of the working directory beneath it. An empty value counts as unset. In development a missing SECRET_KEY or
    ADMIN_TOKEN is made once and kept in GQL_API_HOME; in the test profile it is made for this object only.
    """
    values = _read(EnvSettingsSource(Settings, case_sensitive=True, env_ignore_empty=True), environ)
    profile = str(values.get("GQL_API_PROFILE", Profile.DEVELOPMENT)).strip().lower()
    if environ is None and profile == Profile.DEVELOPMENT:
        values = _read_dotenv() | values
    values.setdefault("GQL_API_HOME", _default_home(os.environ if environ is None else environ))
    values.setdefault("GRAPHIQL", profile != Profile.PRODUCTION)
    values.setdefault("INTROSPECTION", profile != Profile.PRODUCTION)
    values.setdefault("LOG_FORMAT", "console" if profile == Profile.DEVELOPMENT else "json")
    problems = production.problems(values) if profile == Profile.PRODUCTION else []
    if profile != Profile.PRODUCTION:
        values = made_secrets.completed(values, keep=profile == Profile.DEVELOPMENT)
    settings = _validated(values, problems)
    if settings is None or problems:
        raise ConfigurationError("These settings are wrong:\n" + "\n".join(f"  - {problem}" for problem in problems))
    return settings


def production_problems() -> list[str]:
    """What production would refuse of this process's settings, whatever its profile: one line each, with the remedy."""
    values = _read(EnvSettingsSource(Settings, case_sensitive=True, env_ignore_empty=True), None)
    return production.problems(values)


def _read(source: EnvSettingsSource, environ: Mapping[str, str] | None) -> dict[str, Any]:
    if environ is not None:
        source.env_vars = {name: value for name, value in environ.items() if value}
    return {name: value for name in names() if (value := source.env_vars.get(name)) is not None}


def _read_dotenv() -> dict[str, Any]:
    values = _read(DotEnvSettingsSource(Settings, env_file=".env", case_sensitive=True, env_ignore_empty=True), None)
    if "GQL_API_PROFILE" in values:
        raise ConfigurationError("GQL_API_PROFILE stands in .env; set it in the environment (.env is development's).")
    return values


def _default_home(environ: Mapping[str, str]) -> str:
    """Where a user's data goes. Root's goes to the system's place: root's own home is closed to the database server."""
    if environ.get("XDG_DATA_HOME", "").startswith("/"):
        return str(Path(environ["XDG_DATA_HOME"]) / "gql_api")
    if os.geteuid() == 0:
        return SYSTEM_HOME
    try:
        return str(Path("~/.local/share/gql_api").expanduser())
    except RuntimeError:
        raise ConfigurationError(
            "This user has no home directory; set GQL_API_HOME to a directory of its own."
        ) from None


def _validated(values: dict[str, Any], problems: list[str]) -> Settings | None:
    """The object, or None with one line per wrong field added to `problems` (missing ones are there already)."""
    try:
        settings = Settings(**values)
    except ValidationError as error:
        problems.extend(wrong_values.told(error))
        return None
    return settings
