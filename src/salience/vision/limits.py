"""Which image files are accepted at all; how many pixels they have shows when they are opened."""

from salience.errors import InputTooLong, InvalidInput


def check_image_size(image: bytes, *, field: str, max_bytes: int) -> None:
    """Raise InputTooLong for a file over the limit, InvalidInput for an empty one.

    `field` is the image's path in the request, such as `images[3]`.
    """
    if not image:
        raise InvalidInput("the image is empty", field=field)
    if len(image) > max_bytes:
        raise InputTooLong(
            f"the image has {len(image)} bytes; the limit is {max_bytes}", field=field
        )
