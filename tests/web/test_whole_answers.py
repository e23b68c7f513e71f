"""Answers that went well, as they are sent."""

import pytest

from gql_api.web import responses
from gql_api.web.negotiation import Media

pytestmark = pytest.mark.anyio


async def sent(data: object) -> bytes:
    messages: list[dict[str, object]] = []

    async def send(message: dict[str, object]) -> None:
        messages.append(message)

    await responses.Whole(data, Media.JSON)({}, None, send)
    assert [message["type"] for message in messages] == ["http.response.start", "http.response.body"]
    return messages[1]["body"]


async def test_data_are_sent_as_json():
    assert await sent({"course": {"title": "Bücher"}}) == '{"data":{"course":{"title":"Bücher"}}}'.encode()


async def test_a_scalar_may_have_keys_that_are_no_strings():
    assert await sent({"counts": {1: "one", None: "none"}}) == b'{"data":{"counts":{"1":"one","null":"none"}}}'
