"""Values checked against the models of `tables` before they are written: a `table=True` model checks nothing itself."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import psycopg
from pydantic import ValidationError
from sqlalchemy import exc
from sqlmodel import SQLModel

from gql_api import errors
from gql_api.domain import texts

Refused: TypeAlias = exc.IntegrityError | psycopg.IntegrityError
"""A constraint refused a statement of SQLAlchemy's, or a prepared one."""


def cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with text trimmed; text that is empty then is none."""
    return {name: value.strip() or None if type(value) is str else value for name, value in values.items()}


def problems(
    model: type[SQLModel], values: Mapping[str, Any], path: tuple[str, ...] = ()
) -> list[errors.ExpectedError]:
    """What the model refuses in the values, each with the path of its field beneath `path`."""
    found = [
        errors.InvalidInput("The text has a character that cannot be stored, such as NUL.", path=(*path, name))
        for name, value in values.items()
        if isinstance(value, str) and not texts.is_storable(value)
    ]
    if found:
        return [*found]
    try:
        # As SQLModel's `model_validate` does, which fills an object with defaults first: that takes five times as long.
        model.__pydantic_validator__.validate_python(values, self_instance=model.__new__(model))
    except ValidationError as error:
        return [
            errors.InvalidInput(_message(detail), path=(*path, *map(str, detail["loc"])))
            for detail in error.errors(include_url=False)
        ]
    return []


def refuse(found: list[errors.ExpectedError]) -> None:
    """Raise what was found, if anything: one error as itself, several as an ExceptionGroup in the order found."""
    if len(found) == 1:
        raise found[0]
    if found:
        raise ExceptionGroup("The input has several mistakes.", found)


def refusing_constraint(error: Refused) -> str | None:
    """The name of the constraint that refused a statement."""
    original = error.orig if isinstance(error, exc.IntegrityError) else error
    name = getattr(getattr(original, "diag", None), "constraint_name", None)
    return name if isinstance(name, str) else None


def _message(detail: Any) -> str:  # noqa: ANN401 - pydantic's dictionaries
    """What a model refused, in our own words: the field as the API calls it, what it takes, and what it got."""
    kind, given = detail["type"], detail["input"]
    if kind == "missing" or given in (None, ""):
        return "This must not be empty."
    name, bounds = _called(detail["loc"]), detail.get("ctx", {})
    match kind:
        case "string_too_long":
            return f"{name} may have at most {bounds['max_length']} characters; it has {len(given)}."
        case "string_too_short":
            return f"{name} has at least {bounds['min_length']} characters; it has {len(given)}."
        case "greater_than_equal":
            return f"{name} is at least {bounds['ge']}; it is {given}."
        case "less_than_equal":
            return f"{name} is at most {bounds['le']}; it is {given}."
        case "greater_than":
            return f"{name} is more than {bounds['gt']}; it is {given}."
        case "less_than":
            return f"{name} is less than {bounds['lt']}; it is {given}."
        case _:
            return f"{name} does not have a value of its kind."


def _called(location: tuple[str | int, ...]) -> str:
    """The name of a column as the API spells it: `student_name` is studentName."""
    first, *others = str(location[-1]).split("_")
    return first + "".join(part.capitalize() for part in others)
