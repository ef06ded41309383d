import platform

import pytest
import torch

from salience.engines.int8_arithmetic import int8_is_exact


@pytest.mark.parametrize(
    ("machine", "has_vnni", "exact"),
    [("x86_64", True, True), ("AMD64", False, False), ("aarch64", False, True)],
)
def test_only_an_x86_cpu_without_vnni_overflows(
    monkeypatch: pytest.MonkeyPatch, machine: str, has_vnni: bool, exact: bool
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(torch.cpu, "_is_vnni_supported", lambda: has_vnni)

    assert int8_is_exact() is exact
