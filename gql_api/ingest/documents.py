"""JSON documents: bytes in, validated models out; what is wrong is told with its place in the document.

Models are strict and refuse unknown fields: a misspelled name is an error, not silence.
"""

import gzip
from collections.abc import Callable, Iterable
from enum import Enum
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from gql_api import errors
from gql_api.domain import grades, requirements, statuses, terms
from gql_api.ingest import document_words, files

MOST_ERRORS = 20
"""So many problems of a document are told at once."""
MOST_BYTES = 32 * files.MEGABYTE
"""A document may have so many; the largest real catalog of programs has a hundredth of it."""
_GZIP = b"\x1f\x8b"
Model = TypeVar("Model", bound=BaseModel)


class Strict(BaseModel):
    """What every part of a document is."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


def read(file: files.File, model: type[Model]) -> Model:
    """The document in a file.

    Raises:
        InvalidInput: it is too large, no JSON, or not of this shape; the message has a line for each problem with its
            place.
    """
    content = _content(file)
    try:
        return model.model_validate_json(content.removeprefix(b"\xef\xbb\xbf"))
    except ValidationError as error:
        if (reason := _not_json(error)) is not None:
            raise errors.InvalidInput(f"{file.source.name} is no JSON file: {reason}.") from error
        lines = [
            _line(detail["loc"], document_words.told(detail["type"], detail["msg"], detail.get("ctx", {})))
            for detail in error.errors(include_url=False, include_input=False)
        ]
        shown = lines[:MOST_ERRORS]
        if len(lines) > len(shown):
            shown.append(f"… and {len(lines) - len(shown)} more")
        raise errors.InvalidInput("\n".join((f"{file.source.name}:", *shown))) from error


def _not_json(error: ValidationError) -> str | None:
    """Why the text is no JSON; none where it is, and something else is wrong."""
    (first, *_) = error.errors(include_url=False, include_input=False)
    return first["msg"].removeprefix("Invalid JSON: ") if first["type"] == "json_invalid" else None


def _content(file: files.File) -> bytes:
    """The bytes, inflated; a document is held as a whole, so it is bounded more tightly than a file of rows."""
    with file.source.open() as stream:
        content = stream.read(MOST_BYTES + 1)
    if content.startswith(_GZIP):
        with file.source.open() as stream, gzip.GzipFile(fileobj=stream) as inflated:
            content = inflated.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise errors.InvalidInput(
            f"{file.source.name} is larger than {MOST_BYTES // files.MEGABYTE} MB. Split it into several files."
        )
    return content


def place(path: Iterable[str | int]) -> str:
    """A path as people write it: `programs[0].versions[1].requirements[2].options`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) or part.isdigit() else f".{part}" if text else part
    return text


def _line(path: tuple[int | str, ...], message: str) -> str:
    where = place(path)
    if where or message != document_words.OBJECT:
        return f"{where}: {message}" if where else message
    return f"The document {message}. The guide to imports shows one."


def _member(members: type[Enum], read_name: Callable[[str], Enum] | None = None) -> BeforeValidator:
    """Reads a member by its name in any case, or by what `read_name` understands."""

    def validate(value: Any) -> Any:  # noqa: ANN401 - whatever stands in the document
        if isinstance(value, members):
            return value
        known = {member.name: member for member in members}
        if isinstance(value, str) and (member := known.get(value.strip().upper())) is not None:
            return member
        if isinstance(value, str) and read_name is not None:
            try:
                return read_name(value)
            except errors.InvalidInput as error:
                raise ValueError(error.message) from error
        message = f"one of {', '.join(known)} is expected"
        raise ValueError(message)

    return BeforeValidator(validate)


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5_000)]
Season = Annotated[terms.Season, _member(terms.Season, terms.parse_season)]
Grade = Annotated[grades.Grade, _member(grades.Grade, grades.parse)]
Sharing = Annotated[requirements.Sharing, _member(requirements.Sharing)]
ConstraintKind = Annotated[requirements.ConstraintKind, _member(requirements.ConstraintKind)]
VersionState = Annotated[statuses.VersionState, _member(statuses.VersionState)]
ProgramKind = Annotated[statuses.ProgramKind, _member(statuses.ProgramKind)]
PlannedStatus = Annotated[statuses.PlannedStatus, _member(statuses.PlannedStatus)]
PlanStatus = Annotated[statuses.PlanStatus, _member(statuses.PlanStatus)]
