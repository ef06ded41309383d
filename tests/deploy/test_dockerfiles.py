"""The Dockerfiles copy what exists, run without root and keep torch where it belongs."""

import re
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
DOCKERFILES = sorted((PROJECT / "deploy" / "docker").glob("*.Dockerfile"))
NAMES = [path.name for path in DOCKERFILES]


def instructions(path: Path) -> list[str]:
    """The instructions, each on one line, without comments."""
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    return [line for line in "\n".join(lines).replace("\\\n", " ").splitlines() if line.strip()]


def last_stage(path: Path) -> list[str]:
    every = instructions(path)
    start = max(index for index, line in enumerate(every) if line.startswith("FROM "))
    return every[start:]


def test_there_is_a_gateway_a_worker_and_a_load() -> None:
    assert NAMES == ["gateway.Dockerfile", "locust.Dockerfile", "worker.Dockerfile"]


@pytest.mark.parametrize("path", DOCKERFILES, ids=NAMES)
def test_what_is_copied_exists_and_is_not_ignored(path: Path) -> None:
    kept = re.findall(r"^!(.*)$", (PROJECT / ".dockerignore").read_text(), re.MULTILINE)
    copies = [line for line in instructions(path) if line.startswith("COPY ")]
    sources = [source for copy in copies if "--from" not in copy for source in copy.split()[1:-1]]

    assert sources
    for source in sources:
        assert (PROJECT / source).exists()
        assert source.partition("/")[0] in kept or source in kept


@pytest.mark.parametrize("path", DOCKERFILES, ids=NAMES)
def test_stages_copied_from_exist(path: Path) -> None:
    stages = re.findall(r"^FROM \S+ AS (\w+)$", path.read_text(), re.MULTILINE)

    assert set(re.findall(r"--from=(\w+)", path.read_text())) <= set(stages)


@pytest.mark.parametrize("path", DOCKERFILES, ids=NAMES)
def test_the_image_runs_without_root(path: Path) -> None:
    users = [line.split()[1] for line in last_stage(path) if line.startswith("USER ")]

    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", users[-1])


@pytest.mark.parametrize("path", DOCKERFILES, ids=NAMES)
def test_every_stage_has_the_same_pinned_base(path: Path) -> None:
    bases = {line.split()[1] for line in instructions(path) if line.startswith("FROM ")}
    stages = set(re.findall(r" AS (\w+)$", path.read_text(), re.MULTILINE))

    assert bases - stages == {"docker.io/library/python:3.11-slim-bookworm"}


@pytest.mark.parametrize("path", DOCKERFILES, ids=NAMES)
def test_signals_reach_the_program(path: Path) -> None:
    (entrypoint,) = [line for line in last_stage(path) if line.startswith("ENTRYPOINT ")]

    assert entrypoint.startswith('ENTRYPOINT ["')


@pytest.mark.parametrize("path", DOCKERFILES, ids=NAMES)
def test_everything_is_installed_by_hash_but_torch_and_this_package(path: Path) -> None:
    installs = re.findall(r"pip install --no-cache-dir (.*)", path.read_text())
    others = [line for line in installs if not line.endswith(" torch==2.13.0")]

    assert others[-1].startswith("--require-hashes --no-deps -r") or others[-1] == "--no-deps ."
    assert "--no-deps ." in others
    assert {line.rsplit("/", 1)[0] for line in others if line != "--no-deps ."} == {
        "--require-hashes --no-deps -r requirements"
    }


def test_the_gateway_image_has_no_torch() -> None:
    assert "torch" not in DOCKERFILES[0].read_text().split("FROM", 1)[1]
    assert "torch" not in (PROJECT / "requirements" / "gateway.txt").read_text()


def test_the_worker_image_takes_the_projects_torch_first() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    (torch,) = [
        needed
        for needed in project["optional-dependencies"]["torch"]
        if re.match(r"torch\b(?!-)", needed)
    ]

    installs = re.findall(r"pip install .*", (DOCKERFILES[2]).read_text())

    assert installs[0].endswith(f" {torch}")
