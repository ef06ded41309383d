"""What is stored of a secret: its scrypt hash (RFC 7914)."""

import hashlib

SALT_BYTES = 16


def secret_hash(secret: str, salt: bytes) -> bytes:
    """64 bytes; takes some 50 ms and 16 MiB, so run it in a thread, few at a time."""
    return hashlib.scrypt(secret.encode(), salt=salt, n=2**14, r=8, p=1)
