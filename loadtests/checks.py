"""Whether an answer is right, as far as one can tell without a reference."""

from collections.abc import Sequence

from loadtests.sentences import Sentence
from salience.v1.entities_pb2 import Entity, RecognizeEntitiesReply
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


def _check_translation(translation: Translation, sentence: Sentence) -> None:
    if not translation.text.strip():
        raise WrongAnswer(f"the translation of {sentence.text!r} is blank")
    if translation.suspicions:
        raise WrongAnswer(f"the translation of {sentence.text!r} is doubtful")


def _check_entity(entity: Entity, text: str) -> None:
    if text[entity.start : entity.end] != entity.text:
        raise WrongAnswer(f"{entity.text!r} is not at {entity.start}:{entity.end} of {text!r}")
    if text.encode()[entity.start_byte : entity.end_byte].decode() != entity.text:
        raise WrongAnswer(f"{entity.text!r} is not at its bytes of {text!r}")
    if not entity.label or not 0 < entity.score <= 1:
        raise WrongAnswer(f"{entity.text!r} has label {entity.label!r}, score {entity.score}")


def _check_count(num_answers: int, num_texts: int) -> None:
    if num_answers != num_texts:
        raise WrongAnswer(f"{num_answers} answers to {num_texts} texts")


def _check_served(reply: TranslateReply | RecognizeEntitiesReply) -> None:
    if not reply.model or not reply.model_version:
        raise WrongAnswer("the reply does not say which model answered")
    if reply.timing.inference_time.ToNanoseconds() <= 0:
        raise WrongAnswer("the reply does not say how long the model took")
