"""What every resolver finds in `info.context`: who asks, one snapshot to read from, loaders, and the transaction.

A request reads in one read-only snapshot that begins with the first read: everything in one answer is of one moment.
Its batches share the snapshot's connection, and what is independent is asked at once. A mutation field has a
transaction of its own; around it the snapshot is given up and the loaders forget, so that its payload shows what was
written.
"""

import asyncio
import contextlib
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

import strawberry
from sqlalchemy.ext.asyncio import AsyncConnection

from gql_api import access, errors
from gql_api.database import Database, Session
from gql_api.domain import plan_codes
from gql_api.reads import needed, plans
from gql_api.schema import execution, loaders
from gql_api.settings import Settings

T = TypeVar("T")


class Guesses(Protocol):
    """Counts the wrong plan codes of the client that sent the request."""

    def wait(self) -> int | None:
        """Seconds until another code may be tried; None while it may."""

    def count(self) -> None:
        """Note a wrong code."""


class Context:
    """One request."""

    def __init__(
        self, *, database: Database, viewer: access.Viewer, settings: Settings, request_id: str, guesses: Guesses
    ) -> None:
        self.database = database
        self.viewer = viewer
        self.settings = settings
        self.request_id = request_id
        self.guesses = guesses
        self.now = datetime.now(UTC)
        self.fields: needed.Fields | None = None
        self._lock: asyncio.Lock | None = None
        self._session: Session | None = None

    @execution.Once
    def loaders(self) -> loaders.Loaders:
        """Those of the snapshot: made when the first is wanted, and again after a change."""
        return loaders.Loaders(self, self.now.date())

    def selects(self, fields: frozenset[str]) -> None:
        """The operation selects no other fields than these, by their names in the schema: rows need no more."""
        self.fields = _by_names_of_python(fields)

    def session(self) -> Session:
        """The request's snapshot, for as many reads at once as there are."""
        if self._session is None:
            self._session = self.database.reading(self.fields)
        return self._session

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncGenerator[Any]:
        """The snapshot, for one of those at a time who ask for it so."""
        if self._lock is None:
            self._lock = asyncio.Lock()
        async with self._lock:
            yield self.session()

    async def written(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Run a use case in one transaction, whole again after a deadlock; afterwards nothing read before is kept."""
        await self.close()
        try:
            return await self.database.retried(work)
        finally:
            self._forget()

    async def changed(self, work: Callable[[Session], Awaitable[T]]) -> T:
        """The same for a use case of prepared statements."""
        await self.close()
        try:
            return await self.database.changed(work)
        finally:
            self._forget()

    async def close(self) -> None:
        """Give the connection back, and forget what was read."""
        self._forget()
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _forget(self) -> None:
        """Let go of the loaders: they hold the context, and rows that others may have changed since."""
        held: loaders.Loaders | None = vars(self).pop("loaders", None)
        if held is not None:
            held.forget()

    def admit(self, plan_id: int) -> None:
        """Let the viewer into a plan whose code they gave.

        Raises:
            InvalidInput: the request already holds another plan.
        """
        if self.viewer.may_open_plan(plan_id):
            return
        if self.viewer.role is not access.Role.ANONYMOUS:
            msg = "This request names two different plans. Send one plan's code or token at a time."
            raise errors.InvalidInput(msg, path=("code",))
        self.viewer = access.plan_holder(plan_id)

    def switch(self, plan_id: int) -> None:
        """From here on act for this plan, which the viewer has just created or opened, instead of another one."""
        if not self.viewer.may_open_plan(plan_id):
            self.viewer = access.plan_holder(plan_id)

    @contextlib.contextmanager
    def trying(self) -> Generator[None]:
        """Around the trial of a plan code: a wrong one, which raises NotFound or InvalidInput, is counted.

        Raises:
            RateLimited: the client gave too many wrong ones.
        """
        seconds = self.guesses.wait()
        if seconds is not None:
            msg = f"Too many wrong plan codes; try again in {seconds} s."
            raise errors.RateLimited(msg, retry_after=seconds)
        try:
            yield
        except (errors.InvalidInput, errors.NotFound):
            self.guesses.count()
            raise

    async def plan_of_code(self, code: str) -> plans.PlanRow:
        """The plan that a code opens, under the present or the previous secret.

        Raises:
            InvalidInput: the text cannot be a code.
            NotFound: it opens none.
            RateLimited: the client gave too many wrong ones.
        """
        async with self.reading() as connection:  # one code at a time, also where aliases ask for many at once
            with self.trying():
                digests = [plan_codes.digest(code, key.encode()) for key in secret_keys(self.settings)]
                found = await self._opened(connection, digests)
                if found is None:
                    msg = "This code opens no plan."
                    raise errors.NotFound(msg)
                return found

    async def _opened(self, connection: Session, digests: list[bytes]) -> plans.PlanRow | None:
        """The plan; what the operation asks for of its target and its entries, the loaders know then, too."""
        fields = self.fields
        if fields is not None and not fields.isdisjoint(_WITH_ENTRIES) and "preview" not in fields:
            found = await plans.of_code_with_entries(connection, digests, fields)
        elif fields is not None and "target" in fields:
            found = await plans.of_code_with_target(connection, digests)
        else:
            return await plans.of_code(connection, digests)
        if found is None:
            return None
        if found.entries is not None:
            execution.prime(self.loaders.planned_courses, {found.plan.id: found.entries})
            execution.prime(self.loaders.course, found.taken)
            self.loaders.know_entries(found.entries)
        if found.target is not None and found.program is not None:
            execution.prime(self.loaders.version, {found.target.id: found.target})
            execution.prime(self.loaders.program, {found.program.id: found.program})
        return found.plan


_WITH_ENTRIES = frozenset(("courses", "totals"))
"""Fields of a plan that look at its entries."""


@lru_cache(1000)
def _by_names_of_python(fields: frozenset[str]) -> needed.Fields:
    return frozenset(re.sub(r"(?=[A-Z])", "_", name).lower() for name in fields)


def secret_keys(settings: Settings) -> list[str]:
    """The secrets that are valid, the present one first."""
    previous = settings.secret_key_previous
    return [settings.secret_key.get_secret_value()] + ([previous.get_secret_value()] if previous else [])


if TYPE_CHECKING:
    Info: TypeAlias = strawberry.Info[Context, None]
else:
    Info = strawberry.Info
