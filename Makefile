# The verbs of this project; `make help` explains them.
PYTHON ?= python3.11
BIN := .venv/bin
INSTALLED := .venv/installed

help:  ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(INSTALLED): pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --upgrade pip
	$(BIN)/pip install torch==2.13.0
	$(BIN)/pip install --editable '.[worker,train,dev]'
	@touch $@

install: $(INSTALLED)  ## Create .venv with everything in it

generate: $(INSTALLED)  ## Write the stubs from the protos
	$(BIN)/python -m grpc_tools.protoc -I protos -I $$($(BIN)/python -c 'import google.rpc, pathlib; print(pathlib.Path(google.rpc.__path__[0]).parents[1])') \
	  --python_out=src --pyi_out=src --grpc_python_out=src protos/salience/v1/*.proto

.PHONY: help install generate
