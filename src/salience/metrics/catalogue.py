"""The catalogue: `docs/metrics.md` is written from it, and every metric made from it."""

from salience.metrics.metric import Metric

_SECONDS = (
    *(0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075),
    *(0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0),
)
_CALL = ("method", "model", "protocol")

REQUESTS = Metric(
    "salience_requests_total",
    "counter",
    "Calls that ended, by the canonical gRPC code they ended with: RESOURCE_EXHAUSTED was shed, "
    "CANCELLED was given up by its caller, DEADLINE_EXCEEDED ran out of time.",
    (*_CALL, "code"),
)
REQUESTS_SHED_UNREAD = Metric(
    "salience_requests_shed_unread_total",
    "counter",
    "Calls shed before it was known which model they ask: the requests in hand held all the bytes "
    "they may. Calls over the limits of their key are not among them.",
)
REQUEST_DURATION = Metric(
    "salience_request_duration_seconds",
    "histogram",
    "From the arrival of a call to its end, by the code it ended with.",
    (*_CALL, "code"),
    _SECONDS,
)
QUEUE = Metric(
    "salience_queue_seconds",
    "histogram",
    "The part of a call not spent in the model.",
    ("model",),
    _SECONDS,
)
INFERENCE = Metric(
    "salience_inference_seconds",
    "histogram",
    "The part of a call spent in the model.",
    ("model",),
    _SECONDS,
)
REQUESTS_IN_FLIGHT = Metric(
    "salience_requests_in_flight",
    "gauge",
    "Calls that have arrived and not ended.",
    ("method", "protocol"),
)
ITEMS = Metric(
    "salience_items_total",
    "counter",
    "Items of calls: `OK`, or the reason of their error.",
    ("model", "outcome"),
)
KEY_CALLS = Metric(
    "salience_key_calls_total",
    "counter",
    "Calls that ended, by the id of their API key and the canonical gRPC code they ended with.",
    ("key", "code"),
)
AUTHENTICATIONS_REFUSED = Metric(
    "salience_authentications_refused_total",
    "counter",
    "Calls refused because they had no API key, or none that is valid.",
    ("protocol",),
)
CERTIFICATE_EXPIRY = Metric(
    "salience_certificate_expiry_timestamp_seconds",
    "gauge",
    "When the certificate of HTTP and gRPC expires, since the epoch; absent without TLS.",
)
SHADOW_ITEMS = Metric(
    "salience_shadow_items_total",
    "counter",
    "Items that the candidate of a rollout was asked about in the shadow of `model`: answered the "
    "`same` but for scores, answered `different`ly, `failed`, or `skipped` for want of room.",
    ("model", "outcome"),
)
ROWS_RESENT = Metric(
    "salience_rows_resent_total",
    "counter",
    "Rows sent again because their worker had died.",
    ("model",),
)
ROWS_WAITING = Metric(
    "salience_rows_waiting", "gauge", "Rows that wait in the gateway.", ("model",)
)
ROWS_RUNNING = Metric(
    "salience_rows_running",
    "gauge",
    "Rows sent to TorchServe and not answered yet.",
    ("model",),
)
WORKERS = Metric(
    "salience_workers",
    "gauge",
    "Worker processes that have loaded the model, as last seen.",
    ("model",),
)
MODEL_READY = Metric(
    "salience_model_ready",
    "gauge",
    "1 when the model answered when last tried, else 0.",
    ("model",),
)
MODEL_INFO = Metric(
    "salience_model_info",
    "gauge",
    "Always 1; the labels say what is served, and how.",
    ("model", "version", "digest", "engine", "device"),
)

BATCH_ITEMS = Metric(
    "salience_worker_batch_items",
    "histogram",
    "Sequences or images run together.",
    ("model",),
    (1, 2, 4, 8, 16, 32, 64, 128, 256, 512),
)
BATCH_TOKENS = Metric(
    "salience_worker_batch_tokens",
    "histogram",
    "Tokens run together, padding excluded.",
    ("model",),
    (16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384),
)
BATCH_PADDING_RATIO = Metric(
    "salience_worker_batch_padding_ratio",
    "histogram",
    "Padding as a share of the batch.",
    ("model",),
    (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75),
)
BATCH_SECONDS = Metric(
    "salience_worker_batch_seconds",
    "histogram",
    "Time of the engine for one batch.",
    ("model",),
    (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
STAGE_SECONDS = Metric(
    "salience_worker_stage_seconds",
    "histogram",
    "Time of a stage for the rows TorchServe handed over together: `read`, `predict`, `reply`.",
    ("model", "stage"),
    _SECONDS,
)
GPU_MEMORY = Metric(
    "salience_worker_gpu_memory_bytes",
    "gauge",
    "What the tensors of living workers held of a GPU after their last rows; none on a CPU.",
    ("model", "device"),
)

RESTARTS = Metric(
    "salience_restarts_total",
    "counter",
    "What was started again: `gateway_ended`, `torchserve_ended`, `model_without_worker`, "
    "`model_short_of_workers`, "
    "`worker_stopped`, `worker_too_large`.",
    ("reason",),
)
MODEL_WORKERS_READY = Metric(
    "salience_supervisor_workers_ready",
    "gauge",
    "Workers that TorchServe says have loaded the model.",
    ("model",),
)
MODEL_WORKERS_WANTED = Metric(
    "salience_supervisor_workers_wanted",
    "gauge",
    "Workers that the model is to have.",
    ("model",),
)
WORKER_STARTS = Metric(
    "salience_worker_starts_total",
    "counter",
    "Worker processes seen for the first time.",
    ("model",),
)
WORKER_DEATHS = Metric(
    "salience_worker_deaths_total",
    "counter",
    "Worker processes that are gone though no fewer are wanted and their model stayed registered.",
    ("model",),
)
RESIDENT = Metric(
    "salience_worker_resident_bytes",
    "gauge",
    "Resident memory of the model's largest worker.",
    ("model",),
)
GPUS = Metric("salience_gpus", "gauge", "GPUs that `nvidia-smi` lists.")

GATEWAY = (
    *(REQUESTS, REQUESTS_SHED_UNREAD, REQUEST_DURATION, QUEUE, INFERENCE, REQUESTS_IN_FLIGHT),
    *(ITEMS, SHADOW_ITEMS),
    *(KEY_CALLS, AUTHENTICATIONS_REFUSED, CERTIFICATE_EXPIRY),
    *(ROWS_RESENT, ROWS_WAITING, ROWS_RUNNING, WORKERS, MODEL_READY, MODEL_INFO),
)
WORKER = (
    *(BATCH_ITEMS, BATCH_TOKENS, BATCH_PADDING_RATIO, BATCH_SECONDS, STAGE_SECONDS),
    GPU_MEMORY,
)
SUPERVISOR = (
    *(RESTARTS, MODEL_WORKERS_READY, MODEL_WORKERS_WANTED),
    *(WORKER_STARTS, WORKER_DEATHS, RESIDENT, GPUS),
)
PARTS = {"Gateway": GATEWAY, "Worker": WORKER, "Supervisor": SUPERVISOR}
CATALOGUE = tuple(metric for part in PARTS.values() for metric in part)
