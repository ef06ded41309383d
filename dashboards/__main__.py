"""`python -m dashboards FOLDER`: write every dashboard."""

import sys
from pathlib import Path

from dashboards.pages import DASHBOARDS

if __name__ == "__main__":
    for page in DASHBOARDS:
        (Path(sys.argv[1]) / f"{page.name}.json").write_text(page.json())
