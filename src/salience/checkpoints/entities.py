"""Token classifiers: which labels they have, and whether a conversion still finds them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from salience.checkpoints.checkpoint import Checkpoint
from salience.checkpoints.labels import label_names
from salience.checkpoints.samples import TEXTS
from salience.data.iob2 import OUTSIDE
from salience.errors import Unsupported
from salience.tasks.checkpoint_entities import ENGINES
from salience.tasks.entities import RecognizeEntities
from salience.tasks.loading import load_task
from salience.tasks.model_folder import ModelFolder
from salience.tasks.scheme_decoding import SchemeDecoder
from salience.text.tokenizer_pieces import TokenizerPieces

MIN_AGREEMENT = 0.99
"""The share of the samples' tokens that must keep their best tag."""
MAX_DIFFERENCE = 0.02
"""How far a tag's probability may move, on average over the tokens."""
SHORTEST_WINDOW = 16

Probabilities = NDArray[np.float32]


class EntityConversion:
    """Implements Conversion."""

    engines: tuple[str, ...] = ENGINES

    def __init__(self, checkpoint: Checkpoint) -> None:
        self._checkpoint = checkpoint

    def settings(self) -> Mapping[str, Any]:
        """Tags in the network's order, labels, and how many pieces go in one sequence."""
        tags = self._tags()
        return {
            "labels": SchemeDecoder(tags).labels,
            "tags": tags,
            "window": self._window(),
            "source_languages": self._checkpoint.source_languages
            or self._checkpoint.card_languages,
        }

    def write_files(self, folder: Path) -> None:
        """Write the tokenizer in the one form that every tokenizer has."""
        tokenizer = self._checkpoint.tokenizer
        if not tokenizer.is_fast:
            raise Unsupported("the tokenizer cannot say where a piece stands in the text")
        tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
        TokenizerPieces(folder / "tokenizer.json")

    def disagreement(self, folder: ModelFolder, engine: str) -> str:
        """Compare the probabilities of every tag at every token of the samples."""
        served = load_task(folder.path, engine=engine)
        assert isinstance(served, RecognizeEntities)
        return self._differs(served)

    def _differs(self, served: RecognizeEntities) -> str:
        texts = [text for text in TEXTS if self._fits(text)]
        pairs = [
            (self._original(text), np.exp(scored.log_probabilities))
            for text, scored in zip(texts, served.scorer.score(texts), strict=True)
        ]
        if any(ours.shape != theirs.shape for theirs, ours in pairs):
            return "it cuts the samples into other tokens"
        theirs, ours = (np.concatenate(side) for side in zip(*pairs, strict=True))
        return _difference(theirs, ours)

    def _original(self, text: str) -> Probabilities:
        encoded = self._checkpoint.tokenizer(text, return_tensors="pt")
        with torch.inference_mode():
            scores = self._checkpoint.network(**encoded).logits[0, 1:-1]
        return scores.softmax(dim=-1).numpy()  # type: ignore[no-any-return]

    def _fits(self, text: str) -> bool:
        return len(self._checkpoint.tokenizer(text)["input_ids"]) <= self._window() + 2

    def _tags(self) -> list[str]:
        tags = label_names(self._checkpoint)
        if OUTSIDE not in tags:
            raise Unsupported(f"none of the labels is {OUTSIDE}: every word would be an entity")
        return tags

    def _window(self) -> int:
        """What fits beside the two special tokens."""
        config, tokenizer = self._checkpoint.network.config, self._checkpoint.tokenizer
        positions = config.max_position_embeddings
        if config.model_type in ("roberta", "xlm-roberta"):  # they count from after the padding
            positions -= config.pad_token_id + 1
        window = min(positions, tokenizer.model_max_length) - 2
        if window < SHORTEST_WINDOW:
            raise Unsupported(f"it reads only {window} tokens at once")
        return int(window)


def _difference(theirs: Probabilities, ours: Probabilities) -> str:
    agreement = float((theirs.argmax(axis=1) == ours.argmax(axis=1)).mean())
    difference = float(np.abs(theirs - ours).max(axis=1).mean())
    if agreement >= MIN_AGREEMENT and difference <= MAX_DIFFERENCE:
        return ""
    return (
        f"{agreement:.1%} of the tags agree and probabilities move by {difference:.3f} on average; "
        f"{MIN_AGREEMENT:.0%} and {MAX_DIFFERENCE} would do"
    )
