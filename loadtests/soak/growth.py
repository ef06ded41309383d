"""Whether what a part of the service takes of memory grows."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from statistics import median
from typing import NamedTuple

MEBIBYTE = 2**20
SECONDS_PER_HOUR = 3600.0
ALLOWED_SHARE_PER_HOUR = 0.05
ALLOWED_BYTES_PER_HOUR = 32 * MEBIBYTE


class Sample(NamedTuple):
    """What each part took at a moment, in bytes (PSS)."""

    second: float
    parts: Mapping[str, int]


class Growth(NamedTuple):
    """Of one part, after the warm-up; in bytes."""

    first: int
    last: int
    per_hour: float
    """Theil-Sen: the median of the slopes between every two samples, which outliers do not move."""

    @property
    def allowed_per_hour(self) -> float:
        """A twentieth of what it takes, or 32 MiB where that is more."""
        return max(ALLOWED_BYTES_PER_HOUR, ALLOWED_SHARE_PER_HOUR * self.first)

    @property
    def is_flat(self) -> bool:
        """Whether it grows no faster than is allowed; it may shrink."""
        return self.per_hour <= self.allowed_per_hour


def growth_by_part(samples: Sequence[Sample], *, warm_up_seconds: float) -> dict[str, Growth]:
    """Of every part that has two samples or more after the warm-up."""
    warm = [sample for sample in samples if sample.second >= warm_up_seconds]
    parts = dict.fromkeys(part for sample in warm for part in sample.parts)
    series = {part: list(_points(part, warm)) for part in parts}
    return {
        part: Growth(points[0][1], points[-1][1], theil_sen(points) * SECONDS_PER_HOUR)
        for part, points in series.items()
        if len(points) > 1
    }


def theil_sen(points: Sequence[tuple[float, float]]) -> float:
    """The slope of points (x, y) of distinct x in ascending order.

    Sen, Estimates of the regression coefficient based on Kendall's tau, 1968.
    """
    return median((y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in combinations(points, 2))


def _points(part: str, samples: Sequence[Sample]) -> Iterator[tuple[float, int]]:
    for sample in samples:
        if part in sample.parts:
            yield sample.second, sample.parts[part]
