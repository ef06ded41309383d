"""`make figures`: draw every figure of the documentation, or those that are named."""

import argparse
from pathlib import Path

import torch

from figures.drawing import every_figure, write

PROJECT = Path(__file__).parents[1]


def main() -> None:
    """Draw into `docs`, and say what was written."""
    parser = argparse.ArgumentParser(prog="figures", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="as attention.scores; or all")
    parser.add_argument("--into", type=Path, default=PROJECT / "docs", metavar="FOLDER")
    options = parser.parse_args()
    torch.set_num_threads(1)
    for name in options.names or every_figure():
        print(write(name, options.into))


if __name__ == "__main__":
    main()
