"""The secrets that development makes for itself, once, so that nobody needs to think of them."""

import json
import os
import secrets
import tempfile
from pathlib import Path
from typing import Any

from gql_api.errors import ConfigurationError
from gql_api.settings.values import Profile, Settings


def completed(values: dict[str, Any], *, keep: bool) -> dict[str, Any]:
    """The values with a SECRET_KEY and an ADMIN_TOKEN where they are missing; `keep` keeps them in GQL_API_HOME."""
    if "SECRET_KEY" in values and "ADMIN_TOKEN" in values:
        return values
    made = {name: secrets.token_urlsafe(32) for name in ("SECRET_KEY", "ADMIN_TOKEN")}
    return (_kept(Path(values["GQL_API_HOME"]).expanduser().absolute(), made) if keep else made) | values


def _kept(home: Path, made: dict[str, str]) -> dict[str, str]:
    """The secrets kept in `home`, which are `made` if there were none. Two first starts agree on one file."""
    file = file_of(home)
    try:
        if not file.exists():
            home.mkdir(mode=0o711, parents=True, exist_ok=True)  # the database server's account passes through
            file.parent.mkdir(mode=0o700, exist_ok=True)
            _write_once(file, json.dumps(made, indent=2) + "\n")
        kept = json.loads(file.read_text("utf-8"))
        return {name: str(kept[name]) for name in made}
    except OSError as error:
        raise ConfigurationError(
            f"Cannot keep the development secrets in {file}: {error.strerror}. Set GQL_API_HOME to a directory that "
            "you can write, or set SECRET_KEY and ADMIN_TOKEN."
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(f"{file} is damaged; delete it and new secrets are made.") from error


def file_of(home: Path) -> Path:
    """Where the development profile keeps the secrets that it made."""
    return home / "secrets" / "development.json"


def made_admin_token(settings: Settings) -> str | None:
    """The administrator's token if `load` made it, to be shown to the developer; None where somebody has set it."""
    file = file_of(settings.home)
    if settings.profile is not Profile.DEVELOPMENT or not file.exists():
        return None
    token = settings.admin_token.get_secret_value()
    return token if json.loads(file.read_text("utf-8"))["ADMIN_TOKEN"] == token else None


def _write_once(file: Path, text: str) -> None:
    """Write the whole file or nothing, readable by its owner only; an existing file wins."""
    descriptor, name = tempfile.mkstemp(dir=file.parent)  # mkstemp makes it with mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as temporary:
            temporary.write(text)
            temporary.flush()
            os.fsync(temporary.fileno())
        os.link(name, file)
    except FileExistsError:
        pass
    finally:
        Path(name).unlink()
