"""Reading ahead: a snapshot whose first statement mostly leads to the same others asks for all of them at once.

Somebody who opens the same page again asks the same statements with the same parameters, one after the other: each
costs a message, a wake-up on both sides, and on a network its delay. Where a first statement led to the very same
others twice, the next snapshot that begins with it sends them in its first message. The answers are of that snapshot,
to these very statements, so that nothing can be out of date: who asks one of them is answered from what came, who asks
anything else asks the database. What nobody asks for was read in vain, once: then the chain is learned anew.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple, TypeVar

from psycopg import pq

from gql_api.database.lending import Pool
from gql_api.database.messages import ROLLBACK, Statement, Step
from gql_api.database.sessions import Asked, Session

MOST_CHAINS = 500
MOST_BYTES = 16_384
"""Of the parameters of one chain; what takes more is not learned."""
MOST_STATEMENTS = 40
Row = TypeVar("Row")
Key = tuple[Statement, tuple[bytes | None, ...]]
"""A statement with its parameters."""
First = tuple[Hashable, Key]
"""What a snapshot is for, and what it was asked first: chains of other purposes have nothing to do with it."""


class Chain(NamedTuple):
    """What was asked after a first statement; trusted where it was the same twice."""

    keys: tuple[Key, ...]
    is_trusted: bool


class Chains:
    """The chains of a database: those used last."""

    def __init__(self) -> None:
        self._known: OrderedDict[First, Chain] = OrderedDict()

    def after(self, first: First) -> tuple[Key, ...]:
        """What will be asked after this statement; nothing where that is not known well enough."""
        chain = self._known.get(first)
        return chain.keys if chain is not None and chain.is_trusted else ()

    def learn(self, first: First, keys: tuple[Key, ...]) -> None:
        """Keep what was asked after this statement."""
        known = self._known.pop(first, None)
        if keys and _is_small(keys):
            self._known[first] = Chain(keys, known is not None and known.keys == keys)
            if len(self._known) > MOST_CHAINS:
                self._known.popitem(last=False)


def _is_small(keys: tuple[Key, ...]) -> bool:
    sizes = [len(value) for _, parameters in keys for value in parameters if value is not None]
    return len(keys) <= MOST_STATEMENTS and sum(sizes) <= MOST_BYTES


class Reading(Session):
    """A read-only session that reads ahead. The statements of a chain are planned alike."""

    def __init__(
        self, pool: Pool, begin: tuple[Sequence[Step], Sequence[Step]], chains: Chains, purpose: Hashable
    ) -> None:
        super().__init__(pool, begin)
        self._chains = chains
        self._purpose = purpose
        self._asked: dict[Key, None] = {}
        self._came: dict[Key, pq.abc.PGresult] = {}
        self._coming: dict[Key, asyncio.Future[None]] = {}

    async def every(
        self, statement: Statement, parameters: Sequence[bytes | None] = (), make: Callable[..., Row] = tuple
    ) -> list[Row]:
        """As `Session.every`, which it is where nothing was read ahead, and is not now."""
        key = statement, tuple(parameters)
        if self._came or self._coming or (not self._asked and self._chains.after((self._purpose, key))):
            return (await self.several([(statement, parameters, make)]))[0]
        self._asked[key] = None
        return await Session.every(self, statement, parameters, make)

    async def several(self, asked: Sequence[Asked]) -> list[list[Any]]:
        """As `Session.several`."""
        keys: list[Key] = [(statement, tuple(parameters)) for statement, parameters, _ in asked]
        more = () if self._asked else [key for key in self._chains.after((self._purpose, keys[0])) if key not in keys]
        self._asked.update(dict.fromkeys(keys))
        if more:
            return self._rows(asked, await self._with_more(keys, more))
        if self._coming:
            for key in keys:
                if key in self._coming:
                    await asyncio.shield(self._coming[key])
        missing = [key for key in keys if key not in self._came] if self._came else keys
        found = dict(zip(missing, await self._results(missing), strict=True)) if missing else {}
        return self._rows(asked, [self._came[key] if key in self._came else found[key] for key in keys])

    async def close(self) -> None:
        """As `Session.close`; what was asked is learned, unless something failed."""
        if self._asked and self._failure is None:
            first, *keys = self._asked
            self._chains.learn((self._purpose, first), tuple([key for key in keys if _are_planned_alike(key, first)]))
        await super().close()

    async def _with_more(self, keys: list[Key], more: list[Key]) -> list[pq.abc.PGresult]:
        """The results of what was asked first; those of the others are there from then on.

        Where one fails nobody knows which, and perhaps nobody asks for it: then the transaction begins anew without.
        """
        coming: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._coming = dict.fromkeys(more, coming)
        try:
            results = await self._results([*keys, *more])
            self._came = dict(zip(more, results[len(keys) :], strict=True))
        except Exception:
            self._chains.learn((self._purpose, keys[0]), ())
            if not self._has_restarted():
                raise
            results = await self._results(keys)
        finally:
            self._coming = {}
            coming.set_result(None)
        return results[: len(keys)]

    def _has_restarted(self) -> bool:
        """Undo all, to begin anew; not where the connection is of no use."""
        wire = self._wire
        if self._is_closed or wire is None or wire.is_dead:
            return False
        wire.end(ROLLBACK)
        self._has_begun, self._failure = False, None
        return True


def _are_planned_alike(one: Key, other: Key) -> bool:
    return one[0].is_planned_each_time is other[0].is_planned_each_time
