"""`gql-api serve`: database, migrations, demo data, server — and one message that says where it is."""

import contextlib
import gc
import importlib
import signal
import socket
import sys
import threading
from collections.abc import Generator
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from gql_api.cli import banner
    from gql_api.settings import Settings


def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on; otherwise HOST.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="The port, 0 for any; otherwise PORT.")] = None,
) -> None:
    """Start the server in the foreground; Ctrl-C or SIGTERM stops it cleanly."""
    gc.disable()  # until it runs: nearly all that is made until then stays, so that looking for waste is itself waste
    from gql_api import settings
    from gql_api.cli import server_database

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave)
    configuration = _with_address(settings.load(), host, port)
    with _listening(configuration.host, configuration.port) as listener:
        loader = _loader()
        with server_database.running(configuration, is_watched=True) as url:
            loader.join()
            server_database.prepare(configuration, url)
            _run(configuration, url, listener, _demo(configuration, url))


def _loader() -> threading.Thread:
    """A thread that loads the web layer while the database starts: that takes long, and most of it is waiting.

    The database's modules are loaded first, and nothing else is until the thread has ended: two threads that load
    modules of one circle hinder each other.
    """
    from gql_api import embedded

    del embedded
    thread = threading.Thread(target=_load, name="loader", daemon=True)
    thread.start()
    return thread


def _load() -> None:
    for name in ("structlog", "uvicorn"):
        with _hidden("rich", "watchfiles"):
            importlib.import_module(name)
    for name in ("gql_api.cli.demo", "gql_api.cli.running", "gql_api.web.app"):
        with contextlib.suppress(Exception):  # it is raised again where the module is used
            importlib.import_module(name)


@contextlib.contextmanager
def _hidden(*names: str) -> Generator[None]:
    """Let what is loaded meanwhile believe that these packages are not installed.

    structlog loads rich and uvicorn watchfiles where they find them, for tracebacks in colours and for reloading: a
    server wants neither, and they take 4 MB and a tenth of a second.
    """
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # pyright: ignore[reportArgumentType, reportCallIssue] - so says importlib
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


def _leave(_number: int, _frame: object) -> NoReturn:
    """A signal before the server runs: unwind, so that the database is let go."""
    sys.exit(0)


def _with_address(configuration: "Settings", host: str | None, port: int | None) -> "Settings":
    return configuration.model_copy(
        update={
            "host": configuration.host if host is None else host,
            "port": configuration.port if port is None else port,
        }
    )


def _listening(host: str, port: int) -> socket.socket:
    """A bound socket. It is bound before anything slow happens, so that a port in use is told at once."""
    from gql_api import errors

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, UnicodeError) as error:
        listener.close()
        raise errors.ConfigurationError(
            f"Cannot listen on {host} port {port}: {getattr(error, 'strerror', None) or error}. "
            "Choose another with HOST and PORT, or --host and --port."
        ) from error
    return listener


def _demo(configuration: "Settings", url: str) -> "list[banner.Line]":
    """Load the demo data into an empty database; what there is to try then. Production gets none."""
    from gql_api.cli import demo
    from gql_api.settings import Profile

    plans = () if configuration.profile is Profile.PRODUCTION else demo.load_if_empty(url, configuration)
    return [("demo plan", f"{plan.code}  {plan.name}") for plan in plans]


def _run(configuration: "Settings", url: str, listener: socket.socket, offered: "list[banner.Line]") -> None:
    from gql_api.cli import banner, running
    from gql_api.web import app, logs

    logs.configure(configuration.log_level, configuration.log_format)
    address = f"http://{_reachable(configuration.host)}:{listener.getsockname()[1]}"
    says = banner.text(configuration, address, offered)
    if not running.until_stopped(app.create(configuration, url), says, listener):
        sys.exit(1)


def _reachable(host: str) -> str:
    """The host as a browser on this machine writes it."""
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return "localhost"
    return f"[{host}]" if ":" in host else host
