"""Loads of any shape, held against objectives, and reported."""
