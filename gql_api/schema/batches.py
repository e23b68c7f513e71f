"""Loading many keys through a dataloader's load function, once, and leaving the loader's cache as it would be.

`execution` loads the keys of a level so. Resolvers that are no edges use the same loaders meanwhile, and later levels
ask for keys that earlier ones had. So what a loader knows is taken from it, what it is loading is waited for, and only
the rest is loaded. The loader's cache holds futures, which cost more than most rows do: `Kept` stands before it, holds
plain values, and makes a future of one only when a resolver asks for it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, Generic, Self, TypeVar

from strawberry.dataloader import AbstractCache, DataLoader, DefaultCache
from strawberry.exceptions import WrongNumberOfResultsReturned

Key = TypeVar("Key")
Loaded = TypeVar("Loaded")
Made = TypeVar("Made")
Found = dict[Hashable, Any]
"""What was loaded for each key; an exception where that failed."""


class Kept(AbstractCache[Any, Any]):
    """A loader's cache with plain values before it."""

    has_futures = False
    """Whether a resolver may have asked for something: then each key has to be looked up."""

    def __init__(self, behind: AbstractCache[Any, Any] | None) -> None:
        self.values: Found = {}
        self._behind = behind
        self._loading: list[_Batch] = []
        if behind is not None:
            self.has_futures = bool(getattr(behind, "cache_map", True))

    @classmethod
    def of(cls, loader: DataLoader[Any, Any]) -> Self:
        """The loader's cache; one that nobody else sees where it has none."""
        if not loader.cache:
            return cls(loader.cache_map)
        known = loader.cache_map
        if type(known) is not cls:  # isinstance costs a call of Python's, since the caches' class is abstract
            known = loader.cache_map = cls(loader.cache_map)
        return known

    def get(self, key: Hashable) -> asyncio.Future[Any] | None:
        """A future of the key, if it is known or being loaded."""
        future = self._behind and self._behind.get(key)
        batch = None if key in self.values else next((one for one in self._loading if key in one.keys), None)
        if future is not None or (key not in self.values and batch is None):
            return future
        future = asyncio.get_running_loop().create_future()
        self.set(key, future)
        if batch is None:
            _settle(future, self.values[key])
        else:
            batch.waiting.append((key, future))
        return future

    def set(self, key: Hashable, value: asyncio.Future[Any]) -> None:
        """Keep what a resolver loads."""
        self.has_futures = True
        self._behind = self._behind or DefaultCache()
        self._behind.set(key, value)

    def delete(self, key: Hashable) -> None:
        """Forget a key."""
        self.values.pop(key, None)
        if self._behind is not None and self._behind.get(key) is not None:
            self._behind.delete(key)

    def clear(self) -> None:
        """Forget everything."""
        self.values.clear()
        if self._behind is not None:
            self._behind.clear()

    async def load(self, loader: DataLoader[Any, Any], keys: list[Hashable]) -> Found:
        """The values, these keys among them."""
        if not keys:
            return self.values
        batch = _Batch(keys)
        self._loading.append(batch)
        try:
            values = list(await loader.load_fn(keys))
            if len(values) != len(keys):
                raise WrongNumberOfResultsReturned(expected=len(keys), received=len(values))  # noqa: TRY301 - as there
        except Exception as error:  # noqa: BLE001 - it belongs to every key
            values = [error] * len(keys)
        except BaseException:
            self._settle_all(batch)
            raise
        self.values.update(zip(keys, values, strict=True))
        self._settle_all(batch)
        return self.values

    def _settle_all(self, batch: "_Batch") -> None:
        """Answer the resolvers that asked meanwhile for what was being loaded."""
        self._loading.remove(batch)
        for key, future in batch.waiting:
            _settle(future, self.values.get(key, asyncio.CancelledError()))


class _Batch:
    """Keys that are being loaded, and the futures of resolvers that asked for some of them."""

    __slots__ = ("keys", "waiting")

    def __init__(self, keys: list[Hashable]) -> None:
        self.keys = keys
        self.waiting: list[tuple[Hashable, asyncio.Future[Any]]] = []


class Loader(DataLoader[Key, Loaded]):
    """A dataloader of which an operation makes a dozen: it costs little until a resolver asks it for something."""

    max_batch_size = None
    cache = True
    ahead: Sequence[Hashable] = ()
    _loop = None

    def __init__(self, load_fn: Callable[[list[Key]], Awaitable[Sequence[Loaded | BaseException]]]) -> None:
        # DataLoader's own __init__ does the same with three calls and as many attributes more.
        self.load_fn = load_fn
        self.cache_map = Kept(None)


class Once(Generic[Made]):
    """A property that is computed once for each object; functools' own takes a lock before Python 3.12."""

    def __init__(self, make: Callable[[Any], Made]) -> None:
        self._make = make
        self._name = make.__name__
        self.__doc__ = make.__doc__

    def __get__(self, instance: object, owner: type[Any]) -> Made:
        made = instance.__dict__[self._name] = self._make(instance)
        return made


def known(loader: DataLoader[Any, Any]) -> Found:
    """What the loader was asked for before, or was told (`prime`)."""
    kept: Any = loader.cache_map
    return kept.values if type(kept) is Kept else Kept.of(loader).values if loader.cache else {}


def load(loader: DataLoader[Any, Any], keys: Iterable[Hashable]) -> Awaitable[Found]:
    """Values, those of the keys among them."""
    cache = Kept.of(loader)
    values = cache.values
    wanted = [key for key in dict.fromkeys(keys) if key not in values] if values else list(dict.fromkeys(keys))
    if cache.has_futures or loader.max_batch_size:
        return _load_beside(loader, cache, wanted)
    return cache.load(loader, wanted)


async def _load_beside(loader: DataLoader[Any, Any], cache: Kept, wanted: list[Hashable]) -> Found:
    """The same where resolvers asked for some of the keys, or for so many only at a time."""
    known = {key: cache.get(key) for key in wanted}
    others = {key: future for key, future in known.items() if future is not None and not future.cancelled()}
    wanted = [key for key in wanted if key not in others]
    size = loader.max_batch_size or len(wanted) or 1
    for start in range(0, len(wanted), size):
        await cache.load(loader, wanted[start : start + size])
    for key, future in others.items():
        cache.values[key] = await _settled(future)
    return cache.values


def prime(loader: DataLoader[Any, Any], values: Mapping[Any, Any]) -> None:
    """Let the loader know values that were read on the way; what it knows already stays."""
    cache = Kept.of(loader)
    cache.values = {**values, **cache.values}


def tell(loader: DataLoader[Any, Any], told: Sequence[Hashable]) -> None:
    """Tell a loader what it may load along; only one of ours listens."""
    if isinstance(loader, Loader):
        loader.ahead = [*loader.ahead, *told]


def ahead(loader: DataLoader[Any, Any]) -> Sequence[Any]:
    """What the edges beneath the objects that are to be loaded tell of themselves (`Bound.ahead`); told once."""
    told: Sequence[Any] = getattr(loader, "ahead", ())
    if told and isinstance(loader, Loader):
        loader.ahead = ()
    return told


async def _settled(future: asyncio.Future[Any]) -> Any:  # noqa: ANN401 - whatever was loaded
    try:
        return future.result() if future.done() else await future
    except Exception as error:  # noqa: BLE001 - a value like any other
        return error


def _settle(future: asyncio.Future[Any], value: object) -> None:
    if future.cancelled():
        return
    if isinstance(value, asyncio.CancelledError):
        future.cancel()
    elif isinstance(value, BaseException):
        future.set_exception(value)
        future.exception()  # somebody has seen it
    else:
        future.set_result(value)
