"""Puts the migrations into the wheel, beside the package that runs them."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Migrations(BuildHookInterface[Any]):
    """alembic/ and alembic.ini become gql_api/_alembic in a real wheel; an editable one reads them in place."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the files unless the build is an editable one."""
        if version == "editable":
            return
        root = Path(self.root)
        for source in [root / "alembic" / "env.py", root / "alembic" / "script.py.mako", root / "alembic.ini"]:
            if source.exists():
                build_data["force_include"][str(source)] = f"gql_api/_alembic/{source.name}"
        for revision in sorted((root / "alembic" / "versions").glob("*.py")):
            build_data["force_include"][str(revision)] = f"gql_api/_alembic/versions/{revision.name}"
