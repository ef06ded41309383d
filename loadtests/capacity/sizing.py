"""From what one replica can do to how many are needed, and what they cost."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Traffic:
    """What is to be served, and what a replica costs."""

    calls_per_hour: float
    price_per_hour: float
    headroom: float
    """The share of its capacity that a replica is used to at most."""
    min_replicas: int
    """So many stay when the traffic is small, that one may be lost."""


@dataclass(frozen=True)
class Sizing:
    """What a traffic takes."""

    replicas: int
    cost_per_hour: float
    cost_per_million_calls: float


def sizing(traffic: Traffic, *, calls_per_second: float) -> Sizing:
    """How many replicas of this capacity serve the traffic."""
    needed = traffic.calls_per_hour / 3600 / (calls_per_second * traffic.headroom)
    replicas = max(math.ceil(needed), traffic.min_replicas)
    cost = replicas * traffic.price_per_hour
    return Sizing(replicas, cost, cost / traffic.calls_per_hour * 1e6)
