"""How well a key answers a query: one score function per file."""
