"""From the bytes of an image's file to upright RGB pixels.

Files come from strangers. Only the listed formats are opened, never by a path; how large an
image is gets checked before its pixels are; what cannot be read is a ServingError.
"""

import io
import math
import struct
import threading
import warnings
from contextlib import nullcontext, suppress
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from salience.errors import InputTooLong, InvalidInput, ServingError, Unsupported
from salience.vision.limits import check_image_size

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
LARGE_PIXELS = 4_000_000
"""Of which one is decoded at a time: it takes four bytes a pixel as often as it is copied."""
MOST_JPEG_SCANS = 100
"""Of a progressive JPEG, which has about ten. A small file of thousands takes minutes."""

_large = threading.Lock()
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_BROKEN_EXIF = (OSError, SyntaxError, ValueError, TypeError, KeyError, struct.error)
_START_OF_SCAN = b"\xff\xda"
_SIXTEEN_BITS = "I;16"
_NO_WHITE = ("I", "F")
"""Modes of 32 bits, whole or floating: a file does not tell which number is white."""

# Pillow tells of every oddity in a file; what matters is an error, or does not show.
warnings.filterwarnings("ignore", module=r"PIL\.")


@dataclass(frozen=True)
class Picture:
    """A decoded image, and the size it has in its file once it is upright.

    `image` is RGB and upright. It may be smaller than the file's: see `decode_image`.
    """

    image: Image.Image
    width: int
    height: int


@dataclass(frozen=True)
class ImageLimits:
    """How large an image may be."""

    max_bytes: int
    max_pixels: int


def decode_image(
    content: bytes, *, limits: ImageLimits, field: str = "", enough: int = 0
) -> Picture:
    """The first frame, on white where it is transparent.

    A JPEG is decoded at a half, a quarter or an eighth of its size while both its sides
    stay at least `enough`; 0 is the whole size. `field` is the image's path in the request.

    Raises:
        InputTooLong: it has too many bytes or pixels; neither was decoded.
        Unsupported: it is a file of another format, or its pixels are.
        InvalidInput: it is broken.
    """
    check_image_size(content, field=field, max_bytes=limits.max_bytes)
    try:
        return _decoded(content, limits, enough)
    except ServingError as error:
        error.field = field
        raise
    except Exception as error:  # the edge to Pillow's decoders: broken files raise anything
        raise InvalidInput("the image cannot be decoded", field=field) from error


def _decoded(content: bytes, limits: ImageLimits, enough: int) -> Picture:
    with _opened(content, limits.max_pixels) as image:
        width, height = image.size
        _check_pixels(width, height, limits.max_pixels)
        if enough:
            image.draft(None, (enough, enough))
        decoded = image.size
        with _large if math.prod(decoded) > LARGE_PIXELS else nullcontext():
            image.load()
            _turn_upright(image)
            rgb = _rgb(image)
    if decoded != rgb.size:
        width, height = height, width
    return Picture(rgb, width, height)


def _opened(content: bytes, max_pixels: int) -> Image.Image:
    if content[:2] == b"\xff\xd8" and content.count(_START_OF_SCAN) > MOST_JPEG_SCANS:
        raise InvalidInput("the image is a JPEG of too many scans")
    try:
        return Image.open(io.BytesIO(content), formats=FORMATS)
    except UnidentifiedImageError as error:
        formats = "JPEG, PNG, WebP, GIF, BMP or TIFF"
        raise Unsupported(f"the image is no file of {formats}, or a broken one") from error
    except _BOMBS as error:
        raise InputTooLong(
            f"the image has far too many pixels; the limit is {max_pixels} in all"
        ) from error


def _check_pixels(width: int, height: int, max_pixels: int) -> None:
    if width * height > max_pixels:
        raise InputTooLong(
            f"the image has {width} x {height} pixels; the limit is {max_pixels} in all"
        )


def _turn_upright(image: Image.Image) -> None:
    """As it is to be looked at; an image with broken EXIF is taken as it is."""
    with suppress(*_BROKEN_EXIF):
        ImageOps.exif_transpose(image, in_place=True)


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith(_SIXTEEN_BITS):
        return image.point(lambda value: value / 256).convert("L").convert("RGB")
    if image.mode in _NO_WHITE:
        raise Unsupported("the image has 32 bits a channel; at most 16 are read")
    if not image.has_transparency_data:
        return image.convert("RGB")
    drawn = image if image.mode == "RGBA" else image.convert("RGBA")
    on_white = Image.new("RGB", drawn.size, "white")
    on_white.paste(drawn, mask=drawn)
    return on_white
