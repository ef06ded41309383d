import struct
import subprocess
import sys
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from salience.errors import InputTooLong, InvalidInput, ServingError, Unsupported
from salience.vision.decoding import MOST_JPEG_SCANS, ImageLimits, Picture, decode_image
from tests.unit.vision.image_files import NOISE, file_of, halves

LIMITS = ImageLimits(max_bytes=1_000_000, max_pixels=1_000_000)
LOSSLESS: dict[str, bytes] = {
    "PNG": file_of(Image.fromarray(NOISE), "PNG"),
    "WEBP": file_of(Image.fromarray(NOISE), "WEBP", lossless=True),
    "BMP": file_of(Image.fromarray(NOISE), "BMP"),
    "TIFF": file_of(Image.fromarray(NOISE), "TIFF"),
    "compressed TIFF": file_of(Image.fromarray(NOISE), "TIFF", compression="tiff_lzw"),
}
LOSSY: dict[str, bytes] = {
    "JPEG": file_of(halves(), "JPEG", quality=95),
    "progressive JPEG": file_of(halves(), "JPEG", progressive=True),
    "CMYK JPEG": file_of(halves().convert("CMYK"), "JPEG", quality=95),
    "CMYK TIFF": file_of(halves().convert("CMYK"), "TIFF"),
    "WEBP": file_of(halves(), "WEBP"),
    "GIF": file_of(halves(), "GIF"),
    "palette PNG": file_of(halves().convert("P"), "PNG"),
}
ORIENTATION = 0x0112


def decoded(content: bytes, enough: int = 0) -> Picture:
    return decode_image(content, limits=LIMITS, field="images[3]", enough=enough)


def pixels(content: bytes) -> NDArray[np.uint8]:
    return np.asarray(decoded(content).image)


@pytest.mark.parametrize("kind", LOSSLESS)
def test_a_lossless_file_gives_its_very_pixels(kind: str) -> None:
    np.testing.assert_array_equal(pixels(LOSSLESS[kind]), NOISE)


@pytest.mark.parametrize("kind", LOSSY)
def test_other_files_give_about_the_colours_that_went_in(kind: str) -> None:
    found = pixels(LOSSY[kind]).astype(int)

    assert found.shape == (48, 64, 3)
    assert np.abs(found[:, :28] - [255, 0, 0]).max() < 40
    assert np.abs(found[:, 36:] - [0, 0, 255]).max() < 40


def test_grey_and_black_and_white_become_rgb() -> None:
    grey = Image.fromarray(NOISE[..., 0])

    assert (pixels(file_of(grey, "PNG")) == NOISE[..., :1]).all()
    assert set(np.unique(pixels(file_of(grey.convert("1"), "PNG")))) == {0, 255}


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_become_eight(kind: str) -> None:
    wide = (NOISE[..., 0].astype(np.uint16) << 8) + 77

    found = pixels(file_of(Image.fromarray(wide), kind))

    assert np.abs(found.astype(int) - NOISE[..., :1]).max() <= 1


def test_what_is_transparent_is_white() -> None:
    clear = halves().convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(clear.size))
    palette = Image.new("P", (4, 4), 1)
    palette.putpalette([0, 0, 0, 10, 20, 30])

    faded = pixels(file_of(clear, "PNG"))
    hidden = pixels(file_of(palette, "PNG", transparency=1))
    shown = pixels(file_of(palette, "PNG", transparency=0))

    assert faded[0, 0].min() > 240
    assert faded[-1, 0].tolist()[1] < 15
    assert (hidden == 255).all()
    assert (shown == [10, 20, 30]).all()


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_only_the_first_frame_counts(kind: str) -> None:
    first, second = Image.new("RGB", (8, 8), "red"), Image.new("RGB", (8, 8), "lime")

    content = file_of(first, kind, save_all=True, append_images=[second])

    assert pixels(content)[4, 4].tolist()[1] < 20


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize(
    ("orientation", "undone"),
    [
        (1, lambda image: image),
        (3, lambda image: image.transpose(Image.Transpose.ROTATE_180)),
        (6, lambda image: image.transpose(Image.Transpose.ROTATE_90)),
        (5, lambda image: image.transpose(Image.Transpose.TRANSPOSE)),
    ],
)
def test_an_image_is_turned_upright(
    kind: str, orientation: int, undone: Callable[[Image.Image], Image.Image]
) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    stored = undone(halves())

    picture = decoded(file_of(stored, kind, exif=exif))

    assert (picture.width, picture.height) == picture.image.size == (64, 48)
    found = np.asarray(picture.image).astype(int)
    assert np.abs(found[:, :28] - [255, 0, 0]).max() < 40


@pytest.mark.filterwarnings("ignore")  # as a worker does
def test_broken_exif_does_no_harm() -> None:
    content = file_of(halves(), "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\xff\xff")

    assert decoded(content).width == 64


def test_a_large_jpeg_may_be_decoded_smaller_and_tells_its_own_size() -> None:
    picture = decoded(file_of(halves(1000, 600), "JPEG"), enough=140)

    assert picture.image.size == (250, 150)
    assert (picture.width, picture.height) == (1000, 600)


def png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        whole = kind + content
        return struct.pack(">I", len(content)) + whole + struct.pack(">I", zlib.crc32(whole))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"")


