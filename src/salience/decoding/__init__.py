"""Choosing the words of an output."""
