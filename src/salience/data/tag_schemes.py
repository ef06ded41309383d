"""Names spelled by tags of any usual scheme: IOB1, IOB2, BIOES, BILOU, or bare labels.

Source for the schemes: Ratinov and Roth (2009).
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from salience.data.iob2 import OUTSIDE

_PREFIXED = re.compile(r"([BIELSU])[-_](.+)")
_BEGINS, _ENDS = set("BSU"), set("ELSU")


class Tag(NamedTuple):
    """A tag's label, empty outside of names, and whether a name begins or ends with it.

    A name also begins where the label changes, and ends there.
    """

    label: str
    begins: bool = False
    ends: bool = False


def read_tags(names: Sequence[str]) -> list[Tag]:
    """What each of a network's tags means; prefixes count only if every tag has one."""
    matches = [_PREFIXED.fullmatch(name) for name in names if name != OUTSIDE]
    prefixed = all(matches)
    return [_read_tag(name, prefixed=prefixed) for name in names]


def _read_tag(name: str, *, prefixed: bool) -> Tag:
    if name == OUTSIDE:
        return Tag("")
    if not prefixed:
        return Tag(name)
    role, label = name[0], name[2:]
    return Tag(label, role in _BEGINS, role in _ENDS)


def names_of(tags: Sequence[Tag]) -> Iterator[tuple[str, int, int]]:
    """The label of each name, where it begins and the place after its end."""
    start = 0
    for place, tag in enumerate(tags):
        before = tags[place - 1] if place else Tag("")
        if tag.begins or before.ends or tag.label != before.label:
            start = place
        if tag.label and _is_last(tag, tags[place + 1 : place + 2]):
            yield tag.label, start, place + 1


def _is_last(tag: Tag, after: Sequence[Tag]) -> bool:
    return tag.ends or not after or after[0].begins or after[0].label != tag.label
