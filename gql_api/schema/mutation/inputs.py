"""What the inputs of mutations share: fields left out, the client's own marks, and where a change comes from."""

from collections.abc import Iterable
from typing import Any

import strawberry

from gql_api.schema.context import Info
from gql_api.writes import audit_log

ARGUMENT = strawberry.argument(description="What is to be done.")
MARK = "Anything; the payload gives it back."
KEY = (
    "A random text of 8 to 200 visible ASCII characters. The same key with the same input within 24 hours creates "
    "nothing more and gives the first result again."
)
GIVEN_BACK = "The input's `clientMutationId`."
REFUSALS = "Why it was refused; empty where it was done. With errors nothing was changed."


def given(source: Any, names: Iterable[str]) -> dict[str, Any]:  # noqa: ANN401 - any input type
    """The fields of an input that the client sent, null ones too."""
    values = {name: getattr(source, name) for name in names}
    return {name: value for name, value in values.items() if value is not strawberry.UNSET}


def origin(info: Info) -> audit_log.Origin:
    """Who changes something, when, in which request."""
    context = info.context
    return audit_log.Origin(viewer=context.viewer, now=context.now, request_id=context.request_id)
