"""The first row of a file: which column stands where, under which name.

Names are compared without regard to case, surrounding white space, and whether words are joined by a space, a hyphen
or an underscore. The other names a column answers to are written down once, in its `Layout`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from gql_api import errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a file. `longest` is the number of characters that a cell of it may have."""

    name: str
    aliases: tuple[str, ...] = ()
    is_required: bool = False
    longest: int = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The columns of one kind of file. `ignored` names columns that are known and carry nothing we load."""

    kind: str
    columns: tuple[Column, ...]
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A header that was understood: for each column of the layout that is there, its position in a row."""

    positions: dict[str, int]
    width: int
    published: tuple[str, ...]
    unknown: tuple[str, ...] = field(default=())

    def published_name(self, column: str) -> str:
        """The column as the file spells it, for messages."""
        return self.published[self.positions[column]] if column in self.positions else column


def normalised(name: str) -> str:
    """A column's name in the spelling by which it is compared: `From Course-Code ` → `from_course_code`."""
    return "_".join(name.replace("-", " ").replace("_", " ").lower().split())


def recognised(layout: Layout, cells: Sequence[str]) -> int:
    """How many of the cells name a column of the layout."""
    known = _names(layout)
    return sum(normalised(cell) in known for cell in cells)


def match(layout: Layout, cells: Sequence[str]) -> Header:
    """Find the layout's columns in the first row of a file. Empty names at the end are tolerated.

    Raises:
        InvalidInput: a required column is missing, or one column stands there twice; the message names what was
            found and what is needed.
    """
    known = _names(layout)
    positions: dict[str, int] = {}
    unknown: list[str] = []
    ignored = {normalised(name) for name in layout.ignored}
    for position, cell in enumerate(cells):
        column = known.get(normalised(cell))
        if column is None:
            if cell.strip() and normalised(cell) not in ignored:
                unknown.append(cell.strip())
        elif column.name in positions:
            first = cells[positions[column.name]].strip()
            raise errors.InvalidInput(
                f"The columns “{first}” and “{cell.strip()}” both mean {column.name}. Remove or rename one of them."
            )
        else:
            positions[column.name] = position
    _demand(layout, positions, cells)
    return Header(
        positions=positions,
        width=len(cells),
        published=tuple(cell.strip() for cell in cells),
        unknown=tuple(unknown),
    )


def _names(layout: Layout) -> dict[str, Column]:
    return {normalised(name): column for column in layout.columns for name in (column.name, *column.aliases)}


def _demand(layout: Layout, positions: dict[str, int], cells: Sequence[str]) -> None:
    missing = [column for column in layout.columns if column.is_required and column.name not in positions]
    if not missing:
        return
    found = ", ".join(cell.strip()[:60] for cell in cells[:40] if cell.strip()) or "no names at all"
    needed = ", ".join(
        f"{column.name} (or {', '.join(column.aliases)})" if column.aliases else column.name for column in missing
    )
    raise errors.InvalidInput(
        f"The first row must name the columns of a file of {layout.kind}. Missing: {needed}. Found: {found}."
    )
