"""A score learned by REINFORCE: reward for looking at the one key that counts."""

import torch
from matplotlib.figure import Figure

from salience.attention import BilinearScores, HardAttention, reinforce_loss

WIDTH, LENGTH, BATCH, STEPS = 6, 5, 64, 120


def draw() -> Figure:
    """How often the right key is drawn, step by step, with a baseline and without."""
    figure = Figure(figsize=(4.8, 2.4), layout="constrained")
    axes = figure.subplots()
    for label, with_baseline in (("no baseline", False), ("mean reward as baseline", True)):
        axes.plot(_rewards(with_baseline=with_baseline), label=label)
    axes.axhline(1 / LENGTH, color="grey", linestyle=":", label="by chance")
    axes.set_xlabel("step")
    axes.set_ylabel("right key drawn")
    axes.legend(fontsize=7)
    return figure


def _rewards(*, with_baseline: bool) -> list[float]:
    torch.manual_seed(1)
    generator = torch.Generator().manual_seed(1)
    attention = HardAttention(BilinearScores(query_width=WIDTH, key_width=WIDTH))
    optimizer = torch.optim.Adam(attention.parameters(), lr=0.02)
    everything = torch.ones(1, 1, LENGTH, dtype=torch.bool)
    rewards: list[float] = []
    for _ in range(STEPS):
        key = torch.randn(BATCH, LENGTH, WIDTH)
        right = torch.randint(LENGTH, (BATCH,))
        query = key[torch.arange(BATCH), right][:, None]
        drawn = attention.sample(query, key, key, visible=everything, generator=generator)
        reward = drawn.weights[torch.arange(BATCH), 0, right][:, None]
        baseline = reward.mean().view(1, 1) if with_baseline else torch.zeros(1, 1)
        optimizer.zero_grad()
        reinforce_loss(drawn.log_probability, reward, baseline=baseline).backward()
        optimizer.step()
        rewards.append(reward.mean().item())
    return rewards
