"""What a query brings: a curve guessed from noisy points, without one and with."""

import torch
from matplotlib.figure import Figure

from salience.attention import attention_distribution, average_pooling


def draw() -> Figure:
    """Keys are places, values what was measured there; the score is closeness."""
    torch.manual_seed(0)
    places, asked = torch.rand(40).sort().values * 5, torch.linspace(0, 5, 100)
    measured = 2 * places.sin() + places**0.8 + 0.5 * torch.randn(40)
    everything = torch.ones(1, 40, dtype=torch.bool)
    average = average_pooling(measured[None, :, None], visible=everything).item()
    closeness = -3 * (asked[:, None] - places).square()
    found = attention_distribution(closeness, visible=everything) @ measured
    figure = Figure(figsize=(4.8, 2.6), layout="constrained")
    axes = figure.subplots()
    axes.scatter(places.tolist(), measured.tolist(), s=10, color="grey", label="measured")
    axes.plot(asked.tolist(), (2 * asked.sin() + asked**0.8).tolist(), "k:", label="truth")
    axes.axhline(average, color="tab:orange", label="average pooling")
    axes.plot(asked.tolist(), found.tolist(), label="attention")
    axes.set_xlabel("query")
    axes.legend(fontsize=7)
    return figure
