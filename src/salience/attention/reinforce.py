"""REINFORCE: how choices are learned that have no gradient."""

from jaxtyping import Float
from torch import Tensor


def reinforce_loss(
    log_probability: Float[Tensor, "*choices"],
    reward: Float[Tensor, "*choices"],
    *,
    baseline: Float[Tensor, "*#choices"],
) -> Float[Tensor, ""]:
    """A loss whose gradient makes choices likelier that earned more than the baseline.

    Formula: -mean((reward - baseline) · log p(choice)); the reward carries no gradient. On
    average its gradient is that of the expected reward. Any baseline that does not depend on
    the choice keeps that average and, near the mean reward, narrows the spread around it.

    Source: Williams, "Simple Statistical Gradient-Following Algorithms for Connectionist
    Reinforcement Learning" (1992), theorem 1.
    """
    return -((reward - baseline).detach() * log_probability).mean()
