"""PostgreSQL: addresses, the pool and its transactions, locks, migrations.

>>> database = Database.open("postgresql://…")
>>> async with database.reading() as session: ...       # one snapshot, read only, for many tasks at once
>>> async with database.changing() as session: ...      # one transaction of prepared statements
>>> async with database.writing() as connection: ...    # one transaction, committed at the end
>>> await database.retried(work)                         # the same, again after a deadlock

What is asked the same again and again is sent in one message, see `ahead`.

Works behind PgBouncer in transaction mode: nothing is left in a session, see `pool`. What the database refuses
for lack of time or reach becomes `errors.Unavailable`; what it refuses by a constraint stays an IntegrityError, to
be translated by the write that knows the constraint.
"""

from gql_api.database.addresses import connect, normalised_url, sync_engine
from gql_api.database.lending import Usage
from gql_api.database.locks import lock, lock_key
from gql_api.database.messages import Statement
from gql_api.database.migrations import (
    current_revision,
    downgrade,
    head_revision,
    known_revisions,
    upgrade,
    upgrade_sql,
)
from gql_api.database.pool import Database, Timeouts
from gql_api.database.preparing import as_digits
from gql_api.database.sessions import Session

__all__ = [
    "Database",
    "Session",
    "Statement",
    "Timeouts",
    "Usage",
    "as_digits",
    "connect",
    "current_revision",
    "downgrade",
    "head_revision",
    "known_revisions",
    "lock",
    "lock_key",
    "normalised_url",
    "sync_engine",
    "upgrade",
    "upgrade_sql",
]