def bmp_header(width: int, height: int) -> bytes:
    information = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    return struct.pack("<2sIHHI", b"BM", 54, 0, 0, 54) + information


def gif_header(width: int, height: int) -> bytes:
    screen = struct.pack("<6sHHBBB", b"GIF89a", width % 65536, height % 65536, 0, 0, 0)
    image = struct.pack("<BHHHHB", 0x2C, 0, 0, width % 65536, height % 65536, 0)
    return screen + image + b"\x02\x02\x4c\x01\x00\x3b"


@pytest.mark.parametrize("size", [(50_000, 50_000), (2_000, 1_000), (10_000, 10_000)])
@pytest.mark.parametrize("header", [png_header, bmp_header, gif_header])
def test_too_many_pixels_are_refused_before_they_are_decoded(
    header: Callable[[int, int], bytes], size: tuple[int, int]
) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(InputTooLong, match="pixels") as refusal:
            decoded(header(*size))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert refusal.value.field == "images[3]"
    assert f"the limit is {LIMITS.max_pixels}" in refusal.value.message
    assert peak < 1_000_000


PEAK_OF_FOUR = """
import resource, sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from salience.vision.decoding import ImageLimits, decode_image

content, limits = Path(sys.argv[1]).read_bytes(), ImageLimits(2**23, 40_000_000)
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = peak()
with ThreadPoolExecutor(2) as threads:
    list(threads.map(lambda _: decode_image(content, limits=limits).width, range(4)))
print((peak() - before) // 1024)
"""


def test_small_files_of_large_images_take_the_memory_of_few(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (8000, 5000), (200, 30, 40, 128))
    (tmp_path / "large.png").write_bytes(file_of(clear, "PNG", compress_level=1))

    command = [sys.executable, "-c", PEAK_OF_FOUR, str(tmp_path / "large.png")]
    megabytes = int(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)

    # Of 153 each: what is decoded, what it becomes, and what the other thread has in hand.
    assert megabytes < 4 * 153


def test_too_many_bytes_are_refused() -> None:
    with pytest.raises(InputTooLong, match="1000001 bytes"):
        decoded(b"x" * 1_000_001)


def test_a_jpeg_of_endless_scans_is_refused() -> None:
    content = file_of(halves(), "JPEG", progressive=True)
    scan = content[content.index(b"\xff\xda") : content.rindex(b"\xff\xd9")]

    with pytest.raises(InvalidInput, match="scans"):
        decoded(content[:-2] + scan * MOST_JPEG_SCANS + b"\xff\xd9")


@pytest.mark.parametrize(
    "content",
    [
        b"no image",
        b"%PDF-1.7",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        file_of(halves(), "PPM"),
        file_of(halves(), "TGA"),
        file_of(halves(), "ICO"),
        file_of(halves(), "JPEG2000"),
        file_of(Image.new("F", (4, 4)), "TIFF"),
        file_of(Image.new("I", (4, 4)), "TIFF"),
    ],
    ids=range(10),
)
def test_other_files_are_unsupported(content: bytes) -> None:
    with pytest.raises(Unsupported) as refusal:
        decoded(content)
    assert refusal.value.field == "images[3]"


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(InvalidInput, match="empty"):
        decoded(b"")


@pytest.mark.parametrize("kind", ["JPEG", "progressive JPEG", "WEBP", "GIF"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_file_is_refused(kind: str, share: float) -> None:
    with pytest.raises(InvalidInput):
        decoded(LOSSY[kind][: int(len(LOSSY[kind]) * share)])


@pytest.mark.parametrize("kind", LOSSLESS)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_lossless_file_is_refused(kind: str, share: float) -> None:
    with pytest.raises(InvalidInput):
        decoded(LOSSLESS[kind][: int(len(LOSSLESS[kind]) * share)])


def test_a_file_of_a_path_is_no_path() -> None:
    with pytest.raises(Unsupported):
        decoded(b"/etc/passwd")


FILES = [*LOSSLESS.values(), *LOSSY.values()]


@pytest.mark.filterwarnings("ignore")  # as a worker does
@settings(deadline=None)
@given(
    st.sampled_from(FILES),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=4))),
    st.floats(0, 1),
)
def test_a_damaged_file_gives_pixels_or_a_serving_error_and_nothing_else(
    content: bytes, damages: list[tuple[float, bytes]], kept: float
) -> None:
    damaged = bytearray(content)
    for place, new in damages:
        start = int(place * len(damaged))
        damaged[start : start + len(new)] = new
    outcome = outcome_of(bytes(damaged[: 1 + int(kept * len(damaged))]))

    if isinstance(outcome, Picture):
        assert outcome.image.mode == "RGB"
        assert outcome.width * outcome.height <= LIMITS.max_pixels
    else:
        assert outcome.field == "images[3]"


@settings(deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"", *(file[:12] for file in FILES)]))
@pytest.mark.filterwarnings("ignore")  # as a worker does
def test_any_bytes_give_pixels_or_a_serving_error(content: bytes, beginning: bytes) -> None:
    outcome = outcome_of(beginning + content)

    assert isinstance(outcome, ServingError) or outcome.image.mode == "RGB"


def outcome_of(content: bytes) -> Picture | ServingError:
    try:
        return decoded(content)
    except ServingError as error:
        return error
