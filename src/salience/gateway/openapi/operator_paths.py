"""The routes that no proto states."""

from typing import Any


def _get(operation_id: str, summary: str, responses: dict[str, Any]) -> dict[str, Any]:
    return {
        "get": {
            "operationId": operation_id,
            "tags": ["Operation"],
            "summary": summary,
            "security": [],
            "responses": responses,
        }
    }


def _answer(description: str, content_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {content_type: {"schema": schema}}}


_READINESS = {
    "type": "object",
    "properties": {
        "ready": {"type": "boolean"},
        "models": {
            "type": "object",
            "additionalProperties": {"$ref": "#/components/schemas/Readiness"},
        },
    },
    "required": ["ready", "models"],
}

OPERATOR_PATHS: dict[str, Any] = {
    "/healthz": _get(
        "IsAlive",
        "Whether the process is alive",
        {"200": _answer("It is.", "application/json", {"type": "object"})},
    ),
    "/readyz": _get(
        "IsReady",
        "Whether every model answers",
        {
            "200": _answer("Every model has answered.", "application/json", _READINESS),
            "503": _answer("Not every one, or we are stopping.", "application/json", _READINESS),
        },
    ),
    "/openapi.json": _get(
        "GetOpenApi",
        "This document",
        {"200": _answer("It.", "application/json", {"type": "object"})},
    ),
    "/docs": _get(
        "GetDocs",
        "This document, to browse and to try",
        {"200": _answer("A page.", "text/html", {"type": "string"})},
    ),
    "/": _get("GetRoot", "Leads to /docs", {"302": {"description": "To /docs."}}),
}
