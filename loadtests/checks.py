"""Whether an answer is right, as far as one can tell without a reference."""

from collections.abc import Sequence

from loadtests.pictures import Picture
from loadtests.sentences import Sentence
from salience.v1.entities_pb2 import Entity, RecognizeEntitiesReply
from salience.v1.images_pb2 import ClassifyImagesReply
from salience.v1.summarization_pb2 import SummarizeReply, SummarizeStreamReply, SummarySentence
from salience.v1.translation_pb2 import TranslateReply, TranslateStreamReply, Translation


class WrongAnswer(Exception):
    """The service answered, and not as it should."""


def check_translations(reply: TranslateReply, sentences: Sequence[Sentence]) -> None:
    """One undoubted translation per text."""
    _check_count(len(reply.results), len(sentences))
    for result, sentence in zip(reply.results, sentences, strict=True):
        if result.HasField("error"):
            raise WrongAnswer(f"{sentence.text!r} has the error {result.error.message!r}")
        _check_translation(result.translation, sentence)
    _check_served(reply)


def check_stream(replies: Sequence[TranslateStreamReply], sentences: Sequence[Sentence]) -> None:
    """Every text comes, in order, and so do the sentences of each."""
    places = [(reply.text_index, reply.sentence_index) for reply in replies]
    if places != sorted(set(places)):
        raise WrongAnswer(f"the sentences came out of order: {places}")
    _check_count(len({text for text, _ in places}), len(sentences))
    for reply in replies:
        if reply.HasField("error"):
            raise WrongAnswer(f"sentence {reply.sentence_index}: {reply.error.message}")
        _check_translation(reply.translation, sentences[reply.text_index])


def check_entities(reply: RecognizeEntitiesReply, sentences: Sequence[Sentence]) -> None:
    """Offsets cut the names out of each text, and its known names are among them."""
    _check_count(len(reply.results), len(sentences))
    for result, sentence in zip(reply.results, sentences, strict=True):
        if result.HasField("error"):
            raise WrongAnswer(f"{sentence.text!r} has the error {result.error.message!r}")
        for entity in result.entities.entities:
            _check_entity(entity, sentence.text)
        missing = sentence.names - {entity.text for entity in result.entities.entities}
        if missing:
            raise WrongAnswer(f"{sorted(missing)} not found in {sentence.text!r}")
    _check_served(reply)


def check_summaries(
    reply: SummarizeReply, documents: Sequence[Sentence], *, num_sentences: int
) -> None:
    """At most so many sentences of each document, where they stand in it."""
    _check_count(len(reply.results), len(documents))
    for result, document in zip(reply.results, documents, strict=True):
        if result.HasField("error"):
            raise WrongAnswer(f"{document.text!r} has the error {result.error.message!r}")
        _check_chosen(result.summary.sentences, document, num_sentences)
        if result.summary.text != " ".join(one.text for one in result.summary.sentences):
            raise WrongAnswer(f"{result.summary.text!r} is not made of its sentences")
    _check_served(reply)


def check_summary_stream(
    replies: Sequence[SummarizeStreamReply], documents: Sequence[Sentence], *, num_sentences: int
) -> None:
    """Every document comes, in order, with at most so many of its sentences."""
    numbers = [reply.text_index for reply in replies]
    if numbers != sorted(numbers):
        raise WrongAnswer(f"the documents came out of order: {numbers}")
    _check_count(len(set(numbers)), len(documents))
    for number, document in enumerate(documents):
        of_document = [reply for reply in replies if reply.text_index == number]
        for reply in of_document:
            if reply.HasField("error"):
                raise WrongAnswer(f"document {number}: {reply.error.message}")
        _check_chosen([reply.sentence for reply in of_document], document, num_sentences)


def check_classes(reply: ClassifyImagesReply, pictures: Sequence[Picture]) -> None:
    """The likeliest class of each picture is its own; probabilities fall."""
    _check_count(len(reply.results), len(pictures))
    for result, picture in zip(reply.results, pictures, strict=True):
        if result.HasField("error"):
            raise WrongAnswer(f"{picture.label!r} has the error {result.error.message!r}")
        classes = result.classification.classes
        if not classes or classes[0].label != picture.label:
            raise WrongAnswer(f"{picture.label!r} is taken for {[one.label for one in classes]}")
        probabilities = [one.probability for one in classes]
        if probabilities != sorted(probabilities, reverse=True) or sum(probabilities) > 1.001:
            raise WrongAnswer(f"the probabilities of {picture.label!r} are {probabilities}")
    _check_served(reply)


def _check_chosen(
    sentences: Sequence[SummarySentence], document: Sentence, num_sentences: int
) -> None:
    if not 1 <= len(sentences) <= num_sentences:
        raise WrongAnswer(f"{len(sentences)} sentences of {document.text!r}")
    if [one.index for one in sentences] != sorted({one.index for one in sentences}):
        raise WrongAnswer(f"the sentences of {document.text!r} are out of order")
    for one in sentences:
        _check_place(one, document.text)
        if not 0 <= one.score <= 1:
            raise WrongAnswer(f"{one.text!r} has score {one.score}")


def _check_translation(translation: Translation, sentence: Sentence) -> None:
    if not translation.text.strip():
        raise WrongAnswer(f"the translation of {sentence.text!r} is blank")
    if translation.suspicions:
        raise WrongAnswer(f"the translation of {sentence.text!r} is doubtful")


def _check_entity(entity: Entity, text: str) -> None:
    _check_place(entity, text)
    if not entity.label or not 0 < entity.score <= 1:
        raise WrongAnswer(f"{entity.text!r} has label {entity.label!r}, score {entity.score}")


def _check_place(part: Entity | SummarySentence, text: str) -> None:
    if text[part.start : part.end] != part.text:
        raise WrongAnswer(f"{part.text!r} is not at {part.start}:{part.end} of {text!r}")
    if text.encode()[part.start_byte : part.end_byte].decode() != part.text:
        raise WrongAnswer(f"{part.text!r} is not at its bytes of {text!r}")


def _check_count(num_answers: int, num_items: int) -> None:
    if num_answers != num_items:
        raise WrongAnswer(f"{num_answers} answers to {num_items} items")


def _check_served(
    reply: TranslateReply | SummarizeReply | RecognizeEntitiesReply | ClassifyImagesReply,
) -> None:
    if not reply.model or not reply.model_version:
        raise WrongAnswer("the reply does not say which model answered")
    if reply.timing.inference_time.ToNanoseconds() <= 0:
        raise WrongAnswer("the reply does not say how long the model took")
