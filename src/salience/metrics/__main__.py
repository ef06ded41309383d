"""`python -m salience.metrics FILE`: write the page of metrics."""

import sys
from pathlib import Path

from salience.metrics.page import metrics_page

if __name__ == "__main__":
    Path(sys.argv[1]).write_text(metrics_page())
