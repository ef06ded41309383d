# The verbs of this project; `make help` explains them.
SHELL := /bin/bash
BIN := .venv/bin
INSTALLED := .venv/installed
STOCK := .venv/stock-clients
PYTHON ?= $(firstword $(foreach name,python3.11 python3 python,$(if $(shell \
  $(name) -c 'import sys; print(sys.version_info[:2] == (3, 11) or "")' 2>/dev/null),$(name))))
USERS ?= 16
SECONDS_OF_LOAD ?= 60
DATA ?= data

help:  ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

# PyTorch comes first and alone: what needs it then takes this build and no other.
$(INSTALLED): pyproject.toml
	@test -n '$(PYTHON)' || { echo 'Python 3.11 is needed: make PYTHON=/path/to/python3.11'; exit 1; }
	@echo 'Installing into .venv: some 2 minutes'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --upgrade pip
	$(BIN)/pip install torch==2.13.0
	$(BIN)/pip install --editable '.[worker,train,checkpoints,plots,dev]'
	@touch $@

# It needs an older protobuf, which it finds here before ours.
$(STOCK): $(INSTALLED)
	$(BIN)/pip install --quiet --upgrade --no-deps --target $@ tritonclient==2.73.0 python-rapidjson==1.25 protobuf==6.33.6
	@touch $@

install: $(INSTALLED)  ## Create .venv with everything in it

archives: $(INSTALLED)  ## Build what TorchServe serves, from model_store/
	$(BIN)/salience archive --all

serve: archives  ## Start the service and stay until Ctrl-C
	$(BIN)/salience serve

# What runs no service runs on two cores, a file at a time; the engines' files are there by then.
test: check archives $(STOCK)  ## Check everything, then run every test
	OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses 2 --dist loadfile --ignore tests/live
	$(BIN)/pytest tests/live

check: $(INSTALLED) lint-protos check-generated  ## Lint, types, layers, protos, generated files
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

# protoc, which knows where the googleapis protos are installed.
PROTOC = $(BIN)/python -m grpc_tools.protoc -I protos \
  -I $$($(BIN)/python -c 'import google.rpc, pathlib; print(pathlib.Path(google.rpc.__path__[0]).parents[1])')
STUBS_IN = $(PROTOC) --python_out=$(1) --pyi_out=$(1) --grpc_python_out=$(1) protos/salience/v1/*.proto \
  protos/salience/v1/*/*.proto

generate: $(INSTALLED)  ## Write the stubs and the OpenAPI document from the protos
	$(call STUBS_IN,src)
	$(BIN)/python -m salience.gateway.openapi protos
	$(BIN)/python -m salience.metrics docs/metrics.md
	$(BIN)/python -m dashboards deploy/monitoring/grafana/dashboards
	$(BIN)/python -m dashboards.prometheus_rule deploy/kubernetes/components/monitoring/prometheus-rule.yaml

