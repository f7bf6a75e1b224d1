# `make demo`: from a folder of mp4 files to retrieval scores and a report.
# `make test`: lint, then the whole suite on TensorFlow, JAX and PyTorch.
# Each needs Python 3.11 or newer, sets up its own .venv once, and reuses it after.
#
#   make demo BACKEND=jax          another backend: tensorflow (default), jax, torch
#   make test BEAM=1               with Apache Beam, in an environment of its own
#   make test TESTS=tests/losses   some of the tests
#   make demo PYTHON=python3.12    the interpreter that .venv is made from

PYTHON ?= python3
BACKEND ?= tensorflow
BACKENDS ?= tensorflow jax torch
TESTS ?= tests
PYTEST_ARGS ?=
DEMO_ARGS ?=
CI_GUIDES := bring_the_authors_checkpoints zero_shot_retrieval_and_search
BENCHMARK_ARGS ?=

# Apache Beam holds protobuf back: it gets its own versions and its own environment.
ifdef BEAM
VENV ?= .venv-beam
CONSTRAINTS := constraints/constraints-beam.txt
EXTRAS := beam,
else
VENV ?= .venv
CONSTRAINTS := constraints/constraints.txt
EXTRAS :=
endif

PYTHON_IN_VENV := $(VENV)/bin/python
INSTALL := $(PYTHON_IN_VENV) -m pip install --quiet --constraint $(CONSTRAINTS)
REQUIREMENTS := setup.cfg pyproject.toml $(CONSTRAINTS)

ifeq ($(filter $(BACKEND),tensorflow jax torch),)
$(error BACKEND=$(BACKEND): expected tensorflow, jax or torch)
endif

export TF_CPP_MIN_LOG_LEVEL ?= 2
# On a CPU without AVX-512 TensorFlow leaves oneDNN off: a step takes half as long again.
export TF_ENABLE_ONEDNN_OPTS ?= 1

.PHONY: help demo test test-long test-ci conversion kill-test guides benchmarks lint
.DELETE_ON_ERROR:

help:
	@sed -n 's/^# \{0,1\}//p;/^$$/q' Makefile

demo: $(VENV)/installed-$(BACKEND)
	KERAS_BACKEND=$(BACKEND) $(VENV)/bin/keras-vatt demo $(DEMO_ARGS)

# The backends run beside each other: toy models keep one core busy each, not more.
test: lint
	+$(MAKE) --no-print-directory --keep-going --jobs 3 --output-sync=target $(BACKENDS:%=test-%)

# Real processes and minutes of work, which `make test` leaves out.
test-long: $(VENV)/installed-tests
	KERAS_BACKEND=$(BACKEND) $(VENV)/bin/pytest $(TESTS) -m long $(PYTEST_ARGS)

# One of each kind of them, several processes on every backend, and two guides.
test-ci: $(VENV)/installed-tests
	KERAS_BACKEND=tensorflow $(VENV)/bin/pytest $(TESTS) -m ci $(PYTEST_ARGS)
	KERAS_BACKEND=jax $(VENV)/bin/pytest tests/distribution -m ci $(PYTEST_ARGS)
	KERAS_BACKEND=torch $(VENV)/bin/pytest tests/distribution -m ci $(PYTEST_ARGS)
	$(PYTHON_IN_VENV) guides/run_guides.py $(CI_GUIDES)

# All ten full-size architectures, from random checkpoints, on every backend; 12 GB on disk.
conversion: $(VENV)/installed-tests
	set -e; for backend in $(BACKENDS); do \
	KERAS_BACKEND=$$backend $(PYTHON_IN_VENV) -m tests.conversion.full_size all; done

# Training killed 20 times on every backend, compared with training that was not.
kill-test: $(VENV)/installed-tests
	set -e; for backend in $(BACKENDS); do \
	KERAS_BACKEND=$$backend $(PYTHON_IN_VENV) -m tests.training.kill_test; done

# Every guide on every backend, and a table of their scores.
guides: $(VENV)/installed-tests
	$(PYTHON_IN_VENV) guides/run_guides.py --backends $(BACKENDS)

# Every benchmark on every backend, hours: benchmarks/RESULTS.md. BENCHMARK_ARGS=--size=toy
# tries them out.
benchmarks: $(VENV)/installed-benchmarks
	$(PYTHON_IN_VENV) benchmarks/run_all.py --backends $(BACKENDS) $(BENCHMARK_ARGS)

# XLA compiles toy models a third faster when it does not optimise them.
test-%: $(VENV)/installed-tests
	XLA_FLAGS="--xla_backend_optimization_level=0 $(XLA_FLAGS)" \
	OMP_NUM_THREADS=1 KERAS_BACKEND=$* $(VENV)/bin/pytest $(TESTS) $(PYTEST_ARGS)

lint: $(VENV)/installed-tests
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

# Stamps: an environment is installed again when what it was made from has changed.

$(PYTHON_IN_VENV):
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit( \
	"$(PYTHON) is Python " + sys.version.split()[0] + ", and 3.11 or newer is needed:" \
	" name one by make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed-tensorflow: $(REQUIREMENTS) | $(PYTHON_IN_VENV)
	$(INSTALL) --editable "$(if $(EXTRAS),.[beam],.)"
	touch $@

$(VENV)/installed-jax: $(REQUIREMENTS) | $(PYTHON_IN_VENV)
	$(INSTALL) --editable ".[$(EXTRAS)jax]"
	touch $@

$(VENV)/installed-torch: $(REQUIREMENTS) | $(PYTHON_IN_VENV)
	@$(TORCH_NOTICE)
	$(INSTALL) --editable ".[$(EXTRAS)torch]"
	touch $@

$(VENV)/installed-tests: $(REQUIREMENTS) | $(PYTHON_IN_VENV)
	@$(TORCH_NOTICE)
	$(INSTALL) --editable ".[$(EXTRAS)jax,torch,tests]"
	touch $@

$(VENV)/installed-benchmarks: $(VENV)/installed-tests
	$(INSTALL) --editable ".[$(EXTRAS)jax,torch,tests,benchmarks]"
	touch $@

# On Linux the usual torch wheel brings the CUDA libraries along; a wheel for the CPU alone
# has the local version +cpu. Asking for the list of versions downloads none of them.
TORCH_VERSION := $(shell sed -n 's/^torch==//p' $(CONSTRAINTS))
define TORCH_NOTICE
if [ "$$(uname -s)" = Linux ] && ! $(PYTHON_IN_VENV) -m pip show --quiet torch 2>/dev/null; then \
	case "$$($(PYTHON_IN_VENV) -m pip index versions torch 2>/dev/null \
	        | grep -o '$(TORCH_VERSION)[^, )]*' | head -n 1)" in \
	*+cpu) ;; \
	*) echo "torch $(TORCH_VERSION) comes with the CUDA libraries: gigabytes follow."; \
	   echo "(Point pip at PyTorch's CPU wheels, e.g. by PIP_EXTRA_INDEX_URL, to avoid it.)";; \
	esac; \
fi
endef
