"""The columns of a course from what an administrator gives: codes split, credits completed, attributes merged."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from gql_api import errors
from gql_api.domain import codes, credits, statuses, terms, texts
from gql_api.tables.courses import CourseBase
from gql_api.writes import validation

FIELDS = tuple(CourseBase.model_fields)
"""What may be given. `attributes` may have `has_lab`, `course_type` and `tags`; a none in it clears that one."""
STORED = (*FIELDS, "code_key", "subject", "number", "subjects", "level", "prerequisites")
"""What `complete` answers: the columns that follow from the fields as well."""

MOST_TAGS, LONGEST_TAG = 50, 100
_DAYS = ("active_from", "active_until")


def complete(before: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Every column of `STORED`: what was `before`, changed by what is `given`. Before a creation there is nothing.

    Raises:
        InvalidInput, or an ExceptionGroup of them.
    """
    values: dict[str, Any] = dict.fromkeys(STORED) | ({name: before.get(name) for name in STORED} if before else {})
    values.update(validation.cleaned({name: given[name] for name in given if name != "attributes"}))
    mistakes: list[errors.ExpectedError] = []
    values["attributes"] = _attributes(before.get("attributes") or {}, given, mistakes)
    _complete_credits(values, given, mistakes)
    mistakes.extend(validation.problems(CourseBase, {name: values[name] for name in FIELDS}))
    mistakes.extend(_out_of_order(values))
    if "code" in given and not any(mistake.path == ("code",) for mistake in mistakes):
        _split_code(values, mistakes)
    if values["prerequisite_text"] != before.get("prerequisite_text"):
        values["prerequisites"] = None  # the tree that was parsed from another text
    validation.refuse(mistakes)
    return values


def _split_code(values: dict[str, Any], mistakes: list[errors.ExpectedError]) -> None:
    try:
        code = codes.parse(values["code"])
    except errors.InvalidInput as error:
        mistakes.append(errors.InvalidInput(error.message, path=("code",)))
        return
    values.update(
        code_key=code.key, subject=code.subject, number=code.number, subjects=list(code.subjects), level=code.level
    )


def _complete_credits(values: dict[str, Any], given: Mapping[str, Any], mistakes: list[errors.ExpectedError]) -> None:
    """Published credits alone say both ends; one end alone says the other."""
    low, high = values["credits_min"], values["credits_max"]
    if given.get("credits_text") and "credits_min" not in given and "credits_max" not in given:
        try:
            read = credits.parse(values["credits_text"] or "")
        except errors.InvalidInput as error:
            mistakes.append(errors.InvalidInput(error.message, path=("credits_text",)))
            return
        if read is not None:
            low, high, values["credits_text"] = read.minimum, read.maximum, read.text
    values["credits_min"] = high if low is None and "credits_max" in given else low
    values["credits_max"] = low if high is None and "credits_min" in given else high


def _attributes(
    before: Mapping[str, Any], given: Mapping[str, Any], mistakes: list[errors.ExpectedError]
) -> dict[str, Any]:
    if "attributes" not in given:
        return dict(before)
    changes: Mapping[str, Any] = given["attributes"] or {}
    if given["attributes"] is None:
        before = {}
    merged = dict(before) | dict(changes)
    kind = merged.get("course_type")
    if isinstance(kind, statuses.CourseType):
        merged["course_type"] = kind.value
    if changes.get("tags") is not None:
        merged["tags"] = _tags(changes["tags"], mistakes)
    return {name: value for name, value in merged.items() if value is not None and value != []}


def _tags(given: Sequence[str], mistakes: list[errors.ExpectedError]) -> list[str]:
    tags = sorted({" ".join(tag.split()) for tag in given})
    path = ("attributes", "tags")
    if len(tags) > MOST_TAGS:
        mistakes.append(errors.InvalidInput(f"A course has at most {MOST_TAGS} tags.", path=path))
    if not all(1 <= len(tag) <= LONGEST_TAG and texts.is_storable(tag) for tag in tags):
        mistakes.append(errors.InvalidInput(f"A tag has 1 to {LONGEST_TAG} characters.", path=path))
    return tags


def _out_of_order(values: Mapping[str, Any]) -> list[errors.ExpectedError]:
    found: list[errors.ExpectedError] = []
    low, high = values["credits_min"], values["credits_max"]
    if (low is None) != (high is None):
        text = "Give both creditsMin and creditsMax, or neither."
        found.append(errors.InvalidInput(text, path=("credits_min" if low is None else "credits_max",)))
    if isinstance(low, Decimal) and isinstance(high, Decimal) and low > high:
        found.append(errors.InvalidInput("creditsMin is above creditsMax.", path=("credits_min",)))
    for name in _DAYS:
        day = values[name]
        if day is not None and not terms.EARLIEST <= day.year <= terms.LATEST:
            text = f"The year must be from {terms.EARLIEST} to {terms.LATEST}."
            found.append(errors.InvalidInput(text, path=(name,)))
    begins, ends = (values[name] for name in _DAYS)
    if begins is not None and ends is not None and begins > ends:
        found.append(errors.InvalidInput("activeFrom is after activeUntil.", path=("active_from",)))
    return found
