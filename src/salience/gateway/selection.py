"""Which model answers a call."""

from collections.abc import Container

from salience.errors import InvalidInput, Unsupported
from salience.gateway.access.task_names import TASK_NAMES
from salience.gateway.item_messages import ItemRequest
from salience.gateway.registry import Registry, ServedModel
from salience.gateway.task_kinds import LanguageField, TaskKind


def choose_model(
    registry: Registry, kind: TaskKind, request: ItemRequest, only_by_name: Container[str] = ()
) -> ServedModel:
    """The model that is named, or the one that does the task in the languages asked for.

    Of several, the default one; else one that is ready; those `only_by_name` when they are
    named. Raises ServingErrors that name the
    field at fault.
    """
    candidates = _candidates(registry, kind, request, only_by_name)
    for language in kind.languages:
        candidates = _speaking(candidates, language, request)
    candidates = _default_of(candidates) or candidates
    if not (request.model or _names_a_language(kind, request)):
        _require_choice(registry, candidates, kind)
    return next((model for model in candidates if model.is_ready), candidates[0])


def _candidates(
    registry: Registry, kind: TaskKind, request: ItemRequest, only_by_name: Container[str]
) -> list[ServedModel]:
    if not request.model:
        found = [m for m in registry.of_task(kind.task) if m.name not in only_by_name]
        if found:
            return found
        raise Unsupported(f"no model that is served does {TASK_NAMES[kind.task]}")
    named = registry.named(request.model, field="model")
    if named.description is None:
        named.known_description()  # Raises.
    elif named.description.task != kind.task:
        does = TASK_NAMES.get(named.description.task, "something else")
        message = f"model {named.name} does {does}, not {TASK_NAMES[kind.task]}"
        raise Unsupported(message, field="model")
    return [named]


def _speaking(
    candidates: list[ServedModel], language: LanguageField, request: ItemRequest
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


def _default_of(candidates: list[ServedModel]) -> list[ServedModel]:
    return [model for model in candidates if model.description and model.description.is_default]


def _names_a_language(kind: TaskKind, request: ItemRequest) -> bool:
    return any(getattr(request, field.name) for field in kind.languages)


def _require_choice(registry: Registry, candidates: list[ServedModel], kind: TaskKind) -> None:
    """Raise unless it is certain which model is meant by a call that chooses nothing."""
    if not _default_of(candidates):
        registry.require_all_described()  # The default may be among those still loading.
    if len(candidates) > 1:
        names = ", ".join(model.name for model in candidates)
        choices = "a model or a language" if kind.languages else "a model"
        raise InvalidInput(f"name {choices}; there are {names}", field="model")
