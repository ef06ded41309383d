"""What arrives when, and how long it is."""
