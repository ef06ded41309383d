"""Whether this CPU adds up products of eight-bit numbers without cutting them off."""

import platform

import torch


def int8_is_exact() -> bool:
    """An x86 CPU without VNNI adds pairs of products in 16 bits, which overflow.

    Translations then lose a BLEU point (the sample of translation-en-de: 34.4 in place of
    35.4), so that there the same eight-bit weights are better multiplied as floats.
    """
    on_x86 = platform.machine().lower() in ("x86_64", "amd64")
    return not on_x86 or bool(torch.cpu._is_vnni_supported())
