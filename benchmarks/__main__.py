"""`python -m benchmarks`: requests per second of documents that clients send, against a server started for it.

The numbers are of one run on one machine: the load shares the cores with the server and its database, so compare
ratios within a run, never runs of different machines. Peers and larger data sets come with the executor's issue.
"""

import argparse
import asyncio
import os
import platform

from benchmarks import load, server, workload


def main() -> None:
    """Measure each operation of the workload one after the other and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each operation is asked (at most 60)")
    parser.add_argument("--connections", type=int, default=16, help="how many requests are in flight")
    options = parser.parse_args()
    print(f"{platform.python_version()} on {os.cpu_count()} cores; {options.connections} connections, one process\n")
    print(f"{'operation':<24}{'requests/s':>12}{'p50 ms':>10}{'p99 ms':>10}{'CPU ms':>10}{'refused':>10}{'bytes':>10}")
    with server.serving() as served:
        for operation in workload.operations(workload.plan_code(served.banner)):
            before = server.cpu_seconds(served.process)
            result = asyncio.run(
                load.measured(served.address, operation, connections=options.connections, seconds=options.seconds)
            )
            after = server.cpu_seconds(served.process)
            print(line(result, None if before is None or after is None else after - before))


def line(result: load.Result, cpu: float | None) -> str:
    """One line of the table; the CPU time is the server's per request, without the database's and the load's."""
    asked = len(result.latencies) + result.refused
    share = "" if cpu is None or not asked else f"{cpu / asked * 1000:.2f}"
    p50, p99 = result.percentile(0.5) * 1000, result.percentile(0.99) * 1000
    rates = f"{result.rate:>12.1f}{p50:>10.2f}{p99:>10.2f}"
    return f"{result.name:<24}{rates}{share:>10}{result.refused:>10}{result.answer_bytes:>10}"


if __name__ == "__main__":
    main()
