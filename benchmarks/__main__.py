"""`python -m benchmarks`: our server and its peers over the same data, in one table; each budget met or not.

The numbers are of one run on one machine, where the load shares the cores with the servers and the database:
compare ratios within a run, never runs of different machines. docs/performance.md explains what is measured.
"""

import argparse
import json
import os
import platform
import secrets
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks import (
    checks,
    databases,
    loads,
    measuring,
    processes,
    profile,
    queries,
    report,
    screens,
    sections,
    servers,
)
from benchmarks.measuring import Measured
from benchmarks.queries import Query
from benchmarks.servers import Peer, Server

INTERRUPTED = 130
Results = dict[str, dict[str, Measured]]


def main() -> int:
    """Measure and print; 1 where answers differ."""
    options = understood(sys.argv[1:])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    peers = [peer for peer in servers.PEERS if peer.name in options.peers]
    wanted = [query for query in queries.QUERIES if query.name in options.queries]
    problem = None if options.quick else servers.install_npm_packages()
    if problem is not None:
        print(problem, file=sys.stderr)
    began = time.perf_counter()
    with databases.prepared(options.scale, secrets.token_urlsafe(32)) as prepared:
        _introduce(prepared, options, time.perf_counter() - began)
        if options.profile:
            return profile.show(options.profile, prepared, options.seconds, options.connections)
        if sections.QUERIES in options.sections and not _asked(peers, wanted, prepared, options):
            return 1
        task = sections.Task(prepared=prepared, is_quick=options.quick)
        print(f"\n{_budgets_head(options)}")
        for line in sections.lines(options.sections, task):
            print(line, flush=True)
    return 0


def _asked(
    peers: Sequence[Peer], wanted: Sequence[Query], prepared: databases.Prepared, options: argparse.Namespace
) -> bool:
    """The table of queries and its budgets; whether all servers answered the same."""
    with servers.all_running(peers, prepared) as (started, reasons):
        _name(peers, reasons)
        try:
            results = _measured(wanted, started, prepared, options)
        except queries.WrongAnswer as error:
            said = "".join(f"\n{server.peer.name} wrote: {server.last_words()}" for server in started)
            print(f"\n{error}\n{said}", file=sys.stderr)
            return False
        _conclude(results, started, options)
    return True


def understood(arguments: Sequence[str]) -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="size of the data: 1 is 100,000 courses")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each server is asked in a round")
    parser.add_argument("--rounds", type=int, default=3, help="how often each server has its turn")
    parser.add_argument("--connections", type=int, default=16, help="requests in flight for the throughput")
    parser.add_argument("--tail-connections", type=int, default=64, help="requests in flight for the p99")
    parser.add_argument("--sections", default=",".join(sections.NAMES), help="which parts, with commas")
    parser.add_argument("--profile", choices=[query.name for query in queries.QUERIES], help="profile that query only")
    parser.add_argument("--queries", default="Q1,Q2,Q3,Q4,Q5,Q6,M1,screens", help="which of them, with commas")
    parser.add_argument("--peers", default=",".join(peer.name for peer in servers.PEERS), help="which, with commas")
    parser.add_argument("--quick", action="store_true", help="a short run that proves that all of it works, no more")
    parser.add_argument("--json", type=Path, help="also write the results to this file")
    options = parser.parse_args(arguments)
    for name in ("queries", "peers", "sections"):
        setattr(options, name, getattr(options, name).split(","))
    known = {*(one.name for one in (*queries.QUERIES, *servers.PEERS)), "screens", *sections.NAMES}
    unknown = sorted({*options.queries, *options.peers, *options.sections} - known)
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; known are {', '.join(sorted(known))}")
    if options.quick:
        options.scale, options.seconds, options.rounds = 0.01, 0.05, 1
        options.connections, options.tail_connections = 2, 4
    return options


def _introduce(prepared: databases.Prepared, options: argparse.Namespace, seconds: float) -> None:
    size = prepared.size
    print(f"{time.strftime('%Y-%m-%d')}, Python {platform.python_version()}, {os.cpu_count()} cores, ", end="")
    print(f"PostgreSQL {prepared.version}{' (throwaway: fsync off)' if prepared.is_throwaway else ''}, ", end="")
    print(f"load by {loads.generator(options.seconds)}")
    print(f"{size.courses:,} courses, {size.programs:,} programs, {size.plans:,} plans, made in {seconds:.0f} s")
    print(f"{options.rounds} rounds of {options.seconds:g} s, {options.connections} connections; ", end="")
    print(f"p99 at {options.tail_connections}; the pools have {servers.POOL_SIZE} database connections\n")


def _name(peers: Sequence[Peer], reasons: dict[str, str]) -> None:
    for peer in peers:
        said = f"not run: {reasons[peer.name]}" if peer.name in reasons else peer.what
        print(f"  {peer.name:<14}{said}")
    print(f"\n{report.heading()}", flush=True)


def _measured(
    wanted: Sequence[Query], started: Sequence[Server], prepared: databases.Prepared, options: argparse.Namespace
) -> Results:
    """Check and measure each query, printing its lines as they come."""
    database = databases.server_process(prepared.url)
    plan = measuring.Plan(
        seconds=options.seconds,
        rounds=options.rounds,
        connections=options.connections,
        tail_connections=options.tail_connections,
        is_quick=options.quick,
    )
    results: Results = {}
    for query in wanted:
        checks.check(query, started, prepared, measuring.next_number())
        asked = {server.peer.name: queries.bodies(query, server.peer.dialect, prepared.size) for server in started}
        results[query.name] = _one(f"{query.name} {query.title}", started, asked, plan, database)
    ours = [server for server in started if server.peer is servers.OURS]
    if "screens" in options.queries and ours:
        for name, bodies in screens.bodies(prepared.size):
            queries.facts(checks.answer(ours[0], bodies[0]))
            results[name] = _one(f"screen {name}", ours, {servers.OURS.name: bodies}, plan, database)
    return results


def _one(
    title: str, started: Sequence[Server], asked: dict[str, list[str]], plan: measuring.Plan, database: int | None
) -> dict[str, Measured]:
    taking_part = [server for server in started if asked.get(server.peer.name)]
    measured = measuring.measure(taking_part, asked, plan, database) if taking_part else {}
    print(title)
    for line in report.lines(measured):
        print(line, flush=True)
    return measured


def _conclude(results: Results, started: Sequence[Server], options: argparse.Namespace) -> None:
    ours = next((server for server in started if server.peer is servers.OURS), None)
    print(f"\n{report.noise(results)}")
    if ours is not None:
        print(f"\n{_budgets_head(options)}")
        for line in report.judged(results, ours.start_seconds, processes.memory_megabytes(ours.pid)):
            print(line)
    if options.json is not None:
        kept = {query: {name: asdict(one) for name, one in found.items()} for query, found in results.items()}
        options.json.write_text(json.dumps(kept, indent=2), "utf-8")


def _budgets_head(options: argparse.Namespace) -> str:
    return "budgets" + (" (a quick run judges nothing)" if options.quick else "")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
