"""What processes have used, as far as the system tells (Linux); elsewhere every number is None."""

import contextlib
import os
import time
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAUSE = 0.05
_STILL = 3
"""So many pauses without any CPU time mean that nothing is going on."""


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text("ascii", errors="replace").rpartition(")")[2].split()


def parent_of(pid: int) -> int | None:
    """The parent of a process on this machine."""
    try:
        return int(_stat(pid)[1])
    except OSError:
        return None


def is_postgresql(pid: int) -> bool:
    """Whether that process is one of PostgreSQL's; the number of a server elsewhere could be anyone's."""
    try:
        return Path(f"/proc/{pid}/comm").read_text("ascii", errors="replace").startswith("postgres")
    except OSError:
        return False


def tree_of(root: int) -> list[int]:
    """The process and everything beneath it."""
    found = [root]
    for pid in found:
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                found.extend(map(int, children.read_text("ascii").split()))
    return found


def cpu_seconds(root: int | None) -> float | None:
    """CPU time of the process, of what lives beneath it, and of those of its children that have ended."""
    if root is None:
        return None
    ticks = 0
    for pid in tree_of(root):
        try:
            fields = _stat(pid)
        except OSError:
            continue
        ticks += sum(map(int, fields[11:15] if pid == root else fields[11:13]))
    return ticks / _TICKS if ticks else None


def memory_megabytes(root: int) -> float | None:
    """Memory of the process that is its own and in use now."""
    try:
        lines = Path(f"/proc/{root}/status").read_text("ascii", errors="replace").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), None)


def wait_until_idle(*roots: int | None, seconds: float = 20.0) -> None:
    """Return once none of the trees uses CPU time: requests that a load gave up on would disturb the next one."""
    deadline = time.monotonic() + seconds
    still, before = 0, [cpu_seconds(root) for root in roots]
    while still < _STILL and time.monotonic() < deadline:
        time.sleep(_PAUSE)
        now = [cpu_seconds(root) for root in roots]
        still = still + 1 if now == before else 0
        before = now
