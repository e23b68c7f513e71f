"""How fast audits are: `python -m benchmarks.audit_speed`, also a section of `make bench`.

Every audit answers all three views and proves each part of them. Milliseconds are CPU time of the process that makes
them, so that other load on the machine does not count; only the batch is timed by the clock. Garbage is collected as
seldom as in a server. docs/audit-benchmark.md
says what the workloads are.
"""

import argparse
import contextlib
import gc
import json
import multiprocessing
import os
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from concurrent import futures
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from benchmarks import audit_biology, audit_report, audit_workloads, budgets
from benchmarks.audit_workloads import Question
from gql_api.cli import running
from gql_api.domain import allocation_proofs, audits, best_fit

ORDINARY, NESTED, HARD = 5.0, 25.0, 150.0
"""Milliseconds: the median of an ordinary audit, p95 of nested programs, the worst of the hard ones."""
BATCH = 10_000
"""Audits a minute on two cores."""
CORES = 2
_CHUNK = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much is measured."""

    ordinary: int = 100
    nested: int = 60
    overlapping: int = 12
    hard: int = 1_000
    offers: int = 1_000
    batch: int = 2_000


QUICK = Sizes(ordinary=3, nested=2, overlapping=2, hard=4, offers=12, batch=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One workload: CPU milliseconds of each audit, and how its parts were proved."""

    name: str
    milliseconds: tuple[float, ...]
    methods: Mapping[str, int]
    proven: int
    parts: int

    @property
    def rate(self) -> float:
        """Audits a second of one core."""
        return 1_000 / statistics.fmean(self.milliseconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Everything that was measured. `fit` is CPU seconds of one ranking, `batch` audits a minute by the clock."""

    workloads: tuple[Measured, ...]
    offers: int
    fit: float
    fit_audits_proven: bool
    batch: float


@contextlib.contextmanager
def _as_served() -> Generator[None]:
    """Collect garbage as a server does: seldom, and not among what was there before."""
    before = gc.get_threshold()
    gc.collect()
    gc.set_threshold(*running.COLLECTED)
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


def measured(sizes: Sizes) -> Results:
    """Measure everything."""
    with _as_served():
        return _measured(sizes)


def _measured(sizes: Sizes) -> Results:
    next(audit_workloads.overlapping(1)).audit()  # loads the solver, for which no audit shall pay
    ordinary = audit_workloads.ordinary()
    workloads = (
        _measure("Biology B.S., 40 courses", [ordinary] * sizes.ordinary),
        _measure("nested, 150 nodes, 60 courses", audit_workloads.nested(sizes.nested)),
        _measure("overlaps against the solver", audit_workloads.overlapping(sizes.overlapping)),
        _measure("random hard ones", audit_workloads.hard(sizes.hard)),
    )
    offers = audit_workloads.offers(sizes.offers)
    began = time.process_time()
    ranked = best_fit.rank(offers, on=audit_biology.ON, first=10)
    return Results(
        workloads=workloads,
        offers=len(offers),
        fit=time.process_time() - began,
        fit_audits_proven=all(one.is_proven for one in ranked),
        batch=_batch(sizes.batch),
    )


def _measure(name: str, questions: Iterable[Question]) -> Measured:
    milliseconds: list[float] = []
    methods, proven = Counter[str](), 0
    for question in questions:
        began = time.process_time()
        audit = question.audit()
        milliseconds.append(1_000 * (time.process_time() - began))
        methods.update(proof.method.name for proof in audit.proof)
        proven += sum(proof.is_exact for proof in audit.proof)
    return Measured(
        name=name,
        milliseconds=tuple(milliseconds),
        methods=dict(methods),
        proven=proven,
        parts=sum(methods.values()),
    )


def _batch(count: int) -> float:
    """Audits a minute of two processes that share them, each up and with the version prepared before the clock starts.

    They take a chunk at a time, so that neither waits long for the other at the end.
    """
    sizes = [min(_CHUNK, count - start) for start in range(0, count, _CHUNK)]
    context = multiprocessing.get_context("spawn")
    with futures.ProcessPoolExecutor(
        CORES, mp_context=context, initializer=_ready, initargs=(context.Barrier(CORES),)
    ) as pool:
        list(pool.map(_audits, [1] * CORES))
        began = time.perf_counter()
        list(pool.map(_audits, sizes))
        return 60 * count / (time.perf_counter() - began)


def _ready(together: threading.Barrier) -> None:
    """Make a first audit, and wait until every process has made one."""
    _ordinary().audit()
    gc.collect()
    gc.set_threshold(*running.COLLECTED)
    gc.freeze()
    together.wait()


@cache
def _ordinary() -> Question:
    """The ordinary plan, made once in each process."""
    return audit_workloads.ordinary()


def _audits(count: int) -> list[audits.Status]:
    """So many audits of the ordinary plan, each from its values on."""
    return [_ordinary().audit().status for _ in range(count)]


def lines(results: Results) -> Iterator[str]:
    """What was measured, and each budget as met or not."""
    yield from tables(results)
    yield from budget_lines(results)


def tables(results: Results) -> Iterator[str]:
    """What was measured."""
    heads = "".join(f"{one:>9}" for one in ("p50 ms", "p95 ms", "p99 ms", "max ms"))
    yield f"{'audits, all three views':<32}{'a second':>10}{heads}  proved by"
    for one in results.workloads:
        p50, p95, p99, most = audit_report.quantiles(one.milliseconds)
        yield f"  {one.name:<30}{one.rate:>10,.1f}{p50:>9.1f}{p95:>9.1f}{p99:>9.1f}{most:>9.1f}  {_methods(one)}"
    said = "the first ten proven" if results.fit_audits_proven else "not all of the first ten proven"
    yield f"  best fit over {results.offers:,} programs: {results.fit:.2f} s of CPU time, {said}"
    yield f"  batch on {CORES} processes: {results.batch:,.0f} audits a minute"


def _methods(one: Measured) -> str:
    shares = (f"{method.name} {one.methods.get(method.name, 0) / max(one.parts, 1):.0%}" for method in _METHODS)
    return f"{', '.join(shares)}; {one.proven:,} of {one.parts:,} proven optimal"


_METHODS = tuple(allocation_proofs.Method)


def budget_lines(results: Results) -> Iterator[str]:
    """Each budget with its number."""
    ordinary, nested, _, hard = (audit_report.quantiles(one.milliseconds) for one in results.workloads)
    for name, actual, most in (
        ("an ordinary audit, p50", ordinary[0], ORDINARY),
        ("nested programs, p95", nested[1], NESTED),
        ("worst of the random hard ones", hard[3], HARD),
    ):
        yield budgets.said(actual <= most, f"{name}: {actual:.1f} ms, at most {most:.0f}")
    yield budgets.said(results.batch >= BATCH, f"batch: {results.batch:,.0f} audits a minute, at least {BATCH:,}")


def understood(arguments: Sequence[str] | None) -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.audit_speed", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a short run that proves that all of it works, no more")
    parser.add_argument("--hard", type=int, help="how many random hard ones")
    parser.add_argument("--json", type=Path, help="also write the results to this file")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    given = understood(arguments)
    sizes = QUICK if given.quick else Sizes() if given.hard is None else Sizes(hard=given.hard)
    results = measured(sizes)
    print(f"{os.cpu_count()} cores", *lines(results), sep="\n")
    if given.json is not None:
        given.json.write_text(json.dumps(asdict(results), indent=1), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
