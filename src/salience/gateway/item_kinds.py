"""What calls carry, texts, images or seeds: how items are checked and measured."""

from base64 import b64decode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from salience.gateway.content_types import FORM, JSON
from salience.gateway.item_messages import Item, ItemRequest
from salience.gateway.settings import GatewaySettings, SizeLimits
from salience.text.limits import check_text
from salience.v1.models_pb2 import Limits
from salience.vision.limits import check_image_size

_ONE_PIXEL = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2ggAAAABJRU5ErkJggg=="
)
BYTES_OF_A_PICTURE = 2**12
"""About what a small one takes that is made of a seed."""


@dataclass(frozen=True)
class ItemKind:
    """A kind of item."""

    field: str
    """Where a request has its items, for example `texts`."""
    check: Callable[[Any, str, Limits], None]
    """Raises a ServingError that names the item's field when it cannot be served."""
    size_limits: Callable[[GatewaySettings], SizeLimits]
    content_types: tuple[str, ...]
    """What an HTTP body that carries them may be."""
    probe: Item
    """One that any model of any task can answer."""
    size_of: Callable[[Any], int] = len
    """Of texts in characters, of images in bytes."""

    def of(self, request: ItemRequest) -> Sequence[Any]:
        """The items of a request."""
        items: Sequence[Any] = getattr(request, self.field)
        return items


def _check_text(text: str, field: str, limits: Limits) -> None:
    check_text(text, field=field, max_characters=limits.max_characters)


def _check_image(image: bytes, field: str, limits: Limits) -> None:
    check_image_size(image, field=field, max_bytes=limits.max_bytes)


TEXTS = ItemKind(
    field="texts",
    check=_check_text,
    size_limits=lambda settings: settings.size_limits_of_texts,
    content_types=(JSON,),
    probe="Berlin.",  # A place name is a text in any language.
)
IMAGES = ItemKind(
    field="images",
    check=_check_image,
    size_limits=lambda settings: settings.size_limits_of_images,
    content_types=(JSON, FORM),
    probe=_ONE_PIXEL,
)
SEEDS = ItemKind(
    field="seeds",
    check=lambda seed, field, limits: None,  # Any number that can be sent will do.
    size_limits=lambda settings: settings.size_limits_of_images,
    content_types=(JSON,),
    probe=0,
    size_of=lambda seed: BYTES_OF_A_PICTURE,
)
