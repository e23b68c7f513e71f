"""Counting failures per key in bounded memory, to slow down guessing."""

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import lru_cache


class Throttle:
    """At most `limit` failures of a key within `seconds`.

    The oldest keys are forgotten beyond `capacity`, so that memory stays bounded however many clients there are.
    Kept in this process: behind several workers the limit holds for each of them.
    """

    def __init__(
        self, *, limit: int, seconds: float = 60.0, capacity: int = 10_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit = limit
        self._seconds = seconds
        self._capacity = capacity
        self._clock = clock
        self._failures: OrderedDict[Hashable, tuple[float, int]] = OrderedDict()

    def wait(self, key: Hashable) -> int | None:
        """Whole seconds until `key` may try again; None while it may."""
        since, count = self._failures.get(key, (0.0, 0))
        left = since + self._seconds - self._clock()
        return max(1, math.ceil(left)) if count >= self._limit and left > 0 else None

    def count(self, key: Hashable) -> None:
        """Note a failure of `key`."""
        now = self._clock()
        since, count = self._failures.get(key, (now, 0))
        if now - since >= self._seconds:
            since, count = now, 0
        self._failures[key] = (since, count + 1)
        self._failures.move_to_end(key)
        while len(self._failures) > self._capacity:
            self._failures.popitem(last=False)


@lru_cache(maxsize=1000)
def client_of(address: str) -> str:
    """What counts as one client: an IPv4 address, or the /64 network of an IPv6 address, which one machine owns."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
