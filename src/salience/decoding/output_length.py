"""How long an output may become."""


def max_output_length(source_length: int, max_len: int) -> int:
    """The most tokens to write for a source of `source_length` tokens.

    Three times the source and some room is more than any language needs; what goes on
    longer repeats itself.
    """
    return min(3 * source_length + 16, max_len - 1)
