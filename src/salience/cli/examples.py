"""Calls a user can copy from the terminal; they work as printed."""

import json
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from salience.v1.models_pb2 import Model, Task

GREETING = "Good morning. The weather is nice today."
NAMES = "Ada Lovelace met Charles Babbage in London."


def examples(models: Sequence[Model], *, http_port: int, grpc_port: int) -> list[str]:
    """One call by curl, one in Python and one by the command line."""
    translators = [model for model in models if model.task == Task.TASK_TRANSLATION]
    translation = next((model for model in translators if "en" in model.source_languages), None)
    if translation is None:
        return _entity_examples(http_port, grpc_port)
    return _translation_examples(translation, http_port, grpc_port)


def _entity_examples(http_port: int, grpc_port: int) -> list[str]:
    return [
        _curl(http_port, "/v1/entities", {"texts": [NAMES]}),
        _python(grpc_port, f'recognize_entities(["{NAMES}"])'),
        _salience(grpc_port, "entities", NAMES),
    ]


def _translation_examples(model: Model, http_port: int, grpc_port: int) -> list[str]:
    source, target = model.source_languages[0], model.target_languages[0]
    languages = {"source_language": source, "target_language": target}
    keywords = ", ".join(f'{name}="{code}"' for name, code in languages.items())
    return [
        _curl(http_port, "/v1/translate", {"texts": [GREETING], **languages}),
        _python(grpc_port, f'translate(["{GREETING}"], {keywords})'),
        _salience(grpc_port, "translate", "--from", source, "--to", target, GREETING),
    ]


def _curl(port: int, path: str, body: dict[str, object]) -> str:
    headers = ["-H", "Content-Type: application/json"]
    url = f"http://localhost:{port}{path}"
    return shlex.join(["curl", "-sS", *headers, "-d", json.dumps(body), url])


def _python(port: int, call: str) -> str:
    program = f'from salience.client import Client; print(Client("localhost:{port}").{call})'
    return shlex.join([_installed("python"), "-c", program])


def _salience(port: int, command: str, *arguments: str) -> str:
    server = [] if port == 8001 else ["--server", f"localhost:{port}"]
    return shlex.join([_installed("salience"), command, *server, *arguments])


def _installed(program: str) -> str:
    """Its path in this environment, as short as one may type it here."""
    path = Path(sys.executable).parent / program
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)
