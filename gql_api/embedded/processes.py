"""The process that postmaster.pid names: whether it is our server, and whether it answers.

A pid file outlives a crash or a reboot, and its number may by then belong to an innocent process. No signal is
sent and no pid file removed before the process was looked at.
"""

import contextlib
import os
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

_STATUS_LINE = 8
_PROC = Path("/proc")


@dataclass(frozen=True, slots=True, kw_only=True)
class PidFile:
    """What postmaster.pid says; `status` is "ready", "starting", "stopping" or, in its first instants, empty."""

    pid: int
    port: int
    socket_directory: Path
    status: str

    @property
    def is_alive(self) -> bool:
        """Whether any process, ours or not, has the number."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True

    @property
    def answers(self) -> bool:
        """Whether somebody listens at the socket."""
        with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as connection:
            connection.settimeout(1)
            try:
                connection.connect(str(self.socket_directory / f".s.PGSQL.{self.port}"))
            except OSError:
                return False
        return True


def pid_file_of(data: Path) -> PidFile | None:
    """Read the pid file; None when there is none or its first line is not written yet."""
    try:
        lines = (data / "postmaster.pid").read_text(errors="replace").splitlines()
        pid = int(lines[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None
    lines += [""] * (_STATUS_LINE - len(lines))
    return PidFile(
        pid=abs(pid),
        port=int(lines[3]) if lines[3].strip().isdigit() else 0,
        socket_directory=Path(lines[4].strip()),
        status=lines[_STATUS_LINE - 1].strip(),
    )


def is_server(pid: int, data: Path) -> bool:
    """Whether process `pid` is a PostgreSQL server (not a zombie of one) that works in the directory `data`."""
    command = _command_line(pid)
    if not command or "postgres" not in command[0]:
        return False
    try:
        return (_PROC / str(pid) / "cwd").samefile(data)
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return any(str(data) in part for part in command)


def _command_line(pid: int) -> list[str]:
    """The arguments of a process; empty when it is gone or a zombie."""
    if (_PROC / "self" / "cmdline").exists():
        try:
            text = (_PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            return []
        return text.rstrip("\0").split("\0") if text else []
    answer = subprocess.run(
        ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    text = answer.stdout.strip()
    return [text.split()[0], text] if text else []
