"""What is printed: the tables, and each budget as met or not."""

import statistics
from collections.abc import Iterator, Mapping, Sequence

from benchmarks import budgets
from benchmarks.measuring import Measured
from benchmarks.servers import LIMIT, OURS, POSTGRAPHILE, STOCK

Results = Mapping[str, Mapping[str, Measured]]
"""By query, then by server."""
NOT_PEERS = (OURS.name, LIMIT.name)
BEST, OF_LIMIT = 2.0, 0.9
Q1_OF_LIMIT = 0.5
WRITE_BEST = 1.3
STOCK_TIMES = 30.0
START_SECONDS, MEMORY_MEGABYTES = 2.5, 150.0
_HEAD = ("", "req/s", "noise", "× best", "× limit", "server ms", "PG ms", "p50 ms", "p99 ms", "failed")
_WIDTHS = (22, 10, 8, 9, 9, 11, 9, 10, 10, 8)


def row(cells: Sequence[str]) -> str:
    """One line of the table."""
    return "".join(
        f"{cell:<{width}}" if number == 0 else f"{cell:>{width}}"
        for number, (cell, width) in enumerate(zip(cells, _WIDTHS, strict=True))
    )


def heading() -> str:
    """The table's head."""
    return row(_HEAD)


def best_peer(measured: Mapping[str, Measured]) -> float | None:
    """The rate of the fastest peer."""
    rates = [found.rate for name, found in measured.items() if name not in NOT_PEERS]
    return max(rates) if rates else None


def lines(measured: Mapping[str, Measured]) -> Iterator[str]:
    """A query's lines, one for each server."""
    best = best_peer(measured)
    limit = measured[LIMIT.name].rate if LIMIT.name in measured else None
    for name, found in measured.items():
        yield row(
            (
                f"  {name}",
                f"{found.rate:,.1f}",
                f"{found.spread:.0%}",
                _ratio(found.rate, best),
                _ratio(found.rate, limit),
                _median(found.server_cpu),
                _median(found.database_cpu),
                _median(found.p50),
                "–" if found.tail_p99 is None else f"{found.tail_p99:,.1f}",
                str(found.failed + found.tail_failed),
            )
        )


def _ratio(rate: float, base: float | None) -> str:
    return f"{rate / base:.2f}" if base else ""


def _median(values: Sequence[float]) -> str:
    return f"{statistics.median(values):,.2f}" if values else ""


def noise(results: Results) -> str:
    """How far rounds lie apart."""
    spreads = [found.spread for measured in results.values() for found in measured.values()]
    return (
        f"noise (spread of the rounds ÷ their median): median {statistics.median(spreads):.0%}, most {max(spreads):.0%}"
    )


def judged(results: Results, start_seconds: float, memory: float | None) -> Iterator[str]:
    """Each budget with its number."""
    for query, measured in results.items():
        if OURS.name in measured and len(measured) > 1:
            yield from _speed(query, measured)
            yield from _against_stock(query, measured)
            yield from _tail(query, measured)
    yield budgets.said(start_seconds <= START_SECONDS, f"cold start: {start_seconds:.2f} s, at most {START_SECONDS} s")
    if memory is not None:
        is_met = memory <= MEMORY_MEGABYTES
        yield budgets.said(is_met, f"memory after the load: {memory:.0f} MB, at most {MEMORY_MEGABYTES:.0f} MB")


def _speed(query: str, measured: Mapping[str, Measured]) -> Iterator[str]:
    """Ours against the best peer and the limit."""
    best = best_peer(measured)
    limit = measured[LIMIT.name].rate if LIMIT.name in measured else None
    ours = measured[OURS.name].rate
    if best is None or limit is None or not ours:
        yield budgets.unmeasured(f"{query} against peers and limit: too few of them ran")
    elif query.startswith("M"):
        yield budgets.said(ours >= WRITE_BEST * best, f"{query}: {ours / best:.2f} × best peer, at least {WRITE_BEST}")
    elif query == "Q1":
        is_met = ours >= BEST * best and ours >= Q1_OF_LIMIT * limit
        wanted = f"at least {BEST} and {Q1_OF_LIMIT}"
        yield budgets.said(is_met, f"{query}: {ours / best:.2f} × best peer, {ours / limit:.2f} × limit, {wanted}")
    else:
        is_met = ours >= min(BEST * best, OF_LIMIT * limit)
        wanted = f"at least {BEST} or {OF_LIMIT}"
        yield budgets.said(is_met, f"{query}: {ours / best:.2f} × best peer, {ours / limit:.2f} × limit, {wanted}")


def _against_stock(query: str, measured: Mapping[str, Measured]) -> Iterator[str]:
    if query in ("Q3", "Q4") and STOCK.name in measured:
        times = measured[OURS.name].rate / measured[STOCK.name].rate if measured[STOCK.name].rate else 0.0
        yield budgets.said(times >= STOCK_TIMES, f"{query}: {times:.1f} × stock Strawberry, at least {STOCK_TIMES:.0f}")


def _tail(query: str, measured: Mapping[str, Measured]) -> Iterator[str]:
    if POSTGRAPHILE.name not in measured:
        yield budgets.unmeasured(f"{query} p99 against PostGraphile: it did not run")
        return
    ours, theirs = measured[OURS.name].tail_p99, measured[POSTGRAPHILE.name].tail_p99
    refused = measured[OURS.name].tail_failed
    is_met = ours is not None and not refused and (theirs is None or ours <= theirs)
    numbers = ["too slow to tell" if one is None else f"{one:,.1f} ms" for one in (ours, theirs)]
    also = f", {refused} refused or failed" if refused else ""
    yield budgets.said(is_met, f"{query}: p99 of {numbers[0]}{also}, PostGraphile {numbers[1]}")
