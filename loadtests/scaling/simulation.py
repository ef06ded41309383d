"""The autoscaler's own decision at a size that no machine here has, in simulated time."""

import math
import random
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import simpy

from salience.supervisor.scaling import Load, ScalingPolicy, Trend, decide

BATCH_SIZE = 8
Rate = Callable[[float], float]
"""Calls a second at a moment."""


@dataclass(frozen=True)
class Scenario:
    """A load, and workers that serve it; times in seconds."""

    rate: Rate
    highest_rate: float
    seconds: float
    seconds_per_call: float
    start_seconds: float
    """From asking for a worker until it serves."""
    policy: ScalingPolicy
    seed: int = 1


@dataclass
class Outcome:
    """What calls and workers went through."""

    waits: list[float] = field(default_factory=list)
    """From each call's arrival to its answer."""
    workers: list[int] = field(default_factory=list)
    """Those that were wanted, second by second."""

    def quantile(self, share: float) -> float:
        """The wait that this share of the calls does not exceed."""
        return sorted(self.waits)[math.ceil(share * len(self.waits)) - 1]

    @property
    def reversals(self) -> int:
        """How often workers were stopped after some were started, or the other way round."""
        steps = [b - a for a, b in pairwise(self.workers) if a != b]
        return sum(a * b < 0 for a, b in pairwise(steps))


class Service:
    """Workers before one queue, and the autoscaler behind them."""

    def __init__(self, scenario: Scenario) -> None:
        self.outcome = Outcome()
        self._scenario = scenario
        self._env = simpy.Environment()
        self._queue = simpy.Store(self._env)
        self._wanted = scenario.policy.min_workers
        self._started = self._ready = 0
        self._num_running = 0
        self._queue_seconds: list[float] = []

    def run(self) -> Outcome:
        """Play the scenario to its end."""
        self._start_workers()
        for process in (self._arrivals(), self._autoscaler()):
            self._env.process(process)
        self._env.run(until=self._scenario.seconds)
        return self.outcome

    def _start_workers(self) -> None:
        while self._started < self._wanted:
            self._started += 1
            self._env.process(self._worker())

    def _arrivals(self) -> Generator[Any, Any, None]:
        for moment in _moments(self._scenario):
            yield self._env.timeout(moment - self._env.now)
            self._queue.put(self._env.now)

    def _worker(self) -> Generator[Any, Any, None]:
        if self._env.now:
            yield self._env.timeout(self._scenario.start_seconds)
        self._ready += 1
        while self._started <= self._wanted:
            batch = [(yield self._queue.get())]
            batch += [self._queue.items.pop(0) for _ in self._queue.items[: BATCH_SIZE - 1]]
            self._num_running += len(batch)
            self._queue_seconds += [self._env.now - arrived for arrived in batch]
            yield self._env.timeout(len(batch) * self._scenario.seconds_per_call)
            self._num_running -= len(batch)
            self.outcome.waits += [self._env.now - arrived for arrived in batch]
        self._started -= 1
        self._ready -= 1

    def _autoscaler(self) -> Generator[Any, Any, None]:
        trend = Trend()
        while True:
            yield self._env.timeout(1.0)
            load = Load(len(self._queue.items) + self._num_running, _mean(self._queue_seconds))
            self._queue_seconds.clear()
            trend, suitable = decide(
                trend,
                load,
                num_workers=self._wanted,
                now=self._env.now,
                policy=self._scenario.policy,
            )
            if suitable < self._wanted or self._ready >= self._wanted:
                self._wanted = suitable
                self._start_workers()
            self.outcome.workers.append(self._wanted)


def simulate(scenario: Scenario) -> Outcome:
    """What the calls of a scenario went through."""
    return Service(scenario).run()


def _moments(scenario: Scenario) -> Iterator[float]:
    """Arrivals whose rate changes, by thinning those of the highest rate."""
    chance, moment = random.Random(scenario.seed), 0.0
    while True:
        moment += chance.expovariate(scenario.highest_rate)
        if chance.random() * scenario.highest_rate < scenario.rate(moment):
            yield moment


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0
