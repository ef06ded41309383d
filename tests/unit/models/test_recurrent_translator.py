"""What must hold of both recurrent networks, and what only attention can do."""

import pytest
import torch
from torch.testing import assert_close

from salience.decoding.options import DecodingOptions
from salience.engines.pytorch_translator import PyTorchTranslator
from salience.models.recurrent_translator import (
    AttentiveRecurrentTranslator,
    RecurrentSize,
    RecurrentTranslator,
    small_recurrent_translator,
)
from salience.text.subwords import END, PADDING, START

SIZE = RecurrentSize(vocabulary=40, width=16, hidden_width=12, max_len=30, dropout=0.1)
KINDS = [RecurrentTranslator, AttentiveRecurrentTranslator]
SOURCES = torch.tensor([[5, 6, 7, END], [9, END, PADDING, PADDING]])
LENGTHS = torch.tensor([4, 2])
TARGETS = torch.tensor([[START, 11, 12], [START, 13, END]])


@pytest.fixture(params=KINDS)
def network(request: pytest.FixtureRequest) -> RecurrentTranslator:
    torch.manual_seed(3)
    network: RecurrentTranslator = request.param(SIZE)
    return network.eval()


def test_steps_score_what_whole_targets_score(network: RecurrentTranslator) -> None:
    whole = network.logits(network(SOURCES, LENGTHS, TARGETS))

    encoded, past = network.encode(SOURCES, LENGTHS), None
    for place in range(TARGETS.size(1)):
        scores, past = network.step(TARGETS[:, place : place + 1], encoded, past)
        assert_close(scores, whole[:, place])


def test_padding_changes_nothing(network: RecurrentTranslator) -> None:
    together = network(SOURCES, LENGTHS, TARGETS)[1]

    alone = network(SOURCES[1:, :2], LENGTHS[1:], TARGETS[1:])[0]

    assert_close(together, alone)


def test_a_batch_is_translated_as_each_sentence_is(network: RecurrentTranslator) -> None:
    translator = PyTorchTranslator(network)
    sources = [[5, 6, 7, END], [9, 8, 6, END]]

    together = translator.run(sources, DecodingOptions())

    assert [one.tokens for one in together] == [
        translator.run([source], DecodingOptions())[0].tokens for source in sources
    ]


@pytest.mark.parametrize(("kind", "millions"), list(zip(KINDS, (5.0, 5.5), strict=True)))
def test_the_small_size_has_as_many_parameters_as_it_says(
    kind: type[RecurrentTranslator], millions: float
) -> None:
    with torch.device("meta"):
        network = kind(small_recurrent_translator(5_000))

    assert round(sum(one.numel() for one in network.parameters()) / 1e6, 1) == millions


def test_it_learns_to_copy_one_word() -> None:
    torch.manual_seed(1)
    network = AttentiveRecurrentTranslator(SIZE)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
    words = torch.randint(4, 40, (64, 1))
    sources = torch.cat([words, torch.full((64, 1), END)], dim=1)
    targets = torch.cat([torch.full((64, 1), START), words], dim=1)
    for _ in range(60):
        hidden = network(sources, torch.full((64,), 2), targets[:, :1])
        loss = torch.nn.functional.cross_entropy(network.logits(hidden[:, 0]), words[:, 0])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    assert loss < 0.5


def test_attention_looks_only_at_real_words_and_fully() -> None:
    network = AttentiveRecurrentTranslator(SIZE).eval()
    encoded = network.encode(SOURCES, LENGTHS)

    weights = network.weights(encoded.first, encoded)

    assert_close(weights.sum(1), torch.ones(2))
    assert weights[1, 2:].eq(0).all()
    assert_close(network.context(encoded.first, encoded)[1], weights[1, :2] @ encoded.states[1, :2])


def test_without_attention_the_context_is_the_same_at_every_step() -> None:
    network = RecurrentTranslator(SIZE).eval()
    encoded = network.encode(SOURCES, LENGTHS)

    contexts = [network.context(torch.randn(2, 12), encoded) for _ in range(2)]

    assert contexts[0].equal(contexts[1])
    assert_close(contexts[0][1, :12], encoded.states[1, 1, :12])


def test_attention_tells_where_it_looks_and_its_absence_is_known() -> None:
    torch.manual_seed(3)
    attentive = PyTorchTranslator(AttentiveRecurrentTranslator(SIZE).eval())
    source = [5, 6, 7, END]

    (output,) = attentive.run([source], DecodingOptions(3, explain=True))

    looks = torch.tensor(output.attention)
    assert looks.shape == (len(output.tokens), len(source))
    assert_close(looks.sum(1), torch.ones(len(looks)))
    assert attentive.explains
    assert not PyTorchTranslator(RecurrentTranslator(SIZE)).explains


def test_padding_is_never_looked_at() -> None:
    torch.manual_seed(3)
    network = AttentiveRecurrentTranslator(SIZE).eval()

    looks = network.alignment(SOURCES, LENGTHS, TARGETS)

    assert not looks[1, :, 2:].any()
    assert_close(looks[1:, :, :2], network.alignment(SOURCES[1:, :2], LENGTHS[1:], TARGETS[1:]))
