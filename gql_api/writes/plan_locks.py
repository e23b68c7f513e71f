"""How a change of a plan begins: the viewer's right, the lock and the new revision in one statement."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from gql_api import errors
from gql_api.reads import plans, rows
from gql_api.tables.plans import Plan
from gql_api.writes.audit_log import Origin

COLUMNS: list[sa.ColumnElement[Any]] = rows.columns(Plan, plans.PlanRow)


async def changing(connection: AsyncConnection, origin: Origin, plan_id: int) -> plans.PlanRow:
    """The plan with its revision raised, locked until the transaction ends: changes of one plan take turns.

    Raises:
        NotFound: no such plan, or not the viewer's.
    """
    statement = (
        sa.update(Plan)
        .where(col(Plan.id) == plan_id, plans.visible_to(origin.viewer))
        .values(revision=col(Plan.revision) + 1, updated_at=origin.now, last_used_at=origin.now)
        .returning(*COLUMNS)
    )
    row = (await connection.execute(statement)).first()
    if row is None:
        raise missing()
    return plans.PlanRow(*row)


async def held(connection: AsyncConnection, origin: Origin, plan_id: int) -> plans.PlanRow:
    """The plan as it is, locked until the transaction ends: for a change that may turn out to be none.

    Raises:
        NotFound: no such plan, or not the viewer's.
    """
    statement = sa.select(*COLUMNS).where(col(Plan.id) == plan_id, plans.visible_to(origin.viewer)).with_for_update()
    row = (await connection.execute(statement)).first()
    if row is None:
        raise missing()
    return plans.PlanRow(*row)


def missing() -> errors.NotFound:
    """The one answer for a plan that is not there and for one that is not the viewer's."""
    return errors.NotFound("There is no such plan, or it is not yours. Send its token.", path=("plan_id",))
