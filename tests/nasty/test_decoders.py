"""What the decoders and splitters make of the corpus, without a service."""

import pytest
from PIL import Image

from salience.errors import ServingError
from salience.text.sentences import split_sentences
from salience.vision.decoding import ImageLimits, decode_image
from tests.nasty.images import BAD, GOOD, SIDE
from tests.nasty.texts import TEXTS

LIMITS = ImageLimits(max_bytes=2**23, max_pixels=40_000_000)


@pytest.mark.parametrize("name", GOOD)
def test_a_good_image_is_upright_rgb(name: str) -> None:
    picture = decode_image(GOOD[name], limits=LIMITS)

    assert picture.image.mode == "RGB"
    assert picture.image.size == (picture.width, picture.height)


def test_what_lies_on_its_side_is_turned() -> None:
    plain, turned = (decode_image(GOOD[name], limits=LIMITS) for name in ("jpeg", "on its side"))

    expected = plain.image.transpose(Image.Transpose.ROTATE_270)
    assert turned.image.size == (SIDE, SIDE)
    assert turned.image.tobytes() == expected.tobytes()


@pytest.mark.parametrize("name", BAD)
def test_a_bad_image_is_refused_by_its_field(name: str) -> None:
    with pytest.raises(ServingError) as refused:
        decode_image(BAD[name], limits=LIMITS, field="images[3]")

    assert refused.value.field == "images[3]"
    assert "/" not in refused.value.message.replace("JPEG, PNG", "")


@pytest.mark.parametrize("name", TEXTS)
def test_sentences_lose_nothing(name: str) -> None:
    text = TEXTS[name][:100_000]

    assert "".join(split_sentences(text, "en")) == text
