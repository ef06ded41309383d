"""Attention over maps of features, as convolutions make them: one mechanism per file."""
