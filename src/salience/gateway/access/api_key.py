"""What a key looks like: `salience_<id>_<secret>`, found by its id and proved by its secret."""

import re
import secrets
from typing import NamedTuple, Self

_FORM = re.compile(r"salience_([0-9a-f]{8})_([A-Za-z0-9_-]{43})")
_SECRET_BYTES = 32


class ApiKey(NamedTuple):
    """The id may be shown and counted; the secret only its holder knows."""

    id: str
    secret: str

    @classmethod
    def new(cls) -> Self:
        """A key that nobody can guess."""
        return cls(secrets.token_hex(4), secrets.token_urlsafe(_SECRET_BYTES))

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The key that `text` writes, if it writes one."""
        match = _FORM.fullmatch(text)
        return cls(*match.groups()) if match else None

    def text(self) -> str:
        """As its holder sends it."""
        return f"salience_{self.id}_{self.secret}"
