"""What `gql-api doctor` examines, and the lines in which each of its parts tells what it finds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gql_api import settings


class Level(Enum):
    """How much a line matters; ERROR makes the command end with status 1."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the report.

    `kind` is the same for findings that are alike, `count` how many findings the line stands for.
    """

    level: Level
    text: str
    kind: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What is examined: the settings, and the database that they name, or the embedded one."""

    configuration: "settings.Settings"
    url: str

    @property
    def is_embedded(self) -> bool:
        """Whether the database is our own."""
        return self.configuration.database_url is None

    @property
    def pool_size(self) -> int:
        """The connections that each process takes at most."""
        return self.configuration.pool_size


Part = Callable[[Examined], Iterator[Told]]
"""A part of the examination: tells what it finds, one line at a time."""
