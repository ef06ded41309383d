"""Numbers of ports to listen on."""

from typing import Annotated

from pydantic import Field

HIGHEST_PORT = 65535
Port = Annotated[int, Field(ge=0, le=HIGHEST_PORT)]
"""0 takes any free one."""
