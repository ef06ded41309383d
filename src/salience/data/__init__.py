"""Readers of the corpora that the recipes train on."""
