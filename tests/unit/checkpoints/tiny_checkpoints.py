"""Hugging Face checkpoints with few random weights and tokenizers of a few sentences."""

from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

from salience.checkpoints.samples import TEXTS
from salience.models.hugging_face import transformers

VOCABULARY = 320
TAGS = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]
SPECIAL = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]


def word_pieces() -> Any:
    """A cased WordPiece tokenizer, as BERT has."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trainer = trainers.WordPieceTrainer(vocab_size=VOCABULARY, special_tokens=special)
    tokenizer.train_from_iterator(TEXTS, trainer)
    return _fast(tokenizer, start="[CLS]", end="[SEP]", unknown="[UNK]", padding="[PAD]")


def byte_pairs() -> Any:
    """A byte-level BPE tokenizer, as RoBERTa has."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY, special_tokens=SPECIAL, initial_alphabet=alphabet
    )
    tokenizer.train_from_iterator(TEXTS, trainer)
    return _fast(tokenizer, start="<s>", end="</s>", unknown="<unk>", padding="<pad>")


def unigrams() -> Any:
    """A Unigram tokenizer with marked spaces, as XLM-R has."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=VOCABULARY, special_tokens=SPECIAL, unk_token="<unk>"
    )
    tokenizer.train_from_iterator(TEXTS, trainer)
    return _fast(tokenizer, start="<s>", end="</s>", unknown="<unk>", padding="<pad>")


def _fast(tokenizer: Tokenizer, *, start: str, end: str, unknown: str, padding: str) -> Any:
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{start} $A {end}",
        special_tokens=[(token, tokenizer.token_to_id(token)) for token in (start, end)],
    )
    return transformers().PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        unk_token=unknown,
        pad_token=padding,
        cls_token=start,
        sep_token=end,
        model_max_length=128,
    )


_SIZE = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "max_position_embeddings": 130,
    "pad_token_id": 1,
}
_DISTIL_SIZE = {"dim": 32, "n_layers": 2, "n_heads": 4, "hidden_dim": 64, "pad_token_id": 0}
_RELATIVE = {"relative_attention": True, "pos_att_type": ["c2p", "p2c"], "type_vocab_size": 0}
CLASSIFIERS: dict[str, tuple[str, dict[str, Any], Any]] = {
    "Bert": ("BertForTokenClassification", _SIZE | {"pad_token_id": 0}, word_pieces),
    "DistilBert": ("DistilBertForTokenClassification", _DISTIL_SIZE, word_pieces),
    "Electra": (
        "ElectraForTokenClassification",
        _SIZE | {"pad_token_id": 0, "embedding_size": 16},
        word_pieces,
    ),
    "Roberta": ("RobertaForTokenClassification", _SIZE, byte_pairs),
    "Deberta": (
        "DebertaForTokenClassification",
        _SIZE | _RELATIVE | {"position_biased_input": False},
        byte_pairs,
    ),
    "XLMRoberta": ("XLMRobertaForTokenClassification", _SIZE, unigrams),
    "DebertaV2": (
        "DebertaV2ForTokenClassification",
        _SIZE | _RELATIVE | {"position_buckets": 16, "share_att_key": True},
        unigrams,
    ),
}


def write_classifier(folder: Path, kind: str, **changes: Any) -> Path:
    """A token classifier of that kind; `changes` go into its configuration."""
    architecture, size, make_tokenizer = CLASSIFIERS[kind]
    library, tokenizer = transformers(), make_tokenizer()
    torch.manual_seed(1)
    config = getattr(library, f"{kind}Config")(
        **{
            **size,
            "vocab_size": len(tokenizer),
            "id2label": dict(enumerate(TAGS)),
            "label2id": {tag: number for number, tag in enumerate(TAGS)},
            "initializer_range": 0.3,
            **changes,
        }
    )
    getattr(library, architecture)(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
