"""Self-attention: a sequence looks at itself."""

from jaxtyping import Bool, Float
from torch import Tensor, nn

from salience.attention.multi_head import MultiHeadAttention


class SelfAttention(nn.Module):
    """Queries, keys and values are all made of the same inputs; errors: `MultiHeadAttention`.

    Sources: Lin et al., "A Structured Self-attentive Sentence Embedding" (2017); Vaswani et
    al., "Attention Is All You Need" (2017), section 3.2.3.
    """

    def __init__(self, *, width: int, num_heads: int) -> None:
        super().__init__()
        self.attention = MultiHeadAttention(width=width, num_heads=num_heads)

    def forward(
        self,
        inputs: Float[Tensor, "batch length width"],
        *,
        visible: Bool[Tensor, " #batch #heads #length length"],
    ) -> Float[Tensor, "batch length width"]:
        """What each input finds in the others, and in itself."""
        memory = self.attention.remember(inputs)
        return self.attention(inputs, memory, visible=visible)  # type: ignore[no-any-return]

    def weights(
        self,
        inputs: Float[Tensor, "batch length width"],
        *,
        visible: Bool[Tensor, " #batch #heads #length length"],
    ) -> Float[Tensor, "batch heads length length"]:
        """Where each input looks, head by head."""
        return self.attention.weights(inputs, self.attention.remember(inputs), visible=visible)
