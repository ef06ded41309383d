"""What the file of keys says of one key."""

from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from salience.gateway.access.task_names import TASKS

Hex = Annotated[str, Field(pattern=r"^([0-9a-f]{2})+$")]


def _known_task(name: str) -> str:
    if name not in TASKS:
        raise ValueError(f"there is no task {name[:40]!r}; there are {', '.join(TASKS)}")
    return name


class KeyRecord(BaseModel):
    """Without `tasks`, or `models`, it is for all of them; with `admin` it is in any case."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{8}$")]
    name: Annotated[str, Field(min_length=1, max_length=100)]
    """Whose it is, for the operator."""
    salt: Hex
    scrypt: Hex
    """The hash of the secret."""
    tasks: tuple[Annotated[str, AfterValidator(_known_task)], ...] = ()
    models: tuple[str, ...] = ()
    admin: bool = False
    calls_per_second: Annotated[float, Field(gt=0)] | None = None
    max_calls_in_flight: Annotated[int, Field(gt=0)] | None = None
    created: AwareDatetime
