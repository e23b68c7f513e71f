import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.embedded.users import User, folder


@pytest.fixture
def user() -> Iterator[Callable[..., User]]:
    made: list[User] = []

    def make(*arguments, **options) -> User:
        made.append(User(*arguments, **options))
        return made[-1]

    yield make
    for one in made:
        if one.process.poll() is None:
            one.kill()


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """One home for a module, so that the cluster is made once. Every test leaves it without a server."""
    with folder() as made:
        yield made / "home"


@pytest.fixture
def new_home() -> Iterator[Path]:
    with folder() as made:
        yield made / "home"


@pytest.fixture
def innocent() -> Iterator[subprocess.Popen[bytes]]:
    """A process that has nothing to do with PostgreSQL, of the account that the server runs as."""
    process = subprocess.Popen(["sleep", "3600"])
    yield process
    process.send_signal(signal.SIGKILL)
    process.wait()
