"""Where and how a worker runs its model."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import torch

logger = logging.getLogger(__name__)


class PlacementContext(Protocol):
    """The part of TorchServe's context that says what a worker may use."""

    system_properties: dict[str, Any]
    model_yaml_config: dict[str, Any]


@dataclass(frozen=True)
class Placement:
    """What a model is loaded with; `engine` None leaves the choice to the model."""

    device: str
    threads: int
    engine: str | None

    @classmethod
    def read(
        cls,
        context: PlacementContext,
        *,
        gpu_is_usable: Callable[[], bool] = torch.cuda.is_available,
    ) -> "Placement":
        """From the GPU that TorchServe assigned and the archive's model-config.yaml.

        The engine named there is the one for a CPU; a GPU has its own.
        """
        settings = context.model_yaml_config.get("salience", {})
        gpu_id = context.system_properties["gpu_id"]
        device = device_of(gpu_id, gpu_is_usable=gpu_is_usable)
        engine = settings.get("engine") if device == "cpu" else None
        return cls(device=device, threads=int(settings.get("threads", 1)), engine=engine)


def device_of(gpu_id: str | int | None, *, gpu_is_usable: Callable[[], bool]) -> str:
    """`cuda:N` for the GPU that TorchServe assigned, or `cpu`.

    TorchServe counts GPUs with `nvidia-smi`; a torch built without CUDA cannot use what
    that finds, and falls back.
    """
    if gpu_id is None or int(gpu_id) < 0:
        return "cpu"
    if not gpu_is_usable():
        logger.warning("GPU %s was assigned, but torch cannot use it: running on the CPU", gpu_id)
        return "cpu"
    return f"cuda:{int(gpu_id)}"
