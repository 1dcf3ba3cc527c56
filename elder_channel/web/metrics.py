"""Figures of the voice process in Prometheus' text format: how the carrier and we get on.

Nothing in them names a caller. They are given to this machine only, or to who has the token (`/metrics`).
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Iterator
from datetime import timedelta

from anyio import to_thread
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from elder_channel.bootstrap import Line
from elder_channel.storage.faults import BOOKS_FAULTS

_LATELY = timedelta(hours=24)
_BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0)
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


class Metrics:
    """What is counted while the process runs."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._webhooks = Counter(
            "elder_channel_webhooks", "Webhooks by route and answer.", ["route", "answer"], registry=self.registry
        )
        self._seconds = Histogram(
            "elder_channel_webhook_seconds",
            "From a signed webhook to its answer.",
            ["route"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._refused = Counter(
            "elder_channel_refused",
            "Requests and streams nobody proved to be the carrier's.",
            ["way", "why"],
            registry=self.registry,
        )
        self._streams = Gauge("elder_channel_streams_open", "Media streams open now.", registry=self.registry)
        self._streams_ended = Counter(
            "elder_channel_streams_ended", "Media streams by how they ended.", ["how"], registry=self.registry
        )

    def webhook(self, route: str, answer: str, seconds: float) -> None:
        """A signed webhook was answered: `ok`, `repeat`, `fallback` (people were rung instead) or `failed`."""
        self._webhooks.labels(route, answer).inc()
        self._seconds.labels(route).observe(seconds)

    def refused(self, way: str, why: str) -> None:
        """A request (`webhook`) or handshake (`stream`) was turned away."""
        self._refused.labels(way, why).inc()

    def stream_opened(self) -> None:
        """A media stream was accepted."""
        self._streams.inc()

    def stream_ended(self, how: str) -> None:
        """A media stream is over: `stopped`, `dropped`, `replaced`, `wrong_call`."""
        self._streams.dec()
        self._streams_ended.labels(how).inc()


class BooksCollector:
    """What stands in the books and what the REST API answered, read when asked. Test calls are left out."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def collect(self) -> Iterator[Metric]:
        """The figures; those of books that cannot be read are missing, and `elder_channel_books_readable` is 0."""
        readable = GaugeMetricFamily("elder_channel_books_readable", "Whether the books could be read.")
        try:
            yield from self._books()
            readable.add_metric([], 1)
        except BOOKS_FAULTS:  # the scrape tells of the fault, it must not hide everything else
            readable.add_metric([], 0)
        yield readable
        yield from self._requests()

    def _books(self) -> Iterator[Metric]:
        counts = self._line.carrier_books.counts(since=self._line.clock() - _LATELY)
        open_ = GaugeMetricFamily("elder_channel_calls_open", "Open calls by state.", labels=["state"])
        ended = GaugeMetricFamily(
            "elder_channel_calls_ended_24h", "Calls of the last 24 hours by outcome.", labels=["outcome"]
        )
        tests = GaugeMetricFamily(
            "elder_channel_test_calls_24h", "Test calls of the last 24 hours; in no other figure."
        )
        agents = GaugeMetricFamily("elder_channel_agents", "Agents by presence.", labels=["presence"])
        events = GaugeMetricFamily(
            "elder_channel_carrier_events_24h", "What the carrier filed in 24 hours.", labels=["level", "code"]
        )
        recordings = GaugeMetricFamily("elder_channel_recordings", "Recordings by state.", labels=["state"])
        for family, rows in (
            (open_, counts.open_calls),
            (ended, counts.ended_calls),
            (agents, counts.agents),
            (recordings, counts.recordings),
        ):
            for label, value in rows.items():
                family.add_metric([label], value)
        for (level, code), value in counts.events.items():
            events.add_metric([level, str(code)], value)
        tests.add_metric([], counts.test_calls)
        yield from (open_, ended, tests, agents, events, recordings)

    def _requests(self) -> Iterator[Metric]:
        family = CounterMetricFamily(
            "elder_channel_carrier_requests", "Requests to the carrier's REST API.", labels=["method", "status"]
        )
        for (method, status), value in self._line.carrier_requests().items():
            family.add_metric([method, status], value)
        yield family


def metrics_route(line: Line, metrics: Metrics) -> Route:
    """`GET /metrics`."""
    metrics.registry.register(BooksCollector(line))
    token = line.secrets.metrics_token.get_secret_value()

    async def answer(request: Request) -> Response:
        if not may_read(request, token):
            return Response("only from this machine, or with the token", status_code=403)
        text = await to_thread.run_sync(generate_latest, metrics.registry)
        return Response(text, media_type=CONTENT_TYPE_LATEST)

    return Route("/metrics", answer, methods=["GET"])


def may_read(request: Request, token: str) -> bool:
    """Whether the figures are given out: to the token, or to a program on this machine itself.

    A proxy on this machine passes strangers on; what it forwards says so, or asks for another host.
    """
    given = request.headers.get("authorization", "").encode()
    if token and hmac.compare_digest(given, f"Bearer {token}".encode()):
        return True
    forwarded = any(name in request.headers for name in _FORWARDED)
    return (
        not forwarded and _is_local(request.client.host if request.client else "") and _is_local(request.url.hostname)
    )


def _is_local(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False
