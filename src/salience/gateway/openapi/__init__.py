"""The OpenAPI document of the HTTP transport, generated from the protos."""

from importlib.resources import files

DOCUMENT_NAME = "openapi.json"


def openapi_document() -> bytes:
    """The generated document, as it is committed."""
    return files(__name__).joinpath(DOCUMENT_NAME).read_bytes()
