"""The composition as processes: a gateway and a worker, which real monitoring watches."""

import json
import re
import signal
import subprocess
import threading
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from dashboards.pages import DASHBOARDS
from salience.archives import build_archive
from salience.errors import DeadlineExceeded
from tests.deploy.composition import health_command_of
from tests.deploy.installed_programs import program
from tests.live.running_composition import (
    Addresses,
    free_addresses,
    running,
    running_composition,
)
from tests.live.running_service import RunningService, eventually, get

MONITORING = Path("deploy/monitoring")
[SOURCE] = yaml.safe_load(
    (MONITORING / "grafana/provisioning/datasources/prometheus.yml").read_text()
)["datasources"]
MODEL = "entities-en"
NOT_HERE = {
    "salience_shadow_items_total": "needs a rollout",
    "salience_rows_resent_total": "a worker that dies",
    "salience_worker_gpu_memory_bytes": "a GPU",
}


@dataclass
class Monitoring:
    """The service, Prometheus, and what its pager was told."""

    service: RunningService
    at: Addresses
    paged: list[dict[str, Any]] = field(default_factory=list)

    def ask(self, path: str, **query: str) -> Any:
        """What Grafana's source of data answers."""
        url = f"{self.at.here(SOURCE['url'])}/api/v1/{path}?{urllib.parse.urlencode(query)}"
        return json.loads(get(url))["data"]

    def health_of_targets(self) -> dict[str, str]:
        targets = self.ask("targets")["activeTargets"]
        return {target["labels"]["job"]: target["health"] for target in targets}


@pytest.fixture(scope="module")
def monitoring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Monitoring]:
    prometheus, alertmanager = program("prometheus"), program("prometheus-alertmanager")
    folder = tmp_path_factory.mktemp("monitoring")
    (folder / "archives").mkdir()
    build_archive(Path("model_store") / MODEL, folder / "archives")
    paged: list[dict[str, Any]] = []
    at = free_addresses()
    with (
        running_composition(folder / "archives", at, folder) as service,
        pager(paged) as pager_url,
    ):
        write_configuration(folder, at, pager_url)
        manager = [
            *(alertmanager, f"--config.file={folder}/alertmanager.yml"),
            *(f"--web.listen-address={at.here('alertmanager:9093')}", "--cluster.listen-address="),
            f"--storage.path={folder}/alerts",
        ]
        watcher = [
            *(prometheus, f"--config.file={folder}/prometheus.yml"),
            f"--web.listen-address={at.here('prometheus:9090')}",
            f"--storage.tsdb.path={folder}/tsdb",
        ]
        with running(manager, folder / "alertmanager.log"), running(watcher, folder / "prom.log"):
            watched = Monitoring(service, at, paged)
            eventually(lambda: is_up(watched), 60, what="every target is up")
            yield watched


@pytest.mark.parametrize("service", ["gateway", "worker"])
def test_a_service_is_healthy_by_the_compositions_own_check(
    monitoring: Monitoring, service: str
) -> None:
    words = [word.replace("127.0.0.1", service) for word in health_command_of(service)]

    subprocess.run(
        list(map(monitoring.at.here, words)), env=monitoring.at.environment(service), check=True
    )


def test_the_gateway_answers_through_the_worker(monitoring: Monitoring) -> None:
    with monitoring.service.client() as client:
        reply = client.recognize_entities(["Ada Lovelace lives in London."])

    found = reply.results[0].entities.entities
    assert [entity.text for entity in found] == ["Ada Lovelace", "London"]


def test_the_rules_are_loaded(monitoring: Monitoring) -> None:
    groups = monitoring.ask("rules")["groups"]
    loaded = {rule["name"] for group in groups for rule in group["rules"]}

    assert {"ErrorBudgetBurnsFast", "PartIsDown", "salience:errors:ratio_rate1h"} <= loaded


@pytest.fixture(scope="module")
def loaded(monitoring: Monitoring) -> Monitoring:
    """Callers have been answered, and one waited in vain."""
    with monitoring.service.client() as client:
        client.recognize_entities(["Ada Lovelace lives in London.", ""])
    monitoring.service.torchserve().send_signal(signal.SIGSTOP)
    try:
        with (
            monitoring.service.client(timeout_seconds=0.5) as client,
            pytest.raises(DeadlineExceeded),
        ):
            client.recognize_entities(["She moved to Paris."])
    finally:
        monitoring.service.torchserve().send_signal(signal.SIGCONT)
    return monitoring


@pytest.mark.parametrize(
    ("legend", "expression"),
    [
        pytest.param(legend, expression, id=f"{page.name}: {panel.title}: {legend}")
        for page in DASHBOARDS
        for panel in page.panels
        for legend, expression in panel.lines.items()
        if not any(name in expression for name in NOT_HERE)
    ],
)
def test_every_line_of_a_dashboard_is_drawn_with_its_legend(
    loaded: Monitoring, legend: str, expression: str
) -> None:
    labels = set(re.findall(r"{{(\w+)}}", legend))

    def is_drawn() -> bool:
        lines = loaded.ask("query", query=expression)["result"]
        return any(labels <= line["metric"].keys() for line in lines)

    eventually(is_drawn, 20, what="the line is drawn")


def test_a_lost_part_reaches_the_pager(monitoring: Monitoring) -> None:
    monitoring.service.torchserve().send_signal(signal.SIGSTOP)
    try:
        eventually(
            lambda: any(
                alert["labels"]["alertname"] == "PartIsDown"
                and alert["labels"]["job"] == "salience-torchserve"
                for message in monitoring.paged
                for alert in message["alerts"]
            ),
            60,
            what="the pager hears of it",
        )
    finally:
        monitoring.service.torchserve().send_signal(signal.SIGCONT)


def is_up(watched: Monitoring) -> bool:
    try:
        health = watched.health_of_targets()
    except OSError:
        return False
    jobs = ("salience-gateway", "salience-worker", "salience-torchserve")
    return dict.fromkeys(jobs, "up").items() <= health.items()


def write_configuration(folder: Path, at: Addresses, pager_url: str) -> None:
    """Those of deploy/, with this machine's addresses and short waits."""
    prometheus = yaml.safe_load(at.here((MONITORING / "prometheus.yml").read_text()))
    prometheus["global"] = dict.fromkeys(("scrape_interval", "evaluation_interval"), "1s")
    prometheus["global"]["scrape_timeout"] = "1s"
    (folder / "prometheus.yml").write_text(yaml.safe_dump(prometheus))
    (folder / "recording.yml").write_text((MONITORING / "recording.yml").read_text())
    rules = yaml.safe_load((MONITORING / "alerts.yml").read_text())
    for rule in rules["groups"][0]["rules"]:
        rule["for"] = "2s"
    (folder / "alerts.yml").write_text(yaml.safe_dump(rules))
    routing = yaml.safe_load((MONITORING / "alertmanager.yml").read_text())
    routing["route"]["group_wait"] = "1s"
    [receiver] = routing["receivers"]
    receiver["webhook_configs"] = [{"url": pager_url}]
    (folder / "alertmanager.yml").write_text(yaml.safe_dump(routing))


@contextmanager
def pager(told: list[dict[str, Any]]) -> Iterator[str]:
    """A webhook that notes what it is told."""

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
