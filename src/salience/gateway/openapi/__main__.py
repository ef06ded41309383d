"""`python -m salience.gateway.openapi PROTOS`: write the document beside this file."""

import json
import sys
from pathlib import Path

from salience.gateway.openapi import DOCUMENT_NAME
from salience.gateway.openapi.comments import proto_comments
from salience.gateway.openapi.document import build_document


def rendered(protos: Path) -> str:
    """The document for the protos under a folder, as it is committed."""
    return json.dumps(build_document(proto_comments(protos)), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    Path(__file__).with_name(DOCUMENT_NAME).write_text(rendered(Path(sys.argv[1])))
