"""Cross-attention: one sequence looks at another."""

from jaxtyping import Bool, Float
from torch import Tensor, nn

from salience.attention.multi_head import MultiHeadAttention


class CrossAttention(nn.Module):
    """Queries are made of the inputs, keys and values of a memory; errors: `MultiHeadAttention`.

    Source: Vaswani et al., "Attention Is All You Need" (2017), section 3.2.3,
    "encoder-decoder attention".
    """

    def __init__(self, *, width: int, num_heads: int) -> None:
        super().__init__()
        self.attention = MultiHeadAttention(width=width, num_heads=num_heads)

    def forward(
        self,
        inputs: Float[Tensor, "batch query_len width"],
        memory: Float[Tensor, "batch key_len width"],
        *,
        visible: Bool[Tensor, " #batch #heads #query_len key_len"],
    ) -> Float[Tensor, "batch query_len width"]:
        """What each input finds in the memory."""
        remembered = self.attention.remember(memory)
        return self.attention(inputs, remembered, visible=visible)  # type: ignore[no-any-return]

    def weights(
        self,
        inputs: Float[Tensor, "batch query_len width"],
        memory: Float[Tensor, "batch key_len width"],
        *,
        visible: Bool[Tensor, " #batch #heads #query_len key_len"],
    ) -> Float[Tensor, "batch heads query_len key_len"]:
        """Where each input looks in the memory, head by head."""
        return self.attention.weights(inputs, self.attention.remember(memory), visible=visible)