lint-protos: $(INSTALLED)
	@mkdir -p build
	$(PROTOC) --include_imports --include_source_info --descriptor_set_out=build/protos.binpb \
	  protos/salience/v1/*.proto
	$(BIN)/buf lint build/protos.binpb --path salience

check-generated: $(INSTALLED)
	rm -rf build/generated && mkdir -p build/generated
	$(call STUBS_IN,build/generated)
	diff -r -x __init__.py -x __pycache__ build/generated/salience/v1 src/salience/v1 \
	  || { echo 'The stubs are not those of the protos: make generate'; exit 1; }

oip-clients: $(STOCK)  ## Try NVIDIA's and KServe's own clients, each with all that it asks for
	@test -e build/oip-clients/installed || { $(BIN)/python -m venv --without-pip build/oip-clients \
	  && $(BIN)/pip --python build/oip-clients install --quiet 'tritonclient[grpc,http]==2.73.0' kserve==0.21.0 \
	  && touch build/oip-clients/installed; }
	$(BIN)/pytest -rP tests/contract/test_stock_clients.py

load: $(INSTALLED)  ## Load a running service for a minute and check its answers
	$(BIN)/python -m locust -f loadtests/locustfile.py --headless --only-summary \
	  --users $(USERS) --spawn-rate $(USERS) --run-time $(SECONDS_OF_LOAD)s

bench: $(INSTALLED)  ## Compare the service with its engines in process, or open with guarded: make bench [GUARDED=1]
	$(BIN)/python -m loadtests.bench$(if $(GUARDED),.guards)

capacity: $(INSTALLED)  ## Find the highest rates within the objective: make capacity [CALLS_PER_HOUR=n] [PRICE=p]
	$(BIN)/python -m loadtests.capacity $(if $(CALLS_PER_HOUR),--calls-per-hour $(CALLS_PER_HOUR)) $(if $(PRICE),--price $(PRICE))

decoding: $(INSTALLED)  ## Compare beams and length penalties: make decoding [MODEL=DIR] [PAIRS=FILE]
	$(BIN)/python -m loadtests.decoding $(if $(MODEL),--model $(MODEL)) $(if $(PAIRS),--pairs $(PAIRS))

attention: $(INSTALLED)  ## Time the attention mechanisms beside PyTorch's own
	$(BIN)/python -m loadtests.attention

figures: $(INSTALLED)  ## Draw the figures of the documentation
	$(BIN)/python -m figures

fuzz: $(INSTALLED)  ## Send what strangers might: make fuzz [SECONDS=n] [SEED=n]
	$(BIN)/python -m tests.nasty.fuzz $(if $(SECONDS),--seconds $(SECONDS)) $(if $(SEED),--seed $(SEED))

faults: $(INSTALLED)  ## Break the real service in every promised way: make faults [ONLY=WORD]
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.faults $(if $(ONLY),--only '$(ONLY)')

soak: archives  ## Load with rude clients beside, judge memory and failures: make soak [MINUTES=20]
	$(BIN)/python -m loadtests.soak $(if $(MINUTES),--minutes $(MINUTES))

quality: $(INSTALLED)  ## Measure every model, write the tables: make quality DATA=DIR [LIMIT=n]
	$(BIN)/salience quality --data $(DATA) $(if $(LIMIT),--limit $(LIMIT))

# PyTorch is left out: its CPU build differs from one index to another. So is this package.
LOCKED = gateway worker archives load
EXTRAS_gateway = --extra tracing
EXTRAS_worker = --extra worker --extra tracing
EXTRAS_archives = --extra worker --extra convert
EXTRAS_load = --extra load

lock: $(INSTALLED)  ## Pin what the images install, by hash, in requirements/
	$(BIN)/pip install --quiet --editable '.[supply]'
	@mkdir -p requirements
	for image in $(LOCKED); do $(MAKE) --no-print-directory lock-$$image || exit 1; done

lock-%:
	$(BIN)/pip-compile --quiet --upgrade --generate-hashes --strip-extras --no-header --no-annotate --no-emit-options \
	  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-allow-unsafe \
	  --unsafe-package salience --unsafe-package torch \
	  $(EXTRAS_$*) --output-file requirements/$*.txt pyproject.toml
	sed -i '/^# WARNING/,$$d' requirements/$*.txt

audit: $(INSTALLED)  ## Look for known vulnerabilities of what is locked
	$(BIN)/pip install --quiet --editable '.[supply]'
	@for image in $(LOCKED); do \
	  if said=$$($(BIN)/pip-audit --strict --disable-pip --no-deps --requirement requirements/$$image.txt 2>&1); \
	  then echo "$$image: $$said"; \
	  elif grep -qE 'could not be audited|ConnectionError|ServiceError' <<< "$$said"; \
	  then echo "$$image: skipped, the list of vulnerabilities cannot be reached"; \
	  else echo "$$image: $$said"; exit 1; fi; done

sbom: $(INSTALLED)  ## List what the images are made of, as CycloneDX, in build/
	$(BIN)/pip install --quiet --editable '.[supply]'
	@mkdir -p build
	for image in $(LOCKED); do $(BIN)/cyclonedx-py requirements --output-reproducible \
	  --output-file build/$$image.cdx.json requirements/$$image.txt || exit 1; done

attention-demo: $(INSTALLED)  ## Compare models that attend with others: make attention-demo DATA=DIR [LIMIT=n]
	$(BIN)/salience demonstrate --data $(DATA) $(if $(LIMIT),--limit $(LIMIT))

clean:  ## Delete what can be built again, .venv included
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	rm -rf model_store/*/*/ src/*.egg-info
	find . -name __pycache__ -prune -exec rm -rf {} +

.PHONY: faults soak fuzz lock audit sbom help install archives serve test check generate lint-protos check-generated load bench capacity oip-clients decoding attention figures quality attention-demo clean
