"""What all figures share: how they are found, written and laid out."""

import importlib
import pkgutil
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

import figures

# The same drawing gives the same file, and letters stay letters.
STYLE = {"svg.hashsalt": "salience", "svg.fonttype": "none", "font.size": 9}


def every_figure() -> list[str]:
    """All names, as `attention.scores`."""
    modules = pkgutil.walk_packages(figures.__path__, "figures.")
    names = [module.name.removeprefix("figures.") for module in modules if not module.ispkg]
    return [name for name in names if "." in name]


def write(name: str, docs: Path) -> Path:
    """Draw a figure into its folder of the documentation."""
    folder, _, stem = name.rpartition(".")
    path = docs / folder / "figures" / f"{stem}.svg"
    path.parent.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context(STYLE):  # type: ignore[arg-type]
        drawn: Figure = importlib.import_module(f"figures.{name}").draw()
        drawn.savefig(path, metadata={"Date": None})
    return path


def panels(count: int, *, side: float = 2.1) -> tuple[Figure, list[Axes]]:
    """Squares in a row."""
    figure = Figure(figsize=(count * side, side), layout="constrained")
    return figure, list(figure.subplots(1, count, squeeze=False)[0])


def show(axes: Axes, values: Tensor, title: str, *, highest: float | None = None) -> None:
    """A map of numbers from 0 on: the brighter, the more."""
    axes.imshow(values.detach().numpy(), vmin=0, vmax=highest, interpolation="nearest")
    axes.set_title(title, fontsize=9)
    axes.set_xticks([])
    axes.set_yticks([])


def show_weights(axes: Axes, weights: Tensor, title: str) -> None:
    """Weights of queries, downwards, over keys, rightwards."""
    show(axes, weights, title, highest=1.0)
    axes.set_xlabel("key")
    axes.set_ylabel("query")
