"""The application in uvicorn: it says where it is once it answers, and drains before it stops."""

import gc
import logging
import signal
import socket

import typer
import uvicorn
from starlette.applications import Starlette

SECONDS_TO_DRAIN = 10
COLLECTED = 10_000, 20, 20
"""After how many new objects garbage is collected. A request makes a thousand, and leaves hardly any in cycles."""


class Announcing(uvicorn.Server):
    """A server that prints `banner` once it accepts connections and takes itself out of rotation before it stops."""

    def __init__(self, application: Starlette, banner: str) -> None:
        super().__init__(
            uvicorn.Config(
                application,
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=SECONDS_TO_DRAIN,
            )
        )
        self._application = application
        self._banner = banner

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept connections, then say so."""
        await super().startup(sockets)
        gc.enable()
        gc.set_threshold(*COLLECTED)
        # What lives now lives until the end, later collections need not look at it. Not collected before: that takes a
        # tenth of a second to find 0.2 MB.
        gc.freeze()
        if self.started:
            typer.echo(self._banner)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer 503 to /readyz, then take no more connections, then let those in flight finish."""
        self._application.state.draining = True
        await super().shutdown(sockets)


def until_stopped(application: Starlette, banner: str, listener: socket.socket) -> bool:
    """Serve until a signal. Whether the server had started at all."""
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)  # the banner says the rest
    server = Announcing(application, banner)
    for number in (signal.SIGINT, signal.SIGTERM):
        # uvicorn handles signals while it runs and raises them again when it has stopped: by then they are answered.
        signal.signal(number, _ignore)
    server.run(sockets=[listener])
    return server.started


def _ignore(number: int, frame: object) -> None:
    del number, frame
