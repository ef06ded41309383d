"""Tells Prometheus when a load test runs: dashboards draw it over the service's own curves."""

from prometheus_client import CollectorRegistry, Gauge, start_http_server


class LoadTestMetrics:
    """`salience_load_test_running` is 1 while the test runs, by its name."""

    def __init__(self, test: str) -> None:
        self.registry = CollectorRegistry()
        self._is_served = False
        self._running = Gauge(
            "salience_load_test_running",
            "1 while the load test runs.",
            ["test"],
            registry=self.registry,
        ).labels(test)

    def begin(self, port: int) -> None:
        """The test begins; the metric is served on a port, unless that is 0."""
        self._running.set(1)
        if port and not self._is_served:
            start_http_server(port, registry=self.registry)
            self._is_served = True

    def end(self) -> None:
        """The test is over; the metric stays until the process ends."""
        self._running.set(0)
