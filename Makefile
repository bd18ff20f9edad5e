# Needs make and Python 3.11 or newer, nothing else: the targets make their own virtual environment in $(VENV).
#   make test PYTHON=python3.13     another Python (remove $(VENV) first)
#   make test ARGS="-k reshape"     arguments for pytest; for `make bench`, those of benchmarks (--help)
#   make examples ARGS="--only pytoco-onnx"   one package; --help lists them
#   make fuzz SECONDS=600 SEED=1    random graphs; ARGS=--keep-going, and others of tests.fuzz (--help)

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help test test-browser fuzz demo lint type docs examples bench build clean

VENV := .venv
OUT := out
DEMO := tests/data/demo/mobilenet_v1_0.25_96.pb
ARGS :=
SECONDS := 60
SEED :=
RUN := $(VENV)/bin/python
PIP := $(RUN) -m pip --disable-pip-version-check --no-input -qq
PACKAGING := pyproject.toml hatch_build.py $(wildcard compiler/package_*.py)

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile

test: $(VENV)/.test ## Install into .venv and run the tests
	$(RUN) -m pytest --numprocesses=auto --dist=loadfile $(ARGS)

test-browser: $(VENV)/.browser ## Test the player in Chromium; root gets Debian's where there is none
	$(RUN) -m tests.browser.chromium
	$(RUN) -m pytest tests/browser $(ARGS)

fuzz: $(VENV)/.test ## Convert and run random graphs for SECONDS, from SEED on; a failure is shrunk to a test
	$(RUN) -m tests.fuzz --seconds $(SECONDS) $(if $(SEED),--seed $(SEED)) $(ARGS)

demo: $(VENV)/.core ## Convert a small MobileNet, with a summary and drawings of the graph
	@mkdir -p $(OUT)/demo
	$(VENV)/bin/pytoco convert $(DEMO) -o $(OUT)/demo/mobilenet.tflite --dump_graphviz_dir=$(OUT)/demo
	@echo
	@echo "result:   $(OUT)/demo/mobilenet.tflite"
	@for dot in $(OUT)/demo/*.dot; do echo "drawing:  $$dot (dot -Tsvg -O $$dot)"; done

lint: $(VENV)/.dev ## Check style and format with ruff
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .

type: $(VENV)/.dev ## Check types with mypy --strict
	$(RUN) -m mypy -p pytoco
	$(RUN) -m mypy tests examples benchmarks hatch_build.py

docs: $(VENV)/.docs ## Make docs/plugins/hooks.md again, build the documentation site into out/site, and check it
	$(RUN) -m tests.docs.generate
	NO_MKDOCS_2_WARNING=1 $(RUN) -m mkdocs build --quiet --strict --config-file docs/site/mkdocs.yml --site-dir $(CURDIR)/$(OUT)/site
	$(RUN) -m tests.docs.site $(OUT)/site

examples: $(VENV)/.test ## Install the example packages, and freshly generated ones, from the wheel; run all their checks
	@$(RUN) -m tests.packages $(ARGS)

bench: $(VENV)/.core ## Measure speed and memory
	@$(RUN) -m benchmarks $(ARGS)

build: $(VENV)/.test ## Build the sdist, and the wheel from it, into dist/
	$(RUN) -m build --outdir dist .

clean: ## Remove the virtual environment and everything built
	rm -rf $(VENV) $(OUT) dist .hatch .pytest_cache .mypy_cache .ruff_cache .hypothesis

# One stamp file a set of dependencies: a second run installs nothing.
$(VENV)/.core $(VENV)/.test $(VENV)/.browser $(VENV)/.docs $(VENV)/.dev: $(VENV)/.made $(PACKAGING)
	@echo "Installing pytoco ($(patsubst .%,%,$(@F))) into $(VENV)"
	@$(PIP) install --editable '.$(if $(filter .core,$(@F)),,[$(patsubst .%,%,$(@F))])'
	@touch $@

$(VENV)/.made:
	@set -e; \
	for python in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11 python); do \
	  if "$$python" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "Making $(VENV) with $$("$$python" --version)"; \
	    "$$python" -m venv $(VENV); touch $@; exit 0; \
	  fi; \
	done; \
	echo "No Python 3.11 or newer with venv found: install one, or name it with PYTHON=..." >&2; exit 1
