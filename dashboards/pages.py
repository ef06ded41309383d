"""The four dashboards."""

from dashboards.panels import Dashboard, Panel, mean, percentile

_DURATION = "salience_request_duration_seconds"

_RATE = Panel("Calls", "reqps", {"{{code}}": "sum by (code) (rate(salience_requests_total[5m]))"})
_DURATIONS = Panel(
    "Duration of calls",
    "s",
    {
        f"p{share:.0%} {{{{protocol}}}}".replace("%", ""): percentile(share, _DURATION, "protocol")
        for share in (0.5, 0.95, 0.99)
    },
)
_SHED = Panel(
    "Shed, cancelled, out of time",
    "reqps",
    {
        "{{code}}": "sum by (code) (rate(salience_requests_total"
        '{code=~"RESOURCE_EXHAUSTED|CANCELLED|DEADLINE_EXCEEDED"}[5m]))',
        "no room for the request": "sum (rate(salience_requests_shed_unread_total[5m]))",
    },
)
_ROWS = Panel(
    "Rows of work",
    "short",
    {
        "{{model}} waiting": "sum by (model) (salience_rows_waiting)",
        "{{model}} running": "sum by (model) (salience_rows_running)",
    },
)

SERVICE = Dashboard(
    "service",
    "service",
    (
        _RATE,
        _DURATIONS,
        Panel(
            "Error budget burnt, times what the objective allows",
            "short",
            {
                "{{model}} availability": "salience:errors:ratio_rate1h / 0.001",
                "{{model}} latency": "salience:slow:ratio_rate1h / 0.01",
            },
        ),
        _SHED,
        Panel(
            "In flight",
            "short",
            {"{{method}}": "sum by (method) (salience_requests_in_flight)"},
        ),
        Panel("Models ready", "short", {"{{model}}": "min by (model) (salience_model_ready)"}),
        Panel(
            "Started again",
            "short",
            {"{{reason}}": "sum by (reason) (increase(salience_restarts_total[1h]))"},
        ),
        Panel(
            "Parts that can be scraped",
            "short",
            {"{{job}}": 'min by (job) (up{job=~"salience(-.+)?"})'},
        ),
    ),
)

MODEL = Dashboard(
    "model",
    "models",
    (
        Panel(
            "Calls",
            "reqps",
            {"{{model}}": "sum by (model) (rate(salience_requests_total[5m]))"},
        ),
        Panel(
            "Share of the calls",
            "percentunit",
            {
                "{{method}} {{model}}": "sum by (method, model) (rate(salience_requests_total[5m]))"
                " / on (method) group_left sum by (method) (rate(salience_requests_total[5m]))"
            },
        ),
        Panel(
            "Compared in the shadow of a rollout",
            "short",
            {
                "{{model}} {{outcome}}": "sum by (model, outcome)"
                " (rate(salience_shadow_items_total[5m]))"
            },
        ),
        Panel("Duration, p99", "s", {"{{model}}": percentile(0.99, _DURATION, "model")}),
        Panel("Time in the queue", "s", {"{{model}}": mean("salience_queue_seconds", "model")}),
        Panel("Time in the model", "s", {"{{model}}": mean("salience_inference_seconds", "model")}),
        Panel(
            "Items",
            "short",
            {"{{model}} {{outcome}}": "sum by (model, outcome) (rate(salience_items_total[5m]))"},
        ),
        _ROWS,
        Panel(
            "Rows sent again",
            "short",
            {"{{model}}": "sum by (model) (rate(salience_rows_resent_total[5m]))"},
        ),
        Panel(
            "What is served",
            "short",
            {"{{model}} {{version}} {{engine}} on {{device}}": "salience_model_info"},
        ),
    ),
)

WORKER = Dashboard(
    "worker",
    "workers and GPUs",
    (
        Panel(
            "Items a batch", "short", {"{{model}}": mean("salience_worker_batch_items", "model")}
        ),
        Panel(
            "Tokens a second",
            "short",
            {"{{model}}": "sum by (model) (rate(salience_worker_batch_tokens_sum[5m]))"},
        ),
        Panel(
            "Padding",
            "percentunit",
            {"{{model}}": mean("salience_worker_batch_padding_ratio", "model")},
        ),
        Panel(
            "Engine, a batch", "s", {"{{model}}": mean("salience_worker_batch_seconds", "model")}
        ),
        Panel(
            "Stages",
            "s",
            {"{{model}} {{stage}}": mean("salience_worker_stage_seconds", "model, stage")},
        ),
        Panel(
            "Workers",
            "short",
            {
                "{{model}} ready": "sum by (model) (salience_supervisor_workers_ready)",
                "{{model}} wanted": "sum by (model) (salience_supervisor_workers_wanted)",
            },
        ),
        Panel(
            "Workers started and died",
            "short",
            {
                "{{model}} started": "sum by (model) (increase(salience_worker_starts_total[1h]))",
                "{{model}} died": "sum by (model) (increase(salience_worker_deaths_total[1h]))",
            },
        ),
        Panel(
            "Resident memory",
            "bytes",
            {"{{model}}": "max by (model) (salience_worker_resident_bytes)"},
        ),
        Panel(
            "GPU memory",
            "bytes",
            {"{{model}} {{device}}": "sum by (model, device) (salience_worker_gpu_memory_bytes)"},
        ),
        Panel("GPUs", "short", {"{{instance}}": "salience_gpus"}),
        Panel(
            "TorchServe's own count of requests",
            "reqps",
            {"{{model_name}}": "sum by (model_name) (rate(ts_inference_requests_total[5m]))"},
        ),
    ),
)

LOAD_TEST = Dashboard(
    "load-test",
    "load test",
    (
        Panel(
            "Rate by protocol and code",
            "reqps",
            {
                "{{protocol}} {{code}}": "sum by (protocol, code)"
                " (rate(salience_requests_total[1m]))"
            },
        ),
        _DURATIONS,
        _SHED,
        _ROWS,
        Panel(
            "Workers", "short", {"{{model}}": "sum by (model) (salience_supervisor_workers_ready)"}
        ),
        Panel(
            "Queue, p99",
            "s",
            {"{{model}}": percentile(0.99, "salience_queue_seconds", "model")},
        ),
    ),
)

DASHBOARDS = (SERVICE, MODEL, WORKER, LOAD_TEST)
