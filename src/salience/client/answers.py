"""A reply's results as plain Python values."""

from typing import overload

from salience.errors import ServingError
from salience.rpc_status import error_of
from salience.v1.entities_pb2 import Entities, RecognizeEntitiesReply
from salience.v1.translation_pb2 import TranslateReply, Translation


@overload
def answers(reply: TranslateReply) -> list[Translation | ServingError]: ...
@overload
def answers(reply: RecognizeEntitiesReply) -> list[Entities | ServingError]: ...
def answers(
    reply: TranslateReply | RecognizeEntitiesReply,
) -> list[Translation | ServingError] | list[Entities | ServingError]:
    """One answer per text, in order; a text that could not be served has its error there."""
    if isinstance(reply, TranslateReply):
        return [
            error_of(result.error) if result.HasField("error") else result.translation
            for result in reply.results
        ]
    return [
        error_of(result.error) if result.HasField("error") else result.entities
        for result in reply.results
    ]
