"""Which texts are accepted at all."""

from salience.errors import InputTooLong, InvalidInput


def check_text(text: str, *, field: str, max_characters: int) -> None:
    """Raise InputTooLong over the limit, InvalidInput for what is empty or not Unicode.

    `field` is the text's path in the request, such as `texts[3]`.
    """
    if not text.strip():
        raise InvalidInput("the text is empty", field=field)
    if len(text) > max_characters:
        raise InputTooLong(
            f"the text has {len(text)} characters; the limit is {max_characters}", field=field
        )
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidInput("the text holds half of a surrogate pair", field=field) from error
