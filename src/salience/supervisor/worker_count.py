"""How many workers each model gets when the operator does not say."""

import os

import psutil

from salience.supervisor.gpus import num_gpus

WORKER_BYTES = 300 * 2**20
"""What a worker takes, most of it PyTorch, which TorchServe's own code imports."""


def default_workers(num_models: int) -> int:
    """As many as suit this machine: one a GPU for each model, or else one a core."""
    return workers_that_fit(
        num_models,
        num_devices=num_gpus() or len(os.sched_getaffinity(0)),
        memory_bytes=psutil.virtual_memory().total,
    )


def workers_that_fit(num_models: int, *, num_devices: int, memory_bytes: int) -> int:
    """One a device for each model, which alone can then keep every one of them busy.

    Fewer where those of all models together would take more than half of the memory; one
    at least.
    """
    affordable = memory_bytes // 2 // (num_models * WORKER_BYTES)
    return max(1, min(num_devices, affordable))
