"""The keeper: a process of its own that stops the server when every user is gone, however they went.

It is the server's parent, sleeps in the kernel until the last user's lock is released, and outlives its starter
in a session of its own. Killing it harms nothing: the server goes on, the last user stops it, and the next start
brings a new keeper. Run by `launch` as `python -m gql_api.embedded.keeper ORDERS`.
"""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from gql_api.embedded import accounts, cluster, locks
from gql_api.embedded.accounts import Account
from gql_api.embedded.places import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What to keep, and the command that starts it; an empty command means that it runs already."""

    where: Site
    account: Account
    command: tuple[str, ...]


def parsed(text: str) -> Orders:
    """Read the orders that `launch` writes."""
    said: dict[str, Any] = json.loads(text)
    return Orders(
        where=Site(lock=Path(said["lock"]), directory=Path(said["directory"]), is_throwaway=said["is_throwaway"]),
        account=Account(**said["account"]),
        command=tuple(said["command"]),
    )


def main(text: str) -> None:
    """Leave the starter behind, start the server if told to, and keep it."""
    orders = parsed(text)
    descriptor = locks.opened(orders.where.keepers)
    locks.share(descriptor)  # before the fork, so that the starter sees a keeper as soon as it may look
    if os.fork():
        os._exit(0)
    for number in (signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    if orders.command:
        signal.signal(signal.SIGCHLD, _leave)
        start(orders)
    keep(orders.where)


def start(orders: Orders) -> None:
    """Start the server as a child in a session of its own, its words going to our standard error, the log."""
    subprocess.Popen(
        orders.command,
        cwd="/",
        env=accounts.environment(),
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        user=orders.account.user,
        group=orders.account.group,
        extra_groups=orders.account.extra_groups,
        umask=0o077,
        start_new_session=True,
    )


def keep(where: Site) -> None:
    """Wait until nobody uses the server, then stop it, unless a new user came in the meantime."""
    while True:
        locks.wait_until_unused(where.users)
        with locks.exclusive(where.lock):
            if locks.is_unused(where.users):
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # the server ends because we say so: see to the rest
                cluster.stop(where)
                return


def _leave(_number: int, _frame: FrameType | None) -> None:
    """End with the server: there is nothing left to keep."""
    if os.waitpid(-1, os.WNOHANG)[0]:
        os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
