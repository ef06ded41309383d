"""What can be found wrong before anything is started."""

import socket
from collections.abc import Sequence
from pathlib import Path

from salience.addresses import is_ipv6, with_port
from salience.supervisor.settings import Listener, SupervisorSettings
from salience.worker.archive_check import Trusted, check_archive
from salience.worker.provenance import UnsupportedArchive


class CannotServe(Exception):
    """The service cannot start; the message says why and what to do."""


def archives_to_serve(
    folder: Path, models: Sequence[str] | None = None, trusted: Trusted = None
) -> dict[str, str]:
    """The models in the `.mar` files of a folder, each with the name of its file.

    `models` are those to serve; without, it is every one. Each archive is checked from its
    first byte to its last, and must be `trusted`, if it is known which are.
    """
    files = sorted(folder.glob("*.mar"))
    if not files:
        raise CannotServe(f"there is no archive in {folder}: build one with `salience archive`")
    found = {_model_name(file, trusted): file.name for file in files}
    if models is None:
        return found
    missing = [name for name in models if name not in found]
    if missing:
        raise CannotServe(
            f"there is no archive of {', '.join(missing)} in {folder}: "
            "build it with `salience archive NAME`"
        )
    return {name: found[name] for name in models}


def check_ports(settings: SupervisorSettings) -> None:
    """Raise CannotServe when something else listens where we shall, with all such ports."""
    faults = [fault for listener in settings.listeners if (fault := _fault(listener))]
    if faults:
        raise CannotServe("; ".join(faults))


def _fault(listener: Listener) -> str | None:
    """Why it cannot be listened on, and what to set."""
    setting, host, port = listener
    family = socket.AF_INET6 if is_ipv6(host) else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return (
                f"cannot listen on {with_port(host, port)} ({error.strerror}): "
                f"set SALIENCE_{setting.upper()} to a free port"
            )
    return None


def _model_name(file: Path, trusted: Trusted) -> str:
    try:
        return check_archive(file, trusted)
    except UnsupportedArchive as refusal:
        raise CannotServe(str(refusal)) from refusal
