"""The audit benchmark's work, dealt out to processes of their own: each reads the files, and answers by number."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent import futures
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from benchmarks import audit_files, audit_health, audit_runs
from gql_api.domain import solver, solver_programs

T = TypeVar("T")
SEED, OTHER_SEED = 0, 4711
"""The hash seed of the processes, and the one under which every audit is made again."""
_EACH = 4


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


def _begin_beside(task: Task) -> None:
    """Begin in a process of its own: an interrupt is for the process that started it, which tells what is known."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    begin(task)


def run(number: int) -> audit_runs.Run:
    """The case with that number, with every check."""
    case = _HERE[0].cases[number]
    with _named(f"case {case.id}"):
        return _HERE[0].bench.run(case)


def digest(number: int) -> str:
    """The digest of the case's audits, as this process makes them."""
    case = _HERE[0].cases[number]
    with _named(f"case {case.id}"):
        return _HERE[0].bench.digest(case)


def diagnose(number: int) -> audit_health.Diagnosis:
    """What health says of the program with that number."""
    program = list(_HERE[0].bench.programs.values())[number]
    with _named(f"program {program.id}"):
        return audit_health.diagnosed(_HERE[0].bench, program)


@contextmanager
def _named(what: str) -> Iterator[None]:
    """Say of an error which of many it was about."""
    try:
        yield
    except Exception as error:
        error.add_note(f"This happened with the {what}.")
        raise


@dataclass(frozen=True, slots=True)
class Workers:
    """Processes that have read the files."""

    pool: futures.Executor

    def all(self, work: Callable[[int], T], count: int) -> Iterator[T]:
        """The work on every number in order, each answer as soon as those before it are there."""
        return iter(self.pool.map(work, range(count), chunksize=_EACH))


@contextmanager
def workers(task: Task, count: int, seed: int = SEED) -> Iterator[Workers]:
    """So many processes that have read the files, all with that hash seed; what is not begun at the end is left."""
    before = os.environ.get("PYTHONHASHSEED")
    os.environ["PYTHONHASHSEED"] = str(seed)
    pool = futures.ProcessPoolExecutor(
        count, mp_context=multiprocessing.get_context("spawn"), initializer=_begin_beside, initargs=(task,)
    )
    try:
        yield Workers(pool)
    finally:
        pool.shutdown(cancel_futures=True)
        if before is None:
            del os.environ["PYTHONHASHSEED"]
        else:
            os.environ["PYTHONHASHSEED"] = before
