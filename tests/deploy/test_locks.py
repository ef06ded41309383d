"""What the images install is pinned by hash, and is what the project asks for."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

PROJECT = Path(__file__).parents[2]
LOCKS = PROJECT / "requirements"
EXTRAS = {
    "gateway": ["tracing"],
    "worker": ["worker", "tracing"],
    "archives": ["worker", "convert"],
    "load": ["load"],
}
UNLOCKED = {"salience", "torch"}


def pinned(name: str) -> dict[str, str]:
    text = (LOCKS / f"{name}.txt").read_text()
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", text, re.MULTILINE))


def wanted(extras: list[str]) -> Iterator[Requirement]:
    """Also of the extras that an extra names."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    lines = list(project["dependencies"])
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    for requirement in map(Requirement, lines):
        if requirement.name == "salience":
            yield from wanted(sorted(requirement.extras))
        else:
            yield requirement


def test_every_image_has_a_lock() -> None:
    assert {file.stem for file in LOCKS.glob("*.txt")} == set(EXTRAS)


@pytest.mark.parametrize("name", EXTRAS)
def test_a_lock_holds_what_the_project_asks_for(name: str) -> None:
    versions = pinned(name)

    for requirement in wanted(EXTRAS[name]):
        if requirement.name not in UNLOCKED:
            assert requirement.specifier.contains(versions[requirement.name.lower()]), requirement


@pytest.mark.parametrize("name", EXTRAS)
def test_everything_locked_has_a_hash_and_no_address(name: str) -> None:
    text = (LOCKS / f"{name}.txt").read_text()
    entries = re.split(r"\n(?=[a-z0-9])", re.sub(r"^#.*\n?", "", text, flags=re.MULTILINE).strip())

    assert len(entries) == len(pinned(name)) > 10
    for entry in entries:
        assert "--hash=sha256:" in entry
    assert not re.search(r"https?://|file:|--index|--find-links", re.sub(r"#.*", "", text))


def test_images_that_work_together_speak_by_the_same_versions() -> None:
    gateway, worker = pinned("gateway"), pinned("worker")

    assert {name: worker[name] for name in gateway} == gateway
