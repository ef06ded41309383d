"""Networks of the transformers library, with the weights of a model's folder.

Nothing of a checkpoint is ever executed: only the library's own classes are made, and
only tensors are read.
"""

import os
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float, Int
from safetensors.torch import load_file
from torch import Tensor, nn

from salience.errors import Unsupported
from salience.models.token_classifier import ScoredTokens

SEQ2SEQ = (
    "MarianMTModel",
    "T5ForConditionalGeneration",
    "MT5ForConditionalGeneration",
    "BartForConditionalGeneration",
    "MBartForConditionalGeneration",
    "M2M100ForConditionalGeneration",
    "PegasusForConditionalGeneration",
)
ARCHITECTURES: dict[str, tuple[str, ...]] = {
    "image_classification": (
        "ViTForImageClassification",
        "DeiTForImageClassification",
        "DeiTForImageClassificationWithTeacher",
        "SwinForImageClassification",
        "BeitForImageClassification",
        "ConvNextForImageClassification",
        "ResNetForImageClassification",
    ),
    "translation": SEQ2SEQ,
    "summarization": SEQ2SEQ,
    "entities": (
        "BertForTokenClassification",
        "DistilBertForTokenClassification",
        "RobertaForTokenClassification",
        "XLMRobertaForTokenClassification",
        "ElectraForTokenClassification",
        "DebertaForTokenClassification",
        "DebertaV2ForTokenClassification",
    ),
}
"""The classes that can be served, by task; a task's classes share their inputs."""


class MaskedTokenClassifier(nn.Module):
    """A token classifier of the library, called like ours."""

    def __init__(self, network: nn.Module, *, padding: int) -> None:
        super().__init__()
        self.network = network
        self.padding = padding

    def forward(
        self, tokens: Int[Tensor, "batch len"], lengths: Int[Tensor, " batch"]
    ) -> Float[Tensor, "batch len tags"]:
        """Scores of every tag at every token, before softmax."""
        return self._read(tokens, lengths).logits  # type: ignore[no-any-return]

    def explained(
        self, tokens: Int[Tensor, "batch len"], lengths: Int[Tensor, " batch"]
    ) -> ScoredTokens:
        """The same, with where each layer looked."""
        read = self._read(tokens, lengths, output_attentions=True)
        return ScoredTokens(read.logits, list(read.attentions))

    def _read(self, tokens: Tensor, lengths: Tensor, **options: bool) -> Any:
        visible = torch.arange(tokens.size(1), device=tokens.device) < lengths[:, None]
        padded = tokens.masked_fill(~visible, self.padding)
        return self.network(input_ids=padded, attention_mask=visible.long(), **options)


def load_token_classifier(folder: Path, architecture: str) -> MaskedTokenClassifier:
    """The classifier in a model's folder, ready to predict."""
    network = load_network(folder, architecture)
    return MaskedTokenClassifier(network, padding=network.config.pad_token_id or 0).eval()


def load_network(folder: Path, architecture: str) -> Any:
    """The network that `weights.safetensors` and `config.json` describe."""
    library = transformers()
    config = library.AutoConfig.from_pretrained(folder, local_files_only=True)
    kind = getattr(library, architecture)
    return kind.from_pretrained(
        None,
        config=config,
        state_dict=load_file(folder / "weights.safetensors"),
        dtype=torch.float32,
        attn_implementation="eager",  # the one that every architecture and the exporter know
    ).eval()


def load_tokenizer(folder: Path) -> Any:
    """The tokenizer of a checkpoint or of a model's folder."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Recommended: pip install sacremoses")
        return transformers().AutoTokenizer.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False
        )


@cache
def transformers() -> Any:
    """The library, which takes seconds to import; silent, and without its hub."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        import transformers as library
    except ImportError as error:
        raise Unsupported(
            "this needs the transformers library: pip install 'salience[checkpoints]'"
        ) from error
    library.utils.logging.set_verbosity_error()
    library.utils.logging.disable_progress_bar()
    return library
