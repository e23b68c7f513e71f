"""The audit log: plain values, and only what differs."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa

from gql_api import access
from gql_api.domain import terms
from gql_api.tables.audit_log import AuditEntry
from gql_api.writes import audit_log


def test_only_what_differs_is_told_before_and_after():
    found = audit_log.changes({"a": 1, "b": 2, "c": None}, {"a": 1, "b": 3, "d": 4})
    assert found == {"before": {"b": 2}, "after": {"b": 3, "d": 4}}


def test_equal_values_are_no_change():
    assert audit_log.changes({"a": Decimal(3)}, {"a": Decimal("3.000")}) == {"before": {}, "after": {}}


@pytest.mark.anyio
async def test_an_entry_says_who_when_and_in_which_request(connection):
    now = datetime(2026, 9, 1, 12, tzinfo=UTC)
    origin = audit_log.Origin(viewer=access.ADMINISTRATOR, now=now, request_id="r-1")
    details = {"credits": Decimal("3.00"), "day": date(2026, 1, 2), "season": terms.Season.FALL, "tags": ["x"]}

    await audit_log.record(connection, origin, "createThing", "things", 5, details)

    row = (await connection.execute(sa.select(AuditEntry.__table__))).one()
    assert (row.at, row.actor, row.action, row.entity, row.entity_id, row.request_id) == (
        now,
        "administrator",
        "createThing",
        "things",
        5,
        "r-1",
    )
    assert row.details == {"credits": "3.00", "day": "2026-01-02", "season": "FALL", "tags": ["x"]}
