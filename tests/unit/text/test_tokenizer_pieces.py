from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, processors

from salience.errors import Unsupported
from salience.text.tokenizer_pieces import TokenizerPieces
from tests.unit.checkpoints.tiny_checkpoints import byte_pairs, unigrams, word_pieces

MAKERS = {"word pieces": word_pieces, "byte pairs": byte_pairs, "unigrams": unigrams}
TEXT = "  Dr. O'Neill met Ada\tin Paris."


@pytest.fixture(scope="module", params=MAKERS)
def pieces(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    file = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    MAKERS[request.param]().backend_tokenizer.save(str(file))
    return TokenizerPieces(file)


def test_words_end_at_white_space_and_at_punctuation(pieces: TokenizerPieces) -> None:
    (split,) = pieces.split([TEXT])

    words: dict[int, str] = {}
    for word, start, end in zip(split.words, split.starts, split.ends, strict=True):
        words[word] = words.get(word, "") + TEXT[start:end]
    found = [word for word in words.values() if word]
    assert found == ["Dr", ".", "O", "'", "Neill", "met", "Ada", "in", "Paris", "."]


@given(st.text())
def test_pieces_stand_in_the_text_from_left_to_right(pieces: TokenizerPieces, text: str) -> None:
    (split,) = pieces.split([text])

    assert (split.starts <= split.ends).all()
    assert (np.diff(split.starts) >= 0).all()
    assert (np.diff(split.words) >= 0).all()
    assert not split.ends.size or split.ends.max() <= len(text)
    for start, end in zip(split.starts, split.ends, strict=True):
        assert text[start:end] == text[start:end].strip()


def test_a_tokenizer_that_adds_other_special_tokens_is_refused(tmp_path: Path) -> None:
    tokenizer = Tokenizer(models.WordLevel({"a": 0, "</s>": 1}, unk_token="a"))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", 1)]
    )
    tokenizer.save(str(tmp_path / "tokenizer.json"))

    with pytest.raises(Unsupported, match="one special token before and after"):
        TokenizerPieces(tmp_path / "tokenizer.json")
