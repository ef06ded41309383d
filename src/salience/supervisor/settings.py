"""What an operator may tune about the whole service, read once from the environment."""

from pathlib import Path
from typing import NamedTuple, Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from salience.addresses import is_ipv6, is_loopback, with_port
from salience.logs import LogFormat
from salience.ports import HIGHEST_PORT, Port
from salience.supervisor.scaling import ScalingPolicy


class Listener(NamedTuple):
    """A port that will be listened on, and the setting that names it."""

    setting: str
    host: str
    port: int


class SupervisorSettings(BaseSettings):
    """`SALIENCE_WORKERS_PER_MODEL` sets `workers_per_model`, and so on.

    The gateway reads its own settings from the same environment.
    """

    model_config = SettingsConfigDict(env_prefix="SALIENCE_", frozen=True)

    archives: Path = Path("build/archives")
    """The folder of the `.mar` files that are served."""
    archive_digests: Path | None = None
    """A file as `sha256sum *.mar` writes it: no other archive is served. Without, any is that is as
    its own provenance says."""
    models: tuple[str, ...] | None = Field(default=None, min_length=1)
    """Those of them to serve; without, it is every one. In the environment: a JSON list."""
    workers_per_model: int | None = Field(default=None, gt=0)
    """Processes with one thread each; without a number `worker_count` chooses one."""
    min_workers: int = Field(default=1, gt=0)
    """The fewest that the autoscaler leaves a model."""
    max_workers: int | None = Field(default=None, gt=0)
    """The most that the autoscaler gives a model; without a number nothing is scaled."""
    scale_queue_seconds: float = Field(default=0.1, gt=0)
    """The mean time in the queue above which a model gets another worker."""
    scale_rows_per_worker: float = Field(default=4.0, gt=0)
    """The rows in flight per worker above which it gets another."""
    scale_up_seconds: float = Field(default=3.0, ge=0)
    """How long it must be so."""
    scale_down_seconds: float = Field(default=60.0, ge=0)
    """How long the load must be small before a worker is stopped."""
    scale_seconds: float = Field(default=1.0, gt=0)
    """How often the load is looked at."""
    gateway_metrics_url: str | None = None
    """Where the load is read when the gateway is on another machine."""
    gateways: int = Field(default=1, gt=0)
    """Processes that share the ports of the gateway; each has a port of its own for metrics,
    `metrics_port` and those after it."""
    with_gateway: bool = True
    """False leaves the gateway to another machine, and shows metrics on `metrics_port`."""

    host: str = "127.0.0.1"
    http_port: Port = 8000
    grpc_port: Port = 8001
    metrics_port: Port = 8002

    torchserve_host: str = "127.0.0.1"
    """Only a worker container has reason to leave loopback, which needs `allow_insecure`: its
    gateway is in another."""
    allow_insecure: bool = False
    """Whether others may reach that host, where something else guards the ports."""
    inference_port: Port = 8080
    management_port: Port = 8081
    torchserve_metrics_port: Port = 8082
    torchserve_config: Path = Path(__file__).parents[3] / "deploy" / "torchserve"
    """The folder with config.properties, log4j2.xml and metrics.yaml."""
    java_heap_megabytes: int = Field(default=256, gt=0)

    log_format: LogFormat = LogFormat.TEXT
    """Of every process: JSON is an object a line."""

    start_seconds: float = Field(default=300.0, gt=0)
    """How long everything may take to become ready."""
    stop_seconds: float = Field(default=60.0, gt=0)
    """How long the gateway may take to drain."""
    model_restart_seconds: float = Field(default=150.0, gt=0)
    """How long a model may be without a worker before it is restarted; longer than
    TorchServe tries by itself, `maxRetryTimeoutInSec` in model-config.yaml, and than a worker
    may take to start, `startupTimeout` there: else one that starts slowly never gets to the end."""
    stopped_worker_seconds: float = Field(default=2.0, gt=0)
    """How long a worker's process may be stopped (SIGSTOP) before it is replaced. One that
    runs but does not answer TorchServe kills after `responseTimeout` of model-config.yaml."""
    silent_seconds: float = Field(default=10.0, gt=0)
    """How long TorchServe or a gateway may run without answering before it is replaced."""
    max_worker_megabytes: int = Field(default=2048, gt=0)
    """Resident size beyond which a worker is replaced, one at a time."""
    watch_seconds: float = Field(default=0.5, gt=0)
    """How often the models are looked at."""

    @property
    def torchserve_url(self) -> str:
        """Where predictions are asked for."""
        return f"http://{self.torchserve_host}:{self.inference_port}"

    @property
    def management_url(self) -> str:
        """Where models are registered, scaled and restarted."""
        return f"http://{self.torchserve_host}:{self.management_port}"

    @property
    def scaling_policy(self) -> ScalingPolicy | None:
        """How workers follow the load, if they do."""
        if self.max_workers is None:
            return None
        return ScalingPolicy(
            min_workers=self.min_workers,
            max_workers=self.max_workers,
            queue_seconds=self.scale_queue_seconds,
            rows_per_worker=self.scale_rows_per_worker,
            up_after_seconds=self.scale_up_seconds,
            down_after_seconds=self.scale_down_seconds,
        )

    @property
    def metrics_ports(self) -> tuple[int, ...]:
        """A port for every process of ours that shows metrics."""
        number = self.gateways if self.with_gateway else 1
        return tuple(range(self.metrics_port, self.metrics_port + number))

    @property
    def gateway_urls(self) -> tuple[str, ...]:
        """Where each gateway is asked for what is its own: its health and its metrics."""
        return tuple(f"http://{with_port(self.host, port)}" for port in self.metrics_ports)

    @property
    def load_urls(self) -> tuple[str, ...]:
        """Where the autoscaler reads the load."""
        if self.gateway_metrics_url:
            return (self.gateway_metrics_url,)
        return tuple(f"{url}/metrics" for url in self.gateway_urls)

    @model_validator(mode="after")
    def _bounds_are_in_order(self) -> Self:
        if self.max_workers is not None and self.max_workers < self.min_workers:
            raise ValueError("max_workers must not be below min_workers")
        if self.max_workers and not (self.with_gateway or self.gateway_metrics_url):
            raise ValueError(
                "max_workers needs gateway_metrics_url, to follow the load of a gateway elsewhere"
            )
        return self

    @model_validator(mode="after")
    def _strangers_do_not_reach_torchserve(self) -> Self:
        if is_ipv6(self.torchserve_host):
            raise ValueError("torchserve_host must be a name or an IPv4 address: TorchServe's rule")
        if not (self.allow_insecure or is_loopback(self.torchserve_host)):
            raise ValueError(
                f"others can reach TorchServe at {self.torchserve_host}, where whoever calls runs"
                " what they like: set SALIENCE_ALLOW_INSECURE=true where something else guards it"
            )
        return self

    @model_validator(mode="after")
    def _every_port_has_one_use(self) -> Self:
        if self.metrics_ports[-1] > HIGHEST_PORT:
            raise ValueError("metrics_port leaves too few above it for every gateway")
        taken: dict[int, str] = {}
        for setting, _, port in self.listeners:
            if port and port in taken:
                raise ValueError(f"{taken[port]} and {setting} are both {port}")
            taken[port] = setting
        return self

    @property
    def listeners(self) -> tuple[Listener, ...]:
        """Every address that will be listened on."""
        shared = ["http_port", "grpc_port"] if self.with_gateway else []
        torchserve = ["inference_port", "management_port", "torchserve_metrics_port"]
        return (
            *(Listener(name, self.host, getattr(self, name)) for name in shared),
            *(Listener("metrics_port", self.host, port) for port in self.metrics_ports),
            *(Listener(name, self.torchserve_host, getattr(self, name)) for name in torchserve),
        )
