"""Proven answers beside the engine's: `python -m benchmarks.audits PROGRAMS.jsonl.gz CASES.jsonl.gz`.

Every case is audited by the engine that the server uses. Printed are the answers that agree, every other one by its
id, whether other orders of the input and other hash seeds give the same bytes, CPU milliseconds, by which method each
part was proved, and what the checker says of certificates and of altered ones. The exit status is 1 where anything
differs, 2 where a file does not fit the format. docs/audit-benchmark.md describes the format and the numbers.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks import audit_files, audit_health, audit_report, audit_runs, audit_work

DIFFERS, BAD_INPUT = 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; the exit status."""
    given = understood(arguments)
    checks = audit_runs.Checks(
        orders=given.orders, certificates=not given.fast, fewest=not given.fast, is_folded=given.folded
    )
    task = audit_work.Task(programs=given.programs, cases=given.cases, checks=checks, limit=given.limit)
    try:
        programs = audit_files.programs(given.programs)
        cases = audit_files.cases(given.cases, programs)[: given.limit]
        runs = audit_work.runs(task, given.workers, len(cases))
        unsteady = None if given.fast else audit_work.unsteady(task, given.workers, [one.digest for one in runs])
        found = audit_work.diagnoses(task, given.workers, len(programs)) if given.health else None
    except audit_files.BadFile as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    _print(runs, unsteady, found, given)
    failures = audit_report.failures(runs, unsteady, found)
    if given.json is not None:
        given.json.write_text(json.dumps(_results(runs, unsteady, found, failures), default=str, indent=1), "utf-8")
    print(f"\n{failures:,} failures" if failures else "\neverything agrees")
    return DIFFERS if failures else 0


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
    parser.add_argument("--json", type=Path, help="also write every case's results to this file")
    return parser.parse_args(arguments)


class _from:  # noqa: N801 - a type for an argument is called like a function
    def __init__(self, least: int) -> None:
        self.least = least

    def __call__(self, text: str) -> int:
        if not text.isdecimal() or int(text) < self.least:
            msg = f"a whole number from {self.least} on is needed, not {text!r}"
            raise argparse.ArgumentTypeError(msg)
        return int(text)


def _print(
    runs: Sequence[audit_runs.Run],
    unsteady: Sequence[int] | None,
    found: Sequence[audit_health.Diagnosis] | None,
    given: argparse.Namespace,
) -> None:
    for title, lines in (
        (f"answers of {len(runs):,} cases", audit_report.agreement(runs)),
        ("the same input, the same bytes", audit_report.steadiness(runs, given.orders, unsteady)),
        ("time", audit_report.times(runs)),
        ("proof", audit_report.proofs(runs)),
        ("program health", () if found is None else audit_report.health(found)),
    ):
        if written := list(lines):
            print(title, *written, sep="\n")


def _results(
    runs: Sequence[audit_runs.Run],
    unsteady: Sequence[int] | None,
    found: Sequence[audit_health.Diagnosis] | None,
    failures: int,
) -> dict[str, object]:
    return {
        "failures": failures,
        "cases": [{**asdict(one), "disagreements": one.disagreements} for one in runs],
        "unsteady_under_hash_seeds": None if unsteady is None else [runs[number].id for number in unsteady],
        "programs": None if found is None else [{**asdict(one), "problem": one.problem} for one in found],
    }


if __name__ == "__main__":
    sys.exit(main())
