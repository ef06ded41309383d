"""Reads a BERT that was saved under Hugging Face's names into ours."""

from pathlib import Path

from safetensors.torch import load_file
from torch import Tensor

from salience.models.bert_encoder import BertEncoder

_EMBEDDING_NAMES = {
    "embeddings.word_embeddings": "embedding.pieces",
    "embeddings.LayerNorm": "embedding.norm",
}
_LAYER_NAMES = {
    "attention.self.query": "attention.query",
    "attention.self.key": "attention.key",
    "attention.self.value": "attention.value",
    "attention.output.dense": "attention.output",
    "attention.output.LayerNorm": "attention_norm",
    "intermediate.dense": "inner",
    "output.dense": "outer",
    "output.LayerNorm": "thought_norm",
}


def load_pretrained(encoder: BertEncoder, weights_file: Path) -> None:
    """Fill the encoder from a safetensors file; the case vectors stay as they are.

    The vector of segment A, which every token shares, is folded into the positions.
    """
    theirs = load_file(weights_file)
    ours = {"embedding.cases.weight": encoder.embedding.cases.weight}
    ours["embedding.positions.weight"] = (
        theirs["embeddings.position_embeddings.weight"]
        + theirs["embeddings.token_type_embeddings.weight"][0]
    )
    for name, renamed in _renamed(len(encoder.layers)).items():
        ours |= _parameters(theirs, name, renamed)
    encoder.load_state_dict(ours)


def _renamed(num_layers: int) -> dict[str, str]:
    layers = {
        f"encoder.layer.{number}.{name}": f"layers.{number}.{renamed}"
        for number in range(num_layers)
        for name, renamed in _LAYER_NAMES.items()
    }
    return _EMBEDDING_NAMES | layers


def _parameters(theirs: dict[str, Tensor], name: str, renamed: str) -> dict[str, Tensor]:
    return {
        f"{renamed}.{kind}": theirs[f"{name}.{kind}"]
        for kind in ("weight", "bias")
        if f"{name}.{kind}" in theirs
    }
