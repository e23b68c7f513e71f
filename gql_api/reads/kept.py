"""A bounded memory of values that do not change under their key: the latest used stay."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


def _one(_value: object) -> int:
    return 1


class Kept(Generic[Key, Value]):
    """At most `most` values, or values of at most that size in all, in one process; the latest always stays.

    A key must tell everything that a value depends on, and a value must not grow.
    """

    def __init__(self, most: int, *, size: Callable[[Value], int] = _one) -> None:
        self._most = most
        self._size = size
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._held = 0

    def get(self, key: Key) -> Value | None:
        """The value, if it is kept."""
        found = self._values.get(key)
        if found is not None:
            self._values.move_to_end(key)
        return found

    def put(self, key: Key, value: Value) -> None:
        """Keep the value, and let the least recently used go where there are too many."""
        known = self._values.pop(key, None)
        self._values[key] = value
        self._held += self._size(value) - (0 if known is None else self._size(known))
        while self._held > self._most and len(self._values) > 1:
            self._held -= self._size(self._values.popitem(last=False)[1])
