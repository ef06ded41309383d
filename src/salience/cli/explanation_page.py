"""An explained answer as one HTML page that needs nothing from elsewhere."""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from functools import singledispatch
from html import escape
from statistics import quantiles
from typing import Any, TypeAlias

from salience.client.explained import check_explained
from salience.v1.entities_pb2 import Entities
from salience.v1.explanations_pb2 import Alignment, TextPiece
from salience.v1.images_pb2 import AttentionMap, Classification, Detection, GeneratedImage
from salience.v1.summarization_pb2 import Summary, SummarySentence
from salience.v1.translation_pb2 import Translation

Place: TypeAlias = TextPiece | SummarySentence

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font: 16px/1.6 sans-serif; margin: 2em; max-width: 60em }}
th {{ font-weight: normal; white-space: pre }} thead th {{ writing-mode: vertical-rl }}
td {{ width: 1.6em; height: 1.6em }} .text {{ white-space: pre-wrap }}
.map {{ position: relative; display: inline-block }} .map img {{ display: block }}
.map i {{ position: absolute }}
.made {{ display: inline-block }} .made img {{ width: 16em; image-rendering: pixelated }}
</style></head><body><h1>{title}</h1>
{body}
</body></html>
"""


def explanation_page(title: str, item: str | bytes | int, answer: Any) -> str:
    """The page about a model's answer to a text, to an image's file or to a seed.

    Raises InvalidInput for an answer that was not explained.
    """
    check_explained(answer)
    return _PAGE.format(title=escape(title), body="\n".join(_sections(answer, item)))


@singledispatch
def _sections(answer: Any, item: Any) -> Iterator[str]:
    raise NotImplementedError(type(answer).__name__)  # Every task registers its own below.


@_sections.register
def _(answer: Translation, item: str) -> Iterator[str]:
    yield f'<p class="text">{escape(item)}</p><p class="text">{escape(answer.text)}</p>'
    yield from map(_table, answer.alignments)


@_sections.register
def _(answer: Entities, item: str) -> Iterator[str]:
    yield f'<p class="text">{escape(item)}</p>'
    for entity in answer.entities:
        weights = [0.0] * len(answer.pieces)
        first = entity.attention.first_piece
        weights[first : first + len(entity.attention.weights)] = entity.attention.weights
        yield f"<h2>{escape(entity.label)} {escape(entity.text)}</h2>"
        yield _marked(item, answer.pieces, weights)


@_sections.register
def _(answer: Summary, item: str) -> Iterator[str]:
    yield f'<p class="text">{escape(answer.text)}</p>'
    if answer.weighed:
        yield _marked(item, answer.weighed, [sentence.score for sentence in answer.weighed])
    else:
        yield _marked(item, answer.pieces, answer.piece_weights)


@_sections.register
def _(answer: Classification, item: bytes) -> Iterator[str]:
    likeliest = (f"<li>{escape(one.label)}: {one.probability:.3f}</li>" for one in answer.classes)
    yield f"<ul>{''.join(likeliest)}</ul>{_image(answer.attention.overlay, 'image/png')}"


@_sections.register
def _(answer: Detection, item: bytes) -> Iterator[str]:
    yield _image(item, "image")
    for found in answer.objects:
        yield f"<h2>{escape(found.label)}: {found.score:.3f}</h2>"
        edges = _place(found.left, found.top, found.width, found.height, answer)
        cells = "".join(_cells(found.attention, max(found.attention.weights)))
        outline = f'<i style="{edges};outline:2px solid #00f"></i>'
        yield f'<div class="map">{_image(item, "image")}{cells}{outline}</div>'


@_sections.register
def _(answer: GeneratedImage, seed: int) -> Iterator[str]:
    yield f"<h2>{seed}</h2>"
    picture = _image(answer.png, "image/png")
    # One place may draw most of what all look at, and would leave the others cold.
    most = quantiles(answer.attention.weights, n=50, method="inclusive")[-1]
    looked = "".join(_cells(answer.attention, most))
    yield f'<div class="made">{picture}</div> <div class="made map">{picture}{looked}</div>'


def _table(alignment: Alignment) -> str:
    width = len(alignment.source)
    head = "".join(f"<th>{escape(piece.text) or '⏎'}</th>" for piece in alignment.source)
    rows = []
    for row, piece in enumerate(alignment.target):
        weights = alignment.weights[row * width : (row + 1) * width]
        cells = "".join(f'<td style="{_warm(w)}" title="{w:.3f}"></td>' for w in weights)
        rows.append(f"<tr><th>{escape(piece.text)}</th>{cells}</tr>")
    return f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _marked(text: str, places: Sequence[Place], weights: Sequence[float]) -> str:
    """The text, each place as warm as its weight is beside the largest.

    What pieces share a place weigh together.
    """
    shared: dict[tuple[int, int], float] = {}
    for place, weight in zip(places, weights, strict=True):
        shared[place.start, place.end] = shared.get((place.start, place.end), 0.0) + weight
    largest = max(shared.values(), default=0.0) or 1.0
    parts, written = [], 0
    for (start, end), weight in shared.items():
        parts.append(escape(text[written:start]))
        word = escape(text[max(start, written) : end])
        parts.append(f'<mark style="{_warm(weight / largest)}" title="{weight:.4f}">{word}</mark>')
        written = max(written, end)
    return f'<p class="text">{"".join(parts)}{escape(text[written:])}</p>'


def _cells(attention: AttentionMap, most: float) -> Iterable[str]:
    """The places, each as warm as its weight is beside `most`."""
    size = f"width:{100 / attention.columns:.3f}%;height:{100 / attention.rows:.3f}%"
    for number, weight in enumerate(attention.weights):
        row, column = divmod(number, attention.columns)
        at = f"left:{100 * column / attention.columns:.3f}%;top:{100 * row / attention.rows:.3f}%"
        yield f'<i style="{at};{size};{_warm(0.7 * min(weight / (most or 1.0), 1.0))}"></i>'


def _place(left: float, top: float, width: float, height: float, image: Detection) -> str:
    shares = {"left": left / image.width, "top": top / image.height}
    shares |= {"width": width / image.width, "height": height / image.height}
    return ";".join(f"{name}:{100 * share:.3f}%" for name, share in shares.items())


def _warm(share: float) -> str:
    return f"background:rgba(255,96,0,{share:.3f})"


def _image(content: bytes, kind: str) -> str:
    return f'<img alt="" src="data:{kind};base64,{b64encode(content).decode()}">'
