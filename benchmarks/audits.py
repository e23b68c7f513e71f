"""Proven answers beside the engine's: `python -m benchmarks.audits PROGRAMS.jsonl.gz CASES.jsonl.gz`.

Every case is audited by the engine that the server uses. Printed are the answers that agree, every other one by its
id, whether other orders of the input and other hash seeds give the same bytes, CPU milliseconds, by which method each
part was proved, and what the checker says of certificates and of altered ones. How far it is, the error output says.
What a phase found is printed when it ends, after an interrupt too. The exit status is 1 where anything differs, 2 where
a file does not fit the format, 130 after an interrupt. docs/audit-benchmark.md describes the format and the numbers.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from benchmarks import audit_files, audit_health, audit_progress, audit_report, audit_runs, audit_work

DIFFERS, BAD_INPUT, INTERRUPTED = 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; the exit status."""
    given = understood(arguments)
    found = audit_report.Found(orders=given.orders)
    try:
        _measure(given, found)
    except audit_files.BadFile as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print(f"\ninterrupted; {found.failures:,} failures so far")
        return INTERRUPTED
    print(f"CPU seconds of all processes: {_cpu():,.0f}")
    print(f"\n{found.failures:,} failures" if found.failures else "\neverything agrees")
    return DIFFERS if found.failures else 0


def _measure(given: argparse.Namespace, found: audit_report.Found) -> None:
    """Every phase, each told while it runs and written when it ends."""
    checks = audit_runs.Checks(
        orders=given.orders, certificates=not given.fast, fewest=not given.fast, is_folded=given.folded
    )
    task = audit_work.Task(programs=given.programs, cases=given.cases, checks=checks, limit=given.limit)
    programs = audit_files.programs(given.programs)
    count = len(audit_files.cases(given.cases, programs)[: given.limit])
    progress = audit_progress.Progress(every=given.every)
    with audit_work.workers(task, given.workers) as workers:
        with _written(audit_report.of_cases, given, found):
            runs = workers.all(audit_work.run, count)
            found.runs.extend(progress.told("cases", runs, count, audit_report.is_wrong))
        if given.health:
            with _written(audit_report.of_programs, given, found):
                said = workers.all(audit_work.diagnose, len(programs))
                found.programs.extend(progress.told("program health", said, len(programs), _is_sick))
    if not given.fast:
        with (
            audit_work.workers(task, given.workers, audit_work.OTHER_SEED) as workers,
            _written(audit_report.of_seeds, given, found),
        ):
            digests = enumerate(workers.all(audit_work.digest, count))
            differing = (found.runs[number].digest != digest for number, digest in digests)
            found.unsteady.extend(progress.told("another hash seed", differing, count, bool))


def _cpu() -> float:
    """The CPU seconds of this process and of those that it started and that have ended."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def _is_sick(one: audit_health.Diagnosis) -> bool:
    return one.problem is not None


@contextmanager
def _written(
    said: Callable[[audit_report.Found], Iterable[str]], given: argparse.Namespace, found: audit_report.Found
) -> Iterator[None]:
    """Print what is known when the phase ends, also where it is interrupted."""
    try:
        yield
    finally:
        for line in said(found):
            print(line, flush=True)
        if given.json is not None:
            given.json.write_text(json.dumps(_results(found), default=str, indent=1), "utf-8")


def understood(arguments: Sequence[str] | None) -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.audits", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("programs", type=Path, help="programs as trees, one JSON object a line, perhaps gzipped")
    parser.add_argument("cases", type=Path, help="transcripts with proven answers, one JSON object a line")
    parser.add_argument("--health", action="store_true", help="also look for programs that nobody can finish")
    parser.add_argument("--limit", type=_from(1), help="only the first so many cases")
    parser.add_argument("--workers", type=_from(1), default=1, help="processes that share the work")
    parser.add_argument("--orders", type=_from(0), default=2, help="other orders in which each case is audited again")
    parser.add_argument("--folded", action="store_true", help="name equal choices in one pool, as a catalog would")
    parser.add_argument("--fast", action="store_true", help="no certificates, fewest courses or hash seeds")
    parser.add_argument(
        "--every", type=float, default=audit_progress.EVERY, help="seconds between two lines that say how far it is"
    )
    parser.add_argument("--json", type=Path, help="also write every result to this file, as each phase ends")
    return parser.parse_args(arguments)


class _from:  # noqa: N801 - a type for an argument is called like a function
    def __init__(self, least: int) -> None:
        self.least = least

    def __call__(self, text: str) -> int:
        if not text.isdecimal() or int(text) < self.least:
            msg = f"a whole number from {self.least} on is needed, not {text!r}"
            raise argparse.ArgumentTypeError(msg)
        return int(text)


def _results(found: audit_report.Found) -> dict[str, object]:
    return {
        "failures": found.failures,
        "cases": [{**asdict(one), "disagreements": one.disagreements} for one in found.runs],
        "compared_under_another_hash_seed": len(found.unsteady),
        "unsteady_under_another_hash_seed": [found.runs[number].id for number in found.differing],
        "programs": [{**asdict(one), "problem": one.problem} for one in found.programs],
    }


if __name__ == "__main__":
    sys.exit(main())
