"""How far a long run is: a line on the error output every few seconds, and one at the end of each phase."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TextIO, TypeVar

T = TypeVar("T")
EVERY = 10.0
"""Seconds between two lines."""


@dataclass(slots=True, kw_only=True)
class Progress:
    """Counts what is done of each phase. The clock decides only how often a line is written."""

    every: float = EVERY
    clock: Callable[[], float] = time.monotonic
    out: TextIO = field(default_factory=lambda: sys.stderr)

    def told(self, phase: str, done: Iterable[T], total: int, is_wrong: Callable[[T], bool]) -> Iterator[T]:
        """The same values, counted once they are taken; `is_wrong` says which of them are failures."""
        began = said = self.clock()
        wrong = 0
        for count, one in enumerate(done, 1):
            wrong += is_wrong(one)
            yield one  # first, so that whoever is interrupted has what was told
            now = self.clock()
            if count == total or now - said >= self.every:
                said = now
                print(_line(phase, count, total, wrong, now - began), file=self.out, flush=True)


def _line(phase: str, count: int, total: int, wrong: int, seconds: float) -> str:
    rate = count / seconds if seconds > 0 else 0.0
    left = "" if count == total or not rate else f", {_minutes((total - count) / rate)} left"
    return f"{phase}: {count:,} of {total:,}, {wrong:,} wrong, {rate:.1f} a second, {_minutes(seconds)} so far{left}"


def _minutes(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"
