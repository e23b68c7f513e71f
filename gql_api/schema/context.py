"""What every resolver finds in `info.context`: who asks, one snapshot to read from, loaders, and the transaction.

A request reads through one connection, lent to one batch at a time, in one read-only snapshot that is opened at the
first read: everything in one answer is of one moment. A mutation field has a transaction of its own; around it the
snapshot is given up and the loaders forget, so that its payload shows what was written.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

import strawberry
from sqlalchemy.ext.asyncio import AsyncConnection

from gql_api import access, errors
from gql_api.database import Database
from gql_api.domain import plan_codes
from gql_api.reads import plans
from gql_api.schema import loaders
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
        self.loaders = loaders.Loaders(self, self.now.date())
        self._lock = asyncio.Lock()
        self._snapshot: contextlib.AsyncExitStack | None = None
        self._connection: AsyncConnection | None = None

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncGenerator[AsyncConnection]:
        """The request's connection, lent to one caller at a time."""
        async with self._lock:
            if self._connection is None:
                self._snapshot = contextlib.AsyncExitStack()
                self._connection = await self._snapshot.enter_async_context(self.database.reading())
            yield self._connection

    async def written(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Run a use case in one transaction, whole again after a deadlock; afterwards nothing read before is kept."""
        await self.close()
        try:
            return await self.database.retried(work)
        finally:
            self.loaders = loaders.Loaders(self, self.now.date())

    async def close(self) -> None:
        """Give the connection back."""
        async with self._lock:
            snapshot, self._snapshot, self._connection = self._snapshot, None, None
            if snapshot is not None:
                await snapshot.aclose()

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

    async def plan_of_code(self, code: str) -> int:
        """The plan that a code opens, under the present or the previous secret.

        Raises:
            InvalidInput: the text cannot be a code.
            NotFound: it opens none.
            RateLimited: the client gave too many wrong ones.
        """
        async with self.reading() as connection:  # one code at a time, also where aliases ask for many at once
            with self.trying():
                digests = [plan_codes.digest(code, key.encode()) for key in secret_keys(self.settings)]
                found = await plans.id_of_code(connection, digests)
                if found is None:
                    msg = "This code opens no plan."
                    raise errors.NotFound(msg)
                return found


def secret_keys(settings: Settings) -> list[str]:
    """The secrets that are valid, the present one first."""
    previous = settings.secret_key_previous
    return [settings.secret_key.get_secret_value()] + ([previous.get_secret_value()] if previous else [])


if TYPE_CHECKING:
    Info: TypeAlias = strawberry.Info[Context, None]
else:
    Info = strawberry.Info
