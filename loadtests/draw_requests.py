"""Draws the request files from the test sets of the corpora, always the same ones.

    python -m loadtests.draw_requests --data DIR --model-store model_store

A sentence stays when the model alone answers it well: it is sure of the names, and its
translation is free of doubts. So what a load test checks is that the service answers as the
model does. An int8 engine's answers vary a little with the rest of the batch, so a sentence
must be answered well alone, among a few and among many. A picture stays when the model is sure
of what it shows, whatever that is called in its data set.
"""

import argparse
import json
import lzma
import random
import re
import tarfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from loadtests.pictures import Picture
from loadtests.sentences import REQUESTS, Sentence
from salience.data.labelled_images import LabelledImages
from salience.data.summaries import read_summaries
from salience.errors import ServingError
from salience.tasks.loading import load_task

NUM_SENTENCES = 300
NUM_DOCUMENTS = 60
NUM_PICTURES = 24
NUM_OF_A_CLASS = 4
NUM_WORDS = range(4, 31)
SEED = 7
SURE = 0.95
TOGETHER = (1, 5, 32)

Answer = Callable[[Sequence[Any]], Sequence[Any]]


def main() -> None:
    """Write all files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model-store", type=Path, default=Path("model_store"))
    options = parser.parse_args()
    translate = load_task(options.model_store / "translation-en-de").answer
    find = load_task(options.model_store / "entities-en").answer
    _write("translation.jsonl", drawn(tatoeba_sentences(options.data), translate, is_trusted))
    _write("entities.jsonl", drawn(ewt_sentences(options.data), find, has_its_names))
    _write("summarization.jsonl", sampled(scitldr_documents(options.data), NUM_DOCUMENTS))
    classify = load_task(options.model_store / "image-classification").answer
    _write_pictures(sure_pictures(clothing_photos(options.data), classify))


def drawn(
    sentences: Iterable[Sentence], answer: Answer, is_good: Callable[[Sentence, Any], bool]
) -> Iterator[Sentence]:
    """A seeded sample of the sentences that are answered well in any company."""
    distinct = dict.fromkeys(sentences)
    candidates = [one for one in distinct if len(one.text.split()) in NUM_WORDS]
    good = random.Random(SEED).sample(candidates, min(len(candidates), 3 * NUM_SENTENCES))
    for together in TOGETHER:
        good = [
            sentence
            for start in range(0, len(good), together)
            for sentence in _good_of(good[start : start + together], answer, is_good)
        ]
    yield from good[:NUM_SENTENCES]


def _good_of(
    some: Sequence[Sentence], answer: Answer, is_good: Callable[[Sentence, Any], bool]
) -> Iterator[Sentence]:
    for sentence, found in zip(some, answer([one.text for one in some]), strict=True):
        if not isinstance(found, ServingError) and is_good(sentence, found):
            yield sentence


def is_trusted(_: Sentence, translation: Any) -> bool:
    """Whether nothing stands out in the translation."""
    return bool(translation.text) and not translation.suspicions


def has_its_names(sentence: Sentence, entities: Any) -> bool:
    """Whether every annotated name was found, beyond doubt."""
    return sentence.names <= {entity.text for entity in entities.entities if entity.score > SURE}


def sampled(sentences: Iterable[Sentence], number: int) -> list[Sentence]:
    """A seeded sample."""
    return random.Random(SEED).sample(list(sentences), number)


def sure_pictures(pictures: Iterable[bytes], classify: Answer) -> Iterator[Picture]:
    """The first of each class that the model is sure of, a few of a class."""
    found: Counter[str] = Counter()
    for picture in pictures:
        likeliest = classify([picture])[0].classes[0]
        if likeliest.probability > SURE and found[likeliest.label] < NUM_OF_A_CLASS:
            found[likeliest.label] += 1
            yield Picture(picture, likeliest.label)


def clothing_photos(data: Path) -> Iterator[bytes]:
    """The photos of the clothing test set, in a seeded order."""
    photos = list(LabelledImages(data / "vision" / "clothing.tar", "test"))
    random.Random(SEED).shuffle(photos)
    yield from (photo.content for photo in photos)


def scitldr_documents(data: Path) -> Iterator[Sentence]:
    """The abstracts of SciTLDR's test set that have at least five sentences."""
    file = data / "summarization" / "scitldr.tar.xz"
    for one in read_summaries(file, "test"):
        if one.document.count(". ") >= 5 and one.document.strip() == one.document:
            yield Sentence(one.document, frozenset())


def tatoeba_sentences(data: Path) -> Iterator[Sentence]:
    """The English side of the Tatoeba challenge's test set."""
    file = data / "translation" / "tatoeba-test-v2021-08-07.en-de.tsv.xz"
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        for text in dict.fromkeys(line.split("\t")[0] for line in lines):
            yield Sentence(text, frozenset())


def ewt_sentences(data: Path) -> Iterator[Sentence]:
    """The sentences with names of Universal NER's EWT test set, as running text."""
    with tarfile.open(data / "ner" / "uner_en_ewt.tar.xz") as archive:
        member = archive.extractfile("uner_en_ewt/test.conll")
        assert member is not None
        sentences = member.read().decode().strip().split("\n\n")
    for lines in sentences:
        tokens, tags = zip(*(line.split("\t") for line in lines.split("\n")), strict=True)
        names = _names(tokens, tags)
        text = running_text(tokens)
        if names and all(name in text for name in names):
            yield Sentence(text, frozenset(names))


def running_text(tokens: Sequence[str]) -> str:
    """Tokens joined as one writes them: `It 's her .` becomes `It's her.` and so on."""
    text = re.sub(r" (?=[.,;:!?)%]|n't|'(?:s|m|re|ve|ll|d)\b)", "", " ".join(tokens))
    return re.sub(r"(?<=[($]) ", "", text)


def _names(tokens: Sequence[str], tags: Sequence[str]) -> set[str]:
    spans: list[list[str]] = []
    for token, tag in zip(tokens, tags, strict=True):
        if tag.startswith("B-"):
            spans.append([token])
        elif tag.startswith("I-"):
            spans[-1].append(token)
    return {running_text(span) for span in spans}


def _write(name: str, sentences: Iterable[Sentence]) -> None:
    with (REQUESTS / name).open("w", encoding="utf-8") as file:
        for sentence in sentences:
            row = {"text": sentence.text, "names": sorted(sentence.names)}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _write_pictures(pictures: Iterable[Picture]) -> None:
    (REQUESTS / "images").mkdir(exist_ok=True)
    with (REQUESTS / "images.jsonl").open("w", encoding="utf-8") as file:
        for number, picture in enumerate(islice(pictures, NUM_PICTURES)):
            name = f"images/{number:02}.jpg"
            (REQUESTS / name).write_bytes(picture.content)
            file.write(json.dumps({"file": name, "label": picture.label}) + "\n")


if __name__ == "__main__":
    main()
