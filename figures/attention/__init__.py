"""The figures of `docs/attention`."""
