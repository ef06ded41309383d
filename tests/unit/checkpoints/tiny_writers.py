"""Tiny Hugging Face checkpoints of networks that write text."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import sentencepiece
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

from salience.checkpoints.samples import TEXTS
from salience.models.hugging_face import load_tokenizer, transformers

SIZE = {
    "d_model": 32,
    "encoder_layers": 2,
    "decoder_layers": 2,
    "encoder_attention_heads": 4,
    "decoder_attention_heads": 4,
    "encoder_ffn_dim": 64,
    "decoder_ffn_dim": 64,
    "max_position_embeddings": 128,
    "init_std": 0.15,
}
T5_SIZE = {
    "d_model": 32,
    "d_kv": 8,
    "d_ff": 64,
    "num_layers": 2,
    "num_heads": 4,
    "decoder_start_token_id": 0,
}
T5_TASKS = {
    "translation_en_to_de": {"prefix": "translate English to German: ", "max_length": 100},
    "summarization": {
        "prefix": "summarize: ",
        "max_length": 60,
        "min_length": 10,
        "no_repeat_ngram_size": 3,
        "num_beams": 4,
        "length_penalty": 2.0,
    },
}


class Writer(NamedTuple):
    """How to make a checkpoint, and the languages it has to be told."""

    architecture: str
    configuration: dict[str, Any]
    make_tokenizer: Callable[[Path], Any]
    source: tuple[str, ...] = ("en",)
    target: tuple[str, ...] = ("fr",)


def write_writer(folder: Path, kind: str) -> Path:
    """A checkpoint of that kind."""
    writer = WRITERS[kind]
    folder.mkdir(parents=True)
    tokenizer = writer.make_tokenizer(folder)
    tokenizer.save_pretrained(folder)
    library = transformers()
    network = getattr(library, writer.architecture)
    settings = {
        "vocab_size": _vocabulary_size(tokenizer, kind),
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
        **writer.configuration,
    }
    torch.manual_seed(3)
    made = network(network.config_class(**settings))
    if kind == "Marian":
        _pad_is_never_written(made, tokenizer.pad_token_id)
    made.save_pretrained(folder)
    return folder


def _pad_is_never_written(network: Any, padding: int) -> None:
    """As in every checkpoint of Marian, whose decoder also begins with it."""
    network.config.decoder_start_token_id = padding
    network.generation_config.decoder_start_token_id = padding
    network.generation_config.bad_words_ids = [[padding]]
    network.final_logits_bias[0, padding] = -100.0


def _vocabulary_size(tokenizer: Any, kind: str) -> int:
    spare = 0 if kind == "Marian" else 3
    return len(tokenizer) + len(getattr(tokenizer, "lang_token_to_id", ())) + spare


def _sentence_pieces(file: Path, kind: str = "unigram", **options: Any) -> None:
    with file.open("wb") as writer:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(TEXTS * 3),
            model_writer=writer,
            vocab_size=300,
            model_type=kind,
            hard_vocab_limit=False,
            minloglevel=2,
            **options,
        )


def _vocabulary(pieces: Path, first: list[str]) -> dict[str, int]:
    processor = sentencepiece.SentencePieceProcessor(model_file=str(pieces))
    found = [processor.id_to_piece(number) for number in range(processor.get_piece_size())]
    names = dict.fromkeys([*first, *(name for name in found if name != "<s>")])
    return {name: number for number, name in enumerate(names)}


def _marian(folder: Path) -> Any:
    _sentence_pieces(folder / "source.spm")
    _sentence_pieces(folder / "target.spm")
    vocabulary = _vocabulary(folder / "source.spm", ["</s>", "<unk>"])
    vocabulary["<pad>"] = len(vocabulary)
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    settings = {"source_lang": "en", "target_lang": "de", "model_max_length": 128}
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "MarianTokenizer", **settings})
    )
    (folder / "config.json").write_text('{"model_type": "marian"}')
    return load_tokenizer(folder)


def _bart(folder: Path) -> Any:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=320,
        special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    tokenizer.train_from_iterator(TEXTS, trainer)
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    return transformers().PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        unk_token="<unk>",
        pad_token="<pad>",
    )


def _t5(folder: Path) -> Any:
    _sentence_pieces(folder / "spiece.model", pad_id=0, eos_id=1, unk_id=2, bos_id=-1)
    return transformers().T5Tokenizer.from_pretrained(folder)


def _pegasus(folder: Path) -> Any:
    _sentence_pieces(folder / "spiece.model", pad_id=0, eos_id=1, unk_id=2, bos_id=-1)
    return transformers().PegasusTokenizer.from_pretrained(folder)


def _m2m100(folder: Path) -> Any:
    file = folder / "sentencepiece.bpe.model"
    _sentence_pieces(file, "bpe")
    vocabulary = _vocabulary(file, ["<s>", "<pad>", "</s>", "<unk>"])
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    return transformers().M2M100Tokenizer(str(folder / "vocab.json"), str(file))


def _nllb(folder: Path) -> Any:
    _sentence_pieces(folder / "sentencepiece.bpe.model", "bpe")
    codes = ["eng_Latn", "fra_Latn", "zho_Hans", "zho_Hant"]
    return transformers().NllbTokenizer.from_pretrained(folder, extra_special_tokens=codes)


def _mbart(kind: str) -> Callable[[Path], Any]:
    def make(folder: Path) -> Any:
        _sentence_pieces(folder / "sentencepiece.bpe.model")
        return getattr(transformers(), kind).from_pretrained(folder)

    return make


_STARTS_WITH_END = {**SIZE, "decoder_start_token_id": 2}
WRITERS: dict[str, Writer] = {
    "Marian": Writer(
        "MarianMTModel",
        SIZE | {"static_position_embeddings": True, "activation_function": "swish"},
        _marian,
        (),
        (),
    ),
    "T5": Writer(
        "T5ForConditionalGeneration",
        T5_SIZE | {"task_specific_params": T5_TASKS},
        _t5,
        (),
        (),
    ),
    "MT5": Writer("MT5ForConditionalGeneration", T5_SIZE, _t5),
    "Bart": Writer(
        "BartForConditionalGeneration", SIZE | {"forced_bos_token_id": 0, "num_beams": 4}, _bart
    ),
    "MBart": Writer("MBartForConditionalGeneration", _STARTS_WITH_END, _mbart("MBartTokenizer")),
    "MBart50": Writer(
        "MBartForConditionalGeneration", _STARTS_WITH_END, _mbart("MBart50Tokenizer")
    ),
    "M2M100": Writer("M2M100ForConditionalGeneration", _STARTS_WITH_END, _m2m100),
    "Nllb": Writer("M2M100ForConditionalGeneration", _STARTS_WITH_END, _nllb),
    "Pegasus": Writer(
        "PegasusForConditionalGeneration", SIZE | {"decoder_start_token_id": 0}, _pegasus
    ),
}
