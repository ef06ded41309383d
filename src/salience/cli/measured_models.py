"""The models of the store that have a recipe, with what is recorded of each."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from salience.cli.model_store import model_folders
from salience.cli.recipe_modules import recipe_named, recipe_names
from salience.tasks.model_folder import WEIGHTS, ModelFolder

if TYPE_CHECKING:
    from salience.evaluation.evaluation_set import EvaluationSet
    from salience.evaluation.quality_records import ModelState, QualityRecords
    from salience.evaluation.quality_tables import MeasuredModel

REFERENCE = "pytorch"
CHANGES_NO_ANSWER = {"version", "limits", "default", "default_engine"}
"""Keys of `model.json`."""


@dataclass(frozen=True)
class Measurable:
    """A model of the store, and what its recipe measures it on."""

    folder: ModelFolder

    @property
    def engines(self) -> list[str]:
        """The one it is served with, then the reference when that is another."""
        return list(dict.fromkeys((str(self.folder.settings["default_engine"]), REFERENCE)))

    @cached_property
    def test_sets(self) -> "Sequence[EvaluationSet]":
        """In the folder of the corpora."""
        return tuple(recipe_named(self.folder.name).TEST_SETS)

    @cached_property
    def sample(self) -> "EvaluationSet":
        """In the project itself: small, so that its tests can measure it."""
        sample: EvaluationSet = recipe_named(self.folder.name).SAMPLE
        return sample

    def state(self, engine: str) -> "ModelState":
        """What must be as it was for a measurement to be true still."""
        from salience.evaluation.quality_records import ModelState

        return ModelState(self.folder.name, engine, self.folder.digest, self._other_files_sha256)

    @cached_property
    def _other_files_sha256(self) -> str:
        """Over the settings and the vocabulary, as far as answers depend on them."""
        from salience.evaluation.fingerprint import sha256_of

        settings = self.folder.settings.items()
        kept = {key: value for key, value in settings if key not in CHANGES_NO_ANSWER}
        files = {
            file.name: sha256_of(file)
            for file in self.folder.path.iterdir()
            if file.is_file() and file.name not in (WEIGHTS, "model.json", "README.md")
        }
        written = json.dumps([kept, files], sort_keys=True)
        return hashlib.sha256(written.encode()).hexdigest()

    def measured(self, records: "QualityRecords") -> "MeasuredModel":
        """As the tables show it."""
        from salience.evaluation.kinds import evaluation_of
        from salience.evaluation.quality_tables import MeasuredModel
        from salience.models.stored_weights import num_parameters

        weights = self.folder.path / WEIGHTS
        found = {
            (engine, test.name): records.find(self.state(engine), test.name)
            for engine in self.engines
            for test in self.test_sets
        }
        return MeasuredModel(
            name=self.folder.name,
            is_demonstration=self.folder.is_demonstration,
            num_parameters=num_parameters(weights),
            num_bytes=weights.stat().st_size,
            engines=self.engines,
            metrics=evaluation_of(self.folder.task).metrics,
            test_sets=self.test_sets,
            measurements={key: one for key, one in found.items() if one},
        )


def measurable_models(store: Path) -> list[Measurable]:
    """Every model of the store that has a recipe, by name."""
    recipes = set(recipe_names())
    return [Measurable(folder) for folder in model_folders(store) if folder.name in recipes]
