"""Builds and inspects TorchServe archives."""
