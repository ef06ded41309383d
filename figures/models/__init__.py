"""The figures of `docs/models`."""
