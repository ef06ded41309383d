import pytest

from salience.supervisor.gateway_load import GatewayLoad
from salience.supervisor.scaling import Load


def metrics(*, waiting: int, running: int, seconds: float, calls: int) -> str:
    return f"""
# TYPE salience_rows_waiting gauge
salience_rows_waiting{{model="a"}} {waiting}
# TYPE salience_rows_running gauge
salience_rows_running{{model="a"}} {running}
# TYPE salience_queue_seconds histogram
salience_queue_seconds_bucket{{le="+Inf",model="a"}} {calls}
salience_queue_seconds_count{{model="a"}} {calls}
salience_queue_seconds_sum{{model="a"}} {seconds}
"""


def test_rows_that_wait_and_run_are_in_flight() -> None:
    text = metrics(waiting=3, running=4, seconds=0, calls=0)

    assert GatewayLoad([]).of_metrics(text) == {"a": Load(7.0, 0.0)}


def test_the_time_in_the_queue_is_the_mean_since_the_last_look() -> None:
    load = GatewayLoad([])
    load.of_metrics(metrics(waiting=0, running=0, seconds=100.0, calls=1000))

    seen = load.of_metrics(metrics(waiting=0, running=0, seconds=102.0, calls=1010))

    assert seen["a"].queue_seconds == pytest.approx(0.2)


def test_a_gateway_that_was_restarted_counts_anew() -> None:
    load = GatewayLoad([])
    load.of_metrics(metrics(waiting=0, running=0, seconds=100.0, calls=1000))

    seen = load.of_metrics(metrics(waiting=0, running=0, seconds=1.0, calls=10))

    assert seen["a"].queue_seconds == 0.0


def test_several_gateways_have_the_work_of_a_model_together() -> None:
    texts = [
        metrics(waiting=3, running=4, seconds=1.0, calls=10),
        metrics(waiting=0, running=1, seconds=2.0, calls=20),
    ]

    load = GatewayLoad([]).of_metrics(*texts)["a"]

    assert load.num_in_flight == 8.0
    assert load.queue_seconds == pytest.approx(0.1)
