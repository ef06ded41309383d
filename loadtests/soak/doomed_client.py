"""A client that calls until it is killed: `python -m loadtests.soak.doomed_client TARGET`.

Says a word when its calls begin. What they come to is nobody's concern.
"""

import sys
from contextlib import suppress

from loadtests.sentences import read_sentences
from salience.client.identity import Identity
from salience.errors import ServingError

NUM_TEXTS = 32


def main() -> None:
    """Call for ever."""
    texts = [sentence.text for sentence in read_sentences("translation")[:NUM_TEXTS]]
    with Identity().client(sys.argv[1]) as client:
        print("calling", flush=True)
        while True:
            with suppress(ServingError):
                client.translate(texts)


if __name__ == "__main__":
    main()
