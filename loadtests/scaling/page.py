"""The tables of docs/scaling.md, between the lines that mark them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from loadtests.scaling.curve import Curve
from loadtests.scaling.prediction import Machine, machine_of, predicted, workers_for
from loadtests.scaling.scenarios import LOADS, scenario
from loadtests.scaling.simulation import simulate

PREDICTED_WORKERS = (4, 16, 64)
CALLS_PER_HOUR = 1e6
HEADROOM = 0.7
_BEGIN, _END = (
    "<!-- {name}: `python -m loadtests.scaling page` writes this -->",
    "<!-- end of {name} -->",
)


def write_page(page: Path, curve: Curve) -> None:
    """Replace every table of the page."""
    text = page.read_text(encoding="utf-8")
    for name, lines in _tables(curve).items():
        begin, end = _BEGIN.format(name=name), _END.format(name=name)
        before, _, rest = text.partition(begin)
        text = f"{before}{begin}\n\n{chr(10).join(lines)}\n\n{end}{rest.partition(end)[2]}"
    page.write_text(text, encoding="utf-8")


def _tables(curve: Curve) -> dict[str, list[str]]:
    machines = {key: machine_of(curve, *key) for key in curve.kinds()}
    return {
        "curve": [_origin(curve), "", *_curve_table(curve)],
        "laws": list(_laws_table(machines)),
        "predictions": list(_predictions_table(machines)),
        "simulation": list(_simulation_table()),
    }


def _origin(curve: Curve) -> str:
    return (
        f"`{curve.command}` on {curve.cores} cores, which {curve.busy_before:.1f} other processes"
        f" wanted as it began, {curve.seconds:g} s a point, client on the same cores;"
        " calls a second, and p99 in milliseconds:"
    )


def _curve_table(curve: Curve) -> Iterator[str]:
    callers = sorted({point.callers for point in curve.points})
    yield from _head("task", "length", "workers", *(f"{number} callers" for number in callers))
    for task, length in curve.kinds():
        for workers in sorted({point.workers for point in curve.points}):
            points = curve.of(task, length, workers)
            cells = [f"{one.per_second:.0f} ({one.p99 * 1000:.0f})" for one in points]
            yield _row(task, length, str(workers), *cells)


def _laws_table(machines: dict[tuple[str, str], Machine]) -> Iterator[str]:
    yield from _head(
        *("task", "length", "workers", "one caller, /s", "contention", "coherency", "peak, /s"),
        *("contention of workers", "gateway, ms a call"),
    )
    for key, machine in machines.items():
        for workers, law in machine.callers_laws.items():
            yield _row(
                *key,
                str(workers),
                f"{law.single:.1f}",
                f"{law.contention:.4f}",
                f"{law.coherency:.6f}",
                f"{law.peak(128):.1f}",
                f"{machine.workers_law.contention:.3f}",
                f"{machine.gateway_seconds_per_call * 1000:.2f}",
            )


def _predictions_table(machines: dict[tuple[str, str], Machine]) -> Iterator[str]:
    yield from _head(
        *("task", "length", "workers", "one machine, /s", "machines of 4, /s", "gateways"),
        "workers for a million calls an hour",
    )
    for key, machine in machines.items():
        needed = workers_for(machine, calls_per_second=CALLS_PER_HOUR / 3600, headroom=HEADROOM)
        for workers in PREDICTED_WORKERS:
            found = predicted(machine, workers)
            yield _row(
                *key,
                str(workers),
                f"{found.on_one_machine:.0f}",
                f"{found.on_machines_of_four:.0f}",
                str(found.gateways),
                str(needed),
            )


def _simulation_table() -> Iterator[str]:
    yield from _head(
        *("load", "most workers", "s a call", "mean workers", "highest", "p50 s", "p99 s"),
        "changes of direction",
    )
    for load in LOADS:
        for workers in PREDICTED_WORKERS:
            played = scenario(load, workers=workers, calls_per_hour=CALLS_PER_HOUR)
            outcome = simulate(played)
            yield _row(
                load,
                str(workers),
                f"{played.seconds_per_call:.3f}",
                f"{sum(outcome.workers) / len(outcome.workers):.1f}",
                str(max(outcome.workers)),
                f"{outcome.quantile(0.5):.2f}",
                f"{outcome.quantile(0.99):.2f}",
                str(outcome.reversals),
            )


def _head(*columns: str) -> Sequence[str]:
    return _row(*columns), _row(*("---" for _ in columns))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
