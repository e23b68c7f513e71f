"""docs/errors.md and docs/http.md say what the program does."""

import dataclasses
import re
from pathlib import Path

import pytest

from gql_api import errors
from gql_api.schema import guard
from gql_api.web import assembly, auth, codes, limits, requests

DOCS = Path(__file__).parents[2] / "docs"


def rows(document):
    """The cells of every table row of a document."""
    text = (DOCS / document).read_text("utf-8")
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]


def kinds(error):
    return {error} | {found for inner in error.__subclasses__() for found in kinds(inner)}


def test_the_errors_document_lists_exactly_the_codes_of_the_program():
    listed = [cells[0].strip("`") for cells in rows("errors.md") if re.fullmatch(r"`[A-Z_]+`", cells[0])]
    assert listed == [code.value for code in codes.Code]


def test_every_code_of_the_error_tree_is_one_of_the_program():
    assert {error.code for error in kinds(errors.ExpectedError)} <= {code.value for code in codes.Code}


def test_every_code_has_a_status_a_meaning_and_a_remedy():
    for cells in rows("errors.md"):
        if cells[0].startswith("`"):
            assert re.fullmatch(r"(\d{3}( \(200\))?)?( or )?—?", cells[1]), cells
            assert len(cells) == 4
            assert all(cells)


@pytest.mark.parametrize("field", dataclasses.fields(guard.Limits), ids=lambda field: field.name)
def test_the_limits_of_documents_are_listed_with_their_numbers(field):
    [cells] = [cells for cells in rows("http.md") if len(cells) == 3 and f"`{field.name}`" in cells[1]]
    names = [name.strip("` ") for name in cells[1].split(",")]
    numbers = [int(number.replace(",", "")) for number in cells[2].split(" and ")]
    assert numbers[names.index(field.name)] == getattr(guard.LIMITS, field.name)


def test_the_limits_of_requests_are_listed_with_their_numbers():
    text = (DOCS / "http.md").read_text("utf-8")
    known = limits.LIMITS
    assert f"{known.body_bytes:,} bytes (`BODY_LIMIT`), which must arrive within {known.body_seconds:g} seconds" in text
    assert f"| {known.seconds:g} seconds for an operation |" in text
    assert f"{requests.MAXIMUM_NESTING} levels, integers of {requests.MAXIMUM_DIGITS} digits" in text


def test_the_headers_that_other_origins_may_use_are_listed():
    text = (DOCS / "http.md").read_text("utf-8")
    for name in assembly.REQUEST_HEADERS + assembly.RESPONSE_HEADERS:
        assert f"`{name}`" in text


def test_the_credentials_are_listed():
    first = " ".join(cells[0].lower() for cells in rows("http.md"))
    for name in auth.NAMES:
        assert name in first


def test_a_query_of_the_document_is_a_document():
    text = (DOCS / "http.md").read_text("utf-8")
    [query] = re.findall(r'"query": "(.*?)", "variables"', text)
    assert guard.examine(guard.parse(query))[0].root_fields == {"institutions"}
