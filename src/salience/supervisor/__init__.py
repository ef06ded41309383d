"""One process that starts, watches and stops the others."""

from salience.supervisor.preflight import CannotServe
from salience.supervisor.serve import serve
from salience.supervisor.settings import SupervisorSettings

__all__ = ["CannotServe", "SupervisorSettings", "serve"]
