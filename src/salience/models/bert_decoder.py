"""A decoder whose layers are BERT's, with a look across at the text in between.

Built so that a layer can start from one of a pretrained encoder. Source: Rothe et al.,
"Leveraging Pre-trained Checkpoints for Sequence Generation Tasks" (2020).
"""

from jaxtyping import Bool, Float
from torch import Tensor, nn

from salience.attention import KeysValues, MultiHeadAttention
from salience.models.bert_encoder import BertLayer, BertSize


class BertDecoderLayer(nn.Module):
    """Look back at the target, across at the text, then think; each is normalized after."""

    def __init__(self, size: BertSize) -> None:
        super().__init__()
        self.self_attention = MultiHeadAttention(width=size.width, num_heads=size.num_heads)
        self.self_norm = nn.LayerNorm(size.width, eps=1e-12)
        self.cross_attention = MultiHeadAttention(width=size.width, num_heads=size.num_heads)
        self.cross_norm = nn.LayerNorm(size.width, eps=1e-12)
        self.inner = nn.Linear(size.width, size.inner_width)
        self.outer = nn.Linear(size.inner_width, size.width)
        self.thought_norm = nn.LayerNorm(size.width, eps=1e-12)
        self.dropout = nn.Dropout(size.dropout)

    def forward(
        self,
        inputs: Float[Tensor, "batch target_len width"],
        text: KeysValues,
        past: KeysValues | None,
        *,
        text_visible: Bool[Tensor, "batch 1 1 text_len"],
        past_visible: Bool[Tensor, "1 1 target_len total_len"],
    ) -> tuple[Float[Tensor, "batch target_len width"], KeysValues]:
        """One layer of the decoder, and what it will remember of these inputs."""
        now = self.self_attention.remember(inputs)
        memory = past.extended(now) if past else now
        looked_back = self.self_attention(inputs, memory, visible=past_visible)
        hidden = self.self_norm(inputs + self.dropout(looked_back))
        looked_across = self.cross_attention(hidden, text, visible=text_visible)
        hidden = self.cross_norm(hidden + self.dropout(looked_across))
        thought = self.outer(nn.functional.gelu(self.inner(hidden)))
        return self.thought_norm(hidden + self.dropout(thought)), memory

    def start_from(self, layer: BertLayer) -> None:
        """Take over an encoder layer; the look across starts as a copy of its attention.

        The look across begins without a say: its output is zero.
        """
        self.self_attention.load_state_dict(layer.attention.state_dict())
        self.cross_attention.load_state_dict(layer.attention.state_dict())
        nn.init.zeros_(self.cross_attention.output.weight)
        nn.init.zeros_(self.cross_attention.output.bias)
        self.self_norm.load_state_dict(layer.attention_norm.state_dict())
        self.inner.load_state_dict(layer.inner.state_dict())
        self.outer.load_state_dict(layer.outer.state_dict())
        self.thought_norm.load_state_dict(layer.thought_norm.state_dict())
