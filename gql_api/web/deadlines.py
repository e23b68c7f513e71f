"""Cutting off what takes too long: many tasks, each with the same time, and one timer of the event loop for them all.

`asyncio.timeout` sets a timer for each task and takes it back, which costs more than reading a request does. Where all
have the same time, those that began first are late first: one timer, for the first of those that run, is enough.
"""

import asyncio
from types import TracebackType
from typing import Self


class Deadlines:
    """`with deadlines.within():` around what a task may take `seconds` for; it raises TimeoutError where it is late."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._watch: _Watch | None = None

    def within(self) -> "Deadline":
        """The time of the running task, from the beginning of the block on."""
        loop = asyncio.get_running_loop()
        watch = self._watch
        if watch is None or watch.loop is not loop:
            watch = self._watch = _Watch(loop, self._seconds)
        return Deadline(watch)


class _Watch:
    """What runs now in one event loop, in the order in which it began."""

    __slots__ = ("is_looking", "loop", "running", "seconds")

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        self.loop = loop
        self.seconds = seconds
        self.running: dict[Deadline, float] = {}
        self.is_looking = False

    def look(self, at: float) -> None:
        """Cut off what is late, from then on and as long as something runs."""
        self.is_looking = True
        self.loop.call_at(at, self._look)

    def _look(self) -> None:
        now = self.loop.time()
        late = [one for one, at in self.running.items() if at <= now]
        for one in late:
            del self.running[one]
            one.cut_off()
        self.is_looking = bool(self.running)
        if self.is_looking:
            self.look(next(iter(self.running.values())))


class Deadline:
    """One task's time. A task that somebody else cancels stays cancelled."""

    __slots__ = ("_before", "_is_late", "_task", "_watch")

    def __init__(self, watch: _Watch) -> None:
        self._watch = watch
        self._is_late = False

    def __enter__(self) -> Self:
        watch = self._watch
        task = asyncio.current_task(watch.loop)
        if task is None:
            msg = "Only a task can be cut off."
            raise RuntimeError(msg)
        self._task = task
        self._before = task.cancelling()
        at = watch.running[self] = watch.loop.time() + watch.seconds
        if not watch.is_looking:
            watch.look(at)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._is_late:
            del self._watch.running[self]
        elif self._task.uncancel() <= self._before and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def cut_off(self) -> None:
        """Its time is over."""
        self._is_late = True
        self._task.cancel()
