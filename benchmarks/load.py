"""A bounded closed load: so many connections, each asking again as soon as it is answered, for so many seconds.

Only a server on this machine is ever asked.
"""

import asyncio
import ipaddress
import json
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlsplit

import httpx

MOST_SECONDS = 60.0
MOST_REQUESTS = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What one request sends, and what its answer must equal."""

    name: str
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Latencies in seconds of the requests that were answered within `seconds`, sorted."""

    name: str
    seconds: float
    latencies: tuple[float, ...]
    refused: int
    answer_bytes: int

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """The latency in seconds that this share of the requests did not exceed; 0 where none was answered."""
        if not self.latencies:
            return 0.0
        return self.latencies[min(len(self.latencies) - 1, int(share * len(self.latencies)))]


@dataclass(slots=True, kw_only=True)
class _Tally:
    latencies: list[float] = field(default_factory=list[float])
    refused: int = 0


class WrongAnswer(Exception):
    """An answer differs from the first one or holds errors: there is nothing to measure."""


def on_this_machine(address: str) -> str:
    """The address if it is a loopback one; ValueError otherwise."""
    host = urlsplit(address).hostname or ""
    if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
        raise ValueError(f"{address} is not on this machine; a load goes to loopback addresses only")
    return address


async def measured(address: str, operation: Operation, *, connections: int, seconds: float) -> Result:
    """The result of one operation under load.

    Every answer must equal the first, byte for byte. 503 with Retry-After is how a busy server asks for less: it is
    counted apart.
    """
    url = f"{on_this_machine(address)}/graphql"
    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
    async with httpx.AsyncClient(limits=limits, headers=operation.headers, timeout=10, trust_env=False) as client:
        expected = await _answer(client, url, operation)
        if expected is None or "errors" in json.loads(expected):
            raise WrongAnswer(f"{operation.name}: {(expected or b'503')[:500].decode()}")
        tally = _Tally()
        began = time.perf_counter()
        end = began + min(seconds, MOST_SECONDS)
        await asyncio.gather(*(_ask(client, url, operation, expected, tally, end) for _ in range(connections)))
        took = time.perf_counter() - began
    return Result(
        name=operation.name,
        seconds=took,
        latencies=tuple(sorted(tally.latencies)),
        refused=tally.refused,
        answer_bytes=len(expected),
    )


async def _ask(
    client: httpx.AsyncClient, url: str, operation: Operation, expected: bytes, tally: _Tally, end: float
) -> None:
    while (began := time.perf_counter()) < end and len(tally.latencies) < MOST_REQUESTS:
        answer = await _answer(client, url, operation)
        if answer is None:
            tally.refused += 1
        elif answer == expected:
            tally.latencies.append(time.perf_counter() - began)
        else:
            raise WrongAnswer(f"{operation.name}: an answer differs from the first one: {answer[:500].decode()}")


async def _answer(client: httpx.AsyncClient, url: str, operation: Operation) -> bytes | None:
    """The answer's body, or None where the server is too busy."""
    response = await client.post(url, content=operation.body)
    if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE and "Retry-After" in response.headers:
        return None
    response.raise_for_status()
    return response.content
