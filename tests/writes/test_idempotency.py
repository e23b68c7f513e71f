"""Idempotency keys: one result for one input, for a day, and nothing readable kept."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from gql_api import access, errors
from gql_api.domain import terms
from gql_api.tables.idempotency import IdempotencyKey
from gql_api.writes import idempotency

KEY = "a-random-key"
HOLDER = access.plan_holder(7)


def asked(values: object = 1, *, mutation: str = "create", viewer: access.Viewer = HOLDER, key: str = KEY):
    return idempotency.request(mutation, viewer, key, values)


def test_without_a_key_there_is_nothing_to_remember():
    assert idempotency.request("create", HOLDER, None, 1) is None


@pytest.mark.parametrize("key", ["", "short", "x" * 201, "with a space", "ümläut-key", "line\nbreak-key"])
def test_a_key_that_is_no_key_is_refused(key):
    with pytest.raises(errors.InvalidInput) as refused:
        asked(key=key)
    assert refused.value.path == ("idempotency_key",)


def test_the_same_key_of_another_mutation_or_viewer_is_another_request():
    hashes = {
        asked().key_hash,
        asked(mutation="other").key_hash,
        asked(viewer=access.plan_holder(8)).key_hash,
        asked(viewer=access.ADMINISTRATOR).key_hash,
        asked(key="another-key").key_hash,
    }
    assert len(hashes) == 5


def test_an_input_is_the_same_however_its_numbers_are_spelled():
    assert asked([Decimal("3.00")]).input_hash == asked([Decimal(3)]).input_hash
    assert asked([Decimal("3.01")]).input_hash != asked([Decimal(3)]).input_hash
    fall = terms.Term(year=2030, season=terms.Season.FALL)
    assert asked([fall]).input_hash != asked([terms.Term(year=2030, season=terms.Season.SUMMER)]).input_hash


def test_equal_inputs_under_two_keys_cannot_be_recognised():
    assert asked(1, key="another-key").input_hash != asked(1).input_hash


@pytest.mark.anyio
async def test_the_first_result_is_answered_for_a_day(connection):
    now = datetime.now(UTC)
    assert await idempotency.first_result(connection, asked(), now) is None
    await idempotency.remember(connection, asked(), 42, now)

    assert await idempotency.first_result(connection, asked(), now) == 42
    assert await idempotency.first_result(connection, asked(), now + timedelta(hours=23)) == 42
    assert await idempotency.first_result(connection, asked(), now + timedelta(hours=25)) is None


@pytest.mark.anyio
async def test_another_input_is_a_conflict(connection):
    now = datetime.now(UTC)
    await idempotency.remember(connection, asked(1), 42, now)
    with pytest.raises(errors.Conflict) as refused:
        await idempotency.first_result(connection, asked(2), now)
    assert refused.value.path == ("idempotency_key",)


@pytest.mark.anyio
async def test_old_keys_are_swept_and_an_old_one_may_be_used_again(connection):
    now = datetime.now(UTC)
    for place in range(3):
        await idempotency.remember(connection, asked(key=f"old-key-{place}"), place, now)

    await idempotency.remember(connection, asked(2, key="old-key-0"), 99, now + timedelta(hours=25))

    kept = (await connection.execute(sa.select(IdempotencyKey.entity_id))).scalars().all()
    assert kept == [99]
