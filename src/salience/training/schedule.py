"""How the learning rate moves over a run."""

from dataclasses import dataclass


@dataclass(frozen=True)
class WarmupStableDecay:
    """Rise, hold, then fall in a straight line to zero; counted in steps.

    Until the fall begins the rate does not depend on `total`, so a run may be
    resumed with another length. Source: Hu et al., "MiniCPM" (2024), section 4.
    """

    total: int
    warmup: int
    decay: int

    def factor(self, step: int) -> float:
        """The share of the peak rate to use at `step`."""
        rising = (step + 1) / self.warmup
        falling = (self.total - step) / self.decay
        return max(0.0, min(1.0, rising, falling))
