"""The file of rollouts: the command line writes it, gateways follow it."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from salience.gateway.first_fault import first_fault


class BadRolloutFile(Exception):
    """The file of rollouts cannot be read; the message says why."""


class Rollout(BaseModel):
    """How the calls of a model are shared with another, its candidate."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    candidate: str
    """The name of a model that does the same."""
    percent: Annotated[float, Field(ge=0, le=100)] = 0.0
    """Of the calls, answered by the candidate."""
    shadow: bool = False
    """Whether the candidate is asked in the shadow of the others, and compared."""


class RolloutFile(BaseModel):
    """All of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rollouts: dict[str, Rollout] = Field(default_factory=dict)
    """By the model that is called."""

    @field_validator("rollouts")
    @classmethod
    def _of_two_models(cls, rollouts: dict[str, Rollout]) -> dict[str, Rollout]:
        for model, rollout in rollouts.items():
            if model == rollout.candidate:
                raise ValueError(f"{model} is its own candidate")
        return rollouts


def read_rollouts(path: Path) -> RolloutFile:
    """What the file says; one that is not there says nothing. Raises BadRolloutFile."""
    try:
        return RolloutFile.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return RolloutFile()
    except OSError as error:
        raise BadRolloutFile(f"the file of rollouts cannot be read: {error.strerror}") from None
    except ValidationError as error:
        raise BadRolloutFile(f"the file of rollouts is wrong: {first_fault(error)}") from None


def write_rollouts(path: Path, content: RolloutFile) -> None:
    """Replace the file; readers see the old or the new one."""
    new = path.with_name(f".{path.name}.new")
    new.write_text(content.model_dump_json(indent=2) + "\n")
    new.replace(path)
