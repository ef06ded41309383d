"""Two versions of a model side by side: who is answered by which, and how they compare."""
