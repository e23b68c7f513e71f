"""Measuring: servers in turn, round after round, so that what else the machine does hits all of them alike."""

import itertools
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from benchmarks import loads, processes
from benchmarks.servers import STOCK, Server

T = TypeVar("T")
_WARM = 1.0
_SERVED = 3
"""A slow server is given the time to answer each connection so many times …"""
_LONGEST = 4
"""… within so many times the usual seconds."""
_numbers = itertools.count(1_000_000_000, 1_000_000)
"""What is written gets numbers that no other load uses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How to measure: seconds and rounds, connections for throughput and for the tail.

    A quick one judges nothing, so that it neither warms the servers nor waits until they rest.
    """

    seconds: float
    rounds: int
    connections: int
    tail_connections: int
    is_quick: bool = False


@dataclass(slots=True, kw_only=True)
class Measured:
    """What was measured of one query at one server. Times are milliseconds, None where the system does not tell."""

    rates: list[float] = field(default_factory=list[float])
    p50: list[float] = field(default_factory=list[float])
    server_cpu: list[float] = field(default_factory=list[float])
    database_cpu: list[float] = field(default_factory=list[float])
    tail_p99: float | None = None
    tail_failed: int = 0
    failed: int = 0

    @property
    def rate(self) -> float:
        """The median of the rounds, in answers per second."""
        return statistics.median(self.rates)

    @property
    def spread(self) -> float:
        """How far the rounds lie apart, as a share of their median: the noise."""
        return (max(self.rates) - min(self.rates)) / self.rate if self.rate else 0.0


def next_number() -> int:
    """The first of a million numbers for what a load or a check writes."""
    return next(_numbers)


def measure(
    servers: Sequence[Server], bodies: Mapping[str, list[str]], plan: Plan, database: int | None
) -> dict[str, Measured]:
    """Measure one query; `bodies` by the server's name, `database` the database server's process."""
    found = {server.peer.name: Measured() for server in servers}
    seconds = {server.peer.name: _warmed(server, bodies, plan, database) for server in servers}
    for server in in_turn(servers, plan.rounds):
        name = server.peer.name
        result, own, database_cpu = _load(server, bodies, plan.connections, seconds[name], database)
        found[name].rates.append(result.rate)
        found[name].p50.append(result.p50)
        found[name].failed += result.failed
        found[name].server_cpu.extend(_each(own, result))
        found[name].database_cpu.extend(_each(database_cpu, result))
        _rest(plan, server, database)
    for server in servers:
        if server.peer is not STOCK:  # it would need minutes, and nobody compares it
            _tail(found[server.peer.name], server, bodies, plan)
            _rest(plan, server, database)
    return found


def _tail(found: Measured, server: Server, bodies: Mapping[str, list[str]], plan: Plan) -> None:
    """Add the p99 under many connections."""
    slowness = plan.tail_connections * _SERVED / max(found.rate, 0.01)
    seconds = min(max(plan.seconds, slowness), _LONGEST * plan.seconds)
    result, _, _ = _load(server, bodies, plan.tail_connections, seconds, None)
    found.tail_p99 = result.p99 if result.requests >= plan.tail_connections else None
    found.tail_failed = result.failed


def _rest(plan: Plan, server: Server, database: int | None) -> None:
    if not plan.is_quick:
        processes.wait_until_idle(server.pid, database)


def in_turn(servers: Sequence[T], rounds: int) -> Iterator[T]:
    """A B C, then C B A: nobody is always the one after the slowest."""
    for number in range(rounds):
        yield from servers if number % 2 == 0 else reversed(servers)


def _warmed(server: Server, bodies: Mapping[str, list[str]], plan: Plan, database: int | None) -> float:
    """Let the server compile and cache; how many seconds a load needs to be a fair one."""
    if plan.is_quick:
        return plan.seconds
    warm, _, _ = _load(server, bodies, plan.connections, min(_WARM, plan.seconds), database)
    _rest(plan, server, database)
    needed = _SERVED * plan.connections / max(warm.rate, 0.01)
    return min(max(plan.seconds, needed), _LONGEST * plan.seconds)


def _each(seconds: float | None, result: loads.Result) -> list[float]:
    return [] if seconds is None or not result.requests else [seconds / result.requests * 1000]


def _load(
    server: Server, bodies: Mapping[str, list[str]], connections: int, seconds: float, database: int | None
) -> tuple[loads.Result, float | None, float | None]:
    """A load, and the CPU seconds that server and database used for it."""
    before = (processes.cpu_seconds(server.pid), processes.cpu_seconds(database))
    result = loads.run(
        server.url,
        bodies[server.peer.name],
        dict(server.headers),
        connections=connections,
        seconds=seconds,
        first=next_number(),
    )
    after = (processes.cpu_seconds(server.pid), processes.cpu_seconds(database))
    used = [None if a is None or b is None else b - a for a, b in zip(before, after, strict=True)]
    return result, used[0], used[1]
