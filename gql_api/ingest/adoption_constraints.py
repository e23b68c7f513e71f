"""Old constraints: JSON with names that changed from writer to writer, as the cells of a requirement file."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from gql_api import errors
from gql_api.ingest import adoption_values, requirement_amounts, requirement_cells

_NAMES = {
    "min_credits": ("min_credits", "credits_min", "minimum_credits"),
    "max_credits": ("max_credits", "credits_max", "maximum_credits"),
    "min_courses": ("min_courses", "courses_min", "minimum_courses"),
    "max_courses": ("max_courses", "courses_max", "maximum_courses"),
    "min_level": ("min_level", "level_min", "level", "minimum_level"),
    "min_courses_at_level": ("min_courses_at_level", "courses_at_level"),
    "tag": ("tag", "attribute"),
    "tag_value": ("tag_value", "value", "attribute_value"),
}
_EITHER = {
    "credits": ("min_credits", "max_credits"),
    "courses": ("min_courses", "max_courses"),
    "count": ("min_courses", "max_courses"),
}
"""Names of which the type says whether a minimum or a maximum is meant."""
_SUBJECTS = ("subject_codes", "subjects", "scope_subject_codes", "subject_code", "subject")
_NUMBERS = ("min_credits", "max_credits", "min_courses", "max_courses", "min_courses_at_level")
_TAGS = {"lab": "has_lab", "labs": "has_lab", "has lab": "has_lab", "haslab": "has_lab"}


@dataclass(slots=True)
class Read:
    """The cells, and what could not be understood: (column, reason)."""

    cells: dict[str, str] = field(default_factory=dict[str, str])
    oddities: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    is_empty: bool = False
    """It asks for nothing: there is no number in it that means something."""


def read(constraint_type: str | None, params: str | None, scope: str | None) -> Read:
    """What a constraint asks, in the columns of a requirement file."""
    found = Read()
    kind = "_".join((constraint_type or "").lower().replace("-", " ").split())
    if kind in requirement_amounts.TYPES:
        found.cells["constraint_type"] = kind
    elif kind:
        found.oddities.append(("constraint_type", f"“{constraint_type}” is no known type; its numbers are kept."))
    for name, value in _object(found, "params", params).items():
        _take(found, kind, name, value)
    for name, value in _object(found, "scope_filter", scope).items():
        if name.lower() in _SUBJECTS:
            found.cells["scope_subject_codes"] = _list(value)
        else:
            found.oddities.append(("scope_filter", f"“{name}” has no meaning; the constraint looks at more courses."))
    if "tag_value" in found.cells and "tag" not in found.cells:
        del found.cells["tag_value"]
    found.is_empty = not any(name in found.cells for name in _NUMBERS)
    return found


def _take(found: Read, kind: str, name: str, value: object) -> None:
    key = "_".join(name.lower().replace("-", " ").split())
    if value is None or value in ("", []):
        return
    if key in _SUBJECTS:
        found.cells["scope_subject_codes"] = _list(value)
        return
    column = next((column for column, names in _NAMES.items() if key in names), None)
    if column is None and key in _EITHER:
        column = _EITHER[key][kind.startswith("max")]
    if column is None:
        found.oddities.append(("params", f"“{name}” has no meaning and was not kept."))
    elif column.startswith("tag"):
        said = str(value).lower() if isinstance(value, bool) else str(value).strip()
        found.cells[column] = _TAGS.get(said.lower().replace("_", " "), said.lower()) if column == "tag" else said
    else:
        number = _number(column, str(value).strip().removesuffix("+"))
        if number is None:
            found.oddities.append(("params", f"“{name}” is “{value}”, which is no number."))
        else:
            found.cells[column] = number


def _number(column: str, said: str) -> str | None:
    """An amount, a whole number of courses, or a level, in the spelling of a cell."""
    try:
        match column:
            case "min_level":
                level = requirement_cells.level(said)
                return None if level is None else str(level)
            case "min_credits" | "max_credits":
                return adoption_values.amount(said)
            case _:
                courses = requirement_cells.whole(said)
                return None if courses is None else str(courses)
    except errors.InvalidInput:
        return None


def _object(found: Read, column: str, text: str | None) -> Mapping[str, object]:
    """A JSON object; a list of a scope is its subjects."""
    if text is None:
        return {}
    try:
        value = json.loads(text)
    except ValueError:
        found.oddities.append((column, f"“{text[:60]}” is no JSON."))
        return {}
    if isinstance(value, list) and column == "scope_filter":
        return {"subjects": cast("object", value)}
    if isinstance(value, dict):
        return cast("dict[str, object]", value)
    if value is not None:
        found.oddities.append((column, f"“{text[:60]}” is no JSON object."))
    return {}


def _list(value: object) -> str:
    parts = cast("list[object]", value) if isinstance(value, list) else [value]
    return ";".join(str(part).strip() for part in parts)
