"""Which model answers a call."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from salience.errors import InvalidInput, Unsupported
from salience.gateway.registry import Registry, ServedModel
from salience.v1.entities_pb2 import RecognizeEntitiesRequest
from salience.v1.models_pb2 import Task
from salience.v1.translation_pb2 import TranslateRequest

TextRequest: TypeAlias = TranslateRequest | RecognizeEntitiesRequest


@dataclass(frozen=True)
class LanguageField:
    """A field of a request, and the list of a model that must have its value."""

    name: str
    offered: str
    required: bool
    """Unless the request names its model."""


def choose_model(
    registry: Registry, task: Task, languages: Sequence[LanguageField], request: TextRequest
) -> ServedModel:
    """The model that is named, or the one that does the task in the languages asked for.

    Of several, one that is ready. Raises ServingErrors that name the field at fault.
    """
    candidates = _candidates(registry, task, request)
    for language in languages:
        candidates = _speaking(candidates, language, request)
    _require_choice(candidates, languages, request)
    return next((model for model in candidates if model.is_ready), candidates[0])


def _candidates(registry: Registry, task: Task, request: TextRequest) -> list[ServedModel]:
    if not request.model:
        found = registry.of_task(task)
        if found:
            return found
        raise Unsupported("no model does this")
    named = registry.named(request.model, field="model")
    if named.description is None:
        named.ready_description()  # Raises.
    elif named.description.task != task:
        raise Unsupported(f"model {named.name} does something else", field="model")
    return [named]


def _speaking(
    candidates: list[ServedModel], language: LanguageField, request: TextRequest
) -> list[ServedModel]:
    wanted = getattr(request, language.name)
    if not wanted:
        if language.required and not request.model:
            raise InvalidInput(f"{language.name} is missing", field=language.name)
        return candidates
    speaking = [
        model for model in candidates if wanted in getattr(model.description, language.offered)
    ]
    if speaking:
        return speaking
    offered = sorted(
        {code for m in candidates for code in getattr(m.description, language.offered)}
    )
    raise Unsupported(
        f"{language.name} {wanted[:20]!r} is not supported; {', '.join(offered)} would be",
        field=language.name,
    )


def _require_choice(
    candidates: list[ServedModel], languages: Sequence[LanguageField], request: TextRequest
) -> None:
    if len(candidates) > 1 and not any(getattr(request, field.name) for field in languages):
        names = ", ".join(model.name for model in candidates)
        raise InvalidInput(f"name a model or a language; there are {names}", field="model")
