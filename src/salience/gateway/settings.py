"""What an operator may tune, read once from the environment."""

from pathlib import Path
from typing import Annotated, NamedTuple, Self

from pydantic import Field, NonNegativeFloat, PositiveFloat, PositiveInt, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from salience.addresses import is_loopback
from salience.gateway.tls.tls_files import TlsFiles
from salience.logs import LogFormat
from salience.ports import Port

NumBytes = Annotated[int, Field(gt=0, le=2**30)]
"""Of a message: there are none of two GiB."""


class SizeLimits(NamedTuple):
    """How large rows are cut, and how much of them a worker is sent ahead."""

    per_row: int
    per_worker: int


class GatewaySettings(BaseSettings):
    """Settings of the gateway; `SALIENCE_HTTP_PORT` sets `http_port`, and so on.

    Port 0 takes any free port.
    """

    model_config = SettingsConfigDict(env_prefix="SALIENCE_", frozen=True)

    host: str = "127.0.0.1"
    """Any other than loopback needs TLS and API keys, or `allow_insecure`."""
    allow_insecure: bool = False
    """Whether others may reach this host without: where something else guards the ports."""
    http_port: Port = 8000
    grpc_port: Port = 8001
    metrics_port: Port = 8002
    gateways: PositiveInt = 1
    """Processes that share the ports of HTTP and gRPC. Each takes its share of the requests in
    hand, of the rows that wait and of those sent ahead, so that the sums stay what they are."""
    tls_certificate: Path | None = None
    """The chain that HTTP and gRPC show, PEM; with `tls_key`. Files that change are read anew."""
    tls_key: Path | None = None
    tls_client_ca: Path | None = None
    """Who signs the certificates of callers; without it they need none."""
    api_keys: Path | None = None
    """The file of API keys, which `salience keys` writes; without it nobody is asked for one."""

    torchserve_url: str = "http://127.0.0.1:8080"
    management_url: str = "http://127.0.0.1:8081"
    worker_metrics_dir: Path | None = None
    """Where the workers leave their metrics; they are served with the gateway's own."""

    rollouts: Path | None = None
    """The file that `salience rollout` writes; changes are followed."""

    log_format: LogFormat = LogFormat.TEXT

    max_request_bytes: NumBytes = 32 * 2**20
    """Of an HTTP body, and of a gRPC message; callers are told by `GetModel`."""
    max_held_bytes: PositiveInt = 128 * 2**20
    """Of all requests in hand together, but for the first 64 KiB of each; they take some four times
    as much memory. One caller has at most three quarters; one beyond is told to come again."""
    max_reply_bytes: NumBytes = 16 * 2**20
    """Of a reply's message, over HTTP too; callers are told by `GetModel`."""
    timeout_seconds: PositiveFloat = 120.0
    """The longest a call may take, and how long it may take when it does not say."""

    head_seconds: PositiveFloat = 10.0
    """From a connection over HTTP to the end of its first request's head."""
    body_seconds: PositiveFloat = 30.0
    """How long the body of an HTTP request, or a message over gRPC, may take to arrive. A message
    that takes more than a thirtieth of that counts as a quarter of the longest there may be."""
    idle_seconds: PositiveFloat = 75.0
    """From the end of an HTTP call to that of the next one's head, its answer read meanwhile; over
    gRPC how long after its deadline a call's answer may take to be read."""
    keepalive_seconds: PositiveFloat = 30.0
    """How often a gRPC connection is asked for a sign of life; it has a third as long."""
    max_connection_seconds: PositiveFloat = 3600.0
    """After which a gRPC client is asked, by GOAWAY, to connect anew: to a gateway that was
    added meanwhile, perhaps. Its calls finish."""

    rows_per_worker: PositiveInt = 16
    """Rows sent to TorchServe and not answered, per worker: the batch it runs and the next."""
    characters_per_worker: PositiveInt = 100_000
    """Characters in those rows: what TorchServe has accepted it runs to the end, seconds of
    work that others wait for. A text may have as many, so that one goes beside others."""
    bytes_per_worker: PositiveInt = 8 * 2**20
    """The same of images; TorchServe has them in memory several times."""
    max_waiting_rows: PositiveInt = 512
    """Rows of one model that may wait in the gateway; a call beyond is refused."""
    max_items_per_row: PositiveInt = 64
    max_characters_per_row: PositiveInt = 20_000
    max_bytes_per_row: PositiveInt = 4 * 2**20
    """A call makes a row per idle worker, or more when a row would get longer than this. With
    an image as large as its model takes it must stay below TorchServe's max_request_size."""
    row_spacing_seconds: NonNegativeFloat = 0.003
    """Between the rows of one call: over TorchServe's batch delay, so that an idle
    worker does not take them all into one batch while another stays idle."""
    stream_rows_ahead: PositiveInt = 32
    """Sentences or documents of one stream that may be under way at a time."""

    resend_seconds: NonNegativeFloat = 60.0
    """How long a row that has no worker, or whose worker died, waits for the next, beside the
    deadline of its call: while a model restarts its callers wait, and none is refused."""

    check_seconds: PositiveFloat = 3.0
    """How often a model that is ready is looked at."""
    recheck_seconds: PositiveFloat = 0.5
    """How often a model that is not ready is tried, and new models are looked for."""
    probe_timeout_seconds: PositiveFloat = 30.0
    count_timeout_seconds: PositiveFloat = 1.5
    """How long TorchServe may take to say how many workers a model has, however busy they are."""

    drain_seconds: NonNegativeFloat = 2.0
    """After SIGTERM: how long calls are still taken, for balancers to notice."""
    shutdown_seconds: NonNegativeFloat = 30.0
    """After that: how long calls in flight may take to finish."""

    @property
    def tls(self) -> TlsFiles | None:
        """The files of TLS, if it is spoken."""
        if self.tls_certificate is None or self.tls_key is None:
            return None
        return TlsFiles(self.tls_certificate, self.tls_key, self.tls_client_ca)

    @model_validator(mode="after")
    def _strangers_are_kept_out(self) -> Self:
        is_guarded = self.tls is not None and self.api_keys is not None
        if is_guarded or self.allow_insecure or is_loopback(self.host):
            return self
        raise ValueError(
            f"others can reach {self.host}: set SALIENCE_TLS_CERTIFICATE, SALIENCE_TLS_KEY and"
            " SALIENCE_API_KEYS, or SALIENCE_ALLOW_INSECURE=true where something else guards it"
        )

    @model_validator(mode="after")
    def _tls_is_whole(self) -> Self:
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("tls_certificate and tls_key belong together")
        if self.tls_client_ca is not None and self.tls is None:
            raise ValueError("tls_client_ca needs tls_certificate and tls_key")
        return self

    def share(self, amount: int) -> int:
        """What this process has of an amount that all gateways together may take."""
        return max(1, amount // self.gateways)

    @property
    def size_limits_of_texts(self) -> SizeLimits:
        """In characters."""
        return SizeLimits(self.max_characters_per_row, self.characters_per_worker)

    @property
    def size_limits_of_images(self) -> SizeLimits:
        """In bytes."""
        return SizeLimits(self.max_bytes_per_row, self.bytes_per_worker)
