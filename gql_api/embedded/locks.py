"""File locks that the kernel releases itself when their holder dies, even by kill -9.

Order, so that nothing deadlocks: the exclusive lock of a home first, then the reference count of its users.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Generator
from pathlib import Path

from gql_api import errors

_PAUSE = 0.01
_MOST_KEEPERS = 3
"""There is one; a second while the first has not noticed yet that its server died."""


def opened(path: Path) -> int:
    """Return a descriptor of the lock file, which no child process inherits."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


@contextlib.contextmanager
def exclusive(path: Path, *, seconds: float = 180) -> Generator[None]:
    """Hold the lock alone; whoever starts or stops a server does so. ConfigurationError after `seconds`."""
    descriptor = opened(path)
    try:
        deadline = time.monotonic() + seconds
        while not acquired(descriptor):
            if time.monotonic() > deadline:
                message = (
                    f"Another process has been starting or stopping the embedded server for {seconds:.0f} s "
                    f"(lock {path}). Remedy: end that process, or choose another GQL_API_HOME."
                )
                raise errors.ConfigurationError(message)
            time.sleep(_PAUSE)
        yield
    finally:
        os.close(descriptor)


def acquired(descriptor: int) -> bool:
    """Take the exclusive lock if nobody else holds any; never waits."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def share(descriptor: int) -> None:
    """Count as one more holder."""
    fcntl.flock(descriptor, fcntl.LOCK_SH)


def wait_until_unused(path: Path) -> None:
    """Sleep until no process holds the lock; the kernel wakes us when the last holder goes, however it goes."""
    descriptor = opened(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    finally:
        os.close(descriptor)


def is_unused(path: Path) -> bool:
    """Whether no process holds the lock shared. Call it with the home's lock held.

    A keeper that wakes holds it alone for an instant and is no user. It then waits for the home's lock, so each
    keeper can be in the way only once: asking once more than there are keepers gives the right answer.
    """
    descriptor = opened(path)
    try:
        for _ in range(_MOST_KEEPERS + 1):
            if acquired(descriptor):
                return True
            while not _shared(descriptor):
                time.sleep(_PAUSE / 10)
        return False
    finally:
        os.close(descriptor)


def _shared(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
