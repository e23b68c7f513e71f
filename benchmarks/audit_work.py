"""The audit benchmark's work, dealt out to processes of their own: each reads the files, and answers by number."""

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent import futures
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from benchmarks import audit_files, audit_health, audit_runs
from gql_api.domain import solver, solver_programs

T = TypeVar("T")
SEEDS = (1, 4711)
"""Hash seeds under which every audit is made again."""
_EACH = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a process needs to know: the files, and what is checked. No `limit` means every case."""

    programs: Path
    cases: Path
    checks: audit_runs.Checks
    limit: int | None = None


@dataclass(slots=True, kw_only=True)
class _Here:
    """What this process has read."""

    bench: audit_runs.Bench
    cases: list[audit_files.Case]


_HERE: list[_Here] = []


def begin(task: Task) -> None:
    """Read the files in this process, and load the solver, which no case shall pay for."""
    programs = audit_files.programs(task.programs)
    every = audit_files.cases(task.cases, programs)
    _HERE[:] = [_Here(bench=audit_runs.Bench.of(programs, every, task.checks), cases=every[: task.limit])]
    program = solver_programs.Program()
    solver.solve(program, {program.column(): 1})


def count() -> int:
    """How many cases there are."""
    return len(_HERE[0].cases)


def run(number: int) -> audit_runs.Run:
    """The case with that number, with every check."""
    return _HERE[0].bench.run(_HERE[0].cases[number])


def digest(number: int) -> str:
    """The digest of the case's audit, as this process makes it."""
    return audit_runs.digest_of(_HERE[0].bench.audit(_HERE[0].cases[number]))


def diagnose(number: int) -> audit_health.Diagnosis:
    """What health says of the program with that number."""
    return audit_health.diagnosed(_HERE[0].bench, list(_HERE[0].bench.programs.values())[number])


@contextmanager
def processes(task: Task, workers: int, seed: int = 0) -> Iterator[futures.Executor]:
    """So many processes that have read the files, all with that hash seed."""
    before = os.environ.get("PYTHONHASHSEED")
    os.environ["PYTHONHASHSEED"] = str(seed)
    pool = futures.ProcessPoolExecutor(
        workers, mp_context=multiprocessing.get_context("spawn"), initializer=begin, initargs=(task,)
    )
    try:
        with pool:
            yield pool
    finally:
        if before is None:
            del os.environ["PYTHONHASHSEED"]
        else:
            os.environ["PYTHONHASHSEED"] = before


def runs(task: Task, workers: int, cases: int) -> list[audit_runs.Run]:
    """Every case in order."""
    with processes(task, workers) as pool:
        return list(pool.map(run, range(cases), chunksize=_EACH))


def unsteady(task: Task, workers: int, digests: Sequence[str], seeds: Sequence[int] = SEEDS) -> list[int]:
    """The numbers of the cases whose audits come out differently under another hash seed."""
    found: set[int] = set()
    for seed in seeds:
        with processes(task, workers, seed) as pool:
            answers = pool.map(digest, range(len(digests)), chunksize=_EACH)
            found |= {number for number, answer in enumerate(answers) if answer != digests[number]}
    return sorted(found)


def diagnoses(task: Task, workers: int, programs: int) -> list[audit_health.Diagnosis]:
    """Every program in order."""
    with processes(task, workers) as pool:
        return list(pool.map(diagnose, range(programs), chunksize=_EACH))
