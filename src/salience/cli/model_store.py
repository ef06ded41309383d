"""The models on this machine's disk."""

from pathlib import Path

from salience.errors import ModelNotFound, Unsupported
from salience.tasks.model_folder import ModelFolder


def model_folders(store: Path) -> list[ModelFolder]:
    """Every model of the store, by name."""
    folders = [ModelFolder(file.parent) for file in sorted(store.glob("*/model.json"))]
    if not folders:
        raise ModelNotFound(f"there is no model in {store}: see --model-store")
    return folders


def served_folders(store: Path) -> list[ModelFolder]:
    """The models of the store that are served unless others are named."""
    return [folder for folder in model_folders(store) if not folder.is_demonstration]


def folder_named(name: str, store: Path) -> ModelFolder:
    """The model of that name, which may also be the path of a model's folder."""
    for path in (store / name, Path(name)):
        if (path / "model.json").is_file():
            return ModelFolder(path)
    known = ", ".join(file.parent.name for file in sorted(store.glob("*/model.json"))) or "none"
    raise ModelNotFound(f"no model is named {name!r} in {store} ({known})")


def folder_for_task(task: str, languages: tuple[str, str], store: Path) -> ModelFolder:
    """A model that does `task` from and to those languages; empty is any.

    Of several, the default one; else the first by name.
    """
    folders = [f for f in model_folders(store) if f.task == task and _speaks(f, languages)]
    if folders:
        return next((folder for folder in folders if folder.is_default), folders[0])
    asked = " to ".join(language for language in languages if language)
    raise Unsupported(f"no model in {store} does {task}{' for ' + asked if asked else ''}")


def _speaks(folder: ModelFolder, languages: tuple[str, str]) -> bool:
    offered = (folder.settings["source_languages"], folder.settings["target_languages"])
    return all(
        not language or language in choices
        for language, choices in zip(languages, offered, strict=True)
    )
