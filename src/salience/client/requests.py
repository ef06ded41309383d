"""What is checked of a request before it is sent."""

from collections.abc import Sequence
from typing import Any

from salience.errors import InvalidInput


def checked_texts(texts: Sequence[str]) -> Sequence[str]:
    """The same texts. Raises InvalidInput for one that is not Unicode."""
    if isinstance(texts, str):
        raise TypeError("texts is a list of texts, not one text")
    for index, text in enumerate(texts):
        try:
            text.encode()
        except UnicodeEncodeError as error:
            message = f"not valid Unicode: {error.reason} at {error.start}"
            raise InvalidInput(message, field=f"texts[{index}]") from error
    return texts


def checked_images(images: Sequence[bytes]) -> Sequence[bytes]:
    """The same images."""
    if isinstance(images, bytes):
        raise TypeError("images is a list of images, not one image")
    return images


def only_length(**asked: float | None) -> dict[str, Any]:
    """The one length that is given, if any. Raises InvalidInput for more."""
    given = {name: value for name, value in asked.items() if value is not None}
    if len(given) > 1:
        raise InvalidInput(f"give only one of {', '.join(given)}", field="length")
    return given
