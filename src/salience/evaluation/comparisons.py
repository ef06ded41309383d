"""Which models show what attention gains: one beside another without it, or with more of it."""

from typing import NamedTuple


class Comparison(NamedTuple):
    """Models by name; both are measured on the first test set of the first one's recipe."""

    task: str
    model: str
    beside: str


COMPARISONS = (
    Comparison(
        "translation: a recurrent network that attends, and one that does not",
        "research-attentive-recurrent-en-de",
        "research-recurrent-en-de",
    ),
    Comparison(
        "translation: a Transformer, and recurrence without attention",
        "research-transformer-en-de",
        "research-recurrent-en-de",
    ),
    Comparison(
        "entities: recurrence with self-attention, and the pretrained Transformer",
        "recurrent-entities-en",
        "entities-en",
    ),
    Comparison(
        "headlines: pointing at what is read, and the pretrained Transformer",
        "pointer-generator-en",
        "headline-en",
    ),
    Comparison(
        "pictures: convolutions with CBAM, and without",
        "research-cifar",
        "research-cifar-without-attention",
    ),
    Comparison(
        "detection: a Transformer over convolutions, and convolutions alone",
        "blood-cells",
        "blood-cells-without-attention",
    ),
    Comparison(
        "generation: places that look at one another, and convolutions alone",
        "emoji-people",
        "emoji-people-without-attention",
    ),
    Comparison("digits read by glimpses of a larger picture", "glimpsed-digits", ""),
)
