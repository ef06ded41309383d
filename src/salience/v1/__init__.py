"""Generated from protos/salience/v1; `make generate` writes it."""
