"""`GET /metrics`: what this process has done and what it holds, in Prometheus' text format.

What happens is counted as it happens (requests by outcome, how long they took); what others count or hold anyway
(fallbacks, connections, documents) is read when somebody asks. Numbers are of one process and since its start. No
label holds anything that a client sent, so that neither names nor their number grow with what is asked.
"""

import hashlib
import hmac
import platform
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final

from prometheus_client import CollectorRegistry, ProcessCollector, exposition
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response

from gql_api.database import Usage
from gql_api.schema import execution
from gql_api.web import auth, documents, refusals, responses
from gql_api.web.negotiation import Media
from gql_api.web.throttle import client_of

SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper ends of the histogram's buckets; beyond the last one there is only the deadline."""
ERRORS, OK, LEFT, REFUSED, FAILED = "errors", "ok", "left", "refused", "failed"
_BEARER = "bearer "
_CLIENTS, _SERVERS = 400, 500


class Metrics:
    """The registry of one application: of two in one process, as in tests, neither counts for the other."""

    def __init__(self, counts: "Counts", sources: "Sources") -> None:
        self.registry = CollectorRegistry(auto_describe=False)
        self.registry.register(counts)
        self.registry.register(sources)
        ProcessCollector(registry=self.registry)


class Counts(Collector):
    """Requests by outcome, and how long they took: plain numbers of the event loop's thread, without locks."""

    def __init__(self) -> None:
        self._began = time.time()
        self._outcomes: dict[tuple[str, str], int] = {}
        self._buckets: dict[str, list[int]] = {}
        self._seconds: dict[str, float] = {}

    def count(self, kind: str, status: int, seconds: float, *, has_errors: bool) -> None:
        """Count a request, answered with this status; 0 where the client left before."""
        key = kind, _outcome(status, has_errors=has_errors)
        self._outcomes[key] = self._outcomes.get(key, 0) + 1
        if kind not in self._buckets:
            self._buckets[kind], self._seconds[kind] = [0] * (len(SECONDS) + 1), 0.0
        self._buckets[kind][bisect_left(SECONDS, seconds)] += 1
        self._seconds[kind] += seconds

    def collect(self) -> Iterator[Metric]:
        """The metrics, as they are now."""
        requests = CounterMetricFamily(
            "gql_api_requests",
            "Requests to /graphql by the operation's kind (none: refused before it was known) and by what became of "
            "them: ok, errors (answered with errors in it), refused (4xx), failed (5xx), left (the client).",
            labels=("kind", "outcome"),
        )
        for key, count in sorted(self._outcomes.items()):
            requests.add_metric(key, count, created=self._began)
        yield requests
        seconds = HistogramMetricFamily(
            "gql_api_request_seconds",
            "Seconds from a request's head to the end of its answer, by the operation's kind.",
            labels=("kind",),
        )
        for kind, counts in sorted(self._buckets.items()):
            ends = [*map(str, SECONDS), "+Inf"]
            seconds.add_metric((kind,), list(zip(ends, accumulate(counts), strict=True)), self._seconds[kind])
        yield seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources(Collector):
    """What is read when somebody asks: the database's connections, the documents kept, the executor's counts."""

    usage: Callable[[], Usage]
    cache: documents.Documents
    version: str

    def collect(self) -> Iterator[Metric]:
        """The metrics, as they are now."""
        labels = {"version": self.version, "python": platform.python_version()}
        yield InfoMetricFamily("gql_api_build", "What is running.", value=labels)
        yield from self._connections()
        yield from self._documents()
        yield from _operations()

    def _connections(self) -> Iterator[Metric]:
        usage = self.usage()
        by_state = GaugeMetricFamily(
            "gql_api_database_connections", "Connections to the database, by what they do.", labels=("state",)
        )
        by_state.add_metric(("lent",), usage.lent)
        by_state.add_metric(("idle",), usage.idle)
        yield by_state
        yield GaugeMetricFamily("gql_api_database_connections_most", "As many may be open.", value=usage.size)
        yield GaugeMetricFamily(
            "gql_api_database_connections_awaited", "Requests that wait for a connection.", value=usage.waiting
        )

    def _documents(self) -> Iterator[Metric]:
        cache = self.cache
        yield GaugeMetricFamily("gql_api_documents_kept", "Valid documents in the cache.", value=cache.count)
        yield GaugeMetricFamily("gql_api_documents_kept_characters", "Their text together.", value=cache.size)
        asked = CounterMetricFamily(
            "gql_api_documents",
            "Documents asked for: kept (a hit), or examined anew, be it that they were new, dropped or invalid.",
            labels=("found",),
        )
        asked.add_metric(("kept",), cache.hits)
        asked.add_metric(("anew",), cache.misses)
        yield asked


