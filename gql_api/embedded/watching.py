"""Watching the server while a service uses it: it is started again after it died under its users."""

import contextlib
import logging
import threading
from collections.abc import Generator
from pathlib import Path

from gql_api import errors
from gql_api.embedded import processes, server

SECONDS = 2.0
"""How often the service looks. A server that died is missed for so long, and started in about half a second."""
_PATIENCE = 10.0
_log = logging.getLogger(__name__)


@contextlib.contextmanager
def watched(used: server.Server, home: Path, *, seconds: float = SECONDS) -> Generator[None]:
    """Start the server of this home again whenever it is found dead, until the block ends.

    `used` is held by the caller meanwhile, so that the new server stays. What cannot be repaired is logged and tried
    again.
    """
    ended = threading.Event()
    thread = threading.Thread(target=_watch, args=(used, home, ended, seconds), name="database watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(_PATIENCE)


def _watch(used: server.Server, home: Path, ended: threading.Event, seconds: float) -> None:
    while not ended.wait(seconds):
        if _is_there(used):
            continue
        try:
            server.start(home).release()  # the caller's use remains, so that this one is not the last
        except (errors.GqlApiError, OSError) as error:
            _log.error("The embedded server has died and cannot be started again: %s", error)
        else:
            _log.warning("The embedded server had died and was started again.")


def _is_there(used: server.Server) -> bool:
    """Whether a server runs on these data, also one that is not ready yet, or of another container."""
    found = processes.pid_file_of(used.site.data)
    return found is not None and (processes.is_server(found.pid, used.site.data) or found.answers)
