"""Everything that is wrong with a course that was refused: looked for only then, so that a good one pays nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from gql_api import errors
from gql_api.domain import codes
from gql_api.reads import institutions, rows
from gql_api.writes import course_values, courses, idempotency
from gql_api.writes.audit_log import Origin
from gql_api.writes.mistakes import Mistakes


async def of_new(
    connection: rows.Connection,
    institution_id: int | None,
    given: Mapping[str, Any],
    origin: Origin,
    idempotency_key: str | None,
) -> Sequence[errors.ExpectedError]:
    """What `courses.create` would refuse, one after another; none for an institution that is not known as it is."""
    wrong = Mistakes()
    with wrong.collected():
        idempotency.request("createCourse", origin.viewer, idempotency_key, [])
    with wrong.collected():
        course_values.complete({}, given)
    if institution_id is not None:
        (institution,) = await institutions.by_id(connection, [institution_id])
        if institution is None:
            wrong.add([courses.no_institution()])
        elif (key := _key(given.get("code"))) is not None:
            found = await courses.duplicate(connection, institution_id, {"code_key": key})
            wrong.add([] if found.course_id is None else [found])
    return wrong.found


def _key(code: object) -> str | None:
    """The key under which the code would be stored; none where it cannot be read."""
    try:
        return codes.parse(code).key if isinstance(code, str) else None
    except errors.InvalidInput:
        return None
