import math
from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from salience.engines.int8_arithmetic import int8_is_exact
from salience.engines.onnx_converter import convert_to_onnx_int8
from salience.engines.onnx_export import SHARED_WEIGHTS
from salience.engines.onnx_token_classifier import (
    EXPLAINED_FILE,
    MODEL_FILE,
    OnnxTokenClassifier,
)
from salience.engines.pytorch_token_classifier import PyTorchTokenClassifier
from salience.models.bert_encoder import BertSize
from salience.models.token_classifier import TokenClassifier

SIZE = BertSize(
    vocabulary=50,
    width=32,
    inner_width=64,
    num_heads=4,
    num_layers=3,
    max_len=12,
    num_cases=3,
    dropout=0.1,
)
CLOSE = 0.05 if int8_is_exact() else 0.2
"""Random weights use the whole range, where sums of an older CPU overflow."""
BATCH = [[3, 64, 115, 9, 26, 1, 2], [5], [35, 120, 149]]


@pytest.fixture(scope="module")
def network() -> TokenClassifier:
    torch.manual_seed(0)
    network = TokenClassifier(SIZE, num_tags=7)
    torch.nn.init.normal_(network.encoder.embedding.cases.weight)
    torch.nn.init.normal_(network.tags.weight)
    return network.eval()


@pytest.fixture(scope="module")
def folder(network: TokenClassifier, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("onnxruntime-int8")
    convert_to_onnx_int8(network, path)
    return path


def test_the_reference_gives_every_token_its_scores(network: TokenClassifier) -> None:
    outputs = PyTorchTokenClassifier(network, device="cpu", threads=1).run(BATCH)

    assert [scores.shape for scores in outputs] == [(7, 7), (1, 7), (3, 7)]
    alone = PyTorchTokenClassifier(network, device="cpu", threads=1).run(BATCH[2:])
    np.testing.assert_allclose(outputs[2], alone[0], rtol=1e-4, atol=1e-5)


def test_int8_stays_close_to_the_reference(network: TokenClassifier, folder: Path) -> None:
    reference = PyTorchTokenClassifier(network, device="cpu", threads=1).run(BATCH)

    outputs = OnnxTokenClassifier(folder, threads=1).run(BATCH)

    for scores, expected in zip(outputs, reference, strict=True):
        assert scores.shape == expected.shape
        assert np.abs(scores - expected).max() < CLOSE * np.abs(expected).max()


def test_batch_and_length_are_free(folder: Path) -> None:
    engine = OnnxTokenClassifier(folder, threads=1)

    assert [scores.shape for scores in engine.run([[1] * 12] * 5)] == [(12, 7)] * 5


def test_most_maps_are_stored_in_8_bits_and_the_embedding_in_16(folder: Path) -> None:
    stored = onnx.load(folder / MODEL_FILE).graph.initializer
    types = Counter((tuple(tensor.dims), tensor.data_type) for tensor in stored)

    assert types[(SIZE.width, SIZE.width), onnx.TensorProto.INT8] == 4 * SIZE.num_layers
    assert types[(SIZE.width, SIZE.inner_width), onnx.TensorProto.INT8] == SIZE.num_layers
    assert types[(SIZE.inner_width, SIZE.width), onnx.TensorProto.FLOAT] == 2
    assert types[(SIZE.vocabulary, SIZE.width), onnx.TensorProto.FLOAT16] == 1
    files = {file.name for file in folder.iterdir()}
    assert files == {MODEL_FILE, EXPLAINED_FILE, SHARED_WEIGHTS}


def test_the_explaining_file_brings_no_weights_of_its_own(folder: Path) -> None:
    for file in (MODEL_FILE, EXPLAINED_FILE):
        stored = onnx.load(folder / file, load_external_data=False).graph.initializer
        large = [tensor for tensor in stored if math.prod(tensor.dims) > 1_024]
        assert large
        assert all(tensor.data_location == onnx.TensorProto.EXTERNAL for tensor in large)


def test_both_engines_look_at_the_same_and_at_no_padding(
    network: TokenClassifier, folder: Path
) -> None:
    reference = PyTorchTokenClassifier(network, device="cpu", threads=1)
    fast = OnnxTokenClassifier(folder, threads=1)

    assert reference.explains
    assert fast.explains
    for engine in (reference, fast):
        plain, explained = engine.run(BATCH), engine.explain(BATCH)
        for scores, one, tokens in zip(plain, explained, BATCH, strict=True):
            np.testing.assert_allclose(one.scores, scores, rtol=1e-4, atol=1e-5)
            assert one.attention.shape == (len(tokens), len(tokens))
            np.testing.assert_allclose(one.attention.sum(axis=1), 1, rtol=1e-5)
    for expected, found in zip(reference.explain(BATCH), fast.explain(BATCH), strict=True):
        np.testing.assert_allclose(found.attention, expected.attention, atol=CLOSE)


def test_a_network_that_does_not_tell_cannot_explain() -> None:
    assert not PyTorchTokenClassifier(torch.nn.Linear(1, 1), device="cpu", threads=1).explains
