"""The IOB2 tags of a set of labels, and what may follow what.

Source: Ramshaw and Marcus (1995); Tjong Kim Sang and Veenstra (1999).
"""

from collections.abc import Mapping, Sequence

from salience.data.conll import TaggedSentence

OUTSIDE = "O"


def iob2_tags(labels: Sequence[str]) -> list[str]:
    """`O`, then `B-` and `I-` of each label: the order of a network's outputs."""
    return [OUTSIDE, *(f"{prefix}-{label}" for label in labels for prefix in "BI")]


def may_follow(tag: str, previous: str) -> bool:
    """Whether `tag` may come right after `previous`: only inside needs its like before."""
    return not tag.startswith("I-") or previous[2:] == tag[2:]


def continued(tag: str) -> str:
    """The tag of what comes later in the same word."""
    return tag.replace("B-", "I-", 1)


def relabelled(sentence: TaggedSentence, labels: Mapping[str, str]) -> TaggedSentence:
    """The sentence with its labels renamed; a label that is not in `labels` is dropped."""
    renamed = (
        f"{tag[:2]}{labels[tag[2:]]}" if tag[2:] in labels else OUTSIDE for tag in sentence.tags
    )
    return TaggedSentence(sentence.words, tuple(renamed))


def without_bare_at_signs(sentence: TaggedSentence) -> TaggedSentence:
    """The sentence with `@` outside of names, and the name beginning after it.

    The Broad Twitter Corpus splits `@` from the handle and often tags it as a name of its
    own.
    """
    tags: list[str] = []
    for index, (word, tag) in enumerate(zip(*sentence, strict=True)):
        after_at = index > 0 and sentence.words[index - 1] == "@"
        begun = tag.replace("I-", "B-", 1) if after_at else tag
        tags.append(OUTSIDE if word == "@" else begun)
    return TaggedSentence(sentence.words, tuple(tags))
