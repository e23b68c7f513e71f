"""The load of `loads` where wrk is not installed: `python -m benchmarks.asking URL CONNECTIONS SECONDS`.

Each connection waits for its first answer, also beyond the seconds: a slow server still gets a number.
"""

import asyncio
import itertools
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import httptools

PATIENCE = 30


class Connection(asyncio.Protocol):
    """One connection: it asks, waits for the whole answer, and asks again until the end."""

    def __init__(self, next_request: Callable[[], bytes], end: float, latencies: list[float]) -> None:
        self._next_request, self._end, self._latencies = next_request, end, latencies
        self.closed = asyncio.get_running_loop().create_future()
        self.failed = 0
        self._began = 0.0
        self._is_first = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the first time."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what TCP gives
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        """Feed the parser, which calls `on_message_complete`."""
        self._parser.feed_data(data)

    def connection_lost(self, error: Exception | None) -> None:
        """Let the measurement end."""
        self.failed += error is not None
        if not self.closed.done():
            self.closed.set_result(None)

    def on_message_complete(self) -> None:
        """Note the answer and ask again."""
        now = time.perf_counter()
        if self._parser.get_status_code() >= 400:  # noqa: PLR2004 - HTTP
            self.failed += 1
        elif now <= self._end or self._is_first:
            self._latencies.append(now - self._began)
        self._is_first = False
        if now <= self._end:
            self._ask()
        else:
            self._transport.close()

    def _ask(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._began = time.perf_counter()
        self._transport.write(self._next_request())


def requests(url: str) -> Callable[[], bytes]:
    """What gives one request after the other."""
    parts = urlsplit(url)
    head = f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
    head += "".join(f"{line}\r\n" for line in os.environ["HEADERS"].split("\n"))
    bodies = itertools.cycle(Path(os.environ["BODIES"]).read_text("utf-8").split("\n"))
    numbers = itertools.count(int(os.environ["FIRST"]) + 1)

    def one() -> bytes:
        text = next(bodies)
        if "@number@" in text:
            text = text.replace("@number@", str(next(numbers)))
        body = text.encode()
        return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body

    return one


async def main(url: str, connections: int, seconds: float) -> None:
    """Ask, and print the result as JSON."""
    parts = urlsplit(url)
    latencies: list[float] = []
    began = time.perf_counter()
    loop = asyncio.get_running_loop()
    asked = requests(url)
    made = [
        await loop.create_connection(lambda: Connection(asked, began + seconds, latencies), parts.hostname, parts.port)
        for _ in range(connections)
    ]
    await asyncio.wait([protocol.closed for _, protocol in made], timeout=seconds + PATIENCE)
    took = time.perf_counter() - began
    for transport, _ in made:
        transport.abort()
    latencies.sort()

    def percentile(share: int) -> float:
        return latencies[min(len(latencies) - 1, len(latencies) * share // 100)] * 1000 if latencies else 0.0

    result = {"requests": len(latencies), "seconds": took, "p50": percentile(50), "p99": percentile(99)}
    print(json.dumps(result | {"failed": sum(protocol.failed for _, protocol in made)}))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