def _operations() -> Iterator[Metric]:
    """What the executor did itself, and what it left to graphql-core: of this process, whatever the schema."""
    counted = execution.fallbacks
    yield CounterMetricFamily(
        "gql_api_operations_executed", "Operations that the breadth-first executor ran itself.", value=counted.executed
    )
    by_reason = CounterMetricFamily(
        "gql_api_operations_fallen_back", "Operations left to graphql-core, by reason.", labels=("reason",)
    )
    for reason, count in sorted(counted.counts.items()):
        by_reason.add_metric((reason,), count)
    yield by_reason
    every = counted.executed + counted.total
    yield GaugeMetricFamily(
        "gql_api_operations_fallen_back_share",
        "The share of all operations since the start that were left to graphql-core, 0 to 1.",
        value=counted.total / every if every else 0.0,
    )


def _outcome(status: int, *, has_errors: bool) -> str:
    if status == 0:
        return LEFT
    if status >= _SERVERS:
        return FAILED
    if status >= _CLIENTS:
        return REFUSED
    return ERRORS if has_errors else OK


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The page itself. Whoever sends `Authorization: Bearer` with METRICS_TOKEN may read it, and an administrator."""

    metrics: Metrics
    doors: auth.Doors
    token: SecretStr | None
    attempts: auth.Attempts = field(default_factory=auth.Attempts)

    async def show(self, request: Request) -> Response:
        """The metrics, in the format that `Accept` prefers; 401 without credentials or with wrong ones."""
        try:
            await self._check(request)
        except refusals.Refusal as refusal:
            return responses.refused(refusal, Media.JSON)
        write, content_type = exposition.choose_encoder(request.headers.get("accept", ""))
        headers = {"Cache-Control": "no-store", "Content-Type": content_type}
        return Response(write(self.metrics.registry), headers=headers)

    async def _check(self, request: Request) -> None:
        client = client_of(request.client.host) if request.client else ""
        credentials = auth.present(request.headers.raw)
        if auth.AUTHORIZATION in credentials:
            self._check_bearer(credentials[auth.AUTHORIZATION], client)
        elif auth.ADMIN_TOKEN in credentials:
            only = {auth.ADMIN_TOKEN: credentials[auth.ADMIN_TOKEN]}
            await auth.viewer(only, client, self.doors, self.attempts)
        else:
            message = "Send Authorization: Bearer with the server's METRICS_TOKEN, or the header X-Admin-Token."
            raise refusals.unauthenticated(message)

    def _check_bearer(self, value: str, client: str) -> None:
        key = (auth.AUTHORIZATION, client)
        wait = self.attempts.tokens.wait(key)
        if wait is not None:
            raise refusals.rate_limited(f"Too many wrong tokens; try again in {wait} s.", wait)
        given = value[len(_BEARER) :].strip() if value.lower().startswith(_BEARER) else ""
        if self.token is None or not hmac.compare_digest(_digest(given), _digest(self.token.get_secret_value())):
            self.attempts.tokens.count(key)
            raise refusals.unauthenticated("The bearer token is not the server's METRICS_TOKEN.")


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("latin-1", "replace")).digest()
