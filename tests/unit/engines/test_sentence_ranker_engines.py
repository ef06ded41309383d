from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from salience.engines.int8_arithmetic import int8_is_exact
from salience.engines.onnx_ranker_converter import convert_ranker_to_onnx_int8
from salience.engines.onnx_sentence_ranker import MODEL_FILE, OnnxSentenceRanker
from salience.engines.pytorch_sentence_ranker import PyTorchSentenceRanker
from salience.models.bert_encoder import BertSize
from salience.models.sentence_ranker import SentenceRanker, SentenceRankerSize

ENCODER = BertSize(
    vocabulary=50,
    width=32,
    inner_width=64,
    num_heads=4,
    num_layers=3,
    max_len=40,
    num_cases=3,
    dropout=0.1,
)
BATCH = [[1, 64, 115, 1, 26, 1, 2, 9], [1, 5], [1, 120, 149, 3, 1, 3, 4, 5, 6, 7, 8, 9]]


@pytest.fixture(scope="module")
def network() -> SentenceRanker:
    torch.manual_seed(0)
    network = SentenceRanker(SentenceRankerSize(ENCODER, num_sentence_layers=2))
    torch.nn.init.normal_(network.encoder.embedding.cases.weight)
    torch.nn.init.normal_(network.lengths.weight)
    torch.nn.init.normal_(network.score.weight)
    return network.eval()


@pytest.fixture(scope="module")
def reference(network: SentenceRanker) -> PyTorchSentenceRanker:
    return PyTorchSentenceRanker(network, marker=1, device="cpu", threads=1)


@pytest.fixture(scope="module")
def folder(network: SentenceRanker, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("onnxruntime-int8")
    convert_ranker_to_onnx_int8(network, path)
    return path


def test_the_reference_gives_every_sentence_its_score(reference: PyTorchSentenceRanker) -> None:
    outputs = reference.run(BATCH)

    assert [scores.shape for scores in outputs] == [(3,), (1,), (2,)]
    for scores, sequence in zip(outputs, BATCH, strict=True):
        np.testing.assert_allclose(scores, reference.run([sequence])[0], rtol=1e-4, atol=1e-5)


@pytest.mark.skipif(
    not int8_is_exact(), reason="over random weights the eight-bit sums of this CPU overflow"
)
def test_int8_stays_close_to_the_reference(reference: PyTorchSentenceRanker, folder: Path) -> None:
    engine = OnnxSentenceRanker(folder, marker=1, threads=1)

    for sequence in BATCH:
        [scores], [expected] = engine.run([sequence]), reference.run([sequence])
        assert scores.shape == expected.shape
        assert np.abs(scores - expected).max() < 0.3


def test_batch_length_and_number_of_sentences_are_free(folder: Path) -> None:
    engine = OnnxSentenceRanker(folder, marker=1, threads=1)

    assert [scores.shape for scores in engine.run([[1] * 40] * 5)] == [(40,)] * 5


def test_maps_are_stored_in_8_bits_and_the_embedding_in_16(folder: Path) -> None:
    stored = onnx.load(folder / MODEL_FILE).graph.initializer
    types = Counter((tuple(tensor.dims), tensor.data_type) for tensor in stored)

    assert types[(ENCODER.width, ENCODER.width), onnx.TensorProto.INT8] == 4 * (3 + 2)
    assert types[(ENCODER.vocabulary, ENCODER.width), onnx.TensorProto.FLOAT16] == 1
