"""Which texts are accepted at all."""

from salience.errors import InputTooLong, InvalidInput


def check_text(text: str, *, field: str, max_characters: int) -> None:
    """Raise InvalidInput for an empty text and InputTooLong for one over the limit.

    `field` is the text's path in the request, such as `texts[3]`.
    """
    if not text.strip():
        raise InvalidInput("the text is empty", field=field)
    if len(text) > max_characters:
        raise InputTooLong(
            f"the text has {len(text)} characters; the limit is {max_characters}", field=field
        )
