# Everything is set up in .venv; PYTHON chooses the interpreter it is made from.
PYTHON ?= python3
VENV ?= .venv
PYTEST ?= -n auto
BIN := $(VENV)/bin

.PHONY: help demo test test-frameworks lint types layers build bench gpu-check clean

help:  ## Show what can be done
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST)

demo: $(VENV)/demo  ## Set up, measure a real training run and show its report
	rm -rf power-reports/demo
	$(BIN)/aipower export --offline --country FRA --output power-reports/demo examples/digits_random_forest.py
	@cat power-reports/demo/report_*-????????????.json

test: $(VENV)/test  ## Set up and run all tests
	$(BIN)/python -m pytest $(PYTEST)

test-frameworks: $(VENV)/test $(VENV)/frameworks  ## Run the tests that need PyTorch, Keras, transformers and others
	$(BIN)/python -m pytest $(PYTEST) tests/frameworks tests/observe tests/measure/test_meter_tools.py

lint: $(VENV)/dev  ## Check style
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/dev  ## Check types
	$(BIN)/mypy

layers: $(VENV)/dev  ## Check that rooms import only from rooms below
	$(BIN)/lint-imports

build: $(VENV)/dev  ## Build the wheel
	rm -rf dist
	$(BIN)/python -m build --wheel --sdist

bench: $(VENV)/test  ## Measure our cost beside CodeCarbon's
	$(BIN)/python benchmarks/overhead.py

gpu-check: $(VENV)/test  ## Export two jobs on an NVIDIA GPU and show what their reports say of it
	$(BIN)/python tests/gpu/check.py

clean:  ## Remove what was built
	rm -rf $(VENV) build dist power-reports .pytest_cache .mypy_cache .ruff_cache

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/demo $(VENV)/test $(VENV)/frameworks $(VENV)/dev: $(VENV)/%: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[$*]'
	@touch $@
