"""The IOB2 tags of a set of labels, and what may follow what.

Source: Ramshaw and Marcus (1995); Tjong Kim Sang and Veenstra (1999).
"""

from collections.abc import Iterator, Sequence

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


def names(tags: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """The label of each name, where it begins and the place after its end."""
    for start, tag in enumerate(tags):
        if tag.startswith("B-"):
            end = start + 1
            while end < len(tags) and tags[end].startswith("I-"):
                end += 1
            yield tag.removeprefix("B-"), start, end


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
