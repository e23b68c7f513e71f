"""Loading a level's keys through a dataloader's load function, once, and leaving the loader's cache as it would be.

Resolvers that are no edges use the same loaders while the engine does, and later levels ask for keys that earlier ones
had. So what a loader knows is taken from it, what it is loading is waited for, and only the rest is loaded: with a
future in the loader's cache from the beginning, so that nobody loads the key a second time.
"""

import asyncio
from collections.abc import Hashable, Iterable
from typing import Any

from strawberry.dataloader import DataLoader
from strawberry.exceptions import WrongNumberOfResultsReturned

from gql_api.schema.execution.columns import Value

Found = dict[Hashable, Any]
"""What was loaded for each key; an exception where that failed."""


async def load(loader: DataLoader[Any, Any], keys: Iterable[Hashable]) -> Found:
    """The value of each key."""
    futures: dict[Hashable, asyncio.Future[Any]] = {}
    wanted: list[Hashable] = []
    for key in dict.fromkeys(keys):
        known = loader.cache_map.get(key) if loader.cache else None
        if known is None or known.cancelled():
            wanted.append(key)
        else:
            futures[key] = known
    size = loader.max_batch_size or len(wanted) or 1
    found: Found = {}
    for start in range(0, len(wanted), size):
        part = wanted[start : start + size]
        found.update(zip(part, await _batch(loader, part), strict=True))
    for key, future in futures.items():
        found[key] = await _settled(future)
    return found


async def _batch(loader: DataLoader[Any, Any], keys: list[Hashable]) -> list[Any]:
    loop = asyncio.get_running_loop()
    futures: list[asyncio.Future[Any]] = [loop.create_future() for _ in keys]
    if loader.cache:
        for key, future in zip(keys, futures, strict=True):
            loader.cache_map.set(key, future)
    try:
        values = list(await loader.load_fn(keys))
        if len(values) != len(keys):
            raise WrongNumberOfResultsReturned(expected=len(keys), received=len(values))  # noqa: TRY301 - as Strawberry
    except Exception as error:  # noqa: BLE001 - it belongs to every key
        values = [error] * len(keys)
    except BaseException:
        for future in futures:
            future.cancel()
        raise
    for future, value in zip(futures, values, strict=True):
        if future.cancelled():
            continue
        if isinstance(value, BaseException):
            future.set_exception(value)
            future.exception()  # somebody has seen it
        else:
            future.set_result(value)
    return values


async def _settled(future: asyncio.Future[Any]) -> Value:
    try:
        return future.result() if future.done() else await future
    except Exception as error:  # noqa: BLE001 - a value like any other
        return error
