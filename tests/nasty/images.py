"""Files that break decoders of images, each of one kind."""

import struct
import zlib
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image

SIDE = 24


def pixels() -> Image.Image:
    """A small picture of noise."""
    generator = np.random.default_rng(0)
    return Image.fromarray(generator.integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8))


def written(image: Image.Image, kind: str, **options: Any) -> bytes:
    """The bytes of a file."""
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def png(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of that size, as far as its head says."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), *chunks, (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )


def turned() -> bytes:
    """On its side, as a telephone saves it."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return written(pixels(), "JPEG", exif=exif)


JPEG, PNG, GIF = (written(pixels(), kind) for kind in ("JPEG", "PNG", "GIF"))
FRAMES = [pixels().rotate(90 * turn) for turn in range(4)]
NOTHING_MUCH = zlib.compress(bytes(50_000_000))

GOOD = {
    "jpeg": JPEG,
    "on its side": turned(),
    "four colours of ink": written(pixels().convert("CMYK"), "JPEG"),
    "sixteen bits": written(
        Image.fromarray(np.arange(SIDE * SIDE, dtype=np.uint16).reshape(SIDE, SIDE) * 100), "PNG"
    ),
    "palette with a transparent colour": written(pixels().convert("P"), "PNG", transparency=3),
    "transparent": written(pixels().convert("LA"), "PNG"),
    "one bit": written(pixels().convert("1"), "TIFF"),
    "animated": written(FRAMES[0], "GIF", save_all=True, append_images=FRAMES[1:]),
    "animated webp": written(FRAMES[0], "WEBP", save_all=True, append_images=FRAMES[1:]),
    "an archive behind it": JPEG + b"PK\x03\x04" + bytes(100),
    "a script in its comment": written(pixels(), "GIF", comment=b"*/alert(1)/*<?php die; ?>"),
    "a pixel": written(Image.new("RGB", (1, 1)), "PNG"),
    "a line": written(Image.new("RGB", (3000, 1)), "PNG"),
}

BAD = {
    "nothing": b"",
    "half a jpeg's head": JPEG[:10],
    "half a png": PNG[: len(PNG) // 2],
    "fifty thousand pixels wide and high": png(50_000, 50_000, (b"IDAT", NOTHING_MUCH)),
    "two thousand million pixels wide": png(2**31 - 1, 1, (b"IDAT", b"")),
    "no pixels": png(0, 0, (b"IDAT", b"")),
    "a text that unpacks to fifty megabytes": png(
        SIDE, SIDE, (b"zTXt", b"Comment\x00\x00" + NOTHING_MUCH), (b"IDAT", b"")
    ),
    "another file behind a gif's name": b"GIF89a" + bytes(3),
    "a drawing": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="/etc/passwd"/></svg>',
    "a page": b"<!DOCTYPE html><img src=x onerror=alert(1)>",
    "a document": b"%PDF-1.7\n1 0 obj<</OpenAction 2 0 R>>endobj",
    "a program for printers": b"%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd) (r) file\n",
    "an archive": b"PK\x05\x06" + bytes(18),
    "a path": b"/etc/passwd",
    "a megabyte of one byte": b"\xff" * 2**20,
}
