"""From the measured curve of one machine to many: docs/scaling.md."""
