from io import BytesIO
from pathlib import Path

from PIL import Image

from tests.unit.cli.conftest import Run
from tests.unit.client.fake_service import FakeService
from tests.unit.generators import write_generator


def test_each_picture_becomes_a_file_named_after_its_seed(
    run: Run, service: FakeService, tmp_path: Path
) -> None:
    folder = tmp_path / "pictures"
    options = ["--number", "34", "--seed", "5", "--model", "m"]
    result = run("generate", "--server", service.target, *options, str(folder))

    assert result.exit_code == 0, result.stderr
    assert (folder / "5.png").read_bytes() == b"picture 5"
    assert len(list(folder.iterdir())) == 34
    assert [len(request.seeds) for request in service.calls] == [32, 2]
    assert service.calls[0].model == "m"


def test_attention_needs_a_sheet(run: Run, tmp_path: Path) -> None:
    result = run("generate", "--explain", str(tmp_path))

    assert "--sheet" in result.stderr
    assert result.exit_code == 2


def test_a_model_in_this_process_draws_a_sheet_with_what_it_looked_at(
    run: Run, tmp_path: Path
) -> None:
    store, folder, sheet = tmp_path / "store", tmp_path / "pictures", tmp_path / "sheet.png"
    write_generator(store / "drawing")
    options = ["--model", "drawing", "--number", "3", "--explain", "--sheet", str(sheet)]
    result = run("generate", "--local", "--model-store", str(store), *options, str(folder))

    assert result.exit_code == 0, result.stderr
    assert Image.open(BytesIO((folder / "1.png").read_bytes())).size == (32, 32)
    drawn = Image.open(BytesIO(sheet.read_bytes()))
    assert drawn.width > drawn.height
